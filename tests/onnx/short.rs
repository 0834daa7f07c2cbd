//! Graphs in short: an input is `1x3x8x8`, stored weights are `w4x3x3x3`, stored numbers `i1,-1` or `f0.5`, and nothing
//! is an input that is left out. Settings are `strides=2,2 auto_pad=SAME_UPPER axis=1`; a single number that stands for a
//! row of one is `axes=[1]`.

use crate::write::{Attribute, Described, File, Node, Numbers, Tensor};

/// A file of one node, and a ReLU behind each of its outputs to see them by.
pub fn file(operator: &str, inputs: &[&str], settings: &str, outputs: usize) -> File {
    let mut file = File::default();
    let names: Vec<String> = inputs.iter().map(|input| add(&mut file, input)).collect();
    let made: Vec<String> = (0..outputs).map(|index| format!("made{index}")).collect();
    file.nodes.push(node(operator, &names, &made, settings));
    for name in &made {
        let seen = format!("seen-{name}");
        file.nodes.push(node("Relu", std::slice::from_ref(name), std::slice::from_ref(&seen), ""));
        file.outputs.push(described(&seen, ""));
    }
    file
}

/// A node.
pub fn node(operator: &str, inputs: &[String], outputs: &[String], settings: &str) -> Node {
    let attributes = settings.split_whitespace().map(|setting| {
        let (name, value) = setting.split_once('=').expect("NAME=VALUE");
        (name.to_string(), attribute(value))
    });
    Node {
        name: format!("/{operator}"),
        operator: operator.into(),
        inputs: inputs.to_vec(),
        outputs: outputs.to_vec(),
        attributes: attributes.collect(),
        ..Node::default()
    }
}

fn attribute(text: &str) -> Attribute {
    if let Some(tensor) = text.strip_prefix('@') {
        return Attribute::Tensor(stored("", tensor).expect("a tensor"));
    }
    let row = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let ints: Option<Vec<i64>> = row.split(',').map(|number| number.parse().ok()).collect();
    let reals: Option<Vec<f32>> = row.split(',').map(|number| number.parse().ok()).collect();
    if let (None, Some(reals)) = (&ints, reals.filter(|reals| reals.len() > 1)) {
        return Attribute::Reals(reals);
    }
    match (ints, text.parse()) {
        (Some(ints), _) if ints.len() > 1 || text.starts_with('[') => Attribute::Ints(ints),
        (Some(ints), _) => Attribute::Int(ints[0]),
        (None, Ok(number)) => Attribute::Float(number),
        (None, Err(_)) => Attribute::Text(text.into()),
    }
}

/// Adds an input of the graph, or a stored tensor, and returns its name.
pub fn add(file: &mut File, text: &str) -> String {
    let name = format!("value{}", file.inputs.len() + file.tensors.len());
    if text.is_empty() {
        return String::new();
    }
    match stored(&name, text) {
        Some(tensor) => file.tensors.push(tensor),
        None => file.inputs.push(described(&name, text)),
    }
    name
}

/// A value of some dimensions.
pub fn described(name: &str, dims: &str) -> Described {
    let dims = dims.split('x').filter(|dim| !dim.is_empty()).map(Into::into).collect();
    Described { name: name.into(), dims }
}

/// A stored tensor: of weights, or of numbers in a row; `i3` is a single number and `i3,` a row of it.
pub fn stored(name: &str, text: &str) -> Option<Tensor> {
    let (kind, rest) = text.split_at_checked(1)?;
    let entries = || rest.split(',').filter(|entry| !entry.is_empty());
    let (dims, numbers) = match kind {
        "w" => (
            rest.split('x').map(|dim| dim.parse().expect("a size")).collect(),
            Numbers::Elsewhere("weights.bin"),
        ),
        "i" => {
            let numbers: Vec<i64> =
                entries().map(|entry| entry.parse().expect("a number")).collect();
            (row(rest, numbers.len()), Numbers::Whole(numbers))
        }
        "f" => {
            let numbers: Vec<f32> =
                entries().map(|entry| entry.parse().expect("a number")).collect();
            (row(rest, numbers.len()), Numbers::Real(numbers))
        }
        _ => return None,
    };
    Some(Tensor { name: name.into(), dims, numbers })
}

fn row(text: &str, length: usize) -> Vec<i64> {
    if text.contains(',') { vec![length as i64] } else { Vec::new() }
}
