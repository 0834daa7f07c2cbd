//! Budgets: limits on what a network costs, how much of each it uses, and which one binds.

use crate::analysis::time::Deployment;
use crate::counting::measure::Measure;
use crate::counting::memory::{self, Dtype};
use crate::counting::network::Network;
use crate::counting::training::{self, Settings};
use crate::counting::units::{self, Figure};

/// Limits on a network's cost for a forward pass; memory may be that of training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budgets {
    /// Each limited measure and its limit, in units of the measure.
    pub limits: Vec<(Measure, u128)>,
    /// The type of numbers in memory.
    pub dtype: Dtype,
    /// Images in memory and in a timed batch; the other limits are for one image.
    pub batch: u32,
    /// How the network is trained in that memory; `None` for a forward pass alone.
    pub training: Option<Settings>,
    /// The limit on time.
    pub time: Option<TimeLimit>,
}

/// A limit on the time of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeLimit {
    /// The limit, in nanoseconds.
    pub allowed: u128,
    /// Where the batch runs, and how.
    pub deployment: Deployment,
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// A cost that is counted.
    Cost(Measure),
    /// The time of a batch, in nanoseconds.
    Time,
}

/// How much of one limit a network uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Use {
    /// What is limited.
    pub limited: Limited,
    /// The limit.
    pub allowed: u128,
    /// The network's amount.
    pub used: u128,
}

/// How much of every limit a network uses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// One entry for each limit.
    pub uses: Vec<Use>,
}

impl Budgets {
    /// Whether a measure is limited.
    #[must_use]
    pub fn is_limited(&self, measure: Measure) -> bool {
        self.limits.iter().any(|(limited, _)| *limited == measure)
    }

    /// The network's amount of a measure.
    #[must_use]
    pub fn used(&self, measure: Measure, network: &Network) -> u128 {
        let memory = || match self.training {
            Some(settings) => {
                let training = training::of(network);
                let step = training::memory(network, &training, settings, self.batch);
                step.map_or(u128::MAX, |step| step.peak)
            }
            None => memory::of(network, self.dtype, self.batch).total(),
        };
        measure.in_ledger(&network.ledger()).unwrap_or_else(memory)
    }

    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.limits.is_empty() && self.time.is_none()
    }

    /// Compares a network with every limit.
    #[must_use]
    pub fn usage(&self, network: &Network) -> Usage {
        let counted = self.limits.iter().map(|&(measure, allowed)| {
            let used = self.used(measure, network);
            Use { limited: Limited::Cost(measure), allowed, used }
        });
        let timed = self.time.iter().map(|limit| {
            let used = nanoseconds(limit.deployment.seconds(network));
            Use { limited: Limited::Time, allowed: limit.allowed, used }
        });
        Usage { uses: counted.chain(timed).collect() }
    }
}

impl Limited {
    /// The key in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Limited::Cost(measure) => measure.key(),
            Limited::Time => "time",
        }
    }

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Limited::Cost(measure) => measure.name(),
            Limited::Time => "time",
        }
    }

    /// The name and, in brackets, what is counted or the unit.
    #[must_use]
    pub fn in_full(self) -> &'static str {
        match self {
            Limited::Cost(measure) => measure.in_full(),
            Limited::Time => "time of a batch",
        }
    }
}

impl Usage {
    /// Whether the network is within every limit.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.uses.iter().all(Use::fits)
    }

    /// The limit that binds: the one used most. `None` without limits.
    #[must_use]
    pub fn binding(&self) -> Option<&Use> {
        self.uses.iter().max_by(|a, b| a.share().total_cmp(&b.share()))
    }

    /// The used shares of the limits that are exceeded, the largest first. Of two lists, the one that is less exceeds
    /// its limits less.
    #[must_use]
    pub fn excess(&self) -> Vec<f64> {
        let mut shares: Vec<f64> =
            self.uses.iter().filter(|one| !one.fits()).map(Use::share).collect();
        shares.sort_by(|a, b| b.total_cmp(a));
        shares
    }

    /// The largest used share of a limit: 0.97 is 97 %, and more than 1 does not fit.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.binding().map_or(0.0, Use::share)
    }
}

impl Use {
    /// Used over allowed: 0.97 is 97 %.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.used as f64 / self.allowed as f64
    }

    /// Whether the network is within the limit.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.used <= self.allowed
    }
}

/// A budget for a count: 600M, 0.6B, `600_000_000`, at least 1. The error is a phrase for the option that holds it.
pub fn parse_count(text: &str) -> Result<u128, String> {
    let value = Figure::parse(text).and_then(|figure| whole_number(figure.value));
    let message = "a budget is a number of at least 1, such as 600M, 0.6B or 600_000_000";
    value.ok_or_else(|| message.into())
}

/// A budget in bytes: 10MB, 10MiB, at least 1. The error is a phrase for the option that holds it.
pub fn parse_bytes(text: &str) -> Result<u128, String> {
    let bytes = units::parse_bytes(text);
    bytes.and_then(whole_number).ok_or_else(|| match unit(text) {
        Some(unit) if bytes.is_none() => {
            format!(
                "`{unit}` is not a unit of memory; these are: {}",
                units::byte_units().join(", ")
            )
        }
        _ => "a memory budget is at least 1 byte, such as 10MB or 10MiB".into(),
    })
}

/// A budget for time, in nanoseconds: 10ms, 0.5 s, at least 1 ns. The error is a phrase for the option that holds it.
pub fn parse_time(text: &str) -> Result<u128, String> {
    let seconds = units::parse_seconds(text);
    let amount = seconds.map(nanoseconds).filter(|amount| (1..u128::MAX).contains(amount));
    amount.ok_or_else(|| match unit(text) {
        Some(unit) if seconds.is_none() => {
            let known = units::time_units().join(", ");
            format!("`{unit}` is not a unit of time; these are: {known}")
        }
        None if Figure::parse(text).is_some() => {
            format!("{text} has no unit: write {text}ms or {text}s")
        }
        _ => "a time budget is above 0 with a unit, such as 10ms or 0.5s".into(),
    })
}

/// The nearest whole number of nanoseconds.
fn nanoseconds(seconds: f64) -> u128 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a cast saturates
    let whole = (seconds * 1e9).round() as u128;
    whole
}

/// The letters behind a number.
fn unit(text: &str) -> Option<&str> {
    let text = text.trim();
    let number = text.trim_end_matches(char::is_alphabetic);
    let is_number = Figure::parse(number).is_some();
    text.get(number.len()..).filter(|unit| is_number && !unit.is_empty())
}

/// The value as a whole number of at least 1: 5.3M is 5,300,000.
fn whole_number(value: f64) -> Option<u128> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked on the same line
    let near = (value - value.round()).abs() <= 1e-6 * value;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked on the same line
    (near && value.round() >= 1.0 && value < 1e30).then_some(value.round() as u128)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Conv, Layer, Padding, Window};
    use crate::counting::network::Stage;
    use crate::counting::node::Node;
    use crate::counting::shape::Shape;

    /// A 1 × 1 convolution from 8 to 4 channels on 2 × 2: 128 MACs, 32 weights, 16 outputs.
    fn network() -> Network<u64> {
        let input = Shape { channels: 8, height: 2, width: 2 };
        let window = Window {
            kernel: [1; 2],
            stride: [1; 2],
            dilation: [1; 2],
            padding: Padding::Same,
            ceil: false,
        };
        let conv = Conv::new(&8, 4, 1, window, false).expect("a convolution");
        let node = Node::layer("conv", &input, Layer::Conv(conv)).expect("a layer");
        let stage = Stage { name: "stage".into(), repeats: 1, node };
        Network::new(input, vec![stage]).expect("a network")
    }

    #[test]
    fn every_limit_is_compared_with_its_own_measure() {
        let limits = Measure::ALL.into_iter().zip([128, 256, 64, 15, 1000]).collect();
        let mut all = Budgets { limits, dtype: Dtype::Fp16, batch: 3, training: None, time: None };
        let usage = all.usage(&network());
        let used: Vec<u128> = usage.uses.iter().map(|one| one.used).collect();
        assert_eq!(used, [128, 256, 32, 16, 2 * (32 + 3 * 48)]);
        assert!(!usage.fits());
        assert_eq!(
            usage.binding().map(|one| one.limited),
            Some(Limited::Cost(Measure::Activations))
        );
        all.limits.retain(|(measure, _)| *measure != Measure::Activations);
        let usage = all.usage(&network());
        assert!(usage.fits());
        assert!((usage.share() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn one_limit_exceeded_is_less_than_two() {
        let usage = |limits: [u128; 3]| {
            let measures = [Measure::Macs, Measure::Params, Measure::Activations];
            let limits = measures.into_iter().zip(limits).collect();
            Budgets { limits, ..Budgets::default() }.usage(&network())
        };
        let [none, one, two] = [[128, 32, 16], [128, 16, 16], [100, 16, 16]].map(usage);
        assert_eq!(none.excess(), [] as [f64; 0]);
        assert_eq!((one.share(), two.share()), (2.0, 2.0));
        assert!(none.excess() < one.excess() && one.excess() < two.excess());
        assert_eq!(two.excess(), [2.0, 1.28]);
    }

    #[test]
    fn without_a_limit_everything_fits() {
        let none = Budgets::default();
        assert!(none.usage(&network()).fits());
        assert_eq!(none.usage(&network()).binding(), None);
    }

    #[test]
    fn budgets_are_parsed_with_their_units() {
        for (text, amount) in [("600M", 600_000_000), ("0.6B", 600_000_000), ("5.3M", 5_300_000)] {
            assert_eq!(parse_count(text), Ok(amount), "{text}");
        }
        for (text, bytes) in [("10MB", 10_000_000), ("10 MiB", 10_485_760), ("1.5kB", 1500)] {
            assert_eq!(parse_bytes(text), Ok(bytes), "{text}");
        }
        for bad in ["0", "-1", "NaN", "12Q", "", "1e9", "0.2", "inf", "M"] {
            assert!(parse_count(bad).is_err(), "{bad}");
            assert!(parse_bytes(bad).is_err(), "{bad}");
        }
        for (text, time) in [("10ms", 10_000_000), ("0.5 s", 500_000_000), ("80us", 80_000)] {
            assert_eq!(parse_time(text), Ok(time), "{text}");
        }
        for bad in ["0ms", "-1ms", "10", "ms", "10m", "1e3ms", "0.1ns", "inf s", ""] {
            assert!(parse_time(bad).is_err(), "{bad}");
        }
        for (text, unit) in [("24M", "`M`"), ("10 mb", "`mb`"), ("1.5MMB", "`MMB`")] {
            let problem = parse_bytes(text).expect_err(text);
            assert!(problem.starts_with(unit) && problem.contains(" MB, "), "{problem}");
        }
        for text in ["0", "0.2B", "1e9", "M", "-1MB"] {
            let problem = parse_bytes(text).expect_err(text);
            assert!(problem.contains("at least 1 byte"), "{problem}");
        }
    }
}
