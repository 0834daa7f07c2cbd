//! Our plotters backend: drawing calls become SVG elements.
//!
//! plotters' own SVG backend knows no dashes, hover texts or halos, and shifts text by a `dy` that
//! viewers treat differently. Ours writes baselines itself, and takes from a pen beside it what
//! the backend's interface cannot carry.

use crate::charts::drawing::font::TEXT_SIZE;
use crate::charts::drawing::shape::Paint;
use crate::charts::drawing::svg::attributes::{attributes, path_data};
use crate::charts::drawing::svg::document::{UNITS_PER_PIXEL, coordinate, hex};
use crate::charts::drawing::text::escape;
use plotters::style::RGBColor;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;

/// The elements written so far, and the pen for the next one.
#[derive(Default)]
pub(crate) struct Sheet {
    pub body: String,
    pub pen: Pen,
    /// Paint of the open group, which elements do not repeat.
    pub group: Option<Paint>,
}

/// Paint and hover text of the next element.
#[derive(Default)]
pub(crate) struct Pen {
    pub paint: Option<Paint>,
    pub tooltip: Option<String>,
}

/// Writes to a sheet that the caller keeps hold of.
pub(crate) struct SvgBackend<'a> {
    pub sheet: &'a RefCell<Sheet>,
    /// Width and height of the canvas in backend units.
    pub size: (u32, u32),
    /// Text in this colour needs no `fill`.
    pub ink: RGBColor,
}

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

impl SvgBackend<'_> {
    /// Writes an element with the pen's paint and with `content`, or else the pen's hover text,
    /// inside.
    fn write(&self, name: &str, geometry: &str, content: Option<&str>) {
        let mut sheet = self.sheet.borrow_mut();
        let Pen { paint, tooltip } = std::mem::take(&mut sheet.pen);
        let paint = if paint == sheet.group { None } else { paint };
        let paint = paint.map(attributes).unwrap_or_default();
        let body = &mut sheet.body;
        // Writing to a String cannot fail.
        let _ = match (content, tooltip) {
            (Some(text), _) => writeln!(body, "<{name}{geometry}{paint}>{}</{name}>", escape(text)),
            (None, Some(tooltip)) => {
                let tooltip = escape(&tooltip);
                writeln!(body, "<{name}{geometry}{paint}><title>{tooltip}</title></{name}>")
            }
            (None, None) => writeln!(body, "<{name}{geometry}{paint}/>"),
        };
    }
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    /// Only bitmaps and plotters' fallback rasteriser set single pixels; charts use neither.
    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Outcome {
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        _: &S,
    ) -> Outcome {
        self.write("path", &format!(" d=\"{}\"", path_data(path)), None);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        _: &S,
    ) -> Outcome {
        self.write("path", &format!(" d=\"{}Z\"", path_data(corners)), None);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        _: &S,
        _: bool,
    ) -> Outcome {
        let radius = i32::try_from(radius).unwrap_or(i32::MAX);
        let (x, y, r) = (coordinate(centre.0), coordinate(centre.1), coordinate(radius));
        self.write("circle", &format!(" cx=\"{x}\" cy=\"{y}\" r=\"{r}\""), None);
        Ok(())
    }

    /// The position is on the baseline, whatever the vertical anchor.
    fn draw_text<T: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &T,
        at: BackendCoord,
    ) -> Outcome {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let (x, y) = (coordinate(at.0), coordinate(at.1));
        let mut attributes = format!(" x=\"{x}\" y=\"{y}\"{anchor}");
        let size = style.size() / f64::from(UNITS_PER_PIXEL);
        if (size - TEXT_SIZE).abs() > 0.01 {
            let _ = write!(attributes, " font-size=\"{size}\"");
        }
        if matches!(style.style(), FontStyle::Bold) {
            attributes.push_str(" font-weight=\"bold\"");
        }
        let (red, green, blue) = style.color().rgb;
        let colour = RGBColor(red, green, blue);
        if colour != self.ink {
            let _ = write!(attributes, " fill=\"{}\"", hex(colour));
        }
        self.write("text", &attributes, Some(text));
        Ok(())
    }
}
