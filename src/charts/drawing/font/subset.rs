//! The glyphs of a typeface that a picture uses, as a font that it can embed.

use std::collections::BTreeMap;

use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId, RawFace, Tag};

/// The format of `cmap` with groups of consecutive characters.
const GROUPED_CHARACTERS: u16 = 12;

/// Some glyphs of a typeface.
pub(crate) struct Subset {
    /// The font with these glyphs alone, and without a table of characters.
    pub data: Vec<u8>,
    /// The number of each character's glyph in it.
    pub glyphs: BTreeMap<char, u16>,
}

impl Subset {
    /// `None` where the font cannot be taken apart.
    pub(crate) fn of(
        font: &[u8],
        characters: impl IntoIterator<Item = (char, GlyphId)>,
    ) -> Option<Self> {
        let mut numbers = GlyphRemapper::new();
        let characters = characters.into_iter();
        let glyphs = characters.map(|(c, glyph)| (c, numbers.remap(glyph.0))).collect();
        Some(Self { data: subsetter::subset(font, 0, &numbers).ok()?, glyphs })
    }
}

/// A subset as a font that browsers accept: with a table of characters, and the tables that a PDF does without.
pub(crate) fn web_font(original: &Face, subset: &Subset) -> Option<Vec<u8>> {
    let face = RawFace::parse(&subset.data, 0).ok()?;
    let mut tables: BTreeMap<Tag, Vec<u8>> = BTreeMap::new();
    for record in face.table_records {
        tables.insert(record.tag, face.table(record.tag)?.to_vec());
    }
    let metrics = Tag::from_bytes(b"OS/2");
    tables.insert(metrics, original.raw_face().table(metrics)?.to_vec());
    tables.insert(Tag::from_bytes(b"cmap"), character_table(&subset.glyphs));
    Some(sfnt(subset.data.get(..4)?, &tables))
}

/// A `cmap` table of one group for each character.
fn character_table(glyphs: &BTreeMap<char, u16>) -> Vec<u8> {
    let count = u32::try_from(glyphs.len()).unwrap_or_default();
    let mut table = Vec::new();
    // Version 0 with one subtable, 12 bytes on: platform 3 (Windows), encoding 10 (all of Unicode).
    for number in [0, 1, 3, 10_u16] {
        table.extend(number.to_be_bytes());
    }
    table.extend(12_u32.to_be_bytes());
    table.extend(GROUPED_CHARACTERS.to_be_bytes());
    table.extend([0, 0]);
    for number in [16 + 12 * count, 0, count] {
        table.extend(number.to_be_bytes());
    }
    for (&c, &glyph) in glyphs {
        for number in [c.into(), c.into(), u32::from(glyph)] {
            table.extend(number.to_be_bytes());
        }
    }
    table
}

/// An OpenType file of these tables: a directory with their checksums, then the tables, each padded to four bytes.
fn sfnt(flavor: &[u8], tables: &BTreeMap<Tag, Vec<u8>>) -> Vec<u8> {
    let count = u16::try_from(tables.len()).unwrap_or_default();
    let log = count.max(1).ilog2();
    let range = 16_u16 << log;
    let mut file = flavor.to_vec();
    #[allow(clippy::cast_possible_truncation)] // at most 15
    for number in [count, range, log as u16, 16 * count - range] {
        file.extend(number.to_be_bytes());
    }
    let mut offset = 12 + 16 * u32::from(count);
    for (tag, data) in tables {
        let length = u32::try_from(data.len()).unwrap_or_default();
        file.extend(tag.to_bytes());
        for number in [checksum(data), offset, length] {
            file.extend(number.to_be_bytes());
        }
        offset += length.next_multiple_of(4);
    }
    for data in tables.values() {
        file.extend(data);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}

/// The sum of a table's words.
fn checksum(data: &[u8]) -> u32 {
    let word = |chunk: &[u8]| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        u32::from_be_bytes(word)
    };
    data.chunks(4).fold(0, |sum: u32, chunk| sum.wrapping_add(word(chunk)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::charts::drawing::font::Metrics;

    #[test]
    fn a_web_font_has_the_characters_and_their_widths() {
        let metrics = Metrics::of(None);
        for is_bold in [false, true] {
            let typeface = &metrics.typefaces[usize::from(is_bold)];
            let text = "EfficientNet-B0 é φ×²";
            let glyph = |c| (c, metrics.glyph(c, is_bold).unwrap().id);
            let subset = Subset::of(typeface.data, text.chars().map(glyph)).unwrap();
            let font = web_font(&typeface.face, &subset).unwrap();
            assert!(font.len() < 12_000, "{} bytes", font.len());
            let face = Face::parse(&font, 0).unwrap();
            for c in text.chars() {
                let (old, new) = (glyph(c).1, face.glyph_index(c).unwrap());
                let width = |face: &Face, glyph| face.glyph_hor_advance(glyph).unwrap();
                assert_eq!(width(&face, new), width(&typeface.face, old), "{c}");
                let shape = |face: &Face, glyph| face.glyph_bounding_box(glyph);
                assert_eq!(shape(&face, new), shape(&typeface.face, old), "{c}");
            }
            assert_eq!(face.glyph_index('z'), None);
        }
    }
}
