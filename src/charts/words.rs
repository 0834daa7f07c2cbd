//! Numbers as charts write them.

use crate::counting::units::three_digits;

/// An accuracy in percent with its standard error, if that is known.
pub(super) fn with_error(accuracy: f64, error: Option<f64>) -> String {
    let error = error.map(|error| format!(" ± {error:.2}"));
    format!("{}{} %", three_digits(accuracy), error.unwrap_or_default())
}
