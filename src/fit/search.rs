//! The search for the largest φ that fits.
//!
//! Piece after piece is built from the top down, and the first that fits is the answer: that is exact for
//! any family. Where to begin is found by samples. Only where their costs never fall as φ grows, the
//! pieces above a sample that costs over twice a budget are left out; and where a cost falls on the way
//! down from there after all, the search begins again at the top.

use crate::budget::{Budgets, Usage};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::family::Scaled;
use crate::fit::piece::{Piece, Subject};
use crate::scaling::Coefficients;

/// φ goes as far as makes the baseline's cost, or one dimension's part of it, 2^12 times as large or small.
const DOUBLINGS: f64 = 12.0;

/// The distance of the samples in φ.
const SAMPLE_STEP: f64 = 0.5;

/// Pieces above a sample that uses this share of a budget are out of reach.
const OUT_OF_REACH: f64 = 2.0;

/// Roundings take what is this near to a whole number for it, so that a piece next to the baseline may
/// begin a hair above 0.
const NEXT_TO_BASELINE: f64 = 1e-6;

/// A network, and how much of the budgets it uses.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The φ with the fewest digits of those that give this network.
    pub phi: f64,
    /// The smallest φ that gives this network.
    pub from: f64,
    /// The largest φ that gives this network.
    pub to: f64,
    /// The network and its multipliers at `phi`.
    pub scaled: Scaled,
    /// What it uses of every budget.
    pub usage: Usage,
}

/// What a search found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The network with the largest φ that fits; where none does, the one that passes its budgets least.
    pub fit: Fit,
    /// The smallest and the largest φ that were looked at.
    pub range: [f64; 2],
    /// Networks that were built for it.
    pub built: usize,
}

impl Subject<'_> {
    /// The largest φ whose network fits all budgets. Fails where no φ gives a network at all.
    pub fn largest(&self, budgets: &Budgets) -> Result<Found, Diagnostics> {
        let range = range(&self.coefficients)?;
        let samples = self.samples(range, budgets);
        let mut built = samples.len();
        let top = ceiling(&samples, range);
        let mut walked = self.walk(top, range, budgets, top < range[1]);
        built += walked.built;
        if walked.falls {
            walked = self.walk(range[1], range, budgets, false);
            built += walked.built;
        }
        let fit = walked.fit.ok_or_else(|| walked.problem.unwrap_or_else(|| nothing(range)))?;
        Ok(Found { fit: self.rounded(fit), range, built })
    }

    /// What the networks at evenly spaced φ use, as far as there are any.
    fn samples(&self, range: [f64; 2], budgets: &Budgets) -> Vec<(f64, Usage)> {
        let [low, high] = range.map(|end| end / SAMPLE_STEP);
        let mut samples = Vec::new();
        let mut index = low.ceil();
        while index <= high {
            let phi = index * SAMPLE_STEP;
            if let Ok(scaled) = self.at(phi) {
                samples.push((phi, budgets.usage(&scaled.network)));
            }
            index += 1.0;
        }
        samples
    }

    /// Goes down from `top`, piece by piece, to the first that fits; `is_checked` stops where a cost falls
    /// as φ grows.
    fn walk(&self, top: f64, range: [f64; 2], budgets: &Budgets, is_checked: bool) -> Walked {
        let mut walked = Walked::default();
        let mut above: Option<Usage> = None;
        let mut phi = top;
        while phi >= range[0] {
            let Piece { from, to, scaled } = self.piece(phi, range[0]);
            walked.built += 1;
            match (scaled, fewest_digits(from, to)) {
                (Err(problem), _) => walked.problem = walked.problem.or(Some(problem)),
                (Ok(_), None) => {}
                (Ok(scaled), Some(phi)) => {
                    let usage = budgets.usage(&scaled.network);
                    let falls = above.as_ref().is_some_and(|above| !is_at_most(&usage, above));
                    if is_checked && falls {
                        return Walked { falls, ..walked };
                    }
                    let scaled = self.at(phi).unwrap_or(scaled);
                    walked.see(Fit { phi, from, to, scaled, usage: usage.clone() });
                    if usage.fits() {
                        return walked;
                    }
                    above = Some(usage);
                }
            }
            phi = from.next_down();
        }
        walked
    }

    /// The fit at 0, if that is next to its piece and the network is the baseline.
    fn rounded(&self, fit: Fit) -> Fit {
        if fit.from.abs().min(fit.to.abs()) > NEXT_TO_BASELINE {
            return fit;
        }
        let is_same = |scaled: &Scaled| {
            let (network, fitted) = (&scaled.network, &fit.scaled.network);
            network.cost() == fitted.cost() && network.input() == fitted.input()
        };
        match self.at(0.0).ok().filter(is_same) {
            Some(scaled) => Fit { phi: 0.0, scaled, from: fit.from.min(0.0), ..fit },
            None => fit,
        }
    }
}

/// What a walk came by.
#[derive(Default)]
struct Walked {
    /// The network that fits, or the one that passes its budgets least so far.
    fit: Option<Fit>,
    /// What is wrong where there is no network.
    problem: Option<Diagnostics>,
    built: usize,
    /// Whether it ended because a cost fell as φ grew.
    falls: bool,
}

impl Walked {
    fn see(&mut self, fit: Fit) {
        let best = self.fit.as_ref().map_or(f64::INFINITY, |best| best.usage.share());
        if fit.usage.fits() || fit.usage.share() < best {
            self.fit = Some(fit);
        }
    }
}

/// From where every dimension alone, and the whole, has shrunk by 2^12 to where it has grown by as much.
fn range(coefficients: &Coefficients) -> Result<[f64; 2], Diagnostics> {
    let Coefficients { alpha, beta, gamma } = *coefficients;
    let rates = [alpha, beta.powi(2), gamma.powi(2), coefficients.growth()];
    let rate = rates.map(|rate| rate.log2().abs()).into_iter().fold(0.0, f64::max);
    if rate < 1e-6 {
        let message = format!("α = {alpha}, β = {beta} and γ = {gamma} scale nothing");
        return Err(vec![Diagnostic::new(message).help("at least one must differ from 1")]);
    }
    Ok([-DOUBLINGS / rate, DOUBLINGS / rate])
}

/// The φ above which nothing can fit, as far as the samples tell: where their costs never fall, the
/// lowest that is out of reach; otherwise the end of the range.
fn ceiling(samples: &[(f64, Usage)], range: [f64; 2]) -> f64 {
    let falls = samples.windows(2).any(|pair| !is_at_most(&pair[0].1, &pair[1].1));
    let out_of_reach = samples.iter().find(|(_, usage)| usage.share() >= OUT_OF_REACH);
    match out_of_reach {
        Some((phi, _)) if !falls => *phi,
        _ => range[1],
    }
}

/// Whether a network uses no more of any budget than another.
fn is_at_most(usage: &Usage, other: &Usage) -> bool {
    usage.uses.iter().zip(&other.uses).all(|(one, other)| one.used <= other.used)
}

/// The number with the fewest decimals from `low` to `high`; of several, the largest. None where it takes
/// more than nine: so narrow is what lies between two roundings at the same width, which only their
/// tolerance parts, and nobody means such a network.
fn fewest_digits(low: f64, high: f64) -> Option<f64> {
    let rounded = (0..=9).filter_map(|decimals: u8| {
        let step = 10f64.powi(i32::from(decimals));
        let text = format!("{:.*}", usize::from(decimals), (high * step).floor() / step);
        text.parse::<f64>().ok()
    });
    // Adding 0 takes the sign from −0.
    rounded.map(|number| number + 0.0).find(|number| (low..=high).contains(number))
}

fn nothing(range: [f64; 2]) -> Diagnostics {
    let [low, high] = range;
    vec![Diagnostic::new(format!("no φ from {low:.2} to {high:.2} gives a network"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_called_by_its_roundest_number() {
        let same = |a: Option<f64>, b: f64| {
            assert!(a.is_some_and(|a| (a - b).abs() < 1e-15), "{a:?} is not {b}");
        };
        same(fewest_digits(0.7213, 0.7351), 0.73);
        same(fewest_digits(-0.7351, -0.7213), -0.73);
        same(fewest_digits(0.6, 1.2), 1.0);
        same(fewest_digits(0.1234, 0.1234), 0.1234);
        same(fewest_digits(-0.2, 0.3), 0.0);
        assert_eq!(fewest_digits(0.123_456_789_01, 0.123_456_789_02), None);
    }

    #[test]
    fn the_range_is_twelve_doublings() {
        let [low, high] =
            range(&Coefficients { alpha: 2.0, beta: 1.0, gamma: 1.0 }).expect("it grows");
        assert!((low + 12.0).abs() < 1e-12 && (high - 12.0).abs() < 1e-12);
        assert!(range(&Coefficients { alpha: 1.0, beta: 1.0, gamma: 1.0 }).is_err());
        // Depth and width that trade against each other are held to what each does alone.
        let [_, high] =
            range(&Coefficients { alpha: 4.0, beta: 0.5, gamma: 1.0 }).expect("it trades");
        assert!((high - 6.0).abs() < 1e-12);
    }
}
