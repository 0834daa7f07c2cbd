//! What would bring the cost nearer to its rule: other roundings, and inputs that strides divide.

use crate::counting::convention::Convention;
use crate::counting::network::Network;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::rounding::Rounding;
use crate::families::scaling::Scale;

/// A change of the rule or of the input, and what the count would be with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The change, as words that follow "with".
    pub change: String,
    /// The count over the baseline's.
    pub ratio: f64,
}

/// An alternative is worth a word where it leaves less than this share of what is missing.
const WORTHWHILE: f64 = 0.75;

/// The changes that bring a count at a scale clearly nearer to `promised` times the baseline's, the
/// nearest first.
pub fn alternatives(
    family: &Family,
    convention: &Convention,
    scale: Scale,
    promised: f64,
) -> Result<Vec<Alternative>, Error> {
    let baseline = family.network(&Request::BASELINE)?.network;
    let base = convention.value(&baseline.cost(), 1) as f64;
    let own = family.network(&Request { scale, ..Request::BASELINE })?.network;
    let count = |family: &Family, image: Option<[u64; 2]>| {
        let scaled = family.network(&Request { scale, image, ..Request::BASELINE });
        scaled.ok().map(|scaled| convention.value(&scaled.network.cost(), 1) as f64 / base)
    };
    let rounded = nearest_repeats(family);
    let image = divisible_image(&baseline, &own);
    let to_nearest = "repeats rounded to the nearest instead of up";
    let mut found = Vec::new();
    let mut add = |change: String, ratio: Option<f64>| {
        found.extend(ratio.map(|ratio| Alternative { change, ratio }));
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
    let off = |ratio: f64| (ratio / promised).ln().abs();
    let now = off(convention.value(&own.cost(), 1) as f64 / base);
    found.retain(|alternative| off(alternative.ratio) < WORTHWHILE * now);
    found.sort_by(|a, b| off(a.ratio).total_cmp(&off(b.ratio)));
    Ok(found)
}

/// The family with repeats rounded to the nearest, where it rounds them up.
fn nearest_repeats(family: &Family) -> Option<Family> {
    (family.rule.depth == Rounding::Ceil).then(|| {
        let mut rounded = family.clone();
        rounded.rule.depth = Rounding::Nearest;
        rounded
    })
}

/// The multiple of the total stride that is nearest to the input, where the input is none, and the stride.
fn divisible_image(baseline: &Network<u64>, own: &Network<u64>) -> Option<([u64; 2], u64)> {
    let stride = total_stride(baseline)?;
    let [height, width] = [own.input().height, own.input().width];
    let nearest = |side: u64| (side + stride / 2) / stride * stride;
    let image = [nearest(height).max(stride), nearest(width).max(stride)];
    (image != [height, width]).then_some((image, stride))
}

/// Pixels of the input for one of the smallest map that is not a single position; none where no layer
/// strides over its map, or the baseline's input is itself no multiple.
#[must_use]
pub fn total_stride(network: &Network<u64>) -> Option<u64> {
    let input = network.input();
    let maps = network.placed().iter().filter(|placed| placed.output.height > 1);
    let smallest = maps.map(|placed| placed.output.height).min()?;
    let stride = input.height.checked_div(smallest)?;
    (stride > 1 && input.height == stride * smallest).then_some(stride)
}
