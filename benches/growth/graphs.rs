//! ONNX graphs of any number of nodes, each of a shape that a careless walk takes quadratic time for.

use crate::write::{Attribute, File, Function, Node, Numbers, Tensor, ValueInfo};

/// What each graph is, and the graph with so many nodes.
type Shape = fn(usize) -> File;

pub const GRAPHS: [(&str, Shape); 9] = [
    ("a chain of ReLUs", relus),
    ("a chain of convolutions that share a weight", convolutions),
    ("a chain of residual sums", residuals),
    ("sums with one value that all read", fan),
    ("maps that all live until a concat", concat),
    ("scales after one norm", scales),
    ("a tensor joined of many stored ones", stored),
    ("shapes computed from shapes", shapes),
    ("calls of a function", calls),
];

const MAP: &str = "1x8x4x4";

fn node(operator: &str, inputs: &[&str], output: &str) -> Node {
    let (domain, op_type) = operator.rsplit_once('.').unwrap_or(("", operator));
    Node {
        op_type: op_type.into(),
        domain: domain.into(),
        inputs: inputs.iter().map(ToString::to_string).collect(),
        outputs: vec![output.into()],
        ..Node::default()
    }
}

fn on_axis(node: Node, axis: i64) -> Node {
    Node { attributes: vec![("axis".into(), Attribute::Int(axis))], ..node }
}

fn tensor(name: &str, dims: &[i64], numbers: Numbers) -> Tensor {
    Tensor { name: name.into(), dims: dims.to_vec(), numbers }
}

fn weights(name: &str, dims: &[i64]) -> Tensor {
    tensor(name, dims, Numbers::Elsewhere("weights.bin"))
}

/// A graph from the image `v0` to the last output.
fn file(nodes: Vec<Node>, initializers: Vec<Tensor>) -> File {
    let value = |name: &str, dims: &str| ValueInfo {
        name: name.into(),
        dims: dims.split('x').filter(|dim| !dim.is_empty()).map(Into::into).collect(),
    };
    let last = nodes.last().and_then(|node| node.outputs.first()).expect("an output");
    let (inputs, outputs) = (vec![value("v0", MAP)], vec![value(last, "")]);
    File { nodes, initializers, inputs, outputs, ..File::default() }
}

/// So many nodes, each on the output of the one before: `v0` to `v1`, and so on.
fn chain(count: usize, node: impl Fn(&str, &str) -> Node) -> Vec<Node> {
    (0..count).map(|index| node(&format!("v{index}"), &format!("v{}", index + 1))).collect()
}

fn relus(count: usize) -> File {
    file(chain(count, |from, to| node("Relu", &[from], to)), Vec::new())
}

fn convolutions(count: usize) -> File {
    let nodes = chain(count, |from, to| node("Conv", &[from, "weight"], to));
    file(nodes, vec![weights("weight", &[8, 8, 1, 1])])
}

fn residuals(count: usize) -> File {
    let pair = |index: usize| {
        let (from, to) = (format!("v{index}"), format!("v{}", index + 1));
        let inner = format!("inner{index}");
        [node("Relu", &[&from], &inner), node("Add", &[&inner, &from], &to)]
    };
    file((0..count / 2).flat_map(pair).collect(), Vec::new())
}

fn fan(count: usize) -> File {
    file(chain(count, |from, to| node("Add", &[from, "v0"], to)), Vec::new())
}

fn concat(count: usize) -> File {
    let names: Vec<String> = (1..count).map(|index| format!("v{index}")).collect();
    let mut nodes: Vec<Node> = names.iter().map(|name| node("Relu", &["v0"], name)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    nodes.push(on_axis(node("Concat", &names, "all"), 1));
    file(nodes, Vec::new())
}

fn scales(count: usize) -> File {
    let norm = [
        ("ReduceMean", &["v0"][..], "mean"),
        ("Sub", &["v0", "mean"], "centred"),
        ("Mul", &["centred", "centred"], "squared"),
        ("ReduceMean", &["squared"], "variance"),
        ("Sqrt", &["variance"], "deviation"),
        ("Div", &["centred", "deviation"], "scaled0"),
    ];
    let mut nodes: Vec<Node> =
        norm.iter().map(|(operator, inputs, output)| node(operator, inputs, output)).collect();
    nodes.extend((nodes.len()..count).scan("scaled0".to_string(), |from, index| {
        let to = format!("scaled{index}");
        let scale = node("Mul", &[from, "scale"], &to);
        *from = to;
        Some(scale)
    }));
    file(nodes, vec![weights("scale", &[4])])
}

fn stored(count: usize) -> File {
    let join = |index: usize| {
        let to = format!("joined{index}");
        let from = if index == 0 { "tensor".into() } else { format!("joined{}", index - 1) };
        on_axis(node("Concat", &[&from, &format!("tensor{index}")], &to), 0)
    };
    let mut nodes: Vec<Node> = (0..count - 2).map(join).collect();
    let last = format!("joined{}", count - 3);
    nodes.push(on_axis(node("ReduceMean", &[&last], "mean"), 0));
    nodes.push(node("Add", &["v0", "mean"], "sum"));
    let names = (0..count - 2).map(|index| format!("tensor{index}")).chain(["tensor".into()]);
    file(nodes, names.map(|name| weights(&name, &[1, 8, 4, 4])).collect())
}

fn shapes(count: usize) -> File {
    let step = |index: usize| {
        let name = |what: &str| format!("{what}{index}");
        let (from, to) = (format!("v{index}"), format!("v{}", index + 1));
        let [map, shape, size, row, all] = ["map", "shape", "size", "row", "all"].map(name);
        [
            node("Relu", &[&from], &map),
            node("Shape", &[&map], &shape),
            node("Gather", &[&shape, "first"], &size),
            node("Unsqueeze", &[&size, "axes"], &row),
            on_axis(node("Concat", &[&row, "rest"], &all), 0),
            node("Reshape", &[&map, &all], &to),
        ]
    };
    let ints =
        |name, dims: &[i64], values: &[i64]| tensor(name, dims, Numbers::Ints(values.into()));
    let numbers =
        vec![ints("first", &[], &[0]), ints("axes", &[1], &[0]), ints("rest", &[3], &[8, 4, 4])];
    file((0..count / 6).flat_map(step).collect(), numbers)
}

/// Each call is a node of the file and makes another one.
fn calls(count: usize) -> File {
    let block = Function {
        domain: "my".into(),
        name: "Block".into(),
        inputs: vec!["from".into()],
        outputs: vec!["to".into()],
        nodes: vec![node("Relu", &["from"], "to")],
        ..Function::default()
    };
    let nodes = chain(count / 2, |from, to| node("my.Block", &[from], to));
    File { functions: vec![block], ..file(nodes, Vec::new()) }
}
