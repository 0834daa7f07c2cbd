//! The size and the text of a chart: those of its chart file, unless the arguments name others.

use std::path::Path;

use phiscale::charts::drawing::{Font, Fonts, Length, Look, Size, Theme};
use phiscale::{Diagnostic, Error};

use super::Arguments;
use crate::cli::input::Input;

/// Maximum size of a font file, in bytes.
const MAX_FONT_BYTES: u64 = 32 << 20;

/// The size and the text of a chart; what is not given is left to the chart.
#[derive(Clone, Default)]
pub(super) struct Page {
    pub size: Option<Size>,
    pub font_size: Option<Length>,
    /// The regular font, and perhaps the bold one.
    pub fonts: Vec<Font>,
}

/// How a chart looks that has this page in its chart file.
pub(super) fn look(arguments: &Arguments, theme: Theme, page: &Page) -> Result<Look, Error> {
    let own = arguments.font.iter().map(|path| font(path)).collect::<Result<Vec<_>, _>>()?;
    let fonts = if own.is_empty() { &page.fonts } else { &own };
    if fonts.len() > 2 {
        let message = "a chart has two fonts at most: the regular and the bold one";
        return Err(Error::new(message));
    }
    let mut fonts = fonts.iter().cloned();
    Ok(Look {
        theme,
        size: arguments.size.or(page.size).unwrap_or_default(),
        font_size: arguments.font_size.or(page.font_size),
        fonts: fonts.next().map(|regular| Fonts { regular, bold: fonts.next() }),
        text: arguments.text,
    })
}

/// Reads a font file.
pub(super) fn font(path: &Path) -> Result<Font, Error> {
    let data = Input::open(&path.to_string_lossy())?.bytes(MAX_FONT_BYTES, "a font")?;
    Font::read(data).map_err(|error| {
        let help = "give a TrueType or OpenType file: --font FILE.ttf";
        Diagnostic::new(format!("{}: {error}", path.display())).help(help).into()
    })
}
