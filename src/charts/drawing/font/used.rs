//! Which glyphs texts use.

use std::collections::{BTreeMap, BTreeSet};

use ttf_parser::GlyphId;

use crate::charts::drawing::font::metrics::Metrics;
use crate::charts::drawing::font::subset::Subset;
use crate::charts::drawing::shape::Text;

/// The subset of each typeface that texts use, by the typeface's number.
pub(crate) fn subsets(texts: &[&Text], metrics: &Metrics) -> BTreeMap<usize, Subset> {
    let mut used: BTreeMap<usize, BTreeMap<char, GlyphId>> = BTreeMap::new();
    for text in texts {
        for c in text.content.chars() {
            if let Some(glyph) = metrics.glyph(c, text.style.is_bold()) {
                used.entry(glyph.typeface).or_default().insert(c, glyph.id);
            }
        }
    }
    let subset = |(number, characters): (usize, BTreeMap<char, GlyphId>)| {
        Some((number, Subset::of(metrics.typefaces[number].data, characters)?))
    };
    used.into_iter().filter_map(subset).collect()
}

/// The characters of texts that no typeface has, each once.
pub(crate) fn unknown(texts: &[&Text], metrics: &Metrics) -> String {
    let mut unknown = BTreeSet::new();
    for text in texts {
        let is_bold = text.style.is_bold();
        let missing = |c: &char| metrics.glyph(*c, is_bold).is_none();
        unknown.extend(text.content.chars().filter(missing));
    }
    unknown.into_iter().collect()
}
