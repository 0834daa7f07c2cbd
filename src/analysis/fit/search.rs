//! The search for the largest φ that fits.
//!
//! The intervals of φ are visited from the top down, and the first whose network fits is the answer: that
//! is exact for any family. Samples decide where to begin. If their costs never fall as φ grows, the intervals
//! above a sample that uses twice a budget are skipped; if a cost falls further down after all, the search
//! begins again at the top.

use crate::analysis::budget::{Budgets, Usage, Use};
use crate::analysis::fit::path::{PhiInterval, ScalingPath};
use crate::error::{Diagnostic, Error};
use crate::families::family::Scaled;
use crate::families::scaling::Coefficients;

/// How many times φ doubles or halves the baseline's cost, or one dimension's part of it, at most.
const DOUBLINGS: f64 = 12.0;

/// Samples on each side of the baseline: two for each doubling.
const SAMPLES: i32 = 24;

/// Above φ = 0, sampling stops at a network that uses this many times a budget.
const FAR_ABOVE: f64 = 32.0;

/// Intervals above a sample that uses this many times a budget are out of reach.
const OUT_OF_REACH: f64 = 2.0;

/// Rounding tolerates floating-point errors, so the interval next to the baseline may begin this far above φ = 0.
const NEXT_TO_BASELINE: f64 = 1e-6;

/// A network and how much of the budgets it uses.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fit {
    /// The φ with the fewest digits of those that give this network.
    pub phi: f64,
    /// The smallest φ that gives this network.
    pub from: f64,
    /// The largest φ at which this network was seen.
    pub to: f64,
    /// The network and its multipliers at `phi`.
    pub scaled: Scaled,
    /// How much of every budget it uses.
    pub usage: Usage,
}

/// The result of a search, and where it ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FitOutcome {
    /// The network with the largest φ that fits; if none does, the one whose [`Usage::excess`] is least.
    pub fit: Fit,
    /// What the next larger network uses, which does not fit; `None` at the end of the range. If nothing fits, what the
    /// smallest network uses.
    pub above: Option<Usage>,
    /// If nothing fits, the φ of the smallest network.
    pub smallest: Option<f64>,
    /// The smallest and the largest φ of the search.
    pub range: [f64; 2],
    /// How many networks were built.
    pub built: usize,
}

impl FitOutcome {
    /// The budget that binds: the one that the next larger network exceeds most, or, if nothing fits, that
    /// this one exceeds most. `None` if the range of φ ends first.
    #[must_use]
    pub fn binding(&self) -> Option<&Use> {
        let usage = if self.fit.usage.fits() { self.above.as_ref()? } else { &self.fit.usage };
        usage.binding()
    }
}

impl ScalingPath<'_> {
    /// The largest φ whose network fits all budgets. Fails if no φ gives a network, and once `stop` is set.
    pub fn largest(&self, budgets: &Budgets) -> Result<FitOutcome, Error> {
        self.request.member.map_or(Ok(()), |member| self.family.scalable(member))?;
        let range = range(&self.coefficients, self.request.image.is_some())?;
        let samples = self.samples(range, budgets)?;
        let mut built = samples.len();
        let top = ceiling(&samples, range);
        let mut walked = self.walk(top, range, budgets, top < range[1])?;
        built += walked.built;
        if walked.falls && top < range[1] {
            walked = self.walk(range[1], range, budgets, false)?;
            built += walked.built;
        }
        let above = walked.above;
        let fit = walked.fit.ok_or_else(|| walked.problem.unwrap_or_else(|| no_network(range)))?;
        let smallest = walked.lowest.filter(|_| !fit.usage.fits());
        Ok(FitOutcome { fit: self.named(fit), above, smallest, range, built })
    }

    /// The usage of networks at evenly spaced φ, the baseline among them. Sampling stops far above the
    /// budgets, before networks take long to build.
    fn samples(&self, range: [f64; 2], budgets: &Budgets) -> Result<Vec<(f64, Usage)>, Error> {
        let mut samples: Vec<(f64, Usage)> = Vec::new();
        for index in -SAMPLES..=SAMPLES {
            self.check_stop()?;
            let phi = range[1] * f64::from(index) / f64::from(SAMPLES);
            let Ok(scaled) = self.at(phi) else { continue };
            let usage = budgets.usage(&scaled.network);
            let is_far_above = phi > 0.0 && usage.share() >= FAR_ABOVE;
            samples.push((phi, usage));
            if is_far_above {
                break;
            }
        }
        Ok(samples)
    }

    /// Goes down from `top`, interval by interval, to the first network that fits; with `is_checked` it stops
    /// where a cost falls as φ grows.
    fn walk(
        &self,
        top: f64,
        range: [f64; 2],
        budgets: &Budgets,
        is_checked: bool,
    ) -> Result<Walked, Error> {
        let mut walked = Walked::default();
        let mut next = top;
        while next >= range[0] {
            self.check_stop()?;
            let PhiInterval { from, to, scaled } = self.interval(next, range[0]);
            next = from.next_down();
            walked.built += 1;
            let scaled = match scaled {
                Ok(scaled) => scaled,
                Err(problem) => {
                    walked.problem.get_or_insert(problem);
                    continue;
                }
            };
            let Some(phi) = fewest_digits(from, to) else { continue };
            let usage = budgets.usage(&scaled.network);
            walked.falls = walked.above.as_ref().is_some_and(|above| !is_at_most(&usage, above));
            if is_checked && walked.falls {
                break;
            }
            let fit = Fit { phi, from, to, scaled, usage };
            if fit.usage.fits() {
                walked.fit = Some(fit);
                break;
            }
            walked.above = Some(fit.usage.clone());
            walked.lowest = Some(phi);
            walked.keep_nearest(fit);
        }
        Ok(walked)
    }

    /// The fit with the multipliers of its φ, which is 0 if that gives the same network.
    fn named(&self, fit: Fit) -> Fit {
        let is_near_zero = fit.from.abs().min(fit.to.abs()) < NEXT_TO_BASELINE;
        let is_same = |scaled: &Scaled| {
            let (network, fitted) = (&scaled.network, &fit.scaled.network);
            network.ledger() == fitted.ledger() && network.input() == fitted.input()
        };
        for phi in is_near_zero.then_some(0.0).into_iter().chain([fit.phi]) {
            if let Some(scaled) = self.at(phi).ok().filter(is_same) {
                return Fit { phi, scaled, from: fit.from.min(phi), ..fit };
            }
        }
        fit
    }
}

/// What a walk has found.
#[derive(Default)]
struct Walked {
    /// The network that fits, or the one that exceeds its budgets least so far.
    fit: Option<Fit>,
    /// The usage of the last network that does not fit.
    above: Option<Usage>,
    /// Its φ.
    lowest: Option<f64>,
    /// The first error of a φ that gives no network.
    problem: Option<Error>,
    built: usize,
    /// Whether a cost rose in the last step down.
    falls: bool,
}

impl Walked {
    /// Keeps the network that exceeds its budgets least.
    fn keep_nearest(&mut self, fit: Fit) {
        let excess = fit.usage.excess();
        if self.fit.as_ref().is_none_or(|best| excess < best.usage.excess()) {
            self.fit = Some(fit);
        }
    }
}

/// The range of φ over which the cost, and each dimension's part of it, changes by a factor of at most 2^12 either way.
/// With a given image (`is_sized`) γ has no effect.
fn range(coefficients: &Coefficients, is_sized: bool) -> Result<[f64; 2], Error> {
    let gamma = if is_sized { 1.0 } else { coefficients.gamma };
    let acting = Coefficients { gamma, ..*coefficients };
    let Coefficients { alpha, beta, gamma } = acting;
    let rates = [alpha, beta.powi(2), gamma.powi(2), acting.growth()];
    let rate = rates.map(|rate| rate.log2().abs()).into_iter().fold(0.0, f64::max);
    if rate < 1e-6 {
        let at = if is_sized { " for an input of fixed size" } else { "" };
        let message =
            format!("α = {alpha}, β = {beta} and γ = {} scale nothing{at}", coefficients.gamma);
        let problem = Diagnostic::new(message);
        return Err(problem.help("φ changes a dimension only if its coefficient is not 1").into());
    }
    let high = (DOUBLINGS / rate * 100.0).ceil() / 100.0;
    Ok([-high, high])
}

/// The φ above which nothing can fit, judged by the samples: the lowest that is out of reach if their costs
/// never fall, otherwise the end of the range.
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

/// The number with the fewest decimals from `low` to `high`; of several, the largest. `None` if it needs more
/// than nine decimals: such narrow intervals come only from the tolerance of rounding.
fn fewest_digits(low: f64, high: f64) -> Option<f64> {
    let rounded = (0..=9).filter_map(|decimals: u8| {
        let step = 10f64.powi(i32::from(decimals));
        let text = format!("{:.*}", usize::from(decimals), (high * step).floor() / step);
        text.parse::<f64>().ok()
    });
    // Adding 0 turns −0 into 0.
    rounded.map(|number| number + 0.0).find(|number| (low..=high).contains(number))
}

fn no_network(range: [f64; 2]) -> Error {
    let [low, high] = range;
    Error::new(format!("no φ from {low:.2} to {high:.2} gives a network"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_named_by_its_roundest_number() {
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
        let end = |alpha, beta, gamma, is_sized| {
            let range = range(&Coefficients { alpha, beta, gamma }, is_sized);
            range.map(|[low, high]| if (low + high).abs() < 1e-12 { high } else { f64::NAN })
        };
        let near = |end: Result<f64, Error>, wanted: f64| {
            assert!(end.is_ok_and(|end| (end - wanted).abs() < 1e-12), "{wanted}");
        };
        near(end(2.0, 1.0, 1.0, false), 12.0);
        near(end(1.2, 1.1, 1.15, false), 12.75);
        near(end(0.5, 1.0, 1.0, false), 12.0);
        // Where depth and width offset each other, each limits the range by its own part of the cost.
        near(end(4.0, 0.5, 1.0, false), 6.0);
        near(end(2.0, 1.0, 8.0, true), 12.0);
        assert!(end(1.0, 1.0, 1.0, false).is_err() && end(1.0, 1.0, 1.4, true).is_err());
    }
}
