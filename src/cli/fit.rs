//! `phiscale fit`: the largest network of a family within budgets.

use std::path::{Path, PathBuf};

use clap::Args;
use phiscale::Measure;
use phiscale::budget::{Budgets, TimeLimit};
use phiscale::device::Mode;
use phiscale::fit::{ScalingPath, alternatives, published};
use phiscale::reports::Fitted;
use phiscale::time::Deployment;
use phiscale::{Diagnostic, Error, Rounding, Scale, find, reports, spec};

use super::arguments::{Chosen, CoefficientArguments, InputArguments, Output, choice};
use super::budget::BudgetArguments;
use super::files::{load_family, spec_path};
use super::training::TrainingArguments;
use super::{Answer, Caller, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family, or a member whose multipliers are 1: SPEC[:MEMBER].
    #[arg(value_name = "NETWORK")]
    network: String,
    #[command(flatten)]
    budgets: BudgetArguments,
    #[command(flatten)]
    training: TrainingArguments,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    /// Round repeats this way instead of the spec's.
    #[arg(long, value_parser = choice(&ROUNDINGS), value_name = "HOW", help_heading = "Scaling")]
    round_repeats: Option<Rounding>,
    #[command(flatten)]
    input: InputArguments,
    /// Leave out the comparison with other strategies, roundings and resolutions.
    #[arg(long, help_heading = "Output")]
    no_compare: bool,
    /// Write the fitted network to this file (.toml), as a spec.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    write_spec: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: Output,
}

/// The strategy of a network that is scaled by the α, β or γ given.
const CUSTOM: &str = "custom";

const ROUNDINGS: [(&str, &str, Rounding); 4] = [
    ("ceil", "Up to the next whole number", Rounding::Ceil),
    ("nearest", "To the nearest, halves up", Rounding::Nearest),
    ("nearest_even", "To the nearest, halves to even", Rounding::NearestEven),
    ("floor", "Down to a whole number, at least 1", Rounding::Floor),
];

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let budgets = budgets(arguments)?;
    arguments.write_spec.as_deref().map_or(Ok(()), spec_path)?;
    let (mut family, member) = load_family(&arguments.network, caller)?;
    family.rule.depth = arguments.round_repeats.unwrap_or(family.rule.depth);
    let member = family.named(member)?;
    let request = arguments.input.request(member, Scale::BASELINE);
    let chosen = arguments.coefficients.one(&family)?;
    let own = if arguments.coefficients.has_numbers() { CUSTOM } else { Chosen::COMPOUND };
    let strategy = chosen.strategy.as_deref().unwrap_or(own);
    let path = ScalingPath {
        request,
        stop: Some(caller.stop),
        ..ScalingPath::new(&family, chosen.coefficients)
    };
    let outcome = path.largest(&budgets)?;
    let (alternatives, published) = if arguments.no_compare {
        (Vec::new(), Vec::new())
    } else {
        let all = alternatives(&path, strategy, &budgets, &outcome);
        (all, published(&find::families()?, &budgets))
    };
    let fitted = Fitted {
        name: &arguments.network,
        family: &family,
        request,
        budgets: &budgets,
        outcome: &outcome,
        strategy,
        alternatives: &alternatives,
        published: &published,
    };
    let fits = outcome.fit.usage.fits();
    match &arguments.write_spec {
        Some(file) if fits => write_spec(file, &fitted, caller)?,
        Some(file) => caller.say(&format!("nothing fits: {} was not written", file.display())),
        None => {}
    }
    let mut report = reports::fit(&fitted);
    report.notes.extend(chosen.note);
    report.notes.extend_from_slice(&outcome.fit.scaled.notes);
    Ok(Answer { report, passes: fits })
}

fn budgets(arguments: &Arguments) -> Result<Budgets, Error> {
    let batch = arguments.input.batch;
    let training = arguments.training.settings();
    if !arguments.budgets.are_given() {
        let help = "give at least one of --max-macs, --max-flops, --max-params, --max-activations, --max-memory and \
                     --max-time";
        return Err(Diagnostic::new("no budget is given").help(help).into());
    }
    if batch > 1 && !arguments.budgets.depend_on_batch() {
        let problem = Diagnostic::new("--batch has no effect without --max-memory or --max-time");
        return Err(problem.help("the other budgets are for one image").into());
    }
    if training.is_some() && !arguments.budgets.depend_on_batch() {
        let problem =
            Diagnostic::new("--training has no effect without --max-memory or --max-time");
        return Err(problem.help("the other budgets are for a forward pass").into());
    }
    if training.is_some() && arguments.budgets.has_dtype() {
        let problem = Diagnostic::new("--dtype is for a forward pass alone");
        let help = "training is in fp32, or with --mixed-precision in 2 and 4 bytes";
        return Err(problem.help(help).into());
    }
    let mut budgets = Budgets { training, ..arguments.budgets.budgets(batch)? };
    if let (Some(_), Some(limit)) = (training, &mut budgets.time) {
        let Deployment { device, mode, batch, .. } = limit.deployment.clone();
        limit.deployment = Deployment::new(device, Mode { training: true, ..mode }, batch)?;
    }
    Ok(budgets)
}

/// Writes the network as a spec that says how it was made.
fn write_spec(path: &Path, fitted: &Fitted, caller: &Caller) -> Result<(), Error> {
    let Fitted { name, family, request, budgets, outcome, .. } = *fitted;
    let kind = match budgets.training {
        Some(settings) => format!("training with {}", settings.optimizer.name()),
        None => budgets.dtype.name().into(),
    };
    let limits = budgets.limits.iter().map(|(measure, limit)| {
        let batch = match budgets.batch {
            _ if *measure != Measure::Memory => String::new(),
            1 => format!(" ({kind})"),
            batch => format!(" ({kind}, {batch} images)"),
        };
        format!("{limit} {}{batch}", measure.unit())
    });
    let time = budgets.time.iter().map(|TimeLimit { allowed, deployment }| {
        let (device, dtype) = (&deployment.device.title, budgets.dtype.name());
        format!("{allowed} ns on {device} ({dtype}, images in a batch: {})", budgets.batch)
    });
    let limits: Vec<String> = limits.chain(time).collect();
    let scale = outcome.fit.scaled.scale;
    let about = format!(
        "phiscale fit: {name} within {}, by strategy {} at φ = {}: depth × {}, width × {}, resolution × {}",
        limits.join(" and "),
        fitted.strategy,
        outcome.fit.phi,
        scale.depth,
        scale.width,
        scale.resolution
    );
    let title = format!("{}, fitted", family.title);
    let written = spec::standalone(family, &request, &outcome.fit.scaled, &title, &about)?;
    output::file(path, written.as_bytes())?;
    let file = path.display();
    caller.say(&format!("wrote {file}; count it with: phiscale count {file}"));
    Ok(())
}
