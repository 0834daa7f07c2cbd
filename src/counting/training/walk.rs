//! A walk through the tree in the order of the forward pass, which knows which layers share a map.

use crate::counting::layer::{Join, Layer, Setting};
use crate::counting::ledger::{Event, Ledger, Part};
use crate::counting::memory::elements;
use crate::counting::network::Network;
use crate::counting::node::{GraphNode, Kind, Node};
use crate::counting::shape::Shape;

use super::{Kept, LayerTraining, StageTraining, Training};

pub(super) fn training(network: &Network) -> Training {
    let image = Map {
        elements: elements(network.input()),
        is_kept: false,
        has_gradient: false,
        part: Part::Main,
    };
    let mut walk = Walk {
        layers: vec![LayerTraining::default(); network.layers().len()],
        next: 0,
        maps: vec![image],
        part: Part::Main,
        held: 0,
        map_gradients: 0,
        is_kept_known: true,
    };
    let mut input = 0;
    let stages = network.stages().iter().enumerate().map(|(index, stage)| {
        let (first, was_kept) = (walk.next, walk.maps[input].is_kept);
        walk.map_gradients = 0;
        let output = walk.node(&stage.node, input, 1);
        let mut kept = Kept::default();
        walk.layers[first..walk.next].iter().for_each(|layer| kept.increase(&layer.kept));
        let map = walk.maps[input];
        let own_input = if map.is_kept && !was_kept { map.elements } else { 0 };
        let elements = kept.elements.saturating_sub(own_input);
        let params = network.stage_ledger(index).total(Event::PARAMS);
        let is_passed_on = std::mem::replace(&mut input, output) == output;
        StageTraining {
            params,
            kept,
            input: if is_passed_on { 0 } else { map.elements },
            kept_besides: Kept { elements, ..kept },
            map_gradients: walk.map_gradients,
        }
    });
    let stages = stages.collect();
    Training { layers: walk.layers, stages, is_kept_known: walk.is_kept_known }
}

/// A map in memory, which views of it share.
#[derive(Clone, Copy)]
struct Map {
    elements: u128,
    /// Whether it is kept for the backward pass.
    is_kept: bool,
    /// Whether it depends on params, so that the backward pass computes its gradient.
    has_gradient: bool,
    /// How the layer runs that made it.
    part: Part,
}

struct Walk {
    /// One entry for each layer, in the order of `Network::layers`.
    layers: Vec<LayerTraining>,
    /// The index of the next layer.
    next: usize,
    maps: Vec<Map>,
    part: Part,
    /// Elements of the gradients that wait while a branch runs.
    held: u128,
    /// The largest number of elements of gradients at once in the current stage.
    map_gradients: u128,
    is_kept_known: bool,
}

impl Walk {
    /// The map that a node makes of a map. Its layers run `times` times, as repeats of the whole.
    fn node(&mut self, node: &Node, input: usize, times: u64) -> usize {
        match node.kind() {
            Kind::Layer(layer) => self.layer(layer, [node.input(), node.output()], input, times),
            Kind::Chain(nodes) => {
                nodes.iter().fold(input, |input, node| self.node(node, input, times))
            }
            Kind::Residual { body, shortcut } => {
                let sides = self.beside(node, |walk| {
                    [walk.node(body, input, times), walk.node(shortcut, input, times)]
                });
                self.join(Join::Add, node.output(), sides, times)
            }
            Kind::Gate(body) => {
                let gate = self.beside(node, |walk| walk.node(body, input, times));
                self.join(Join::Multiply, node.output(), [input, gate], times)
            }
            Kind::Concat(branches) => {
                let outputs: Vec<usize> = self.beside(node, |walk| {
                    branches.iter().map(|branch| walk.node(branch, input, times)).collect()
                });
                let has_gradient = outputs.iter().any(|output| self.maps[*output].has_gradient);
                self.map(node.output(), has_gradient)
            }
            Kind::Part(part, body) => {
                let outer = self.part;
                self.part = outer.max(*part);
                let output = self.node(body, input, times);
                self.part = outer;
                if *part == Part::Auxiliary { input } else { output }
            }
            Kind::Repeat { first, rest, times: repeats } => {
                let output = self.node(first, input, times);
                self.rest(rest, output, times, *repeats)
            }
            Kind::Graph(nodes) => {
                self.is_kept_known = false;
                for node in nodes {
                    self.operator(node, times);
                }
                self.map(node.output(), true)
            }
            // Only in closed forms, which are never trained.
            Kind::Growing { first, .. } => self.node(first, input, times),
        }
    }

    /// The repeats after the first. From the second of them on, each keeps what the one before it kept.
    fn rest(&mut self, rest: &Node, input: usize, times: u64, repeats: u64) -> usize {
        let start = self.next;
        if repeats < 2 {
            let before = self.maps[input];
            self.node(rest, input, 0);
            self.maps[input] = before;
            return input;
        }
        let output = self.node(rest, input, times);
        if repeats == 2 {
            return output;
        }
        self.next = start;
        self.node(rest, output, times.saturating_mul(repeats - 2))
    }

    /// Runs branches, beside which the gradients of the node's input and output wait.
    fn beside<T>(&mut self, node: &Node, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.held;
        let both = elements(node.input()).saturating_add(elements(node.output()));
        self.held = outer.saturating_add(both);
        let result = run(self);
        self.held = outer;
        result
    }

    fn layer(&mut self, layer: &Layer, shapes: [&Shape; 2], input: usize, times: u64) -> usize {
        let [from, to] = shapes;
        let mut cost = Ledger::zero();
        layer.record(from, to, &mut cost.tally(Part::Main, &1));
        let has_gradient = self.maps[input].has_gradient;
        let is_trained = cost.total(Event::PARAMS) > 0;
        let saved = layer.saved(from, to);
        let output = if saved.is_view { input } else { self.map(to, has_gradient || is_trained) };
        let groups = groups(layer);
        let copies = match layer {
            Layer::Attention(_) if self.is_stacked(input) => {
                // Its values are a view of a copy of queries, keys and values.
                u128::from(saved.copies).saturating_add(2 * elements(to))
            }
            _ => u128::from(saved.copies),
        };
        self.count(&cost, has_gradient, groups, times);
        if has_gradient || is_trained {
            let kept = Kept {
                elements: copies,
                statistics: u128::from(saved.statistics),
                indices: u128::from(saved.indices),
                batch_statistics: u128::from(saved.batch_statistics),
            };
            self.keep(kept, times);
            [(saved.input, input), (saved.output, output)]
                .into_iter()
                .filter(|(is_kept, _)| *is_kept)
                .for_each(|(_, map)| self.keep_map(map, times));
            self.note(elements(from).saturating_add(elements(to)));
        }
        self.next += 1;
        output
    }

    /// Whether attention and the layer before it are one operation, as in PyTorch's `MultiheadAttention`.
    fn is_stacked(&self, input: usize) -> bool {
        self.part == Part::Fused && self.maps[input].part == Part::Fused
    }

    fn join(&mut self, join: Join, shape: &Shape, sides: [usize; 2], times: u64) -> usize {
        let has_gradient = sides.iter().any(|side| self.maps[*side].has_gradient);
        if has_gradient && join == Join::Multiply {
            for side in sides {
                self.keep_map(side, times);
            }
        }
        self.next += 1;
        self.map(shape, has_gradient)
    }

    fn operator(&mut self, node: &GraphNode, times: u64) {
        let operator = Layer::Operator(node.operator.clone());
        let mut cost = Ledger::zero();
        operator.record(&node.input, &node.operator.output, &mut cost.tally(Part::Main, &1));
        self.count(&cost, node.depends_on_params, groups(&operator), times);
        self.next += 1;
    }

    fn map(&mut self, shape: &Shape, has_gradient: bool) -> usize {
        let elements = elements(shape);
        self.maps.push(Map { elements, is_kept: false, has_gradient, part: self.part });
        self.maps.len() - 1
    }

    /// Each product with weights is repeated for the gradient of the weights, and for that of the input; a product of
    /// two maps for the gradient of each.
    fn count(&mut self, cost: &Ledger, has_gradient: bool, groups: u64, times: u64) {
        let layer = &mut self.layers[self.next];
        let amount = |events: &[Event]| cost.total(events).saturating_mul(u128::from(times));
        let maps = amount(&[Event::MatmulMacs]);
        let weights = amount(Event::MACS).saturating_sub(maps);
        let convolutions = amount(&[Event::ConvMacs, Event::TransposedConvMacs]);
        let inputs = if has_gradient { weights } else { 0 };
        let backward = weights.saturating_add(inputs).saturating_add(maps.saturating_mul(2));
        let ungrouped = convolutions.saturating_mul(u128::from(groups.saturating_sub(1)));
        let add = |sum: &mut u128, more: u128| *sum = sum.saturating_add(more);
        add(&mut layer.forward_macs, weights.saturating_add(maps));
        add(&mut layer.backward_macs, backward);
        add(&mut layer.torch_backward_macs, backward.saturating_add(ungrouped));
    }

    fn keep_map(&mut self, map: usize, times: u64) {
        let map = &mut self.maps[map];
        if !std::mem::replace(&mut map.is_kept, true) {
            let kept = Kept { elements: map.elements, ..Kept::default() };
            self.keep(kept, times);
        }
    }

    fn keep(&mut self, kept: Kept, times: u64) {
        let scaled = |amount: u128| amount.saturating_mul(u128::from(times));
        self.layers[self.next].kept.increase(&Kept {
            elements: scaled(kept.elements),
            statistics: scaled(kept.statistics),
            indices: scaled(kept.indices),
            batch_statistics: scaled(kept.batch_statistics),
        });
    }

    fn note(&mut self, gradients: u128) {
        self.map_gradients = self.map_gradients.max(self.held.saturating_add(gradients));
    }
}

/// The groups of a convolution; 1 for any other layer.
fn groups(layer: &Layer) -> u64 {
    match layer.settings().get("groups") {
        Some(Setting::Number(groups)) if layer.kind() != "norm" => *groups,
        _ => 1,
    }
}
