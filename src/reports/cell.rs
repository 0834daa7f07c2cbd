//! One value of a report, and how it is shown.

use std::cmp::Ordering;

use crate::analysis::budget::Limited;
use crate::counting::layer::Setting;
use crate::counting::memory;
use crate::counting::shape::Shape;
use crate::counting::units::{four_digits, grouped};

/// The most characters of names in a cell.
const MOST_OF_NAMES: usize = 40;

/// One value of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// Where a number is from. In tables, text formats show a number, and the text once below.
    Source(String),
    /// Names; text formats show the first few and how many there are.
    Names(Vec<String>),
    /// An exact count.
    Integer(u128),
    /// An exact difference, shown with its sign.
    Signed(i128),
    /// A real number, shown rounded and with its unit.
    Real {
        /// The value, in the unit.
        value: f64,
        /// Decimals in text formats; JSON and CSV have all of them.
        decimals: usize,
        /// The unit: `%`, `×` or empty.
        unit: &'static str,
    },
    /// An exact count, shown in thousands, millions or billions; JSON and CSV have all of its digits.
    InUnit {
        /// The count.
        value: u128,
        /// How many make one of what is shown.
        unit: f64,
    },
    /// A real amount, shown with four digits in a unit; JSON and CSV have it in the base unit.
    Amount {
        /// The amount in the base unit.
        value: f64,
        /// What one of what is shown is in the base unit: 0.001 for milliseconds.
        unit: f64,
    },
    /// Nanoseconds, shown in milliseconds with the unit; JSON and CSV have all of them.
    Nanoseconds(i128),
    /// A share of one, shown as a percentage; JSON and CSV have the share.
    Share(f64),
    /// Channels, height and width.
    Shape(Shape<u64>),
    /// A number for each axis of a map: rows, then columns.
    Sides(Vec<u64>),
    /// Yes or no.
    Bool(bool),
    /// No value.
    Missing,
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    pub(super) fn integer(value: impl Into<u128>) -> Self {
        Cell::Integer(value.into())
    }

    pub(super) fn signed(value: impl Into<i128>) -> Self {
        Cell::Signed(value.into())
    }

    /// A multiplier or coefficient, to four decimals.
    pub(super) fn factor(value: f64) -> Self {
        Cell::Real { value, decimals: 4, unit: "" }
    }

    pub(super) fn ratio(value: f64) -> Self {
        Cell::Real { value, decimals: 3, unit: "×" }
    }

    pub(super) fn percent(share: f64) -> Self {
        Cell::Real { value: share * 100.0, decimals: 1, unit: "%" }
    }

    /// A time in seconds, shown in milliseconds.
    pub(super) fn milliseconds(value: f64) -> Self {
        Cell::Amount { value, unit: 1e-3 }
    }

    /// An amount, shown in millions.
    pub(super) fn millions(value: f64) -> Self {
        Cell::Amount { value, unit: 1e6 }
    }

    /// An amount of what is limited.
    pub(super) fn limited(limited: Limited, amount: u128) -> Self {
        match limited {
            Limited::Cost(_) => Cell::Integer(amount),
            Limited::Time => Cell::Nanoseconds(i128::try_from(amount).unwrap_or(i128::MAX)),
        }
    }

    /// A share of one, shown as a percentage.
    pub(super) fn share(value: f64) -> Self {
        Cell::Share(value)
    }

    /// A setting of a layer, if it has it.
    pub(super) fn setting(setting: Option<&Setting>) -> Self {
        match setting {
            None => Cell::Missing,
            Some(Setting::Flag(yes)) => Cell::Bool(*yes),
            Some(Setting::Number(number)) => Cell::integer(*number),
            Some(Setting::Sides(sides)) => Cell::Sides(sides.clone()),
            Some(Setting::Word(word)) => Cell::text(word.as_ref()),
        }
    }

    /// The value as text formats show it.
    pub(super) fn shown(&self) -> String {
        match self {
            Cell::Text(text) | Cell::Source(text) => text.clone(),
            Cell::Names(names) => shown_names(names),
            Cell::Integer(value) => grouped(*value),
            Cell::Signed(value) => {
                let sign = ["", "+", "−"][usize::from(*value > 0) + 2 * usize::from(*value < 0)];
                format!("{sign}{}", grouped(value.unsigned_abs()))
            }
            Cell::Real { value, decimals, unit } => shown_real(*value, *decimals, unit),
            Cell::InUnit { value, unit } => four_digits(*value as f64 / unit),
            Cell::Amount { value, unit } => four_digits(value / unit),
            Cell::Nanoseconds(value) => {
                let sign = if *value < 0 { "−" } else { "" };
                format!("{sign}{} ms", four_digits(value.unsigned_abs() as f64 / 1e6))
            }
            Cell::Share(value) => format!("{:.1} %", value * 100.0),
            Cell::Shape(shape) => shape.to_string(),
            Cell::Sides(sides) => Setting::Sides(sides.clone()).to_string(),
            Cell::Bool(value) => if *value { "yes" } else { "no" }.into(),
            Cell::Missing => "–".into(),
        }
    }

    /// The order of two cells of one column.
    pub(super) fn order(&self, other: &Cell) -> Ordering {
        match (self, other) {
            (Cell::Integer(one), Cell::Integer(other)) => one.cmp(other),
            (Cell::Nanoseconds(one), Cell::Nanoseconds(other)) => one.cmp(other),
            (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
            (Cell::Shape(one), Cell::Shape(other)) => {
                memory::elements(one).cmp(&memory::elements(other))
            }
            (Cell::Real { value: one, .. }, Cell::Real { value: other, .. })
            | (Cell::Amount { value: one, .. }, Cell::Amount { value: other, .. })
            | (Cell::Share(one), Cell::Share(other)) => one.total_cmp(other),
            _ => Ordering::Equal,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(
            self,
            Cell::Integer(_)
                | Cell::InUnit { .. }
                | Cell::Signed(_)
                | Cell::Real { .. }
                | Cell::Amount { .. }
                | Cell::Nanoseconds(_)
                | Cell::Share(_)
                | Cell::Shape(_)
                | Cell::Missing
        )
    }
}

/// All names, or the first of them and how many more there are.
fn shown_names(names: &[String]) -> String {
    let all = names.join(" ");
    if all.chars().count() <= MOST_OF_NAMES {
        return all;
    }
    let mut length = 0;
    let fits = |name: &&String| {
        length += name.chars().count() + 1;
        length <= MOST_OF_NAMES - " … 100 more".chars().count()
    };
    let first: Vec<&str> = names.iter().take_while(fits).map(String::as_str).collect();
    format!("{} … {} more", first.join(" "), names.len() - first.len())
}

/// A factor loses its trailing zeros (1.2, not 1.2000); ratios and percentages keep theirs.
fn shown_real(value: f64, decimals: usize, unit: &str) -> String {
    if decimals == 0 && value.abs() < 1e18 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // rounded, and in range
        let digits = grouped(value.abs().round() as u128);
        return format!("{}{digits}{unit}", if value <= -0.5 { "−" } else { "" });
    }
    let text = format!("{value:.decimals$}");
    let text = if !matches!(unit, "%" | "×") && text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    };
    // A value that rounds to zero is shown without a sign.
    let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    let text = if is_zero { text.trim_start_matches('-') } else { &text };
    let text = if unit == "%" && !text.starts_with('-') && !is_zero {
        format!("+{text}")
    } else {
        text.into()
    };
    format!("{}{unit}", text.replace('-', "−"))
}
