//! The columns that reports of counts can be sorted by.

/// A column of the table. The order is that of the cells in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CountColumn {
    /// The network's address.
    Network,
    /// The family's title.
    Family,
    /// The shape of the input.
    Input,
    /// The depth multiplier.
    Depth,
    /// The width multiplier.
    Width,
    /// The resolution multiplier.
    Resolution,
    /// Trained parameters.
    Params,
    /// Stored statistics of norms.
    NormStats,
    /// Multiply-adds.
    Macs,
    /// 2 × multiply-adds.
    Flops,
    /// Output elements of convolutions, linear layers and products of maps.
    Activations,
    /// The convention's number.
    Reported,
}

impl CountColumn {
    /// Every column that counts something, which layers and stages have too.
    pub const COUNTS: [CountColumn; 6] = [
        CountColumn::Params,
        CountColumn::NormStats,
        CountColumn::Macs,
        CountColumn::Flops,
        CountColumn::Activations,
        CountColumn::Reported,
    ];

    /// The key in JSON and CSV.
    #[must_use]
    pub fn key(self) -> &'static str {
        KEYS[self as usize].1
    }
}

/// Every column with its key.
pub(super) const KEYS: [(CountColumn, &str); 12] = [
    (CountColumn::Network, "network"),
    (CountColumn::Family, "title"),
    (CountColumn::Input, "input"),
    (CountColumn::Depth, "depth"),
    (CountColumn::Width, "width"),
    (CountColumn::Resolution, "resolution"),
    (CountColumn::Params, "params"),
    (CountColumn::NormStats, "norm_stats"),
    (CountColumn::Macs, "macs"),
    (CountColumn::Flops, "flops"),
    (CountColumn::Activations, "activations"),
    (CountColumn::Reported, "reported"),
];
