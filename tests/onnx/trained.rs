//! Which stored tensors are params: by their use, by their elements, and by what the user says.

use std::io::Cursor;

use phiscale::Event;
use phiscale::onnx::{Built, Imported, Options};

use crate::write::{Attribute, File, Numbers, Tensor};
use crate::{graph, short};

fn built(file: &File, options: Options) -> Built {
    let imported = Imported::read(Cursor::new(file.bytes()), options);
    imported.and_then(|imported| imported.build(None)).expect("a network")
}

fn params(file: &File) -> u128 {
    built(file, Options::default()).network.ledger().total(Event::PARAMS)
}

/// A graph with these stored tensors, each with its name, shape and elements.
fn storing(
    inputs: &[&str],
    tensors: &[(&str, &[i64], &[f32])],
    nodes: &[(&str, &str, &str, &str)],
) -> File {
    let mut file = graph(inputs, nodes);
    file.initializers
        .extend(tensors.iter().map(|(name, dims, numbers)| tensor(name, dims, numbers)));
    file
}

fn tensor(name: &str, dims: &[i64], numbers: &[f32]) -> Tensor {
    Tensor { name: name.into(), dims: dims.to_vec(), numbers: Numbers::Floats(numbers.to_vec()) }
}

/// Makes a Constant node out of an initializer.
fn literal(file: &mut File, name: &str) {
    let at = file.initializers.iter().position(|tensor| tensor.name == name).expect("a tensor");
    let value = Attribute::Tensor(file.initializers.remove(at));
    let mut node = short::node("Constant", &[], &[name.into()], "");
    node.attributes.push(("value".into(), value));
    file.nodes.insert(0, node);
}

#[test]
fn what_is_learned_stays_learned_through_arithmetic_on_stored_values() {
    // Mixing weights: a softmax over four of them, one of which scales the map.
    let mixed: &[(&str, &str, &str, &str)] = &[
        ("Softmax", "value1", "shares", ""),
        ("Gather", "shares value2", "share", ""),
        ("Mul", "value0 share", "out", ""),
    ];
    assert_eq!(params(&graph(&["1x3x4x4", "w4", "i1,"], mixed)), 4);
    // A table made of two, and a projection of it.
    let table: &[(&str, &str, &str, &str)] = &[
        ("Add", "value1 value2", "table", ""),
        ("Relu", "table", "positive", ""),
        ("MatMul", "positive value3", "rows", ""),
        ("Add", "value0 rows", "out", ""),
    ];
    assert_eq!(params(&graph(&["1x14x7", "w14x5", "w5", "w5x7"], table)), 70 + 5 + 35);
    // A learned matrix times one that was computed in advance.
    let resized: &[(&str, &str, &str, &str)] = &[
        ("Constant", "", "grid", "value=@w13x7"),
        ("MatMul", "value1 grid", "rows", ""),
        ("Add", "value0 rows", "out", ""),
    ];
    assert_eq!(params(&graph(&["1x14x7", "w14x13"], resized)), 14 * 13);
}

#[test]
fn ones_and_zeros_of_a_norm_without_scale_are_not_params() {
    let nodes: &[(&str, &str, &str, &str)] = &[
        ("InstanceNormalization", "value0 ones zeros", "normed", ""),
        ("Mul", "normed value1", "scaled", ""),
        ("Add", "scaled value2", "out", ""),
    ];
    let tensors: &[(&str, &[i64], &[f32])] =
        &[("ones", &[4], &[1.0; 4]), ("zeros", &[4], &[0.0; 4])];
    let mut file = storing(&["1x4x9", "w4x1", "w4x1"], tensors, nodes);
    // As initializers they may be the scale and shift of an untrained norm.
    assert_eq!(params(&file), 16);
    literal(&mut file, "ones");
    literal(&mut file, "zeros");
    assert_eq!(params(&file), 8);
    // PyTorch's newer exporter makes initializers of them, with names that it makes up.
    let nodes: &[(&str, &str, &str, &str)] =
        &[("InstanceNormalization", "value0 val_8 val_12", "out", "")];
    let tensors: &[(&str, &[i64], &[f32])] =
        &[("val_8", &[4], &[1.0; 4]), ("val_12", &[4], &[0.0; 4])];
    assert_eq!(params(&storing(&["1x4x9"], tensors, nodes)), 0);
}

#[test]
fn a_filter_for_all_channels_is_not_trained() {
    let blur = [1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0];
    let nodes: &[(&str, &str, &str, &str)] = &[("Conv", "value0 blur", "out", "group=2")];
    let equal: &[(&str, &[i64], &[f32])] = &[("blur", &[2, 1, 3, 3], &[blur, blur].concat())];
    let file = storing(&["1x2x5x5"], equal, nodes);
    let found = built(&file, Options::default());
    assert_eq!((params(&file), found.network.macs()), (0, 2 * 9 * 9));
    assert_eq!(
        found.notes,
        [
            "18 elements are not counted as params: one filter for all channels (--trained NAME counts them): `blur`"
        ]
    );
    let trained = Options { trained: vec!["bl*".into()], ..Options::default() };
    let found = built(&file, trained);
    assert_eq!((found.network.ledger().total(Event::PARAMS), found.notes.len()), (18, 0));
    let mut other = blur;
    other[4] = 4.5;
    let different: &[(&str, &[i64], &[f32])] = &[("blur", &[2, 1, 3, 3], &[blur, other].concat())];
    assert_eq!(params(&storing(&["1x2x5x5"], different, nodes)), 18);
}

#[test]
fn tables_that_are_computed_are_told_from_those_that_are_learned() {
    let nodes: &[(&str, &str, &str, &str)] = &[("Add", "value0 table", "out", "")];
    let file = |numbers: &[f32]| storing(&["1x2x4"], &[("table", &[2, 4], numbers)], nodes);
    assert_eq!(params(&file(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])), 8);
    let grid = file(&[-1.0, 0.0, 1.0, -1.0, 0.0, 1.0, -1.0, 0.0]);
    assert_eq!(params(&grid), 0);
    assert!(
        built(&grid, Options::default()).notes[0]
            .contains("few different numbers, as in a table that was computed (--trained NAME counts them): `table`")
    );
    // Zeros may be a table that nobody has trained yet.
    let zeros = file(&[0.0; 8]);
    assert_eq!(params(&zeros), 8);
    assert!(
        built(&zeros, Options::default()).notes[0]
            .starts_with("8 elements are counted as params, though all are zero")
    );
    let fixed = Options { not_trained: vec!["table".into()], ..Options::default() };
    assert_eq!(built(&zeros, fixed).network.ledger().total(Event::PARAMS), 0);
}

#[test]
fn what_an_exporter_computed_is_noted() {
    let nodes: &[(&str, &str, &str, &str)] = &[("Add", "value0 val_7", "out", "")];
    let numbers = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    let file = storing(&["1x2x4"], &[("val_7", &[2, 4], &numbers)], nodes);
    assert_eq!(params(&file), 8);
    assert!(built(&file, Options::default()).notes[0].contains("the exporter computed them"));
    // Kernels that were normalised before the export.
    let nodes: &[(&str, &str, &str, &str)] = &[("Conv", "value0 val_7", "out", "")];
    let file = storing(&["1x4x5x5"], &[("val_7", &[2, 4, 1, 1], &numbers)], nodes);
    assert!(built(&file, Options::default()).notes[0].contains("the exporter computed them"));
}

#[test]
fn weights_in_another_file_are_looked_at() {
    // A blur in the file beside, a table of positions, and ones under a name that the exporter made up.
    let layers: &[(&str, &str, &str, &str)] =
        &[("Conv", "value0 value1", "map", "group=2"), ("Add", "map value2", "out", "")];
    let file = graph(&["1x2x5x5", "w2x1x3x3", "w1x2x3x3"], layers);
    let read = |weights: Option<Vec<f32>>| {
        let open = |name: &str| {
            assert_eq!(name, "weights.bin");
            let bytes = weights.iter().flatten().flat_map(|number| number.to_le_bytes());
            weights.as_ref().map(|_| Cursor::new(bytes.collect::<Vec<u8>>()))
        };
        let imported =
            Imported::read_with_weights(Cursor::new(file.bytes()), Options::default(), open);
        let built = imported.and_then(|imported| imported.build(None)).expect("a network");
        (built.network.ledger().total(Event::PARAMS), built.notes)
    };
    let kernel = [1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0];
    let (params, notes) = read(Some([kernel, kernel].concat()));
    assert_eq!((params, notes.len()), (0, 2), "{notes:?}");
    let different = (0..18u8).map(f32::from).collect();
    assert_eq!(read(Some(different)), (36, Vec::new()));
    // A file that is too short, or not there.
    assert_eq!(read(Some(vec![1.0])).0, 36);
    let (params, notes) = read(None);
    assert_eq!(params, 36);
    assert!(notes[0].contains("in another file that was not read"), "{notes:?}");
}

#[test]
fn a_single_number_is_learned_if_it_has_the_name_of_a_parameter() {
    for (name, expected) in [
        ("stages.0.gain", 1),
        ("block_0.w_0", 1),
        ("/model.22/Constant_16_output_0", 0),
        ("val_3", 0),
    ] {
        let nodes: &[(&str, &str, &str, &str)] = &[("Mul", &format!("value0 {name}"), "out", "")];
        let mut file = storing(&["1x2x4"], &[(name, &[1], &[1.384])], nodes);
        assert_eq!(params(&file), expected, "{name}");
        literal(&mut file, name);
        assert_eq!(params(&file), expected, "{name}");
    }
}

#[test]
fn quantised_tensors_are_params_and_their_scales_are_not() {
    let mut file = graph(
        &["1x5x8", "w8"],
        &[
            ("DequantizeLinear", "table scale", "positions", "axis=1"),
            ("Add", "value0 positions", "sum", ""),
            ("DynamicQuantizeLinear", "sum", "bytes input_scale input_zero", ""),
            ("Mul", "input_scale value1", "scales", ""),
            ("MatMulInteger", "bytes weights input_zero", "product", ""),
            ("Cast", "product", "float", "to=1"),
            ("Mul", "float scales", "out", ""),
        ],
    );
    file.initializers.push(tensor("scale", &[8], &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]));
    for (name, dims) in [("table", vec![1, 5, 8]), ("weights", vec![8, 8])] {
        file.initializers.push(Tensor { name: name.into(), dims, numbers: Numbers::Bytes });
    }
    assert_eq!(params(&file), 40 + 64);
}

#[test]
fn names_that_are_no_tensors_are_an_error() {
    let file = graph(&["1x2x4", "w2x4"], &[("Add", "value0 value1", "out", "")]);
    let refused = |trained: &[&str], not_trained: &[&str]| {
        let names = |all: &[&str]| all.iter().map(ToString::to_string).collect();
        let (trained, not_trained) = (names(trained), names(not_trained));
        let options = Options { trained, not_trained, ..Options::default() };
        Imported::read(Cursor::new(file.bytes()), options).expect_err("a name").to_string()
    };
    assert!(refused(&["valu1"], &[]).contains("no tensor of the file is named `valu1`"));
    assert!(refused(&[], &["weights*"]).contains("no tensor of the file is named `weights*`"));
    assert!(refused(&["value*"], &["*1"]).contains("`value1` is said to be trained and not"));
}

#[test]
fn a_table_that_the_exporter_looked_up_counts_by_its_different_numbers() {
    // Relative positions: 25 numbers in a table, looked up for 9 × 9 pairs of pixels.
    let at = |one: usize, other: usize| (one / 3 + 2 - other / 3) * 5 + one % 3 + 2 - other % 3;
    let pairs = (0..9).flat_map(|one| (0..9).map(move |other| at(one, other)));
    let numbers: Vec<f32> = pairs.map(|index| 0.1 + f32::from(index as u8)).collect();
    let nodes: &[(&str, &str, &str, &str)] = &[("Add", "value0 /attn/Gather_output_0", "out", "")];
    let file = storing(&["1x9x9"], &[("/attn/Gather_output_0", &[9, 9], &numbers)], nodes);
    assert_eq!(params(&file), 25);
    assert!(built(&file, Options::default()).notes[0].starts_with("25 elements are counted"));
}
