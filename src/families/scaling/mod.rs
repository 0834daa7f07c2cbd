//! Compound scaling: from φ to depth, width and resolution, and from those to whole repeats, channels and
//! pixels.
//!
//! Tan & Le 2019 (arXiv:1905.11946v5), equation 3: d = α^φ, w = β^φ, r = γ^φ with α·β²·γ² ≈ 2.

mod reading;
pub(crate) mod recording;

use std::fmt;

use crate::error::{Diagnostic, Error};
use crate::families::rounding::{ChannelRounding, ResolutionRounding, Rounding};
pub(crate) use reading::is_one;
pub use reading::{AtScale, ClosedForm, PartlyRounded, Reading};

/// More repeats than this in one stage are treated as a typo; no published network has a thousandth as many.
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

/// Exponents e of counts: where the rule makes the MACs grow by s, a count grows by s^e.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exponents {
    /// The exponent of the MACs.
    pub macs: f64,
    /// The exponent of the params.
    pub params: f64,
    /// The exponent of the activations.
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

/// How a family scales: its coefficients, and how it rounds scaled dimensions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// α, β and γ, if the family was published with them.
    pub coefficients: Option<Coefficients>,
    /// How channels are rounded.
    pub width: ChannelRounding,
    /// How repeats are rounded.
    pub depth: Rounding,
    /// How the input's height and width are rounded.
    pub resolution: ResolutionRounding,
}

impl Rule {
    /// The rule of a spec that gives none: channels in steps of 8, repeats rounded up, pixels to the nearest.
    pub const DEFAULT: Rule = Rule {
        coefficients: None,
        width: ChannelRounding { divisor: 8, minimum: 8, keep: 0.9, rounding: Rounding::Nearest },
        depth: Rounding::Ceil,
        resolution: ResolutionRounding { divisor: 1, rounding: Rounding::Nearest },
    };
}

impl Coefficients {
    /// The multipliers at φ, which may be negative (equation 3).
    #[must_use]
    pub fn at(&self, phi: f64) -> Scale {
        Scale {
            depth: self.alpha.powf(phi),
            width: self.beta.powf(phi),
            resolution: self.gamma.powf(phi),
        }
    }

    /// α·β²·γ²: by how much one step of φ multiplies the MACs of a stack of dense convolutions.
    #[must_use]
    pub fn growth(&self) -> f64 {
        self.alpha * self.beta.powi(2) * self.gamma.powi(2)
    }

    /// How params and activations grow if the MACs grow by s: by s^params and s^activations.
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

    /// Fails if a coefficient is NaN, infinite, zero or negative.
    pub fn checked(self) -> Result<Self, Error> {
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
    /// The baseline, unscaled.
    pub const BASELINE: Scale = Scale { depth: 1.0, width: 1.0, resolution: 1.0 };

    /// Fails if a multiplier is NaN, infinite, zero or negative.
    pub fn checked(self) -> Result<Self, Error> {
        self.check()?;
        Ok(self)
    }

    pub(crate) fn check(&self) -> Result<(), Diagnostic> {
        positive("depth", self.depth)?;
        positive("width", self.width)?;
        positive("resolution", self.resolution)
    }
}

fn positive(name: &str, value: f64) -> Result<(), Diagnostic> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(Diagnostic::new(format!("{name} is {value}; it must be a finite number above 0")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_of_the_paper_do_not_double() {
        let coefficients = Coefficients { alpha: 1.2, beta: 1.1, gamma: 1.15 };
        assert!((coefficients.growth() - 1.920_27).abs() < 1e-9);
        assert_eq!(coefficients.at(0.0), Scale::BASELINE);
    }
}
