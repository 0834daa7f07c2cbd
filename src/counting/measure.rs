//! The measures of a network's cost: MACs, FLOPs, params, activations and memory, each as one number.

use crate::counting::ledger::{Event, Ledger};
use crate::counting::memory::{self, Dtype};
use crate::counting::network::Network;

/// A measure of a network's cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measure {
    /// Multiply-adds per image.
    Macs,
    /// Twice the multiply-adds per image.
    Flops,
    /// Trained parameters.
    Params,
    /// Output elements of convolutions, linear layers and products of maps, per image.
    Activations,
    /// Bytes of weights and peak activations.
    Memory,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Measure; 5] =
        [Measure::Macs, Measure::Flops, Measure::Params, Measure::Activations, Measure::Memory];

    /// The amount for a forward pass of one image; memory in fp32.
    #[must_use]
    pub fn of(self, network: &Network) -> u128 {
        let memory = || memory::of(network, Dtype::Fp32, 1).total();
        self.in_ledger(&network.ledger()).unwrap_or_else(memory)
    }

    /// The amount in one image's ledger; `None` for memory, which is not in it.
    #[must_use]
    pub fn in_ledger(self, ledger: &Ledger) -> Option<u128> {
        match self {
            Measure::Macs => Some(ledger.total(Event::MACS)),
            Measure::Flops => Some(2 * ledger.total(Event::MACS)),
            Measure::Params => Some(ledger.total(Event::PARAMS)),
            Measure::Activations => Some(ledger.total(Event::ACTIVATIONS)),
            Measure::Memory => None,
        }
    }

    /// The key in chart files and in the names of charts.
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

    /// The name in reports and charts.
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

    /// The unit written after an amount.
    #[must_use]
    pub fn unit(self) -> &'static str {
        if self == Measure::Memory { "bytes of memory" } else { self.name() }
    }

    /// The name and, in brackets, what is counted or the unit.
    #[must_use]
    pub fn in_full(self) -> &'static str {
        match self {
            Measure::Macs => "MACs (conv-linear)",
            Measure::Flops => "FLOPs (2 × MACs)",
            Measure::Params => "params (trained)",
            Measure::Activations => "activations (elements)",
            Measure::Memory => "memory (bytes)",
        }
    }

    /// The comparative for a smaller amount: fewer MACs, less memory.
    #[must_use]
    pub fn less(self) -> &'static str {
        if self == Measure::Memory { "less" } else { "fewer" }
    }

    /// The label of an axis.
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

    /// The label of an axis that has little room.
    #[must_use]
    pub fn in_short(self) -> &'static str {
        match self {
            Measure::Params => "Parameters",
            Measure::Activations => "Activations",
            Measure::Memory => "Memory in bytes",
            Measure::Macs | Measure::Flops => self.name(),
        }
    }

    /// The definition that follows the label of an axis, if it needs one.
    #[must_use]
    pub fn definition(self) -> Option<&'static str> {
        match self {
            Measure::Macs => Some("multiply-adds"),
            Measure::Flops => Some("2 × multiply-adds"),
            Measure::Params => None,
            Measure::Activations => Some("outputs of convolutions and linear layers"),
            Measure::Memory => Some("weights and peak activations, fp32"),
        }
    }
}
