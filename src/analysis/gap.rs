//! Why the cost at φ is not 2^φ: the gap, split into parts that multiply to it exactly.
//!
//! From the promise to the count, one thing is switched on after the other, in the order in which the
//! paper's rule meets them: the constants (α·β²·γ² is 1.92 and not 2); the terms of the closed form that
//! do not grow as d·w²·r²; repeats rounded to whole ones; channels rounded; pixels rounded; and what
//! odd maps add. The size of a part depends on that order, their product does not. Repeats come first
//! because rounding one layer up to two outweighs the rest.

use crate::counting::convention::Convention;
use crate::counting::polynomial::{Monomial, Polynomial};
use crate::error::Error;
use crate::families::family::Family;
use crate::families::scaling::{PartlyRounded, Scale};

/// The parts of counted / promised: their product is the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// What α, β and γ give, over the promise.
    pub constants: f64,
    /// The closed form at (d, w, r), over what α, β and γ give.
    pub terms: f64,
    /// With repeats rounded, over the closed form.
    pub repeats: f64,
    /// With channels rounded as well, over that with repeats alone.
    pub channels: f64,
    /// With the input's pixels rounded as well.
    pub pixels: f64,
    /// The count itself over all that: odd maps, which strides round up.
    pub maps: f64,
    /// What each monomial of the closed form adds to `terms`, as a share: they add up to `terms` − 1.
    pub monomials: Vec<(Monomial, f64)>,
}

/// What a gap is measured against.
#[derive(Clone, Copy, Debug)]
pub struct Promise {
    /// The multipliers at φ.
    pub scale: Scale,
    /// The resolution multiplier that the rounded pixels make; rows and columns may round apart, and
    /// then it is their geometric mean, so that the area is right.
    pub pixels: f64,
    /// What the rule promises: 2^φ.
    pub promised: f64,
    /// What the constants give: (α·β²·γ²)^φ.
    pub predicted: f64,
}

impl Gap {
    /// Splits the gap of a count at a scale. `closed_form` is the convention's on the family's baseline.
    pub fn split(
        family: &Family,
        convention: &Convention,
        closed_form: &Polynomial,
        promise: Promise,
        counted: u128,
    ) -> Result<Gap, Error> {
        let Promise { scale, pixels, promised, predicted } = promise;
        let Scale { depth, width, resolution } = scale;
        let baseline = closed_form.at(1.0, 1.0, 1.0);
        let polynomial = closed_form.at(depth, width, resolution);
        let partly = |rounds_width: bool| -> Result<Polynomial, Error> {
            let reading = PartlyRounded { rule: family.rule, scale, rounds_width };
            let network = family.closed_form_in(None, &reading)?;
            Ok(convention.closed_form(&network.cost()))
        };
        let with_repeats = partly(false)?.at(1.0, width, resolution);
        let with_channels = partly(true)?;
        let with_pixels = with_channels.at(1.0, 1.0, pixels);
        let with_channels = with_channels.at(1.0, 1.0, resolution);
        let monomials = closed_form.terms().into_iter().map(|(monomial, coefficient)| {
            let grown = monomial.at(depth, width, resolution) / predicted;
            (monomial, coefficient / baseline * (grown - 1.0))
        });
        Ok(Gap {
            constants: predicted / promised,
            terms: polynomial / baseline / predicted,
            repeats: with_repeats / polynomial,
            channels: with_channels / with_repeats,
            pixels: with_pixels / with_channels,
            maps: counted as f64 / with_pixels,
            monomials: monomials.collect(),
        })
    }

    /// The product of all parts: counted / promised.
    #[must_use]
    pub fn whole(&self) -> f64 {
        self.parts().iter().product()
    }

    /// The parts in the order in which they are switched on.
    #[must_use]
    pub fn parts(&self) -> [f64; 6] {
        [self.constants, self.terms, self.repeats, self.channels, self.pixels, self.maps]
    }
}
