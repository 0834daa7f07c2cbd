//! Budgets as arguments: what a network may cost at most.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use phiscale::analysis::budget::Budgets;
use phiscale::counting::memory::Dtype;
use phiscale::counting::units::{Figure, parse_bytes};

/// Limits on MACs, FLOPs, params, activations and memory.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct BudgetArguments {
    /// Multiply-adds for one image, at most: 600M, 0.6B, 600_000_000.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_macs: Option<Amount>,
    /// FLOPs for one image, at most; they are 2 × MACs.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_flops: Option<Amount>,
    /// Trained params, at most: 5.3M.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_params: Option<Amount>,
    /// Output elements of convolutions, linear layers and products of maps for one image, at most.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_activations: Option<Amount>,
    /// Memory for the weights and the most activations alive at once, at most: 10MB, 10MiB.
    #[arg(long, value_name = "BYTES", allow_hyphen_values = true, help_heading = "Budgets")]
    max_memory: Option<Bytes>,
    /// The type of weights and activations in memory.
    #[arg(
        long,
        value_enum,
        value_name = "TYPE",
        requires = "max_memory",
        help_heading = "Budgets"
    )]
    dtype: Option<DtypeName>,
}

impl BudgetArguments {
    /// The limits, for a forward pass of `batch` images in memory.
    pub(super) fn budgets(&self, batch: u32) -> Budgets {
        let amount = |amount: Option<Amount>| amount.map(|amount| amount.0);
        Budgets {
            macs: amount(self.max_macs),
            flops: amount(self.max_flops),
            params: amount(self.max_params),
            activations: amount(self.max_activations),
            memory: self.max_memory.map(|bytes| bytes.0),
            dtype: self.dtype.map_or(Dtype::default(), Dtype::from),
            batch,
        }
    }
}

/// Types of numbers, as arguments.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum DtypeName {
    /// 4 bytes; the default
    Fp32,
    /// 2 bytes
    Fp16,
    /// 2 bytes
    Bf16,
    /// 1 byte
    Int8,
}

impl From<DtypeName> for Dtype {
    fn from(name: DtypeName) -> Dtype {
        match name {
            DtypeName::Fp32 => Dtype::Fp32,
            DtypeName::Fp16 => Dtype::Fp16,
            DtypeName::Bf16 => Dtype::Bf16,
            DtypeName::Int8 => Dtype::Int8,
        }
    }
}

/// A limit on a count, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Amount(u128);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value = Figure::parse(text).and_then(|figure| whole(figure.value));
        let message =
            || format!("`{text}` is no budget; write 600M, 0.6B or 600_000_000, at least 1");
        value.map(Amount).ok_or_else(message)
    }
}

/// A limit in bytes, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bytes(u128);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let message = || {
            format!("`{text}` is no amount of memory; write 10MB, 10MiB or 10_000_000, at least 1")
        };
        parse_bytes(text).and_then(whole).map(Bytes).ok_or_else(message)
    }
}

/// The nearest whole number, where it is at least 1 and a number at all: 5.3M is 5,300,000.
fn whole(value: f64) -> Option<u128> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked on the same line
    let near = (value - value.round()).abs() <= 1e-6 * value;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked on the same line
    (near && value.round() >= 1.0 && value < 1e30).then_some(value.round() as u128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_written_as_people_write_them() {
        for (text, amount) in [("600M", 600_000_000), ("0.6B", 600_000_000), ("5.3M", 5_300_000)] {
            assert_eq!(text.parse(), Ok(Amount(amount)), "{text}");
        }
        for (text, bytes) in [("10MB", 10_000_000), ("10 MiB", 10_485_760), ("1.5kB", 1500)] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for bad in ["0", "-1", "NaN", "12Q", "", "1e9", "0.2", "inf", "M"] {
            assert!(bad.parse::<Amount>().is_err(), "{bad}");
            assert!(bad.parse::<Bytes>().is_err(), "{bad}");
        }
        assert!("10M".parse::<Bytes>().is_err());
    }
}
