//! Searches that are replayed against a table of all networks, many times with other seeds: which method is better, and
//! by how much.

use std::ops::Range;

use crate::error::{Diagnostic, Error};
use crate::search::MeasuredAccuracy;
use crate::search::design::arm::{self, ArmResult, Method};
use crate::search::design::results::Results;
use crate::search::design::{Design, MeasuredNetwork, found, size};
use crate::search::next::Next;
use crate::search::welch::{Interval, interval};

/// Evolution and random search, replayed with many seeds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Replay {
    /// How many seeds.
    pub seeds: u64,
    /// Both methods after each generation.
    pub budgets: Vec<ReplayedBudget>,
    /// The best network of the table.
    pub best: MeasuredNetwork,
    /// Distinct networks of the table.
    pub networks: usize,
    /// In how many searches each method found the best network of the table: evolution, random search.
    pub hits: [u64; 2],
}

/// Both methods after so much training.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReplayedBudget {
    /// Networks that each method has trained.
    pub candidates: usize,
    /// Epochs that each method has trained.
    pub epochs: u64,
    /// The score of the best network so far.
    pub score: PairedDifference,
    /// Its accuracy, in percent.
    pub accuracy: PairedDifference,
}

/// The means of two methods over the same seeds, and their difference.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PairedDifference {
    /// The mean of evolution, and half its 95 % interval.
    pub evolution: Interval,
    /// The mean of random search, and half its 95 % interval.
    pub random: Interval,
    /// Evolution less random search, pair by pair.
    pub difference: Interval,
}

/// The best so far after each generation: score and accuracy.
type Course = Vec<[f64; 2]>;

impl Design<'_> {
    /// Both methods with each of the seeds, against measurements of the whole space. Fails if some are missing.
    pub fn replay(
        &self,
        seeds: Range<u64>,
        measured: &[MeasuredAccuracy],
    ) -> Result<Replay, Error> {
        let results = Results::read(self.networks, measured, &[])?;
        self.check_table(&results)?;
        let table = found::measured(self, &results, results.networks.iter());
        let Some(best) = table.first() else { return Err(Error::new("the table is empty")) };
        let (mut courses, mut hits) = (Vec::new(), [0, 0]);
        for seed in seeds {
            let arms = Design { seed, ..self.clone() }.replayed(&results)?;
            for (hit, arm) in hits.iter_mut().zip(&arms) {
                let found = arm.best.map(|index| arm.individuals[index].network.index);
                *hit += u64::from(found == Some(best.network.index));
            }
            courses.push(arms.map(|arm| self.course(&arm)));
        }
        let budgets = self.generations().zip(self.epochs_by_generation()).enumerate();
        let budgets = budgets.map(|(index, (candidates, epochs))| {
            let of = |part: usize| paired(&courses, index, part);
            ReplayedBudget { candidates, epochs, score: of(0), accuracy: of(1) }
        });
        let (seeds, networks) = (courses.len() as u64, table.len());
        Ok(Replay { seeds, budgets: budgets.collect(), best: best.clone(), networks, hits })
    }

    /// Fails if the table lacks a network of the space, at any step of successive halving.
    fn check_table(&self, results: &Results) -> Result<(), Error> {
        let all = size::all(self)?;
        let is_missing =
            |epochs: &&u64, network| results.validation(network, **epochs).accuracy().is_none();
        let missing = all
            .iter()
            .map(|network| self.rungs.iter().filter(|epochs| is_missing(epochs, network)).count());
        let missing: usize = missing.sum();
        if missing == 0 {
            return Ok(());
        }
        let whole = all.len() * self.rungs.len();
        let message =
            format!("the table lacks {missing} of the {whole} training runs of the space");
        let help = "`--whole` measures them; --rungs must be those of the table";
        Err(Diagnostic::new(message).help(help).into())
    }

    /// Both methods, against a table that was checked.
    fn replayed(&self, results: &Results) -> Result<[ArmResult; 2], Error> {
        let run = |method| match arm::run(self, method, results)? {
            Next::Done(arm) => Ok(arm),
            Next::Measure(_) => Err(Error::new("the table lacks a network")),
        };
        Ok([run(Method::Evolution)?, run(Method::Random)?])
    }

    /// How many networks a method has trained after each generation.
    fn generations(&self) -> impl Iterator<Item = usize> + use<> {
        let (step, all) = (self.generation.max(1), self.candidates);
        (1..=all.div_ceil(step)).map(move |number| (number * step).min(all))
    }

    /// The epochs of successive halving so far, after each generation in which nothing failed.
    #[must_use]
    pub fn epochs_by_generation(&self) -> Vec<u64> {
        let of = |generation: Vec<(u64, u64)>| {
            generation.iter().map(|(epochs, trainings)| epochs * trainings).sum::<u64>()
        };
        let mut sum = 0;
        let all = self.generation_trainings().map(|generation| {
            sum += of(generation);
            sum
        });
        all.collect()
    }

    /// The epochs of each step of successive halving, and how many trainings of a method have them if nothing fails.
    #[must_use]
    pub fn trainings_by_rung(&self) -> Vec<(u64, u64)> {
        let mut all: Vec<(u64, u64)> = self.rungs.iter().map(|epochs| (*epochs, 0)).collect();
        for generation in self.generation_trainings() {
            for (sum, (_, trainings)) in all.iter_mut().zip(generation) {
                sum.1 += trainings;
            }
        }
        all
    }

    /// The same of each generation.
    fn generation_trainings(&self) -> impl Iterator<Item = Vec<(u64, u64)>> {
        let mut before = 0;
        self.generations().map(move |after| {
            let mut taking_part = after - before;
            before = after;
            let rungs = self.rungs.iter().map(|epochs| {
                let step = (*epochs, taking_part as u64);
                taking_part = taking_part.div_ceil(2);
                step
            });
            rungs.collect()
        })
    }

    /// The best after each generation.
    fn course(&self, arm: &ArmResult) -> Course {
        let after = |count: usize| {
            let best = self.best(&arm.individuals[..count]);
            let Some(best) = best.map(|index| &arm.individuals[index]) else { return [0.0, 0.0] };
            let accuracy = best.accuracies.last().copied().unwrap_or_default();
            [self.objective.score(accuracy, &best.network), accuracy]
        };
        self.generations().map(after).collect()
    }
}

/// One part of the courses of both methods at one budget.
fn paired(courses: &[[Course; 2]], budget: usize, part: usize) -> PairedDifference {
    let of = |arm: usize| courses.iter().map(move |both| both[arm][budget][part]);
    let differences = of(0).zip(of(1)).map(|(evolution, random)| evolution - random);
    PairedDifference {
        evolution: interval(&of(0).collect::<Vec<_>>()),
        random: interval(&of(1).collect::<Vec<_>>()),
        difference: interval(&differences.collect::<Vec<_>>()),
    }
}

impl PairedDifference {
    /// Whether the 95 % interval of the difference leaves out 0.
    #[must_use]
    pub fn is_significant(&self) -> bool {
        self.difference.mean.abs() > self.difference.half_width
    }
}
