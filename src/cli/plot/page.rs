//! The size and the fonts of a chart: those of its chart file, unless the arguments name others.

use std::path::Path;

use phiscale::charts::drawing::{Font, Fonts, Length, Look, PlotError, Size, Theme};
use phiscale::{Diagnostic, Error};

use super::Arguments;
use crate::cli::files::read_bytes;

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

/// How a chart looks that has this page.
pub(super) fn look(arguments: &Arguments, theme: Theme, page: &Page) -> Look {
    let mut fonts = page.fonts.iter().cloned();
    Look {
        theme,
        size: arguments.size.or(page.size).unwrap_or_default(),
        font_size: arguments.font_size.or(page.font_size),
        fonts: fonts.next().map(|regular| Fonts { regular, bold: fonts.next() }),
        text: arguments.text,
    }
}

/// Reads the regular and the bold font, each with `font`.
pub(super) fn fonts<P>(
    paths: &[P],
    font: impl FnMut(&P) -> Result<Font, Error>,
) -> Result<Vec<Font>, Error> {
    if paths.len() > 2 {
        let message = "a chart has two fonts at most: the regular and the bold one";
        return Err(Error::new(message));
    }
    paths.iter().map(font).collect()
}

/// Where a font is found.
const WHERE: &str = "a font is named by its file; `fc-list` says where those of the system lie";

/// Reads a font file.
pub(super) fn font(path: &Path) -> Result<Font, Error> {
    let name = path.to_string_lossy();
    let data = read_bytes(&name, MAX_FONT_BYTES, "a font");
    let data = data.map_err(|error| error.map(|problem| problem.help(WHERE)))?;
    Font::read(data).map_err(|error| {
        let reason = match error {
            PlotError::BadFont { reason } => reason.to_string(),
            other => other.to_string(),
        };
        let problem = Diagnostic::new(format!("cannot use {} as a font: {reason}", path.display()));
        problem.help("a font is a TrueType or OpenType file: .ttf or .otf").into()
    })
}
