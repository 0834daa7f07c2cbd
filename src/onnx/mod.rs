//! Networks from ONNX files: read without their weights, then counted node by node as specs are.
//!
//! The format is that of onnx.proto (ONNX 1.18), the operators are those of its Operators.md.

mod evaluation;
mod file;
mod graph;
mod numbers;
mod operators;
mod value;

use std::collections::HashMap;
use std::io::{Read, Seek};

use crate::counting::layer::Operator;
use crate::counting::network::{Network, Stage};
use crate::counting::node::{GraphNode, Node};
use crate::counting::shape::Shape;
use crate::error::{Diagnostic, Error};
use file::model::{Dimension, Model};
use graph::inputs::Inputs;
use graph::names::{Name, names};
use graph::{GraphLayer, Inferred, liveness, notes};
use operators::inference::LayerCost;

pub use graph::inputs::Sizes;
pub use operators::operators;

/// The network of an ONNX file, at the input size it was exported with. Weights are skipped and never in memory.
///
/// ```
/// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onnx/folded.onnx"));
/// let network = phiscale::onnx::network(std::io::Cursor::new(bytes))?; // or a `File`
/// assert!(network.macs() > 0);
/// # Ok::<(), phiscale::Error>(())
/// ```
///
/// An operator that is unknown and a size that the file leaves open are errors; [`Imported::read`] has options for
/// both, and [`Built::notes`] tells what the exporter changed.
pub fn network(from: impl Read + Seek) -> Result<Network, Error> {
    Ok(Imported::read(from, Sizes::default(), false)?.build(None)?.network)
}

/// A network that was read from an ONNX file.
#[derive(Debug)]
pub struct Imported {
    model: Model,
    sizes: Sizes,
    allow_unknown: bool,
}

/// An imported network at one size of its input.
#[derive(Debug)]
#[non_exhaustive]
pub struct Built {
    /// The network.
    pub network: Network<u64>,
    /// Sentences about the file: what its exporter changed, and where it contradicts itself.
    pub notes: Vec<String>,
}

impl Imported {
    /// Reads a file. Weights are skipped and never in memory; external ones need not exist.
    ///
    /// An operator that is unknown is an error, which names all of them; with `allow_unknown` it is a layer of unknown
    /// cost, and every total a lower bound. So is then an operator whose output sizes are only known when the network
    /// runs, which is otherwise an error of [`build`](Imported::build).
    pub fn read<R: Read + Seek>(from: R, sizes: Sizes, allow_unknown: bool) -> Result<Self, Error> {
        let model = Model::read(from).map_err(Diagnostic::new)?;
        let imported = Imported { model, sizes, allow_unknown };
        match notes::unknown_operators(&imported.model) {
            Some(problem) if !allow_unknown => Err(imported.advised(problem.into(), None)),
            _ => Ok(imported),
        }
    }

    /// The exporter and the version of the operator set: `pytorch 2.15.0, opset 20`.
    #[must_use]
    pub fn source(&self) -> String {
        let producer = if self.model.producer.is_empty() { "ONNX" } else { &self.model.producer };
        format!("{producer}, opset {}", self.model.opset)
    }

    /// The shape of the input image, and how many features come out: 0 where the file does not say.
    pub fn ends(&self) -> Result<(Shape<u64>, u64), Error> {
        let inputs = Inputs::new(&self.model.graph, &self.sizes)?;
        let output = self.model.graph.outputs.first().and_then(|output| output.dims.as_ref());
        let classes = output.and_then(|dims| dims.last()).and_then(Dimension::size);
        Ok((inputs.image, classes.unwrap_or(0)))
    }

    /// The network, for an image of another height and width where one is given.
    pub fn build(&self, image: Option<[u64; 2]>) -> Result<Built, Error> {
        let built = self.built(image, self.allow_unknown);
        built.map_err(|error| if self.allow_unknown { error } else { self.advised(error, image) })
    }

    /// An error with the advice to allow unknown costs, if that gives a network, or with what else is wrong then.
    fn advised(&self, error: Error, image: Option<[u64; 2]>) -> Error {
        match self.built(image, true) {
            Ok(_) => error.help("--allow-unknown counts everything else, as a lower bound"),
            Err(other) if other.message() == error.message() => error,
            Err(other) => error.help(&format!("with --allow-unknown: {}", other.message())),
        }
    }

    fn built(&self, image: Option<[u64; 2]>, allow_unknown: bool) -> Result<Built, Error> {
        let mut sizes = self.sizes.clone();
        sizes.image = image.or(sizes.image);
        let inputs = Inputs::new(&self.model.graph, &sizes)?;
        let inferred = graph::infer(&self.model, &inputs, allow_unknown).map_err(|what| {
            let problem = Diagnostic::new(what);
            if !inputs.is_resized {
                return problem;
            }
            problem.help("the file was exported for another input size, and some shapes in it may be fixed to that")
        })?;
        let notes = notes::notes(&self.model, &inferred, &inputs);
        let network = self.network(inferred, inputs.image)?;
        Ok(Built { network, notes })
    }

    /// Stages by the modules that the layers are in, in the order of their first layers.
    fn network(&self, inferred: Inferred, image: Shape<u64>) -> Result<Network<u64>, Diagnostic> {
        let Inferred { layers, usages, .. } = inferred;
        let peaks = liveness::peaks(&usages, layers.len());
        let whole =
            layers.into_iter().zip(peaks).filter(|(layer, _)| !layer.cost.events.is_empty());
        let (layers, peaks): (Vec<GraphLayer>, Vec<u64>) = whole.unzip();
        let names = names(&self.model, &layers);
        let mut stages: Vec<(String, Vec<GraphNode>)> = Vec::new();
        let mut indices: HashMap<String, usize> = HashMap::new();
        for ((layer, Name { path, stage }), live_elements) in
            layers.into_iter().zip(names).zip(peaks)
        {
            let index = indices.get(&stage).copied().unwrap_or(stages.len());
            if index == stages.len() {
                indices.insert(stage.clone(), index);
                stages.push((stage, Vec::with_capacity(1)));
            }
            let LayerCost { kind, input, output, events, .. } = layer.cost;
            let operator = Operator { kind, output, events };
            stages[index].1.push(GraphNode { path, input, operator, live_elements });
        }
        if stages.is_empty() {
            return Err(Diagnostic::new("no layer of the graph has a cost"));
        }
        let mut input = image.clone();
        let stages = stages.into_iter().map(|(name, nodes)| {
            let node = Node::graph(&input, nodes);
            input = node.output().clone();
            Stage { name, repeats: 1, node }
        });
        let stages = stages.collect();
        Network::new(image, stages)
    }
}
