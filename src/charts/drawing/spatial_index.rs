//! A spatial index: finds the boxes near another box without comparing it with all of them.

use crate::charts::drawing::Rect;

/// Side of a cell, in pixels: the width of a short label.
const CELL: f64 = 32.0;

/// The numbers of the boxes that touch each square cell of a frame. Boxes outside the frame are in
/// the cells along its edge.
#[derive(Debug, Clone, Default)]
pub(crate) struct SpatialIndex {
    origin: (f64, f64),
    columns: usize,
    rows: usize,
    cells: Vec<Vec<Entry>>,
}

/// A box in one of the cells that it touches, and the column and row of the first such cell.
#[derive(Debug, Clone, Copy)]
struct Entry {
    number: usize,
    first: (usize, usize),
}

impl SpatialIndex {
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

    /// The boxes that may touch `rect`, cell by cell; each is found once, in the first cell that
    /// both touch.
    pub(crate) fn near(&self, rect: &Rect) -> impl Iterator<Item = usize> + use<'_> {
        let (left, top) = self.cell(rect.left, rect.top);
        self.touched(rect).flat_map(move |(column, row)| {
            let is_first = move |entry: &&Entry| {
                (entry.first.0.max(left), entry.first.1.max(top)) == (column, row)
            };
            let entries = self.cells[row * self.columns + column].iter();
            entries.filter(is_first).map(|entry| entry.number)
        })
    }

    /// Column and row of the cell of a point.
    fn cell(&self, x: f64, y: f64) -> (usize, usize) {
        let column = cells_in(x - self.origin.0).min(self.columns - 1);
        (column, cells_in(y - self.origin.1).min(self.rows - 1))
    }

    fn touched(&self, rect: &Rect) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (first, last) = (self.cell(rect.left, rect.top), self.cell(rect.right, rect.bottom));
        (first.1..=last.1).flat_map(move |row| (first.0..=last.0).map(move |column| (column, row)))
    }
}

/// Whole cells in a length; 0 for a negative one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a float cast saturates
fn cells_in(length: f64) -> usize {
    (length / CELL) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_found_near_what_they_touch_until_they_are_removed() {
        let frame = Rect { left: 0.0, top: 0.0, right: 300.0, bottom: 200.0 };
        let mut index = SpatialIndex::over(&frame);
        let (near, far) =
            (Rect::around((50.0, 50.0), 40.0, 8.0), Rect::around((500.0, -90.0), 9.0, 9.0));
        index.insert(1, &near);
        index.insert(2, &far);
        let near_numbers = |index: &SpatialIndex, rect: &Rect| {
            let mut found: Vec<usize> = index.near(rect).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(near_numbers(&index, &Rect::around((85.0, 50.0), 5.0, 5.0)), [1]);
        assert_eq!(near_numbers(&index, &far), [2]);
        assert_eq!(near_numbers(&index, &near), [1]);
        assert_eq!(near_numbers(&index, &frame.expanded(1000.0)), [1, 2]);
        index.remove(1, &near);
        assert!(near_numbers(&index, &near).is_empty());
    }
}
