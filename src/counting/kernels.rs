//! The kernels of a forward pass: what an engine that runs one layer after the other launches, what each computes, and
//! what each moves between memory and processor.

use std::borrow::Cow;
use std::slice;

use crate::counting::layer::{Setting, Traffic};
use crate::counting::ledger::{Event, Ledger, Part};
use crate::counting::memory::elements;
use crate::counting::network::{Network, PlacedLayer};
use crate::counting::node::{GraphNode, Kind, Node};
use crate::counting::shape::Shape;

pub use crate::counting::node::Fusion;

/// One kernel, for one image: a layer, or the copy that a concat makes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Kernel<'n> {
    /// The index of its stage.
    pub stage: usize,
    /// The path of its layer.
    pub path: Cow<'n, str>,
    /// The kind of layer, as reports name it.
    pub kind: &'n str,
    /// What it does.
    pub work: Work,
    /// How often it runs.
    pub times: u64,
    /// The shape of its input.
    pub input: &'n Shape,
    /// The shape of its output.
    pub output: &'n Shape,
    /// Multiply-adds.
    pub macs: u64,
    /// The product of matrices that it computes, if it has weights.
    pub product: Option<Product>,
    /// Elements of maps that it reads.
    pub read: u128,
    /// Elements of maps that it writes.
    pub written: u128,
    /// Stored values that it reads, once for a whole batch.
    pub stored: u128,
    /// Whether it changes its input element by element.
    pub is_elementwise: bool,
    /// What it saves where it runs within the kernel before it.
    pub fusion: Option<Fusion>,
}

/// What a kernel does, as far as its backward pass depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A convolution or linear layer.
    Product,
    /// Products of two maps, with the softmax between them.
    Attention,
    /// A norm over the batch.
    BatchNorm,
    /// Another norm.
    Norm,
    /// A sum of two maps.
    Add,
    /// A map times its gate.
    Multiply,
    /// Another change of each element: an activation function, a learned scale.
    Elementwise,
    /// A pool, or a copy.
    Copy,
}

/// A layer with weights as products of matrices, one for each group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Product {
    /// Groups.
    pub groups: u64,
    /// Weights of each output channel: input channels of the group times the kernel's area.
    pub depth: u64,
    /// Output channels of each group.
    pub outputs: u64,
    /// Whether each group reads one channel.
    pub is_depthwise: bool,
}

/// The kernels of a network in the order of the forward pass, for one image. Equal repeats share one entry, and what
/// only training runs is left out.
#[must_use]
pub fn of(network: &Network) -> Vec<Kernel<'_>> {
    let mut walk = Walk {
        stage: 0,
        path: Vec::new(),
        map: Map { is_fresh: false, is_shared: false },
        layers: network.layers().iter(),
        kernels: Vec::with_capacity(network.layers().len()),
    };
    for (index, stage) in network.stages().iter().enumerate() {
        walk.stage = index;
        walk.path.push(&stage.name);
        walk.node(&stage.node, 1, false);
        walk.path.pop();
    }
    walk.kernels
}

/// The inputs of pools.
const POOLS: [Event; 5] = [
    Event::MaxPoolInputs,
    Event::AveragePoolInputs,
    Event::AdaptivePoolInputs,
    Event::SqueezeInputs,
    Event::MeanInputs,
];

/// The map that the next node reads.
#[derive(Clone, Copy)]
struct Map {
    /// Whether the last kernel wrote it.
    is_fresh: bool,
    /// Whether other nodes read it too.
    is_shared: bool,
}

/// A walk through the tree, beside the list of its layers, which is in the same order.
struct Walk<'n> {
    stage: usize,
    path: Vec<&'n str>,
    map: Map,
    layers: slice::Iter<'n, PlacedLayer>,
    kernels: Vec<Kernel<'n>>,
}

impl<'n> Walk<'n> {
    fn node(&mut self, node: &'n Node, times: u64, is_auxiliary: bool) {
        self.path.push(&node.name);
        match node.kind() {
            Kind::Layer(_) => self.layer(0),
            Kind::Chain(nodes) => {
                for node in nodes {
                    self.node(node, times, is_auxiliary);
                }
            }
            Kind::Residual { body, shortcut } => {
                let input = self.branch(body, times, is_auxiliary);
                let (sum, kernels) = (self.map, self.kernels.len());
                self.map = Map { is_fresh: false, ..input };
                self.node(shortcut, times, is_auxiliary);
                if self.kernels.len() == kernels {
                    self.map = sum;
                }
                self.layer(elements(node.output()));
            }
            Kind::Gate(body) => {
                let input = self.branch(body, times, is_auxiliary);
                self.map = Map { is_fresh: false, ..input };
                self.layer(elements(body.output()));
            }
            Kind::Concat(branches) => self.concat(node, branches, times, is_auxiliary),
            Kind::Part(part, body) => {
                let input = self.map;
                self.node(body, times, is_auxiliary || *part == Part::Auxiliary);
                if *part == Part::Auxiliary {
                    self.map = input;
                }
            }
            Kind::Repeat { first, rest, times: repeats } => {
                self.node(first, times, is_auxiliary);
                self.node(rest, times.saturating_mul(repeats.saturating_sub(1)), is_auxiliary);
            }
            Kind::Graph(nodes) => nodes.iter().for_each(|node| self.graph_node(node)),
            // Only in closed forms, which no engine runs.
            Kind::Growing { .. } => {}
        }
        self.path.pop();
    }

    /// Visits a branch whose input others read too, and returns that input.
    fn branch(&mut self, body: &'n Node, times: u64, is_auxiliary: bool) -> Map {
        let input = Map { is_shared: true, ..self.map };
        self.map = input;
        self.node(body, times, is_auxiliary);
        input
    }

    fn concat(&mut self, node: &'n Node, branches: &'n [Node], times: u64, is_auxiliary: bool) {
        let input = Map { is_fresh: false, is_shared: true };
        for branch in branches {
            self.map = input;
            self.node(branch, times, is_auxiliary);
        }
        self.map = Map { is_fresh: false, is_shared: false };
        if is_auxiliary || branches.len() < 2 {
            return;
        }
        let names = self.path.iter().copied().chain(["concat"]);
        let path: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        let moved = elements(node.output());
        self.push(Kernel {
            stage: self.stage,
            path: path.join("/").into(),
            kind: "concat",
            work: Work::Copy,
            times,
            input: node.input(),
            output: node.output(),
            macs: 0,
            product: None,
            read: moved,
            written: moved,
            stored: 0,
            is_elementwise: false,
            fusion: None,
        });
    }

    /// The next layer of the list, which reads `operand` elements beside its input.
    fn layer(&mut self, operand: u128) {
        let Some(placed) = self.layers.next() else { return };
        if placed.part == Part::Auxiliary {
            return;
        }
        let [input, output] = [&placed.input, &placed.output].map(elements);
        let copied = match placed.layer.traffic(&placed.output) {
            Traffic::View => return,
            Traffic::Elementwise | Traffic::Once => 0,
            Traffic::Through { copies, .. } if placed.part == Part::Fused => u128::from(copies),
            Traffic::Through { copies, between } => u128::from(copies) + u128::from(between),
        };
        let is_elementwise = placed.layer.traffic(&placed.output) == Traffic::Elementwise;
        let saved = |is_saved| if is_saved { input } else { 0 };
        let fusion = Fusion { read: input, written: saved(!self.map.is_shared) };
        let fusion = (is_elementwise && self.map.is_fresh).then_some(fusion);
        let read = input.saturating_add(operand).saturating_add(copied);
        let written = output.saturating_add(copied);
        self.push(Kernel { read, written, is_elementwise, fusion, ..kernel(placed) });
    }

    fn graph_node(&mut self, node: &GraphNode) {
        let Some(placed) = self.layers.next() else { return };
        let (read, written) = (u128::from(node.read_elements), u128::from(node.written_elements));
        let (is_elementwise, fusion) = (node.is_elementwise, node.fusion);
        self.push(Kernel { read, written, is_elementwise, fusion, ..kernel(placed) });
    }

    fn push(&mut self, kernel: Kernel<'n>) {
        self.map = Map { is_fresh: true, is_shared: false };
        self.kernels.push(kernel);
    }
}

/// A layer that moves nothing.
fn kernel(placed: &PlacedLayer) -> Kernel<'_> {
    let mut ledger = Ledger::zero();
    let PlacedLayer { layer, input, output, .. } = placed;
    layer.record(input, output, &mut ledger.tally(Part::Main, &1));
    Kernel {
        stage: placed.stage,
        path: placed.path.as_str().into(),
        kind: placed.kind(),
        work: work(&ledger),
        times: placed.times,
        input,
        output,
        macs: ledger.macs(),
        product: product(placed, &ledger),
        read: 0,
        written: 0,
        stored: ledger.total(Event::PARAMS).saturating_add(ledger.total(Event::STATISTICS)),
        is_elementwise: false,
        fusion: None,
    }
}

fn work(ledger: &Ledger) -> Work {
    use Event::{
        BatchNormElements, GateMultiplies, GroupNormElements, LayerNormElements, MatmulMacs,
        PlainBatchNormElements, PlainLayerNormElements, ResidualAdds,
    };
    let has = |events: &[Event]| ledger.total(events) > 0;
    let works: [(&[Event], Work); 7] = [
        (&[MatmulMacs], Work::Attention),
        (Event::MACS, Work::Product),
        (&[BatchNormElements, PlainBatchNormElements], Work::BatchNorm),
        (&[LayerNormElements, PlainLayerNormElements, GroupNormElements], Work::Norm),
        (&[ResidualAdds], Work::Add),
        (&[GateMultiplies], Work::Multiply),
        (&POOLS, Work::Copy),
    ];
    let found = works.into_iter().find(|(events, _)| has(events));
    found.map_or_else(
        || if has(Event::OPERATIONS) { Work::Elementwise } else { Work::Copy },
        |(_, work)| work,
    )
}

fn product(placed: &PlacedLayer, ledger: &Ledger) -> Option<Product> {
    let weights = ledger.sum(&[Event::ConvWeights, Event::LinearWeights]);
    let (inputs, outputs) = (placed.input.channels, placed.output.channels);
    if weights == 0 || ledger.macs() == 0 || outputs == 0 {
        return None;
    }
    let settings = placed.settings();
    let groups = match settings.get("groups") {
        Some(Setting::Number(groups)) => (*groups).max(1),
        _ => 1,
    };
    let (depth, is_depthwise) = (weights / outputs, groups > 1 && groups == inputs);
    Some(Product { groups, depth, outputs: (outputs / groups).max(1), is_depthwise })
}
