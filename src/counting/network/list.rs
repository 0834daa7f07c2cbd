//! The flat list of a network's layers, each with its path.

use crate::counting::layer::Layer;
use crate::counting::ledger::Part;
use crate::counting::network::{PlacedLayer, Stage};
use crate::counting::scalar::Scalar;
use crate::counting::walk::{Placed, Visitor, walk};

/// The layers of `stages`, in the order of the forward pass.
pub(super) fn layers<S: Scalar>(stages: &[Stage<S>]) -> Vec<PlacedLayer<S>> {
    let mut list = List { stage: 0, path: String::new(), parents: Vec::new(), layers: Vec::new() };
    for (index, stage) in stages.iter().enumerate() {
        list.stage = index;
        list.enter(&stage.name);
        walk(&stage.node, Part::Main, &S::whole(1), &mut list);
        list.leave();
    }
    list.layers
}

struct List<S> {
    stage: usize,
    /// The path of the current node.
    path: String,
    /// Where the paths of the nodes around it end in its path.
    parents: Vec<usize>,
    layers: Vec<PlacedLayer<S>>,
}

impl<S: Scalar> Visitor<S> for List<S> {
    fn enter(&mut self, name: &str) {
        self.parents.push(self.path.len());
        if !name.is_empty() {
            if !self.path.is_empty() {
                self.path.push('/');
            }
            self.path.push_str(name);
        }
    }

    fn leave(&mut self) {
        if let Some(parent) = self.parents.pop() {
            self.path.truncate(parent);
        }
    }

    fn layer(&mut self, placed: &Placed<S>, part: Part, times: &S) {
        let path = self.path_of(placed);
        let (place, layer, input, output) = match placed {
            Placed::Layer(layer, [input, output]) => (None, (*layer).clone(), *input, *output),
            Placed::Join(join, shape) => (None, Layer::Join(*join), *shape, *shape),
            Placed::Graph(node) => {
                let layer = Layer::Operator(node.operator.clone());
                (Some(node.place.clone()), layer, &node.input, &node.operator.output)
            }
        };
        self.layers.push(PlacedLayer {
            stage: self.stage,
            path,
            part,
            layer,
            input: input.clone(),
            output: output.clone(),
            times: times.clone(),
            place,
        });
    }
}

impl<S: Scalar> List<S> {
    fn path_of(&self, placed: &Placed<S>) -> String {
        match placed {
            Placed::Layer(..) => self.path.clone(),
            Placed::Join(join, _) => format!("{}/{}", self.path, join.kind()),
            Placed::Graph(node) => node.path.clone(),
        }
    }
}
