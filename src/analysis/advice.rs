//! What would bring a count nearer to its target: other roundings, and inputs that the strides divide.

use crate::counting::convention::Convention;
use crate::counting::network::Network;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::rounding::Rounding;
use crate::families::scaling::Scale;

/// A change of the rounding or of the input, and the count that it would give.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Advice {
    /// The change, in words that follow "with".
    pub change: String,
    /// The count over the baseline's.
    pub ratio: f64,
}

/// Advice is given if it leaves less than this share of the distance to the target.
const WORTHWHILE: f64 = 0.75;

/// The changes that bring the count at a scale clearly nearer to `target` times the baseline's, the best
/// first.
pub fn advice(
    family: &Family,
    convention: &Convention,
    scale: Scale,
    target: f64,
) -> Result<Vec<Advice>, Error> {
    let baseline = family.network(&Request::BASELINE)?.network;
    let base = convention.value(&baseline.ledger(), 1) as f64;
    let current = family.network(&Request { scale, ..Request::BASELINE })?.network;
    let count = |family: &Family, image: Option<[u64; 2]>| {
        let scaled = family.network(&Request { scale, image, ..Request::BASELINE });
        scaled.ok().map(|scaled| convention.value(&scaled.network.ledger(), 1) as f64 / base)
    };
    let rounded = nearest_repeats(family);
    let image = divisible_image(&baseline, &current);
    let to_nearest = "repeats rounded to the nearest instead of up";
    let mut found = Vec::new();
    let mut add = |change: String, ratio: Option<f64>| {
        found.extend(ratio.map(|ratio| Advice { change, ratio }));
    };
    if let Some(rounded) = &rounded {
        add(to_nearest.into(), count(rounded, None));
    }
    if let Some((image, stride)) = image {
        let pixels = format!(
            "an input of {}×{} px, which the total stride of {stride} divides",
            image[0], image[1]
        );
        add(pixels.clone(), count(family, Some(image)));
        if let Some(rounded) = &rounded {
            add(format!("{to_nearest} and {pixels}"), count(rounded, Some(image)));
        }
    }
    let off = |ratio: f64| (ratio / target).ln().abs();
    let now = off(convention.value(&current.ledger(), 1) as f64 / base);
    found.retain(|advice| off(advice.ratio) < WORTHWHILE * now);
    found.sort_by(|a, b| off(a.ratio).total_cmp(&off(b.ratio)));
    Ok(found)
}

/// The family with repeats rounded to the nearest, if it rounds them up.
fn nearest_repeats(family: &Family) -> Option<Family> {
    (family.rule.depth == Rounding::Ceil).then(|| {
        let mut rounded = family.clone();
        rounded.rule.depth = Rounding::Nearest;
        rounded
    })
}

/// The multiple of the total stride nearest to the input, and the stride; `None` if the stride divides the
/// input already.
fn divisible_image(baseline: &Network<u64>, current: &Network<u64>) -> Option<([u64; 2], u64)> {
    let stride = total_stride(baseline)?;
    let [height, width] = [current.input().height, current.input().width];
    let nearest = |side: u64| (side + stride / 2) / stride * stride;
    let image = [nearest(height).max(stride), nearest(width).max(stride)];
    (image != [height, width]).then_some((image, stride))
}

/// Pixels of the input per pixel of the smallest map larger than 1×1, along a side. `None` without strides, or if
/// the stride does not divide the baseline's own input.
pub(crate) fn total_stride(network: &Network<u64>) -> Option<u64> {
    let input = network.input();
    let maps = network.layers().iter().filter(|placed| placed.output.height > 1);
    let smallest = maps.map(|placed| placed.output.height).min()?;
    let stride = input.height.checked_div(smallest)?;
    (stride > 1 && input.height == stride * smallest).then_some(stride)
}
