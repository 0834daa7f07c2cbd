//! The dimensions of a family read as whole numbers at one scale, or as polynomials.

use crate::counting::polynomial::{Monomial, Polynomial};
use crate::counting::scalar::{Quantity, Scalar};
use crate::counting::whole::whole_number;
use crate::error::Diagnostic;
use crate::families::rounding::ResolutionRounding;
use crate::families::scaling::{MAX_REPEATS, Rule, Scale};

/// How a family's dimensions are read: as whole numbers at one scale, or as polynomials.
pub trait Reading {
    /// The number type of channels, repeats and pixels.
    type Scalar: Scalar;

    /// Scales the baseline's channels.
    fn channels(&self, base: u64) -> Result<Self::Scalar, Diagnostic>;
    /// Scales the baseline's repeats of a stage.
    fn repeats(&self, base: u64) -> Result<Self::Scalar, Diagnostic>;
    /// Scales a side of the baseline's input, in pixels.
    fn side(&self, base: u64) -> Result<Self::Scalar, Diagnostic>;
    /// Scales a quantity in an expression as channels are scaled.
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
    /// A reading at `scale`, whose multipliers must be positive and finite.
    pub fn new(rule: Rule, scale: Scale) -> Result<Self, Diagnostic> {
        scale.check()?;
        Ok(AtScale { rule, scale })
    }

    /// The multipliers.
    #[must_use]
    pub(crate) fn scale(&self) -> &Scale {
        &self.scale
    }
}

/// Whether a multiplier is 1. Then nothing is rounded either, so the baseline is exactly as its spec gives it.
pub(crate) fn is_one(factor: f64) -> bool {
    (factor - 1.0).abs() < f64::EPSILON
}

impl Reading for AtScale {
    type Scalar = u64;

    fn channels(&self, base: u64) -> Result<u64, Diagnostic> {
        let scaled = self.scaled(base as f64);
        whole_number(scaled).ok_or_else(|| too_large(base, "channels", self.scale.width))
    }

    fn repeats(&self, base: u64) -> Result<u64, Diagnostic> {
        let factor = self.scale.depth;
        let scaled = self.rule.depth.apply(base as f64 * factor).max(1.0);
        let repeats = whole_number(scaled).ok_or_else(|| too_large(base, "repeats", factor))?;
        if repeats > MAX_REPEATS {
            let message =
                format!("{repeats} repeats in one stage exceed the limit of {MAX_REPEATS}");
            return Err(Diagnostic::new(message));
        }
        Ok(repeats)
    }

    fn side(&self, base: u64) -> Result<u64, Diagnostic> {
        let factor = self.scale.resolution;
        if is_one(factor) {
            return Ok(base);
        }
        let ResolutionRounding { divisor, rounding } = self.rule.resolution;
        let divisor = divisor as f64;
        let scaled = (rounding.apply(base as f64 * factor / divisor) * divisor).max(divisor);
        whole_number(scaled).ok_or_else(|| too_large(base, "pixels", factor))
    }

    fn scaled(&self, quantity: f64) -> f64 {
        if is_one(self.scale.width) {
            return quantity;
        }
        self.rule.width.apply(quantity * self.scale.width)
    }
}

fn too_large(base: u64, what: &str, factor: f64) -> Diagnostic {
    Diagnostic::new(format!("{base} {what} × {factor} is too large to count exactly"))
}

/// Polynomials in d, w and r, without rounding.
#[derive(Clone, Copy, Debug)]
pub struct ClosedForm;

impl Reading for ClosedForm {
    type Scalar = Polynomial;

    fn channels(&self, base: u64) -> Result<Polynomial, Diagnostic> {
        Ok(Polynomial::term(base as f64, Monomial::WIDTH))
    }

    fn repeats(&self, base: u64) -> Result<Polynomial, Diagnostic> {
        Ok(Polynomial::term(base as f64, Monomial::DEPTH))
    }

    fn side(&self, base: u64) -> Result<Polynomial, Diagnostic> {
        Ok(Polynomial::term(base as f64, Monomial::RESOLUTION))
    }

    fn scaled(&self, quantity: Polynomial) -> Polynomial {
        quantity * Polynomial::term(1.0, Monomial::WIDTH)
    }
}

/// Polynomials in which repeats, and optionally channels, are constants rounded at a scale.
#[derive(Clone, Copy, Debug)]
pub struct PartlyRounded {
    /// The family's rounding.
    pub rule: Rule,
    /// The multipliers to round at.
    pub scale: Scale,
    /// Whether channels are rounded too.
    pub rounds_width: bool,
}

impl Reading for PartlyRounded {
    type Scalar = Polynomial;

    fn channels(&self, base: u64) -> Result<Polynomial, Diagnostic> {
        if !self.rounds_width {
            return ClosedForm.channels(base);
        }
        AtScale::new(self.rule, self.scale)?.channels(base).map(Polynomial::whole)
    }

    fn repeats(&self, base: u64) -> Result<Polynomial, Diagnostic> {
        AtScale::new(self.rule, self.scale)?.repeats(base).map(Polynomial::whole)
    }

    fn side(&self, base: u64) -> Result<Polynomial, Diagnostic> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::rounding::{ChannelRounding, Rounding};

    const EFFICIENTNET: Rule = Rule {
        coefficients: None,
        width: ChannelRounding { divisor: 8, minimum: 8, keep: 0.9, rounding: Rounding::Nearest },
        depth: Rounding::Ceil,
        resolution: ResolutionRounding { divisor: 1, rounding: Rounding::Nearest },
    };

    fn at(depth: f64, width: f64, resolution: f64) -> AtScale {
        AtScale::new(EFFICIENTNET, Scale { depth, width, resolution }).expect("a positive scale")
    }

    #[test]
    fn channels_of_b3_as_published() {
        // The 90 % guard acts once in the whole family: 16 × 1.2 = 19.2 becomes 24, not 16.
        let channels = [16, 24, 40, 80, 112, 192, 320].map(|c| at(1.4, 1.2, 1.0).channels(c));
        assert_eq!(channels, [24, 32, 48, 96, 136, 232, 384].map(Ok));
    }

    #[test]
    fn repeats_of_b7_as_published() {
        let repeats = [1, 2, 2, 3, 3, 4, 1].map(|n| at(3.1, 2.0, 1.0).repeats(n));
        assert_eq!(repeats, [4, 7, 7, 10, 10, 13, 4].map(Ok));
    }

    #[test]
    fn floating_point_errors_do_not_add_a_repeat() {
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
    fn a_scale_that_is_not_positive_or_far_too_large_is_an_error() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let scale = Scale { depth: bad, ..Scale::BASELINE };
            assert!(AtScale::new(EFFICIENTNET, scale).is_err(), "{bad}");
        }
        let too_deep = at(1e7, 1.0, 1.0).repeats(1).expect_err("too deep");
        assert_eq!(too_deep.message, "10000000 repeats in one stage exceed the limit of 1000000");
        assert!(at(1.0, 1e300, 1.0).channels(32).is_err());
    }
}
