//! The arguments that set budgets.

use std::str::FromStr;

use clap::Args;
use phiscale::Measure;
use phiscale::budget::{self, Budgets, parse_count};
use phiscale::memory::Dtype;

use super::arguments::choice;

/// Limits on MACs, FLOPs, params, activations and memory.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct BudgetArguments {
    /// At most this many MACs for one image: 600M, 0.6B, 600_000_000.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_macs: Option<Amount>,
    /// At most this many FLOPs (2 × MACs) for one image.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_flops: Option<Amount>,
    /// At most this many trained params: 5.3M.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_params: Option<Amount>,
    /// At most this many activations for one image: output elements of convolutions, linear layers and
    /// products of maps.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_activations: Option<Amount>,
    /// At most this much memory for the weights and the activations alive at once: 10MB, 10MiB.
    #[arg(long, value_name = "BYTES", allow_hyphen_values = true, help_heading = "Budgets")]
    max_memory: Option<Bytes>,
    /// Type of the weights and activations in memory.
    #[arg(
        long,
        value_parser = choice(&DTYPES),
        value_name = "TYPE",
        requires = "max_memory",
        help_heading = "Budgets"
    )]
    dtype: Option<Dtype>,
}

impl BudgetArguments {
    /// The limits, for a forward pass of `batch` images in memory.
    pub(super) fn budgets(&self, batch: u32) -> Budgets {
        let amount = |amount: Option<Amount>| amount.map(|amount| amount.0);
        let limits = [
            (Measure::Macs, amount(self.max_macs)),
            (Measure::Flops, amount(self.max_flops)),
            (Measure::Params, amount(self.max_params)),
            (Measure::Activations, amount(self.max_activations)),
            (Measure::Memory, self.max_memory.map(|bytes| bytes.0)),
        ];
        let limits = limits.into_iter().filter_map(|(measure, limit)| Some((measure, limit?)));
        let dtype = self.dtype.unwrap_or_default();
        Budgets { limits: limits.collect(), dtype, batch, training: None }
    }

    /// Whether the type of numbers in memory is given.
    pub(super) fn has_dtype(&self) -> bool {
        self.dtype.is_some()
    }
}

/// The number types: name, help and value.
pub const DTYPES: [(&str, &str, Dtype); 4] = [
    ("fp32", "4 bytes; the default", Dtype::Fp32),
    ("fp16", "2 bytes", Dtype::Fp16),
    ("bf16", "2 bytes", Dtype::Bf16),
    ("int8", "1 byte", Dtype::Int8),
];

/// A budget for a count.
#[derive(Clone, Copy, Debug)]
struct Amount(u128);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse_count(text).map(Amount)
    }
}

/// A budget in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes(pub(super) u128);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        budget::parse_bytes(text).map(Bytes)
    }
}
