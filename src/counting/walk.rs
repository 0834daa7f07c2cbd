//! A walk through the layers of a tree, in the order of the forward pass.

use crate::counting::layer::{Join, Layer};
use crate::counting::ledger::{Part, Tally};
use crate::counting::node::{GraphNode, Kind, Node};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// What is done on the way.
pub(super) trait Visitor<S> {
    /// The walk enters a node with this name.
    fn enter(&mut self, _name: &str) {}
    /// The walk leaves the node that it entered last.
    fn leave(&mut self) {}
    /// A layer, its part of the network and its repeats.
    fn layer(&mut self, placed: &Placed<S>, part: Part, times: &S);
}

/// A layer on the way.
pub(super) enum Placed<'n, S> {
    /// A layer of a spec, with the shapes of its input and output.
    Layer(&'n Layer<S>, [&'n Shape<S>; 2]),
    /// What joins branches, with the shape of its input and output.
    Join(Join, &'n Shape<S>),
    /// A node of an imported graph.
    Graph(&'n GraphNode<S>),
}

impl<S: Scalar> Placed<'_, S> {
    /// Adds the layer's events for one image.
    #[inline]
    pub(super) fn record(&self, tally: &mut Tally<S>) {
        match self {
            Placed::Layer(layer, [input, output]) => layer.record(input, output, tally),
            Placed::Join(join, shape) => Layer::Join(*join).record(shape, shape, tally),
            Placed::Graph(node) => node.operator.record_events(tally),
        }
    }
}

/// Visits the layers of `node`, which belongs to `part` and runs `times` times.
pub(super) fn walk<S: Scalar>(
    node: &Node<S>,
    part: Part,
    times: &S,
    visitor: &mut impl Visitor<S>,
) {
    visitor.enter(&node.name);
    match node.kind() {
        Kind::Layer(layer) => {
            visitor.layer(&Placed::Layer(layer, [node.input(), node.output()]), part, times);
        }
        Kind::Chain(nodes) | Kind::Concat(nodes) => {
            for node in nodes {
                walk(node, part, times, visitor);
            }
        }
        Kind::Graph(nodes) => {
            for node in nodes {
                visitor.layer(&Placed::Graph(node), part, times);
            }
        }
        Kind::Residual { body, shortcut } => {
            walk(body, part, times, visitor);
            walk(shortcut, part, times, visitor);
            visitor.layer(&Placed::Join(Join::Add, node.output()), part, times);
        }
        Kind::Gate(body) => {
            walk(body, part, times, visitor);
            visitor.layer(&Placed::Join(Join::Multiply, node.output()), part, times);
        }
        Kind::Growing { first, samples } => {
            walk(first, part, times, visitor);
            for (sample, weight) in samples {
                walk(sample, part, &S::product(&[times, weight]), visitor);
            }
        }
        // Of nested parts, the one later in the order of `Part` wins: a function in a fused operation is fused.
        Kind::Part(inner, body) => walk(body, part.max(*inner), times, visitor),
        Kind::Repeat { first, rest, times: repeats } => {
            walk(first, part, times, visitor);
            walk(rest, part, &S::product(&[times, &repeats.less_one()]), visitor);
        }
    }
    visitor.leave();
}
