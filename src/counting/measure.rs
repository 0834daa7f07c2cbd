//! The costs of a network that a chart can show: each as one number.

use crate::counting::ledger::{Cost, Event};
use crate::counting::memory::{self, Dtype};
use crate::counting::network::Network;

/// A cost of a network as one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Multiply-adds per image.
    Macs,
    /// Twice the multiply-adds per image.
    Flops,
    /// Trained parameters.
    Params,
    /// Output elements of convolutions and linear layers per image.
    Activations,
    /// Bytes that a forward pass of one image holds at once, in fp32.
    Memory,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Measure; 5] =
        [Measure::Macs, Measure::Flops, Measure::Params, Measure::Activations, Measure::Memory];

    /// The amount for a forward pass of one image.
    #[must_use]
    pub fn of(self, network: &Network<u64>) -> u128 {
        match self {
            Measure::Memory => memory::of(network, Dtype::Fp32, 1).total(),
            _ => self.in_ledger(&network.cost()).unwrap_or_default(),
        }
    }

    /// The amount in a ledger of one image; memory is in none.
    #[must_use]
    pub fn in_ledger(self, ledger: &Cost<u64>) -> Option<u128> {
        match self {
            Measure::Macs => Some(ledger.total(Event::MACS)),
            Measure::Flops => Some(2 * ledger.total(Event::MACS)),
            Measure::Params => Some(ledger.total(Event::PARAMS)),
            Measure::Activations => Some(ledger.total(Event::ACTIVATIONS)),
            Measure::Memory => None,
        }
    }

    /// The word for it in a chart file, and in a chart's name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Measure::Macs => "macs",
            Measure::Flops => "flops",
            Measure::Params => "params",
            Measure::Activations => "activations",
            Measure::Memory => "memory",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Measure::Macs => "MACs",
            Measure::Flops => "FLOPs",
            Measure::Params => "params",
            Measure::Activations => "activations",
            Measure::Memory => "memory",
        }
    }

    /// What an amount of it is an amount of.
    #[must_use]
    pub fn amounts(self) -> &'static str {
        if self == Measure::Memory { "bytes of memory" } else { self.name() }
    }

    /// How a smaller amount of it is called.
    #[must_use]
    pub fn less(self) -> &'static str {
        if self == Measure::Memory { "less" } else { "fewer" }
    }

    /// The label of an axis, without where its numbers are from.
    #[must_use]
    pub fn axis(self) -> &'static str {
        match self {
            Measure::Macs => "MACs per image",
            Measure::Flops => "FLOPs per image",
            Measure::Params => "Trained parameters",
            Measure::Activations => "Activations per image",
            Measure::Memory => "Bytes held by a forward pass of one image",
        }
    }

    /// What one of them is, where the label of the axis does not say it.
    #[must_use]
    pub fn unit(self) -> Option<&'static str> {
        match self {
            Measure::Macs => Some("multiply-adds"),
            Measure::Flops => Some("2 × multiply-adds"),
            Measure::Params => None,
            Measure::Activations => Some("outputs of convolutions and linear layers"),
            Measure::Memory => Some("weights and peak activations, fp32"),
        }
    }
}
