//! The costs that a chart can have on its x axis.

use crate::cost::{Cost as Ledger, Event};

/// A cost of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Multiply-adds per image.
    Macs,
    /// Twice the multiply-adds per image.
    Flops,
    /// Trained parameters.
    Params,
    /// Output elements of convolutions and linear layers per image.
    Activations,
}

impl Cost {
    /// The amount in a ledger of one image.
    #[must_use]
    pub fn of(self, ledger: &Ledger<u64>) -> u128 {
        match self {
            Cost::Macs => ledger.total(Event::MACS),
            Cost::Flops => 2 * ledger.total(Event::MACS),
            Cost::Params => ledger.total(Event::PARAMS),
            Cost::Activations => ledger.total(Event::ACTIVATIONS),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Cost::Macs => "MACs",
            Cost::Flops => "FLOPs",
            Cost::Params => "params",
            Cost::Activations => "activations",
        }
    }

    /// The label of its axis, with its unit and convention.
    #[must_use]
    pub fn axis(self) -> &'static str {
        match self {
            Cost::Macs => "MACs per image (multiply-adds, counted by conv-linear; log scale)",
            Cost::Flops => "FLOPs per image (2 × MACs, counted by conv-linear; log scale)",
            Cost::Params => "Trained parameters (counted; log scale)",
            Cost::Activations => {
                "Activations per image (output elements of convolutions and linear layers, counted; log scale)"
            }
        }
    }
}
