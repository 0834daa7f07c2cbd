//! Which values of an axis get a tick, and how their numbers are written.

use crate::charts::drawing::text::displayable;
use crate::charts::drawing::{Scale, Ticks};

/// Maximum characters of the name in "name=value".
const MAX_NAME: usize = 12;

/// A labelled value of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    pub value: f64,
    pub label: String,
}

/// The densest round values between `low` and `high` whose labels `fit`.
pub(crate) fn choose(
    (low, high): (f64, f64),
    scale: Scale,
    ticks: &Ticks,
    fit: impl Fn(&[Tick]) -> bool,
) -> Vec<Tick> {
    let mut labelled = Vec::new();
    for values in candidates(low, high, scale, ticks) {
        labelled = label(&values, ticks);
        if fit(&labelled) {
            break;
        }
    }
    labelled
}

/// Ticks without labels at the multiples of each power of ten.
pub(crate) fn minor((low, high): (f64, f64), major: &[Tick]) -> Vec<f64> {
    let digits: Vec<f64> = (1..10).map(f64::from).collect();
    let mut values = decades(low, high, &digits, 1);
    values.retain(|value| major.iter().all(|tick| (tick.value / value - 1.0).abs() > 1e-9));
    values
}

/// Sets of tick values, densest first.
fn candidates(low: f64, high: f64, scale: Scale, ticks: &Ticks) -> Vec<Vec<f64>> {
    if scale == Scale::Linear {
        return linear_candidates(low, high);
    }
    let logarithmic: Vec<Vec<f64>> = if *ticks == Ticks::Times {
        [1, 2, 3, 4, 5, 10, 20, 50, 100]
            .iter()
            .map(|&every| powers_of_two(low, high, every))
            .collect()
    } else {
        let every =
            [1, 2, 3, 5, 10, 20, 50, 100].iter().map(|&every| decades(low, high, &[1.0], every));
        std::iter::once(decades(low, high, &[1.0, 2.0, 5.0], 1)).chain(every).collect()
    };
    // Decades alone would leave 14..30 without a tick: a short logarithmic axis is ticked like a
    // linear one.
    match logarithmic.first() {
        Some(densest) if densest.len() >= 3 => logarithmic,
        _ => linear_candidates(low, high),
    }
}

fn linear_candidates(low: f64, high: f64) -> Vec<Vec<f64>> {
    let finest = (high - low) / 14.0;
    let decade = 10_f64.powf(finest.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0].map(|factor| factor * decade);
    steps.iter().filter(|&&step| step >= finest).map(|&step| multiples(low, high, step)).collect()
}

fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step - 1e-6).ceil();
    let count = ((high / step + 1e-6).floor() - first + 1.0).clamp(0.0, 100.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped above
    let count = count as u32;
    // Adding zero turns -0 into 0.
    (0..count).map(|index| (first + f64::from(index)) * step + 0.0).collect()
}

/// `digits` × 10^k within the range, for every `every`th k.
fn decades(low: f64, high: f64, digits: &[f64], every: i32) -> Vec<f64> {
    let slack = 1e-9;
    exponents(low.log10(), high.log10(), every)
        .flat_map(|exponent| digits.iter().map(move |digit| digit * 10_f64.powi(exponent)))
        .filter(|&value| {
            value >= low * (1.0 - slack) && value <= high * (1.0 + slack) && value > 0.0
        })
        .collect()
}

fn powers_of_two(low: f64, high: f64, every: i32) -> Vec<f64> {
    exponents(low.log2(), high.log2(), every)
        .map(|exponent| 2_f64.powi(exponent))
        .filter(|&value| value >= low && value <= high)
        .collect()
}

#[allow(clippy::cast_possible_truncation)] // exponents of f64 are small
fn exponents(low: f64, high: f64, every: i32) -> impl Iterator<Item = i32> {
    (low.floor() as i32..=high.ceil() as i32)
        .filter(move |exponent| exponent.rem_euclid(every) == 0)
}

fn label(values: &[f64], ticks: &Ticks) -> Vec<Tick> {
    let digits = digits_needed(values);
    let unit = common_unit(values);
    let short = |name: &str| displayable(name).chars().take(MAX_NAME).collect::<String>();
    let text = |value: f64| match ticks {
        Ticks::Plain => number(value, digits),
        Ticks::Si => with_unit(value, unit, digits),
        Ticks::Percent => format!("{}%", number(value, digits)),
        Ticks::Times => format!("{}×", number(value, digits)),
        Ticks::Named(name) => format!("{}={}", short(name), number(value, digits)),
    };
    values.iter().map(|&value| Tick { value, label: text(value) }).collect()
}

/// Significant digits that tell neighbouring values apart and hide rounding errors.
fn digits_needed(values: &[f64]) -> i32 {
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let step =
        values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(f64::INFINITY, f64::min);
    #[allow(clippy::cast_possible_truncation)] // a float cast saturates
    let needed = (largest / step).log10().ceil() as i32;
    needed.saturating_add(2).clamp(6, 15)
}

const UNITS: [(f64, &str); 5] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"), (1.0, "")];

/// One unit for all values, where the smallest is at least a tenth of it.
fn common_unit(values: &[f64]) -> Option<(f64, &'static str)> {
    let sizes = || values.iter().map(|value| value.abs()).filter(|&value| value > 0.0);
    let unit = unit_of(sizes().fold(0.0, f64::max));
    (sizes().fold(f64::INFINITY, f64::min) >= 0.1 * unit.0).then_some(unit)
}

fn unit_of(value: f64) -> (f64, &'static str) {
    UNITS.into_iter().find(|(size, _)| value.abs() >= *size * (1.0 - 1e-9)).unwrap_or((1.0, ""))
}

fn with_unit(value: f64, unit: Option<(f64, &'static str)>, digits: i32) -> String {
    let (size, letter) = unit.unwrap_or_else(|| unit_of(value));
    if value == 0.0 { "0".to_owned() } else { format!("{}{letter}", number(value / size, digits)) }
}

/// `value` rounded to `digits` significant digits, with a true minus sign.
fn number(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    #[allow(clippy::cast_possible_truncation)] // exponents of f64 are small
    let exponent = value.abs().log10().floor() as i32;
    if !(-6..15).contains(&exponent) {
        let factor = number(value / 10_f64.powi(exponent), digits);
        return format!("{factor}×10{}", superscript(exponent));
    }
    let decimals = usize::try_from(digits - 1 - exponent).unwrap_or(0);
    let mut text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    text.replace('-', "−")
}

fn superscript(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |c: char| c.to_digit(10).and_then(|digit| DIGITS.get(digit as usize)).copied();
    exponent.to_string().chars().map(|c| raised(c).unwrap_or('⁻')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(low: f64, high: f64, scale: Scale, ticks: &Ticks) -> Vec<String> {
        choose((low, high), scale, ticks, |_| true).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn log_ticks_are_1_2_5_in_one_unit() {
        assert_eq!(
            texts(0.3e9, 60e9, Scale::Log, &Ticks::Si),
            ["0.5B", "1B", "2B", "5B", "10B", "20B", "50B"]
        );
    }

    #[test]
    fn a_log_range_without_a_decade_still_has_ticks() {
        assert_eq!(texts(14.0, 30.0, Scale::Log, &Ticks::Plain).len(), 9);
    }

    #[test]
    fn factors_double() {
        assert_eq!(
            texts(0.9, 140.0, Scale::Log, &Ticks::Times),
            ["1×", "2×", "4×", "8×", "16×", "32×", "64×", "128×"]
        );
    }

    #[test]
    fn linear_ticks_are_round_and_exact() {
        assert_eq!(texts(-42.0, 3.0, Scale::Linear, &Ticks::Percent)[0], "−40%");
        assert_eq!(texts(0.0, 0.31, Scale::Linear, &Ticks::Plain)[3], "0.15");
        assert_eq!(texts(0.0, 7.0, Scale::Linear, &Ticks::Named("φ".to_owned()))[1], "φ=0.5");
    }

    #[test]
    fn extreme_ranges_give_few_finite_ticks() {
        for (low, high) in [(1e-300, 1e300), (5e-324, 1e308), (1.0, 1.000_001)] {
            let ticks = choose((low, high), Scale::Log, &Ticks::Si, |ticks| ticks.len() < 12);
            assert!((2..12).contains(&ticks.len()), "{low} {high}: {}", ticks.len());
            assert!(ticks.iter().all(|tick| tick.value.is_finite()));
        }
    }
}
