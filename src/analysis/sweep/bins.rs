//! Counts of points in cells of equal ratios, in memory that does not grow with the points.

use std::collections::HashMap;

/// The most columns and rows of cells.
const MOST: [i64; 2] = [96, 64];

/// How many bins of an axis a column or row has at most: the more, the less the cells' size depends on chance.
const FINER: i64 = 8;

/// The narrowest bins have a width of 2^-16 of a decade: 0.0035 %.
const FIRST_EXPONENT: i32 = -16;

/// Two amounts of points, counted in bins of equal ratios. An axis that grows too long has its bins joined in pairs, so
/// the bins depend on the points and not on their order.
#[derive(Clone, Debug)]
pub(super) struct Bins {
    counts: HashMap<[i64; 2], u64>,
    /// The least and the largest second amount of each bin of the first.
    spreads: HashMap<i64, [f64; 2]>,
    axes: [BinAxis; 2],
}

/// The bins of one axis.
#[derive(Clone, Copy, Debug)]
struct BinAxis {
    /// A bin is 2^exponent of a decade wide.
    exponent: i32,
    first: i64,
    last: i64,
}

/// The cells of a density.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells {
    /// The borders between columns, and those between rows, outer ones included, in rising order.
    pub edges: [Vec<f64>; 2],
    /// How many points each cell has, row by row from the lowest amounts.
    pub counts: Vec<Vec<u64>>,
    /// By which factor the second amount of points in one column differs, at most.
    pub spread: f64,
}

impl Default for Bins {
    fn default() -> Self {
        let axis = BinAxis { exponent: FIRST_EXPONENT, first: i64::MAX, last: i64::MIN };
        Bins { counts: HashMap::new(), spreads: HashMap::new(), axes: [axis; 2] }
    }
}

impl Bins {
    /// Counts a point with these amounts, which are above zero.
    pub(super) fn add(&mut self, amounts: [f64; 2]) {
        let logs = amounts.map(f64::log10);
        for (side, log) in logs.into_iter().enumerate() {
            self.axes[side].reach(log);
            while self.axes[side].length() > FINER * MOST[side] {
                self.coarsen(side);
            }
        }
        let bin = [self.axes[0].bin(logs[0]), self.axes[1].bin(logs[1])];
        *self.counts.entry(bin).or_default() += 1;
        widen(self.spreads.entry(bin[0]).or_insert(NOTHING), [amounts[1]; 2]);
    }

    /// Joins the bins of an axis in pairs.
    fn coarsen(&mut self, side: usize) {
        let BinAxis { exponent, first, last } = self.axes[side];
        self.axes[side] = BinAxis { exponent: exponent + 1, first: first >> 1, last: last >> 1 };
        for (mut bin, count) in std::mem::take(&mut self.counts) {
            bin[side] >>= 1;
            *self.counts.entry(bin).or_default() += count;
        }
        if side == 0 {
            for (bin, spread) in std::mem::take(&mut self.spreads) {
                widen(self.spreads.entry(bin >> 1).or_insert(NOTHING), spread);
            }
        }
    }

    /// The cells around all points; `None` without points.
    pub(super) fn cells(&self) -> Option<Cells> {
        let mut width = [0; 2];
        let mut cells = Cells { edges: [Vec::new(), Vec::new()], counts: Vec::new(), spread: 1.0 };
        for (side, axis) in self.axes.iter().enumerate() {
            if axis.first > axis.last {
                return None;
            }
            width[side] = axis.in_cells(MOST[side]);
            cells.edges[side] = axis.edges(width[side]);
        }
        let [columns, rows] = [0, 1].map(|side| cells.edges[side].len() - 1);
        cells.counts = vec![vec![0; columns]; rows];
        for (bin, count) in &self.counts {
            let [column, row] = [0, 1].map(|side| self.axes[side].cell(bin[side], width[side]));
            cells.counts[row][column] += count;
        }
        let mut spreads = vec![NOTHING; columns];
        for (bin, spread) in &self.spreads {
            widen(&mut spreads[self.axes[0].cell(*bin, width[0])], *spread);
        }
        let found = spreads.into_iter().filter(|[low, high]| low <= high);
        cells.spread = found.map(|[low, high]| high / low).fold(1.0, f64::max);
        Some(cells)
    }
}

const NOTHING: [f64; 2] = [f64::INFINITY, 0.0];

fn widen(spread: &mut [f64; 2], by: [f64; 2]) {
    *spread = [spread[0].min(by[0]), spread[1].max(by[1])];
}

impl BinAxis {
    /// The bin of a decimal logarithm.
    fn bin(&self, log: f64) -> i64 {
        #[allow(clippy::cast_possible_truncation)] // at most 39 decades of 2^16 bins
        let bin = (log * 2f64.powi(-self.exponent)).floor() as i64;
        bin
    }

    fn reach(&mut self, log: f64) {
        let bin = self.bin(log);
        (self.first, self.last) = (self.first.min(bin), self.last.max(bin));
    }

    fn length(&self) -> i64 {
        self.last - self.first + 1
    }

    /// How many cells hold its bins, if each holds so many.
    fn in_cells(&self, bins: i64) -> i64 {
        (self.length() + bins - 1) / bins
    }

    /// The index of the cell that a bin is in, where each has `width` bins.
    fn cell(&self, bin: i64, width: i64) -> usize {
        usize::try_from((bin - self.first) / width).unwrap_or_default()
    }

    /// The borders of cells of `width` bins each.
    fn edges(&self, width: i64) -> Vec<f64> {
        let unit = 2f64.powi(self.exponent);
        let cells = self.in_cells(width);
        let edge = |cell: i64| 10f64.powf((self.first + cell * width) as f64 * unit);
        (0..=cells).map(edge).collect()
    }
}

impl Cells {
    /// The width of a column and the height of a row, as a share: 0.02 where amounts in it differ by less than 2 %.
    #[must_use]
    pub fn step(&self, side: usize) -> f64 {
        let edges = &self.edges[side];
        edges[1] / edges[0] - 1.0
    }

    /// How many cells have a point.
    #[must_use]
    pub fn filled(&self) -> usize {
        self.counts.iter().flatten().filter(|count| **count > 0).count()
    }

    /// The most points in a cell.
    #[must_use]
    pub fn most(&self) -> u64 {
        self.counts.iter().flatten().copied().max().unwrap_or_default()
    }

    /// From where to where axes go that show the cells: at least as far as the most cells would reach.
    #[must_use]
    pub fn range(&self, side: usize) -> (f64, f64) {
        let edges = &self.edges[side];
        let (first, last) = (edges[0], edges[edges.len() - 1]);
        let cells = edges.len() as f64 - 1.0;
        let missing = (MOST[side] as f64 - cells).max(0.0) / 2.0;
        let beside = if missing > cells / 2.0 { missing } else { 0.02 * cells };
        let factor = (1.0 + self.step(side)).powf(beside.max(2.0));
        (first / factor, last * factor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(points: &[[f64; 2]]) -> Option<Cells> {
        let mut bins = Bins::default();
        for point in points {
            bins.add(*point);
        }
        bins.cells()
    }

    proptest! {
        /// Every point is in the cell between whose edges it lies, whatever their order and however far they reach.
        #[test]
        fn cells_hold_the_points_between_their_edges(
            points in prop::collection::vec(prop::array::uniform2(1u64..=u64::MAX), 1..60),
            shifts in prop::array::uniform2(0u32..63),
        ) {
            let amounts = |point: &[u64; 2]| [0, 1].map(|side| ((point[side] >> shifts[side]) + 1) as f64);
            let points: Vec<_> = points.iter().map(amounts).collect();
            let found = cells(&points).expect("points");
            let backwards: Vec<_> = points.iter().rev().copied().collect();
                let backwards = cells(&backwards);
            prop_assert_eq!(backwards.as_ref(), Some(&found));
                let [columns, rows] = [0, 1].map(|side| found.edges[side].len() - 1);
            prop_assert!(columns <= 96 && rows <= 64);
            for (row, counts) in found.counts.iter().enumerate() {
                for (column, count) in counts.iter().enumerate() {
                    // Rounding may put a point that lies on an edge on either side.
                    let holds = |point: &&[f64; 2], slack: f64| {
                        [(0, column), (1, row)].iter().all(|&(side, at)| {
                            let edges = &found.edges[side];
                            point[side] >= edges[at] * (1.0 - slack)
                                && point[side] <= edges[at + 1] * (1.0 + slack)
                        })
                    };
                    let inside = |slack| points.iter().filter(|point| holds(point, slack)).count() as u64;
                    prop_assert!(inside(-1e-9) <= *count && *count <= inside(1e-9));
                }
            }
            prop_assert_eq!(found.counts.iter().flatten().sum::<u64>(), points.len() as u64);
        }
    }

    #[test]
    fn the_spread_is_that_of_one_column() {
        let found = cells(&[[1e6, 2e6], [1e6, 5e6], [1e9, 4e6]]).expect("points");
        assert!((found.spread - 2.5).abs() < 1e-12, "{found:?}");
        assert_eq!((found.filled(), found.most()), (3, 1));
    }

    #[test]
    fn equal_amounts_have_one_cell_on_axes_that_reach_beyond() {
        let found = cells(&[[7.0, 7.0], [7.0, 7.0]]).expect("points");
        assert_eq!(found.counts, [[2]]);
        let (low, high) = found.range(0);
        assert!(low < 7.0 && 7.0 < high && high / low > 1.003);
        assert_eq!(cells(&[]), None);
    }
}
