//! Labels in the right margin, level with the ends of their series as far as they fit.

use crate::charts::drawing::labels::{LABEL_HEIGHT, Labels};
use crate::charts::drawing::layout::MARGIN_LABEL_GAP;
use crate::charts::drawing::marks::points::has_markers;
use crate::charts::drawing::{Canvas, Element, Frame, Panel, Pixel, Role, Series, TextStyle};
use plotters::style::text_anchor::HPos;

/// Minimum distance between two labels, baseline to baseline, in pixels.
const LINE_HEIGHT: f64 = 18.0;

/// Adds the end labels of `panel`, each with a connector to the last point of its series.
pub(super) fn place(panel: &Panel, frame: &Frame, canvas: &Canvas, labels: &mut Labels) {
    let mut ends: Vec<(Pixel, &Series, &String)> = Vec::new();
    for series in &panel.series {
        if let (Some(label), Some(last)) = (&series.end_label, series.points.last()) {
            ends.push((frame.position(last.x, last.y), series, label));
        }
    }
    ends.sort_by_key(|(_, series, _)| series.role != Role::Hero);
    let offsets = std::iter::successors(Some(0.0), |offset| Some(offset + LINE_HEIGHT));
    let capacity = offsets.take_while(|&offset| offset <= frame.plot.height()).count();
    let surplus = ends.drain(capacity.min(ends.len())..);
    labels.dropped.extend(surplus.map(|(_, _, label)| label.clone()));
    ends.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
    let desired: Vec<f64> = ends.iter().map(|(at, ..)| at.1).collect();
    let heights = spread(&desired, LINE_HEIGHT, frame.plot.top, frame.plot.bottom);
    let left = frame.plot.right + MARGIN_LABEL_GAP;
    for ((at, series, label), height) in ends.into_iter().zip(heights) {
        let style = TextStyle::label(series.role == Role::Hero);
        let text = canvas.metrics.shorten(label, style, frame.margin_width);
        let clearance = if has_markers(series) { 9.0 } else { 4.0 };
        labels.lines.push([(at.0 + clearance, at.1), (left - 4.0, height)]);
        let at = (left, height + LABEL_HEIGHT * 0.28);
        labels.texts.push(Element::text(text, at, HPos::Left, style));
    }
}

/// Heights nearest to `desired` (ascending; least squares) that are at least `gap` apart and
/// between `top` and `bottom`, which must have room for all.
///
/// With `gap` subtracted this is isotonic regression: neighbours in the wrong order are merged into
/// a block at their mean.
fn spread(desired: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut blocks: Vec<(f64, u32)> = Vec::new();
    let mut before = 0.0;
    for &height in desired {
        let mut block = (height - before, 1);
        before += gap;
        while let Some(&(sum, count)) = blocks.last() {
            if sum / f64::from(count) <= block.0 / f64::from(block.1) {
                break;
            }
            blocks.pop();
            block = (block.0 + sum, block.1 + count);
        }
        blocks.push(block);
    }
    let last = (bottom - before + gap).max(top);
    let mut before = 0.0;
    let mut heights = Vec::with_capacity(desired.len());
    for (sum, count) in blocks {
        let mean = (sum / f64::from(count)).clamp(top, last);
        for _ in 0..count {
            heights.push(mean + before);
            before += gap;
        }
    }
    heights
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn labels_keep_apart_and_stay_inside() {
        assert_eq!(spread(&[10.0, 50.0], 18.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(spread(&[20.0, 20.0], 18.0, 0.0, 100.0), [11.0, 29.0]);
        assert_eq!(spread(&[1.0, 2.0, 3.0], 18.0, 0.0, 100.0), [0.0, 18.0, 36.0]);
        assert_eq!(spread(&[99.0, 99.0], 18.0, 0.0, 100.0), [82.0, 100.0]);
        assert!(spread(&[], 18.0, 0.0, 100.0).is_empty());
    }
}
