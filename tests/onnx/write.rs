//! Writes ONNX files with the parts of Protocol Buffers and onnx.proto that tests need.

#[derive(Clone, Debug)]
pub struct Tensor {
    pub name: String,
    pub dims: Vec<i64>,
    pub numbers: Numbers,
}

#[derive(Clone, Debug)]
pub enum Numbers {
    /// Floating-point numbers in another file, which does not exist.
    Elsewhere(&'static str),
    Ints(Vec<i64>),
    Floats(Vec<f32>),
    /// Integers of 8 bits in another file.
    Bytes,
}

#[derive(Clone, Debug)]
pub enum Attribute {
    Int(i64),
    Ints(Vec<i64>),
    Floats(Vec<f32>),
    Float(f32),
    Text(String),
    Tensor(Tensor),
    /// A branch of an `If`.
    Graph(Box<File>),
    /// The attribute of this name of the function that the node is in.
    Reference(String),
}

#[derive(Clone, Debug, Default)]
pub struct Node {
    pub name: String,
    pub op_type: String,
    pub domain: String,
    pub overload: String,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub attributes: Vec<(String, Attribute)>,
}

/// A value with its shape: sizes, or names of sizes.
#[derive(Clone, Debug)]
pub struct ValueInfo {
    pub name: String,
    pub dims: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct File {
    pub nodes: Vec<Node>,
    pub initializers: Vec<Tensor>,
    pub inputs: Vec<ValueInfo>,
    pub outputs: Vec<ValueInfo>,
    pub value_infos: Vec<ValueInfo>,
    pub functions: Vec<Function>,
}

#[derive(Clone, Debug, Default)]
pub struct Function {
    pub domain: String,
    pub name: String,
    pub overload: String,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub defaults: Vec<(String, Attribute)>,
    pub nodes: Vec<Node>,
}

impl File {
    pub fn bytes(&self) -> Vec<u8> {
        let mut opset = Vec::new();
        number(&mut opset, 2, 17);
        let mut model = Vec::new();
        number(&mut model, 1, 8);
        text(&mut model, 2, "tests");
        message(&mut model, 7, &self.graph());
        message(&mut model, 8, &opset);
        self.functions.iter().for_each(|function| message(&mut model, 25, &function.bytes()));
        model
    }

    fn graph(&self) -> Vec<u8> {
        let mut graph = Vec::new();
        self.nodes.iter().for_each(|node| message(&mut graph, 1, &node.bytes()));
        text(&mut graph, 2, "graph");
        self.initializers.iter().for_each(|tensor| message(&mut graph, 5, &tensor.bytes()));
        for (number, values) in [(11, &self.inputs), (12, &self.outputs), (13, &self.value_infos)] {
            for value in values {
                message(&mut graph, number, &value.bytes());
            }
        }
        graph
    }
}

impl Function {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        text(&mut bytes, 1, &self.name);
        self.inputs.iter().for_each(|input| text(&mut bytes, 4, input));
        self.outputs.iter().for_each(|output| text(&mut bytes, 5, output));
        self.nodes.iter().for_each(|node| message(&mut bytes, 7, &node.bytes()));
        text(&mut bytes, 10, &self.domain);
        for (name, value) in &self.defaults {
            message(&mut bytes, 11, &attribute(name, value));
        }
        text(&mut bytes, 13, &self.overload);
        bytes
    }
}

impl Node {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.inputs.iter().for_each(|input| text(&mut bytes, 1, input));
        self.outputs.iter().for_each(|output| text(&mut bytes, 2, output));
        text(&mut bytes, 3, &self.name);
        text(&mut bytes, 4, &self.op_type);
        for (name, value) in &self.attributes {
            message(&mut bytes, 5, &attribute(name, value));
        }
        text(&mut bytes, 7, &self.domain);
        if !self.overload.is_empty() {
            text(&mut bytes, 8, &self.overload);
        }
        bytes
    }
}

fn attribute(name: &str, value: &Attribute) -> Vec<u8> {
    let mut bytes = Vec::new();
    text(&mut bytes, 1, name);
    match value {
        Attribute::Float(value) => {
            key(&mut bytes, 2, 5);
            bytes.extend(value.to_le_bytes());
        }
        Attribute::Floats(values) => {
            for value in values {
                key(&mut bytes, 7, 5);
                bytes.extend(value.to_le_bytes());
            }
        }
        Attribute::Int(value) => number(&mut bytes, 3, *value),
        Attribute::Text(value) => text(&mut bytes, 4, value),
        Attribute::Tensor(value) => message(&mut bytes, 5, &value.bytes()),
        Attribute::Graph(value) => message(&mut bytes, 6, &value.graph()),
        Attribute::Reference(value) => text(&mut bytes, 21, value),
        Attribute::Ints(values) => values.iter().for_each(|value| number(&mut bytes, 8, *value)),
    }
    bytes
}

impl Tensor {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.dims.iter().for_each(|dim| number(&mut bytes, 1, *dim));
        let kind = match self.numbers {
            Numbers::Ints(_) => 7,
            Numbers::Bytes => 3,
            Numbers::Elsewhere(_) | Numbers::Floats(_) => 1,
        };
        number(&mut bytes, 2, kind);
        text(&mut bytes, 8, &self.name);
        match &self.numbers {
            Numbers::Elsewhere(_) | Numbers::Bytes => {
                let file =
                    if let Numbers::Elsewhere(file) = self.numbers { file } else { "weights.bin" };
                let mut entry = Vec::new();
                text(&mut entry, 1, "location");
                text(&mut entry, 2, file);
                message(&mut bytes, 13, &entry);
                number(&mut bytes, 14, 1);
            }
            Numbers::Ints(values) => {
                let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                message(&mut bytes, 9, &raw);
            }
            Numbers::Floats(values) => {
                let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                message(&mut bytes, 9, &raw);
            }
        }
        bytes
    }
}

impl ValueInfo {
    fn bytes(&self) -> Vec<u8> {
        let mut shape = Vec::new();
        for dim in &self.dims {
            let mut bytes = Vec::new();
            match dim.parse() {
                Ok(size) => number(&mut bytes, 1, size),
                Err(_) => text(&mut bytes, 2, dim),
            }
            message(&mut shape, 1, &bytes);
        }
        let mut tensor = Vec::new();
        number(&mut tensor, 1, 1);
        message(&mut tensor, 2, &shape);
        let mut kind = Vec::new();
        message(&mut kind, 1, &tensor);
        let mut bytes = Vec::new();
        text(&mut bytes, 1, &self.name);
        message(&mut bytes, 2, &kind);
        bytes
    }
}

pub fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn key(bytes: &mut Vec<u8>, field: u64, kind: u64) {
    varint(bytes, field << 3 | kind);
}

pub fn number(bytes: &mut Vec<u8>, field: u64, value: i64) {
    key(bytes, field, 0);
    varint(bytes, value.cast_unsigned());
}

pub fn message(bytes: &mut Vec<u8>, field: u64, value: &[u8]) {
    key(bytes, field, 2);
    varint(bytes, value.len() as u64);
    bytes.extend(value);
}

fn text(bytes: &mut Vec<u8>, field: u64, value: &str) {
    message(bytes, field, value.as_bytes());
}
