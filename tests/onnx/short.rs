//! Graphs in short notation: an input is `1x3x8x8`, an initializer of weights `w4x3x3x3`, one of numbers `i1,-1` or
//! `f0.5`, and an empty text is an input that is left out. Attributes are `strides=2,2 auto_pad=SAME_UPPER axis=1`; a
//! list of one number is `axes=[1]`.

use crate::write::{Attribute, File, Node, Numbers, Tensor, ValueInfo};

/// A file of one node, with a ReLU after each of its outputs whose shape shows the output's.
pub fn file(operator: &str, inputs: &[&str], attributes: &str, outputs: usize) -> File {
    let mut file = File::default();
    let names: Vec<String> = inputs.iter().map(|input| add(&mut file, input)).collect();
    let made: Vec<String> = (0..outputs).map(|index| format!("made{index}")).collect();
    file.nodes.push(node(operator, &names, &made, attributes));
    for name in &made {
        let seen = format!("seen-{name}");
        file.nodes.push(node("Relu", std::slice::from_ref(name), std::slice::from_ref(&seen), ""));
        file.outputs.push(value_info(&seen, ""));
    }
    file
}

pub fn node(operator: &str, inputs: &[String], outputs: &[String], attributes: &str) -> Node {
    let attributes = attributes.split_whitespace().map(|pair| {
        let (name, value) = pair.split_once('=').expect("NAME=VALUE");
        (name.to_string(), attribute(value))
    });
    let (domain, op_type) = operator.rsplit_once('.').unwrap_or(("", operator));
    Node {
        name: format!("/{op_type}"),
        op_type: op_type.into(),
        domain: domain.into(),
        inputs: inputs.to_vec(),
        outputs: outputs.to_vec(),
        attributes: attributes.collect(),
        ..Node::default()
    }
}

fn attribute(text: &str) -> Attribute {
    if let Some(tensor) = text.strip_prefix('@') {
        return Attribute::Tensor(initializer("", tensor).expect("a tensor"));
    }
    let row = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let ints: Option<Vec<i64>> = row.split(',').map(|number| number.parse().ok()).collect();
    let floats: Option<Vec<f32>> = row.split(',').map(|number| number.parse().ok()).collect();
    if let (None, Some(floats)) = (&ints, floats.filter(|floats| floats.len() > 1)) {
        return Attribute::Floats(floats);
    }
    match (ints, text.parse()) {
        (Some(ints), _) if ints.len() > 1 || text.starts_with('[') => Attribute::Ints(ints),
        (Some(ints), _) => Attribute::Int(ints[0]),
        (None, Ok(number)) => Attribute::Float(number),
        (None, Err(_)) => Attribute::Text(text.into()),
    }
}

/// Adds an input of the graph, or an initializer, and returns its name.
pub fn add(file: &mut File, text: &str) -> String {
    let name = format!("value{}", file.inputs.len() + file.initializers.len());
    if text.is_empty() {
        return String::new();
    }
    match initializer(&name, text) {
        Some(tensor) => file.initializers.push(tensor),
        None => file.inputs.push(value_info(&name, text)),
    }
    name
}

/// A value of this shape.
pub fn value_info(name: &str, dims: &str) -> ValueInfo {
    let dims = dims.split('x').filter(|dim| !dim.is_empty()).map(Into::into).collect();
    ValueInfo { name: name.into(), dims }
}

/// An initializer of weights or numbers; `i3` is a scalar, `i3,` a list of one number and `i2x2:1,2,3,4` a table.
pub fn initializer(name: &str, text: &str) -> Option<Tensor> {
    let (kind, rest) = text.split_at_checked(1)?;
    let (table, entries) = rest.split_once(':').unwrap_or(("", rest));
    let entries = || entries.split(',').filter(|entry| !entry.is_empty());
    let row = |length: usize| match table {
        "" if rest.contains(',') => vec![length as i64],
        table => table.split('x').filter_map(|dim| dim.parse().ok()).collect(),
    };
    let (dims, numbers) = match kind {
        "w" => (
            rest.split('x').map(|dim| dim.parse().expect("a size")).collect(),
            Numbers::Elsewhere("weights.bin"),
        ),
        "i" => {
            let numbers: Vec<i64> =
                entries().map(|entry| entry.parse().expect("a number")).collect();
            (row(numbers.len()), Numbers::Ints(numbers))
        }
        "f" => {
            let numbers: Vec<f32> =
                entries().map(|entry| entry.parse().expect("a number")).collect();
            (row(numbers.len()), Numbers::Floats(numbers))
        }
        _ => return None,
    };
    Some(Tensor { name: name.into(), dims, numbers })
}
