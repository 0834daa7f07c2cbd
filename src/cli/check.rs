//! `phiscale check`: the cost rule, budgets, and counts that were saved.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use phiscale::analysis::gate::all_hold;
use phiscale::analysis::growth::{CostRule, Growth};
use phiscale::counting::convention::Convention;
use phiscale::error::Error;
use phiscale::reports::{self, Format};

use super::arguments::{CoefficientArguments, FormatName, Phis, Share};
use super::gates::{self, Checked, GateArguments};
use super::network::{convention, load_family};
use super::{Ended, Outcome, output};

/// What a step of φ may miss: lets pass what rounding to 8 channels and whole pixels and constants of
/// 1.92 do (EfficientNet from φ = 1 up: 11.7 % at most), and catches one more layer in every stage
/// (φ = 0 to 1: 28.6 %).
const STEP_TOLERANCE: f64 = 0.15;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A family, to hold it to the cost rule; with budgets or a baseline, a network, or a family for all
    /// of its members.
    #[arg(value_name = "SPEC[:MEMBER]", required_unless_present = "baseline")]
    network: Option<String>,
    /// Values of φ: 0..=7, 0..8, or 0,0.5,1; each is held against the one before it.
    #[arg(long, value_name = "PHIS", allow_hyphen_values = true, help_heading = "Cost rule")]
    phi: Option<Phis>,
    /// What one step of φ should multiply the count by: 2 for MACs; for params and activations, what
    /// the constants make of it.
    #[arg(long, value_name = "X", allow_negative_numbers = true, help_heading = "Cost rule")]
    target: Option<f64>,
    /// Hold every φ against φ = 0 and not against the one before it.
    #[arg(long, help_heading = "Cost rule")]
    cumulative: bool,
    /// How far a step of φ may miss its target (15 %), or a total its baseline (0): 15% or 0.15.
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true)]
    tolerance: Option<Share>,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    /// What the rule is about (`phiscale list --conventions`): MACs, params, activations, a tool's number.
    #[arg(long, value_name = "NAME", help_heading = "Cost rule")]
    convention: Option<String>,
    #[command(flatten)]
    gates: GateArguments,
    #[command(flatten)]
    output: CheckOutput,
}

/// Where the result of a check goes, and in which form.
#[derive(Args, Clone, Debug)]
struct CheckOutput {
    /// Form of the result.
    #[arg(long, value_enum, default_value = "table", help_heading = "Output")]
    format: CheckFormat,
    /// Write to this file instead of standard output.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

/// The forms of a check's result: those of every report, and two for CI.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum CheckFormat {
    /// Aligned columns
    Table,
    /// One JSON object
    Json,
    /// Comma-separated values
    Csv,
    /// A Markdown table
    Markdown,
    /// A LaTeX tabular (booktabs)
    Latex,
    /// JUnit XML, a test case for each check
    Junit,
    /// Annotations of a GitHub workflow, at the line of the spec
    Github,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let tolerance = arguments.tolerance.map(|share| share.0);
    let checked = if arguments.gates.are_given() {
        refuse_rule_options(arguments)?;
        gates::run(&arguments.gates, arguments.network.as_deref(), tolerance.unwrap_or(0.0))?
    } else {
        rule(arguments, tolerance.unwrap_or(STEP_TOLERANCE))?
    };
    let text = match arguments.output.format {
        CheckFormat::Table => checked.report.write(Format::from(FormatName::Table)),
        CheckFormat::Json => checked.report.write(Format::Json),
        CheckFormat::Csv => checked.report.write(Format::Csv),
        CheckFormat::Markdown => checked.report.write(Format::Markdown),
        CheckFormat::Latex => checked.report.write(Format::Latex),
        CheckFormat::Junit => reports::junit(&checked.cases),
        CheckFormat::Github => reports::github(&checked.cases),
    };
    output::text(&text, arguments.output.output.as_deref())?;
    Ok(if all_hold(&checked.cases) { Outcome::Passed } else { Outcome::Failed })
}

/// Budgets and baselines are about networks as they are; φ and its rule have no meaning there.
fn refuse_rule_options(arguments: &Arguments) -> Result<(), Error> {
    let given = [
        ("--phi", arguments.phi.is_some()),
        ("--target", arguments.target.is_some()),
        ("--cumulative", arguments.cumulative),
        ("--convention", arguments.convention.is_some()),
        ("--alpha, --beta, --gamma or --strategy", arguments.coefficients.are_given()),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((option, _)) => Err(Error::new(format!(
            "budgets and baselines are about networks as they are: {option} is for the cost rule"
        ))),
    }
}

fn rule(arguments: &Arguments, tolerance: f64) -> Result<Checked, Error> {
    if arguments.gates.have_an_input() {
        let message =
            "the cost rule is about all sizes: --input and --dim are for budgets and baselines";
        return Err(Error::new(message));
    }
    let address = arguments.network.as_deref().unwrap_or_default();
    let convention: Convention =
        convention(arguments.convention.as_deref().unwrap_or("conv-linear"))?;
    let (family, member) = load_family(address)?;
    if let Some(member) = family.named(member)? {
        let message = format!("the rule is about a family, not about its member {}", member.name);
        let help = "a member is checked against a budget or a baseline: --max-macs, --baseline";
        return Err(phiscale::error::Diagnostic::new(message).help(help).into());
    }
    let rule = CostRule {
        coefficients: arguments.coefficients.resolve(&family)?,
        target: arguments.target,
        tolerance,
        cumulative: arguments.cumulative,
    };
    let default: Vec<f64> = (0u8..=7).map(f64::from).collect();
    let phis = arguments.phi.as_ref().map_or(&default, |phis| &phis.0);
    let growth = Growth::measure(&family, rule, phis, &convention)?;
    let report = reports::check(&family.name, &growth, &convention);
    let mut cases = reports::rule_cases(&family.name, &growth, &convention);
    for case in &mut cases {
        case.place = family.stages.first().map(|stage| stage.span.clone());
    }
    Ok(Checked { report, cases })
}
