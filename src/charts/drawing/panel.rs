//! One panel: bands, gridlines, levels, axes, lines or bars, markers, labels.

use crate::charts::drawing::labels::Labels;
use crate::charts::drawing::marks::{axes, bands, bars, error_bars, levels, points, series};
use crate::charts::drawing::{Canvas, Element, Encoding, Frame, Paint, Panel, Role, Series};

/// Draws `panel`; returns the labels without room.
pub(crate) fn draw(
    panel: &Panel,
    frame: &Frame,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
    elements: &mut Vec<Element>,
) -> Vec<String> {
    let palette = &canvas.palette;
    elements.extend(bands::areas(&panel.bands, frame, palette));
    elements.push(axes::gridlines(frame, palette));
    elements.extend(levels::draw(&panel.levels, frame, encoding, palette));
    elements.push(axes::axes(frame, palette));
    elements.extend(axes::tick_labels(frame, canvas.heights));
    elements.extend(bands::lines(&panel.bands, frame, encoding, palette));
    let ordered = back_to_front(&panel.series);
    for one in &ordered {
        let stroke = encoding.stroke(one, palette).scaled(canvas.mark_scale);
        series::draw(one, frame, stroke, elements);
    }
    if !panel.bars.is_empty() {
        bars::draw(&panel.bars, frame, encoding, canvas, elements);
    }
    let markers = points::markers(&ordered, panel.is_dense, frame, encoding, canvas.mark_scale);
    let labels = Labels::of(panel, frame, &markers, canvas, encoding.series.len() > 1);
    labels.draw_lines(canvas, elements);
    elements.extend(points::draw(&markers, palette));
    elements.extend(error_bars::draw(&ordered, &markers, frame, encoding, canvas));
    elements.push(Element::Group(Paint::Halo(palette.background), labels.texts));
    labels.dropped
}

fn back_to_front(series: &[Series]) -> Vec<&Series> {
    let mut series: Vec<&Series> = series.iter().collect();
    series.sort_by_key(|series| match series.role {
        Role::Muted => 0,
        Role::Guide => 1,
        Role::Other => 2,
        Role::Hero => 3,
    });
    series
}
