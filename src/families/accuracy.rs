//! Accuracies: top-1 and top-5, of repeats, with their standard errors.

/// Which accuracy: how often the right class is the likeliest, or one of the five likeliest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accuracy {
    /// Top-1.
    #[default]
    Top1,
    /// Top-5.
    Top5,
}

/// How uncertain a measured accuracy is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uncertainty {
    /// The standard error in percentage points.
    pub standard_error: f64,
    /// How many repeats the accuracy is the mean of, and the standard error computed from; `None` if it is as given.
    pub repeats: Option<usize>,
}

impl Accuracy {
    /// Every accuracy.
    pub const ALL: [Accuracy; 2] = [Accuracy::Top1, Accuracy::Top5];

    /// Its name as a key: `top1`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Accuracy::Top1 => "top1",
            Accuracy::Top5 => "top5",
        }
    }

    /// Its name in a text: `top-1`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Accuracy::Top1 => "top-1",
            Accuracy::Top5 => "top-5",
        }
    }

    /// The key of its standard error.
    pub(crate) fn error_key(self) -> &'static str {
        match self {
            Accuracy::Top1 => "standard_error",
            Accuracy::Top5 => "top5_standard_error",
        }
    }

    /// What a sentence calls it: top-1 is what is meant by accuracy.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Accuracy::Top1 => "accuracy",
            Accuracy::Top5 => "top-5 accuracy",
        }
    }
}

/// What a standard error is, for messages.
#[cfg(feature = "charts")]
pub(crate) const STANDARD_ERROR: &str = "a number from 0 to 100, in percentage points";

#[cfg(feature = "charts")]
pub(crate) fn is_standard_error(number: f64) -> bool {
    (0.0..=100.0).contains(&number)
}

#[cfg(feature = "charts")]
impl Uncertainty {
    /// The mean of repeats, and how uncertain it is if there are at least two.
    pub(crate) fn of_repeats(values: &[f64]) -> (f64, Option<Uncertainty>) {
        let (mean, error) = mean(values);
        let uncertain =
            |standard_error| Uncertainty { standard_error, repeats: Some(values.len()) };
        (mean, error.map(uncertain))
    }

    /// A standard error as somebody gives it, in percentage points.
    pub(crate) fn given(standard_error: f64) -> Uncertainty {
        Uncertainty { standard_error, repeats: None }
    }
}

/// The mean, and its standard error if there are at least two values: s/√n, where s is the standard deviation of the
/// sample, with n − 1 below the sum of squares.
#[cfg(any(feature = "charts", feature = "search"))]
#[must_use]
pub fn mean(values: &[f64]) -> (f64, Option<f64>) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (mean, (values.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt()))
}

#[cfg(all(test, any(feature = "charts", feature = "search")))]
mod tests {
    use super::mean;

    #[test]
    fn the_standard_error_is_that_of_a_sample() {
        // Deviations −1, 0 and 1: s = √(2 / 2) = 1.
        let (value, error) = mean(&[79.0, 80.0, 81.0]);
        assert!((value - 80.0).abs() < 1e-12);
        assert!((error.unwrap_or_default() - 1.0 / 3.0_f64.sqrt()).abs() < 1e-12);
        // Two values: half their distance.
        assert!((mean(&[80.0, 80.5]).1.unwrap_or_default() - 0.25).abs() < 1e-12);
        assert_eq!(mean(&[80.0, 80.0]), (80.0, Some(0.0)));
        assert_eq!(mean(&[80.0]), (80.0, None));
    }
}
