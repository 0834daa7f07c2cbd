//! The placement of point labels, so that they cover nothing and no line crosses them.
//!
//! Each label has candidate positions in rings around its point, each with a cost. They are chosen
//! greedily from several rotated orders, each improved one label at a time until nothing changes;
//! the cheapest selection is kept. Without random numbers or time limits, the result does not
//! depend on the machine.

use rayon::prelude::*;

use crate::charts::drawing::labels::candidates::{Candidate, PointLabel, candidates};
use crate::charts::drawing::labels::obstacles::Obstacles;
use crate::charts::drawing::labels::selection::{Choices, Selection};

/// More labels than this are placed in fewer attempts, to save time.
const CROWD: usize = 60;

/// A position for each label, in the order given; `None` where there is no room.
pub(crate) fn place(labels: &[PointLabel], obstacles: &Obstacles) -> Vec<Option<Candidate>> {
    let is_crowded = labels.len() > CROWD;
    let choices = |label: &PointLabel| Choices {
        candidates: candidates(label, obstacles, is_crowded),
        is_essential: label.is_essential,
    };
    let labels: Vec<Choices> = labels.par_iter().map(choices).collect();
    let mut order: Vec<usize> = (0..labels.len()).collect();
    // Essential labels come first, then those with the fewest candidates.
    order.sort_by_key(|&index| (!labels[index].is_essential, labels[index].candidates.len()));
    order.retain(|&index| !labels[index].candidates.is_empty());
    let (starts, sweeps) = if order.len() <= CROWD { (12, 20) } else { (1, 4) };
    let mut best: Option<(f64, Selection)> = None;
    for start in 0..starts {
        let turned = start * order.len() / starts;
        order.rotate_left(turned);
        let selection = Selection::improved(&labels, &order, obstacles.bounds, sweeps);
        order.rotate_right(turned);
        let cost = selection.cost();
        if best.as_ref().is_none_or(|(cheapest, _)| cost < *cheapest) {
            best = Some((cost, selection));
        }
    }
    best.map_or_else(Vec::new, |(_, selection)| selection.candidates())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::drawing::geometry::{Pixel, Rect};
    use crate::charts::drawing::labels::obstacles::Disc;

    /// Points on a spiral, dense in the middle.
    fn crowd(count: u32, bounds: Rect, width: f64) -> (Vec<PointLabel>, Obstacles) {
        let points: Vec<Pixel> = (0..count)
            .map(|index| {
                let (sin, cos) = (f64::from(index) * 2.4).sin_cos();
                let distance = 12.0 * f64::from(index).sqrt() * 2.0;
                (400.0 + distance * cos, 250.0 + distance * sin)
            })
            .collect();
        let labels = points.iter().enumerate().map(|(index, &at)| PointLabel {
            at,
            radius: 5.0,
            width,
            height: 14.0,
            direction: -0.35,
            is_essential: index % 10 == 0,
        });
        let mut obstacles = Obstacles::new(bounds);
        for &at in &points {
            obstacles.add_marker(Disc { at, radius: 5.0, leader_cost: 90.0 });
        }
        (labels.collect(), obstacles)
    }

    const WIDE: Rect = Rect { left: 0.0, top: 0.0, right: 800.0, bottom: 500.0 };

    #[test]
    fn labels_cover_neither_each_other_nor_markers() {
        for (count, least) in [(60, 55), (400, 60)] {
            let (labels, obstacles) = crowd(count, WIDE, 70.0);
            let placed: Vec<Candidate> = place(&labels, &obstacles).into_iter().flatten().collect();
            assert!(placed.len() >= least, "only {} of {count} placed", placed.len());
            for (index, one) in placed.iter().enumerate() {
                assert!(obstacles.bounds.contains(&one.rect));
                assert!(placed[index + 1..].iter().all(|other| !other.rect.overlaps(&one.rect)));
                assert!(count > 60 || obstacles.covered(&one.rect) == 0);
            }
        }
    }

    #[test]
    fn essential_labels_are_placed_even_without_room() {
        let tight = Rect { left: 380.0, top: 230.0, right: 460.0, bottom: 270.0 };
        let (labels, obstacles) = crowd(40, tight, 300.0);
        let placed = place(&labels, &obstacles);
        let mut pairs = labels.iter().zip(&placed);
        assert!(pairs.all(|(label, placed)| !label.is_essential || placed.is_some()));
    }

    #[test]
    fn a_label_that_is_nearer_to_another_marker_has_a_leader() {
        let (labels, obstacles) = crowd(60, WIDE, 70.0);
        for (label, placed) in labels.iter().zip(place(&labels, &obstacles)) {
            let Some(Candidate { rect, leader: None, .. }) = placed else { continue };
            let gap = rect.distance(label.at) - label.radius;
            let other = obstacles.gap_to_other((label.at, label.radius), &rect, gap);
            assert!(other >= gap - 0.01, "{label:?}");
        }
    }
}
