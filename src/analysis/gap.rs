//! Why the cost at φ is not 2^φ: the gap, split into factors whose product is the gap exactly.
//!
//! From promise to count, one effect after another is switched on: the constants (α·β²·γ² is 1.92, not 2);
//! the terms of the closed form that do not grow as d·w²·r²; rounding of repeats, of channels and of pixels;
//! and odd maps. The size of a factor depends on that order, their product does not. Repeats come before
//! channels and pixels because rounding one layer up to two outweighs the rest.

use crate::counting::convention::Convention;
use crate::counting::polynomial::{Monomial, Polynomial};
use crate::error::Error;
use crate::families::family::Family;
use crate::families::scaling::{PartlyRounded, Scale};

/// The factors whose product is counted / promised.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Gap {
    /// What α, β and γ give, over the promise.
    pub constants: f64,
    /// The closed form at (d, w, r), over what α, β and γ give.
    pub terms: f64,
    /// With rounded repeats, over the closed form.
    pub repeats: f64,
    /// With rounded channels too, over rounded repeats alone.
    pub channels: f64,
    /// With rounded pixels of the input too, over rounded repeats and channels.
    pub pixels: f64,
    /// The count over all of these: odd maps, which strides round up.
    pub maps: f64,
    /// What each monomial of the closed form adds to `terms`; the shares add up to `terms` − 1.
    pub monomials: Vec<(Monomial, f64)>,
}

/// What a gap is measured against.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Promise {
    /// The multipliers at φ.
    pub scale: Scale,
    /// The resolution multiplier after rounding. Rows and columns may round differently; it is their geometric
    /// mean, so that the area is right.
    pub pixels: f64,
    /// The growth that the rule promises: 2^φ.
    pub promised: f64,
    /// The growth that the constants give: (α·β²·γ²)^φ.
    pub predicted: f64,
}

impl Gap {
    /// Splits the gap of a count at a scale; `closed_form` is the convention's polynomial of the family.
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
            Ok(convention.closed_form(&network.ledger()))
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

    /// The product of all factors: counted / promised.
    #[must_use]
    pub fn whole(&self) -> f64 {
        self.factors().iter().product()
    }

    /// The factors in the order in which they are switched on.
    #[must_use]
    pub fn factors(&self) -> [f64; 6] {
        [self.constants, self.terms, self.repeats, self.channels, self.pixels, self.maps]
    }
}
