//! Networks from ONNX files: read nearly without their weights, then counted node by node as specs are.
//!
//! The format is that of onnx.proto (ONNX 1.18), the operators are those of its Operators.md.

mod evaluation;
mod file;
mod graph;
mod numbers;
mod operators;
mod value;

use std::io::{Read, Seek};
use std::sync::Arc;

use crate::counting::layer::Operator;
use crate::counting::network::{Network, Stage};
use crate::counting::node::{GraphNode, GraphPlace, Node};
use crate::counting::shape::Shape;
use crate::error::{Diagnostic, Error};
use file::external;
use file::model::{Dimension, Model};
use graph::inferred::{Choices, GraphLayer, Inferred};
use graph::inputs::Inputs;
use graph::names::{Names, names};
use graph::traffic;
use graph::trained::Trained;
use graph::{dependence, fixed, liveness, notes};
use operators::inference::LayerCost;

pub use graph::sizes::Sizes;
pub use operators::operators;

/// The network of an ONNX file for one image, at the input size it was exported with. Of weights, only the first elements
/// are read.
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
    Ok(Imported::read(from, Options::default())?.build(None)?.network)
}

/// What Model Explorer calls a graph without a name.
const UNNAMED: &str = "<main>";

/// What a file does not say, or says differently from its user.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Sizes that the file leaves open, or that replace the file's.
    pub sizes: Sizes,
    /// Whether an unknown operator is a layer of unknown cost, which makes every total a lower bound; otherwise it is an
    /// error.
    pub allow_unknown: bool,
    /// Names of stored tensors that are trained, where the file does not show it; `*` stands for any text.
    pub trained: Vec<String>,
    /// Names of stored tensors that are not trained.
    pub not_trained: Vec<String>,
}

/// A network that was read from an ONNX file.
#[derive(Debug)]
pub struct Imported {
    model: Model,
    sizes: Sizes,
    choices: Choices,
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
    /// Reads a file, without the weights that are in other files.
    ///
    /// The error for unknown operators names all of them. An operator whose output sizes are only known when the network
    /// runs is an error of [`build`](Imported::build).
    pub fn read<R: Read + Seek>(from: R, options: Options) -> Result<Self, Error> {
        Imported::read_with_weights(from, options, |_| None::<std::io::Empty>)
    }

    /// Reads a file whose weights are in other files; `open` opens one by its name, relative to the file's folder.
    ///
    /// Of weights, only the first elements are read, and small tables: they tell what was trained. A file that `open`
    /// does not find is not an error.
    pub fn read_with_weights<R: Read + Seek, W: Read + Seek>(
        from: R,
        options: Options,
        open: impl FnMut(&str) -> Option<W>,
    ) -> Result<Self, Error> {
        let Options { sizes, allow_unknown, trained, not_trained } = options;
        let mut model = Model::read(from).map_err(Diagnostic::new)?;
        external::look(&mut model, open);
        let trained = Trained::new(&model, &trained, &not_trained)?;
        let choices = Choices { trained, allows_unknown: allow_unknown };
        let imported = Imported { model, sizes, choices };
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
        let inputs = self.inputs(&self.sizes)?;
        let output = self.model.graph.outputs.first().and_then(|output| output.dims.as_ref());
        let classes = output.and_then(|dims| dims.last()).and_then(Dimension::size);
        Ok((inputs.one_image().image, classes.unwrap_or(0)))
    }

    /// The error for an open size also names the operators that would be the next problem.
    fn inputs(&self, sizes: &Sizes) -> Result<Inputs, Diagnostic> {
        Inputs::new(&self.model.graph, sizes).map_err(|problem| {
            let unknown = notes::unknown_in_branches(&self.model);
            unknown.into_iter().fold(problem, Diagnostic::help)
        })
    }

    /// The network, for an image of another height and width where one is given.
    ///
    /// Counts are for one image, also where the file was exported with a batch; a note says where that cannot be.
    pub fn build(&self, image: Option<[u64; 2]>) -> Result<Built, Error> {
        let built = self.built(image, &self.choices);
        let allows_unknown = self.choices.allows_unknown;
        built.map_err(|error| if allows_unknown { error } else { self.advised(error, image) })
    }

    /// An error with the advice to allow unknown costs, if that gives a network, or with what else is wrong then.
    fn advised(&self, error: Error, image: Option<[u64; 2]>) -> Error {
        match self.built(image, &Choices { allows_unknown: true, ..self.choices.clone() }) {
            Ok(_) => error.help("with --allow-unknown, `phiscale count` and `explain` count the rest, as a lower bound"),
            Err(other) if other.message() == error.message() => error,
            Err(other) => {
                let error = error.help(&format!("with --allow-unknown: {}", other.message()));
                let help = other.problems().iter().flat_map(|problem| &problem.help);
                help.fold(error, |error, help| error.help(help))
            }
        }
    }

    fn built(&self, image: Option<[u64; 2]>, choices: &Choices) -> Result<Built, Error> {
        let mut sizes = self.sizes.clone();
        sizes.image = image.or(sizes.image);
        let inputs = self.inputs(&sizes)?;
        let (inferred, mut notes) = self.inferred(&inputs, choices)?;
        notes.splice(0..0, notes::notes(&inferred, &inputs));
        let network = self.network(inferred, inputs.one_image().image)?;
        Ok(Built { network, notes })
    }

    /// The layers for one image, or for the whole batch in the file where images cannot be told apart.
    fn inferred(
        &self,
        inputs: &Inputs,
        choices: &Choices,
    ) -> Result<(Inferred<'_>, Vec<String>), Diagnostic> {
        let (whole, mut notes) = self.resized(inputs, choices)?;
        if inputs.batch <= 1 {
            return Ok((whole, notes));
        }
        let one = graph::one_image(&self.model, inputs, choices, &whole);
        notes.push(notes::of_batch(inputs, one.as_ref().err()));
        let Ok(one) = one else { return Ok((whole, notes)) };
        Ok((Inferred { mismatches: whole.mismatches, ..one }, notes))
    }

    /// The layers at the sizes asked for, if nothing that matters in the file is fixed to its own.
    fn resized(
        &self,
        inputs: &Inputs,
        choices: &Choices,
    ) -> Result<(Inferred<'_>, Vec<String>), Diagnostic> {
        let infer = |inputs| graph::infer(&self.model, inputs, choices);
        let fixed = |what: String| {
            let problem = Diagnostic::new(what);
            if !inputs.is_resized {
                return problem;
            }
            problem.help("the file was exported for another input size, and some shapes in it may be fixed to that")
        };
        let mut found = infer(inputs).map_err(fixed)?;
        let unknown = notes::unknown(std::mem::take(&mut found.unknown));
        if let (Some(problem), false) = (unknown, choices.allows_unknown) {
            return Err(problem);
        }
        if !inputs.is_resized {
            return Ok((found, Vec::new()));
        }
        let stated = infer(&inputs.as_stated()).map_err(Diagnostic::new)?;
        let doubtful = fixed::check(&self.model, &stated.values, &found.values).map_err(fixed)?;
        Ok((found, notes::of_doubtful_sizes(&doubtful).into_iter().collect()))
    }

    /// Stages by the modules that the layers are in, in the order of their first layers.
    fn network(&self, inferred: Inferred, image: Shape<u64>) -> Result<Network<u64>, Diagnostic> {
        // The values go before the layers of the network come: in a large graph they are most of its memory.
        let (layers, usages) = (inferred.layers, inferred.usages);
        drop(inferred.values);
        let peaks = liveness::peaks(&usages, layers.len());
        let moved = traffic::moved(&usages, layers.len());
        let depends = dependence::on_params(&usages, &layers);
        let used = peaks.into_iter().zip(moved).zip(depends);
        let whole = layers.into_iter().zip(used).filter(|(layer, _)| !layer.cost.events.is_empty());
        let (layers, used): (Vec<GraphLayer>, Vec<_>) = whole.unzip();
        let Names { layers: names, stages } =
            names(&self.model, &layers).map_err(Diagnostic::new)?;
        let graph: Arc<str> = self.model.graph.name.as_deref().unwrap_or(UNNAMED).into();
        let mut stages: Vec<(String, Vec<GraphNode>)> =
            stages.into_iter().map(|name| (name, Vec::with_capacity(1))).collect();
        for ((layer, (path, stage)), ((live_elements, moved), depends_on_params)) in
            layers.into_iter().zip(names).zip(used)
        {
            let LayerCost { kind, input, output, events, settings, .. } = layer.cost;
            let operator = Operator { kind, output, events, settings };
            let place = GraphPlace { graph: graph.clone(), node: layer.node.id.clone() };
            stages[stage].1.push(GraphNode {
                path,
                place,
                input,
                operator,
                live_elements,
                read_elements: moved.read,
                written_elements: moved.written,
                is_elementwise: moved.is_elementwise,
                fusion: moved.fusion,
                depends_on_params,
            });
        }
        if stages.is_empty() {
            // A network of views and constants: no layer costs anything.
            stages.push(("graph".into(), Vec::new()));
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
