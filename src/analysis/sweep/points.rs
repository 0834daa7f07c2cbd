//! The points of a sweep: every combination of values, or combinations drawn at random, each known by its index alone.

use crate::analysis::random::drawn;
use crate::error::{Diagnostic, Error};
use crate::families::scaling::{Coefficients, Scale};

/// The most points that a sweep can have.
pub const MAX_POINTS: u64 = 1_000_000_000_000;

/// What varies in a sweep. The last list varies fastest. Depth is last because the next network then differs from the
/// one before in repeats alone.
#[derive(Clone, Debug, PartialEq)]
pub enum Axes {
    /// Resolution, width and depth multipliers.
    Multipliers([Vec<f64>; 3]),
    /// φ, γ, β and α.
    Compound([Vec<f64>; 4]),
}

/// Points drawn at random from all combinations of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// How many are drawn; one can be drawn twice.
    pub points: u64,
    /// What they are drawn with: point i depends on the seed and on i alone.
    pub seed: u64,
}

/// One point of a sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The index of the member, or 0 for a baseline.
    pub network: usize,
    /// φ and the coefficients that gave the multipliers, if φ varies.
    pub compound: Option<(f64, Coefficients)>,
    /// The multipliers.
    pub scale: Scale,
}

/// All combinations of networks and values, or those of them that are drawn.
#[derive(Clone, Debug)]
pub(super) struct Points {
    axes: Axes,
    draw: Option<Draw>,
    /// Combinations of networks and values.
    combinations: u64,
}

impl Axes {
    /// The lists of values, the one that varies fastest last.
    #[must_use]
    pub fn lists(&self) -> &[Vec<f64>] {
        match self {
            Axes::Multipliers(lists) => lists,
            Axes::Compound(lists) => lists,
        }
    }

    fn point(&self, network: usize, at: [usize; 4]) -> Point {
        match self {
            Axes::Multipliers([resolution, width, depth]) => {
                let (depth, width, resolution) = (depth[at[2]], width[at[1]], resolution[at[0]]);
                Point { network, compound: None, scale: Scale { depth, width, resolution } }
            }
            Axes::Compound([phi, gamma, beta, alpha]) => {
                let phi = phi[at[0]];
                let (alpha, beta, gamma) = (alpha[at[3]], beta[at[2]], gamma[at[1]]);
                let coefficients = Coefficients { alpha, beta, gamma };
                let scale = coefficients.at(phi);
                Point { network, compound: Some((phi, coefficients)), scale }
            }
        }
    }
}

impl Points {
    /// Fails for an empty list, and for more than [`MAX_POINTS`] points.
    pub(super) fn new(networks: usize, axes: Axes, draw: Option<Draw>) -> Result<Self, Error> {
        let lengths = axes.lists().iter().map(Vec::len).chain([networks]);
        let combinations = lengths.map(|length| length as u128).product::<u128>(); // lists are in memory
        if combinations == 0 {
            return Err(Error::new(
                "a sweep needs at least one network and one value of each axis",
            ));
        }
        let points = draw.map_or(combinations, |draw| u128::from(draw.points));
        if points > u128::from(MAX_POINTS) {
            let message = format!("the sweep has {points} points; the limit is {MAX_POINTS}");
            let help = "take wider steps, or draw some of them with --random N";
            return Err(Diagnostic::new(message).help(help).into());
        }
        let combinations = u64::try_from(combinations).map_err(|_| {
            Error::new("points are drawn from at most 2^64 combinations: take wider steps")
        })?;
        Ok(Points { axes, draw, combinations })
    }

    pub(super) fn axes(&self) -> &Axes {
        &self.axes
    }

    pub(super) fn count(&self) -> u64 {
        self.draw.map_or(self.combinations, |draw| draw.points)
    }

    /// The point with this index.
    #[allow(clippy::cast_possible_truncation)] // the remainder of a length
    pub(super) fn get(&self, index: u64) -> Point {
        let lists = self.axes.lists();
        let mut rest = self.draw.map_or(index, |draw| drawn(draw.seed, index, self.combinations));
        let mut at = [0; 4];
        for (place, list) in lists.iter().enumerate().rev() {
            let length = list.len() as u64;
            at[place] = (rest % length) as usize;
            rest /= length;
        }
        self.axes.point(rest as usize, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scales(points: &Points) -> Vec<[f64; 3]> {
        let scale = |index| points.get(index).scale;
        let all = (0..points.count()).map(scale);
        all.map(|scale| [scale.resolution, scale.width, scale.depth]).collect()
    }

    #[test]
    fn depth_varies_fastest_and_networks_slowest() {
        let axes = Axes::Multipliers([vec![1.0], vec![1.0, 2.0], vec![1.0, 3.0]]);
        let points = Points::new(2, axes, None).expect("points");
        let of_one = [[1.0, 1.0, 1.0], [1.0, 1.0, 3.0], [1.0, 2.0, 1.0], [1.0, 2.0, 3.0]];
        assert_eq!(scales(&points), [of_one, of_one].concat());
        assert_eq!([0, 3, 4, 7].map(|index| points.get(index).network), [0, 0, 1, 1]);
    }

    #[test]
    fn coefficients_are_raised_to_phi() {
        let axes = Axes::Compound([vec![0.0, 2.0], vec![1.1], vec![1.2], vec![1.0, 1.3]]);
        let points = Points::new(1, axes, None).expect("points");
        let coefficients = Coefficients { alpha: 1.3, beta: 1.2, gamma: 1.1 };
        assert_eq!(points.get(1).scale, Scale::BASELINE);
        assert_eq!(points.get(3).scale, coefficients.at(2.0));
        assert_eq!(points.get(3).compound, Some((2.0, coefficients)));
    }

    #[test]
    fn every_combination_is_drawn_about_as_often() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        let axes = Axes::Multipliers([values.clone(), vec![1.0], values]);
        let points = Points::new(1, axes, Some(Draw { points: 100_000, seed: 7 })).expect("points");
        let mut drawn = std::collections::BTreeMap::new();
        for scale in scales(&points) {
            *drawn.entry(scale.map(f64::to_bits)).or_insert(0) += 1;
        }
        assert_eq!(drawn.len(), 100);
        // Six standard deviations of a binomial number around 1,000.
        assert!(drawn.values().all(|times: &i32| (times - 1000).abs() < 190), "{drawn:?}");
    }

    #[test]
    fn too_many_points_are_refused_but_can_be_drawn_from() {
        let values: Vec<f64> = (1..=10_000).map(f64::from).collect();
        let axes = Axes::Multipliers([values.clone(), values.clone(), values]);
        assert!(Points::new(1, axes.clone(), None).is_ok());
        let error = Points::new(2, axes.clone(), None).expect_err("too many");
        assert!(error.message().contains("2000000000000 points"), "{error}");
        assert!(Points::new(2, axes.clone(), Some(Draw { points: 9, seed: 0 })).is_ok());
        assert!(Points::new(2, axes.clone(), Some(Draw { points: u64::MAX, seed: 0 })).is_err());
        assert!(Points::new(0, axes, None).is_err());
    }
}
