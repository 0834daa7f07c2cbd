//! The fonts of a PDF, each embedded with the glyphs that it uses.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::writers::{CidFont, FontDescriptor};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use ttf_parser::{RawFace, Tag};

use crate::charts::drawing::font::{Subset, Typeface, Weights};
use crate::charts::drawing::pdf::compressed;

/// Text is written as the font's own glyph numbers.
const SYSTEM: SystemInfo =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Objects of a font: itself, its glyphs' widths, its descriptor, its characters, its file.
const OBJECTS: i32 = 5;

/// The subset of a typeface as a font of the page.
pub(crate) struct PdfFont<'a> {
    /// The typeface's number among all.
    pub number: usize,
    pub typeface: &'a Typeface<'a>,
    pub subset: Subset,
    /// Its number among the fonts of the page.
    pub index: i32,
}

impl PdfFont<'_> {
    /// Its name on the page.
    pub(crate) fn name(&self) -> String {
        format!("F{}", self.index)
    }

    /// The font's first object, if those of all fonts start at `first`.
    pub(crate) fn reference(&self, first: i32) -> Ref {
        Ref::new(first + OBJECTS * self.index)
    }

    /// Writes all objects of the font.
    pub(crate) fn write(&self, pdf: &mut Pdf, first: i32) {
        let font = self.reference(first);
        let [glyphs, descriptor, characters, file] =
            [1, 2, 3, 4].map(|offset| Ref::new(font.get() + offset));
        let name = self.post_script_name();
        let name = Name(name.as_bytes());
        // A CFF font is embedded as its table of outlines, a TrueType font as a whole.
        let parsed = RawFace::parse(&self.subset.data, 0).ok();
        let outlines = parsed.and_then(|face| face.table(Tag::from_bytes(b"CFF ")));
        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(glyphs)
            .to_unicode(characters);
        let mut cid_font = pdf.cid_font(glyphs);
        cid_font.base_font(name).system_info(SYSTEM).font_descriptor(descriptor);
        self.write_widths(&mut cid_font, outlines.is_some());
        cid_font.finish();
        let mut described = pdf.font_descriptor(descriptor);
        described.name(name);
        self.describe(&mut described);
        match outlines {
            Some(_) => described.font_file3(file),
            None => described.font_file2(file),
        };
        described.finish();
        pdf.cmap(characters, &compressed(&self.characters())).filter(Filter::FlateDecode);
        let data = compressed(outlines.unwrap_or(&self.subset.data));
        let mut stream = pdf.stream(file, &data);
        stream.filter(Filter::FlateDecode);
        if outlines.is_some() {
            stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        } else if let Ok(length) = i32::try_from(self.subset.data.len()) {
            stream.pair(Name(b"Length1"), length);
        }
    }

    /// Each glyph with its character. Of several characters with one glyph, such as Δ (Greek) and ∆ (increment), the
    /// first is the more common.
    fn glyphs(&self) -> BTreeMap<u16, char> {
        let mut glyphs = BTreeMap::new();
        for (&c, &glyph) in &self.subset.glyphs {
            glyphs.entry(glyph).or_insert(c);
        }
        glyphs
    }

    /// The map from glyphs to characters, for searching and copying text.
    fn characters(&self) -> Vec<u8> {
        let mut map = UnicodeCmap::new(Name(b"Characters"), SYSTEM);
        for (glyph, c) in self.glyphs() {
            map.pair(glyph, c);
        }
        map.finish().into_vec()
    }

    fn write_widths(&self, font: &mut CidFont, has_outlines_alone: bool) {
        if has_outlines_alone {
            font.subtype(CidFontType::Type0);
        } else {
            font.subtype(CidFontType::Type2).cid_to_gid_map_predefined(Name(b"Identity"));
        }
        font.default_width(0.0);
        let face = &self.typeface.face;
        let mut widths = font.widths();
        for (glyph, c) in self.glyphs() {
            let width = face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph));
            widths.consecutive(glyph, [self.thousandths(width.unwrap_or_default())]);
        }
    }

    fn describe(&self, descriptor: &mut FontDescriptor) {
        let face = &self.typeface.face;
        let bounds = face.global_bounding_box();
        let bounds = Rect::new(
            self.thousandths(bounds.x_min),
            self.thousandths(bounds.y_min),
            self.thousandths(bounds.x_max),
            self.thousandths(bounds.y_max),
        );
        let ascent = self.thousandths(face.ascender());
        let capitals = face.capital_height().map_or(ascent, |height| self.thousandths(height));
        descriptor.flags(FontFlags::SYMBOLIC).bbox(bounds);
        descriptor.italic_angle(face.italic_angle()).ascent(ascent);
        descriptor.descent(self.thousandths(face.descender())).cap_height(capitals);
        // Readers use the thickness of stems only to replace a font that is missing.
        descriptor.stem_v(if self.typeface.weights == Weights::Bold { 140.0 } else { 90.0 });
    }

    /// The family without spaces, after six letters that mark a subset and differ between the fonts of a page.
    fn post_script_name(&self) -> String {
        let letter = char::from(b'A' + u8::try_from(self.index % 26).unwrap_or_default());
        let family: String = self.typeface.family.split_whitespace().collect();
        let weight = if self.typeface.weights == Weights::Bold { "-Bold" } else { "" };
        format!("PHISC{letter}+{family}{weight}")
    }

    /// A length in units of the font as thousandths of an em.
    fn thousandths(&self, units: impl Into<f32>) -> f32 {
        let em = f32::from(self.typeface.face.units_per_em());
        (units.into() * 1000.0 / em * 10.0).round() / 10.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::charts::drawing::font::Metrics;

    #[test]
    fn each_glyph_is_one_character_even_beyond_sixteen_bits() {
        let metrics = Metrics::of(None);
        let typeface = &metrics.typefaces[0];
        let glyph = |c| typeface.face.glyph_index(c).unwrap();
        let characters = [('Δ', glyph('Δ')), ('∆', glyph('Δ')), ('𝟎', glyph('0'))];
        let subset = Subset::of(typeface.data, characters).unwrap();
        let font = PdfFont { number: 0, typeface, subset, index: 0 };
        let map = String::from_utf8(font.characters()).unwrap();
        assert!(
            map.contains("2 beginbfchar\n<0001> <0394>\n<0002> <D835DFCE>\nendbfchar"),
            "{map}"
        );
    }
}
