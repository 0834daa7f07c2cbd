//! Which boxes lie near a place, without a look at all of them.

use crate::plot::geometry::Rect;

/// Side of a cell, in pixels: about as wide as a short name.
const CELL: f64 = 32.0;

/// Numbers of boxes, in the square cells of a frame that they touch. What lies outside
/// the frame is in the cells along its edge.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nearby {
    origin: (f64, f64),
    columns: usize,
    rows: usize,
    cells: Vec<Vec<usize>>,
}

impl Nearby {
    pub(crate) fn over(frame: &Rect) -> Self {
        let (columns, rows) = (cells_in(frame.width()) + 1, cells_in(frame.height()) + 1);
        let origin = (frame.left, frame.top);
        Self { origin, columns, rows, cells: vec![Vec::new(); columns * rows] }
    }

    pub(crate) fn insert(&mut self, number: usize, rect: &Rect) {
        for cell in self.touched(rect) {
            self.cells[cell].push(number);
        }
    }

    pub(crate) fn remove(&mut self, number: usize, rect: &Rect) {
        for cell in self.touched(rect) {
            self.cells[cell].retain(|&other| other != number);
        }
    }

    /// The boxes that may touch `rect`, ascending.
    pub(crate) fn within(&self, rect: &Rect) -> Vec<usize> {
        let mut found = Vec::new();
        for cell in self.touched(rect) {
            found.extend_from_slice(&self.cells[cell]);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether `holds` for any box that may touch `rect`.
    pub(crate) fn any(&self, rect: &Rect, holds: impl Fn(usize) -> bool) -> bool {
        self.touched(rect).any(|cell| self.cells[cell].iter().any(|&number| holds(number)))
    }

    fn touched(&self, rect: &Rect) -> impl Iterator<Item = usize> + use<> {
        let column = |x: f64| cells_in(x - self.origin.0).min(self.columns - 1);
        let row = |y: f64| cells_in(y - self.origin.1).min(self.rows - 1);
        let (first, last) = (column(rect.left), column(rect.right));
        let columns = self.columns;
        (row(rect.top)..=row(rect.bottom))
            .flat_map(move |row| (first..=last).map(move |column| row * columns + column))
    }
}

/// Whole cells in a length; none in one below zero.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a float cast saturates
fn cells_in(length: f64) -> usize {
    (length / CELL) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_found_by_what_they_touch_and_forgotten_when_removed() {
        let frame = Rect { left: 0.0, top: 0.0, right: 300.0, bottom: 200.0 };
        let mut nearby = Nearby::over(&frame);
        let (near, far) =
            (Rect::around((50.0, 50.0), 40.0, 8.0), Rect::around((500.0, -90.0), 9.0, 9.0));
        nearby.insert(1, &near);
        nearby.insert(2, &far);
        assert_eq!(nearby.within(&Rect::around((85.0, 50.0), 5.0, 5.0)), [1]);
        assert_eq!(nearby.within(&far), [2]);
        assert!(
            nearby.any(&near, |number| number == 1) && !nearby.any(&near, |number| number == 2)
        );
        assert_eq!(nearby.within(&frame.grown(1000.0)), [1, 2]);
        nearby.remove(1, &near);
        assert!(nearby.within(&near).is_empty());
    }
}
