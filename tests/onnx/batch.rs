//! Files exported with a batch: counted for one image, or as a whole where the images cannot be told apart.

use super::{built, graph, short};
use crate::write::File;
use phiscale::onnx::{Built, Imported, Options, Sizes};
use phiscale::{Event, memory};
use std::io::Cursor;

type Nodes<'a> = &'a [(&'a str, &'a str, &'a str, &'a str)];

const ONE: &str = "the file was exported with a batch of 4: counts are for one image, and --batch multiplies them";
const WHOLE: &str = "the file was exported with a batch of 4, and all counts are for the whole batch, because its \
                     images cannot be counted apart: ";

fn exported(name: &str) -> Built {
    let file = std::fs::File::open(format!("tests/onnx/{name}.onnx")).expect("a file");
    let imported = Imported::read(file, Options::default());
    imported.and_then(|imported| imported.build(None)).expect("a network")
}

/// What a reader sees of a network: every layer with its shapes and its events, and the memory.
fn seen(built: &Built) -> (Vec<String>, memory::Memory) {
    let layers = built.network.layers();
    let layer = layers.iter().map(|placed| {
        format!(
            "{} {} {} {} {:?}",
            placed.path,
            placed.kind(),
            placed.input,
            placed.output,
            placed.ledger()
        )
    });
    (layer.collect(), memory::of(&built.network, memory::Dtype::Fp32, 1))
}

/// The notes on a file, without that on weights that are not there.
fn notes(built: &Built) -> Vec<&str> {
    let notes = built.notes.iter().map(String::as_str);
    notes.filter(|note| !note.contains("that was not read")).collect()
}

#[test]
fn an_export_with_a_batch_counts_as_one_with_a_single_image() {
    for name in ["transformer", "transformer-dynamo"] {
        let batch = exported(&format!("{name}-batch"));
        assert_eq!(seen(&batch), seen(&exported(name)), "{name}");
        assert_eq!(notes(&batch), [ONE], "{name}");
    }
}

#[test]
fn a_batch_is_counted_for_one_image() {
    let mut file = super::conv();
    file.inputs[0] = short::value_info("value0", "4x3x8x8");
    let built = built(&file).expect("a network");
    assert_eq!(notes(&built), [ONE]);
    assert_eq!(built.network.ledger().total(Event::MACS), 36 * 81);
    assert_eq!(built.network.input().to_string(), "3×8×8");
    assert_eq!(built.network.layers()[0].output.to_string(), "3×6×6");
    let clip = built_of(&["4x3x2x8x8", "w5x3x1x3x3"], &[("Conv", "value0 value1", "out", "")]);
    assert_eq!(clip.network.ledger().total(Event::MACS), 2 * 36 * 5 * 27);
    assert_eq!(clip.network.input().to_string(), "3×16×8");
}

fn built_of(inputs: &[&str], nodes: Nodes) -> Built {
    built(&graph(inputs, nodes)).expect("a network")
}

/// Every operator that an exporter writes the batch into; a ReLU shows the last shape.
#[test]
fn a_batch_inside_shapes_is_taken_out() {
    let relu = ("Relu", "last", "out", "");
    let tokens: Nodes =
        &[("Reshape", "value0 value1", "a", ""), ("Transpose", "a", "b", "perm=0,2,1")];
    let cases: &[(&[&str], Nodes, &str)] = &[
        // The length is divisible by the batch too.
        (
            &["i4,4,16", "i16,4,4", "i64,4"],
            &[
                ("Transpose", "b", "c", "perm=1,0,2"),
                ("Reshape", "c value3", "d", ""),
                ("Reshape", "d value2", "last", ""),
            ],
            "4×16×1",
        ),
        (&["i4,4,16", "i4,-1"], &[("Reshape", "b value2", "last", "")], "64×1×1"),
        (
            &["i4,4,16", "i4,1,4", "w1x1x4"],
            &[("Expand", "value3 value2", "token", ""), ("Concat", "token b", "last", "axis=1")],
            "4×17×1",
        ),
        (
            &["i4,4,16", "i4,1,4"],
            &[("ConstantOfShape", "value2", "zeros", ""), ("Concat", "b zeros", "last", "axis=1")],
            "4×17×1",
        ),
        (&["i4,4,16", "w4x16x4"], &[("Add", "b value2", "last", "")], "4×16×1"),
        (
            &["i4,4,16", "i64", "i0,64,128,192"],
            &[("Reshape", "b minus", "flat", ""), ("Gather", "flat value3", "last", "")],
            "1×1×1",
        ),
        (&["i4,4,16", "", "i4,4,8,8"], &[("Resize", "value0   value2", "last", "")], "4×8×8"),
    ];
    for (inputs, nodes, shape) in cases {
        let inputs = [&["4x4x4x4"], *inputs].concat();
        let minus = ("Constant", "", "minus", "value=@i-1,");
        let nodes = [&[minus], tokens, *nodes, &[relu]].concat();
        let built = built_of(&inputs, &nodes);
        assert_eq!(notes(&built), [ONE], "{nodes:?}");
        let layers = built.network.layers();
        assert_eq!(layers.last().expect("a ReLU").output.to_string(), *shape, "{nodes:?}");
    }
}

#[test]
fn a_token_that_was_repeated_for_each_image_is_stored_once() {
    let nodes: Nodes = &[("Concat", "value1 value0", "out", "axis=2")];
    let stored = |inputs: &[&str]| built_of(inputs, nodes).network.ledger().total(Event::PARAMS);
    assert_eq!([stored(&["4x8x4x4", "w4x8x1x4"]), stored(&["1x8x4x4", "w1x8x1x4"])], [32; 2]);
}

#[test]
fn images_that_cannot_be_told_apart_are_counted_as_a_whole() {
    let cases: &[(&[&str], Nodes, &str)] = &[
        (
            &["4x8x4x4", "i0,", "i1,"],
            &[("Relu", "value0", "a", ""), ("Slice", "a value1 value2 value1", "out", "")],
            "node 2 `/Slice` (Slice): the output 1×8×4×4 is the same for one image",
        ),
        (
            &["4x8x4x4", "i2,16,4,4"],
            &[("Relu", "value0", "a", ""), ("Reshape", "a value1", "b", "")],
            "node 2 `/Reshape` (Reshape): the images of 4×8×4×4 have no axis in 2×16×4×4",
        ),
        (
            &["4x8x4x4"],
            &[("ReduceMean", "value0", "out", "axes=[0]")],
            "node 1 `/ReduceMean` (ReduceMean): the output 1×8×4×4 is the same for one image",
        ),
        // Images against texts, as in CLIP: the product grows with the square of the batch.
        (
            &["4x8x1x1", "4x8"],
            &[("Flatten", "value0", "image", ""), ("Gemm", "image value1", "out", "transB=1")],
            "node 2 `/Gemm` (Gemm): the output is 4×4 for the batch and 1×1 for one image",
        ),
        (
            &["4x8x1x1"],
            &[("Squeeze", "value0", "a", ""), ("Relu", "a", "out", "")],
            "node 1 `/Squeeze` (Squeeze): the output is 4×8 for the batch and 8 for one image",
        ),
    ];
    for (inputs, nodes, words) in cases {
        let built = built_of(inputs, nodes);
        assert_eq!(built.notes, [format!("{WHOLE}{words}")]);
    }
    let whole = built_of(cases[0].0, cases[0].1).network.ledger();
    assert_eq!(whole.amount(Event::ReluElements), 4 * 128);
}

#[test]
fn a_batch_beside_a_single_image_is_noted() {
    let nodes: Nodes = &[
        ("Conv", "value0 value2", "template", ""),
        ("Conv", "value1 value2", "search", ""),
        ("Relu", "template", "one", ""),
        ("Relu", "search", "out", ""),
    ];
    let built = built(&graph(&["1x2x4x4", "4x2x8x8", "w4x2x1x1"], nodes)).expect("a network");
    assert!(notes(&built)[0].starts_with("the first axis of an input is 4"), "{:?}", built.notes);
}

#[test]
fn rows_may_be_a_batch_or_a_length() {
    let built = built_of(&["4x8", "w8x2"], &[("MatMul", "value0 value1", "out", "")]);
    assert_eq!(
        built.notes,
        ["the first axis of an input is 4: if that is a batch, all counts are for the whole batch"]
    );
    assert_eq!(built.network.ledger().total(Event::MACS), 64);
}

#[test]
fn a_batch_set_by_its_name_is_counted_for_one_image_too() {
    let mut file: File = super::conv();
    file.inputs[0] = short::value_info("value0", "batchx3x8x8");
    let sizes = Sizes { image: None, dims: vec![("batch".into(), 4)] };
    let imported =
        Imported::read(Cursor::new(file.bytes()), Options { sizes, ..Options::default() });
    let built = imported.and_then(|imported| imported.build(None)).expect("a network");
    assert_eq!(built.network.ledger().total(Event::MACS), 36 * 81);
    assert_eq!(
        built.notes,
        ["the input has a batch of 4: counts are for one image, and --batch multiplies them"]
    );
}
