//! What a sweep counts of each network, and limits on it.

use std::ops::RangeInclusive;

use crate::counting::ledger::Event;
use crate::counting::measure::Measure;
use crate::error::{Diagnostic, Error};

/// The totals of a network for one image, each in the place of its [`Total`].
pub type Totals = [u64; 3];

/// A total that a sweep counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Trained parameters.
    Params,
    /// Multiply-adds.
    Macs,
    /// Output elements of convolutions, linear layers and products of maps.
    Activations,
}

/// The events of each total.
pub(super) const EVENTS: [&[Event]; 3] = [Event::PARAMS, Event::MACS, Event::ACTIVATIONS];

impl Total {
    /// The total in which a measure is counted, and how many of the measure one of it is: a multiply-add is two FLOPs.
    /// Memory depends on more than totals, which is an error.
    pub fn of(measure: Measure) -> Result<(Total, u128), Error> {
        match measure {
            Measure::Params => Ok((Total::Params, 1)),
            Measure::Macs => Ok((Total::Macs, 1)),
            Measure::Flops => Ok((Total::Macs, 2)),
            Measure::Activations => Ok((Total::Activations, 1)),
            Measure::Memory => {
                let help = "`phiscale fit --max-memory` builds each network, and knows its memory";
                Err(Diagnostic::new("a sweep counts no memory").help(help).into())
            }
        }
    }

    /// This one of a network's totals.
    #[must_use]
    pub fn in_totals(self, totals: &Totals) -> u64 {
        totals[self as usize]
    }
}

/// The least and the most of each total that a network may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    ranges: [RangeInclusive<u64>; 3],
}

impl Default for Limits {
    fn default() -> Self {
        Limits { ranges: [0..=u64::MAX, 0..=u64::MAX, 0..=u64::MAX] }
    }
}

impl Limits {
    /// Keeps networks within these amounts, inclusive; of two limits on the same total, the tighter one holds. Fails
    /// for memory, and where nothing is left.
    pub fn within(
        mut self,
        measure: Measure,
        least: Option<u128>,
        most: Option<u128>,
    ) -> Result<Self, Error> {
        let (total, each) = Total::of(measure)?;
        let amount = |amount: u128| u64::try_from(amount).unwrap_or(u64::MAX);
        let range = &mut self.ranges[total as usize];
        let least = least.map_or(0, |least| amount(least.div_ceil(each))).max(*range.start());
        let most = most.map_or(u64::MAX, |most| amount(most / each)).min(*range.end());
        if least > most {
            let name = measure.name();
            let (least, most) = (u128::from(least) * each, u128::from(most) * each);
            let message = format!("no network has at least {least} and at most {most} {name}");
            return Err(Error::new(message));
        }
        *range = least..=most;
        Ok(self)
    }

    /// Whether a network with these totals is within the limits.
    #[must_use]
    pub fn hold(&self, totals: &Totals) -> bool {
        self.ranges.iter().zip(totals).all(|(range, total)| range.contains(total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_inclusive_and_flops_are_two_for_each_mac() {
        let limits = Limits::default();
        let limits = limits.within(Measure::Flops, Some(199), Some(401)).expect("a range");
        for (macs, holds) in [(99, false), (100, true), (200, true), (201, false)] {
            assert_eq!(limits.hold(&[1, macs, 1]), holds, "{macs}");
        }
        let limits = limits.within(Measure::Macs, None, Some(150)).expect("a range");
        assert!(limits.hold(&[u64::MAX, 150, 0]) && !limits.hold(&[0, 151, 0]));
    }

    #[test]
    fn limits_that_nothing_meets_are_errors() {
        let limits = Limits::default();
        let none = limits.clone().within(Measure::Params, Some(3), Some(2));
        let message = none.expect_err("nothing").message().to_string();
        assert_eq!(message, "no network has at least 3 and at most 2 params");
        assert!(limits.clone().within(Measure::Memory, None, Some(2)).is_err());
        assert!(limits.within(Measure::Macs, Some(u128::MAX), None).is_ok());
    }
}
