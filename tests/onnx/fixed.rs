//! Files asked for at another input size than they were exported with.

use std::io::Cursor;

use super::graph;
use phiscale::Event;
use phiscale::onnx::{Built, Imported, Options};

type Nodes<'a> = &'a [(&'a str, &'a str, &'a str, &'a str)];

/// The network of nodes on an image of 1×2×8×8, at 10×8; `at` is the node's message without its name.
fn resized(inputs: &[&str], nodes: Nodes) -> Result<Built, String> {
    let inputs = [&["1x2x8x8"], inputs].concat();
    let nodes = [nodes, &[("Relu", "last", "out", "")]].concat();
    let file = graph(&inputs, &nodes);
    let imported = Imported::read(Cursor::new(file.bytes()), Options::default()).expect("a file");
    imported.build(Some([10, 8])).map_err(|error| error.message().to_string())
}

#[test]
fn numbers_that_fit_only_the_size_in_the_file_are_an_error() {
    let has = |what: &str| {
        format!("{what} fit the 8 elements that axis 2 has in the file, but here it has 10")
    };
    let cases: &[(&[&str], Nodes, String)] = &[
        (
            &["i0,2,4,6,1,3,5,7"],
            &[("Gather", "value0 value1", "last", "axis=2")],
            has("its indices"),
        ),
        // The last step of a loop over the rows.
        (&["i7"], &[("Gather", "value0 value1", "last", "axis=2")], has("its indices")),
        // Too many indices to be read.
        (&["w8"], &[("Gather", "value0 value1", "last", "axis=2")], has("its indices")),
        (&["i0,0,7"], &[("GatherND", "value0 value1", "last", "")], has("its indices")),
        (
            &["w1x2x8x8"],
            &[("GatherElements", "value0 value1", "last", "axis=2")],
            has("its indices"),
        ),
        (
            &["w1x2x8x8"],
            &[("GatherElements", "value0 value1", "last", "axis=3")],
            has("the shape of its indices"),
        ),
        (
            &["i0,", "i8,", "i2,"],
            &[("Slice", "value0 value1 value2 value3", "last", "")],
            has("`ends`"),
        ),
        (
            &["i4,", "i99,", "i2,"],
            &[("Slice", "value0 value1 value2 value3", "last", "")],
            has("`starts`"),
        ),
        (&["i8,"], &[("TopK", "value0 value1", "last rest", "axis=2")], has("its `k`")),
        (&["", "i1,2,4,4"], &[("Resize", "value0   value1", "last", "")], has("`sizes`")),
        (
            &[],
            &[("AveragePool", "value0", "last", "kernel_shape=8,8")],
            has("the sides of its kernel"),
        ),
        (
            &["i1,16,-1"],
            &[("Reshape", "value0 value1", "last", "")],
            "its shape [1, 16, -1] fits the 1×2×8×8 in the file, but here it is 1×2×10×8".into(),
        ),
    ];
    for (inputs, nodes, words) in cases {
        let (operator, ..) = nodes[0];
        let expected = format!("node 1 `/{operator}` ({operator}): {words}");
        let found =
            resized(inputs, nodes).map(|built| built.network.ledger().amount(Event::ReluElements));
        assert_eq!(found, Err(expected), "{inputs:?}");
    }
}

#[test]
fn numbers_that_fit_any_size_are_taken() {
    let cases: &[(&[&str], Nodes, u64)] = &[
        // A class token, and the elements after it.
        (&["i0"], &[("Gather", "value0 value1", "last", "axis=2")], 16),
        (&["i-1"], &[("Gather", "value0 value1", "last", "axis=2")], 16),
        (&["i0,", "i1,", "i2,"], &[("Slice", "value0 value1 value2 value3", "last", "")], 16),
        (
            &["i1,", "i9223372036854775807,", "i2,"],
            &[("Slice", "value0 value1 value2 value3", "last", "")],
            144,
        ),
        (&["i0,", "i-1,", "i2,"], &[("Slice", "value0 value1 value2 value3", "last", "")], 144),
        // Along an axis that has its length in the file.
        (&["i7,6,5,4,3,2,1,0"], &[("Gather", "value0 value1", "last", "axis=3")], 160),
        (&["i3,"], &[("TopK", "value0 value1", "last rest", "axis=2")], 48),
        (&["", "f1,1,2,2"], &[("Resize", "value0  value1", "last", "")], 640),
        (&["i1,2,-1"], &[("Reshape", "value0 value1", "last", "")], 160),
        (&["i1,-1"], &[("Reshape", "value0 value1", "last", "")], 160),
        (&[], &[("AveragePool", "value0", "last", "kernel_shape=2,2 strides=2,2")], 40),
        (&[], &[("GlobalAveragePool", "value0", "last", "")], 2),
        (
            &[],
            &[
                ("Shape", "value0", "shape", ""),
                ("Constant", "", "two", "value=@i2,"),
                ("Constant", "", "three", "value=@i3,"),
                ("Slice", "shape two three", "rows", ""),
                ("Constant", "", "zero", "value=@i0,"),
                ("Slice", "value0 zero rows two", "last", ""),
            ],
            160,
        ),
    ];
    for (inputs, nodes, elements) in cases {
        let built = resized(inputs, nodes)
            .map(|built| (built.network.ledger().amount(Event::ReluElements), built.notes));
        assert_eq!(built, Ok((*elements, Vec::new())), "{inputs:?} {nodes:?}");
    }
}

#[test]
fn pads_and_kernels_that_may_depend_on_the_size_are_noted() {
    let cases: &[(&[&str], Nodes, [u64; 2], bool)] = &[
        (
            &["w2x2x3x3"],
            &[("Conv", "value0 value1", "last", "pads=0,0,1,1 strides=2,2")],
            [9, 8],
            true,
        ),
        (
            &["w2x2x3x3"],
            &[("Conv", "value0 value1", "last", "pads=0,0,1,1 strides=2,2")],
            [10, 8],
            false,
        ),
        (
            &["w2x2x3x3"],
            &[("Conv", "value0 value1", "last", "pads=1,1,1,1 strides=2,2")],
            [9, 8],
            false,
        ),
        (&["i0,0,0,0,0,0,1,1"], &[("Pad", "value0 value1", "last", "")], [9, 8], true),
        (&[], &[("AveragePool", "value0", "last", "kernel_shape=4,4 strides=4,4")], [12, 8], true),
    ];
    for (inputs, nodes, image, is_noted) in cases {
        let inputs = [&["1x2x8x8"], *inputs].concat();
        let file = graph(&inputs, &[nodes, &[("Relu", "last", "out", "")][..]].concat());
        let imported =
            Imported::read(Cursor::new(file.bytes()), Options::default()).expect("a file");
        let notes = imported.build(Some(*image)).expect("a network").notes;
        assert_eq!(notes.len(), usize::from(*is_noted), "{nodes:?}: {notes:?}");
        assert!(notes.iter().all(|note| note.starts_with("the file has the pads and kernels")));
    }
}

#[test]
fn images_of_the_same_size_are_resized_together() {
    let nodes: Nodes = &[
        ("Conv", "value0 value2", "one", ""),
        ("Conv", "value1 value2", "other", ""),
        ("Sub", "one other", "last", ""),
    ];
    let macs = |height: u64, width: u64| u128::from(2 * 2 * 4 * height * width);
    let built = resized(&["1x2x8x8", "w4x2x1x1"], nodes).expect("a network");
    assert_eq!(built.network.ledger().total(Event::MACS), macs(10, 8));
}

#[test]
fn a_padded_pool_may_be_as_large_as_its_map() {
    let pool: Nodes = &[("MaxPool", "value0", "last", "kernel_shape=8,8 pads=4,4,3,3")];
    assert!(resized(&[], pool).is_ok());
}
