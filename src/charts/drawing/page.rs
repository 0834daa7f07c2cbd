//! The page a chart is drawn on: plotters' drawing area in pixels, with our pen.

use crate::charts::drawing::attributes;
use crate::charts::drawing::backend::{Pen, Sheet, SvgBackend};
use crate::charts::drawing::document::UNITS_PER_PIXEL;
use crate::charts::drawing::font::{Metrics, Style};
use crate::charts::drawing::theme::{Palette, Theme};
use crate::charts::drawing::{PlotError, Size};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

/// A place on the page in pixels, y downwards.
pub(crate) type Pixel = (f64, f64);

/// Width of the halo around names: half of it is seen.
const HALO: f64 = 3.0;

/// The page while it is being drawn.
pub(crate) struct Page {
    pub root: DrawingArea<SvgBackend, Shift>,
    pub sheet: Rc<RefCell<Sheet>>,
    pub palette: Palette,
    pub metrics: Metrics,
    pub width: f64,
    pub height: f64,
}

/// A text on the page.
pub(crate) struct Words {
    pub text: String,
    /// On the baseline: the start, middle or end of the text, by `side`.
    pub at: Pixel,
    pub side: HPos,
    pub style: Style,
}

impl Words {
    pub(crate) fn new(text: impl Into<String>, at: Pixel, side: HPos, style: Style) -> Self {
        let text = text.into();
        Self { text, at, side, style }
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stroke {
    pub colour: RGBColor,
    /// In pixels.
    pub width: f64,
    pub dash: Option<&'static str>,
}

impl Page {
    /// An empty page with its background painted.
    pub(crate) fn new(theme: Theme, size: Size) -> Result<Self, PlotError> {
        let sheet = Rc::new(RefCell::new(Sheet::default()));
        let palette = Palette::of(theme);
        let scale = UNITS_PER_PIXEL.unsigned_abs();
        let root = SvgBackend {
            sheet: Rc::clone(&sheet),
            size: (size.width * scale, size.height * scale),
            ink: palette.ink,
        }
        .into_drawing_area();
        root.fill(&palette.background).map_err(refused)?;
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        Ok(Self { root, sheet, palette, metrics: Metrics::embedded(), width, height })
    }

    /// Sets the pen for the next shape.
    pub(crate) fn pen(&self, pen: Pen) {
        self.sheet.borrow_mut().pen = pen;
    }

    /// What a group of names has in common: the halo.
    pub(crate) fn halo(&self) -> String {
        attributes::halo(self.palette.background, HALO)
    }

    /// Writes `words`; names get a halo that keeps them clear of what lies behind.
    pub(crate) fn write(&self, words: &Words) -> Result<(), PlotError> {
        let style = words.style;
        let weight = if style.bold() { FontStyle::Bold } else { FontStyle::Normal };
        let (colour, halo) = match style {
            Style::Title | Style::SmallTitle | Style::Part => (self.palette.ink, false),
            Style::Quiet | Style::Small => (self.palette.muted, false),
            Style::Name | Style::HeroName => (self.palette.ink, true),
        };
        let outline = halo.then_some((self.palette.background, HALO));
        self.pen(Pen { outline, ..Pen::default() });
        let font =
            ("DejaVu Sans", style.size() * f64::from(UNITS_PER_PIXEL)).into_font().style(weight);
        let baseline = Pos::new(words.side, VPos::Bottom);
        let style = TextStyle::from(font).color(&colour).pos(baseline);
        let text = Text::new(words.text.as_str(), units(words.at), style);
        self.root.draw(&text).map_err(refused)
    }

    /// Draws inside a group that has `attributes`, so that its shapes need not repeat them.
    pub(crate) fn group(
        &self,
        attributes: String,
        draw: impl FnOnce() -> Result<(), PlotError>,
    ) -> Result<(), PlotError> {
        let start = {
            let mut sheet = self.sheet.borrow_mut();
            let start = sheet.body.len();
            // Writing to a String cannot fail.
            let _ = writeln!(sheet.body, "<g{attributes}>");
            sheet.group = attributes;
            start
        };
        let head = self.sheet.borrow().body.len();
        draw()?;
        let mut sheet = self.sheet.borrow_mut();
        sheet.group.clear();
        if sheet.body.len() == head {
            sheet.body.truncate(start);
        } else {
            sheet.body += "</g>\n";
        }
        Ok(())
    }

    pub(crate) fn fill(&self, corners: &[Pixel], colour: RGBColor) -> Result<(), PlotError> {
        let corners: Vec<_> = corners.iter().map(|&corner| units(corner)).collect();
        self.root.draw(&Polygon::new(corners, colour.filled())).map_err(refused)
    }

    pub(crate) fn line(&self, points: &[Pixel], stroke: Stroke) -> Result<(), PlotError> {
        self.sheet.borrow_mut().pen.dash = stroke.dash;
        let points: Vec<_> = points.iter().map(|&point| units(point)).collect();
        self.root.draw(&PathElement::new(points, stroke.style())).map_err(refused)
    }

    pub(crate) fn circle(
        &self,
        at: Pixel,
        radius: f64,
        style: ShapeStyle,
    ) -> Result<(), PlotError> {
        self.root.draw(&Circle::new(units(at), units_long(radius), style)).map_err(refused)
    }
}

impl Stroke {
    pub(crate) fn style(self) -> ShapeStyle {
        self.colour.stroke_width(units_long(self.width))
    }

    /// What a group of such lines has in common.
    pub(crate) fn attributes(self) -> String {
        attributes::stroke(self.colour, units_long(self.width), self.dash)
    }
}

/// A length in pixels as backend units.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a float cast saturates
pub(crate) fn units_long(pixels: f64) -> u32 {
    (pixels * f64::from(UNITS_PER_PIXEL)).round() as u32
}

/// A place in pixels as backend units.
#[allow(clippy::cast_possible_truncation)] // a float cast saturates
pub(crate) fn units((x, y): Pixel) -> (i32, i32) {
    let scale = f64::from(UNITS_PER_PIXEL);
    ((x * scale).round() as i32, (y * scale).round() as i32)
}

/// plotters' refusals, which our backend never causes, in our words.
#[allow(clippy::needless_pass_by_value)] // for map_err
pub(crate) fn refused<E: std::error::Error + Send + Sync>(
    error: DrawingAreaErrorKind<E>,
) -> PlotError {
    PlotError::Drawing(error.to_string())
}
