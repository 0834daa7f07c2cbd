//! One method at work: it proposes a generation, trains it by successive halving, and learns from what it measured.

use std::collections::{HashSet, VecDeque};

use crate::analysis::random::Draws;
use crate::error::{Diagnostic, Error};
use crate::search::Candidate;
use crate::search::design::Design;
use crate::search::design::draws::Stream;
use crate::search::design::individual::Individual;
use crate::search::design::results::Results;
use crate::search::next::Next;

/// How the next networks are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A mutation of the best of a sample of the population, in which each network replaces the oldest.
    Evolution,
    /// Uniformly from the space.
    Random,
}

/// How many children in a row may be known or outside the constraints, before a network is drawn from the whole space.
const MUTATIONS: usize = 100;

/// How often a network is drawn from the whole space before the space is taken to have no other.
const DRAWS: usize = 10_000;

/// What a method did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ArmResult {
    /// The method.
    pub method: Method,
    /// Its networks, in the order in which they were chosen.
    pub individuals: Vec<Individual>,
    /// The best of them among those that were trained as long as possible.
    pub best: Option<usize>,
    /// Training runs.
    pub trainings: usize,
    /// Their epochs.
    pub epochs: u64,
}

impl Method {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Method::Evolution => "evolution",
            Method::Random => "random search",
        }
    }
}

/// A method as far as the results go: what it needs next, or all that it did.
pub(super) fn run(
    design: &Design,
    method: Method,
    results: &Results,
) -> Result<Next<ArmResult>, Error> {
    let mut arm = Arm::new(design, method);
    while arm.individuals.len() < design.candidates {
        let rest = design.candidates - arm.individuals.len();
        let generation = arm.propose(design.generation.min(rest))?;
        match arm.train(generation, results) {
            Ok(generation) => arm.take(generation),
            Err(batch) => return Ok(Next::Measure(batch)),
        }
    }
    Ok(Next::Done(arm.ended()))
}

struct Arm<'d> {
    design: &'d Design<'d>,
    method: Method,
    uniform: Draws,
    evolution: Draws,
    individuals: Vec<Individual>,
    /// The youngest individuals, the oldest first.
    population: VecDeque<usize>,
    /// The networks that were proposed.
    seen: HashSet<usize>,
    trainings: usize,
    epochs: u64,
}

impl<'d> Arm<'d> {
    fn new(design: &'d Design<'d>, method: Method) -> Arm<'d> {
        Arm {
            design,
            method,
            uniform: Stream::Uniform.draws(design.seed),
            evolution: Stream::Evolution.draws(design.seed),
            individuals: Vec::new(),
            population: VecDeque::new(),
            seen: HashSet::new(),
            trainings: 0,
            epochs: 0,
        }
    }

    /// The next networks, each new to this method.
    fn propose(&mut self, count: usize) -> Result<Vec<Individual>, Error> {
        let mut generation = Vec::new();
        for number in self.individuals.len()..self.individuals.len() + count {
            let is_child = self.method == Method::Evolution
                && number >= self.design.population
                && !self.population.is_empty();
            let child = if is_child { self.child() } else { None };
            generation.push(child.map_or_else(|| self.drawn(), Ok)?);
        }
        Ok(generation)
    }

    /// A mutation of the best of a sample, in one choice.
    fn child(&mut self) -> Option<Individual> {
        let choices = &self.design.networks.space.choices;
        let open: Vec<usize> =
            (0..choices.len()).filter(|index| choices[*index].alternatives.len() > 1).collect();
        if open.is_empty() {
            return None;
        }
        for _ in 0..MUTATIONS {
            let mut picks = self.parent().picks.clone();
            let index = open[self.evolution.below(open.len())];
            let others = choices[index].alternatives.len() - 1;
            let other = self.evolution.below(others);
            picks[index] = if other < picks[index] { other } else { other + 1 };
            if let Some(child) = self.new_individual(picks) {
                return Some(child);
            }
        }
        None
    }

    /// The best of a sample of the population, drawn with replacement.
    fn parent(&mut self) -> &Individual {
        let mut best = self.population[self.evolution.below(self.population.len())];
        for _ in 1..self.design.sample {
            let other = self.population[self.evolution.below(self.population.len())];
            if self.design.is_better(&self.individuals[other], &self.individuals[best]) {
                best = other;
            }
        }
        &self.individuals[best]
    }

    /// A network from the whole space.
    fn drawn(&mut self) -> Result<Individual, Error> {
        for _ in 0..DRAWS {
            let choices = &self.design.networks.space.choices;
            let each = choices.iter().map(|choice| self.uniform.below(choice.alternatives.len()));
            let picks = each.collect();
            if let Some(individual) = self.new_individual(picks) {
                return Ok(individual);
            }
        }
        let (found, wanted) = (self.seen.len(), self.design.candidates);
        let message = format!(
            "{DRAWS} draws gave no further network within the constraints: {found} were found, and --candidates asks \
             for {wanted}"
        );
        let help = "ask for fewer with --candidates, or measure all of a small space with --whole";
        Err(Diagnostic::new(message).help(help).into())
    }

    fn new_individual(&mut self, picks: Vec<usize>) -> Option<Individual> {
        let network = self.design.networks.network(&picks)?;
        if !self.design.objective.allows(&network) || !self.seen.insert(network.index) {
            return None;
        }
        Some(Individual { picks, network, accuracies: Vec::new(), has_failed: false })
    }

    /// The generation with its accuracies: all of it after the first step, and the better half of what took part in a step
    /// after the next one. Without them, what is to be trained.
    fn train(
        &mut self,
        mut generation: Vec<Individual>,
        results: &Results,
    ) -> Result<Vec<Individual>, Vec<Candidate>> {
        let mut taking_part: Vec<usize> = (0..generation.len()).collect();
        for epochs in &self.design.rungs {
            let wanted = taking_part.iter().map(|index| &generation[*index]);
            let missing = self.design.missing(wanted, *epochs, results);
            if !missing.is_empty() {
                return Err(missing);
            }
            for index in &taking_part {
                let one = &mut generation[*index];
                match results.validation(&one.network, *epochs).accuracy() {
                    Some(accuracy) => one.accuracies.push(accuracy),
                    None => one.has_failed = true,
                }
            }
            self.trainings += taking_part.len();
            self.epochs += epochs * taking_part.len() as u64;
            let half = taking_part.len().div_ceil(2);
            taking_part.retain(|index| !generation[*index].has_failed);
            // A stable order: of equal ones, the earlier goes on.
            let score = |index: &usize| self.design.last_score(&generation[*index]);
            taking_part.sort_by(|a, b| score(b).total_cmp(&score(a)));
            taking_part.truncate(half);
        }
        Ok(generation)
    }

    fn take(&mut self, generation: Vec<Individual>) {
        for one in generation {
            self.population.push_back(self.individuals.len());
            self.individuals.push(one);
        }
        let surplus = self.population.len().saturating_sub(self.design.population);
        self.population.drain(..surplus);
    }

    fn ended(self) -> ArmResult {
        let Arm { design, method, individuals, trainings, epochs, .. } = self;
        let best = design.best(&individuals);
        ArmResult { method, individuals, best, trainings, epochs }
    }
}

impl Design<'_> {
    /// What is not known of these networks after so many epochs, as candidates.
    fn missing<'i>(
        &self,
        networks: impl Iterator<Item = &'i Individual>,
        epochs: u64,
        results: &Results,
    ) -> Vec<Candidate> {
        let unknown = networks.filter(|one| results.validation(&one.network, epochs).is_nothing());
        unknown.map(|one| self.chosen_on(&one.network, epochs)).collect()
    }
}
