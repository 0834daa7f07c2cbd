//! The fonts of a PDF, each embedded with the glyphs that it uses.

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use ttf_parser::{RawFace, Tag};

use crate::charts::drawing::font::{Key, Subset, Typeface};
use crate::charts::drawing::pdf::compressed;

/// Text holds the numbers of glyphs, in no other order than the font's.
const SYSTEM: SystemInfo =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Objects of a font: itself, its glyphs' widths, its descriptor, its characters, its file.
const OBJECTS: i32 = 5;

/// The subset of a typeface as a font of the page.
pub(crate) struct PdfFont<'a> {
    pub key: Key,
    pub typeface: &'a Typeface<'a>,
    pub subset: Subset,
    /// Its name on the page.
    pub name: String,
    /// Its number among the fonts of the page.
    pub index: i32,
}

impl PdfFont<'_> {
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
        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(glyphs)
            .to_unicode(characters);
        self.write_glyphs(pdf, (glyphs, descriptor), name);
        self.write_descriptor(pdf, (descriptor, file), name);
        let mut map = UnicodeCmap::new(Name(b"Characters"), SYSTEM);
        for (&c, &glyph) in &self.subset.glyphs {
            map.pair(glyph, c);
        }
        let map = compressed(&map.finish());
        pdf.cmap(characters, &map).filter(Filter::FlateDecode);
        self.write_file(pdf, file);
    }

    /// The outlines of a CFF font stand in a table; those of a TrueType font need the whole file.
    fn compact_outlines(&self) -> Option<Vec<u8>> {
        let face = RawFace::parse(&self.subset.data, 0).ok()?;
        Some(face.table(Tag::from_bytes(b"CFF "))?.to_vec())
    }

    fn write_glyphs(&self, pdf: &mut Pdf, (reference, descriptor): (Ref, Ref), name: Name) {
        let is_compact = self.compact_outlines().is_some();
        let mut font = pdf.cid_font(reference);
        font.subtype(if is_compact { CidFontType::Type0 } else { CidFontType::Type2 });
        font.base_font(name).system_info(SYSTEM).font_descriptor(descriptor).default_width(0.0);
        if !is_compact {
            font.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let mut widths = font.widths();
        for (&c, &glyph) in &self.subset.glyphs {
            let width = self.typeface.face.glyph_index(c);
            let width = width.and_then(|glyph| self.typeface.face.glyph_hor_advance(glyph));
            widths.consecutive(glyph, [self.thousandths(width.unwrap_or_default())]);
        }
        widths.finish();
    }

    fn write_descriptor(&self, pdf: &mut Pdf, (reference, file): (Ref, Ref), name: Name) {
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
        let mut descriptor = pdf.font_descriptor(reference);
        descriptor.name(name).flags(FontFlags::SYMBOLIC).bbox(bounds);
        descriptor.italic_angle(face.italic_angle()).ascent(ascent);
        descriptor.descent(self.thousandths(face.descender())).cap_height(capitals);
        // Readers use the thickness of stems only to replace a font that is missing.
        descriptor.stem_v(if self.key.0 { 140.0 } else { 90.0 });
        if self.compact_outlines().is_some() {
            descriptor.font_file3(file);
        } else {
            descriptor.font_file2(file);
        }
    }

    fn write_file(&self, pdf: &mut Pdf, reference: Ref) {
        let outlines = self.compact_outlines();
        let data = compressed(outlines.as_ref().unwrap_or(&self.subset.data));
        let mut stream = pdf.stream(reference, &data);
        stream.filter(Filter::FlateDecode);
        if outlines.is_some() {
            stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        } else if let Ok(length) = i32::try_from(self.subset.data.len()) {
            stream.pair(Name(b"Length1"), length);
        }
    }

    /// The family without spaces, after six letters that mark a subset and differ between the fonts of a page.
    fn post_script_name(&self) -> String {
        let letter = char::from(b'A' + u8::try_from(self.index % 26).unwrap_or_default());
        let family: String = self.typeface.family.split_whitespace().collect();
        let weight = if self.key.0 { "-Bold" } else { "" };
        format!("PHISC{letter}+{family}{weight}")
    }

    /// A length in units of the font as thousandths of an em.
    fn thousandths(&self, units: impl Into<f32>) -> f32 {
        let em = f32::from(self.typeface.face.units_per_em());
        (units.into() * 1000.0 / em * 10.0).round() / 10.0
    }
}
