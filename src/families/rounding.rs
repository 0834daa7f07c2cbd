//! How scaled dimensions become whole numbers, which is part of a family's spec.

/// How a fraction becomes a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rounding {
    /// Down to the next whole number.
    Floor,
    /// To the nearest, halves up.
    Nearest,
    /// To the nearest, halves to even (as Python's `round` does).
    NearestEven,
    /// Up to the next whole number.
    Ceil,
}

/// Channels become a multiple of `divisor`, at least `minimum`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelRounding {
    /// What channels are a multiple of.
    pub divisor: u64,
    /// The least number of channels.
    pub minimum: u64,
    /// The smallest share of the channels that rounding may keep: below it, one more `divisor` is added. 0 turns
    /// this guard off.
    pub keep: f64,
    /// The direction of rounding.
    pub rounding: Rounding,
}

/// Height and width of the input become a multiple of `divisor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResolutionRounding {
    /// What height and width are a multiple of, in pixels.
    pub divisor: u64,
    /// The direction of rounding.
    pub rounding: Rounding,
}

impl Rounding {
    /// The name in specs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rounding::Floor => "floor",
            Rounding::Nearest => "nearest",
            Rounding::NearestEven => "nearest_even",
            Rounding::Ceil => "ceil",
        }
    }

    /// Rounds a value. Values within 10^-9 of a whole number become that number: 1.1 × 10 repeats are 11, although
    /// the floating-point product is slightly more and its ceiling would be 12.
    #[must_use]
    pub fn apply(self, value: f64) -> f64 {
        let near = value.round();
        if (value - near).abs() <= 1e-9 * near.abs().max(1.0) {
            return near;
        }
        match self {
            Rounding::Floor => value.floor(),
            // A half with a small floating-point error is still a half.
            Rounding::Nearest => (value + 0.5 + 1e-9 * value.abs().max(1.0)).floor(),
            Rounding::NearestEven if (value.fract() - 0.5).abs() < 1e-9 => {
                (value.floor() + 0.5).round_ties_even()
            }
            Rounding::NearestEven => value.round_ties_even(),
            Rounding::Ceil => value.ceil(),
        }
    }
}

impl ChannelRounding {
    /// Rounds a number of channels (EfficientNet's `round_filters`).
    #[must_use]
    pub fn apply(&self, channels: f64) -> f64 {
        let divisor = self.divisor as f64;
        let rounded = self.rounding.apply(channels / divisor) * divisor;
        let rounded = rounded.max(self.minimum as f64);
        let kept = self.keep * channels;
        if rounded < kept - 1e-9 * kept { rounded + divisor } else { rounded }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_by_the_rule() {
        for (value, floor, nearest, even, ceil) in
            [(2.5, 2.0, 3.0, 2.0, 3.0), (3.5, 3.0, 4.0, 4.0, 4.0), (2.4, 2.0, 2.0, 2.0, 3.0)]
        {
            assert_eq!(Rounding::Floor.apply(value).to_bits(), f64::to_bits(floor));
            assert_eq!(Rounding::Nearest.apply(value).to_bits(), f64::to_bits(nearest));
            assert_eq!(Rounding::NearestEven.apply(value).to_bits(), f64::to_bits(even));
            assert_eq!(Rounding::Ceil.apply(value).to_bits(), f64::to_bits(ceil));
        }
    }

    #[test]
    fn the_guard_acts_below_its_share() {
        let with =
            |keep| ChannelRounding { divisor: 8, minimum: 8, keep, rounding: Rounding::Nearest };
        assert_eq!(with(0.9).apply(19.2).to_bits(), 24f64.to_bits());
        assert_eq!(with(0.0).apply(19.2).to_bits(), 16f64.to_bits());
        assert_eq!(with(0.9).apply(1.0).to_bits(), 8f64.to_bits());
    }
}
