//! The networks that a family becomes as φ grows, and the intervals of φ on which they stay the same.
//!
//! A network changes only where a rounded dimension does, so it is built once for each interval. While it is
//! built, every dimension that it asks for is recorded. As long as all of them round to the same numbers, the
//! network is the same. Each rounded dimension is a step function of φ, so bisection finds the end of the
//! interval without building anything.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Error;
use crate::families::family::{Family, Request, Scaled};
use crate::families::rounding::ChannelRounding;
use crate::families::scaling::recording::{Dimension, Recording};
use crate::families::scaling::{AtScale, Coefficients, Reading, Rule, Scale, is_one};

/// An interval of φ on which a family gives one network, or one error.
#[derive(Clone, Debug)]
pub struct PhiInterval {
    /// The smallest φ, exact to the last bit.
    pub from: f64,
    /// The largest φ: the one requested.
    pub to: f64,
    /// The network at `to`.
    pub scaled: Result<Scaled, Error>,
}

/// A family and a request without its scale, so that φ alone decides the network. [`ScalingPath::new`] is the base to
/// start from.
#[derive(Clone, Copy, Debug)]
pub struct ScalingPath<'a> {
    /// The family that is scaled.
    pub family: &'a Family,
    /// Member, image and classes; the scale comes from φ.
    pub request: Request<'a>,
    /// α, β and γ.
    pub coefficients: Coefficients,
    /// Another thread sets this to end a search, which then fails.
    pub stop: Option<&'a AtomicBool>,
}

impl<'a> ScalingPath<'a> {
    /// From the family's baseline, without a way to stop.
    #[must_use]
    pub fn new(family: &'a Family, coefficients: Coefficients) -> Self {
        ScalingPath { family, request: Request::BASELINE, coefficients, stop: None }
    }

    /// Fails once the search is stopped.
    pub(super) fn check_stop(&self) -> Result<(), Error> {
        match self.stop {
            Some(stop) if stop.load(Ordering::Relaxed) => Err(Error::new("stopped")),
            _ => Ok(()),
        }
    }

    /// The network at φ.
    pub fn at(&self, phi: f64) -> Result<Scaled, Error> {
        let scale = self.coefficients.at(phi);
        self.family.network(&Request { scale, ..self.request })
    }

    /// The interval that ends at `phi`, down to `floor` at most. It does not reach across φ = 0, where
    /// nothing is rounded.
    #[must_use]
    pub fn interval(&self, phi: f64, floor: f64) -> PhiInterval {
        let scale = self.coefficients.at(phi);
        let rule = self.family.rule;
        let recording = match AtScale::new(rule, scale) {
            Ok(reading) => Recording::new(reading),
            Err(error) => return PhiInterval { from: phi, to: phi, scaled: Err(error.into()) },
        };
        let scaled = self.family.network_in(&Request { scale, ..self.request }, &recording);
        let dimensions = recording.asked().into_iter();
        let rounded: Vec<_> = dimensions.map(|one| (one, round(&rule, scale, one))).collect();
        let floor = if phi > 0.0 { floor.max(0.0) } else { floor };
        let is_same = |phi: f64| {
            let scale = self.coefficients.at(phi);
            rounded.iter().all(|(one, before)| round(&rule, scale, *one) == *before)
        };
        PhiInterval { from: lower_end(phi, floor, is_same), to: phi, scaled }
    }
}

/// The smallest φ from `floor` to `phi` such that `is_same` is true from there to `phi`, by bisection.
fn lower_end(phi: f64, floor: f64, is_same: impl Fn(f64) -> bool) -> f64 {
    if is_same(floor) {
        return floor;
    }
    let (mut different, mut same) = (floor, phi);
    loop {
        let middle = f64::midpoint(different, same);
        if middle <= different || middle >= same {
            return same;
        }
        if is_same(middle) {
            same = middle;
        } else {
            different = middle;
        }
    }
}

/// A dimension at a scale, in a form whose equal values make one interval of φ above 0 and one below: the rounded
/// value, the value without the guard on channels (only the guard can make a dimension fall as φ grows), and
/// whether the dimension is rounded at all.
fn round(rule: &Rule, scale: Scale, dimension: Dimension) -> [Option<u64>; 3] {
    let Ok(reading) = AtScale::new(*rule, scale) else { return [None; 3] };
    match dimension {
        Dimension::Repeats(base) => [reading.repeats(base).ok(), None, None],
        Dimension::Side(base) => {
            [reading.side(base).ok(), None, Some(u64::from(is_one(scale.resolution)))]
        }
        Dimension::Scaled(base) => {
            let quantity = f64::from_bits(base);
            let unguarded = ChannelRounding { keep: 0.0, ..rule.width };
            [
                Some(reading.scaled(quantity).to_bits()),
                Some(unguarded.apply(quantity * scale.width).to_bits()),
                Some(u64::from(is_one(scale.width))),
            ]
        }
    }
}
