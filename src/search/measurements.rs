//! Measured accuracies of candidates, read from CSV.

use crate::error::{Diagnostic, Error, Source};
use crate::families::scaling::Coefficients;
use crate::families::table::{self, Columns, Row};
use crate::search::Candidate;
use crate::search::variant::{Identity, Variant};

const COLUMNS: Columns = Columns {
    required: &["alpha", "beta", "gamma", "accuracy"],
    optional: &["phi", "standard_error"],
    aliases: &[],
    hints: &[],
    allows_others: true,
};

/// A measured accuracy of one candidate. Several of the same candidate are runs with different seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredAccuracy {
    /// φ.
    pub phi: f64,
    /// α, β and γ.
    pub coefficients: Coefficients,
    /// How it was measured, and what was chosen in it.
    pub variant: Variant,
    /// Accuracy, in percent.
    pub accuracy: f64,
    /// Standard error of the accuracy, in percent, if reported.
    pub standard_error: Option<f64>,
    /// Number of training runs behind the standard error, if reported.
    pub repeats: Option<u64>,
}

impl MeasuredAccuracy {
    pub(super) fn is_of(&self, candidate: &Candidate) -> bool {
        candidate.is(self.identity())
    }

    /// Which candidate it is of.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        Identity { phi: self.phi, coefficients: self.coefficients, variant: &self.variant }
    }
}

/// Reads CSV with the columns `alpha`, `beta`, `gamma`, `accuracy` (in percent) and, optionally, `phi` and
/// `standard_error`; other columns are ignored. `phi` is the φ of rows without one. Every error is reported with its
/// place.
pub fn read_measurements(
    source: &Source,
    phi: Option<f64>,
) -> Result<Vec<MeasuredAccuracy>, Error> {
    table::read(source, &COLUMNS, |row| measurement(row, phi))
}

fn measurement(row: &Row, default_phi: Option<f64>) -> Result<MeasuredAccuracy, Diagnostic> {
    let coefficient = |column| row.required_number(column, "a number above 0", |value| value > 0.0);
    let no_phi = || {
        Diagnostic::new("the networks differ in φ, but this row has none")
            .at(row.line(), "this row")
            .help("add a column `phi`; --dry-run lists the φ of each network")
    };
    Ok(MeasuredAccuracy {
        phi: row.number("phi", "a number", |_| true)?.or(default_phi).ok_or_else(no_phi)?,
        coefficients: Coefficients {
            alpha: coefficient("alpha")?,
            beta: coefficient("beta")?,
            gamma: coefficient("gamma")?,
        },
        variant: Variant::default(),
        accuracy: row.required_percent("accuracy")?,
        standard_error: row.number("standard_error", "a number of at least 0", |v| v >= 0.0)?,
        repeats: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, phi: Option<f64>) -> Result<Vec<MeasuredAccuracy>, Error> {
        read_measurements(&Source::new("runs.csv", text), phi)
    }

    #[test]
    fn other_columns_are_ignored() {
        let text = "# a note\nseed,alpha,beta,gamma,accuracy,standard_error\n\
                    1,1.2,1.1,1.15,77.1,0.1\n2, 1.2 ,1.1,1.15,77.3,\n";
        let measurements = read(text, Some(1.0)).expect("two rows");
        assert_eq!(measurements.len(), 2);
        assert_eq!(measurements[0].standard_error, Some(0.1));
        assert_eq!(measurements[1].standard_error, None);
        let text = "phi,alpha,beta,gamma,accuracy\n2,1.2,1.1,1.15,77.1\n,1.2,1.1,1.15,77.3\n";
        let measurements = read(text, Some(1.0)).expect("two rows");
        assert_eq!(measurements.iter().map(|one| one.phi).collect::<Vec<_>>(), [2.0, 1.0]);
        let error = read(text, None).expect_err("one row has no φ");
        assert_eq!(error.problems().len(), 1);
    }

    #[test]
    fn every_error_is_reported_with_its_line() {
        assert!(read("alpha,beta,accuracy\n", None).is_err());
        let text = "alpha,beta,gamma,accuracy\n1,1,1,512\n1,NaN,1,50\n0,1,1,50\n1,1,1,x\n1,1\n";
        let error = read(text, Some(1.0)).expect_err("five mistakes");
        assert_eq!(error.problems().len(), 5);
        let found = "`accuracy` must be a percentage from 0 to 100, not `512`";
        assert_eq!(error.message(), found);
        assert!(error.to_string().contains("runs.csv:2:7"), "{error}");
        let error = read("alpha,beta,gamma,accuracy\n1,1,1,0.652\n1,1,1,0\n", Some(1.0));
        let error = error.expect_err("a fraction");
        assert_eq!(error.message(), "`accuracy` must be in percent: 65.2, not 0.652");
        assert_eq!(error.problems().len(), 1);
    }
}
