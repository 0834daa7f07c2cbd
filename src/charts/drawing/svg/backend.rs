//! Our plotters backend: drawing calls become SVG elements.
//!
//! plotters' own SVG backend knows no dashes, hover texts or halos, and shifts text by a `dy` that
//! viewers treat differently. Ours takes everything but the geometry from a pen.

use crate::charts::drawing::svg::attributes::{path_data, rects_data};
use crate::charts::drawing::svg::document::coordinate;
use crate::charts::drawing::text::escape;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;

/// The elements written so far, and the pen for the next one.
#[derive(Default)]
pub(crate) struct Sheet {
    pub body: String,
    pub pen: Pen,
}

/// What the next element has besides its geometry.
#[derive(Default)]
pub(crate) struct Pen {
    pub attributes: String,
    /// Hover text.
    pub tooltip: Option<String>,
}

/// Writes to a sheet that the caller owns.
pub(crate) struct SvgBackend<'a> {
    pub sheet: &'a RefCell<Sheet>,
    /// Width and height of the canvas in backend units.
    pub size: (u32, u32),
}

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

impl Sheet {
    /// Writes rectangles, each by two opposite corners, as one path with sharp edges.
    pub(crate) fn rects(&mut self, rects: impl Iterator<Item = [BackendCoord; 2]>) {
        let geometry = format!(" shape-rendering=\"crispEdges\" d=\"{}\"", rects_data(rects));
        self.write("path", &geometry, None);
    }

    /// Writes an element around `text`, or else around the pen's hover text.
    fn write(&mut self, name: &str, geometry: &str, text: Option<&str>) {
        let Pen { attributes, tooltip } = std::mem::take(&mut self.pen);
        let body = &mut self.body;
        // Writing to a String cannot fail.
        let _ = write!(body, "<{name}{geometry}{attributes}");
        let _ = match (text, tooltip) {
            (Some(text), _) => writeln!(body, ">{}</{name}>", escape(text)),
            (None, Some(tooltip)) => {
                writeln!(body, "><title>{}</title></{name}>", escape(&tooltip))
            }
            (None, None) => writeln!(body, "/>"),
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
        self.sheet.borrow_mut().write("path", &format!(" d=\"{}\"", path_data(path)), None);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        _: &S,
    ) -> Outcome {
        self.sheet.borrow_mut().write("path", &format!(" d=\"{}Z\"", path_data(corners)), None);
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
        self.sheet.borrow_mut().write("circle", &format!(" cx=\"{x}\" cy=\"{y}\" r=\"{r}\""), None);
        Ok(())
    }

    /// The position is on the baseline.
    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, _: &T, at: BackendCoord) -> Outcome {
        let (x, y) = (coordinate(at.0), coordinate(at.1));
        self.sheet.borrow_mut().write("text", &format!(" x=\"{x}\" y=\"{y}\""), Some(text));
        Ok(())
    }
}
