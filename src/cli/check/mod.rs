//! `phiscale check`: the cost rule of a family, or budgets and baselines of networks.

mod baseline;
mod networks;
mod rule;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use phiscale::baseline::NetworkCounts;
use phiscale::check::{Check, all_pass};
use phiscale::reports::{Format, Report};
use phiscale::{Error, Network, Span, reports};

use super::arguments::Share;
use super::{Ended, Outcome, output};
use networks::NetworkArguments;
use rule::RuleArguments;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A family to check against the cost rule; with budgets or a baseline, a network, or a family with
    /// all of its members.
    #[arg(value_name = "SPEC[:MEMBER]", required_unless_present = "baseline")]
    network: Option<String>,
    #[command(flatten)]
    rule: RuleArguments,
    /// How far a step of φ may miss its target (default 15%), or a total its baseline (default 0): 15% or
    /// 0.15.
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true)]
    tolerance: Option<Share>,
    #[command(flatten)]
    networks: NetworkArguments,
    #[command(flatten)]
    output: CheckOutput,
}

/// Where the result goes, and in which format.
#[derive(Args, Clone, Debug)]
struct CheckOutput {
    /// Format of the result.
    #[arg(long, value_enum, default_value = "table", help_heading = "Output")]
    format: CheckFormat,
    /// Write to this file instead of standard output.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

/// The formats of every report, and two for CI.
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
    /// JUnit XML, one test case for each check
    Junit,
    /// Annotations of a GitHub workflow, at the lines of the spec
    Github,
}

/// The checks that were made, and their report.
struct Checked {
    report: Report,
    checks: Vec<Check>,
}

/// A counted network, and the places in its spec to point at.
struct CheckedNetwork {
    address: String,
    network: Network<u64>,
    place: Option<Span>,
    stages: Vec<(String, Span)>,
}

impl CheckedNetwork {
    fn counts(&self) -> NetworkCounts {
        NetworkCounts::new(&self.address, &self.network)
    }
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let address = arguments.network.as_deref();
    let tolerance = arguments.tolerance.map(|share| share.0);
    let checked = if arguments.networks.are_given() {
        if let Some(option) = arguments.rule.first_given() {
            let message = format!(
                "{option} is for the cost rule; it cannot be combined with budgets or a baseline"
            );
            return Err(Error::new(message));
        }
        networks::run(&arguments.networks, address, tolerance.unwrap_or(0.0))?
    } else if arguments.networks.have_an_input() {
        let message =
            "--input and --dim are for budgets and baselines; the cost rule scales the input";
        return Err(Error::new(message));
    } else {
        rule::run(&arguments.rule, address.unwrap_or_default(), tolerance)?
    };
    let Checked { report, checks } = &checked;
    let text = match arguments.output.format {
        CheckFormat::Table => report.write(Format::Table),
        CheckFormat::Json => report.write(Format::Json),
        CheckFormat::Csv => report.write(Format::Csv),
        CheckFormat::Markdown => report.write(Format::Markdown),
        CheckFormat::Latex => report.write(Format::Latex),
        CheckFormat::Junit => reports::junit(checks),
        CheckFormat::Github => reports::github(checks),
    };
    output::text(&text, arguments.output.output.as_deref())?;
    Ok(if all_pass(checks) { Outcome::Passed } else { Outcome::Failed })
}
