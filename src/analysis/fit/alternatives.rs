//! Other ways to spend the same budgets: strategies, roundings of repeats, and images.
//!
//! Of all that fit, those stay that use the budgets best: no other is at least as deep, as wide and as large.

use crate::analysis::budget::Budgets;
use crate::analysis::fit::path::ScalingPath;
use crate::analysis::fit::resolution::{largest, total_stride};
use crate::analysis::fit::search::FitOutcome;
use crate::counting::network::Stage;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::rounding::Rounding;
use crate::families::scaling::Coefficients;
use crate::families::strategy::Strategy;

/// The strategies that the requested one is compared with.
const COMPARED: [&str; 5] = ["d", "w", "r", "dwr", "dWr"];

/// How many multiples of the stride around the largest that fits are tried.
const SIDES: u64 = 4;

/// A strategy, a rounding and an image, and the largest network that they give within the budgets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Alternative {
    /// The strategy's name.
    pub strategy: String,
    /// How repeats are rounded.
    pub repeats: Rounding,
    /// Height and width of the image in pixels, if they do not come from φ.
    pub image: Option<[u64; 2]>,
    /// The largest network that fits; if none does, the nearest.
    pub outcome: Result<FitOutcome, Error>,
}

/// The requested strategy and its outcome; the same depth and width on the largest image that fits and on the largest
/// that the strides divide; and the other ways that use the budgets best, those first that use most of any of them.
#[must_use]
pub fn alternatives(
    path: &ScalingPath,
    strategy: &str,
    budgets: &Budgets,
    outcome: &FitOutcome,
) -> Vec<Alternative> {
    let ScalingPath { family, request, coefficients, .. } = *path;
    let ways = Ways { strategy, path, budgets };
    let mut requested = vec![ways.alternative(Ok(outcome.clone()))];
    let mut others = Vec::new();
    if request.image.is_none() {
        requested.extend(ways.on_larger_image(outcome, family.rule.resolution.divisor));
        let whole = ways.on_larger_image(outcome, whole_step(family, outcome));
        let centre = whole.as_ref().and_then(Alternative::side).unwrap_or(side(outcome));
        if requested.last().and_then(Alternative::side) != Some(centre) {
            requested.extend(whole);
        }
        if scales(coefficients.alpha) || scales(coefficients.beta) {
            let sides = sides_around(centre, whole_step(family, outcome));
            let new = sides.filter(|side| requested.iter().all(|one| one.side() != Some(*side)));
            others.extend(new.map(|side| ways.on_image([side; 2])));
        }
    }
    let mut other_rounding = family.clone();
    other_rounding.rule.depth =
        if family.rule.depth == Rounding::Ceil { Rounding::Nearest } else { Rounding::Ceil };
    let strategies = compared(strategy, coefficients, request.image.is_some());
    for (index, (strategy, coefficients)) in strategies.iter().enumerate() {
        let own = (index > 0).then_some(family);
        for family in own.into_iter().chain(scales(coefficients.alpha).then_some(&other_rounding)) {
            let path = &ScalingPath { family, coefficients: *coefficients, ..*path };
            others.extend(Ways { strategy, path, budgets }.by_phi());
        }
    }
    best(requested, others)
}

impl Alternative {
    fn fits(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|outcome| outcome.fit.usage.fits())
    }

    /// The side of the image, if the network fits and the image is square.
    fn side(&self) -> Option<u64> {
        let outcome = self.outcome.as_ref().ok()?;
        self.fits().then_some(side(outcome)).filter(|side| *side > 0)
    }
}

/// A strategy, on a family with one rounding.
struct Ways<'w> {
    strategy: &'w str,
    path: &'w ScalingPath<'w>,
    budgets: &'w Budgets,
}

impl Ways<'_> {
    fn alternative(&self, outcome: Result<FitOutcome, Error>) -> Alternative {
        let ScalingPath { family, request, .. } = self.path;
        let (strategy, repeats, image) = (self.strategy.into(), family.rule.depth, request.image);
        Alternative { strategy, repeats, image, outcome }
    }

    /// The largest φ that fits, and its depth and width on a larger image.
    fn by_phi(&self) -> Vec<Alternative> {
        let outcome = self.path.largest(self.budgets);
        let is_free = self.path.request.image.is_none();
        let larger = outcome.as_ref().ok().filter(|_| is_free).and_then(|outcome| {
            self.on_larger_image(outcome, whole_step(self.path.family, outcome))
        });
        std::iter::once(self.alternative(outcome)).chain(larger).collect()
    }

    /// The largest φ that fits on an image.
    fn on_image(&self, image: [u64; 2]) -> Alternative {
        let request = Request { image: Some(image), ..self.path.request };
        let path = &ScalingPath { request, ..*self.path };
        let ways = Ways { path, ..*self };
        ways.alternative(path.largest(self.budgets))
    }

    /// The depth and width of an outcome, or more if they fit, on the largest image that fits, if that is larger. Where
    /// only the image scales, it is the larger image that stops.
    fn on_larger_image(&self, outcome: &FitOutcome, step: u64) -> Option<Alternative> {
        let larger = largest(self.path, self.budgets, outcome, step)?;
        let image = [side(&larger); 2];
        let on_image = Some(self.on_image(image)).filter(Alternative::fits);
        let same = || Alternative { image: Some(image), ..self.alternative(Ok(larger)) };
        Some(on_image.unwrap_or_else(same))
    }
}

/// The side of a square input; 0 if it is not square.
fn side(outcome: &FitOutcome) -> u64 {
    let input = outcome.fit.scaled.network.input();
    if input.height == input.width { input.height } else { 0 }
}

/// The step of sides that both the family's rounding and the network's strides divide.
fn whole_step(family: &Family, outcome: &FitOutcome) -> u64 {
    let (divisor, stride) =
        (family.rule.resolution.divisor.max(1), total_stride(&outcome.fit.scaled.network).max(1));
    let common =
        (1..=stride).rev().find(|n| stride.is_multiple_of(*n) && divisor.is_multiple_of(*n));
    divisor.saturating_mul(stride / common.unwrap_or(1))
}

/// The multiples of a step around a side, without that side itself.
fn sides_around(side: u64, step: u64) -> impl Iterator<Item = u64> {
    let below = (side / step).saturating_sub(SIDES / 2 - 1).max(1);
    let is_of_use = side > 0 && step > 1;
    let sides = (below..below + SIDES).map(move |times| times.saturating_mul(step));
    sides.filter(move |other| is_of_use && *other != side)
}

/// The requested strategy's alternatives, and the others that no fitting one surpasses. If nothing fits at all, every
/// strategy's nearest network stays.
fn best(requested: Vec<Alternative>, mut others: Vec<Alternative>) -> Vec<Alternative> {
    if requested.iter().chain(&others).any(Alternative::fits) {
        others.retain(Alternative::fits);
        others.sort_by(|a, b| share(b).total_cmp(&share(a)));
        let sizes: Vec<[u128; 3]> = requested.iter().chain(&others).filter_map(size).collect();
        let before = requested.iter().filter_map(size).count();
        let mut index = before;
        others.retain(|one| {
            let Some(own) = size(one) else { return false };
            let is_surpassed = sizes.iter().enumerate().any(|(other, size)| {
                let is_at_least = size.iter().zip(own).all(|(other, own)| *other >= own);
                other != index && is_at_least && (*size != own || other < index)
            });
            index += 1;
            !is_surpassed
        });
    }
    requested.into_iter().chain(others).collect()
}

/// Repeats, channels of all stages, and pixels of a network that fits.
fn size(alternative: &Alternative) -> Option<[u128; 3]> {
    let outcome = alternative.outcome.as_ref().ok().filter(|outcome| outcome.fit.usage.fits())?;
    let network = &outcome.fit.scaled.network;
    let sum =
        |of: fn(&Stage<u64>) -> u64| network.stages().iter().map(|one| u128::from(of(one))).sum();
    let input = network.input();
    let pixels = u128::from(input.height) * u128::from(input.width);
    Some([sum(|stage| stage.repeats), sum(|stage| stage.output().channels), pixels])
}

/// The largest used share of a budget.
fn share(alternative: &Alternative) -> f64 {
    alternative.outcome.as_ref().map_or(0.0, |outcome| outcome.fit.usage.share())
}

/// The requested strategy and those that differ from it; with a given image, only those that do more than
/// resize.
fn compared(name: &str, requested: Coefficients, is_sized: bool) -> Vec<(String, Coefficients)> {
    let named = COMPARED.iter().filter_map(|name| Strategy::parse(name).ok());
    let named = named.map(|strategy| (strategy.name.clone(), strategy.coefficients()));
    let different = named.filter(|(_, coefficients)| {
        *coefficients != requested
            && !(is_sized && !scales(coefficients.alpha) && !scales(coefficients.beta))
    });
    std::iter::once((name.to_string(), requested)).chain(different).collect()
}

fn scales(coefficient: f64) -> bool {
    (coefficient - 1.0).abs() > f64::EPSILON
}
