//! Reading the parts of an ONNX file that counting needs, by the numbers that ONNX's own definition gives its fields
//! (onnx.proto of ONNX 1.18). Weights are never read: their shapes are.

use std::io::{Read, Seek};

use crate::onnx::model::{Attribute, Described, Dimension, Graph, Model, Operation, Tensor};
use crate::onnx::numbers::{MOST_KNOWN, Numbers};
use crate::onnx::value::MAX_RANK;
use crate::onnx::wire::{Broken, Field, MAX_TEXT, Wire};

/// More nodes, tensors or described values than this are taken for a mistake.
const MAX_PARTS: usize = 200_000;

/// A tensor of more floating-point numbers than this holds weights: its numbers are not looked at.
const MOST_REAL: usize = 16;

impl Model {
    /// Reads a file from its start to its end, weights left out.
    pub(super) fn read<R: Read + Seek>(from: R) -> Result<Model, Broken> {
        let mut wire = Wire::new(from)?;
        let end = wire.end();
        let (mut model, mut has_graph, mut version) = (Model::default(), false, String::new());
        while let Some(field) = wire.field(end)? {
            match field.number {
                2 => model.producer = wire.text(field)?,
                3 => version = wire.text(field)?,
                7 => {
                    has_graph = true;
                    graph(&mut wire, field, &mut model.graph)?;
                }
                8 => opset(&mut wire, field, &mut model.opset)?,
                _ => wire.skip(field)?,
            }
        }
        model.producer = format!("{} {version}", model.producer).trim().into();
        if has_graph {
            Ok(model)
        } else {
            Err(wire.broken("this is no ONNX file: it has no graph"))
        }
    }
}

/// Reads the fields of the message in a field.
fn fields<R: Read + Seek>(
    wire: &mut Wire<R>,
    message: Field,
    mut read: impl FnMut(&mut Wire<R>, Field) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let end = wire.message(message)?;
    while let Some(field) = wire.field(end)? {
        read(wire, field)?;
    }
    Ok(())
}

/// The version of ONNX's own operators.
fn opset<R: Read + Seek>(wire: &mut Wire<R>, field: Field, into: &mut i64) -> Result<(), Broken> {
    let (mut domain, mut version) = (String::new(), 0);
    fields(wire, field, |wire, field| {
        match field.number {
            1 => domain = wire.text(field)?,
            2 => version = wire.number(field)?,
            _ => wire.skip(field)?,
        }
        Ok(())
    })?;
    if domain.is_empty() || domain == "ai.onnx" {
        *into = version;
    }
    Ok(())
}

fn graph<R: Read + Seek>(
    wire: &mut Wire<R>,
    field: Field,
    graph: &mut Graph,
) -> Result<(), Broken> {
    let mut parts = 0;
    fields(wire, field, |wire, field| {
        match field.number {
            1 => graph.nodes.push(operation(wire, field)?),
            5 => graph.tensors.push(tensor(wire, field)?),
            11 => graph.inputs.push(described(wire, field)?),
            12 => graph.outputs.push(described(wire, field)?),
            13 => graph.described.push(described(wire, field)?),
            15 => return Err(wire.broken("sparse tensors are not supported")),
            _ => wire.skip(field)?,
        }
        parts += 1;
        if parts > MAX_PARTS { Err(wire.broken("the graph has too many parts")) } else { Ok(()) }
    })
}

fn operation<R: Read + Seek>(wire: &mut Wire<R>, field: Field) -> Result<Operation, Broken> {
    let mut node = Operation::default();
    fields(wire, field, |wire, field| {
        match field.number {
            1 => node.inputs.push(wire.text(field)?),
            2 => node.outputs.push(wire.text(field)?),
            3 => node.name = wire.text(field)?,
            4 => node.operator = wire.text(field)?,
            5 => node.attributes.push(attribute(wire, field)?),
            7 => node.domain = wire.text(field)?,
            9 => {
                if let Some(scopes) = scopes(wire, field)? {
                    node.scopes = Some(scopes);
                }
            }
            _ => wire.skip(field)?,
        }
        Ok(())
    })?;
    Ok(node)
}

/// The modules that PyTorch's exporter notes beside a node.
fn scopes<R: Read + Seek>(wire: &mut Wire<R>, field: Field) -> Result<Option<String>, Broken> {
    let mut is_scopes = false;
    let mut scopes = None;
    fields(wire, field, |wire, field| {
        match field.number {
            1 => is_scopes = wire.text(field)? == "pkg.torch.onnx.name_scopes",
            2 if is_scopes => scopes = Some(wire.text(field)?),
            _ => wire.skip(field)?,
        }
        Ok(())
    })?;
    Ok(scopes)
}

fn attribute<R: Read + Seek>(
    wire: &mut Wire<R>,
    field: Field,
) -> Result<(String, Attribute), Broken> {
    let (mut name, mut value) = (String::new(), Attribute::Other);
    let (mut ints, mut reals) = (Vec::new(), Vec::new());
    fields(wire, field, |wire, field| {
        match field.number {
            1 => name = wire.text(field)?,
            2 => value = Attribute::Float(wire.float(field)?),
            3 => value = Attribute::Int(wire.number(field)?),
            4 if wire.length(field)? <= MAX_TEXT => value = Attribute::Text(wire.text(field)?),
            5 => value = Attribute::Tensor(tensor(wire, field)?),
            7 => reals.extend(wire.floats(field, 4 * MOST_REAL as u64)?),
            8 if wire.length(field).unwrap_or(1) <= MOST_KNOWN as u64 => {
                wire.numbers(field, MOST_KNOWN, &mut ints)?;
            }
            _ => wire.skip(field)?,
        }
        Ok(())
    })?;
    let value = match (ints.is_empty(), reals.is_empty()) {
        (false, _) => Attribute::Ints(ints),
        (true, false) => Attribute::Reals(reals),
        (true, true) => value,
    };
    Ok((name, value))
}

fn tensor<R: Read + Seek>(wire: &mut Wire<R>, field: Field) -> Result<Tensor, Broken> {
    let (mut tensor, mut kind, mut stored) = (Tensor::default(), 0, Stored::default());
    let most_bytes = 10 * MOST_KNOWN as u64;
    fields(wire, field, |wire, field| {
        match field.number {
            1 => wire.numbers(field, MAX_RANK, &mut tensor.dims)?,
            2 => kind = wire.number(field)?,
            4 | 9 | 10 if wire.length(field).is_ok_and(|length| length <= most_bytes) => {
                stored.bytes = wire.bytes(field, most_bytes)?;
            }
            5 | 7 if wire.length(field).unwrap_or(1) <= most_bytes => {
                wire.numbers(field, MOST_KNOWN, &mut stored.ints)?;
            }
            8 => tensor.name = wire.text(field)?,
            13 => location(wire, field)?,
            _ => wire.skip(field)?,
        }
        Ok(())
    })?;
    if let Some(dim) = tensor.dims.iter().find(|dim| **dim < 0) {
        return Err(
            wire.broken(&format!("the stored tensor `{}` has a dimension of {dim}", tensor.name))
        );
    }
    let size = tensor.dims.iter().try_fold(1, |size: i64, dim| size.checked_mul(*dim));
    let size = size.and_then(|size| usize::try_from(size).ok());
    tensor.numbers = stored.numbers(kind).filter(|numbers| Some(numbers.len()) == size);
    tensor.is_float = is_float(kind);
    Ok(tensor)
}

/// The numbers of a small tensor, as they are written.
#[derive(Default)]
struct Stored {
    bytes: Vec<u8>,
    ints: Vec<i64>,
}

impl Stored {
    fn numbers(self, kind: i64) -> Option<Numbers> {
        let whole = |width: usize| {
            let ints = self.bytes.chunks_exact(width).map(little_endian);
            let ints = if self.bytes.is_empty() { self.ints.clone() } else { ints.collect() };
            Some(Numbers::Whole(ints))
        };
        match kind {
            1 => real(&self.bytes, |bytes: [u8; 4]| f64::from(f32::from_le_bytes(bytes))),
            11 => real(&self.bytes, f64::from_le_bytes),
            // INT32 and INT64, and BOOL.
            6 => whole(4),
            7 => whole(8),
            9 => whole(1),
            _ => None,
        }
    }
}

/// Floating-point numbers, where they are few.
fn real<const WIDTH: usize>(bytes: &[u8], one: impl Fn([u8; WIDTH]) -> f64) -> Option<Numbers> {
    let (numbers, _) = bytes.as_chunks::<WIDTH>();
    let few = (1..=MOST_REAL).contains(&numbers.len());
    few.then(|| Numbers::Real(numbers.iter().map(|bytes| one(*bytes)).collect()))
}

/// Where the numbers of a tensor lie outside the file: they are not read, but a path that leaves the file's folder is
/// refused all the same, as whatever reads them would have to follow it.
fn location<R: Read + Seek>(wire: &mut Wire<R>, field: Field) -> Result<(), Broken> {
    let (mut key, mut value) = (String::new(), String::new());
    fields(wire, field, |wire, field| {
        match field.number {
            1 => key = wire.text(field)?,
            2 => value = wire.text(field)?,
            _ => wire.skip(field)?,
        }
        Ok(())
    })?;
    let leaves =
        value.starts_with(['/', '\\']) || value.split(['/', '\\', ':']).any(|part| part == "..");
    if key == "location" && leaves {
        return Err(
            wire.broken(&format!("external data at `{value}` lies outside the file's folder"))
        );
    }
    Ok(())
}

/// FLOAT, FLOAT16, DOUBLE, BFLOAT16 and the floats of eight bits.
fn is_float(kind: i64) -> bool {
    matches!(kind, 1 | 10 | 11 | 16..=20)
}

fn little_endian(bytes: &[u8]) -> i64 {
    let value = bytes.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    let unused = 64 - 8 * u32::try_from(bytes.len()).unwrap_or(8);
    value.cast_signed().wrapping_shl(unused).wrapping_shr(unused)
}

fn described<R: Read + Seek>(wire: &mut Wire<R>, field: Field) -> Result<Described, Broken> {
    let mut value = Described::default();
    fields(wire, field, |wire, field| match field.number {
        1 => wire.text(field).map(|name| value.name = name),
        // A type, its tensor type, its kind of element and its shape.
        2 => fields(wire, field, |wire, field| match field.number {
            1 => fields(wire, field, |wire, field| match field.number {
                1 => wire.number(field).map(|kind| value.is_float = is_float(kind)),
                2 => shape(wire, field).map(|dims| value.dims = Some(dims)),
                _ => wire.skip(field),
            }),
            _ => wire.skip(field),
        }),
        _ => wire.skip(field),
    })?;
    Ok(value)
}

fn shape<R: Read + Seek>(wire: &mut Wire<R>, field: Field) -> Result<Vec<Dimension>, Broken> {
    let mut dims = Vec::new();
    fields(wire, field, |wire, field| {
        if field.number != 1 {
            return wire.skip(field);
        }
        let mut dim = Dimension::Unknown;
        fields(wire, field, |wire, field| {
            match field.number {
                1 => dim = Dimension::Known(wire.number(field)?),
                2 => dim = Dimension::Named(wire.text(field)?),
                _ => wire.skip(field)?,
            }
            Ok(())
        })?;
        dims.push(dim);
        if dims.len() > MAX_RANK {
            Err(wire.broken("a shape has too many dimensions"))
        } else {
            Ok(())
        }
    })?;
    Ok(dims)
}
