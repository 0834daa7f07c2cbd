//! `phiscale check`: the cost rule of a family, or budgets and baselines of networks.

mod baseline;
mod networks;
mod rule;

use std::path::PathBuf;

use clap::Args;
use phiscale::baseline::NetworkCounts;
use phiscale::check::{Check, all_pass};
use phiscale::reports::{Format, Report};
use phiscale::{Diagnostic, Error, Network, Span, reports};

use super::arguments::{Share, choice};
use super::format::{of_file, with_reports};
use super::{Answer, Caller, Ended, Outcome, output};
use crate::cli::files::is_onnx;
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
    /// Format of the result [default: that of FILE's suffix, else table].
    #[arg(long, value_parser = choice(&CHECK_FORMATS), help_heading = "Output")]
    format: Option<CheckFormat>,
    /// Write to this file instead of standard output; .json, .csv, .md, .tex, .html, .txt and .xml (JUnit) set the format.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

/// The format of the result: that of every report, or one for CI.
#[derive(Clone, Copy, Debug, PartialEq)]
enum CheckFormat {
    Report(Format),
    Junit,
    Github,
}

const CHECK_FORMATS: [(&str, &str, CheckFormat); 8] = with_reports![
    CheckFormat,
    ("junit", "JUnit XML, one test case for each check", CheckFormat::Junit),
    ("github", "GitHub workflow annotations at the lines of the spec", CheckFormat::Github),
];

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
    /// What a reader of its counts has to know about its file.
    notes: Vec<String>,
}

impl CheckedNetwork {
    fn notes(&self) -> Vec<String> {
        self.notes.iter().map(|note| format!("{}: {note}", self.address)).collect()
    }

    fn counts(&self) -> NetworkCounts {
        NetworkCounts::new(&self.address, &self.network)
    }
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    let CheckOutput { format, output: path } = &arguments.output;
    let format = of_file(&CHECK_FORMATS, *format, path.as_deref()).map_err(Error::new)?;
    let Checked { report, checks } = &check(arguments, caller)?;
    let text = match format {
        CheckFormat::Report(format) => output::formatted(report, format),
        CheckFormat::Junit => reports::junit(checks),
        CheckFormat::Github => reports::github(checks),
    };
    output::text(&text, path.as_deref())?;
    Ok(Outcome::of(all_pass(checks)))
}

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let Checked { report, checks } = check(arguments, caller)?;
    Ok(Answer { report, passes: all_pass(&checks) })
}

fn check(arguments: &Arguments, caller: &Caller) -> Result<Checked, Error> {
    let address = arguments.network.as_deref();
    let tolerance = arguments.tolerance.map(|share| share.0);
    arguments.networks.check_running(arguments.rule.is_time())?;
    if arguments.networks.are_given() {
        if let Some(option) = arguments.rule.first_given() {
            let message = format!(
                "{option} is for the cost rule; it cannot be combined with budgets or a baseline"
            );
            return Err(Error::new(message));
        }
        if let Some(tolerance) = tolerance.filter(|_| !arguments.networks.have_a_baseline()) {
            let message = format!(
                "--tolerance {}% is for a baseline or the cost rule; budgets have none",
                tolerance * 100.0
            );
            let help = "leave it out, or compare with saved counts: --baseline FILE";
            return Err(Diagnostic::new(message).help(help).into());
        }
        networks::run(&arguments.networks, address, tolerance.unwrap_or(0.0), caller)
    } else if let Some(address) = address.filter(|address| is_onnx(address)) {
        let message = format!("{address} is one network, and there is nothing to check it against");
        let help = "give a budget (--max-macs, --max-flops, --max-params, --max-activations, --max-memory, --max-time), compare with \
                    saved counts (--baseline FILE), or save them (--save FILE)";
        Err(Diagnostic::new(message).help(help).into())
    } else if arguments.networks.have_an_input() {
        let message =
            "--input and --dim are for budgets and baselines; the cost rule scales the input";
        Err(Error::new(message))
    } else {
        rule::run(arguments, address.unwrap_or_default(), tolerance, caller)
    }
}
