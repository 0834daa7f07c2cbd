//! Functions that a file defines, and branches that it may take.

use std::io::Cursor;

use phiscale::Event;
use phiscale::onnx::{Imported, Options};

use crate::write::{Attribute, File, Function};
use crate::{amount, built, graph, refused, short};

type Entry<'a> = (&'a str, &'a str, &'a str, &'a str);

fn names(text: &str) -> Vec<String> {
    text.split_whitespace().map(Into::into).collect()
}

fn function(name: &str, inputs: &str, outputs: &str, nodes: &[Entry]) -> Function {
    let (domain, name) = name.rsplit_once('.').unwrap_or(("", name));
    Function {
        domain: domain.into(),
        name: name.into(),
        inputs: names(inputs),
        outputs: names(outputs),
        nodes: graph(&[], nodes).nodes,
        ..Function::default()
    }
}

fn paths(file: &File) -> Vec<String> {
    let network = built(file).expect("a network").network;
    network.layers().iter().map(|placed| placed.path.clone()).collect()
}

/// The nodes that Model Explorer shows for the layers.
fn places(file: &File) -> Vec<String> {
    let network = built(file).expect("a network").network;
    let places = network.layers().iter().filter_map(|placed| placed.place.as_ref());
    places.map(|place| place.node.to_string()).collect()
}

/// A convolution and an activation as a function, called twice.
fn block() -> File {
    let mut file = graph(
        &["1x3x8x8", "w3x3x3x3"],
        &[("my.Block", "value0 value1", "mid", ""), ("my.Block", "mid value1", "out", "")],
    );
    let nodes = [("Conv", "x w", "map", "pads=1,1,1,1 strides=1,1"), ("Relu", "map", "y", "")];
    file.functions.push(function("my.Block", "x w", "y", &nodes));
    file.nodes[0].name = "first".into();
    file.nodes[1].name = "second".into();
    file
}

#[test]
fn a_call_of_a_function_is_its_nodes() {
    let file = block();
    assert_eq!(
        (amount(&file, Event::ConvMacs), amount(&file, Event::ConvWeights)),
        (2 * 81 * 64, 81)
    );
    assert_eq!(amount(&file, Event::ReluElements), 2 * 3 * 64);
    assert_eq!(paths(&file), ["first/Conv", "first/Relu", "second/Conv", "second/Relu"]);
    assert_eq!(places(&file), ["first", "first", "second", "second"]);
}

#[test]
fn a_function_calls_others_and_overrides_an_operator() {
    let mut file = block();
    file.functions.push(function(
        "Relu",
        "x",
        "y",
        &[("Sigmoid", "x", "gate", ""), ("Mul", "x gate", "y", "")],
    ));
    assert_eq!((amount(&file, Event::ReluElements), amount(&file, Event::SiluElements)), (0, 384));
    assert_eq!(paths(&file)[1], "first.Relu");
}

#[test]
fn overloads_of_a_function_are_told_apart() {
    let mut file = block();
    let strided = function("my.Block", "x w", "y", &[("Conv", "x w", "y", "strides=2,2")]);
    file.functions.push(Function { overload: "strided".into(), ..strided });
    file.nodes[1].overload = "strided".into();
    assert_eq!(amount(&file, Event::ConvMacs), 81 * (64 + 9));
    file.functions[1].overload = String::new();
    assert!(refused(&file.bytes()).contains("the function `Block` is defined twice"));
}

#[test]
fn attributes_of_a_call_reach_the_nodes_of_its_function() {
    let mut file = block();
    let stride = |size: i64| ("stride".to_string(), Attribute::Ints(vec![size, size]));
    file.functions[0].nodes[0].attributes[1].1 = Attribute::Reference("stride".into());
    let macs = |file: &File| amount(file, Event::ConvMacs);
    // Left out without a default, the attribute of the convolution has its own default.
    assert_eq!(macs(&file), 2 * 81 * 64);
    file.functions[0].defaults.push(stride(2));
    assert_eq!(macs(&file), 81 * (16 + 4));
    file.nodes[1].attributes.push(stride(4));
    assert_eq!(macs(&file), 81 * (16 + 1));
    let mut outside = block();
    outside.nodes[0].op_type = "Relu".into();
    outside.nodes[0].domain = String::new();
    outside.nodes[0].attributes.push(("alpha".into(), Attribute::Reference("stride".into())));
    let words = "node `first` (Relu): `alpha` is the attribute `stride` of a function, but the node is in none";
    assert!(refused(&outside.bytes()).contains(words));
}

#[test]
fn inputs_and_outputs_of_a_call_may_be_left_out_or_passed_through() {
    let mut file = graph(
        &["1x3x8x8", "w4x3x3x3"],
        &[("my.Block", "value0 value1", "again map", ""), ("Relu", "again", "out", "")],
    );
    let nodes = [("Conv", "x w b", "y", ""), ("Relu", "y", "unused", "")];
    file.functions.push(function("my.Block", "x w b", "x y unused", &nodes));
    assert_eq!(amount(&file, Event::ConvMacs), 27 * 4 * 36);
    assert_eq!(amount(&file, Event::ReluElements), 4 * 36 + 3 * 64);
}

#[test]
fn a_function_that_does_not_end_or_does_not_fit_is_an_error() {
    let mut itself = block();
    itself.functions[0].nodes[1] = short::node("my.Block", &names("map w"), &names("y"), "");
    let mut around = block();
    around.functions[0].nodes[1] = short::node("my.Other", &names("map w"), &names("y"), "");
    around.functions.push(function("my.Other", "x w", "y", &[("my.Block", "x w", "y", "")]));
    let mut inputs = block();
    inputs.functions[0].inputs.pop();
    let mut outputs = block();
    outputs.functions[0].outputs.clear();
    let mut undefined = block();
    undefined.functions[0].nodes.pop();
    let mut deep = block();
    for level in 0..100 {
        let inner = format!("my.F{}", level + 1);
        deep.functions.push(function(&format!("my.F{level}"), "x", "y", &[(&inner, "x", "y", "")]));
    }
    deep.nodes[0] = short::node("my.F0", &names("value0"), &names("mid"), "");
    for (file, words) in [
        (itself, "the function `Block` calls itself"),
        (around, "the function `Block` calls itself"),
        (inputs, "the function `Block` has 1 inputs, but a call of it has 2"),
        (outputs, "the function `Block` has 0 outputs, but a call of it has 1"),
        (undefined, "node 2 `second/Conv` (Conv): no earlier node computes its input `mid`"),
        (deep, "functions call each other more than 32 deep"),
    ] {
        let found = refused(&file.bytes());
        assert!(found.contains(words), "{words}\n{found}");
    }
}

#[test]
fn functions_that_double_are_refused_before_they_fill_the_memory() {
    let words = "the functions of the file make more than 262144 nodes, or nodes of more than 268435456 bytes";
    // Two calls in each of 30 functions: 2^30 nodes, or none in functions that are empty at the end.
    for last in [&[("Relu", "x", "y", "")][..], &[]] {
        let mut file = graph(&["1x8"], &[("my.F0", "value0", "out", "")]);
        for level in 0..30 {
            let inner = format!("my.F{}", level + 1);
            let nodes = [(&inner[..], "x", "z", ""), (&inner[..], "z", "y", "")];
            file.functions.push(function(&format!("my.F{level}"), "x", "y", &nodes));
        }
        file.functions.push(function("my.F30", "x", "y", last));
        assert!(refused(&file.bytes()).contains(words));
    }
    // Names that grow, and long lists.
    let mut file = graph(&["1x8"], &[("my.F0", "value0", "out", "")]);
    for level in 0..15 {
        let inner = format!("my.F{}", level + 1);
        let nodes = [(&inner[..], "x", "z", ""), (&inner[..], "z", "y", "")];
        file.functions.push(function(&format!("my.F{level}"), "x", "y", &nodes));
        file.functions[level].nodes[0].name = "n".repeat(60_000);
    }
    file.functions.push(function("my.F15", "x", "y", &[("Relu", "x", "y", "")]));
    assert!(refused(&file.bytes()).contains(words));
}

fn branch(nodes: &[Entry], output: &str) -> Attribute {
    let mut file = graph(&[], nodes);
    file.outputs.push(short::value_info(output, ""));
    Attribute::Graph(Box::new(file))
}

/// An `If` that squeezes a map of one row, as PyTorch exports `squeeze`, and then a ReLU.
fn squeeze(input: &str) -> File {
    let mut file = graph(
        &[input, "i2"],
        &[
            ("Shape", "value0", "shape", ""),
            ("Gather", "shape value1", "height", ""),
            ("Constant", "", "one", "value=@i1"),
            ("Equal", "height one", "is_row", ""),
            ("If", "is_row", "squeezed", ""),
            ("Relu", "squeezed", "out", ""),
        ],
    );
    let then =
        branch(&[("Constant", "", "axes", "value=@i2,"), ("Squeeze", "value0 axes", "a", "")], "a");
    let other = branch(&[("Sigmoid", "value0", "a", "")], "a");
    file.nodes[4].attributes = vec![("then_branch".into(), then), ("else_branch".into(), other)];
    file
}

#[test]
fn the_branch_of_a_known_condition_is_part_of_the_graph() {
    let row = built(&squeeze("1x8x1x5")).expect("a network").network;
    let shapes: Vec<String> = row.layers().iter().map(|placed| placed.output.to_string()).collect();
    assert_eq!(shapes, ["5×8×1"]);
    assert_eq!(paths(&squeeze("1x8x2x5")), ["Sigmoid", "Relu"]);
    assert_eq!(places(&squeeze("1x8x2x5")), ["/If/else_branch//Sigmoid", "/Relu"]);
    assert_eq!(amount(&squeeze("1x8x2x5"), Event::SigmoidElements), 80);
}

#[test]
fn branches_hold_weights_other_branches_and_names_of_their_own() {
    let conv = |output: &str| {
        let mut file = graph(&["1x3x8x8"], &[("Conv", "value0 weights", "map", "")]);
        file.inputs.clear();
        file.initializers.extend(short::initializer("weights", "w4x3x3x3"));
        file.outputs.push(short::value_info(output, ""));
        Attribute::Graph(Box::new(file))
    };
    let choose = |inner: Attribute, output: &str| {
        let mut node = short::node("If", &names("value1"), &names(output), "");
        let unknown = branch(&[("Odd", "value0", "odd", "")], "odd");
        node.attributes = vec![("then_branch".into(), inner), ("else_branch".into(), unknown)];
        node
    };
    let inner = File {
        nodes: vec![choose(conv("map"), "inner")],
        outputs: vec![short::value_info("inner", "")],
        ..File::default()
    };
    let mut file =
        graph(&["1x3x8x8", "i1"], &[("Relu", "first", "a", ""), ("Relu", "second", "b", "")]);
    file.nodes.insert(0, choose(Attribute::Graph(Box::new(inner)), "first"));
    file.nodes.insert(1, choose(conv("map"), "second"));
    // The unknown operator of the other branch never runs; each branch has weights of the same name.
    assert_eq!(
        (amount(&file, Event::ConvMacs), amount(&file, Event::ConvWeights)),
        (2 * 3888, 216)
    );
    let mut outer = file.clone();
    outer.nodes.push(short::node("Relu", &names("map"), &names("c"), ""));
    assert!(
        refused(&outer.bytes())
            .contains("node 5 `/Relu` (Relu): no earlier node computes its input `map`")
    );
    let mut taken = file.clone();
    taken.initializers[0] = short::initializer("value1", "i0").expect("a number");
    let found = refused(&taken.bytes());
    assert!(
        found.contains("the graph has 1 unknown operator Odd (2 ×): node 1 `/Odd` (Odd)"),
        "{found}"
    );
    for (attribute, words) in [
        (conv("nowhere"), "node 2 `/If` (If): no node computes the output `nowhere`"),
        (
            Attribute::Graph(Box::default()),
            "node 2 `/If` (If): the branch has 0 outputs, but the node has 1",
        ),
    ] {
        let mut file = file.clone();
        file.nodes[1].attributes[0].1 = attribute;
        let found = refused(&file.bytes());
        assert!(found.contains(words), "{words}\n{found}");
    }
}

#[test]
fn a_condition_that_only_a_run_decides_is_listed_as_unknown() {
    let mut file = squeeze("1x8x2x5");
    file.inputs.push(short::value_info("is_open", "1"));
    file.nodes[4].inputs = names("is_open");
    let found = refused(&file.bytes());
    let words =
        "the condition of `If` is only known when the network runs (1 ×): node 5 `/If` (If)";
    assert!(found.contains(words), "{found}");
    let allowed = Imported::read(
        Cursor::new(file.bytes()),
        Options { allow_unknown: true, ..Options::default() },
    );
    let built = allowed.and_then(|file| file.build(None)).expect("a lower bound");
    assert_eq!(built.network.ledger().amount(Event::UnknownOperators), 2);
}

#[test]
fn a_function_may_hold_branches_and_branches_call_functions() {
    let mut file = squeeze("1x8x2x5");
    let mut nodes = file.nodes.split_off(4);
    let relu = nodes.pop();
    let call = short::node("my.Squeeze", &names("value0 is_row"), &names("squeezed"), "");
    file.nodes.extend([call].into_iter().chain(relu));
    file.nodes[4].attributes.push(("slope".into(), Attribute::Float(0.5)));
    let mut inside = nodes.remove(0);
    inside.inputs = names("condition");
    let mut leaky = short::node("my.Leaky", &names("value0"), &names("a"), "");
    leaky.attributes.push(("alpha".into(), Attribute::Reference("slope".into())));
    let other =
        File { nodes: vec![leaky], outputs: vec![short::value_info("a", "")], ..File::default() };
    inside.attributes[1].1 = Attribute::Graph(Box::new(other));
    let body = Function {
        nodes: vec![inside],
        ..function("my.Squeeze", "value0 condition", "squeezed", &[])
    };
    file.functions.push(body);
    file.functions.push(function("my.Leaky", "x", "y", &[("LeakyRelu", "x", "y", "")]));
    assert_eq!(paths(&file), ["Leaky", "Relu"]);
    let short = squeeze("1x8x1x5").inputs.remove(0);
    file.inputs[0] = short;
    assert_eq!(paths(&file), ["Relu"]);
}

/// An `If` in the branch of another one, this many times.
fn nested(times: usize) -> File {
    let mut inside = graph(&[], &[("Relu", "value0", "out", "")]);
    for _ in 0..times {
        inside.outputs = vec![short::value_info("out", "")];
        let mut node = short::node("If", &names("value1"), &names("out"), "");
        let branches = ["then_branch", "else_branch"];
        let branch = |name: &str| (name.to_string(), Attribute::Graph(Box::new(inside.clone())));
        node.attributes = branches.map(branch).to_vec();
        inside = File { nodes: vec![node], ..File::default() };
    }
    let outer = graph(&["1x8", "i1"], &[]);
    File { nodes: inside.nodes, ..outer }
}

#[test]
fn branches_deeper_than_any_network_has_are_not_read() {
    assert_eq!(amount(&nested(8), Event::ReluElements), 8);
    assert!(refused(&nested(9).bytes()).contains("If (1 ×): node 1 `/If` (If)"));
}

#[test]
fn a_broken_file_with_functions_and_branches_is_a_network_or_an_error() {
    for whole in [block().bytes(), squeeze("1x8x2x5").bytes()] {
        let read = |bytes: &[u8]| {
            let _ = Imported::read(
                Cursor::new(bytes),
                Options { allow_unknown: true, ..Options::default() },
            )
            .and_then(|file| file.build(None));
        };
        (0..whole.len()).for_each(|end| read(&whole[..end]));
        for bit in 0..8 * whole.len() {
            let mut turned = whole.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            read(&turned);
        }
    }
}

#[test]
fn a_network_of_views_costs_nothing() {
    let mut file = graph(&["1x8"], &[("Identity", "value0", "out", "")]);
    let network = built(&file).expect("a network").network;
    assert_eq!((network.macs(), network.params(), network.layers().len()), (0, 0, 0));
    assert_eq!((network.stages().len(), network.stages()[0].name.as_str()), (1, "graph"));
    let views = [("Flatten", "value0", "flat", ""), ("Reshape", "flat shape", "out", "")];
    file.nodes = graph(&[], &views).nodes;
    file.initializers.extend(short::initializer("shape", "i2,4"));
    assert_eq!(built(&file).expect("a network").network.macs(), 0);
}

#[test]
fn a_size_of_zero_is_called_that() {
    let mut file = block();
    file.inputs[0] = short::value_info("value0", "1x0x4");
    assert!(refused(&file.bytes()).starts_with("input `value0` is 1×0×4: a size is 0"));
}
