//! Which glyphs texts use.

use std::collections::{BTreeMap, BTreeSet};

use ttf_parser::GlyphId;

use crate::charts::drawing::font::metrics::Metrics;
use crate::charts::drawing::font::subset::Subset;
use crate::charts::drawing::shape::Text;

/// A typeface by its weight and its number among those of that weight.
pub(crate) type Key = (bool, usize);

/// The subset of each typeface that texts use.
pub(crate) fn subsets(texts: &[&Text], metrics: &Metrics) -> BTreeMap<Key, Subset> {
    let mut used: BTreeMap<Key, BTreeMap<char, GlyphId>> = BTreeMap::new();
    for text in texts {
        let is_bold = text.style.is_bold();
        for c in text.content.chars() {
            if let Some(glyph) = metrics.glyph(c, is_bold) {
                used.entry((is_bold, glyph.typeface)).or_default().insert(c, glyph.id);
            }
        }
    }
    let subset = |((is_bold, number), characters): (Key, BTreeMap<char, GlyphId>)| {
        let typeface = &metrics.typefaces(is_bold)[number];
        Some(((is_bold, number), Subset::of(typeface.data, characters)?))
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
