//! Names in the right margin, level with where their series end, dodged apart.

use crate::charts::drawing::font::Style;
use crate::charts::drawing::layout::{END_GAP, Frame};
use crate::charts::drawing::marks::has_markers;
use crate::charts::drawing::names::{HEIGHT, Names};
use crate::charts::drawing::page::{Page, Pixel, Words};
use crate::charts::drawing::{Panel, Role, Series};
use plotters::style::text_anchor::HPos;

/// Least distance between two names, baseline to baseline, in pixels.
const STEP: f64 = 18.0;

/// Adds the end names of `panel`, each joined to the last point of its series.
pub(crate) fn place(page: &Page, panel: &Panel, frame: &Frame, names: &mut Names) {
    let mut ends: Vec<(Pixel, &Series, &String)> = Vec::new();
    for series in &panel.series {
        if let (Some(label), Some(last)) = (&series.end_label, series.points.last()) {
            ends.push((frame.position(last.x, last.y), series, label));
        }
    }
    ends.sort_by_key(|(_, series, _)| series.role != Role::Hero);
    let steps = std::iter::successors(Some(0.0), |height| Some(height + STEP));
    let capacity = steps.take_while(|&height| height <= frame.plot.height()).count();
    let missing = ends.drain(capacity.min(ends.len())..);
    names.dropped.extend(missing.map(|(_, _, label)| label.clone()));
    ends.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
    let desired: Vec<f64> = ends.iter().map(|(at, ..)| at.1).collect();
    let heights = dodge(&desired, STEP, frame.plot.top, frame.plot.bottom);
    let left = frame.plot.right + END_GAP;
    for ((at, series, label), height) in ends.into_iter().zip(heights) {
        let style = Style::name(series.role == Role::Hero);
        let text = page.metrics.shorten(label, style, frame.end_width);
        let clear = if has_markers(series) { 9.0 } else { 4.0 };
        names.lines.push([(at.0 + clear, at.1), (left - 4.0, height)]);
        names.texts.push(Words::new(text, (left, height + HEIGHT * 0.28), HPos::Left, style));
    }
}

/// Heights for names that want `desired` (ascending), at least `gap` apart, between
/// `top` and `bottom`, moved as little as possible (in squares). The names must fit.
///
/// With `gap` taken out, this is isotonic regression: neighbours that would cross are
/// merged into a block at their mean.
fn dodge(desired: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
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
    use super::dodge;

    #[test]
    fn names_keep_apart_and_stay_inside() {
        assert_eq!(dodge(&[10.0, 50.0], 18.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(dodge(&[20.0, 20.0], 18.0, 0.0, 100.0), [11.0, 29.0]);
        assert_eq!(dodge(&[1.0, 2.0, 3.0], 18.0, 0.0, 100.0), [0.0, 18.0, 36.0]);
        assert_eq!(dodge(&[99.0, 99.0], 18.0, 0.0, 100.0), [82.0, 100.0]);
        assert!(dodge(&[], 18.0, 0.0, 100.0).is_empty());
    }
}
