//! An axis fitted to its data: its limits and its ticks.

use crate::charts::drawing::font::Metrics;
use crate::charts::drawing::layout::ticks::{self, Tick};
use crate::charts::drawing::{Axis, Scale, TextStyle, Ticks};

/// Minimum extent of data; dividing by a smaller one overflows.
const MIN_EXTENT: f64 = 1e-280;

#[derive(Debug, Clone)]
pub(crate) struct FittedAxis {
    scale: Scale,
    /// Start and end on the scale: the values, or their decimal logarithms.
    limits: (f64, f64),
    /// Ticks with a label.
    pub major: Vec<Tick>,
    /// Values of ticks without a label.
    pub minor: Vec<f64>,
}

/// The direction of an axis: decides how close its tick labels may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Direction {
    Horizontal,
    Vertical {
        /// Room below and above the data, as a share of its extent.
        padding: (f64, f64),
    },
}

/// Fits `axis` to data from `extent.0` to `extent.1`, over `length` pixels.
pub(crate) fn fit(
    axis: &Axis,
    extent: (f64, f64),
    direction: Direction,
    length: f64,
    metrics: &Metrics,
) -> FittedAxis {
    let limits = limits(axis, extent, direction);
    let mut fitted = FittedAxis { scale: axis.scale, limits, major: Vec::new(), minor: Vec::new() };
    fitted.choose_ticks(axis, direction, length, metrics);
    let is_vertical = direction != Direction::Horizontal;
    if is_vertical && axis.scale == Scale::Linear && axis.range.is_none() {
        fitted.start_at_tick();
        fitted.choose_ticks(axis, direction, length, metrics);
    }
    fitted
}

impl FittedAxis {
    /// An axis from 0 to 1 without ticks.
    pub(crate) fn without_ticks() -> Self {
        let (scale, limits) = (Scale::Linear, (0.0, 1.0));
        Self { scale, limits, major: Vec::new(), minor: Vec::new() }
    }

    /// Tells the reader that a linear axis starts above zero.
    pub(crate) fn start_note(&self) -> Option<String> {
        let first = self.major.first()?;
        let is_at_start = self.fraction(first.value).abs() < 1e-6;
        (self.scale == Scale::Linear && self.limits.0 > 0.0).then(|| {
            if is_at_start {
                format!("axis starts at {}", first.label)
            } else {
                "axis does not start at 0".to_owned()
            }
        })
    }

    /// Where stems start: zero, or the start of a logarithmic axis.
    pub(crate) fn base(&self) -> f64 {
        match self.scale {
            Scale::Linear => 0.0_f64.clamp(self.limits.0, self.limits.1),
            Scale::Log => self.range().0,
        }
    }

    /// How far along the axis `value` lies: 0 at its start, 1 at its end.
    pub(crate) fn fraction(&self, value: f64) -> f64 {
        (on_scale(self.scale, value) - self.limits.0) / (self.limits.1 - self.limits.0)
    }

    /// First and last value.
    fn range(&self) -> (f64, f64) {
        let value = |limit: f64| match self.scale {
            Scale::Linear => limit,
            Scale::Log => 10_f64.powf(limit).clamp(f64::MIN_POSITIVE, f64::MAX),
        };
        (value(self.limits.0), value(self.limits.1))
    }

    /// Labels as many values as fit with a wide gap, or a narrow one if that leaves fewer than three.
    fn choose_ticks(&mut self, axis: &Axis, direction: Direction, length: f64, metrics: &Metrics) {
        let width = |tick: &Tick| metrics.width(&tick.label, TextStyle::Small);
        for gap in [14.0, 5.0] {
            let fits = |ticks: &[Tick]| {
                ticks.windows(2).all(|pair| {
                    let (one, next) = (&pair[0], &pair[1]);
                    let distance = (self.fraction(next.value) - self.fraction(one.value)) * length;
                    let needed = match direction {
                        Direction::Horizontal => f64::midpoint(width(one), width(next)),
                        Direction::Vertical { .. } => TextStyle::Small.size(),
                    };
                    distance >= needed + gap
                })
            };
            self.major = ticks::choose(self.range(), self.scale, &axis.ticks, fits);
            if self.major.len() >= 3 {
                break;
            }
        }
        let decades = self.limits.1 - self.limits.0;
        let minor_fit = self.scale == Scale::Log && length / decades > 60.0;
        if minor_fit && axis.ticks != Ticks::Times {
            self.minor = ticks::minor(self.range(), &self.major);
        }
    }

    /// Moves the start down to the tick before the first.
    fn start_at_tick(&mut self) {
        if let [first, second, ..] = self.major.as_slice() {
            let step = second.value - first.value;
            if first.value - self.limits.0 > step * 1e-6 {
                self.limits.0 = first.value - step;
            }
        }
    }
}

fn on_scale(scale: Scale, value: f64) -> f64 {
    match scale {
        Scale::Linear => value,
        Scale::Log => value.log10(),
    }
}

/// Limits on the scale, padded beyond the data on each side without a requested limit.
fn limits(axis: &Axis, (low, high): (f64, f64), direction: Direction) -> (f64, f64) {
    let (low, high) = (on_scale(axis.scale, low), on_scale(axis.scale, high));
    let (below, above) = match direction {
        Direction::Horizontal => (0.05, 0.05),
        Direction::Vertical { padding } => padding,
    };
    let (low, high, extent) = widened(axis.scale, low, high);
    let mut padded = (low - below * extent, high + above * extent);
    if axis.scale == Scale::Linear && direction != Direction::Horizontal && low >= 0.0 {
        // Padding must not suggest that there are negative values.
        padded.0 = padded.0.max(0.0);
    }
    let Some((first, last)) = axis.range else {
        return padded;
    };
    let (first, last) = (on_scale(axis.scale, first), on_scale(axis.scale, last));
    // Shares that add up to 100 may miss it by a rounding error.
    let slack = 1e-9 * extent;
    (
        if first <= low + slack { first } else { padded.0 },
        if last >= high - slack { last } else { padded.1 },
    )
}

/// The data's ends and extent; one point, or points too close for f64, get an extent too.
fn widened(scale: Scale, low: f64, high: f64) -> (f64, f64, f64) {
    let extent = high - low;
    if extent > (1e-9 * low.abs().max(high.abs())).max(MIN_EXTENT) {
        return (low, high, extent);
    }
    let half = match scale {
        Scale::Log => 0.3,
        Scale::Linear if low.abs() < MIN_EXTENT => 1.0,
        Scale::Linear => low.abs() * 0.05,
    };
    (low - half, high + half, 2.0 * half)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERTICAL: Direction = Direction::Vertical { padding: (0.06, 0.09) };

    fn axis(scale: Scale, ticks: Ticks, range: Option<(f64, f64)>) -> Axis {
        Axis { label: "cost".to_owned(), scale, ticks, range, ..Axis::default() }
    }

    #[test]
    fn a_range_is_kept_unless_data_lies_outside() {
        let axis = axis(Scale::Linear, Ticks::Percent, Some((75.0, 85.0)));
        let fitted = fit(&axis, (76.0, 84.0), VERTICAL, 400.0, &Metrics::of(None));
        assert_eq!(fitted.range(), (75.0, 85.0));
        let fitted = fit(&axis, (70.0, 84.0), VERTICAL, 400.0, &Metrics::of(None));
        assert!(fitted.range().0 < 70.0);
    }

    #[test]
    fn one_value_still_gets_an_axis() {
        for scale in [Scale::Linear, Scale::Log] {
            for value in [1e-300, 1.0, 80.0, 1e140] {
                let axis = axis(scale, Ticks::Si, None);
                let extent = (value, value);
                let fitted = fit(&axis, extent, Direction::Horizontal, 700.0, &Metrics::of(None));
                assert!((0.1..0.9).contains(&fitted.fraction(value)), "{scale:?} {value}");
                assert!(!fitted.major.is_empty(), "{scale:?} {value}");
            }
        }
    }

    #[test]
    fn the_start_above_zero_is_a_tick() {
        let axis = axis(Scale::Linear, Ticks::Percent, None);
        let fitted = fit(&axis, (76.0, 84.3), VERTICAL, 430.0, &Metrics::of(None));
        assert_eq!(fitted.start_note().as_deref(), Some("axis starts at 75%"));
    }
}
