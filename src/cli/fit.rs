//! `phiscale fit`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use phiscale::analysis::budget::Budgets;
use phiscale::analysis::fit::{Found, Subject, published, spec_text, ways};
use phiscale::error::{Diagnostic, Error};
use phiscale::families::family::Family;
use phiscale::families::rounding::Rounding;
use phiscale::families::scaling::Scale;
use phiscale::families::spec;
use phiscale::reports::{self, Fitted};

use super::arguments::{CoefficientArguments, InputArguments, Output};
use super::budget::BudgetArguments;
use super::network::{load, load_family};
use super::{Ended, Outcome, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family, or a member without multipliers of its own: SPEC[:MEMBER].
    #[arg(value_name = "NETWORK")]
    network: String,
    #[command(flatten)]
    budgets: BudgetArguments,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    /// Round repeats in this way, instead of the spec's.
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Scaling")]
    round_repeats: Option<RoundingName>,
    #[command(flatten)]
    input: InputArguments,
    /// Leave the comparison with other strategies, roundings and resolutions out.
    #[arg(long, help_heading = "Output")]
    no_compare: bool,
    /// Write a spec to this file: the family's, with the network that was found as one more member.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    write_spec: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Roundings, as arguments.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoundingName {
    /// To the next higher whole number
    Ceil,
    /// To the nearest, halves up
    Nearest,
    /// To the nearest, halves to the even one
    #[value(name = "nearest_even")]
    NearestEven,
    /// To the next lower, at least 1
    Floor,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let budgets = budgets(arguments)?;
    let (mut family, member) = load_family(&arguments.network)?;
    if let Some(name) = arguments.round_repeats {
        family.rule.depth = name.into();
    }
    let member = family.named(member)?;
    let request = arguments.input.request(member, Scale::BASELINE);
    let (strategy, coefficients) = arguments.strategy(&family)?;
    let subject = Subject { family: &family, request, coefficients };
    let found = subject.largest(&budgets)?;
    let ways =
        if arguments.no_compare { Vec::new() } else { ways(&subject, &strategy, &budgets, &found) };
    let published =
        if arguments.no_compare { Vec::new() } else { published(&bundled()?, &budgets) };
    let fitted = Fitted {
        name: &arguments.network,
        family: &family,
        request,
        budgets: &budgets,
        found: &found,
        strategy: &strategy,
        ways: &ways,
        published: &published,
    };
    let fits = found.fit.usage.fits();
    match &arguments.write_spec {
        Some(path) if fits => write_spec(path, &family, &subject, &found)?,
        Some(path) => output::say(&format!("nothing fits, so {} is not written\n", path.display())),
        None => {}
    }
    output::report(&reports::fit(&fitted), &arguments.output)?;
    Ok(if fits { Outcome::Passed } else { Outcome::Failed })
}

/// Every bundled family.
fn bundled() -> Result<Vec<Family>, Error> {
    spec::bundled_names().map(|name| Ok(load(name)?.0)).collect()
}

impl Arguments {
    /// The strategy's name and constants.
    fn strategy(
        &self,
        family: &Family,
    ) -> Result<(String, phiscale::families::scaling::Coefficients), Error> {
        let resolved = self.coefficients.resolve(family).map_err(|problem| {
            if self.coefficients.are_given() {
                problem
            } else {
                problem.help("to share growth alike: --strategy dwr")
            }
        })?;
        let named = self.coefficients.all(family)?;
        let name = named.into_iter().next().and_then(|(name, _)| name);
        let name = name.unwrap_or_else(|| "compound".into());
        Ok((name, resolved))
    }
}

fn budgets(arguments: &Arguments) -> Result<Budgets, Error> {
    let batch = arguments.input.batch;
    let budgets = arguments.budgets.budgets(batch);
    if !budgets.are_given() {
        let help = "say at least one of --max-macs, --max-flops, --max-params, --max-activations and --max-memory";
        return Err(Diagnostic::new("there is no budget to fit into").help(help).into());
    }
    if batch > 1 && budgets.memory.is_none() {
        let problem = Diagnostic::new("--batch changes nothing without --max-memory");
        return Err(problem.help("all other budgets are for one image").into());
    }
    Ok(budgets)
}

fn write_spec(
    path: &std::path::Path,
    family: &Family,
    subject: &Subject,
    found: &Found,
) -> Result<(), Error> {
    let written = spec_text(family, &subject.request, &found.fit.scaled)?;
    output::file(path, written.0.as_bytes())?;
    output::say(&format!(
        "wrote {}; count it with: phiscale count {}:{}\n",
        path.display(),
        path.display(),
        written.1
    ));
    Ok(())
}

impl From<RoundingName> for Rounding {
    fn from(name: RoundingName) -> Rounding {
        match name {
            RoundingName::Ceil => Rounding::Ceil,
            RoundingName::Nearest => Rounding::Nearest,
            RoundingName::NearestEven => Rounding::NearestEven,
            RoundingName::Floor => Rounding::Floor,
        }
    }
}
