//! Font files: the embedded one, and those that a user names.

use std::borrow::Cow;
use std::fmt;

use ttf_parser::{Face, Permissions, name_id};

use crate::charts::drawing::error::PlotError;
use crate::charts::drawing::font::subset::Subset;

/// DejaVu Sans: Latin, Greek and the mathematical signs that charts need.
const REGULAR: &[u8] = include_bytes!("DejaVuSans-subset.ttf");
/// The same in bold, for titles and the hero's labels.
const BOLD: &[u8] = include_bytes!("DejaVuSans-Bold-subset.ttf");
const FAMILY: &str = "DejaVu Sans";

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
    /// Reads a TrueType or OpenType font. Of a collection or a variable font, the first or the default one is taken.
    ///
    /// # Errors
    ///
    /// When `data` is another kind of file, or its licence forbids embedding.
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
        if face.permissions() == Some(Permissions::Restricted) || !face.is_subsetting_allowed() {
            return refused("its licence forbids embedding a part of it");
        }
        let family = family(&face);
        let Some(glyph) = face.glyph_index('0') else {
            return refused("it has no digits");
        };
        if Subset::of(&data, [('0', glyph)]).is_none() {
            return refused("its glyphs have no outlines that can be embedded");
        }
        Ok(Font { family, data: data.into() })
    }
}

impl fmt::Debug for Font {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Font({:?}, {} bytes)", self.family, self.data.len())
    }
}

/// The family's name without characters that CSS would need to quote.
fn family(face: &Face) -> String {
    let ids = [name_id::TYPOGRAPHIC_FAMILY, name_id::FAMILY];
    let find = |id| {
        face.names().into_iter().filter(|name| name.name_id == id).find_map(|name| name.to_string())
    };
    let name = ids.into_iter().find_map(find).unwrap_or_default();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    let plain: String = name.chars().filter(is_plain).collect();
    match plain.trim() {
        "" => "Chart font".into(),
        plain => plain.into(),
    }
}

/// A font that was parsed.
pub(crate) struct Typeface<'a> {
    pub data: &'a [u8],
    /// The family that it stands for, which has a regular and a bold typeface.
    pub family: &'a str,
    pub face: Face<'a>,
}

/// The typefaces of one weight, in the order in which they are tried for a character: the user's, the embedded one.
pub(crate) fn typefaces(fonts: Option<&Fonts>, is_bold: bool) -> Vec<Typeface<'_>> {
    let own = fonts.map(|fonts| {
        let bold = fonts.bold.as_ref().filter(|_| is_bold);
        (&*bold.unwrap_or(&fonts.regular).data, &*fonts.regular.family)
    });
    let embedded = (if is_bold { BOLD } else { REGULAR }, FAMILY);
    let parsed = |(data, family)| Some(Typeface { data, family, face: Face::parse(data, 0).ok()? });
    own.into_iter().chain([embedded]).filter_map(parsed).collect()
}

/// The families that text asks for. Verdana is nearly as wide as the embedded font, so labels fit their boxes in
/// programs that ignore embedded fonts.
pub(crate) fn families(fonts: Option<&Fonts>) -> String {
    let own = fonts.map(|fonts| format!("{}, ", fonts.regular.family)).unwrap_or_default();
    format!("{own}{FAMILY}, Verdana, sans-serif")
}
