//! One concrete network: named stages, one after the other.

mod list;
mod sum;

use std::sync::OnceLock;

use crate::counting::layer::{Layer, Settings, ShapeError};
use crate::counting::ledger::{Ledger, Part};
use crate::counting::node::{GraphPlace, Node};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::walk::walk;
use crate::error::Diagnostic;
use sum::Sum;

/// A network that can be counted.
#[derive(Clone, Debug)]
pub struct Network<S = u64> {
    input: Shape<S>,
    stages: Vec<Stage<S>>,
    /// The events of all stages: a network does not change, so they are counted once.
    ledger: Box<Ledger<S>>,
    /// The layers of all stages, listed when they are first asked for.
    layers: OnceLock<Vec<PlacedLayer<S>>>,
}

/// A named part of a network: the stem, a stage, the head.
#[derive(Clone, Debug)]
pub struct Stage<S = u64> {
    /// The name in paths and reports.
    pub name: String,
    /// Repeats of its block.
    pub repeats: S,
    pub(crate) node: Node<S>,
}

/// A layer and its place in a network.
#[derive(Clone, Debug)]
pub struct PlacedLayer<S = u64> {
    /// The index of its stage.
    pub stage: usize,
    /// The names from the stage down to the layer, joined by `/`.
    pub path: String,
    /// The part of the network that it belongs to.
    pub part: Part,
    pub(crate) layer: Layer<S>,
    /// The shape of its input.
    pub input: Shape<S>,
    /// The shape of its output.
    pub output: Shape<S>,
    /// The number of equal repeats that share this entry.
    pub times: S,
    /// The node of a file that it was imported from.
    pub place: Option<GraphPlace>,
}

impl<S: Scalar> Network<S> {
    /// A network of stages; the input of each is the output of the one before it.
    ///
    /// Counting it cannot fail: the shapes agree, and every event and total fits in 64 bits.
    pub(crate) fn new(input: Shape<S>, stages: Vec<Stage<S>>) -> Result<Self, Diagnostic> {
        let mut shape = &input;
        let mut sum = Sum::default();
        for stage in &stages {
            if !shape.same(stage.node.input()) {
                let (left, right) = (shape.exact(), stage.node.input().exact());
                let error = ShapeError::Branches { place: "between stages", left, right };
                return Err(Diagnostic::new(error.to_string()));
            }
            shape = stage.node.output();
            walk(&stage.node, Part::Main, &S::whole(1), &mut sum);
        }
        let ledger = Box::new(sum.ledger());
        match ledger.overflow() {
            Some(amount) => {
                let message = format!("the network is too large to count: its {amount} reach 2^64");
                Err(Diagnostic::new(message))
            }
            None => Ok(Network { input, stages, ledger, layers: OnceLock::new() }),
        }
    }

    /// The shape of one input image.
    #[must_use]
    pub fn input(&self) -> &Shape<S> {
        &self.input
    }

    /// The stages in the order of the forward pass.
    #[must_use]
    pub fn stages(&self) -> &[Stage<S>] {
        &self.stages
    }

    /// Every layer, in the order of the forward pass; equal repeats share one entry.
    #[must_use]
    pub fn layers(&self) -> &[PlacedLayer<S>] {
        self.layers.get_or_init(|| list::layers(&self.stages))
    }

    /// The events of one image's forward pass, and the stored values. They were counted when the network was built,
    /// which takes no longer for a thousand repeats than for two.
    #[must_use]
    pub fn ledger(&self) -> Ledger<S> {
        (*self.ledger).clone()
    }

    /// The ledger of the stage with this index.
    #[must_use]
    pub fn stage_ledger(&self, index: usize) -> Ledger<S> {
        self.stages.get(index).map_or_else(Ledger::zero, |stage| Sum::of(&stage.node))
    }
}

impl Network {
    /// Multiply-adds per image.
    #[must_use]
    pub fn macs(&self) -> u64 {
        self.ledger.macs()
    }

    /// FLOPs per image: 2 × multiply-adds.
    #[must_use]
    pub fn flops(&self) -> u64 {
        2 * self.macs()
    }

    /// Trained parameters.
    #[must_use]
    pub fn params(&self) -> u64 {
        self.ledger.params()
    }

    /// Output elements of convolutions, linear layers and products of maps, per image.
    #[must_use]
    pub fn activations(&self) -> u64 {
        self.ledger.activations()
    }

    /// The number of layers, counting every repeat.
    #[must_use]
    pub fn layer_count(&self) -> u64 {
        self.layers().iter().fold(0, |sum, layer| sum.saturating_add(layer.times))
    }

    /// The same network with every repeat written out, in [`Network::layer_count`] entries.
    #[must_use]
    pub fn unrolled(&self) -> Self {
        let written_out = |stage: &Stage| Stage { node: stage.node.unrolled(), ..stage.clone() };
        let stages: Vec<_> = self.stages.iter().map(written_out).collect();
        // Cannot fail: writing repeats out changes neither shapes nor totals.
        Network::new(self.input.clone(), stages).unwrap_or_else(|_| self.clone())
    }
}

impl<S: Scalar> Stage<S> {
    /// The shape of its input.
    #[must_use]
    pub fn input(&self) -> &Shape<S> {
        self.node.input()
    }

    /// The shape of its output.
    #[must_use]
    pub fn output(&self) -> &Shape<S> {
        self.node.output()
    }
}

impl<S: Scalar> PlacedLayer<S> {
    /// The kind of layer, as reports name it: `conv`, `batch_norm`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.layer.kind()
    }

    /// How the layer is set, besides the shapes of its input and output.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.layer.settings()
    }

    /// The ledger of the layer, all its repeats together.
    #[must_use]
    pub fn ledger(&self) -> Ledger<S> {
        let mut sum = Sum::default();
        self.layer.record(&self.input, &self.output, &mut sum.tally(self.part, &self.times));
        sum.ledger()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Activation, Linear};
    use crate::counting::ledger::Event;

    fn relu(side: u64) -> Node {
        let map = Shape { channels: 8, height: side, width: side };
        Node::layer("relu", &map, Layer::Activation(Activation::Relu)).expect("a ReLU")
    }

    fn network(node: Node) -> Result<Network, Diagnostic> {
        let input = node.input().clone();
        Network::new(input, vec![Stage { name: "stage".into(), repeats: 1, node }])
    }

    #[test]
    fn a_repeat_costs_the_first_and_the_rest() {
        let repeat = Node::repeat(relu(4), relu(4), 5).expect("same shape");
        let network = network(repeat).expect("a network");
        assert_eq!(network.ledger().amount(Event::ReluElements), 5 * 8 * 16);
        assert_eq!(network.layers().len(), 2);
        assert_eq!(network.unrolled().layers().len(), 5);
    }

    #[test]
    fn joins_cost_one_operation_per_element() {
        let residual = Node::residual(relu(4), relu(4)).expect("same shape");
        let cost = network(residual).expect("a network").ledger();
        assert_eq!(cost.amount(Event::ResidualAdds), 8 * 16);
        let cost = network(Node::gate(relu(4)).expect("same shape")).expect("a network").ledger();
        assert_eq!(cost.amount(Event::GateMultiplies), 8 * 16);
    }

    #[test]
    fn totals_fit_in_64_bits_or_are_an_error() {
        let linear = |features| {
            let layer = Layer::Linear(Linear { input: 1 << 31, output: features, bias: false });
            Node::layer("linear", &Shape::single(1 << 31), layer).expect("a linear layer")
        };
        let counted = network(linear(1 << 31)).expect("2^63 FLOPs");
        assert_eq!((counted.macs(), counted.flops()), (1 << 62, 1 << 63));
        assert_eq!((counted.params(), counted.activations()), (1 << 62, 1 << 31));
        let error = network(linear(1 << 32)).expect_err("2^64 FLOPs");
        assert_eq!(error.message, "the network is too large to count: its FLOPs reach 2^64");
    }

    #[test]
    fn an_event_that_overflows_is_an_error() {
        let error = network(relu(u64::MAX / 4)).expect_err("8 × 2^62 × 2^62 elements");
        assert_eq!(
            error.message,
            "the network is too large to count: its relu_elements reach 2^64"
        );
    }

    #[test]
    fn a_stage_must_take_the_output_of_the_one_before() {
        let stage = |side| Stage { name: format!("{side}"), repeats: 1, node: relu(side) };
        let input = Shape { channels: 8, height: 4, width: 4 };
        assert!(Network::new(input, vec![stage(4), stage(5)]).is_err());
    }
}
