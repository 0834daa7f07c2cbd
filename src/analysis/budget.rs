//! Budgets: what a network may cost at most, how much of that it uses, and which limit is the nearest.

use crate::counting::ledger::Event;
use crate::counting::memory::{self, Dtype};
use crate::counting::network::Network;

/// Limits on a network's cost; what has none is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budgets {
    /// Multiply-adds for one image.
    pub macs: Option<u128>,
    /// FLOPs for one image, at two a multiply-add.
    pub flops: Option<u128>,
    /// Trained params.
    pub params: Option<u128>,
    /// Output elements of convolutions, linear layers and products of maps, for one image.
    pub activations: Option<u128>,
    /// Weights and the most activations alive at once, in bytes.
    pub memory: Option<u128>,
    /// The type of numbers in memory.
    pub dtype: Dtype,
    /// Images in a forward pass. Memory holds all of them; the other limits are for one.
    pub batch: u32,
}

/// What a limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Multiply-adds.
    Macs,
    /// FLOPs.
    Flops,
    /// Trained params.
    Params,
    /// Output elements.
    Activations,
    /// Bytes of weights and live activations.
    Memory,
}

/// How much of one limit a network uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// What is limited.
    pub quantity: Quantity,
    /// The limit.
    pub allowed: u128,
    /// What the network takes.
    pub used: u128,
}

/// How much of every limit a network uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// One entry for each limit that is set.
    pub uses: Vec<Use>,
}

impl Budgets {
    /// Whether there is any limit.
    #[must_use]
    pub fn are_given(&self) -> bool {
        self.limits().next().is_some()
    }

    /// Holds a network against every limit.
    #[must_use]
    pub fn usage(&self, network: &Network<u64>) -> Usage {
        let cost = network.cost();
        let amount = |quantity| match quantity {
            Quantity::Macs => cost.total(Event::MACS),
            Quantity::Flops => 2 * cost.total(Event::MACS),
            Quantity::Params => cost.total(Event::PARAMS),
            Quantity::Activations => cost.total(Event::ACTIVATIONS),
            Quantity::Memory => memory::of(network, self.dtype, self.batch).total(),
        };
        let uses = self.limits().map(|(quantity, allowed)| Use {
            quantity,
            allowed,
            used: amount(quantity),
        });
        Usage { uses: uses.collect() }
    }

    fn limits(&self) -> impl Iterator<Item = (Quantity, u128)> {
        let limits = [
            (Quantity::Macs, self.macs),
            (Quantity::Flops, self.flops),
            (Quantity::Params, self.params),
            (Quantity::Activations, self.activations),
            (Quantity::Memory, self.memory),
        ];
        limits.into_iter().filter_map(|(quantity, limit)| Some((quantity, limit?)))
    }
}

impl Usage {
    /// Whether no limit is passed.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.uses.iter().all(Use::fits)
    }

    /// The limit that is used most: the one that binds. None where there is no limit.
    #[must_use]
    pub fn binding(&self) -> Option<&Use> {
        self.uses.iter().max_by(|a, b| a.share().total_cmp(&b.share()))
    }

    /// The largest used share of a limit: 0.97 is 97 %, and more than 1 does not fit.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.binding().map_or(0.0, Use::share)
    }
}

impl Use {
    /// Used over allowed: 0.97 is 97 %.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.used as f64 / self.allowed as f64
    }

    /// Whether the limit is not passed.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.used <= self.allowed
    }
}

impl Quantity {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Quantity::Macs => "MACs",
            Quantity::Flops => "FLOPs",
            Quantity::Params => "params",
            Quantity::Activations => "activations",
            Quantity::Memory => "memory",
        }
    }

    /// What a number of it is a number of.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Quantity::Macs => "MACs",
            Quantity::Flops => "FLOPs",
            Quantity::Params => "params",
            Quantity::Activations => "activations",
            Quantity::Memory => "bytes of memory",
        }
    }

    /// The name with what is counted, and its unit.
    #[must_use]
    pub fn in_full(self) -> &'static str {
        match self {
            Quantity::Macs => "MACs (conv-linear)",
            Quantity::Flops => "FLOPs (2 × MACs)",
            Quantity::Params => "params (trained)",
            Quantity::Activations => "activations (elements)",
            Quantity::Memory => "memory (bytes)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Conv, Layer, Padding, Window};
    use crate::counting::network::Stage;
    use crate::counting::node::Node;
    use crate::counting::shape::Shape;

    /// A 1 × 1 convolution from 8 to 4 channels on 2 × 2: 128 MACs, 32 weights, 16 outputs.
    fn network() -> Network<u64> {
        let input = Shape { channels: 8, height: 2, width: 2 };
        let window = Window {
            kernel: [1; 2],
            stride: [1; 2],
            dilation: [1; 2],
            padding: Padding::Same,
            ceil: false,
        };
        let conv = Conv::new(&8, 4, 1, window, false).expect("a convolution");
        let node = Node::layer("conv", &input, Layer::Conv(conv)).expect("a layer");
        let stage = Stage { name: "stage".into(), repeats: 1, node };
        Network::new(input, vec![stage]).expect("a network")
    }

    #[test]
    fn every_limit_is_held_against_its_own_count() {
        let all = Budgets {
            macs: Some(128),
            flops: Some(256),
            params: Some(64),
            activations: Some(15),
            memory: Some(1000),
            dtype: Dtype::Fp16,
            batch: 3,
        };
        let usage = all.usage(&network());
        let used: Vec<u128> = usage.uses.iter().map(|one| one.used).collect();
        assert_eq!(used, [128, 256, 32, 16, 2 * (32 + 3 * 48)]);
        assert!(!usage.fits());
        assert_eq!(usage.binding().map(|one| one.quantity), Some(Quantity::Activations));
        let usage = Budgets { activations: None, ..all }.usage(&network());
        assert!(usage.fits());
        assert!((usage.share() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_a_limit_everything_fits() {
        let none = Budgets::default();
        assert!(!none.are_given() && none.usage(&network()).fits());
        assert_eq!(none.usage(&network()).binding(), None);
    }
}
