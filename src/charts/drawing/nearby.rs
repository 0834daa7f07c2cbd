//! Which boxes lie near a place, without a look at all of them.

use crate::charts::drawing::geometry::Rect;

/// Side of a cell, in pixels: about as wide as a short name.
const CELL: f64 = 32.0;

/// Numbers of boxes, in the square cells of a frame that they touch. What lies outside
/// the frame is in the cells along its edge.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nearby {
    origin: (f64, f64),
    columns: usize,
    rows: usize,
    cells: Vec<Vec<Entry>>,
}

/// A box in one of the cells that it touches, and the column and row of the first of them.
#[derive(Debug, Clone, Copy)]
struct Entry {
    number: usize,
    first: (usize, usize),
}

impl Nearby {
    pub(crate) fn over(frame: &Rect) -> Self {
        let (columns, rows) = (cells_in(frame.width()) + 1, cells_in(frame.height()) + 1);
        let origin = (frame.left, frame.top);
        Self { origin, columns, rows, cells: vec![Vec::new(); columns * rows] }
    }

    pub(crate) fn insert(&mut self, number: usize, rect: &Rect) {
        let first = self.cell(rect.left, rect.top);
        for (column, row) in self.touched(rect) {
            self.cells[row * self.columns + column].push(Entry { number, first });
        }
    }

    pub(crate) fn remove(&mut self, number: usize, rect: &Rect) {
        for (column, row) in self.touched(rect) {
            self.cells[row * self.columns + column].retain(|entry| entry.number != number);
        }
    }

    /// The boxes that may touch `rect`, each once, cell by cell: in the first cell that both touch.
    pub(crate) fn within(&self, rect: &Rect) -> impl Iterator<Item = usize> + use<'_> {
        let (left, top) = self.cell(rect.left, rect.top);
        self.touched(rect).flat_map(move |(column, row)| {
            let is_first = move |entry: &&Entry| {
                (entry.first.0.max(left), entry.first.1.max(top)) == (column, row)
            };
            let entries = self.cells[row * self.columns + column].iter();
            entries.filter(is_first).map(|entry| entry.number)
        })
    }

    /// The column and the row of the cell of a point.
    fn cell(&self, x: f64, y: f64) -> (usize, usize) {
        let column = cells_in(x - self.origin.0).min(self.columns - 1);
        (column, cells_in(y - self.origin.1).min(self.rows - 1))
    }

    fn touched(&self, rect: &Rect) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (first, last) = (self.cell(rect.left, rect.top), self.cell(rect.right, rect.bottom));
        (first.1..=last.1).flat_map(move |row| (first.0..=last.0).map(move |column| (column, row)))
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
        let within = |nearby: &Nearby, rect: &Rect| {
            let mut found: Vec<usize> = nearby.within(rect).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(within(&nearby, &Rect::around((85.0, 50.0), 5.0, 5.0)), [1]);
        assert_eq!(within(&nearby, &far), [2]);
        assert_eq!(within(&nearby, &near), [1]);
        assert_eq!(within(&nearby, &frame.grown(1000.0)), [1, 2]);
        nearby.remove(1, &near);
        assert!(within(&nearby, &near).is_empty());
    }
}
