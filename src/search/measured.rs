//! Accuracies that were measured already, from a CSV.

use crate::error::{Diagnostic, Error};
use crate::families::scaling::Coefficients;
use crate::search::Candidate;

/// The columns that have to be there.
const NEEDED: [&str; 4] = ["alpha", "beta", "gamma", "accuracy"];

/// One measured accuracy of one candidate; several of the same are repeats with other seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// The candidate's φ.
    pub phi: f64,
    /// The candidate's coefficients.
    pub coefficients: Coefficients,
    /// Accuracy in percent.
    pub accuracy: f64,
    /// Its standard error in percent, where the trainer gave one.
    pub standard_error: Option<f64>,
    /// How many trainings the error is taken from, where the trainer said so.
    pub repeats: Option<u64>,
}

impl Measurement {
    /// Whether it was measured of this candidate.
    #[must_use]
    pub fn is_of(&self, candidate: &Candidate) -> bool {
        candidate.is(self.phi, self.coefficients)
    }
}

/// Reads measurements from CSV with the columns `alpha`, `beta`, `gamma`, `accuracy` (in percent) and,
/// optionally, `phi` and `standard_error`; other columns are left alone. A row that does not say its φ is at
/// `phi`, where that is given. Every mistake is reported, with its line.
pub fn read_measurements(text: &str, phi: Option<f64>) -> Result<Vec<Measurement>, Error> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().cloned().map_err(|error| plain(&error))?;
    let index = |name: &str| header.iter().position(|column| column == name);
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| index(name).is_none()).collect();
    if !missing.is_empty() {
        let found: Vec<&str> = header.iter().collect();
        let message = format!("the measurements have no column `{}`", missing.join("`, `"));
        let help = format!("their columns are: {}", found.join(", "));
        return Err(Diagnostic::new(message).help(help).into());
    }
    let columns = NEEDED.map(|name| index(name).unwrap_or_default());
    let optional = ["phi", "standard_error"].map(index);
    let (mut measurements, mut problems) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record
            .map_err(|error| plain(&error))
            .and_then(|record| measurement(&record, columns, optional, phi))
        {
            Ok(measurement) => measurements.push(measurement),
            Err(problem) => problems.push(problem),
        }
    }
    Error::check(problems).map(|()| measurements)
}

fn measurement(
    record: &csv::StringRecord,
    columns: [usize; 4],
    optional: [Option<usize>; 2],
    otherwise: Option<f64>,
) -> Result<Measurement, Diagnostic> {
    let line = record.position().map_or(0, csv::Position::line);
    let cell = |column: usize| record.get(column).unwrap_or_default();
    let number = |column: usize, what: &str, fits: fn(f64) -> bool| {
        let value =
            cell(column).parse::<f64>().ok().filter(|value| value.is_finite() && fits(*value));
        value
            .ok_or_else(|| Diagnostic::new(format!("line {line}: `{}` is no {what}", cell(column))))
    };
    let coefficient = |column| number(column, "coefficient: a finite number above 0", |v| v > 0.0);
    let [alpha, beta, gamma, accuracy] = columns;
    let [phi, standard_error] =
        optional.map(|column| column.filter(|column| !cell(*column).is_empty()));
    let percent = |v: f64| (0.0..=100.0).contains(&v);
    let phi = phi.map(|column| number(column, "φ: a finite number", |_| true)).transpose()?;
    let unsaid = || {
        Diagnostic::new(format!("line {line} says no φ, and several are measured"))
            .help("a column `phi` has it; --dry-run lists the φ of each network")
    };
    Ok(Measurement {
        phi: phi.or(otherwise).ok_or_else(unsaid)?,
        coefficients: Coefficients {
            alpha: coefficient(alpha)?,
            beta: coefficient(beta)?,
            gamma: coefficient(gamma)?,
        },
        accuracy: number(accuracy, "accuracy: a percentage from 0 to 100", percent)?,
        standard_error: standard_error
            .map(|column| number(column, "standard error: a number of at least 0", |v| v >= 0.0))
            .transpose()?,
        repeats: None,
    })
}

fn plain(error: &csv::Error) -> Diagnostic {
    Diagnostic::new(format!("the measurements are no CSV: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_whatever_else_stands_beside_them() {
        let text = "# a note\nseed,alpha,beta,gamma,accuracy,standard_error\n\
                    1,1.2,1.1,1.15,77.1,0.1\n2, 1.2 ,1.1,1.15,77.3,\n";
        let measurements = read_measurements(text, Some(1.0)).expect("two rows");
        assert_eq!(measurements.len(), 2);
        assert_eq!(measurements[0].standard_error, Some(0.1));
        assert_eq!(measurements[1].standard_error, None);
        let text = "phi,alpha,beta,gamma,accuracy\n2,1.2,1.1,1.15,77.1\n,1.2,1.1,1.15,77.3\n";
        let measurements = read_measurements(text, Some(1.0)).expect("two rows");
        assert_eq!(measurements.iter().map(|one| one.phi).collect::<Vec<_>>(), [2.0, 1.0]);
        assert_eq!(
            read_measurements(text, None).expect_err("one row says no φ").problems().len(),
            1
        );
    }

    #[test]
    fn every_mistake_is_said_with_its_line() {
        assert!(read_measurements("alpha,beta,accuracy\n", None).is_err());
        let text = "alpha,beta,gamma,accuracy\n1,1,1,512\n1,NaN,1,50\n0,1,1,50\n1,1,1,x\n1,1\n";
        let error = read_measurements(text, Some(1.0)).expect_err("five mistakes");
        assert_eq!(error.problems().len(), 5);
        assert!(error.message().starts_with("line 2: `512`"), "{error}");
    }
}
