//! One concrete network: named stages, one after the other.

use thiserror::Error;

use crate::counting::layer::{Join, Layer, ShapeError};
use crate::counting::ledger::{Cost, Event, Part, Tally};
use crate::counting::node::{Kind, Node};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// A network that can be counted.
#[derive(Clone, Debug)]
pub struct Network<S = u64> {
    input: Shape<S>,
    stages: Vec<Stage<S>>,
    /// The tree of the stages laid out flat, in the order of the forward pass.
    placed: Vec<Placed<S>>,
    /// The indices of `placed`, in the order of counting.
    by_kind: Vec<usize>,
}

/// A named part of a network: the stem, a stage, the head.
#[derive(Clone, Debug)]
pub struct Stage<S> {
    /// The name.
    pub name: String,
    /// How often its block stands in it.
    pub repeats: S,
    /// What it is made of.
    pub node: Node<S>,
}

/// A layer at its place in a network.
#[derive(Clone, Debug)]
pub struct Placed<S> {
    /// The index of its stage.
    pub stage: usize,
    /// The names from the stage inwards, joined by `/`.
    pub path: String,
    /// How the part of the network runs that it belongs to.
    pub part: Part,
    /// The layer.
    pub layer: Layer<S>,
    /// The shape of what goes in.
    pub input: Shape<S>,
    /// The shape of what comes out.
    pub output: Shape<S>,
    /// How often it stands there: equal repeats are one entry.
    pub times: S,
}

/// A network that cannot be counted.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NetworkError {
    /// A stage does not take what the one before it puts out.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// An amount passes the range of a 64-bit integer.
    #[error("the network is too large to count: its {} pass 2^64", .0.name())]
    Overflow(Event),
}

impl<S: Scalar> Network<S> {
    /// A network of stages, each taking what the one before it puts out.
    ///
    /// After this, counting cannot fail: the shapes agree, and no amount passes the range.
    pub fn new(input: Shape<S>, stages: Vec<Stage<S>>) -> Result<Self, NetworkError> {
        let mut shape = &input;
        let mut placed = Vec::new();
        for (index, stage) in stages.iter().enumerate() {
            if !shape.same(stage.node.input()) {
                let (left, right) = (shape.exact(), stage.node.input().exact());
                return Err(ShapeError::Branches { what: "a stage", left, right }.into());
            }
            shape = stage.node.output();
            let path = stage.name.clone();
            let mut layout = Layout { stage: index, path, part: Part::Main, placed: &mut placed };
            layout.lay(&stage.node, &S::whole(1));
        }
        // Layers of one kind after the other: counting then takes the same branch many times in a row.
        let mut by_kind: Vec<usize> = (0..placed.len()).collect();
        by_kind.sort_by_key(|index| placed[*index].layer.kind());
        let network = Network { input, stages, placed, by_kind };
        match network.cost().overflow() {
            Some(event) => Err(NetworkError::Overflow(event)),
            None => Ok(network),
        }
    }

    /// The shape of one input image.
    #[must_use]
    pub fn input(&self) -> &Shape<S> {
        &self.input
    }

    /// The stages in order.
    #[must_use]
    pub fn stages(&self) -> &[Stage<S>] {
        &self.stages
    }

    /// Every layer at its place, in the order of the forward pass; equal repeats once.
    #[must_use]
    pub fn placed(&self) -> &[Placed<S>] {
        &self.placed
    }

    /// What a forward pass of one image costs, and what the network stores. Takes as long for a
    /// thousand repeats as for two.
    #[must_use]
    pub fn cost(&self) -> Cost<S> {
        sum(self.by_kind.iter().map(|index| &self.placed[*index]))
    }

    /// What the stage with this index costs.
    #[must_use]
    pub fn stage_cost(&self, index: usize) -> Cost<S> {
        sum(self.placed.iter().filter(|placed| placed.stage == index))
    }
}

impl Network {
    /// Multiply-adds for one image.
    #[must_use]
    pub fn macs(&self) -> u64 {
        u64::try_from(self.cost().total(Event::MACS)).unwrap_or(u64::MAX)
    }

    /// Trained parameters.
    #[must_use]
    pub fn params(&self) -> u64 {
        u64::try_from(self.cost().total(Event::PARAMS)).unwrap_or(u64::MAX)
    }

    /// How many layers there are with every repeat written out.
    #[must_use]
    pub fn layers(&self) -> u64 {
        self.placed.iter().fold(0, |sum, placed| sum.saturating_add(placed.times))
    }

    /// The same network with every repeat written out: as many entries as it has [`Network::layers`].
    #[must_use]
    pub fn unrolled(&self) -> Self {
        let written_out =
            |stage: &Stage<u64>| Stage { node: stage.node.unrolled(), ..stage.clone() };
        let stages: Vec<_> = self.stages.iter().map(written_out).collect();
        // What agrees and does not overflow in short does so at length.
        Network::new(self.input.clone(), stages).unwrap_or_else(|_| self.clone())
    }
}

impl<S: Scalar> Placed<S> {
    /// What the layer costs, all its repeats together.
    #[must_use]
    pub fn cost(&self) -> Cost<S> {
        sum([self])
    }
}

fn sum<'a, S: Scalar + 'a>(placed: impl IntoIterator<Item = &'a Placed<S>>) -> Cost<S> {
    let mut ledger = Cost::zero();
    for placed in placed {
        let mut tally = Tally::new(&mut ledger, &placed.times, placed.part);
        placed.layer.record(&placed.input, &placed.output, &mut tally);
    }
    ledger
}

/// Lays the tree of one stage out flat.
struct Layout<'p, S> {
    stage: usize,
    /// The path of the node at hand.
    path: String,
    part: Part,
    placed: &'p mut Vec<Placed<S>>,
}

impl<S: Scalar> Layout<'_, S> {
    fn lay(&mut self, node: &Node<S>, times: &S) {
        let parent = self.path.len();
        if !node.name.is_empty() {
            if parent > 0 {
                self.path.push('/');
            }
            self.path.push_str(&node.name);
        }
        self.lay_kind(node, times);
        self.path.truncate(parent);
    }

    fn lay_kind(&mut self, node: &Node<S>, times: &S) {
        match node.kind() {
            Kind::Layer(layer) => self.place(layer.clone(), [node.input(), node.output()], times),
            Kind::Chain(nodes) | Kind::Concat(nodes) => {
                for node in nodes {
                    self.lay(node, times);
                }
            }
            Kind::Laid(nodes) => {
                let outer = std::mem::take(&mut self.path);
                for laid in nodes {
                    self.lay(&laid.node, times);
                }
                self.path = outer;
            }
            Kind::Residual { body, shortcut } => {
                self.lay(body, times);
                self.lay(shortcut, times);
                self.join(Join::Add, node.output(), times);
            }
            Kind::Gate(body) => {
                self.lay(body, times);
                self.join(Join::Multiply, node.output(), times);
            }
            Kind::Growing { first, samples } => {
                self.lay(first, times);
                for (sample, weight) in samples {
                    self.lay(sample, &S::product(&[times, weight]));
                }
            }
            Kind::Part(part, body) => {
                // The stronger of two parts in each other holds: what is fused is no function of its own.
                let outer = self.part;
                self.part = outer.max(*part);
                self.lay(body, times);
                self.part = outer;
            }
            Kind::Repeat { first, rest, times: repeats } => {
                self.lay(first, times);
                self.lay(rest, &S::product(&[times, &repeats.less_one()]));
            }
        }
    }

    fn join(&mut self, join: Join, shape: &Shape<S>, times: &S) {
        let layer = Layer::Join(join);
        let parent = self.path.len();
        self.path.push('/');
        self.path.push_str(layer.kind());
        self.place(layer, [shape, shape], times);
        self.path.truncate(parent);
    }

    fn place(&mut self, layer: Layer<S>, shapes: [&Shape<S>; 2], times: &S) {
        let [input, output] = shapes.map(Clone::clone);
        let (stage, part, times) = (self.stage, self.part, times.clone());
        let path = self.path.clone();
        self.placed.push(Placed { stage, path, part, layer, input, output, times });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::Activation;

    fn relu(side: u64) -> Node<u64> {
        let map = Shape { channels: 8, height: side, width: side };
        Node::layer("relu", &map, Layer::Activation(Activation::Relu)).expect("a ReLU")
    }

    fn network(node: Node<u64>) -> Result<Network<u64>, NetworkError> {
        let input = node.input().clone();
        Network::new(input, vec![Stage { name: "stage".into(), repeats: 1, node }])
    }

    #[test]
    fn a_repeat_costs_the_first_and_the_rest() {
        let repeat = Node::repeat(relu(4), relu(4), 5).expect("same shape");
        let network = network(repeat).expect("a network");
        assert_eq!(*network.cost().amount(Event::ReluElements), 5 * 8 * 16);
        assert_eq!(network.placed().len(), 2);
        assert_eq!(network.unrolled().placed().len(), 5);
    }

    #[test]
    fn joints_cost_one_operation_an_element() {
        let residual = Node::residual(relu(4), relu(4)).expect("same shape");
        let cost = network(residual).expect("a network").cost();
        assert_eq!(*cost.amount(Event::ResidualAdds), 8 * 16);
        let cost = network(Node::gate(relu(4)).expect("same shape")).expect("a network").cost();
        assert_eq!(*cost.amount(Event::GateMultiplies), 8 * 16);
    }

    #[test]
    fn too_much_to_count_is_an_error() {
        let error = network(relu(u64::MAX / 4)).expect_err("8 × 2^62 × 2^62 elements");
        assert_eq!(error, NetworkError::Overflow(Event::ReluElements));
        assert!(error.to_string().contains("its relu_elements pass 2^64"));
    }

    #[test]
    fn stages_take_what_the_one_before_puts_out() {
        let stage = |side| Stage { name: format!("{side}"), repeats: 1, node: relu(side) };
        let input = Shape { channels: 8, height: 4, width: 4 };
        assert!(Network::new(input, vec![stage(4), stage(5)]).is_err());
    }
}
