//! Reading a model: field numbers are those of onnx.proto (ONNX 1.18). Weights are skipped; their shapes are read.

use std::io::{Read, Seek};

use crate::onnx::file::model::{
    Attribute, Dimension, Function, Graph, Model, Node, ValueInfo, is_float,
};
use crate::onnx::file::protobuf::{Field, MAX_TEXT, Protobuf};
use crate::onnx::file::tensor::MAX_KNOWN_FLOATS;
use crate::onnx::numbers::{MAX_KNOWN, Numbers, Precision};
use crate::onnx::value::MAX_RANK;

/// Maximum nodes, initializers and values of a file together.
const MAX_PARTS: usize = 1 << 19;

/// Maximum graphs inside each other: networks have one branch in another at most.
const MAX_DEPTH: usize = 8;

impl Model {
    /// Reads a whole file except its weights; an error names the byte at which reading stopped.
    pub(crate) fn read<R: Read + Seek>(from: R) -> Result<Model, String> {
        let mut file = Protobuf::new(from)?;
        let end = file.end();
        let (mut model, mut has_graph, mut version) = (Model::default(), false, String::new());
        while let Some(field) = file.field(end)? {
            match field.number {
                2 => model.producer = file.text(field)?,
                3 => version = file.text(field)?,
                7 => {
                    has_graph = true;
                    file.graph(field, &mut model.graph)?;
                }
                8 => file.operator_set(field, &mut model.opset)?,
                25 => model.functions.push(file.function(field)?),
                _ => file.skip(field)?,
            }
        }
        model.producer = format!("{} {version}", model.producer).trim().into();
        if !has_graph {
            return Err(file.error("not an ONNX file: it has no graph"));
        }
        model.identify()?;
        model.expand()?;
        Ok(model)
    }
}

impl<R: Read + Seek> Protobuf<R> {
    /// The version of ONNX's own operator set.
    fn operator_set(&mut self, field: Field, version: &mut i64) -> Result<(), String> {
        let (mut domain, mut found) = (String::new(), 0);
        self.message(field, |file, field| {
            match field.number {
                1 => domain = file.text(field)?,
                2 => found = file.int(field)?,
                _ => file.skip(field)?,
            }
            Ok(())
        })?;
        if domain.is_empty() || domain == "ai.onnx" {
            *version = found;
        }
        Ok(())
    }

    fn graph(&mut self, field: Field, graph: &mut Graph) -> Result<(), String> {
        self.message(field, |file, field| {
            match field.number {
                1 => graph.nodes.push(file.node(field)?),
                2 => graph.name = Some(file.text(field)?),
                5 => graph.initializers.push(file.tensor(field)?),
                11 => graph.inputs.push(file.value_info(field)?),
                12 => graph.outputs.push(file.value_info(field)?),
                13 => graph.value_infos.push(file.value_info(field)?),
                15 => return Err(file.error("sparse initializers are not supported")),
                _ => file.skip(field)?,
            }
            file.count_part()
        })
    }

    fn count_part(&mut self) -> Result<(), String> {
        self.parts += 1;
        if self.parts <= MAX_PARTS {
            return Ok(());
        }
        Err(self
            .error(&format!("the graph has more than {MAX_PARTS} nodes, initializers and values")))
    }

    fn function(&mut self, field: Field) -> Result<Function, String> {
        let mut function = Function::default();
        self.count_part()?;
        self.message(field, |file, field| {
            match field.number {
                1 => function.name = file.text(field)?,
                4 => function.inputs.push(file.text(field)?),
                5 => function.outputs.push(file.text(field)?),
                7 => {
                    function.nodes.push(file.node(field)?);
                    file.count_part()?;
                }
                10 => function.domain = file.text(field)?,
                11 => function.defaults.push(file.attribute(field)?),
                13 => function.overload = file.text(field)?,
                _ => file.skip(field)?,
            }
            Ok(())
        })?;
        Ok(function)
    }

    fn node(&mut self, field: Field) -> Result<Node, String> {
        let mut node = Node::default();
        self.message(field, |file, field| {
            match field.number {
                1 => node.inputs.push(file.text(field)?),
                2 => node.outputs.push(file.text(field)?),
                3 => node.name = file.text(field)?,
                4 => node.op_type = file.text(field)?,
                5 => node.attributes.push(file.attribute(field)?),
                7 => node.domain = file.text(field)?,
                8 => node.overload = file.text(field)?,
                9 => node.scopes = file.scopes(field)?.or(node.scopes.take()),
                _ => file.skip(field)?,
            }
            Ok(())
        })?;
        Ok(node)
    }

    /// The modules of a node, if this metadata entry holds them.
    fn scopes(&mut self, field: Field) -> Result<Option<String>, String> {
        let (mut is_scopes, mut scopes) = (false, None);
        self.message(field, |file, field| {
            match field.number {
                1 => is_scopes = file.text(field)? == "pkg.torch.onnx.name_scopes",
                2 if is_scopes => scopes = Some(file.text(field)?),
                _ => file.skip(field)?,
            }
            Ok(())
        })?;
        Ok(scopes)
    }

    fn attribute(&mut self, field: Field) -> Result<(String, Attribute), String> {
        let (mut name, mut value) = (String::new(), Attribute::Other);
        let (mut ints, mut floats) = (Vec::new(), Vec::new());
        self.message(field, |file, field| {
            match field.number {
                1 => name = file.text(field)?,
                2 => value = Attribute::Float(file.float(field)?),
                3 => value = Attribute::Int(file.int(field)?),
                4 if file.length(field)? <= MAX_TEXT => value = Attribute::Text(file.text(field)?),
                5 => value = Attribute::Tensor(Box::new(file.tensor(field)?)),
                6 if name.ends_with("_branch") && file.depth < MAX_DEPTH => {
                    let mut graph = Graph::default();
                    file.depth += 1;
                    file.graph(field, &mut graph)?;
                    file.depth -= 1;
                    value = Attribute::Graph(Box::new(graph));
                }
                7 => floats.extend(file.floats(field, 4 * MAX_KNOWN_FLOATS as u64)?),
                8 if file.length(field).unwrap_or(1) <= MAX_KNOWN as u64 => {
                    file.ints(field, MAX_KNOWN, &mut ints)?;
                }
                21 if file.length(field)? > 0 => value = Attribute::Reference(file.text(field)?),
                _ => file.skip(field)?,
            }
            Ok(())
        })?;
        if !ints.is_empty() {
            value = Attribute::List(Numbers::of_ints(ints));
        } else if !floats.is_empty() {
            value = Attribute::List(Numbers::of_floats(floats, Precision::Single));
        }
        Ok((name, value))
    }

    fn value_info(&mut self, field: Field) -> Result<ValueInfo, String> {
        let mut value = ValueInfo::default();
        self.message(field, |file, field| match field.number {
            1 => file.text(field).map(|name| value.name = name),
            // TypeProto, its TypeProto.Tensor, and in that elem_type and shape.
            2 => file.message(field, |file, field| match field.number {
                1 => file.message(field, |file, field| match field.number {
                    1 => file.int(field).map(|data_type| value.is_float = is_float(data_type)),
                    2 => file.shape(field).map(|dims| value.dims = Some(dims)),
                    _ => file.skip(field),
                }),
                _ => file.skip(field),
            }),
            _ => file.skip(field),
        })?;
        Ok(value)
    }

    fn shape(&mut self, field: Field) -> Result<Vec<Dimension>, String> {
        let mut dims = Vec::new();
        self.message(field, |file, field| {
            if field.number != 1 {
                return file.skip(field);
            }
            let mut dim = Dimension::Unknown;
            file.message(field, |file, field| {
                match field.number {
                    // Some exporters write −1 for a size that is open.
                    1 => {
                        dim = Some(file.int(field)?)
                            .filter(|size| *size >= 0)
                            .map_or(Dimension::Unknown, Dimension::Known);
                    }
                    2 => dim = Dimension::Named(file.text(field)?),
                    _ => file.skip(field)?,
                }
                Ok(())
            })?;
            dims.push(dim);
            if dims.len() <= MAX_RANK {
                return Ok(());
            }
            Err(file.error(&format!("a shape has more than {MAX_RANK} dimensions")))
        })?;
        Ok(dims)
    }
}
