//! Pieces of φ: a network changes only where a rounded dimension does, so between two such places it is
//! one network, which is built once.
//!
//! While a network is built, every dimension that is asked for is written down. As long as all of them
//! get the same answers, the network is the same, whatever its spec makes of them. Each answer is a step
//! function of φ, so that the end of the piece is found by bisection without building anything.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::error::Error;
use crate::families::family::{Family, Request, Scaled};
use crate::families::rounding::ChannelRounding;
use crate::families::scaling::{
    AtScale, Coefficients, Reading, Rule, Scale, ScalingError, untouched,
};

/// A stretch of φ on which a family gives one network, or one error.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The smallest φ of it, to the last bit.
    pub from: f64,
    /// The largest φ of it that was asked for.
    pub to: f64,
    /// The network, as it is at `to`.
    pub scaled: Result<Scaled, Error>,
}

/// What is asked for: a family, and all of a request but its scale.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The family.
    pub family: &'a Family,
    /// Member, image and classes; the scale comes from φ.
    pub request: Request<'a>,
    /// α, β and γ.
    pub coefficients: Coefficients,
}

impl Subject<'_> {
    /// The network at φ.
    pub fn at(&self, phi: f64) -> Result<Scaled, Error> {
        let scale = self.coefficients.at(phi);
        self.family.network(&Request { scale, ..self.request })
    }

    /// The piece that ends at `phi`, down to `floor` at most. The baseline, which does not round, parts
    /// the φ above it from those below: a piece that begins above 0 does not reach below it.
    #[must_use]
    pub fn piece(&self, phi: f64, floor: f64) -> Piece {
        let scale = self.coefficients.at(phi);
        let rule = self.family.rule;
        let recorder = match AtScale::new(rule, scale) {
            Ok(reading) => Recorder { reading, asked: RefCell::default() },
            Err(error) => {
                let scaled = Err(Error::new(error.to_string()));
                return Piece { from: phi, to: phi, scaled };
            }
        };
        let scaled = self.family.network_in(&Request { scale, ..self.request }, &recorder);
        let asked = recorder.asked.into_inner();
        let floor = if phi > 0.0 { floor.max(0.0) } else { floor };
        let answers: Vec<_> =
            asked.into_iter().map(|asked| (asked, answer(&rule, scale, asked))).collect();
        // A member's own image is that of its own scale alone.
        let is_own = scale == Scale::BASELINE;
        let is_same = |phi: f64| {
            let scale = self.coefficients.at(phi);
            (scale == Scale::BASELINE) == is_own
                && answers.iter().all(|(asked, found)| answer(&rule, scale, *asked) == *found)
        };
        Piece { from: first(phi, floor, is_same), to: phi, scaled }
    }
}

/// The smallest φ from `floor` to `phi` down to which `is_same` holds, where it holds at `phi`.
fn first(phi: f64, floor: f64, is_same: impl Fn(f64) -> bool) -> f64 {
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

/// A dimension of the baseline that was asked for; numbers by their bits, to be held in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Repeats(u64),
    Side(u64),
    Scaled(u64),
}

/// A reading that keeps what it is asked.
struct Recorder {
    reading: AtScale,
    asked: RefCell<BTreeSet<Asked>>,
}

impl Recorder {
    fn note(&self, asked: Asked) {
        self.asked.borrow_mut().insert(asked);
    }
}

impl Reading for Recorder {
    type Scalar = u64;

    fn channels(&self, base: u64) -> Result<u64, ScalingError> {
        self.note(Asked::Scaled((base as f64).to_bits()));
        self.reading.channels(base)
    }

    fn repeats(&self, base: u64) -> Result<u64, ScalingError> {
        self.note(Asked::Repeats(base));
        self.reading.repeats(base)
    }

    fn side(&self, base: u64) -> Result<u64, ScalingError> {
        self.note(Asked::Side(base));
        self.reading.side(base)
    }

    fn scaled(&self, quantity: f64) -> f64 {
        self.note(Asked::Scaled(quantity.to_bits()));
        self.reading.scaled(quantity)
    }
}

/// What a dimension becomes at a scale, in such a form that the φ of one answer are one stretch above 0
/// and one below: whether anything rounds at all, the plain rounding, and what the guard against losing
/// too many channels makes of it, which alone may fall where φ grows.
fn answer(rule: &Rule, scale: Scale, asked: Asked) -> [Option<u64>; 3] {
    let Ok(reading) = AtScale::new(*rule, scale) else { return [None; 3] };
    match asked {
        Asked::Repeats(base) => [reading.repeats(base).ok(), None, None],
        Asked::Side(base) => {
            [reading.side(base).ok(), Some(u64::from(untouched(scale.resolution))), None]
        }
        Asked::Scaled(base) => {
            let quantity = f64::from_bits(base);
            let unguarded = ChannelRounding { keep: 0.0, ..rule.width };
            [
                Some(reading.scaled(quantity).to_bits()),
                Some(unguarded.apply(quantity * scale.width).to_bits()),
                Some(u64::from(untouched(scale.width))),
            ]
        }
    }
}
