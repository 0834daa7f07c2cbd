//! The arguments of `phiscale design`, and the design that they describe.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use phiscale::budget::{parse_count, parse_time};
use phiscale::search::design::{
    Design, DesignNetworks, Method, Objective, Target, WithinConstraints,
};
use phiscale::spec::space::{SearchSpace, TargetConstraint, bundled_space};
use phiscale::{Diagnostic, Error, plural};

use crate::cli::Caller;
use crate::cli::arguments::Output;
use crate::cli::equal_cost::EqualCostArguments;
use crate::cli::evaluate::EvaluationArguments;
use crate::cli::files::{MAX_SPEC_BYTES, is_path, is_stdin, read};
use crate::cli::values::PositiveValues;

/// The epochs of the last step of successive halving, where nothing says them.
const EPOCHS: u64 = 6;

/// Networks that a method trains.
pub(in crate::cli) const CANDIDATES: u32 = 48;

/// Networks that are trained together.
pub(in crate::cli) const GENERATION: u32 = 8;

/// Networks of the population of evolution.
pub(in crate::cli) const POPULATION: u32 = 16;

/// Networks of the population of which the best is a parent.
pub(in crate::cli) const SAMPLE: u32 = 4;

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("instead").args(["whole", "replay"]))]
pub(in crate::cli) struct Arguments {
    /// The search space: a bundled one (`phiscale list --spaces`) or a path.
    #[arg(value_name = "SPACE", default_value = "proxy")]
    pub(super) space: String,
    /// The cost that is aimed at: MACs for one image, such as 400M, or with --cost time a time, such as 5ms.
    /// Default: what the space says.
    #[arg(long, value_name = "COST", help_heading = "Objective")]
    target: Option<String>,
    #[command(flatten)]
    equal: EqualCostArguments,
    /// The exponent w of the score, accuracy · (cost ÷ target)^w. Default: what the space says, or -0.07, as in
    /// EfficientNet's paper.
    #[arg(long, value_name = "W", allow_negative_numbers = true, help_heading = "Objective")]
    objective_exponent: Option<f64>,
    /// Whether a cost above the target lowers the score (soft), or the target is a limit and the score the accuracy alone
    /// (hard). Default: what the space says, or soft.
    #[arg(long, value_enum, value_name = "KIND", help_heading = "Objective")]
    constraint: Option<ConstraintName>,
    /// Networks that each method trains.
    #[arg(long, value_name = "N", default_value_t = CANDIDATES, help_heading = "Method",
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    candidates: u32,
    /// Networks that are trained together, before the next ones are chosen. The answer does not depend on --jobs, but it
    /// does on this.
    #[arg(long, value_name = "N", default_value_t = GENERATION, help_heading = "Method",
        value_parser = clap::value_parser!(u32).range(1..=10_000))]
    generation: u32,
    /// Networks of the population of evolution; the oldest leave it.
    #[arg(long, value_name = "N", default_value_t = POPULATION, help_heading = "Method",
        value_parser = clap::value_parser!(u32).range(1..=10_000))]
    population: u32,
    /// Networks of the population of which the best is a parent.
    #[arg(long, value_name = "N", default_value_t = SAMPLE, help_heading = "Method",
        value_parser = clap::value_parser!(u32).range(1..=10_000))]
    sample: u32,
    /// Epochs of each step of successive halving: all networks of a generation are trained for the first, the better half
    /// anew for the second, and so on. Default: a quarter, a half and all of --epochs, or 1,3,6.
    #[arg(long, value_name = "VALUES", help_heading = "Method")]
    rungs: Option<PositiveValues>,
    /// What evolution is compared with, under the same budget.
    #[arg(
        long,
        value_enum,
        value_name = "METHOD",
        default_value = "random",
        help_heading = "Method"
    )]
    control: ControlName,
    /// Training runs of the best network of each method, with new seeds, on test images.
    #[arg(long, value_name = "K", default_value = "3", help_heading = "Method",
        value_parser = clap::value_parser!(u32).range(..=100))]
    final_runs: u32,
    /// The seed of all draws.
    #[arg(long, value_name = "SEED", default_value = "1", help_heading = "Method")]
    seed: u64,
    /// Measure every network of the space instead, at each step of successive halving: a table to replay searches
    /// against.
    #[arg(long, help_heading = "Method")]
    pub(super) whole: bool,
    /// Replay both methods with so many seeds instead, against the table that --measurements names.
    #[arg(long, value_name = "SEEDS", requires = "measurements", help_heading = "Method",
        value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(super) replay: Option<u32>,
    #[command(flatten)]
    pub(super) evaluation: EvaluationArguments,
    /// Draw accuracy against cost, or with --replay the score against the training, as an .svg, .pdf or .png file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    pub(super) chart: Option<PathBuf>,
    /// Write the best network as a spec to this file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "replay"], help_heading = "Output")]
    pub(super) write_spec: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ConstraintName {
    /// Lowers the score
    Soft,
    /// Is a limit
    Hard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ControlName {
    /// Networks drawn uniformly from the space
    Random,
    /// Nothing
    None,
}

impl Arguments {
    /// The networks of the space, and how their times are estimated, if they are.
    pub(super) fn networks(&self) -> Result<DesignNetworks, Error> {
        Ok(DesignNetworks::new(space(&self.space)?, self.equal.run()?))
    }

    /// The design. Fails where options contradict each other.
    pub(super) fn design<'n>(
        &self,
        networks: &'n DesignNetworks,
        caller: &Caller,
    ) -> Result<Design<'n>, Error> {
        let control = (self.control != ControlName::None).then_some(Method::Random);
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let design = Design {
            networks,
            objective: self.objective(networks)?,
            methods: std::iter::once(Method::Evolution).chain(control).collect(),
            candidates: number(self.candidates),
            generation: number(self.generation),
            population: number(self.population),
            sample: number(self.sample),
            rungs: rungs(self.rungs.as_ref(), self.evaluation.epochs(), caller)?,
            seed: self.seed,
            final_runs: u64::from(self.final_runs),
        };
        at_most_all(design, caller)
    }

    fn objective(&self, networks: &DesignNetworks) -> Result<Objective, Error> {
        let mut objective = objective(networks, self.target.as_deref())?;
        if let Some(constraint) = self.constraint {
            objective.constraint = match constraint {
                ConstraintName::Soft => TargetConstraint::Soft,
                ConstraintName::Hard => TargetConstraint::Hard,
            };
        }
        if let Some(exponent) = self.objective_exponent {
            if objective.constraint == TargetConstraint::Hard {
                let message = "--objective-exponent has no effect with a hard constraint";
                return Err(Diagnostic::new(message).help("add --constraint soft").into());
            }
            if !exponent.is_finite() {
                let message =
                    format!("--objective-exponent is {exponent}; it must be a finite number");
                return Err(Error::new(message));
            }
            objective.exponent = exponent;
        }
        Ok(objective)
    }
}

/// How many combinations there may be for each network that is asked for, so that it is looked whether there are enough.
const COMBINATIONS: u128 = 50;

/// The design, which trains no more networks than a small space has.
pub(in crate::cli) fn at_most_all<'n>(
    mut design: Design<'n>,
    caller: &Caller,
) -> Result<Design<'n>, Error> {
    let combinations = design.networks.space.combinations();
    if combinations > COMBINATIONS * design.candidates as u128 {
        return Ok(design);
    }
    match design.size()?.within {
        WithinConstraints::Counted { within, .. } if within < design.candidates => {
            let (all, asked) = (plural(within as u64, "network"), design.candidates);
            caller.say(&format!(
                "note: the space has {all} within its constraints, fewer than --candidates {asked}: all are trained"
            ));
            design.candidates = within;
        }
        WithinConstraints::Counted { .. } | WithinConstraints::Drawn { .. } => {}
    }
    Ok(design)
}

/// The epochs of each step of successive halving, in ascending order: those that are given, or steps that end at `epochs`.
pub(in crate::cli) fn rungs(
    given: Option<&PositiveValues>,
    epochs: Option<u64>,
    caller: &Caller,
) -> Result<Vec<u64>, Error> {
    let Some(PositiveValues(given)) = given else {
        let epochs = epochs.unwrap_or(EPOCHS);
        let mut rungs = vec![(epochs / 4).max(1), (epochs / 2).max(1), epochs];
        rungs.dedup();
        return Ok(rungs);
    };
    caller.say_all(&given.notes);
    let mut rungs: Vec<u64> = Vec::new();
    for value in &given.values {
        let is_whole = value.fract() == 0.0 && *value <= f64::from(u16::MAX);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole and small
        let rung = *value as u64;
        if !is_whole || rungs.last().is_some_and(|last| *last >= rung) {
            let message = format!("--rungs has {value}; it lists whole epochs in ascending order");
            return Err(Diagnostic::new(message).help("such as --rungs 1,3,6").into());
        }
        rungs.push(rung);
    }
    let last = rungs.last().copied();
    if let Some(epochs) = epochs.filter(|epochs| Some(*epochs) != last) {
        let last = last.unwrap_or_default();
        let message = format!("--epochs {epochs} contradicts --rungs, which ends at {last}");
        return Err(Diagnostic::new(message).help("leave out one of them").into());
    }
    Ok(rungs)
}

/// What a network of the space is to be: what the space says, at another target if one is given.
pub(in crate::cli) fn objective(
    networks: &DesignNetworks,
    target: Option<&str>,
) -> Result<Objective, Error> {
    let settings = &networks.space.settings;
    let target = match (target, networks.run.is_some()) {
        (None, false) => settings.target_macs.map(|macs| Target::Macs(macs as f64)),
        (None, true) => None,
        (Some(text), false) => Some(Target::Macs(amount(text, parse_count)? as f64)),
        (Some(text), true) => Some(Target::Seconds(amount(text, parse_time)? as f64 / 1e9)),
    };
    let target = target.ok_or_else(|| {
        let (unit, example) = if networks.run.is_some() {
            ("a time", "--target 5ms")
        } else {
            ("MACs", "--target 400M, or `target_macs` under [design] in the space")
        };
        Diagnostic::new(format!("a design needs a target: {unit}")).help(example)
    })?;
    Ok(Objective::of(target, settings))
}

/// A cost on the command line, above 0.
fn amount(text: &str, parse: fn(&str) -> Result<u128, String>) -> Result<u128, Error> {
    let is_zero = text.chars().any(|one| one.is_ascii_digit())
        && !text.contains(|one| ('1'..='9').contains(&one));
    if is_zero {
        return Err(Error::new(format!("--target is {text}; it must be above 0")));
    }
    parse(text).map_err(|problem| Error::new(format!("--target {text}: {problem}")))
}

/// The space of a name or a path.
pub(in crate::cli) fn space(name: &str) -> Result<SearchSpace, Error> {
    if is_path(name) || is_stdin(name) {
        let text = read(name, MAX_SPEC_BYTES, "a search space")?;
        return SearchSpace::parse(name, name, &text);
    }
    bundled_space(name)
}
