//! The tree of layers. A node knows its input and output shapes, which are checked when it is built, before anything
//! is counted.

use std::sync::Arc;

use crate::counting::layer::{Crop, Layer, Operator, ShapeError};
use crate::counting::ledger::Part;
use crate::counting::name::Name;
use crate::counting::scalar::{Quantity, Scalar};
use crate::counting::shape::Shape;

/// A layer, or a composition of nodes.
#[derive(Clone, Debug)]
pub struct Node<S = u64> {
    /// The node's part of its layers' paths; empty if it adds nothing.
    pub name: Name,
    input: Shape<S>,
    output: Shape<S>,
    kind: Kind<S>,
}

/// The contents of a node.
#[derive(Clone, Debug)]
pub enum Kind<S = u64> {
    /// One primitive layer.
    Layer(Layer<S>),
    /// Nodes one after the other; an empty chain is the identity.
    Chain(Vec<Node<S>>),
    /// The body's output plus the shortcut's.
    Residual {
        /// The branch that computes.
        body: Box<Node<S>>,
        /// The branch beside it: the identity, or a projection.
        shortcut: Box<Node<S>>,
    },
    /// The input times the body's output, which has one value per channel or per element.
    Gate(Box<Node<S>>),
    /// The branches' outputs stacked along the channels.
    Concat(Vec<Node<S>>),
    /// A node that runs differently from the main part. An auxiliary one is off the main path: its output is its
    /// input.
    Part(Part, Box<Node<S>>),
    /// One node, then another `times - 1` times.
    Repeat {
        /// The first repeat, which may change the shape.
        first: Box<Node<S>>,
        /// Every later repeat, which keeps the shape.
        rest: Box<Node<S>>,
        /// All repeats together, at least 1.
        times: S,
    },
    /// Repeats whose channels grow from one to the next, in closed forms only: the first, and weighted samples of
    /// the later ones.
    Growing {
        /// The first repeat.
        first: Box<Node<S>>,
        /// Samples of the later repeats and their weights.
        samples: Vec<(Node<S>, S)>,
    },
    /// An imported graph: its nodes in topological order. A node's input need not be the output of the one before.
    Graph(Vec<GraphNode<S>>),
}

/// A node of an imported graph.
#[derive(Clone, Debug)]
pub struct GraphNode<S = u64> {
    /// The full path of the layer.
    pub path: String,
    /// Where viewers show it.
    pub place: GraphPlace,
    /// The shape of its input.
    pub input: Shape<S>,
    /// Its events and the shape of its output.
    pub operator: Operator<S>,
    /// Elements of all maps in memory while it runs, including its own.
    pub live_elements: u64,
    /// Elements of maps that it reads, and that the copies after it read which are not layers.
    pub read_elements: u64,
    /// Elements of maps that it writes, and that the copies after it write.
    pub written_elements: u64,
    /// Whether it changes its input element by element.
    pub is_elementwise: bool,
    /// What it saves where it runs within the node before it.
    pub fusion: Option<Fusion>,
    /// Whether its input depends on trained params.
    pub depends_on_params: bool,
}

/// What an elementwise kernel saves where it runs within the kernel before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fusion {
    /// Elements that are not read again.
    pub read: u128,
    /// Elements that are not written, because nothing else reads them.
    pub written: u128,
}

/// A node in the file that a graph was imported from, as Model Explorer names it.
#[derive(Clone, Debug)]
pub struct GraphPlace {
    /// The graph that the node is in.
    pub graph: Arc<str>,
    /// The node; several layers share it where it calls a function.
    pub node: Arc<str>,
}

impl<S: Scalar> Node<S> {
    /// A layer on a map of shape `input`.
    pub fn layer(
        name: impl Into<Name>,
        input: &Shape<S>,
        layer: Layer<S>,
    ) -> Result<Self, ShapeError> {
        let output = layer.output(input)?;
        Ok(Node { name: name.into(), input: input.clone(), output, kind: Kind::Layer(layer) })
    }

    /// Nodes in sequence, each on the output of the one before. One alone without a name is the chain itself.
    pub fn chain(input: &Shape<S>, mut nodes: Vec<Node<S>>) -> Result<Self, ShapeError> {
        let mut shape = input;
        for node in &nodes {
            agree("in a chain", shape, &node.input)?;
            shape = &node.output;
        }
        if let [node] = &nodes[..]
            && node.name.is_empty()
            && let Some(node) = nodes.pop()
        {
            return Ok(node);
        }
        let output = nodes.last().map_or(input, |node| &node.output).clone();
        Ok(Node::unnamed(input.clone(), output, Kind::Chain(nodes)))
    }

    /// `body + shortcut`, which have the same input shape and the same output shape.
    pub fn residual(body: Node<S>, shortcut: Node<S>) -> Result<Self, ShapeError> {
        agree("at the start of a residual", &body.input, &shortcut.input)?;
        agree("at the end of a residual", &body.output, &shortcut.output)?;
        let (input, output) = (body.input.clone(), body.output.clone());
        let kind = Kind::Residual { body: Box::new(body), shortcut: Box::new(shortcut) };
        Ok(Node::unnamed(input, output, kind))
    }

    /// `input × body`; the body's output has the input's channels, at one position or at every one.
    pub fn gate(body: Node<S>) -> Result<Self, ShapeError> {
        let input = body.input.clone();
        let single = Shape::single(input.channels.clone());
        if !body.output.same(&single) {
            agree("in a gate", &input, &body.output)?;
        }
        Ok(Node::unnamed(input.clone(), input, Kind::Gate(Box::new(body))))
    }

    /// `body`, cut to the rows and columns of its input if its output has others.
    pub fn cropped(body: Node<S>) -> Result<Self, ShapeError> {
        let input = body.input.clone();
        if body.output.same(&input.with_channels(body.output.channels.clone())) {
            return Ok(body);
        }
        let crop = Crop { height: input.height.clone(), width: input.width.clone() };
        let crop = Node::layer("crop", &body.output, Layer::Crop(crop))?;
        Node::chain(&input, vec![body, crop])
    }

    /// The branches' outputs stacked along the channels; all have the same height and width.
    pub fn concat(input: &Shape<S>, branches: Vec<Node<S>>) -> Result<Self, ShapeError> {
        let Some(first) = branches.first() else {
            return Err(ShapeError::Zero("the number of branches"));
        };
        let mut output = first.output.clone();
        for branch in &branches {
            agree("at the start of a concat", input, &branch.input)?;
        }
        for branch in &branches[1..] {
            let channels = branch.output.channels.clone();
            agree("at the end of a concat", &first.output.with_channels(channels), &branch.output)?;
            output.channels.increase(&branch.output.channels);
        }
        Ok(Node::unnamed(input.clone(), output, Kind::Concat(branches)))
    }

    /// The node, run as `part`.
    #[must_use]
    pub fn part(part: Part, node: Node<S>) -> Self {
        let input = node.input.clone();
        let output = if part == Part::Auxiliary { &input } else { &node.output };
        Node::unnamed(input.clone(), output.clone(), Kind::Part(part, Box::new(node)))
    }

    /// `first`, then `rest` for the other `times - 1` repeats. `rest` keeps its shape.
    pub fn repeat(first: Node<S>, rest: Node<S>, times: S) -> Result<Self, ShapeError> {
        if times.exact() == 0 {
            return Err(ShapeError::Zero("the number of repeats"));
        }
        agree("between repeats", &first.output, &rest.input)?;
        if !rest.input.same(&rest.output) {
            return Err(ShapeError::Repeat { from: rest.input.exact(), to: rest.output.exact() });
        }
        let (input, output) = (first.input.clone(), first.output.clone());
        let kind = Kind::Repeat { first: Box::new(first), rest: Box::new(rest), times };
        Ok(Node::unnamed(input, output, kind))
    }

    /// `first`, then `later` repeats whose channels grow evenly. `samples` are the first four of those: three
    /// represent them all, and the fourth checks that the growth is even. `None` if it is not, or if the repeats
    /// are better written out.
    #[must_use]
    pub fn growing(first: Node<S>, samples: [Node<S>; 4], later: &S) -> Option<Self> {
        let weights = later.sampling()?;
        let channels = |node: &Node<S>| node.output.channels.to_quantity();
        let growth = channels(&samples[0]) - channels(&first);
        let mut output = first.output.clone();
        let grown = growth.clone() * later.to_quantity() + channels(&first);
        output.channels = S::from_quantity(&grown)?;
        let mut shape = &first.output;
        for sample in &samples {
            let expected = shape.channels.to_quantity().value() + growth.value();
            let is_even = (channels(sample).value() - expected).abs() < 0.5;
            if !shape.same(&sample.input)
                || !sample.output.same(&shape.with_channels(sample.output.channels.clone()))
                || !is_even
            {
                return None;
            }
            shape = &sample.output;
        }
        let input = first.input.clone();
        let [one, two, three, _] = samples;
        let samples = [one, two, three].into_iter().zip(weights).collect();
        let kind = Kind::Growing { first: Box::new(first), samples };
        Some(Node::unnamed(input, output, kind))
    }

    /// An imported graph on an input of shape `input`; its output is that of its last node.
    #[must_use]
    pub fn graph(input: &Shape<S>, nodes: Vec<GraphNode<S>>) -> Self {
        let output = nodes.last().map_or(input, |node| &node.operator.output).clone();
        Node::unnamed(input.clone(), output, Kind::Graph(nodes))
    }

    fn unnamed(input: Shape<S>, output: Shape<S>, kind: Kind<S>) -> Self {
        Node { name: Name::default(), input, output, kind }
    }

    /// The same node under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = name.into();
        self
    }

    /// The shape of the input.
    #[must_use]
    pub fn input(&self) -> &Shape<S> {
        &self.input
    }

    /// The shape of the output.
    #[must_use]
    pub fn output(&self) -> &Shape<S> {
        &self.output
    }

    /// The contents.
    #[must_use]
    pub fn kind(&self) -> &Kind<S> {
        &self.kind
    }
}

impl Node {
    /// The same node with every repeat written out.
    #[must_use]
    pub fn unrolled(&self) -> Self {
        let boxed = |node: &Node| Box::new(node.unrolled());
        let all = |nodes: &[Node]| nodes.iter().map(Node::unrolled).collect();
        let kind = match &self.kind {
            Kind::Layer(layer) => Kind::Layer(layer.clone()),
            Kind::Chain(nodes) => Kind::Chain(all(nodes)),
            Kind::Residual { body, shortcut } => {
                Kind::Residual { body: boxed(body), shortcut: boxed(shortcut) }
            }
            Kind::Gate(body) => Kind::Gate(boxed(body)),
            Kind::Part(part, body) => Kind::Part(*part, boxed(body)),
            Kind::Concat(branches) => Kind::Concat(all(branches)),
            Kind::Graph(nodes) => Kind::Graph(nodes.clone()),
            // Does not occur in an exact network, whose growing repeats are written out.
            Kind::Growing { first, samples } => {
                Kind::Growing { first: boxed(first), samples: samples.clone() }
            }
            Kind::Repeat { first, rest, times } => {
                let rest = rest.unrolled();
                let later = (2..=*times).map(|index| rest.clone().named(index.to_string()));
                Kind::Chain(std::iter::once(first.unrolled()).chain(later).collect())
            }
        };
        Node { kind, ..self.clone() }
    }
}

fn agree<S: Scalar>(
    place: &'static str,
    left: &Shape<S>,
    right: &Shape<S>,
) -> Result<(), ShapeError> {
    if left.same(right) {
        return Ok(());
    }
    Err(ShapeError::Branches { place, left: left.exact(), right: right.exact() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{AdaptivePool, PoolStyle, Take};

    fn map(channels: u64) -> Shape<u64> {
        Shape { channels, height: 4, width: 4 }
    }

    fn identity(channels: u64) -> Node<u64> {
        Node::chain(&map(channels), Vec::new()).expect("the identity")
    }

    fn take(from: u64, channels: u64) -> Node<u64> {
        Node::layer("take", &map(from), Layer::Take(Take { channels, from: 0 }))
            .expect("fewer channels")
    }

    #[test]
    fn branches_with_different_outputs_cannot_be_joined() {
        assert!(Node::residual(take(8, 4), identity(8)).is_err());
        assert!(Node::chain(&map(8), vec![take(8, 4), take(8, 4)]).is_err());
        assert!(Node::repeat(identity(8), take(8, 4), 3).is_err());
        assert!(Node::concat(&map(8), Vec::new()).is_err());
    }

    #[test]
    fn a_concat_adds_channels() {
        let node = Node::concat(&map(8), vec![take(8, 4), identity(8)]).expect("same sizes");
        assert_eq!(node.output().to_owned().exact(), map(12));
    }

    #[test]
    fn a_gate_may_end_in_one_value_per_channel() {
        let pool = Layer::AdaptivePool(AdaptivePool { size: [1; 2], style: PoolStyle::Squeeze });
        let pool = Node::layer("pool", &map(8), pool).expect("a pool");
        assert!(Node::gate(pool).is_ok());
        assert!(Node::gate(take(8, 4)).is_err());
    }
}
