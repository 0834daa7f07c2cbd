//! Counts in thousands, millions or billions, for people; JSON and CSV keep every digit.

use crate::reports::{Cell, Report};

/// The units of counts: one for values stored or put out, one for operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// The unit of params, norm statistics and activations.
    pub values: Unit,
    /// The unit of MACs, FLOPs and other numbers of operations.
    pub operations: Unit,
}

/// How many make one of what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// 10^3.
    K,
    /// 10^6.
    M,
    /// 10^9.
    G,
    /// 10^9, written as charts do.
    B,
    /// 10^12.
    T,
}

impl Unit {
    /// The letter in headers.
    fn letter(self) -> &'static str {
        match self {
            Unit::K => "K",
            Unit::M => "M",
            Unit::G => "G",
            Unit::B => "B",
            Unit::T => "T",
        }
    }

    fn size(self) -> f64 {
        match self {
            Unit::K => 1e3,
            Unit::M => 1e6,
            Unit::G | Unit::B => 1e9,
            Unit::T => 1e12,
        }
    }
}

/// The keys of columns of values and of operations. A convention's number can be either.
const VALUES: [&str; 3] = ["params", "norm_stats", "activations"];
const OPERATIONS: [&str; 6] =
    ["macs", "flops", "forward_macs", "backward_macs", "recomputed_macs", "torch_backward_flops"];
const REPORTED: [&str; 2] = ["value", "reported"];

impl Units {
    /// Shows the counts of a report in these units; `quantity` is what the convention's number counts.
    pub(super) fn apply(self, report: &mut Report, quantity: &str) {
        let of_convention = match quantity {
            "MACs" | "FLOPs" => self.operations,
            _ => self.values,
        };
        for section in &mut report.sections {
            for (index, column) in section.columns.iter_mut().enumerate() {
                let key = column.key.as_ref();
                let unit = match key {
                    _ if VALUES.contains(&key) => self.values,
                    _ if OPERATIONS.contains(&key) => self.operations,
                    _ if REPORTED.contains(&key) => of_convention,
                    _ => continue,
                };
                column.header = column.header.as_deref().map(|header| in_unit(header, unit));
                for row in section.rows.iter_mut().chain(&mut section.totals) {
                    if let Some(Cell::Integer(value)) = row.get(index) {
                        row[index] = Cell::InUnit { value: *value, unit: unit.size() };
                    }
                }
            }
        }
    }
}

/// `params (M)`, `MACs (G, conv-linear)`.
fn in_unit(header: &str, unit: Unit) -> String {
    let letter = unit.letter();
    match header.split_once(" (") {
        Some((name, rest)) => format!("{name} ({letter}, {rest}"),
        None => format!("{header} ({letter})"),
    }
}
