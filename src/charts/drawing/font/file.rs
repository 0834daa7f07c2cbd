//! Font files: the embedded one, and those that a user names.

use std::borrow::Cow;
use std::fmt;

use ttf_parser::{Face, Permissions, name_id};

use crate::charts::drawing::error::PlotError;
use crate::charts::drawing::font::subset::{Subset, web_font};

/// DejaVu Sans: Latin, Greek and the mathematical signs that charts need.
const REGULAR: &[u8] = include_bytes!("DejaVuSans-subset.ttf");
/// The same in bold, for titles and the hero's labels.
const BOLD: &[u8] = include_bytes!("DejaVuSans-Bold-subset.ttf");
const FAMILY: &str = "DejaVu Sans";

/// Maximum characters of a family's name; names in PDFs are limited.
const MAX_FAMILY: usize = 60;

/// A TrueType or OpenType font that may be embedded.
#[derive(Clone, PartialEq)]
pub struct Font {
    data: Cow<'static, [u8]>,
    family: String,
}

/// A user's fonts. Characters that they lack are taken from the embedded font.
#[derive(Clone, Debug, PartialEq)]
pub struct Fonts {
    /// The font of most text.
    pub regular: Font,
    /// The font of bold text; `None` for `regular`.
    pub bold: Option<Font>,
}

impl Font {
    /// Reads a TrueType or OpenType font. A variable font is taken at its default.
    ///
    /// # Errors
    ///
    /// When `data` is another kind of file, damaged, or not allowed to be embedded by its licence.
    pub fn read(data: Vec<u8>) -> Result<Font, PlotError> {
        let refused = |reason: &'static str| Err(PlotError::BadFont { reason });
        match data.get(..4) {
            Some(b"wOFF" | b"wOF2") => {
                return refused(
                    "it is a web font; give the TrueType or OpenType font that it was made from",
                );
            }
            Some(b"ttcf") => {
                return refused("it is a collection of fonts; give one of them as its own file");
            }
            _ => {}
        }
        let Ok(face) = Face::parse(&data, 0) else {
            return refused("it is neither a TrueType nor an OpenType font");
        };
        if face.tables().os2.is_none() {
            return refused("it has no table OS/2, which browsers need");
        }
        if face.permissions() == Some(Permissions::Restricted) || !face.is_subsetting_allowed() {
            return refused("its licence forbids embedding a part of it");
        }
        let Some(glyph) = face.glyph_index('0') else { return refused("it has no digits") };
        if face.glyph_hor_advance(glyph).unwrap_or_default() == 0 {
            return refused("its digits have no width");
        }
        if face.glyph_bounding_box(glyph).is_none() {
            return refused("its digits have no outlines");
        }
        let digit = Subset::of(&data, [('0', glyph)]);
        if digit.and_then(|digit| web_font(&face, &digit)).is_none() {
            return refused("it is damaged, or its glyphs have no outlines that can be embedded");
        }
        let family = family(&face);
        Ok(Font { family, data: data.into() })
    }
}

impl fmt::Debug for Font {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Font({:?}, {} bytes)", self.family, self.data.len())
    }
}

/// The family's name without characters that would end a quoted name.
fn family(face: &Face) -> String {
    let ids = [name_id::TYPOGRAPHIC_FAMILY, name_id::FAMILY];
    let find = |id| {
        face.names().into_iter().filter(|name| name.name_id == id).find_map(|name| name.to_string())
    };
    let name = ids.into_iter().find_map(find).unwrap_or_default();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    let plain: String = name.chars().filter(is_plain).take(MAX_FAMILY).collect();
    // CSS reads several spaces as one.
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.is_empty() { "Chart font".into() } else { words.join(" ") }
}

/// A font that was parsed.
pub(crate) struct Typeface<'a> {
    pub data: &'a [u8],
    /// The family that it stands for.
    pub family: &'a str,
    /// The weights that it stands for in its family.
    pub weights: Weights,
    pub face: Face<'a>,
}

/// The weights of text for which a typeface is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weights {
    Regular,
    Bold,
    Both,
}

impl Weights {
    pub(crate) fn has(self, is_bold: bool) -> bool {
        match self {
            Weights::Regular => !is_bold,
            Weights::Bold => is_bold,
            Weights::Both => true,
        }
    }
}

/// The typefaces in the order in which they are tried for a character: the user's, the embedded ones.
pub(crate) fn typefaces(fonts: Option<&Fonts>) -> Vec<Typeface<'_>> {
    let own = fonts.into_iter().flat_map(|Fonts { regular, bold }| {
        let weights = if bold.is_some() { Weights::Regular } else { Weights::Both };
        let bold = bold.as_ref().map(|bold| (&*bold.data, &*regular.family, Weights::Bold));
        [Some((&*regular.data, &*regular.family, weights)), bold].into_iter().flatten()
    });
    let embedded = [(REGULAR, FAMILY, Weights::Regular), (BOLD, FAMILY, Weights::Bold)];
    let parsed = |(data, family, weights)| {
        Some(Typeface { data, family, weights, face: Face::parse(data, 0).ok()? })
    };
    own.chain(embedded).filter_map(parsed).collect()
}

/// The families that text asks for. Verdana is nearly as wide as the embedded font, so labels fit their boxes in
/// programs that ignore embedded fonts.
pub(crate) fn families(fonts: Option<&Fonts>) -> String {
    // Unquoted, a name with a number, or `inherit`, would void the whole list.
    let own = fonts.map(|fonts| format!("'{}', ", fonts.regular.family)).unwrap_or_default();
    format!("{own}{FAMILY}, Verdana, sans-serif")
}
