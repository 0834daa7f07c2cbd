//! How much memory a forward pass holds at once: the weights, and the most activations alive together.
//!
//! Activations are followed through the tree in the order of the forward pass. A layer needs its input
//! and its output; a residual holds its input while the body runs, a gate as well; a concat holds its
//! input and the branches that are finished, and its output is a copy of them. Assumed is an engine that
//! frees a map after its last use and writes norms, activations, dropout, learned scales and sums in
//! place, except where the map is still needed; that keeps attention's scores in full, unless attention is
//! fused; and that needs no memory of its own for convolutions, nor any to train.

use crate::cost::{Event, Part};
use crate::layer::Layer;
use crate::network::Network;
use crate::node::{Kind, Node};
use crate::shape::Shape;

/// The type of stored numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dtype {
    /// 4 bytes.
    #[default]
    Fp32,
    /// 2 bytes.
    Fp16,
    /// 2 bytes.
    Bf16,
    /// 1 byte.
    Int8,
}

/// What a forward pass holds in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Params and norm statistics, in bytes.
    pub weights_bytes: u128,
    /// The most activations alive at once, for the whole batch, in bytes.
    pub peak_activation_bytes: u128,
    /// The path of the layer at which they are.
    pub at: String,
}

/// The memory of a forward pass of `batch` images, weights and activations in one type.
#[must_use]
pub fn of(network: &Network<u64>, dtype: Dtype, batch: u32) -> Memory {
    let cost = network.cost();
    let stored = cost.total(Event::PARAMS).saturating_add(cost.total(Event::STATISTICS));
    let mut walk = Walk { path: Vec::new(), part: Part::Main, peak: 0, at: String::new() };
    for stage in network.stages() {
        walk.path.push(&stage.name);
        walk.visit(&stage.node, Held { others: 0, owns_input: true });
        walk.path.pop();
    }
    let bytes = dtype.bytes();
    Memory {
        weights_bytes: stored.saturating_mul(bytes),
        peak_activation_bytes: walk.peak.saturating_mul(bytes).saturating_mul(u128::from(batch)),
        at: walk.at,
    }
}

impl Memory {
    /// Weights and activations together, in bytes.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.weights_bytes.saturating_add(self.peak_activation_bytes)
    }
}

impl Dtype {
    /// Bytes of one number.
    #[must_use]
    pub fn bytes(self) -> u128 {
        match self {
            Dtype::Fp32 => 4,
            Dtype::Fp16 | Dtype::Bf16 => 2,
            Dtype::Int8 => 1,
        }
    }

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Dtype::Fp32 => "fp32",
            Dtype::Fp16 => "fp16",
            Dtype::Bf16 => "bf16",
            Dtype::Int8 => "int8",
        }
    }
}

/// What is alive beside a node while it runs.
#[derive(Clone, Copy)]
struct Held {
    /// Elements of maps that others still need; the node's input is among them where they do.
    others: u128,
    /// Whether nobody else needs the input, so that it may be overwritten and freed.
    owns_input: bool,
}

/// A walk through the tree that keeps the highest mark.
struct Walk<'a> {
    path: Vec<&'a str>,
    part: Part,
    peak: u128,
    at: String,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, node: &'a Node<u64>, held: Held) {
        self.path.push(&node.name);
        let (input, output) = (elements(node.input()), elements(node.output()));
        let with_input =
            if held.owns_input { held.others.saturating_add(input) } else { held.others };
        let beside_input = Held { others: with_input, owns_input: false };
        match node.kind() {
            Kind::Layer(layer) => {
                let is_free = held.owns_input && keeps_its_place(layer);
                let more = if is_free { output.saturating_sub(input) } else { output };
                let scores = self.scores(layer, node.output());
                self.note(with_input.saturating_add(more).saturating_add(scores));
            }
            Kind::Chain(nodes) => self.chain(nodes, held),
            Kind::Residual { body, shortcut } => {
                self.visit(body, beside_input);
                self.note(with_input.saturating_add(output));
                let others = held.others.saturating_add(output);
                self.visit(shortcut, Held { others, ..held });
            }
            Kind::Gate(body) => {
                self.visit(body, beside_input);
                let product = if held.owns_input { 0 } else { output };
                let gate = elements(body.output());
                self.note(with_input.saturating_add(gate).saturating_add(product));
            }
            Kind::Concat(branches) => self.concat(branches, with_input, held, output),
            Kind::Part(Part::Auxiliary, _) => self.note(with_input),
            Kind::Part(part, body) => {
                let outer = self.part;
                self.part = outer.max(*part);
                self.visit(body, held);
                self.part = outer;
            }
            Kind::Repeat { first, rest, times } => {
                self.visit(first, held);
                if *times > 1 {
                    self.visit(rest, Held { owns_input: true, ..held });
                }
            }
            // Only closed forms grow; their first repeat is what there is to see.
            Kind::Growing { first, .. } => self.visit(first, held),
        }
        self.path.pop();
    }

    fn chain(&mut self, nodes: &'a [Node<u64>], held: Held) {
        let mut owns_input = held.owns_input;
        for node in nodes {
            self.visit(node, Held { owns_input, ..held });
            // What puts out its input as it is does not make it anybody's own.
            owns_input = owns_input || !is_identity(node);
        }
    }

    /// An identity branch is its input, which then lives to the end.
    fn concat(&mut self, branches: &'a [Node<u64>], with_input: u128, held: Held, output: u128) {
        let keeps_input = branches.iter().any(is_identity);
        let last = branches.len().saturating_sub(1);
        let mut finished = 0u128;
        for (index, branch) in branches.iter().enumerate().filter(|(_, node)| !is_identity(node)) {
            let owns_input = held.owns_input && index == last && !keeps_input;
            let others = if owns_input { held.others } else { with_input };
            let others = others.saturating_add(finished);
            self.visit(branch, Held { others, owns_input });
            finished = finished.saturating_add(elements(branch.output()));
        }
        let others = if keeps_input { with_input } else { held.others };
        self.note(others.saturating_add(finished).saturating_add(output));
    }

    /// Elements of attention's scores, which fused attention never holds in full.
    fn scores(&self, layer: &Layer<u64>, output: &Shape<u64>) -> u128 {
        match layer {
            Layer::Attention(attention) if self.part != Part::Fused => {
                u128::from(attention.scores(output))
            }
            _ => 0,
        }
    }

    fn note(&mut self, live: u128) {
        if live > self.peak {
            self.peak = live;
            let names: Vec<&str> =
                self.path.iter().copied().filter(|name| !name.is_empty()).collect();
            self.at = names.join("/");
        }
    }
}

/// Whether a layer may write over its input, or puts it out as it is in another form.
fn keeps_its_place(layer: &Layer<u64>) -> bool {
    match layer {
        Layer::Norm(_)
        | Layer::Activation(_)
        | Layer::Dropout(_)
        | Layer::Flatten(_)
        | Layer::Take(_)
        | Layer::LearnedScale(_)
        | Layer::ClassToken(_)
        | Layer::Join(_) => true,
        Layer::Conv(_)
        | Layer::Linear(_)
        | Layer::Pool(_)
        | Layer::AdaptivePool(_)
        | Layer::Shuffle(_)
        | Layer::SpaceToDepth(_)
        | Layer::Tokens(_)
        | Layer::Attention(_) => false,
    }
}

fn is_identity(node: &Node<u64>) -> bool {
    match node.kind() {
        Kind::Chain(nodes) => nodes.iter().all(is_identity),
        Kind::Part(part, body) => *part == Part::Auxiliary || is_identity(body),
        _ => false,
    }
}

fn elements(shape: &Shape<u64>) -> u128 {
    u128::from(shape.channels)
        .saturating_mul(u128::from(shape.height))
        .saturating_mul(u128::from(shape.width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{Activation, AdaptivePool, PoolStyle, Take};
    use crate::network::Stage;

    fn map(channels: u64) -> Shape<u64> {
        Shape { channels, height: 2, width: 2 }
    }

    fn node(name: &str, input: &Shape<u64>, layer: Layer<u64>) -> Node<u64> {
        Node::layer(name, input, layer).expect("a layer that fits")
    }

    fn relu(channels: u64) -> Node<u64> {
        node("relu", &map(channels), Layer::Activation(Activation::Relu))
    }

    fn shuffle(channels: u64) -> Node<u64> {
        node("shuffle", &map(channels), Layer::Shuffle(crate::layer::Shuffle { groups: 1 }))
    }

    fn identity(channels: u64) -> Node<u64> {
        Node::chain(&map(channels), Vec::new()).expect("the identity")
    }

    fn chain(nodes: Vec<Node<u64>>) -> Node<u64> {
        Node::chain(&nodes[0].input().clone(), nodes).expect("a chain")
    }

    /// The peak in elements, and where it is.
    fn peak(node: Node<u64>) -> (u128, String) {
        let input = node.input().clone();
        let stage = Stage { name: "stage".into(), repeats: 1, node };
        let memory = of(&Network::new(input, vec![stage]).expect("a network"), Dtype::Int8, 1);
        (memory.peak_activation_bytes, memory.at)
    }

    #[test]
    fn a_layer_needs_its_input_and_its_output_unless_it_works_in_place() {
        assert_eq!(peak(shuffle(8)), (64, "stage/shuffle".into()));
        assert_eq!(peak(relu(8)), (32, "stage/relu".into()));
        let take = node("take", &map(8), Layer::Take(Take { channels: 4 }));
        assert_eq!(peak(chain(vec![relu(8), take, shuffle(4)])).0, 32);
    }

    #[test]
    fn a_residual_holds_its_input_while_the_body_runs() {
        // The ReLU cannot write over what the shortcut needs; the shuffle then needs 32 more.
        let residual = |body| Node::residual(body, identity(8)).expect("same shape");
        assert_eq!(peak(residual(relu(8))).0, 64);
        assert_eq!(peak(residual(chain(vec![relu(8), shuffle(8)]))), (96, "stage/shuffle".into()));
        // A projection runs beside the finished body, and may free the input.
        let projected = Node::residual(relu(8), chain(vec![shuffle(8), shuffle(8)]));
        assert_eq!(peak(projected.expect("same shape")).0, 96);
    }

    #[test]
    fn a_gate_holds_its_input() {
        let size = AdaptivePool { size: [1; 2], style: PoolStyle::Squeeze };
        let squeeze = node("squeeze", &map(8), Layer::AdaptivePool(size));
        assert_eq!(peak(Node::gate(squeeze).expect("a value per channel")).0, 32 + 8);
    }

    #[test]
    fn a_concat_holds_the_finished_branches_and_copies_them() {
        let concat = |branches| Node::concat(&map(8), branches).expect("same size");
        // Both branches and the output: 32 + 32 + 64.
        assert_eq!(peak(concat(vec![shuffle(8), shuffle(8)])).0, 128);
        // An identity branch is the input itself: 32 + 32 + 64.
        assert_eq!(peak(concat(vec![identity(8), shuffle(8)])).0, 128);
        // While the second branch runs: the input, the first branch, and two maps of the second.
        let wide = concat(vec![shuffle(8), chain(vec![shuffle(8), shuffle(8), shuffle(8)])]);
        assert_eq!(peak(wide).0, 128);
    }

    #[test]
    fn repeats_have_the_peak_of_one_and_auxiliary_parts_none() {
        let repeat = Node::repeat(relu(8), shuffle(8), 1000).expect("same shape");
        assert_eq!(peak(repeat).0, 64);
        let auxiliary = Node::part(Part::Auxiliary, shuffle(8));
        assert_eq!(peak(auxiliary).0, 32);
    }

    #[test]
    fn bytes_grow_with_the_type_and_activations_with_the_batch() {
        let stage = Stage { name: "stage".into(), repeats: 1, node: shuffle(8) };
        let network = Network::new(map(8), vec![stage]).expect("a network");
        let memory = of(&network, Dtype::Fp16, 3);
        assert_eq!((memory.weights_bytes, memory.peak_activation_bytes), (0, 64 * 2 * 3));
        assert_eq!(of(&network, Dtype::Fp32, 1).total(), 256);
    }
}
