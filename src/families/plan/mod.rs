//! Plans: a family compiled to the arithmetic of its totals, for callers that ask for many networks.
//!
//! A plan keeps, for each stage, the costs of its blocks as polynomials in the sides of the map ([`sides`]), by the
//! numbers of channels that the blocks ask for. A network is then looked up and summed: nothing is built, named or
//! allocated. What a plan has not met is built once by the code that builds networks, so whatever a spec can say, the
//! totals are those of the network.
//!
//! [`sides`]: crate::counting::sides

mod foundation;
mod piece;
mod pieces;
mod stage;

use crate::counting::ledger::Event;
use crate::error::Error;
use crate::families::block::MAX_STEPS;
use crate::families::family::{Family, Request};
use crate::families::lower::stage::constant_values;
use crate::families::plan::foundation::{AtWidth, Foundation, Map, scaled_constants};
use crate::families::plan::piece::Totals;
use crate::families::plan::stage::StagePlan;
use crate::families::scaling::{AtScale, Scale};

/// A family compiled to `N` totals of its networks, each the sum over a list of events.
#[derive(Clone, Debug)]
pub struct Plan<'f, const N: usize> {
    foundation: Foundation<'f, N>,
    base: Request<'f>,
    stages: Vec<StagePlan<'f, N>>,
    /// The last width multiplier.
    at: Option<AtWidth<'f>>,
    built: u64,
}

impl<'f, const N: usize> Plan<'f, N> {
    /// A plan for a family, or for the member and the classes of `base`, whose scale and image are not used. Fails if one
    /// of `totals` lists an event twice, or if the baseline cannot be evaluated.
    pub fn new(
        family: &'f Family,
        base: Request<'f>,
        totals: [&'static [Event]; N],
    ) -> Result<Self, Error> {
        totals.iter().try_for_each(|events| listed_once(events))?;
        let (specs, constants) = family.written(base.member);
        let (classes, plain) =
            (family.classes_of(&base), AtScale::new(family.rule, Scale::BASELINE)?);
        let baseline = constant_values(constants, &plain, classes)?;
        let scaled_constants = scaled_constants(constants);
        let foundation =
            Foundation { family, constants, scaled_constants, classes, totals, plain, baseline };
        let stages = specs.iter().map(|spec| StagePlan::new(spec, &foundation));
        let stages = stages.collect::<Result<_, _>>()?;
        Ok(Plan { foundation, base, stages, at: None, built: 0 })
    }

    /// The totals of the network at `scale`, on an input of `image` pixels (height and width) instead of the scaled
    /// one. Fails where [`Family::network`] fails, with its message.
    pub fn totals(&mut self, scale: Scale, image: Option<[u64; 2]>) -> Result<[u64; N], Error> {
        let request = Request { scale, image, ..self.base };
        if let Some(totals) = self.planned(&request) {
            return Ok(totals);
        }
        self.built += 1;
        let ledger = self.foundation.family.network(&request)?.network.ledger();
        let totals = self.foundation.totals.map(|events| ledger.sum(events));
        if totals.contains(&u64::MAX) {
            return Err(Error::new("a total of the network reaches 2^64"));
        }
        Ok(totals)
    }

    /// How many networks were built because the plan had no answer. A bundled family has one for every network that can
    /// be counted.
    #[must_use]
    pub fn built(&self) -> u64 {
        self.built
    }

    fn planned(&mut self, request: &Request) -> Option<[u64; N]> {
        let family = self.foundation.family;
        let reading = AtScale::new(family.rule, family.resolve(request).ok()?).ok()?;
        let [height, width] = [0, 1].map(|axis| family.pixels(request, axis, &reading));
        let mut map = Map { channels: family.input.channels, size: [height.ok()?, width.ok()?] };
        if map.size.contains(&0) {
            return None;
        }
        self.widen(reading)?;
        let Plan { foundation, stages, at: Some(at), .. } = self else { return None };
        let (mut sum, mut steps, mut is_empty) = (Totals::ZERO, 0, true);
        for stage in stages {
            let repeats = stage.repeats(&reading)?;
            if repeats == 0 {
                continue;
            }
            let cost = stage.cost(foundation, at, map, repeats)?;
            sum.increase(&cost.first, 1);
            sum.increase(&cost.later, repeats - 1);
            (map, steps, is_empty) = (cost.output, steps + cost.steps, false);
        }
        sum.checked().filter(|_| !is_empty && steps <= MAX_STEPS)
    }

    /// Prepares the stages for the width multiplier of a reading, if it is another one.
    fn widen(&mut self, reading: AtScale) -> Option<()> {
        let width = |reading: &AtScale| reading.scale().width.to_bits();
        if self.at.as_ref().is_some_and(|at| width(&at.reading) == width(&reading)) {
            return Some(());
        }
        let Foundation { constants, scaled_constants, classes, .. } = &self.foundation;
        let values = match self.at.take() {
            Some(at) if scaled_constants.is_empty() => at.values,
            _ => constant_values(constants, &reading, *classes).ok()?,
        };
        let at = self.at.insert(AtWidth { reading, values });
        self.stages.iter_mut().for_each(|stage| stage.widen(at));
        Some(())
    }
}

fn listed_once(events: &[Event]) -> Result<(), Error> {
    let is_repeated = |index: usize| events[..index].contains(&events[index]);
    match (0..events.len()).find(|index| is_repeated(*index)) {
        Some(index) => {
            Err(Error::new(format!("a total lists `{}` more than once", events[index].name())))
        }
        None => Ok(()),
    }
}
