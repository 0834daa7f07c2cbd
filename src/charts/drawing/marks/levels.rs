//! The levels of a density: cells behind the series.

use crate::charts::drawing::shape::{Outline, Shape};
use crate::charts::drawing::{Element, Encoding, Frame, Level, Paint, Palette, Rect};

/// The cells of a level in pixels.
pub(crate) fn rects<'a>(level: &'a Level, frame: &'a Frame) -> impl Iterator<Item = Rect> + 'a {
    level.cells.iter().map(|[low, high]| {
        let (left, bottom) = frame.position(low.0, low.1);
        let (right, top) = frame.position(high.0, high.1);
        Rect { left, top, right, bottom }
    })
}

/// One shape for each level.
pub(crate) fn draw<'a>(
    levels: &'a [Level],
    frame: &'a Frame,
    encoding: &'a Encoding<'_>,
    palette: &'a Palette,
) -> impl Iterator<Item = Element> + 'a {
    levels.iter().map(move |level| {
        let colour = encoding.level_colour(&level.name, palette);
        Element::Shape(Shape {
            outline: Outline::Rects(rects(level, frame).collect()),
            paint: Paint::Fill { colour, outline: None },
            tooltip: Some(level.name.clone()),
        })
    })
}
