//! Networks from ONNX files: read without their weights, walked node by node, and counted as specs are.
//!
//! The format is that of onnx.proto (ONNX 1.18), the operators are those of its Operators.md.

mod arrange;
mod attention;
mod call;
mod effect;
mod einsum;
mod elementwise;
mod grow;
mod inputs;
mod life;
mod make;
mod model;
mod names;
mod norm_pool;
mod numbers;
mod operator;
mod perform;
mod pick;
mod product;
mod read;
mod said;
mod stored;
mod trace;
mod value;
mod walk;
mod window;
mod wire;

use std::collections::HashMap;
use std::io::{Read, Seek};

use crate::counting::layer::{Layer, Operator};
use crate::counting::network::{Network, Stage};
use crate::counting::node::{Laid, Node};
use crate::counting::shape::Shape;
use crate::error::Diagnostic;
use model::{Dimension, Model};
use names::Name;
use walk::{Step, Walked};

pub use inputs::Sizes;
pub use operator::operators;

/// A network that was read from an ONNX file.
#[derive(Debug)]
pub struct Imported {
    model: Model,
    sizes: Sizes,
}

/// A network at the sizes of its input, and what is to be said about it.
#[derive(Debug)]
pub struct Built {
    /// The network.
    pub network: Network<u64>,
    /// What the export did to it, and what in the file is not as it should be.
    pub notes: Vec<String>,
}

impl Imported {
    /// Reads a file. Weights are passed over and never in memory, external ones need not exist.
    ///
    /// `sizes` are those that the file leaves open. An operator that is not known is an error that names every one of
    /// them, or, where `allow_unknown`, a layer of unknown cost that makes every total a lower bound.
    pub fn read<R: Read + Seek>(
        from: R,
        sizes: Sizes,
        allow_unknown: bool,
    ) -> Result<Self, Diagnostic> {
        let model = Model::read(from);
        let model = model
            .map_err(|broken| Diagnostic::new(format!("byte {}: {}", broken.at, broken.what)))?;
        if !allow_unknown {
            said::refuse_unknown(&model)?;
        }
        Ok(Imported { model, sizes })
    }

    /// Who wrote the file, and the version of the operators: `pytorch 2.15.0, opset 20`.
    #[must_use]
    pub fn source(&self) -> String {
        let producer = if self.model.producer.is_empty() { "ONNX" } else { &self.model.producer };
        format!("{producer}, opset {}", self.model.opset)
    }

    /// The image that goes in, and how many features come out, as the file says it; 0 where it does not.
    pub fn ends(&self) -> Result<(Shape<u64>, u64), Diagnostic> {
        let start = inputs::start(&self.model.graph, &self.sizes)?;
        let output = self.model.graph.outputs.first().and_then(|output| output.dims.as_ref());
        let classes = output.and_then(|dims| dims.last()).and_then(Dimension::size);
        Ok((start.image, classes.unwrap_or(0)))
    }

    /// The network, for an image of another height and width where one is given.
    pub fn build(&self, image: Option<[u64; 2]>) -> Result<Built, Diagnostic> {
        let mut sizes = self.sizes.clone();
        sizes.image = image.or(sizes.image);
        let start = inputs::start(&self.model.graph, &sizes)?;
        let walked =
            walk::walk(&self.model, &start).map_err(|what| self.misfit(what, start.is_resized))?;
        let notes = said::notes(&self.model, &walked, &start);
        let network = self.network(walked, start.image)?;
        Ok(Built { network, notes })
    }

    /// Stages by the modules that the layers are in, in the order of their first layers.
    fn network(&self, walked: Walked, image: Shape<u64>) -> Result<Network<u64>, Diagnostic> {
        let Walked { steps, lives, .. } = walked;
        let alive = life::alive(&lives, steps.len());
        // What was found to be part of a later step's formula is no layer.
        let layers = steps.into_iter().zip(alive).filter(|(step, _)| !step.events.is_empty());
        let (steps, alive): (Vec<Step>, Vec<u64>) = layers.unzip();
        let names = names::names(&self.model, &steps);
        let mut stages: Vec<(String, Vec<Laid<u64>>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for ((step, Name { path, stage }), alive) in steps.into_iter().zip(names).zip(alive) {
            let laid = Laid { node: layer(path, step), alive };
            let place = *places.entry(stage.clone()).or_insert_with(|| {
                stages.push((stage, Vec::new()));
                stages.len() - 1
            });
            stages[place].1.push(laid);
        }
        if stages.is_empty() {
            return Err(Diagnostic::new("the graph has no layer that costs anything"));
        }
        let mut input = image.clone();
        let stages = stages.into_iter().map(|(name, nodes)| {
            let node = Node::laid(&input, nodes);
            input = node.output().clone();
            Stage { name, repeats: 1, node }
        });
        let stages = stages.collect();
        Network::new(image, stages).map_err(|error| Diagnostic::new(error.to_string()))
    }

    fn misfit(&self, what: String, is_resized: bool) -> Diagnostic {
        let problem = Diagnostic::new(what);
        if !is_resized {
            return problem;
        }
        problem.help("the file was exported for another size of its input: shapes in it may be fixed to that")
    }
}

fn layer(path: String, step: Step) -> Node<u64> {
    let Step { kind, input, output, events, .. } = step;
    let operator = Operator { kind, output: output.clone(), events };
    Node::placed(path, input, output, Layer::Operator(operator))
}
