//! The memory of a forward pass: the weights, and the peak of live activations.
//!
//! Activations are followed through the tree in the order of the forward pass. A layer needs its input
//! and its output; a residual or a gate holds its input while its body runs; a concat holds its input and
//! the finished branches, and its output is a copy of them. The engine is ideal: it frees a map after its
//! last use; it writes norms, activations, dropout, learned scales and sums in place unless the map is still
//! needed; it keeps attention scores in full unless attention is fused; and it needs no workspace for
//! convolutions and no memory for training.

use crate::counting::layer::Footprint;
use crate::counting::ledger::{Event, Part};
use crate::counting::network::Network;
use crate::counting::node::{Kind, Node};
use crate::counting::shape::Shape;

/// The type of stored numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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

/// The memory of a forward pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Memory {
    /// Params and norm statistics, in bytes.
    pub weights_bytes: u128,
    /// The peak of live activations for the whole batch, in bytes.
    pub peak_activation_bytes: u128,
    /// The path of the layer at which the peak occurs.
    pub at: String,
}

/// The memory of a forward pass of `batch` images, with weights and activations stored as `dtype`.
#[must_use]
pub fn of(network: &Network, dtype: Dtype, batch: u32) -> Memory {
    let ledger = network.ledger();
    let stored = ledger.total(Event::PARAMS).saturating_add(ledger.total(Event::STATISTICS));
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

/// The most images whose forward pass fits into an amount of memory; 0 if one does not.
#[must_use]
pub fn largest_batch(network: &Network, dtype: Dtype, bytes: u128) -> u128 {
    let one = of(network, dtype, 1);
    bytes.saturating_sub(one.weights_bytes) / one.peak_activation_bytes.max(1)
}

impl Memory {
    /// Weights and activations together, in bytes.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.weights_bytes.saturating_add(self.peak_activation_bytes)
    }
}

impl Dtype {
    /// Every type.
    pub const ALL: [Dtype; 4] = [Dtype::Fp32, Dtype::Fp16, Dtype::Bf16, Dtype::Int8];

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

/// The maps that stay live while a node runs.
#[derive(Clone, Copy)]
struct Held {
    /// Elements of the maps that other nodes still need, including this node's input if they need it.
    others: u128,
    /// Whether only this node needs its input, and so may overwrite or free it.
    owns_input: bool,
}

/// A walk through the tree that records the peak.
struct Walk<'a> {
    path: Vec<&'a str>,
    part: Part,
    peak: u128,
    at: String,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, node: &'a Node, held: Held) {
        self.path.push(&node.name);
        let (input, output) = (elements(node.input()), elements(node.output()));
        let with_input =
            if held.owns_input { held.others.saturating_add(input) } else { held.others };
        let beside_input = Held { others: with_input, owns_input: false };
        match node.kind() {
            Kind::Layer(layer) => {
                let beside = match layer.footprint(node.output()) {
                    Footprint::InPlace if held.owns_input => output.saturating_sub(input),
                    Footprint::BesideUnlessFused(more) if self.part != Part::Fused => {
                        output.saturating_add(u128::from(more))
                    }
                    Footprint::InPlace | Footprint::Beside | Footprint::BesideUnlessFused(_) => {
                        output
                    }
                };
                self.note(with_input.saturating_add(beside));
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
            Kind::Graph(nodes) => {
                // Of the nodes with the most, the first.
                let most = nodes.iter().rev().max_by_key(|node| node.live_elements);
                if let Some(node) = most {
                    let outer = std::mem::replace(&mut self.path, vec![&node.path]);
                    self.note(u128::from(node.live_elements));
                    self.path = outer;
                }
            }
            // Only in closed forms, whose memory is never counted.
            Kind::Growing { first, .. } => self.visit(first, held),
        }
        self.path.pop();
    }

    fn chain(&mut self, nodes: &'a [Node], held: Held) {
        let mut owns_input = held.owns_input;
        for node in nodes {
            self.visit(node, Held { owns_input, ..held });
            // An identity passes its input on, which others may still need.
            owns_input = owns_input || !is_identity(node);
        }
    }

    /// An identity branch is the input itself, which then stays live to the end.
    fn concat(&mut self, branches: &'a [Node], with_input: u128, held: Held, output: u128) {
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

    fn note(&mut self, live: u128) {
        if live > self.peak {
            self.peak = live;
            let names: Vec<&str> =
                self.path.iter().copied().filter(|name| !name.is_empty()).collect();
            self.at = names.join("/");
        }
    }
}

fn is_identity(node: &Node<u64>) -> bool {
    match node.kind() {
        Kind::Chain(nodes) => nodes.iter().all(is_identity),
        Kind::Part(part, body) => *part == Part::Auxiliary || is_identity(body),
        _ => false,
    }
}

/// The elements of a map.
pub(crate) fn elements(shape: &Shape) -> u128 {
    u128::from(shape.channels)
        .saturating_mul(u128::from(shape.height))
        .saturating_mul(u128::from(shape.width))
}

#[cfg(test)]
mod tests;
