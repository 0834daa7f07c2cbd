//! Random numbers that follow from a seed and an index alone: SplitMix64 (Steele, Lea and Flood 2014). The same seed gives
//! the same numbers on every machine.

use std::f64::consts::TAU;

/// Output `index` of SplitMix64.
pub(crate) fn split_mix(seed: u64, index: u64) -> u64 {
    let step = 0x9E37_79B9_7F4A_7C15_u64;
    let mut mixed = seed.wrapping_add(step.wrapping_mul(index.wrapping_add(1)));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A number below `bound`: output `index` of SplitMix64, as a share of 2^64. The least and the most likely number
/// differ by bound / 2^64, relatively.
#[allow(clippy::cast_possible_truncation)] // below `bound`
pub(crate) fn drawn(seed: u64, index: u64, bound: u64) -> u64 {
    ((u128::from(split_mix(seed, index)) * u128::from(bound)) >> 64) as u64
}

/// Numbers drawn one after another.
pub(crate) struct Draws {
    seed: u64,
    index: u64,
}

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Draws { seed, index: 0 }
    }

    /// A number below `bound`, which is above 0.
    #[allow(clippy::cast_possible_truncation)] // below `bound`
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let number = drawn(self.seed, self.index, bound as u64);
        self.index += 1;
        number as usize
    }

    /// Between 0 and 1, and neither of them.
    fn uniform(&mut self) -> f64 {
        let drawn = split_mix(self.seed, self.index) >> 11;
        self.index += 1;
        (drawn as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// From the standard normal distribution (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    /// From the χ² distribution: the sum of so many squares of normal numbers.
    pub(crate) fn chi_squared(&mut self, degrees: usize) -> f64 {
        (0..degrees).map(|_| self.normal().powi(2)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs of Java's SplittableRandom and of the reference in C, for seed 1234567.
    #[test]
    fn draws_are_those_of_splitmix64() {
        let outputs = [0, 1, 2].map(|index| split_mix(1_234_567, index));
        let reference =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(outputs, reference);
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1_and_their_squares_add_up() {
        let mut random = Draws::new(3);
        let drawn: Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / 1e5;
        let variance = drawn.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / 1e5;
        // Six standard errors.
        assert!(mean.abs() < 0.019 && (variance - 1.0).abs() < 0.027, "{mean} {variance}");
        let within = drawn.iter().filter(|one| one.abs() < 1.96).count() as f64 / 1e5;
        assert!((within - 0.95).abs() < 0.005, "{within}");
        let mean = (0..10_000).map(|_| random.chi_squared(3)).sum::<f64>() / 1e4;
        assert!((mean - 3.0).abs() < 0.15, "{mean}");
    }
}
