//! Compound scaling: from φ to depth, width and resolution, and from those to whole channels,
//! repeats and pixels.
//!
//! Tan & Le 2019 (arXiv:1905.11946v5), equation 3: d = α^φ, w = β^φ, r = γ^φ with α·β²·γ² ≈ 2.

use std::fmt;

use thiserror::Error;

use crate::counting::polynomial::{Monomial, Polynomial};
use crate::counting::scalar::{Quantity, Scalar, whole_number};
use crate::families::rounding::{ChannelRounding, ResolutionRounding, Rounding};

/// More repeats than this in one stage are taken for a mistake: no published network has a
/// thousandth of it, and a typing error should not be counted in earnest.
pub const MAX_REPEATS: u64 = 1_000_000;

/// The constants α (depth), β (width) and γ (resolution) of equation 3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    /// α: the depth multiplier at φ = 1.
    pub alpha: f64,
    /// β: the width multiplier at φ = 1.
    pub beta: f64,
    /// γ: the resolution multiplier at φ = 1.
    pub gamma: f64,
}

/// Powers of s by which counts grow, where the rule asks the MACs to grow by s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponents {
    /// Of the MACs.
    pub macs: f64,
    /// Of the params.
    pub params: f64,
    /// Of the activations.
    pub activations: f64,
}

/// Multipliers of the baseline's depth, width and resolution; 1 leaves a dimension as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// d: multiplies the repeats of a stage.
    pub depth: f64,
    /// w: multiplies channels.
    pub width: f64,
    /// r: multiplies the height and width of the input image.
    pub resolution: f64,
}

/// How a family turns multiplied dimensions into whole ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// α, β and γ, where the family was published with them.
    pub coefficients: Option<Coefficients>,
    /// How channels are rounded.
    pub width: ChannelRounding,
    /// How repeats are rounded.
    pub depth: Rounding,
    /// How the input's height and width are rounded.
    pub resolution: ResolutionRounding,
}

impl Rule {
    /// What a spec says that says nothing: channels in steps of 8, repeats rounded up, pixels to the nearest one.
    pub const DEFAULT: Rule = Rule {
        coefficients: None,
        width: ChannelRounding { divisor: 8, minimum: 8, keep: 0.9, rounding: Rounding::Nearest },
        depth: Rounding::Ceil,
        resolution: ResolutionRounding { divisor: 1, rounding: Rounding::Nearest },
    };
}

/// A dimension that cannot be scaled.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ScalingError {
    /// A multiplier is NaN, infinite, zero or negative.
    #[error("{name} is {value}; it must be a finite number above 0")]
    NotPositive {
        /// The multiplier.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A product cannot be held in a 64-bit integer exactly.
    #[error("{base} {what} times {factor} are more than can be counted exactly")]
    TooLarge {
        /// Channels, repeats or pixels.
        what: &'static str,
        /// The baseline's number of them.
        base: u64,
        /// The multiplier.
        factor: f64,
    },
    /// A stage has more repeats than [`MAX_REPEATS`].
    #[error("{repeats} repeats in one stage are more than the limit of {MAX_REPEATS}")]
    TooDeep {
        /// The repeats.
        repeats: u64,
    },
}

impl Coefficients {
    /// Multipliers at φ (equation 3). Any real φ is allowed, negative ones too.
    #[must_use]
    pub fn at(&self, phi: f64) -> Scale {
        Scale {
            depth: self.alpha.powf(phi),
            width: self.beta.powf(phi),
            resolution: self.gamma.powf(phi),
        }
    }

    /// α·β²·γ²: how much a stack of dense convolutions costs more at each step of φ.
    #[must_use]
    pub fn growth(&self) -> f64 {
        self.alpha * self.beta.powi(2) * self.gamma.powi(2)
    }

    /// How params and activations grow where the MACs grow by s: by s^params and s^activations.
    ///
    /// A stack of d dense convolutions of width w on maps of side r has d·w² params, d·w·r² activations
    /// and d·w²·r² MACs (Dollár et al. 2021, arXiv:2103.06877, section 4).
    #[must_use]
    pub fn exponents(&self) -> Exponents {
        let (depth, width, resolution) = (self.alpha.ln(), self.beta.ln(), self.gamma.ln());
        let macs = self.growth().ln();
        Exponents {
            macs: 1.0,
            params: (depth + 2.0 * width) / macs,
            activations: (depth + width + 2.0 * resolution) / macs,
        }
    }

    /// Fails where a coefficient is NaN, infinite, zero or negative.
    pub fn checked(self) -> Result<Self, ScalingError> {
        positive("alpha", self.alpha)?;
        positive("beta", self.beta)?;
        positive("gamma", self.gamma)?;
        Ok(self)
    }
}

impl fmt::Display for Coefficients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.alpha, self.beta, self.gamma)
    }
}

impl Scale {
    /// The baseline.
    pub const BASELINE: Scale = Scale { depth: 1.0, width: 1.0, resolution: 1.0 };

    /// Fails where a multiplier is NaN, infinite, zero or negative.
    pub fn checked(self) -> Result<Self, ScalingError> {
        positive("depth", self.depth)?;
        positive("width", self.width)?;
        positive("resolution", self.resolution)?;
        Ok(self)
    }
}

/// How the dimensions of a family are read: as whole numbers at one scale, or as polynomials.
pub trait Reading {
    /// What channels, repeats and pixels become.
    type Scalar: Scalar;

    /// Channels that scale with width, from the baseline's.
    fn channels(&self, base: u64) -> Result<Self::Scalar, ScalingError>;
    /// Repeats that scale with depth, from the baseline's.
    fn repeats(&self, base: u64) -> Result<Self::Scalar, ScalingError>;
    /// The side of the input, from the baseline's, in pixels.
    fn side(&self, base: u64) -> Result<Self::Scalar, ScalingError>;
    /// An amount in an expression that scales as channels do.
    fn scaled(
        &self,
        quantity: <Self::Scalar as Scalar>::Quantity,
    ) -> <Self::Scalar as Scalar>::Quantity;
}

/// Whole numbers at one scale, rounded by the family's rule.
#[derive(Clone, Copy, Debug)]
pub struct AtScale {
    rule: Rule,
    scale: Scale,
}

impl AtScale {
    /// Reads at `scale`, whose multipliers must be positive and finite.
    pub fn new(rule: Rule, scale: Scale) -> Result<Self, ScalingError> {
        Ok(AtScale { rule, scale: scale.checked()? })
    }
}

/// What a multiplier of 1 does: nothing, not even rounding. The baseline is what its spec says.
#[must_use]
pub fn untouched(factor: f64) -> bool {
    (factor - 1.0).abs() < f64::EPSILON
}

impl Reading for AtScale {
    type Scalar = u64;

    fn channels(&self, base: u64) -> Result<u64, ScalingError> {
        let scaled = self.scaled(base as f64);
        whole_number(scaled).ok_or(ScalingError::TooLarge {
            what: "channels",
            base,
            factor: self.scale.width,
        })
    }

    fn repeats(&self, base: u64) -> Result<u64, ScalingError> {
        let factor = self.scale.depth;
        let scaled = self.rule.depth.apply(base as f64 * factor).max(1.0);
        let repeats =
            whole_number(scaled).ok_or(ScalingError::TooLarge { what: "repeats", base, factor })?;
        if repeats > MAX_REPEATS { Err(ScalingError::TooDeep { repeats }) } else { Ok(repeats) }
    }

    fn side(&self, base: u64) -> Result<u64, ScalingError> {
        let factor = self.scale.resolution;
        if untouched(factor) {
            return Ok(base);
        }
        let ResolutionRounding { divisor, rounding } = self.rule.resolution;
        let divisor = divisor as f64;
        let scaled = (rounding.apply(base as f64 * factor / divisor) * divisor).max(divisor);
        whole_number(scaled).ok_or(ScalingError::TooLarge { what: "pixels", base, factor })
    }

    fn scaled(&self, quantity: f64) -> f64 {
        if untouched(self.scale.width) {
            return quantity;
        }
        self.rule.width.apply(quantity * self.scale.width)
    }
}

/// Polynomials in d, w and r, with no rounding.
#[derive(Clone, Copy, Debug)]
pub struct ClosedForm;

impl Reading for ClosedForm {
    type Scalar = Polynomial;

    fn channels(&self, base: u64) -> Result<Polynomial, ScalingError> {
        Ok(Polynomial::term(base as f64, Monomial::WIDTH))
    }

    fn repeats(&self, base: u64) -> Result<Polynomial, ScalingError> {
        Ok(Polynomial::term(base as f64, Monomial::DEPTH))
    }

    fn side(&self, base: u64) -> Result<Polynomial, ScalingError> {
        Ok(Polynomial::term(base as f64, Monomial::RESOLUTION))
    }

    fn scaled(&self, quantity: Polynomial) -> Polynomial {
        quantity * Polynomial::term(1.0, Monomial::WIDTH)
    }
}

/// Polynomials in which some dimensions are already rounded at a scale: repeats always, channels where
/// asked for. What is rounded no longer grows.
#[derive(Clone, Copy, Debug)]
pub struct PartlyRounded {
    /// How the family rounds.
    pub rule: Rule,
    /// The multipliers.
    pub scale: Scale,
    /// Whether channels are rounded as well.
    pub rounds_width: bool,
}

impl Reading for PartlyRounded {
    type Scalar = Polynomial;

    fn channels(&self, base: u64) -> Result<Polynomial, ScalingError> {
        if !self.rounds_width {
            return ClosedForm.channels(base);
        }
        AtScale::new(self.rule, self.scale)?.channels(base).map(Polynomial::whole)
    }

    fn repeats(&self, base: u64) -> Result<Polynomial, ScalingError> {
        AtScale::new(self.rule, self.scale)?.repeats(base).map(Polynomial::whole)
    }

    fn side(&self, base: u64) -> Result<Polynomial, ScalingError> {
        ClosedForm.side(base)
    }

    fn scaled(&self, quantity: Polynomial) -> Polynomial {
        if !self.rounds_width {
            return ClosedForm.scaled(quantity);
        }
        let reading = AtScale { rule: self.rule, scale: self.scale };
        Polynomial::constant(reading.scaled(quantity.value()))
    }
}

fn positive(name: &'static str, value: f64) -> Result<(), ScalingError> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(ScalingError::NotPositive { name, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFICIENTNET: Rule = Rule {
        coefficients: Some(Coefficients { alpha: 1.2, beta: 1.1, gamma: 1.15 }),
        width: ChannelRounding { divisor: 8, minimum: 8, keep: 0.9, rounding: Rounding::Nearest },
        depth: Rounding::Ceil,
        resolution: ResolutionRounding { divisor: 1, rounding: Rounding::Nearest },
    };

    fn at(depth: f64, width: f64, resolution: f64) -> AtScale {
        AtScale::new(EFFICIENTNET, Scale { depth, width, resolution }).expect("a positive scale")
    }

    #[test]
    fn channels_of_b3_as_published() {
        // The guard of 90 % acts once in the whole family: 16 × 1.2 = 19.2 is 24, not 16.
        let channels = [16, 24, 40, 80, 112, 192, 320].map(|c| at(1.4, 1.2, 1.0).channels(c));
        assert_eq!(channels, [24, 32, 48, 96, 136, 232, 384].map(Ok));
    }

    #[test]
    fn repeats_of_b7_as_published() {
        let repeats = [1, 2, 2, 3, 3, 4, 1].map(|n| at(3.1, 2.0, 1.0).repeats(n));
        assert_eq!(repeats, [4, 7, 7, 10, 10, 13, 4].map(Ok));
    }

    #[test]
    fn a_product_that_is_whole_but_for_the_floating_point_is_whole() {
        assert_eq!(at(1.1, 1.0, 1.0).repeats(10), Ok(11));
        assert_eq!(at(1.0 / 3.0, 1.0, 1.0).repeats(9), Ok(3));
    }

    #[test]
    fn the_sides_of_equation_3() {
        let sides: Vec<_> = [-4.0, -1.0, 0.5, 1.0, 2.0, 7.0]
            .map(|phi| 1.15f64.powf(phi))
            .map(|r| at(1.0, 1.0, r).side(224))
            .into_iter()
            .collect();
        assert_eq!(sides, [128, 195, 240, 258, 296, 596].map(Ok));
    }

    #[test]
    fn what_cannot_be_scaled_is_an_error() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let scale = Scale { depth: bad, ..Scale::BASELINE };
            assert!(AtScale::new(EFFICIENTNET, scale).is_err(), "{bad}");
        }
        assert!(matches!(at(1e7, 1.0, 1.0).repeats(1), Err(ScalingError::TooDeep { .. })));
        assert!(matches!(at(1.0, 1e300, 1.0).channels(32), Err(ScalingError::TooLarge { .. })));
    }

    #[test]
    fn the_paper_s_constants_do_not_double() {
        let coefficients = EFFICIENTNET.coefficients.expect("given above");
        assert!((coefficients.growth() - 1.920_27).abs() < 1e-9);
        assert_eq!(coefficients.at(0.0), Scale::BASELINE);
    }
}
