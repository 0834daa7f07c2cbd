//! Our plotters backend: drawing calls become clean SVG elements.
//!
//! plotters' own SVG backend knows no dashes, hover titles or halos, moves text by
//! renderer-dependent `dy`, and forgets the stroke width of rectangles. This one
//! writes baselines itself, and takes what the backend interface has no words for
//! from a pen that stands beside it and applies to the next shape only.

use crate::charts::drawing::attributes::{fill, halo, length, path_data, stroke};
use crate::charts::drawing::document::{UNITS_PER_PIXEL, coordinate, escape, hex};
use crate::charts::drawing::font::{ASCENT, TEXT_SIZE};
use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::rc::Rc;

/// The elements written so far, and the pen for the next one.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub body: String,
    pub pen: Pen,
    /// Attributes of the group that is open; shapes do not repeat them.
    pub group: String,
}

/// What plotters cannot say about a shape.
#[derive(Debug, Default)]
pub(crate) struct Pen {
    /// `stroke-dasharray`, in pixels.
    pub dash: Option<&'static str>,
    /// Hover text.
    pub tip: Option<String>,
    /// A stroke around a filled shape, or behind a text (a halo): colour, width in pixels.
    pub outline: Option<(RGBColor, f64)>,
}

/// Writes to a sheet that the caller keeps hold of.
#[derive(Debug)]
pub(crate) struct SvgBackend {
    pub sheet: Rc<RefCell<Sheet>>,
    /// Canvas in backend units.
    pub size: (u32, u32),
    /// Colour that needs no `fill` on a text.
    pub ink: RGBColor,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl SvgBackend {
    /// Writes `<name attributes…>` with the pen's title inside, and puts the pen down.
    fn element(&self, name: &str, attributes: &str) {
        let mut sheet = self.sheet.borrow_mut();
        let pen = std::mem::take(&mut sheet.pen);
        let body = &mut sheet.body;
        // Writing to a String cannot fail.
        let _ = match pen.tip {
            Some(tip) => {
                let tip = escape(&tip);
                writeln!(body, "<{name}{attributes}><title>{tip}</title></{name}>")
            }
            None => writeln!(body, "<{name}{attributes}/>"),
        };
    }

    /// Writes `text`, with the pen's outline as a halo, and puts the pen down.
    fn text_element(&self, attributes: &str, text: &str) {
        let mut sheet = self.sheet.borrow_mut();
        let pen = std::mem::take(&mut sheet.pen);
        let halo = pen.outline.map(|(colour, width)| halo(colour, width)).unwrap_or_default();
        let halo = if halo == sheet.group { "" } else { &halo };
        let text = escape(text);
        // Writing to a String cannot fail.
        let _ = writeln!(sheet.body, "<text{attributes}{halo}>{text}</text>");
    }

    /// Attributes of a line, unless the group has them.
    fn stroke(&self, colour: BackendColor, width: u32) -> String {
        let sheet = self.sheet.borrow();
        sheet.unless_grouped(stroke(rgb(colour), width, sheet.pen.dash))
    }

    /// Attributes of a filled shape, unless the group has them.
    fn fill(&self, colour: BackendColor) -> String {
        let sheet = self.sheet.borrow();
        sheet.unless_grouped(fill(rgb(colour), sheet.pen.outline))
    }
}

impl Sheet {
    fn unless_grouped(&self, attributes: String) -> String {
        if attributes == self.group { String::new() } else { attributes }
    }
}

impl DrawingBackend for SvgBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    /// Only bitmaps and plotters' fallback rasteriser set single pixels; charts use neither.
    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let ((left, top), (right, bottom)) = (upper_left, bottom_right);
        let paint = if fill {
            self.fill(style.color())
        } else {
            self.stroke(style.color(), style.stroke_width())
        };
        let place = format!(
            " x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
            coordinate(left),
            coordinate(top),
            coordinate(right.saturating_sub(left)),
            coordinate(bottom.saturating_sub(top)),
        );
        self.element("rect", &(place + &paint));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if style.color().alpha > 0.0 {
            let stroke = self.stroke(style.color(), style.stroke_width());
            let data = path_data(path);
            self.element("path", &format!(" d=\"{data}\"{stroke}"));
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        filled: bool,
    ) -> Drawn {
        let fill = if filled {
            self.fill(style.color())
        } else {
            self.stroke(style.color(), style.stroke_width())
        };
        let (x, y, r) = (coordinate(centre.0), coordinate(centre.1), length(radius));
        self.element("circle", &format!(" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{fill}"));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let fill = self.fill(style.color());
        let data = path_data(corners);
        self.element("path", &format!(" d=\"{data}Z\"{fill}"));
        Ok(())
    }

    /// `VPos::Bottom` means that the position is the baseline.
    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let down = match style.anchor().v_pos {
            VPos::Top => ASCENT,
            VPos::Center => ASCENT / 2.0,
            VPos::Bottom => 0.0,
        };
        let size = style.size() / f64::from(UNITS_PER_PIXEL);
        let baseline = f64::from(at.1) + down * style.size();
        #[allow(clippy::cast_possible_truncation)] // a float cast saturates
        let (x, y) = (coordinate(at.0), coordinate(baseline.round() as i32));
        let mut attributes = format!(" x=\"{x}\" y=\"{y}\"{anchor}");
        if (size - TEXT_SIZE).abs() > 0.01 {
            let _ = write!(attributes, " font-size=\"{size}\"");
        }
        if matches!(style.style(), FontStyle::Bold) {
            attributes.push_str(" font-weight=\"bold\"");
        }
        if rgb(style.color()) != self.ink {
            let _ = write!(attributes, " fill=\"{}\"", hex(rgb(style.color())));
        }
        self.text_element(&attributes, text);
        Ok(())
    }
}

fn rgb(colour: BackendColor) -> RGBColor {
    let (red, green, blue) = colour.rgb;
    RGBColor(red, green, blue)
}
