//! An axis laid over its data: where it starts and ends, and its ticks.

use crate::charts::drawing::font::{Metrics, Style};
use crate::charts::drawing::ticks::{self, Tick};
use crate::charts::drawing::{Axis, Scale};

/// Below this, dividing by an extent overflows.
const SMALLEST_SPAN: f64 = 1e-280;

/// An axis ready to be drawn.
#[derive(Debug, Clone)]
pub(crate) struct Ruler {
    scale: Scale,
    /// Ends on the scale: the values, or their decimal logarithms.
    ends: (f64, f64),
    pub major: Vec<Tick>,
    pub minor: Vec<f64>,
}

/// Which way an axis runs, and so how close its tick texts may stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Direction {
    Across,
    Up {
        /// Room below and above the data, as a share of its extent.
        room: (f64, f64),
    },
}

/// Lays `axis` over data from `extent.0` to `extent.1` along `length` pixels.
pub(crate) fn rule(
    axis: &Axis,
    extent: (f64, f64),
    direction: Direction,
    length: f64,
    metrics: &Metrics,
) -> Ruler {
    let mut ruler = Ruler {
        scale: axis.scale,
        ends: ends(axis, extent, direction),
        major: Vec::new(),
        minor: Vec::new(),
    };
    ruler.tick(axis, direction, length, metrics);
    if matches!(direction, Direction::Up { .. })
        && axis.scale == Scale::Linear
        && axis.range.is_none()
    {
        ruler.start_at_tick();
        ruler.tick(axis, direction, length, metrics);
    }
    ruler
}

impl Ruler {
    /// What has to be said of a linear axis that starts above zero.
    pub(crate) fn start_said(&self) -> Option<String> {
        let first = self.major.first()?;
        let at_start = self.share(first.value).abs() < 1e-6;
        (self.scale == Scale::Linear && self.ends.0 > 0.0).then(|| {
            if at_start {
                format!("axis starts at {}", first.text)
            } else {
                "axis does not start at 0".to_owned()
            }
        })
    }

    /// An axis from 0 to 1 without ticks.
    pub(crate) fn bare() -> Self {
        let (scale, ends) = (Scale::Linear, (0.0, 1.0));
        Self { scale, ends, major: Vec::new(), minor: Vec::new() }
    }

    /// Where a stem stands: zero, or the start of a logarithmic axis.
    pub(crate) fn base(&self) -> f64 {
        match self.scale {
            Scale::Linear => 0.0_f64.clamp(self.ends.0, self.ends.1),
            Scale::Log => self.limits().0,
        }
    }

    /// How far along the axis `value` lies: 0 at the start, 1 at the end.
    pub(crate) fn share(&self, value: f64) -> f64 {
        (on_scale(self.scale, value) - self.ends.0) / (self.ends.1 - self.ends.0)
    }

    /// Start and end as values.
    fn limits(&self) -> (f64, f64) {
        let value = |position: f64| match self.scale {
            Scale::Linear => position,
            Scale::Log => 10_f64.powf(position).clamp(f64::MIN_POSITIVE, f64::MAX),
        };
        (value(self.ends.0), value(self.ends.1))
    }

    /// Names as many values as stand well apart; closer ones rather than fewer than three.
    fn tick(&mut self, axis: &Axis, direction: Direction, length: f64, metrics: &Metrics) {
        let width = |tick: &Tick| metrics.width(&tick.text, Style::Small);
        for air in [14.0, 5.0] {
            let roomy = |ticks: &[Tick]| {
                ticks.windows(2).all(|pair| {
                    let apart = (self.share(pair[1].value) - self.share(pair[0].value)) * length;
                    let needed = match direction {
                        Direction::Across => f64::midpoint(width(&pair[0]), width(&pair[1])),
                        Direction::Up { .. } => Style::Small.size(),
                    };
                    apart >= needed + air
                })
            };
            self.major = ticks::choose(self.limits(), self.scale, &axis.ticks, roomy);
            if self.major.len() >= 3 {
                break;
            }
        }
        let decades = self.ends.1 - self.ends.0;
        let minor_fit = self.scale == Scale::Log && length / decades > 60.0;
        if minor_fit && axis.ticks != crate::charts::drawing::Ticks::Times {
            self.minor = ticks::minor(self.limits(), &self.major);
        }
    }

    fn start_at_tick(&mut self) {
        if let [first, second, ..] = self.major.as_slice() {
            let step = second.value - first.value;
            if first.value - self.ends.0 > step * 1e-6 {
                self.ends.0 = first.value - step;
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

/// Ends on the scale, with room beyond the data where the caller asked for no range.
fn ends(axis: &Axis, (low, high): (f64, f64), direction: Direction) -> (f64, f64) {
    let (low, high) = (on_scale(axis.scale, low), on_scale(axis.scale, high));
    let (low_room, high_room) = match direction {
        Direction::Across => (0.05, 0.05),
        Direction::Up { room } => room,
    };
    let wide = high - low;
    // One point, or points that f64 can hardly tell apart, still need an axis.
    let (low, high, wide) = if wide <= (1e-9 * low.abs().max(high.abs())).max(SMALLEST_SPAN) {
        let half = match axis.scale {
            Scale::Log => 0.3,
            Scale::Linear if low.abs() < SMALLEST_SPAN => 1.0,
            Scale::Linear => low.abs() * 0.05,
        };
        (low - half, high + half, 2.0 * half)
    } else {
        (low, high, wide)
    };
    let mut padded = (low - low_room * wide, high + high_room * wide);
    if axis.scale == Scale::Linear && direction != Direction::Across && low >= 0.0 {
        // Room must not suggest that there are negative values.
        padded.0 = padded.0.max(0.0);
    }
    let Some((asked_low, asked_high)) = axis.range else {
        return padded;
    };
    let (asked_low, asked_high) =
        (on_scale(axis.scale, asked_low), on_scale(axis.scale, asked_high));
    // Shares that add up to 100 may do so a rounding away.
    let slack = 1e-9 * wide;
    (
        if asked_low <= low + slack { asked_low } else { padded.0 },
        if asked_high >= high - slack { asked_high } else { padded.1 },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::drawing::Ticks;

    const UP: Direction = Direction::Up { room: (0.06, 0.09) };

    fn axis(scale: Scale, ticks: Ticks, range: Option<(f64, f64)>) -> Axis {
        Axis { label: "cost".to_owned(), scale, ticks, range }
    }

    #[test]
    fn a_range_is_kept_unless_data_oversteps_it() {
        let axis = axis(Scale::Linear, Ticks::Percent, Some((75.0, 85.0)));
        let ruler = rule(&axis, (76.0, 84.0), UP, 400.0, &Metrics::embedded());
        assert_eq!(ruler.limits(), (75.0, 85.0));
        let ruler = rule(&axis, (70.0, 84.0), UP, 400.0, &Metrics::embedded());
        assert!(ruler.limits().0 < 70.0);
    }

    #[test]
    fn one_value_still_gets_an_axis() {
        for scale in [Scale::Linear, Scale::Log] {
            for value in [1e-300, 1.0, 80.0, 1e140] {
                let axis = axis(scale, Ticks::Si, None);
                let ruler =
                    rule(&axis, (value, value), Direction::Across, 700.0, &Metrics::embedded());
                assert!((0.1..0.9).contains(&ruler.share(value)), "{scale:?} {value}");
                assert!(!ruler.major.is_empty(), "{scale:?} {value}");
            }
        }
    }

    #[test]
    fn the_start_above_zero_is_a_tick() {
        let axis = axis(Scale::Linear, Ticks::Percent, None);
        let ruler = rule(&axis, (76.0, 84.3), UP, 430.0, &Metrics::embedded());
        assert_eq!(ruler.start_said().as_deref(), Some("axis starts at 75%"));
    }
}
