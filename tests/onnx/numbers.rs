//! Numbers that are known before a graph runs, for every operator that computes them.

use std::io::Cursor;

use phiscale::Event;
use phiscale::onnx::{Imported, Options};

use crate::write::{File, Node};
use crate::{built, graph, short};

/// An operator, its inputs and attributes, which output is looked at, and its numbers.
type Case = (&'static str, &'static [&'static str], &'static str, usize, &'static [i64]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Functions of each number, with broadcasting.
    ("Abs", &["i-3,4"], "", 0, &[3, 4]),
    ("Sign", &["i-3,0,4"], "", 0, &[-1, 0, 1]),
    ("Neg", &["f-3,4"], "", 0, &[3, -4]),
    ("Not", &["i0,1"], "", 0, &[1, 0]),
    ("Reciprocal", &["f0.5,0.25"], "", 0, &[2, 4]),
    ("Exp", &["f0,1"], "", 0, &[1, 2]),
    ("Log", &["f1,8"], "", 0, &[0, 2]),
    ("Sqrt", &["f9,16"], "", 0, &[3, 4]),
    ("Floor", &["f-1.5,1.5"], "", 0, &[-2, 1]),
    ("Ceil", &["f-1.5,1.5"], "", 0, &[-1, 2]),
    ("Round", &["f0.5,1.5,-2.5"], "", 0, &[0, 2, -2]),
    ("Add", &["i2x1:10,20", "i1,2"], "", 0, &[11, 12, 21, 22]),
    ("Sub", &["i5,6", "i1"], "", 0, &[4, 5]),
    ("Mul", &["f100,", "f0.29"], "", 0, &[29]),
    ("Div", &["i7,-7", "i2"], "", 0, &[3, -3]),
    ("Mod", &["i7,-7,7,-7", "i3,3,-3,-3"], "", 0, &[1, 2, -2, -1]),
    ("Mod", &["i7,-7", "i3"], "fmod=1", 0, &[1, -1]),
    ("Mod", &["f7.5,-7.5", "f4"], "fmod=1", 0, &[3, -3]),
    ("Pow", &["i3,2", "i2"], "", 0, &[9, 4]),
    ("Min", &["i3,9", "i5", "i4,8"], "", 0, &[3, 5]),
    ("Max", &["f3,9", "f5"], "", 0, &[5, 9]),
    ("Sum", &["i1,2", "i3", "i4,5"], "", 0, &[8, 10]),
    ("And", &["i0,1,1", "i1,0,1"], "", 0, &[0, 0, 1]),
    ("Or", &["i0,1,0", "i0,0,1"], "", 0, &[0, 1, 1]),
    ("Xor", &["i0,1,1", "i0,0,1"], "", 0, &[0, 1, 0]),
    ("Equal", &["i1,2", "i2"], "", 0, &[0, 1]),
    ("Greater", &["i1,2,3", "i2"], "", 0, &[0, 0, 1]),
    ("GreaterOrEqual", &["i1,2,3", "i2"], "", 0, &[0, 1, 1]),
    ("Less", &["i1,2,3", "i2"], "", 0, &[1, 0, 0]),
    ("LessOrEqual", &["f1,2,3", "f2"], "", 0, &[1, 1, 0]),
    ("Where", &["i2x1:1,0", "i1,2", "i8"], "", 0, &[1, 2, 8, 8]),
    ("Clip", &["i-5,5,50", "i0", "i9"], "", 0, &[0, 5, 9]),
    ("Clip", &["f-5,5,50"], "min=0.5 max=9.5", 0, &[0, 5, 9]),
    ("Cast", &["f2.9,-2.9"], "to=7", 0, &[2, -2]),
    ("Cast", &["i300,"], "to=2", 0, &[44]),
    ("Cast", &["i7,0"], "to=9", 0, &[1, 0]),
    ("Cast", &["i2049,"], "to=10", 0, &[2048]),
    ("CastLike", &["f2.9,", "i0"], "", 0, &[2]),
    // The same numbers elsewhere.
    ("Concat", &["i2x1:1,2", "i2x2:3,4,5,6"], "axis=1", 0, &[1, 3, 4, 2, 5, 6]),
    ("Split", &["i2x3:1,2,3,4,5,6", "i1,2"], "axis=1", 1, &[2, 3, 5, 6]),
    ("Slice", &["i2x3:1,2,3,4,5,6", "i-1,1", "i-9,3", "i0,1", "i-1,1"], "", 0, &[5, 6, 2, 3]),
    ("Transpose", &["i2x3:1,2,3,4,5,6"], "", 0, &[1, 4, 2, 5, 3, 6]),
    ("Reshape", &["i2x3:1,2,3,4,5,6", "i3,2"], "", 0, &[1, 2, 3, 4, 5, 6]),
    ("Expand", &["i2x1:1,2", "i2,2"], "", 0, &[1, 1, 2, 2]),
    ("Tile", &["i2x1:1,2", "i2,2"], "", 0, &[1, 1, 2, 2, 1, 1, 2, 2]),
    ("Pad", &["i1,2,3", "i2,-1", "i9"], "", 0, &[9, 9, 1, 2]),
    ("Pad", &["i1,2,3", "i2,1"], "mode=edge", 0, &[1, 1, 1, 2, 3, 3]),
    ("Pad", &["i1,2,3", "i3,1"], "mode=reflect", 0, &[2, 3, 2, 1, 2, 3, 2]),
    ("Pad", &["i1,2,3", "i2,1"], "mode=wrap", 0, &[2, 3, 1, 2, 3, 1]),
    ("Trilu", &["i2x2:1,2,3,4"], "", 0, &[1, 2, 0, 4]),
    ("Trilu", &["i2x2:1,2,3,4", "i-1"], "upper=0", 0, &[0, 0, 3, 0]),
    // Numbers at indices.
    ("Gather", &["i2x3:1,2,3,4,5,6", "i-1,0"], "axis=1", 0, &[3, 1, 6, 4]),
    ("GatherElements", &["i2x2:1,2,3,4", "i2x2:0,0,1,-2"], "axis=1", 0, &[1, 1, 4, 3]),
    ("GatherND", &["i2x2:1,2,3,4", "i2x1:1,0"], "", 0, &[3, 4, 1, 2]),
    ("GatherND", &["i2x2:1,2,3,4", "i2x1:1,0"], "batch_dims=1", 0, &[2, 3]),
    ("ScatterND", &["i1,2,3", "i2x1:2,0", "i8,9"], "", 0, &[9, 2, 8]),
    ("ScatterND", &["i1,2,3", "i2x1:2,2", "i8,9"], "reduction=add", 0, &[1, 2, 20]),
    ("ScatterElements", &["i2x2:1,2,3,4", "i1x2:1,0", "i1x2:8,9"], "", 0, &[1, 9, 8, 4]),
    ("NonZero", &["i2x2:1,0,1,1"], "", 0, &[0, 1, 1, 0, 0, 1]),
    ("Compress", &["i2x3:1,2,3,4,5,6", "i0,1,1"], "axis=1", 0, &[2, 3, 5, 6]),
    ("Compress", &["i2x3:1,2,3,4,5,6", "i0,1,0,0,1"], "", 0, &[2, 5]),
    ("Unique", &["i3,1,3,2"], "", 0, &[1, 2, 3]),
    ("Unique", &["i3,1,3,2"], "sorted=0", 0, &[3, 1, 2]),
    ("Unique", &["i3,1,3,2"], "", 1, &[1, 3, 0]),
    ("Unique", &["i3,1,3,2"], "", 2, &[2, 0, 2, 1]),
    ("Unique", &["i3,1,3,2"], "", 3, &[1, 1, 2]),
    // Along axes.
    ("ReduceSum", &["i2x3:1,2,3,4,5,6", "i1,"], "", 0, &[6, 15]),
    ("ReduceProd", &["i2x3:1,2,3,4,5,6", "i0,"], "keepdims=0", 0, &[4, 10, 18]),
    ("ReduceMean", &["f2x2:1,2,3,4", "i1,"], "", 0, &[1, 3]),
    ("ReduceMax", &["i2x3:1,2,3,4,5,6"], "", 0, &[6]),
    ("ReduceMin", &["f2x3:1,2,3,4,5,6"], "axes=[1]", 0, &[1, 4]),
    ("ReduceL1", &["i-1,2"], "", 0, &[3]),
    ("ReduceL2", &["f3,4"], "", 0, &[5]),
    ("ReduceSumSquare", &["i3,4"], "", 0, &[25]),
    ("ReduceSum", &["i1,2"], "noop_with_empty_axes=1", 0, &[1, 2]),
    ("ArgMax", &["i2x3:1,3,3,4,6,5"], "axis=1", 0, &[1, 1]),
    ("ArgMax", &["i2x3:1,3,3,4,6,5"], "axis=1 select_last_index=1", 0, &[2, 1]),
    ("ArgMin", &["f2x3:1,3,3,4,6,5"], "axis=0 keepdims=0", 0, &[0, 0, 0]),
    ("CumSum", &["i1,2,3", "i0"], "", 0, &[1, 3, 6]),
    ("CumSum", &["i1,2,3", "i0"], "exclusive=1 reverse=1", 0, &[5, 3, 0]),
    ("TopK", &["i4,9,9,1", "i3,"], "", 0, &[9, 9, 4]),
    ("TopK", &["i4,9,9,1", "i3,"], "", 1, &[1, 2, 0]),
    ("TopK", &["f2x2:4,1,1,4", "i1,"], "axis=0 largest=0", 0, &[1, 1]),
    ("Range", &["i9", "i0", "i-4"], "", 0, &[9, 5, 1]),
    ("Range", &["f0", "f2", "f0.5"], "", 0, &[0, 0, 1, 1]),
    ("ConstantOfShape", &["i2,"], "value=@i7", 0, &[7, 7]),
];

/// Added to every number, since a size cannot be negative.
const OFFSET: i64 = 100;

/// A file in which every number of a value is the length of a map.
fn seen(operator: &str, inputs: &[&str], attributes: &str, output: usize, count: usize) -> File {
    let mut file = File::default();
    let mut add = |text: &str| short::add(&mut file, text);
    let names: Vec<String> = inputs.iter().map(|input| add(input)).collect();
    let [input, flat, offset] = ["1", "i-1,", &format!("i{OFFSET}")].map(&mut add);
    let places: Vec<String> = (0..count).map(|place| add(&format!("i{place},"))).collect();
    let mut node = |operator: &str, inputs: &[&str], output: &str, attributes: &str| {
        let inputs: Vec<String> = inputs.iter().map(ToString::to_string).collect();
        file.nodes.push(short::node(operator, &inputs, &[output.into()], attributes));
    };
    node("Cast", &["made"], "whole", "to=7");
    node("Reshape", &["whole", &flat], "row", "");
    node("Add", &["row", &offset], "numbers", "");
    node("Shape", &["row"], "length", "");
    for (index, place) in places.iter().enumerate() {
        let [number, map, out] = ["number", "map", "out"].map(|name| format!("{name}{index}"));
        node("Gather", &["numbers", place], &number, "");
        node("ConstantOfShape", &[&number], &map, "");
        node("Add", &[&input, &map], &out, "");
    }
    node("ConstantOfShape", &["length"], "all", "");
    node("Add", &[&input, "all"], "end", "");
    let outputs =
        (0..=output).map(|index| if index == output { "made".into() } else { String::new() });
    let outputs: Vec<String> = outputs.collect();
    let tried = Node { outputs, ..short::node(operator, &names, &[], attributes) };
    file.nodes.insert(0, tried);
    file
}

#[test]
fn numbers_are_computed_as_in_onnx() {
    for (operator, inputs, attributes, output, expected) in CASES {
        let case = format!("{operator} {inputs:?} {attributes}");
        let file = seen(operator, inputs, attributes, *output, expected.len());
        let network = built(&file).unwrap_or_else(|error| panic!("{case}: {error}")).network;
        let sizes = network.layers().iter().map(|placed| placed.output.channels as i64);
        let mut sizes: Vec<i64> = sizes.collect();
        assert_eq!(sizes.pop(), Some(expected.len() as i64), "{case}");
        let found: Vec<i64> = sizes.iter().map(|size| size - OFFSET).collect();
        assert_eq!(found, *expected, "{case}");
    }
}

#[test]
fn what_is_only_known_when_the_network_runs_is_left_out_if_allowed() {
    let mut file = graph(
        &["1x3x8x8", "w4x3x3x3", "f0.5", "w4x1"],
        &[
            ("Conv", "value0 value1", "map", ""),
            ("Greater", "map value2", "is_high", ""),
            ("NonZero", "is_high", "places", ""),
            ("Shape", "places", "size", ""),
            ("Expand", "value3 size", "many", ""),
            ("Relu", "map", "out", ""),
        ],
    );
    let read = |file: &File, is_allowed| {
        let imported = Imported::read(
            Cursor::new(file.bytes()),
            Options { allow_unknown: is_allowed, ..Options::default() },
        );
        imported.expect("a file").build(None)
    };
    let error = read(&file, false).expect_err("an unknown size");
    assert_eq!(
        error.message(),
        "node 3 `/NonZero` (NonZero): `X` is only known when the network runs"
    );
    let advice =
        "with --allow-unknown, `phiscale count` and `explain` count the rest, as a lower bound";
    assert_eq!(error.problems()[0].help, [advice]);
    let ledger = read(&file, true).expect("a network").network.ledger();
    let found = [Event::UnknownOperators, Event::ConvMacs, Event::ReluElements, Event::Embeddings];
    assert_eq!(found.map(|event| ledger.amount(event)), [3, 108 * 36, 144, 4]);
    // Where the file states the size, the rest is known.
    file.value_infos.push(short::value_info("places", "4x9"));
    let ledger = read(&file, true).expect("a network").network.ledger();
    assert_eq!(ledger.amount(Event::UnknownOperators), 1);
    // What does not fit is wrong in any case, and the option is not advised.
    file.nodes.push(short::node("Add", &["map".into(), "value3".into()], &["sum".into()], ""));
    let error = read(&file, true).expect_err("shapes that differ");
    assert!(error.message().contains("cannot be broadcast together"), "{}", error.message());
    let error = read(&file, false).expect_err("an unknown size");
    assert!(error.problems()[0].help[0].starts_with("with --allow-unknown: node 7"));
}

#[test]
fn work_before_the_network_runs_is_bounded() {
    let row = "1,".repeat(4096);
    let nodes = |operator: &str, count: usize| {
        let mut file = graph(&[&format!("i{row}"), "1"], &[]);
        let node =
            |index: usize| short::node(operator, &["value0".into()], &[format!("made{index}")], "");
        file.nodes.extend((0..count).map(node));
        file.nodes.push(short::node(
            "Reshape",
            &["value1".into(), "made0".into()],
            &["out".into()],
            "",
        ));
        file
    };
    for operator in ["SplitToSequence", "Unique", "NonZero"] {
        let error = built(&nodes(operator, 1000)).expect_err("too much work");
        assert!(error.contains("numbers of the graph's shapes are more than"), "{error}");
    }
    let mut file = nodes("Neg", 1000);
    file.nodes.push(short::node(
        "Reshape",
        &["value1".into(), "made999".into()],
        &["end".into()],
        "",
    ));
    file.nodes.swap_remove(1000);
    let error = built(&file).expect_err("too much work");
    assert!(error.contains("`shape` is not computed: the numbers of"), "{error}");
}

#[test]
fn numbers_that_onnx_leaves_open_are_unknown() {
    for (operator, inputs, attributes) in [
        ("Div", &["i1,", "i0"][..], ""),
        ("Mul", &["i9223372036854775807,", "i2"], ""),
        ("Cast", &["f1e19,"], "to=7"),
        ("Gather", &["i1,2", "i2,"], ""),
        ("ScatterND", &["i1,2", "i1x1:5", "i8,"], ""),
        ("ReduceMax", &["i0:"], "keepdims=1"),
    ] {
        let error = built(&seen(operator, inputs, attributes, 0, 1)).expect_err("an unknown size");
        assert!(error.contains("only known when the network runs"), "{operator}: {error}");
    }
}
