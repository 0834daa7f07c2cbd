//! Which networks are equal: those with the same layers in the same order, however they were chosen.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::counting::network::Network;
use crate::counting::shape::Shape;
use crate::search::design::counted_network::CountedNetwork;

/// The layers of a network: two networks have the same ones where they count alike and are set alike, layer by layer.
pub(super) type Layers = (Box<[u64]>, String);

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// The network of each combination that was asked for; `None` where it gives none.
    pub(super) by_picks: HashMap<Vec<usize>, Option<Arc<CountedNetwork>>>,
    by_layers: HashMap<Layers, Arc<CountedNetwork>>,
}

impl Counted {
    /// The network with these layers that came first, or this one.
    pub(super) fn first(
        &mut self,
        layers: Layers,
        new: impl FnOnce(usize) -> CountedNetwork,
    ) -> Arc<CountedNetwork> {
        let index = self.by_layers.len();
        let known = self.by_layers.entry(layers).or_insert_with(|| Arc::new(new(index)));
        Arc::clone(known)
    }
}

/// For each layer its repeats, its shapes, and how often each event happens; and its kind and settings, some of which
/// change no count, as dilation with padding that makes up for it.
pub(super) fn layers(network: &Network<u64>) -> Layers {
    let (mut numbers, mut settings) = (Vec::new(), String::new());
    let shape = |shape: &Shape<u64>| [shape.channels, shape.height, shape.width];
    for layer in network.layers() {
        numbers.push(layer.times);
        numbers.extend(shape(&layer.input));
        numbers.extend(shape(&layer.output));
        let _ = write!(settings, "{} {:?};", layer.kind(), layer.settings());
        let at = numbers.len();
        numbers.push(0);
        for (event, part, amount) in layer.ledger().entries().filter(|(.., amount)| **amount > 0) {
            numbers.extend([event as u64, part as u64, *amount]);
            numbers[at] += 1;
        }
    }
    (numbers.into(), settings)
}
