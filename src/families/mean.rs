//! The mean of repeated measurements.

/// The mean, and its standard error if there are at least two values: s/√n, where s is the standard deviation of the
/// sample, with n − 1 below the sum of squares.
#[must_use]
pub fn mean(values: &[f64]) -> (f64, Option<f64>) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (mean, (values.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt()))
}

#[cfg(test)]
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
