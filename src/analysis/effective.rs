//! The effective φ of published members, by depth, width, resolution and count.
//!
//! The paper does not give it (Tan & Le 2019, arXiv:1905.11946v5): its members are picked by hand near
//! equation 3. Solved for φ, that equation gives ln d / ln α, ln w / ln β and ln r / ln γ, and a fourth value
//! if all three are fitted at once by least squares over the logarithms.

use crate::counting::convention::Convention;
use crate::error::Error;
use crate::families::family::{Family, Member, Request};
use crate::families::scaling::{Coefficients, Scale};

/// A member's φ by each measure; `None` if a coefficient of 1 leaves it undefined.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EffectivePhi {
    /// The member's address: `efficientnet:b1`.
    pub network: String,
    /// The member's multipliers.
    pub scale: Scale,
    /// φ by depth.
    pub depth: Option<f64>,
    /// φ by width.
    pub width: Option<f64>,
    /// φ by resolution.
    pub resolution: Option<f64>,
    /// φ by all three at once, by least squares.
    pub fitted: Option<f64>,
    /// The member's count over the baseline's.
    pub ratio: f64,
    /// φ by the count: the power to which the growth at one step of φ (α·β²·γ² for MACs) gives that ratio.
    pub count: Option<f64>,
}

/// The φ of every member that has multipliers.
pub fn effective_phis(
    family: &Family,
    coefficients: &Coefficients,
    convention: &Convention,
    growth: f64,
) -> Result<Vec<EffectivePhi>, Error> {
    let baseline = family.network(&Request::BASELINE)?.network.ledger();
    let baseline = convention.value(&baseline, 1) as f64;
    let effective = |member: &Member| {
        let request = Request { member: Some(member), ..Request::BASELINE };
        let scaled = family.network(&request)?;
        let ratio = convention.value(&scaled.network.ledger(), 1) as f64 / baseline;
        Ok(effective_phi(family.address(member), scaled.scale, coefficients, ratio, growth))
    };
    scaled_members(family).map(effective).collect()
}

/// The members that have multipliers.
pub(super) fn scaled_members(family: &Family) -> impl Iterator<Item = &Member> {
    family.members.iter().filter(|member| member.width.is_some() || member.depth.is_some())
}

/// The φ nearest to all three multipliers, by least squares over their logarithms; `None` if nothing scales.
pub(super) fn fitted_phi(scale: Scale, coefficients: &Coefficients) -> Option<f64> {
    let Coefficients { alpha, beta, gamma } = coefficients;
    let grown = [scale.depth, scale.width, scale.resolution].map(f64::ln);
    let step = [*alpha, *beta, *gamma].map(f64::ln);
    let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    Some(dot(grown, step) / dot(step, step)).filter(|phi| phi.is_finite())
}

fn effective_phi(
    network: String,
    scale: Scale,
    coefficients: &Coefficients,
    ratio: f64,
    growth: f64,
) -> EffectivePhi {
    let Coefficients { alpha, beta, gamma } = coefficients;
    let grown = [scale.depth, scale.width, scale.resolution].map(f64::ln);
    let step = [*alpha, *beta, *gamma].map(f64::ln);
    let phi = |grown: f64, step: f64| Some(grown / step).filter(|phi| phi.is_finite());
    EffectivePhi {
        network,
        scale,
        depth: phi(grown[0], step[0]),
        width: phi(grown[1], step[1]),
        resolution: phi(grown[2], step[2]),
        fitted: fitted_phi(scale, coefficients),
        ratio,
        count: phi(ratio.ln(), growth.ln()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B1, by hand: ln 1.1 / ln 1.2, 0, ln(240/224) / ln 1.15.
    #[test]
    fn b1_is_about_half_a_step() {
        let coefficients = Coefficients { alpha: 1.2, beta: 1.1, gamma: 1.15 };
        let scale = Scale { depth: 1.1, width: 1.0, resolution: 240.0 / 224.0 };
        let phi = effective_phi("b1".into(), scale, &coefficients, 1.780, coefficients.growth());
        let close =
            |phi: Option<f64>, expected: f64| phi.is_some_and(|p| (p - expected).abs() < 1e-3);
        assert!(close(phi.depth, 0.523) && close(phi.width, 0.0) && close(phi.resolution, 0.494));
        assert!(close(phi.fitted, 0.437) && close(phi.count, 0.884));
    }

    #[test]
    fn a_dimension_that_does_not_grow_has_no_phi() {
        let coefficients = Coefficients { alpha: 2.0, beta: 1.0, gamma: 1.0 };
        let phi = effective_phi(
            "d".into(),
            Scale { depth: 4.0, ..Scale::BASELINE },
            &coefficients,
            4.0,
            2.0,
        );
        assert_eq!((phi.depth, phi.width), (Some(2.0), None));
    }
}
