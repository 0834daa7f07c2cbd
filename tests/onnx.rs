//! ONNX files: every operator's shapes and costs, exporters' habits, and malformed files.

// A test ends where something is not as it should be.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation
)]

#[path = "onnx/batch.rs"]
mod batch;
#[path = "onnx/cases.rs"]
mod cases;
#[path = "onnx/fixed.rs"]
mod fixed;
#[path = "../benches/growth/graphs.rs"]
mod graphs;
#[path = "onnx/growth.rs"]
mod growth;
#[path = "onnx/numbers.rs"]
mod numbers;
#[path = "onnx/places.rs"]
mod places;
#[path = "onnx/short.rs"]
mod short;
#[path = "onnx/subgraphs.rs"]
mod subgraphs;
#[path = "onnx/trained.rs"]
mod trained;
#[path = "onnx/write.rs"]
mod write;

use std::collections::BTreeSet;
use std::io::Cursor;

use cases::{CASES, OF_NUMBERS, UNARY};
use phiscale::onnx::{Built, Imported, Options, Sizes, operators};
use phiscale::{Event, Network, Request, memory, spec};
use write::{File, Numbers};

fn built(file: &File) -> Result<Built, String> {
    let imported = Imported::read(Cursor::new(file.bytes()), Options::default());
    imported.and_then(|imported| imported.build(None)).map_err(|error| error.message().to_string())
}

/// The shapes that a node puts out, seen by a ReLU after each, its params and its multiply-adds.
fn counted(file: &File) -> Result<(Vec<String>, u128, u128), String> {
    let network = built(file)?.network;
    let seen = network.layers().iter().filter(|placed| placed.path.starts_with("Relu"));
    let shapes = seen.map(|placed| placed.output.to_string()).collect();
    let cost = network.ledger();
    Ok((shapes, cost.total(Event::PARAMS), cost.total(Event::MACS)))
}

#[test]
fn every_operator_has_the_shapes_and_the_cost_that_it_should() {
    for (operator, inputs, attributes, shapes, params, macs) in CASES {
        let file = short::file(operator, inputs, attributes, shapes.len().max(1));
        let found = counted(&file);
        let shapes: Vec<String> = shapes.iter().map(ToString::to_string).collect();
        assert_eq!(found, Ok((shapes, *params, *macs)), "{operator} {inputs:?} {attributes}");
    }
    for operator in UNARY {
        let found = counted(&short::file(operator, &["1x8x4x4"], "", 1));
        let shapes = found.map(|(shapes, ..)| shapes.last().cloned());
        assert_eq!(shapes, Ok(Some("8×4×4".into())), "{operator}");
    }
}

#[test]
fn a_mean_of_one_element_is_an_adaptive_pool_to_the_size_that_the_map_has() {
    let of = |window| {
        amount(&short::file("AveragePool", &["1x8x7x7"], window, 1), Event::AdaptivePoolInputs)
    };
    assert_eq!(of("kernel_shape=1,1 strides=1,1"), 8 * 7 * 7);
    assert_eq!(of("kernel_shape=1,1 strides=2,2"), 0);
    assert_eq!(of("kernel_shape=3,3 strides=1,1 pads=1,1,1,1"), 0);
}

#[test]
fn an_activation_function_of_specs_has_the_same_event_in_onnx() {
    for operator in UNARY {
        let own = |event: &&Event| {
            event
                .name()
                .strip_suffix("_elements")
                .is_some_and(|name| name.replace('_', "") == operator.to_lowercase())
        };
        if let Some(event) = Event::ALL.iter().find(own) {
            let file = short::file(operator, &["1x8x4x4"], "", 1);
            assert!(amount(&file, *event) >= 8 * 4 * 4, "{operator} is not counted as {event:?}");
        }
    }
}

#[test]
fn no_operator_is_without_a_case() {
    let cases = CASES.iter().map(|(operator, ..)| *operator);
    let tried: BTreeSet<&str> =
        cases.chain(UNARY.iter().copied()).chain(OF_NUMBERS.iter().copied()).collect();
    let known: BTreeSet<&str> = operators().collect();
    assert_eq!(tried, known);
}

/// A graph of nodes, each with its operator, inputs, outputs and attributes.
fn graph(inputs: &[&str], nodes: &[(&str, &str, &str, &str)]) -> File {
    let mut file = File::default();
    for input in inputs {
        short::add(&mut file, input);
    }
    for (operator, from, to, attributes) in nodes {
        let names = |text: &str| -> Vec<String> { text.split(' ').map(Into::into).collect() };
        file.nodes.push(short::node(operator, &names(from), &names(to), attributes));
    }
    file
}

fn amount(file: &File, event: Event) -> u64 {
    built(file).expect("a network").network.ledger().amount(event)
}

/// The network of a spec's only block.
fn of_steps(steps: &str) -> Network<u64> {
    let text = format!(
        "input = {{ channels = 4, size = 5 }}\n[block.one]\nsteps = [{steps}]\n[[stage]]\nname = 'one'\nblock = 'one'\n"
    );
    let family = spec::parse("one", "one.toml", &text).expect("a spec");
    family.network(&Request::BASELINE).expect("a network").network
}

#[test]
fn upsampling_counts_as_in_a_spec() {
    for (mode, step) in [("nearest", "nearest"), ("linear", "bilinear")] {
        let settings = format!("mode={mode}");
        let file =
            graph(&["1x4x5x5", "", "f1,1,2,2"], &[("Resize", "value0  value1", "out", &settings)]);
        let network = of_steps(&format!("{{ upsample = '{step}', scale = 2 }}"));
        assert_eq!(built(&file).expect("a network").network.ledger(), network.ledger(), "{mode}");
    }
}

#[test]
fn a_transposed_convolution_counts_as_in_a_spec() {
    let attributes = "strides=2,2 pads=1,1,1,1 output_padding=1,1 group=2";
    let node = ("ConvTranspose", "value0 value1 value2", "out", attributes);
    let file = graph(&["1x4x5x5", "w4x3x3x3", "w6"], &[node]);
    let network = of_steps(
        "{ transposed_conv = 6, kernel = 3, stride = 2, padding = 1, output_padding = 1, groups = 2, bias = true }",
    );
    assert_eq!(built(&file).expect("a network").network.ledger(), network.ledger());
}

#[test]
fn numbers_of_shapes_are_computed() {
    // x.reshape(x.shape[0], 4, x.shape[1] // 4, -1), as TorchScript writes it out.
    let shuffle: &[(&str, &str, &str, &str)] = &[
        ("Shape", "value0", "shape", ""),
        ("Constant", "", "zero", "value=@i0"),
        ("Constant", "", "one", "value_int=1"),
        ("Gather", "shape zero", "batch", "axis=0"),
        ("Gather", "shape one", "channels", "axis=0"),
        ("Constant", "", "four", "value=@i4"),
        ("Div", "channels four", "quarter", ""),
        ("Constant", "", "first", "value_ints=[0]"),
        ("Unsqueeze", "batch first", "a", ""),
        ("Unsqueeze", "four first", "b", ""),
        ("Unsqueeze", "quarter first", "c", ""),
        ("Constant", "", "rest", "value=@i-1,"),
        ("Concat", "a b c rest", "sizes", "axis=0"),
        ("Reshape", "value0 sizes", "cut", ""),
        ("Relu", "cut", "out", ""),
    ];
    let network = built(&graph(&["1x8x3x5"], shuffle)).expect("a network").network;
    assert_eq!(network.layers()[0].output.to_string(), "4×2×15");
    // The pads of F.pad: a row is made a table, turned round, and made a row again.
    let pads: &[(&str, &str, &str, &str)] = &[
        ("Constant", "", "row", "value=@i3,4,1,2,0,0,0,0"),
        ("Constant", "", "table", "value=@i-1,2"),
        ("Reshape", "row table", "pairs", ""),
        ("Constant", "", "first", "value=@i0,"),
        ("Constant", "", "last", "value=@i-1,"),
        ("Constant", "", "end", "value=@i-9223372036854775807,"),
        ("Slice", "pairs last end first last", "turned", ""),
        ("Transpose", "turned", "columns", "perm=1,0"),
        ("Constant", "", "flat", "value=@i-1,"),
        ("Reshape", "columns flat", "pads", ""),
        ("Pad", "value0 pads", "padded", ""),
        ("Relu", "padded", "out", ""),
    ];
    let network = built(&graph(&["1x8x3x5"], pads)).expect("a network").network;
    assert_eq!(network.layers()[0].output.to_string(), "8×6×12");
    // A choice, a comparison, a range, a product of all, halves rounded down.
    let others: &[(&str, &str, &str, &str)] = &[
        ("Size", "value0", "size", ""),
        ("Constant", "", "scale", "value=@f0.5"),
        ("Cast", "size", "real", "to=1"),
        ("Mul", "real scale", "half", ""),
        ("Constant", "", "low", "value=@f2"),
        ("Clip", "half low", "enough", ""),
        ("Floor", "enough", "floor", ""),
        ("Cast", "floor", "whole", "to=7"),
        ("Constant", "", "first", "value=@i0,"),
        ("Unsqueeze", "whole first", "sizes", ""),
        ("Constant", "", "minus", "value=@i-1,"),
        ("Equal", "sizes minus", "is_free", ""),
        ("ConstantOfShape", "first", "nothing", "value=@i1"),
        ("Where", "is_free minus sizes", "chosen", ""),
        ("Constant", "", "zero", "value=@i0"),
        ("Constant", "", "one", "value=@i1"),
        ("ReduceProd", "chosen", "limit", "keepdims=0"),
        ("Range", "zero limit one", "range", ""),
        ("Shape", "range", "length", ""),
        ("Less", "length minus", "is_less", ""),
        ("Greater", "length minus", "is_more", ""),
        ("LessOrEqual", "length minus", "is_at_most", ""),
        ("GreaterOrEqual", "length minus", "is_at_least", ""),
        ("ConstantOfShape", "length", "map", ""),
        ("Add", "value1 map", "out", ""),
    ];
    assert_eq!(amount(&graph(&["1x3x3", "4"], others), Event::OtherElements), 4);
}

#[test]
fn a_sequence_is_one_value_until_it_is_taken_apart() {
    for (parts, place, expected) in
        [("value=@i3", "value=@i-1", "2×4×4"), ("value=@i2,6", "value=@i1", "6×4×4")]
    {
        let nodes: &[(&str, &str, &str, &str)] = &[
            ("Constant", "", "parts", parts),
            ("SplitToSequence", "value0 parts", "row", "axis=1"),
            ("Constant", "", "place", place),
            ("SequenceAt", "row place", "part", ""),
            ("Relu", "part", "out", ""),
        ];
        let network = built(&graph(&["1x8x4x4"], nodes)).expect("a network").network;
        assert_eq!(network.layers()[0].output.to_string(), expected);
    }
}

#[test]
fn weights_that_are_normalised_before_they_are_used_are_weights() {
    let nodes: &[(&str, &str, &str, &str)] = &[
        ("ReduceMean", "value1", "mean", "axes=1,2,3"),
        ("Sub", "value1 mean", "centred", ""),
        ("Mul", "centred value2", "weights", ""),
        ("Conv", "value0 weights", "out", ""),
    ];
    let file = graph(&["1x3x8x8", "w4x3x3x3", "w4x1x1x1"], nodes);
    let network = built(&file).expect("a network").network;
    assert_eq!((network.ledger().total(Event::PARAMS), network.layers().len()), (112, 1));
}

#[test]
fn activations_written_out_as_formulas_are_one_layer() {
    let silu: &[(&str, &str, &str, &str)] =
        &[("Sigmoid", "value0", "gate", ""), ("Mul", "value0 gate", "out", "")];
    let gelu: &[(&str, &str, &str, &str)] = &[
        ("Div", "value0 value1", "a", ""),
        ("Erf", "a", "b", ""),
        ("Add", "b value2", "c", ""),
        ("Mul", "value0 c", "d", ""),
        ("Mul", "d value3", "out", ""),
    ];
    let other_gelu: &[(&str, &str, &str, &str)] = &[
        ("Mul", "value0 value3", "half", ""),
        ("Div", "value0 value1", "a", ""),
        ("Erf", "a", "b", ""),
        ("Add", "value2 b", "c", ""),
        ("Mul", "half c", "out", ""),
    ];
    let hard_swish: &[(&str, &str, &str, &str)] = &[
        ("Add", "value0 value4", "a", ""),
        ("Clip", "a value5 value6", "b", ""),
        ("Mul", "value0 b", "c", ""),
        ("Div", "c value6", "out", ""),
    ];
    let from_hard_sigmoid: &[(&str, &str, &str, &str)] =
        &[("HardSigmoid", "value0", "gate", ""), ("Mul", "gate value0", "out", "")];
    let inputs = ["1x6x8", "f1.41421356", "f1", "f0.5", "f3", "f0", "f6"];
    for (nodes, event) in [
        (silu, Event::SiluElements),
        (gelu, Event::GeluElements),
        (other_gelu, Event::GeluElements),
        (hard_swish, Event::HardSwishElements),
        (from_hard_sigmoid, Event::HardSwishElements),
    ] {
        let network = built(&graph(&inputs, nodes)).expect("a network").network;
        assert_eq!(network.layers().len(), 1, "{event:?}: {:?}", network.layers());
        assert_eq!(network.ledger().amount(event), 48, "{event:?}");
        // It is written over its input, as one function is.
        assert_eq!(
            memory::of(&network, memory::Dtype::Fp32, 1).peak_activation_bytes,
            4 * 48,
            "{event:?}"
        );
    }
    // A gate of another value is not part of an activation.
    let apart: &[(&str, &str, &str, &str)] =
        &[("Sigmoid", "value0", "gate", ""), ("Mul", "value1 gate", "out", "")];
    let file = graph(&["1x6x8", "1x6x8"], apart);
    assert_eq!(
        (amount(&file, Event::SigmoidElements), amount(&file, Event::GateMultiplies)),
        (48, 48)
    );
}

#[test]
fn a_layer_norm_written_out_as_a_formula_is_one_layer() {
    let nodes: &[(&str, &str, &str, &str)] = &[
        ("ReduceMean", "value0", "mean", "axes=[-1]"),
        ("Sub", "value0 mean", "centred", ""),
        ("Pow", "centred value1", "squared", ""),
        ("ReduceMean", "squared", "variance", "axes=[-1]"),
        ("Add", "variance value2", "safe", ""),
        ("Sqrt", "safe", "deviation", ""),
        ("Div", "centred deviation", "normed", ""),
        ("Mul", "normed value3", "scaled", ""),
        ("Add", "scaled value4", "out", ""),
    ];
    let file = graph(&["1x6x8", "f2", "f0.00001", "w8", "w8"], nodes);
    let network = built(&file).expect("a network").network;
    assert_eq!(network.layers().len(), 1, "{:?}", network.layers());
    assert_eq!(network.layers()[0].kind(), "norm");
    assert_eq!(
        (amount(&file, Event::LayerNormElements), amount(&file, Event::NormAffine)),
        (48, 16)
    );
}

#[test]
fn a_bias_that_is_added_is_a_bias() {
    let nodes: &[(&str, &str, &str, &str)] =
        &[("MatMul", "value0 value1", "product", ""), ("Add", "value2 product", "out", "")];
    let file = graph(&["1x6x8", "w8x4", "w4"], nodes);
    let network = built(&file).expect("a network").network;
    assert_eq!(network.layers().len(), 1);
    assert_eq!((amount(&file, Event::LinearBiases), amount(&file, Event::LinearBiasAdds)), (4, 24));
    let nodes: &[(&str, &str, &str, &str)] =
        &[("Conv", "value0 value1", "map", ""), ("Add", "map value2", "out", "")];
    let file = graph(&["1x3x8x8", "w4x3x1x1", "w1x4x1x1"], nodes);
    assert_eq!((amount(&file, Event::ConvBiases), amount(&file, Event::Embeddings)), (4, 0));
}

#[test]
fn weights_that_several_nodes_read_are_stored_once_and_used_each_time() {
    let nodes: &[(&str, &str, &str, &str)] = &[
        ("Conv", "value0 value1", "first", "pads=1,1,1,1"),
        ("Conv", "first value1", "second", "pads=1,1,1,1"),
    ];
    let file = graph(&["1x3x8x8", "w3x3x3x3"], nodes);
    assert_eq!(
        (amount(&file, Event::ConvWeights), amount(&file, Event::ConvMacs)),
        (81, 2 * 81 * 64)
    );
    // Under a second name it was a second tensor, until an exporter saw that both are equal.
    let nodes: &[(&str, &str, &str, &str)] = &[
        ("Identity", "value1", "other", ""),
        ("Conv", "value0 value1", "first", "pads=1,1,1,1"),
        ("Conv", "first other", "second", "pads=1,1,1,1"),
    ];
    let file = graph(&["1x3x8x8", "w3x3x3x3"], nodes);
    assert_eq!(amount(&file, Event::ConvWeights), 162);
    assert!(
        built(&file).expect("a network").notes[0].starts_with("1 initializer has a second name")
    );
}

#[test]
fn weights_may_be_constants_and_a_bias_of_zeros_is_not_counted() {
    let nodes: &[(&str, &str, &str, &str)] = &[
        ("Constant", "", "weights", "value=@w4x3x3x3"),
        ("Constant", "", "zero", "value=@f0"),
        ("Constant", "", "four", "value=@i4,"),
        ("Expand", "zero four", "zeros", ""),
        ("Conv", "value0 weights zeros", "map", ""),
        ("Constant", "", "shift", "value=@w4x6x6"),
        ("Add", "map shift", "out", ""),
    ];
    let file = graph(&["1x3x8x8"], nodes);
    let cost = built(&file).expect("a network").network.ledger();
    assert_eq!(cost.total(Event::PARAMS), 108);
    assert_eq!(cost.amount(Event::ConvBiasAdds), 0);
}

/// An export of torchvision's mobilenet_v3_small without folding, against the spec of the same network: the same events,
/// stored values and peak memory. Only that a squeeze is a pool is not in the file.
#[test]
fn an_export_has_the_ledger_of_the_spec() {
    let file = std::fs::File::open("tests/onnx/mobilenet_v3_small.onnx").expect("a file");
    let built = Imported::read(file, Options::default()).and_then(|imported| imported.build(None));
    let found = built.expect("a network").network;
    let text = phiscale::spec::bundled("mobilenetv3").expect("a spec");
    let family = phiscale::spec::parse("mobilenetv3", "mobilenetv3", text).expect("a family");
    let member = family.member("torchvision/mobilenet_v3_small");
    let request = phiscale::Request { member, ..phiscale::Request::BASELINE };
    let expected = family.network(&request).expect("a network").network;
    let squeezes = [
        Event::SqueezeInputs,
        Event::SqueezeOutputs,
        Event::AdaptivePoolInputs,
        Event::AdaptivePoolOutputs,
    ];
    let (found_cost, expected_cost) = (found.ledger(), expected.ledger());
    for event in Event::ALL.iter().filter(|event| !squeezes.contains(event)) {
        assert_eq!(found_cost.amount(*event), expected_cost.amount(*event), "{}", event.name());
    }
    assert_eq!(found_cost.total(&squeezes), expected_cost.total(&squeezes));
    let memory = |network| memory::of(network, memory::Dtype::Fp32, 1).peak_activation_bytes;
    assert_eq!(memory(&found), memory(&expected));
}

#[test]
fn stored_tensors_may_be_inputs_and_names_may_be_missing() {
    let mut file = graph(&["1x3x8x8", "w3x3x3x3"], &[("Conv", "value0 value1", "out", "")]);
    file.inputs.insert(0, short::value_info("value1", "3x3x3x3"));
    file.nodes[0].name = String::new();
    let network = built(&file).expect("a network").network;
    assert_eq!(network.layers()[0].path, "Conv");
    assert_eq!(network.input().to_string(), "3×8×8");
}

/// The error and help of reading or building a file.
fn refused(bytes: &[u8]) -> String {
    let imported = Imported::read(Cursor::new(bytes), Options::default());
    let error = imported.and_then(|imported| imported.build(None)).expect_err("a refusal");
    let [problem] = error.problems() else { panic!("one refusal: {error}") };
    format!("{} {}", problem.message, problem.help.join(" "))
}

fn conv() -> File {
    graph(&["1x3x8x8", "w3x3x3x3"], &[("Conv", "value0 value1", "out", "")])
}

#[test]
fn a_malformed_graph_is_an_error_with_its_place() {
    let mut again = conv();
    again.nodes.push(again.nodes[0].clone());
    let mut twice = conv();
    twice.initializers.push(twice.initializers[0].clone());
    let cycle =
        graph(&["1x8"], &[("Add", "value0 second", "first", ""), ("Relu", "first", "second", "")]);
    let mut no_output = conv();
    no_output.outputs.push(short::value_info("nowhere", ""));
    let mut negative = conv();
    negative.initializers[0].dims[0] = -3;
    let mut vast = conv();
    vast.initializers[0].dims = vec![1 << 60, 1 << 60];
    let mut vast_input = conv();
    vast_input.inputs[0].dims[2] = (1u64 << 60).to_string();
    let mut hollow = conv();
    hollow.initializers[0].dims = vec![0, 1 << 60, 1 << 60];
    let mut unshaped = conv();
    unshaped.inputs[0].dims.clear();
    for (file, words) in [
        (
            graph(&["1x3x8x8"], &[("Conv", "value0 weights", "out", "")]),
            "node 1 `/Conv` (Conv): no earlier node computes its input `weights`",
        ),
        (
            graph(&["1x3x8x8"], &[("Conv", "value0", "out", "")]),
            "node 1 `/Conv` (Conv): input 2 is missing",
        ),
        (again, "node 2 `/Conv` (Conv): two values have the name `out`"),
        (twice, "two values have the name `value1`"),
        (cycle, "node 1 `/Add` (Add): no earlier node computes its input `second`"),
        (no_output, "no node computes the output `nowhere`"),
        (negative, "byte 113: initializer `value1` has a dimension of -3"),
        (
            vast,
            "initializer `value1`: a value of shape 1152921504606846976×1152921504606846976 has too many elements",
        ),
        (
            vast_input,
            "input `value0`: a value of shape 1×3×1152921504606846976×8 has too many elements",
        ),
        (hollow, "0×1152921504606846976×1152921504606846976 has too many elements"),
        (unshaped, "weights of 3×3×3×3 do not fit the input, which is a scalar"),
    ] {
        let found = refused(&file.bytes());
        assert!(found.contains(words), "{words}\n{found}");
    }
}

#[test]
fn a_node_that_does_not_fit_its_inputs_is_an_error() {
    for (file, words) in [
        (
            graph(&["1x4x8x8", "w3x3x3x3"], &[("Conv", "value0 value1", "out", "")]),
            "weights of 3×3×3×3 do not fit the input, which is 1×4×8×8",
        ),
        (
            graph(&["1x3x8x8", "w3x3x9x9"], &[("Conv", "value0 value1", "out", "")]),
            "the kernel covers 9 pixels, but the padded input has only 8",
        ),
        (
            graph(&["1x3x8x8", "w3x3x3x3"], &[("Conv", "value0 value1", "out", "strides=0,1")]),
            "strides must be 2 sizes above 0, found [0, 1]",
        ),
        (
            graph(&["1x3x8x8", "w3x3x3x3"], &[("Conv", "value0 value1", "out", "pads=1,1,1,-1")]),
            "a size cannot be negative, found -1",
        ),
        (
            graph(&["1x3x8x8", "w3x3x3x3"], &[("Conv", "value0 value1", "out", "auto_pad=SOME")]),
            "auto_pad `SOME` is not one of NOTSET, SAME_UPPER, SAME_LOWER and VALID",
        ),
        (
            graph(&["1x8", "1x9"], &[("Add", "value0 value1", "out", "")]),
            "1×8 and 1×9 cannot be broadcast together",
        ),
        (
            graph(&["1x8", "i3,-1"], &[("Reshape", "value0 value1", "out", "")]),
            "1×8 cannot be reshaped to [3, -1]",
        ),
        (
            graph(&["1x8", "1x2"], &[("Reshape", "value0 value1", "out", "")]),
            "`shape` is only known when the network runs",
        ),
        (
            graph(&["1x8"], &[("Transpose", "value0", "out", "perm=0,0")]),
            "perm must be a permutation of the 2 axes, found [0, 0]",
        ),
        (
            graph(&["1x8"], &[("Concat", "value0", "out", "axis=2")]),
            "axis 2 is out of range for a value with 2 axes",
        ),
        (
            graph(&["1x8", "i0,"], &[("Slice", "value0 value1 value1 value1 value1", "out", "")]),
            "a step is 0",
        ),
        (
            graph(&["1x8", "i1125899906842624,1"], &[("Tile", "value0 value1", "out", "")]),
            "has too many elements",
        ),
        (
            graph(&["i9223372036854775807,1"], &[("ConstantOfShape", "value0", "out", "")]),
            "has too many elements",
        ),
        (
            graph(
                &["i0", "i9223372036854775807", "i-9223372036854775808"],
                &[("Range", "value2 value1 value0", "out", "")],
            ),
            "the range from -9223372036854775808 to 9223372036854775807 is too long",
        ),
        (
            graph(
                &["1x3x8"],
                &[
                    ("If", "value0", "out", ""),
                    ("If", "out", "on", ""),
                    ("com.Loop", "on", "end", ""),
                ],
            ),
            "the graph has 2 unknown operators",
        ),
    ] {
        let found = refused(&file.bytes());
        assert!(found.contains(words), "{words}\n{found}");
    }
}

#[test]
fn malformed_bytes_are_an_error_that_names_the_byte() {
    let whole = conv().bytes();
    let mut endless = whole.clone();
    endless.extend([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    for (bytes, words) in [
        (&b""[..], "byte 0: not an ONNX file: it has no graph"),
        (b"[efficientnet]", "byte 1: wire type 3 is not one of 0, 1, 2 and 5"),
        (&[0x08, 0xff], "byte 2: the file ends in the middle of a field"),
        (&[0xff; 32], "byte 10: a number has more than 10 bytes"),
        (&endless, "a field of 4294967295 bytes does not fit into the 0 bytes left"),
    ] {
        let found = refused(bytes);
        assert!(found.contains(words), "{words}\n{found}");
    }
    // Cut off anywhere, or with any bit flipped, the file is a network or an error and never a panic.
    for end in 0..whole.len() {
        let _ = Imported::read(
            Cursor::new(&whole[..end]),
            Options { allow_unknown: true, ..Options::default() },
        )
        .and_then(|file| file.build(None));
    }
    for bit in 0..8 * whole.len() {
        let mut turned = whole.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        let _ = Imported::read(
            Cursor::new(&turned),
            Options { allow_unknown: true, ..Options::default() },
        )
        .and_then(|file| file.build(None));
    }
}

#[test]
fn graphs_in_graphs_are_not_followed() {
    // From the innermost graph outwards, only the bytes before each: its key and length, and those of its node.
    let mut fronts: Vec<Vec<u8>> = Vec::new();
    let mut length = 0;
    for _ in 0..50_000 {
        let mut attribute = vec![0x32];
        write::varint(&mut attribute, length);
        length += attribute.len() as u64;
        let mut node = b"\x22\x02If\x2a".to_vec();
        write::varint(&mut node, length);
        length += node.len() as u64;
        let mut graph = vec![0x0a];
        write::varint(&mut graph, length);
        length += graph.len() as u64;
        fronts.push([graph, node, attribute].concat());
    }
    let mut model = vec![0x3a];
    write::varint(&mut model, length);
    model.extend(fronts.into_iter().rev().flatten());
    assert!(refused(&model).contains("If (1 ×): node 1 (If)"));
}

#[test]
fn external_data_stays_in_the_folder_of_the_file() {
    for (place, is_refused) in [
        ("weights.bin", false),
        ("data/weights.bin", false),
        ("../../etc/passwd", true),
        ("/etc/passwd", true),
        ("data\\..\\..\\secret", true),
    ] {
        let mut file = conv();
        file.initializers[0].numbers = Numbers::Elsewhere(place);
        let read = Imported::read(Cursor::new(file.bytes()), Options::default());
        assert_eq!(read.is_err(), is_refused, "{place}");
    }
}

#[test]
fn open_sizes_are_an_error_that_names_the_options() {
    let open = |dims: &str| {
        let mut file = conv();
        file.inputs[0] = short::value_info("value0", dims);
        file
    };
    let read = |file: &File, sizes: Sizes| {
        let imported =
            Imported::read(Cursor::new(file.bytes()), Options { sizes, ..Options::default() })
                .expect("a file");
        imported.build(None).map(|built| built.network.input().to_string())
    };
    assert_eq!(read(&open("batchx3x8x8"), Sizes::default()).expect("one image"), "3×8×8");
    let error = read(&open("batchx3xheightxwidth"), Sizes::default()).expect_err("open sizes");
    assert_eq!(error.message(), "input `value0` is batch×3×height×width: not every size is known");
    assert_eq!(
        error.problems()[0].help,
        [
            "set its height and width: --input 224 or --input 224x320",
            "set sizes by name: --dim height=N --dim width=N"
        ]
    );
    let image = Sizes { image: Some([9, 7]), dims: Vec::new() };
    assert_eq!(read(&open("batchx3xheightxwidth"), image.clone()).expect("an image"), "3×9×7");
    assert_eq!(read(&open("1x3x8x8"), image).expect("another image"), "3×9×7");
    let named = Sizes { image: None, dims: vec![("height".into(), 9), ("width".into(), 8)] };
    assert_eq!(read(&open("batchx3xheightxwidth"), named).expect("names"), "3×9×8");
    let wrong = Sizes { image: None, dims: vec![("heigth".into(), 9)] };
    let error = read(&open("batchx3xheightxwidth"), wrong).expect_err("a wrong name");
    assert_eq!(error.problems()[0].help[0], "did you mean `height`?");
}

#[test]
fn unknown_operators_are_left_out_only_if_allowed() {
    let mut file = graph(
        &["1x3x8x8", "w3x3x3x3"],
        &[
            ("Conv", "value0 value1", "a", ""),
            ("Odd", "a", "b", ""),
            ("Relu", "b", "c", ""),
            ("Odd", "c", "d", ""),
        ],
    );
    let error = Imported::read(Cursor::new(file.bytes()), Options::default()).expect_err("Odd");
    assert_eq!(error.message(), "the graph has 1 unknown operator");
    assert_eq!(error.problems()[0].help[0], "Odd (2 ×): node 2 `/Odd` (Odd), node 4 `/Odd` (Odd)");
    let allowed = |file: &File| {
        let imported = Imported::read(
            Cursor::new(file.bytes()),
            Options { allow_unknown: true, ..Options::default() },
        )
        .expect("a file");
        imported.build(None).expect("a network")
    };
    // After an output of unknown shape nothing can be counted, unless the file gives its shape.
    let lost = allowed(&file);
    assert_eq!(lost.network.ledger().amount(Event::UnknownOperators), 3);
    assert!(
        lost.notes[0].starts_with("every total is a lower bound: 3 nodes are not counted"),
        "{:?}",
        lost.notes
    );
    file.value_infos.push(short::value_info("b", "1x3x4x4"));
    let found = allowed(&file).network.ledger();
    assert_eq!((found.amount(Event::UnknownOperators), found.amount(Event::ReluElements)), (2, 48));
    assert_eq!(found.amount(Event::ConvMacs), 36 * 81);
}

#[test]
fn a_shape_that_the_file_contradicts_is_noted() {
    let mut file = conv();
    file.value_infos.push(short::value_info("out", "1x3x7x6"));
    let notes = built(&file).expect("a network").notes;
    assert_eq!(
        notes,
        ["some shapes differ from those in the file: `out` is 1×3×6×6, the file says 1×3×7×6"]
    );
}

/// Params, statistics and multiply-adds of the files that `onnx/export.py` and `onnx/export_keras.py` wrote, and the note
/// about folded batch norms. PyTorch counts 1,858 and 160 values and 315,808 multiply-adds
/// for the convolutional network, 15,690 and 256,384 for the transformer; Keras counts 11,178 trained values.
#[test]
fn exported_networks_are_counted_as_their_frameworks_count_them() {
    let sizes = Sizes { image: Some([32, 32]), dims: Vec::new() };
    let open = Options { sizes, ..Options::default() };
    for (name, params, statistics, macs, folded) in [
        ("folded", 1_778, 0, 315_808, Some("80 fewer params and 160 fewer statistics")),
        ("unfolded", 1_858, 160, 315_808, None),
        ("open", 1_858, 160, 315_808, None),
        ("inputs", 1_778, 0, 315_808, Some("80 fewer params and 160 fewer statistics")),
        ("dynamo", 1_778, 0, 315_808, Some("80 fewer params and 160 fewer statistics")),
        ("dynamo-unfolded", 1_858, 160, 315_808, None),
        ("transformer", 15_690, 0, 256_384, None),
        ("transformer-dynamo", 15_690, 0, 256_384, None),
        ("keras", 11_162, 0, 157_952, Some("16 fewer params and 32 fewer statistics")),
    ] {
        let file = std::fs::File::open(format!("tests/onnx/{name}.onnx")).expect("a file");
        let built = Imported::read(file, open.clone()).and_then(|imported| imported.build(None));
        let Built { network, notes, .. } = built.expect("a network");
        let cost = network.ledger();
        let found =
            (cost.total(Event::PARAMS), cost.total(Event::STATISTICS), cost.total(Event::MACS));
        assert_eq!(found, (params, statistics, macs), "{name}");
        let told = notes.iter().find(|note| note.contains("folded"));
        assert_eq!(told.is_some(), folded.is_some(), "{name}: {notes:?}");
        assert!(
            told.is_none_or(|told| told.contains(folded.unwrap_or_default())),
            "{name}: {notes:?}"
        );
        assert_eq!(cost.amount(Event::UnknownOperators), 0, "{name}");
        let names: BTreeSet<&str> =
            network.layers().iter().map(|placed| placed.path.as_str()).collect();
        assert_eq!(names.len(), network.layers().len(), "{name}: a name occurs twice");
    }
}

/// The same activations, wherever a network comes from: SiLUs and gates are found in every export.
#[test]
fn every_exporter_gives_the_same_ledger() {
    let ledger = |name: &str| {
        let file = std::fs::File::open(format!("tests/onnx/{name}.onnx")).expect("a file");
        let built =
            Imported::read(file, Options::default()).and_then(|imported| imported.build(None));
        let cost = built.expect("a network").network.ledger();
        let events = [
            Event::SiluElements,
            Event::SigmoidElements,
            Event::HardSwishElements,
            Event::GateMultiplies,
            Event::ResidualAdds,
            Event::MaxPoolOutputs,
        ];
        events.map(|event| cost.amount(event))
    };
    let first = ledger("folded");
    assert_eq!(first, [8_200, 32, 4_096, 8_192, 8_192, 1_024]);
    for name in ["unfolded", "inputs", "dynamo", "dynamo-unfolded"] {
        assert_eq!(ledger(name), first, "{name}");
    }
}
