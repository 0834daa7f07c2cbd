//! The efficiencies that fit measured times best: least squares of ln(predicted / measured) by Levenberg and Marquardt
//! (Marquardt 1963, doi:10.1137/0111030), with single misses held down by a soft L1 loss.

use std::borrow::Cow;

use crate::analysis::time::calibrate::sample::{Form, Sample};
use crate::analysis::time::{Load, Rates};
use crate::families::device::{Device, Efficiency, LayerTime, Peak};

/// Logarithms of the efficiencies of matrix units, vector units and bandwidth, and of the overhead in seconds.
pub(super) type Point = [f64; 4];

/// Misses far beyond this, in logarithms, count by their size instead of their square.
const SCALE: f64 = 0.1;

/// What is expected before anything is measured, each within a factor of e: it decides where measurements do not.
const EXPECTED: [f64; 4] = [0.7, 0.3, 0.8, 5e-6];

/// The weight of what is expected beside one measurement: (`SCALE` / 1)².
const WEIGHT: f64 = SCALE * SCALE;

/// The least and the most that is fitted.
const BOUNDS: [(f64, f64); 4] = [(0.01, 2.0), (0.01, 2.0), (0.01, 2.0), (1e-9, 1e-2)];

/// Most steps of one fit; usual are ten.
const MOST_STEPS: usize = 100;

/// A fit to samples in one form.
pub(super) struct Fit<'s> {
    device: &'s Device,
    peak: Peak,
    form: Form,
    samples: Vec<(Cow<'s, [Load]>, f64)>,
}

impl<'s> Fit<'s> {
    pub(super) fn new(samples: &'s [Sample], device: &'s Device, peak: Peak, form: Form) -> Self {
        let reduced = |sample: &'s Sample| match form.layer_time {
            LayerTime::Sum => Cow::Owned(sums(&sample.loads)),
            LayerTime::Slower => Cow::Borrowed(&sample.loads[..]),
        };
        let samples = samples.iter().map(|sample| (reduced(sample), sample.seconds)).collect();
        Fit { device, peak, form, samples }
    }

    /// What is expected before anything is measured.
    pub(super) fn start(&self) -> Point {
        EXPECTED.map(f64::ln)
    }

    pub(super) fn efficiency(&self, point: &Point) -> Efficiency {
        let [matrix, vector, bandwidth, overhead] = point.map(f64::exp);
        let overhead = if self.form.has_overhead { overhead } else { 0.0 };
        Efficiency { matrix, vector, bandwidth, overhead, layer_time: self.form.layer_time }
    }

    pub(super) fn rates(&self, point: &Point) -> Rates {
        Rates::new(self.device, self.peak, self.efficiency(point))
    }

    /// The best point for the samples that are kept.
    pub(super) fn best(&self, start: Point, is_kept: impl Fn(usize) -> bool) -> Point {
        let (mut point, mut damping) = (start, 1e-3);
        let mut system = self.system(&point, &is_kept);
        for _ in 0..MOST_STEPS {
            let next = bounded(&point, &system.step(damping));
            let reached = self.system(&next, &is_kept);
            if reached.loss < system.loss {
                let gain = (system.loss - reached.loss) / system.loss;
                (point, system, damping) = (next, reached, (damping * 0.1_f64).max(1e-12));
                if gain < 1e-12 {
                    break;
                }
            } else {
                damping *= 10.0;
                if damping > 1e9 {
                    break;
                }
            }
        }
        point
    }

    /// The loss at a point, and its normal equations.
    fn system(&self, point: &Point, is_kept: &impl Fn(usize) -> bool) -> System {
        let rates = self.rates(point);
        let mut system = System::of_expected(point);
        for (index, (loads, measured)) in self.samples.iter().enumerate() {
            if is_kept(index) {
                let (seconds, slopes) = slopes(loads, &rates);
                system.add((seconds / measured).ln(), &slopes.map(|slope| slope / seconds));
            }
        }
        system
    }
}

/// One load for all products of matrices and one for the rest: where times add up, they take as long.
fn sums(loads: &[Load]) -> Vec<Load> {
    let mut sums = [false, true].map(|is_vector| Load { is_vector, ..Load::default() });
    for load in loads {
        let sum = &mut sums[usize::from(load.is_vector)];
        sum.flops += load.flops;
        sum.bytes += load.bytes;
        sum.launches += load.launches;
    }
    sums.into()
}

/// The time of all loads, and how it changes with the logarithm of each efficiency.
fn slopes(loads: &[Load], rates: &Rates) -> (f64, Point) {
    let (mut seconds, mut slopes) = (0.0, [0.0; 4]);
    for load in loads {
        let parts = rates.time(load);
        let (computes, moves) = match rates.layer_time {
            LayerTime::Sum => (true, true),
            LayerTime::Slower => (parts.compute > parts.memory, parts.compute <= parts.memory),
        };
        seconds += parts.seconds;
        slopes[usize::from(load.is_vector)] -= if computes { parts.compute } else { 0.0 };
        slopes[2] -= if moves { parts.memory } else { 0.0 };
        slopes[3] += parts.overhead;
    }
    (seconds, slopes)
}

/// A step, kept within what is fitted.
fn bounded(point: &Point, step: &Point) -> Point {
    let mut next = *point;
    for ((value, step), (least, most)) in next.iter_mut().zip(step).zip(BOUNDS) {
        *value = (*value + step).clamp(least.ln(), most.ln());
    }
    next
}

/// Normal equations.
struct System {
    loss: f64,
    matrix: [[f64; 4]; 4],
    gradient: Point,
}

impl System {
    /// What is expected before anything is measured.
    fn of_expected(point: &Point) -> Self {
        let mut system = System { loss: 0.0, matrix: [[0.0; 4]; 4], gradient: [0.0; 4] };
        for (index, expected) in EXPECTED.iter().enumerate() {
            let miss = point[index] - expected.ln();
            system.loss += WEIGHT * miss * miss;
            system.gradient[index] = WEIGHT * miss;
            system.matrix[index][index] = WEIGHT;
        }
        system
    }

    fn add(&mut self, miss: f64, slopes: &Point) {
        let root = (1.0 + (miss / SCALE).powi(2)).sqrt();
        self.loss += 2.0 * SCALE * SCALE * (root - 1.0);
        for (row, slope) in slopes.iter().enumerate() {
            self.gradient[row] += slope * miss / root;
            for (column, other) in slopes.iter().enumerate() {
                self.matrix[row][column] += slope * other / root;
            }
        }
    }

    /// The step to the least loss if the misses were linear, shortened by damping.
    fn step(&self, damping: f64) -> Point {
        let mut rows = self.matrix;
        let mut right = self.gradient.map(|slope| -slope);
        for (index, row) in rows.iter_mut().enumerate() {
            row[index] *= 1.0 + damping;
        }
        // Gauss's elimination without pivots: the matrix is symmetric and positive.
        for pivot in 0..4 {
            let (above, below) = (rows[pivot], right[pivot]);
            for (row, value) in rows.iter_mut().zip(&mut right).skip(pivot + 1) {
                let factor = row[pivot] / above[pivot];
                row.iter_mut().zip(above).for_each(|(entry, other)| *entry -= factor * other);
                *value -= factor * below;
            }
        }
        for row in (0..4).rev() {
            let known: f64 = (row + 1..4).map(|column| rows[row][column] * right[column]).sum();
            right[row] = (right[row] - known) / rows[row][row];
        }
        right
    }
}
