//! The arguments that set budgets.

use std::str::FromStr;

use clap::Args;
use phiscale::Measure;
use phiscale::budget::Budgets;
use phiscale::memory::Dtype;
use phiscale::{Figure, byte_units, parse_bytes};

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
        Budgets { limits: limits.collect(), dtype, batch }
    }
}

/// The number types: name, help and value.
pub(super) const DTYPES: [(&str, &str, Dtype); 4] = [
    ("fp32", "4 bytes; the default", Dtype::Fp32),
    ("fp16", "2 bytes", Dtype::Fp16),
    ("bf16", "2 bytes", Dtype::Bf16),
    ("int8", "1 byte", Dtype::Int8),
];

/// A budget for a count, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Amount(u128);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value = Figure::parse(text).and_then(|figure| whole_number(figure.value));
        let message = "a budget is a number of at least 1, such as 600M, 0.6B or 600_000_000";
        value.map(Amount).ok_or_else(|| message.into())
    }
}

/// A budget in bytes, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bytes(u128);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bytes = parse_bytes(text);
        bytes.and_then(whole_number).map(Bytes).ok_or_else(|| match unit(text) {
            Some(unit) if bytes.is_none() => {
                format!("`{unit}` is not a unit of memory; these are: {}", byte_units().join(", "))
            }
            _ => "a memory budget is at least 1 byte, such as 10MB or 10MiB".into(),
        })
    }
}

/// The letters behind a number.
fn unit(text: &str) -> Option<&str> {
    let text = text.trim();
    let number = text.trim_end_matches(char::is_alphabetic);
    let is_number = Figure::parse(number).is_some();
    text.get(number.len()..).filter(|unit| is_number && !unit.is_empty())
}

/// The value as a whole number of at least 1: 5.3M is 5,300,000.
fn whole_number(value: f64) -> Option<u128> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked on the same line
    let near = (value - value.round()).abs() <= 1e-6 * value;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked on the same line
    (near && value.round() >= 1.0 && value < 1e30).then_some(value.round() as u128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_parsed_with_their_units() {
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
        for (text, unit) in [("24M", "`M`"), ("10 mb", "`mb`"), ("1.5MMB", "`MMB`")] {
            let problem = text.parse::<Bytes>().expect_err(text);
            assert!(problem.starts_with(unit) && problem.contains(" MB, "), "{problem}");
        }
        for text in ["0", "0.2B", "1e9", "M", "-1MB"] {
            let problem = text.parse::<Bytes>().expect_err(text);
            assert!(problem.contains("at least 1 byte"), "{problem}");
        }
    }
}
