//! What accuracy a larger network will reach: error = e + b·C^−c by cost C, fitted to the networks of one series, with
//! prediction intervals.
//!
//! The parameters are badly determined, the floor e worst of all (arXiv:2404.10102): what counts is the interval of a
//! prediction.

mod bootstrap;
mod check;
mod curve;
mod family;
mod fit;
mod next;
mod series;

pub use check::{FEWEST, NoLaw, too_few_networks};
pub use curve::Curve;
pub use family::{FamilySeries, SeriesOfFamily, family_series};
pub use next::{NextNetwork, at_phi};
pub use series::{MeasuredPoint, Series};

use bootstrap::{Replica, interval, replicas};
use fit::{Costs, LEAST_NOISE};

/// The parameters of a law.
const PARAMETERS: usize = 3;

/// A law explains less than this share of the variance where networks have nothing in common.
const LEAST_EXPLAINED: f64 = 0.5;

/// The law of a series.
pub struct Law {
    /// The best curve.
    pub curve: Curve,
    /// How far networks are off the curve: the standard deviation, in percentage points, at least 0.1.
    pub deviation: f64,
    /// The networks that it was fitted to, less the three parameters; at least 1.
    pub degrees_of_freedom: usize,
    replicas: Vec<Replica>,
}

/// What a law says of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prediction {
    /// Its accuracy in percent.
    pub accuracy: f64,
    /// The lower end of the 95 % prediction interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A network that was left out of the fit, and predicted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HeldOut {
    /// The network, as measured.
    pub network: MeasuredPoint,
    /// What the law of the others says.
    pub prediction: Prediction,
}

impl Law {
    /// The law of a series.
    pub fn of(series: &Series) -> Result<Self, NoLaw> {
        check::check(series)?;
        let costs: Vec<f64> = series.networks.iter().map(|network| network.cost).collect();
        let errors: Vec<f64> =
            series.networks.iter().map(|network| 100.0 - network.accuracy).collect();
        let costs = Costs::new(&costs);
        let curve = costs.fit(&errors);
        let residuals = costs.residuals(&curve, &errors);
        let degrees_of_freedom = errors.len().saturating_sub(PARAMETERS).max(1);
        let squares: f64 = residuals.iter().map(|residual| residual.powi(2)).sum();
        let found = (squares / degrees_of_freedom as f64).sqrt();
        if found.powi(2) > (1.0 - LEAST_EXPLAINED) * variance(&errors).max(LEAST_NOISE.powi(2)) {
            return Err(check::scattered(series, found, &residuals));
        }
        let deviation = found.max(LEAST_NOISE);
        let fitted = errors.iter().zip(&residuals).map(|(error, residual)| error - residual);
        let fitted: Vec<f64> = fitted.collect();
        let replicas = replicas(&costs, &fitted, deviation, degrees_of_freedom);
        Ok(Law { curve, deviation, degrees_of_freedom, replicas })
    }

    /// The accuracy of a network of this cost, in percent.
    #[must_use]
    pub fn predict(&self, cost: f64) -> Prediction {
        let drawn = self.replicas.iter().map(|one| one.curve.accuracy(cost) + one.noise);
        let (low, high) = interval(drawn.map(|drawn| drawn.clamp(0.0, 100.0)).collect());
        Prediction { accuracy: self.curve.accuracy(cost).clamp(0.0, 100.0), low, high }
    }

    /// The 95 % interval of the floor: the error in percent that no cost gets below.
    #[must_use]
    pub fn floor(&self) -> (f64, f64) {
        interval(self.replicas.iter().map(|one| one.curve.floor).collect())
    }

    /// The 95 % interval of the exponent.
    #[must_use]
    pub fn exponent(&self) -> (f64, f64) {
        interval(self.replicas.iter().map(|one| one.curve.exponent).collect())
    }
}

impl HeldOut {
    /// The law of a series without its `count` largest networks, and what it says of these.
    pub fn of(series: &Series, count: usize) -> Result<(Law, Vec<HeldOut>), NoLaw> {
        let (rest, held_out) = series.without_largest(count);
        let law = Law::of(&rest)?;
        let predicted = held_out.into_iter().map(|network| {
            let prediction = law.predict(network.cost);
            HeldOut { network, prediction }
        });
        let predicted = predicted.collect();
        Ok((law, predicted))
    }

    /// By how much the prediction is above the measured accuracy, in percentage points.
    #[must_use]
    pub fn miss(&self) -> f64 {
        self.prediction.accuracy - self.network.accuracy
    }

    /// Whether the measured accuracy is within the interval.
    #[must_use]
    pub fn is_held(&self) -> bool {
        (self.prediction.low..=self.prediction.high).contains(&self.network.accuracy)
    }
}

/// The variance of a sample.
fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0)
}

#[cfg(test)]
mod tests;
