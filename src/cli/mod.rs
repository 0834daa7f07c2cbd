//! The command line: arguments in, a report or chart out. Nothing is counted here.

mod arguments;
mod audit;
mod budget;
mod check;
mod compare;
mod complete;
mod count;
mod evaluate;
mod explain;
mod fit;
mod foreign;
mod format;
mod help;
mod input;
mod list;
mod network;
mod output;
mod overwrite;
mod plot;
mod scale;
mod search;
mod shell;
#[cfg(feature = "train")]
mod train;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{FromArgMatches, Parser, Subcommand};
use input::STDIN;
use phiscale::Error;

/// Counts, scales, checks and draws compound-scaled convolutional networks from TOML specs and ONNX files.
#[derive(Debug, Parser)]
#[command(
    name = "phiscale",
    version,
    arg_required_else_help = true,
    after_help = "A network is a bundled spec with a member (`efficientnet:b3`, `resnet:50`; see `phiscale list`), a \
                  library's name (`torchvision/resnet50`; see `phiscale list torchvision`), the path of a spec or an ONNX \
                  file (`./mine.toml:b3`, `model.onnx`), or `-` for one of these on standard input. Usual names such as \
                  `resnet50` are understood too.\n\
                  Lists of values: `3`, `0,0.5,1`, `0..=7`, `0..8` (without 8), `1..=2:0.05` (in steps of 0.05).\n\
                  Exit status: 0 success, 1 a check failed or nothing fits, 2 invalid input or usage."
)]
struct Cli {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// List bundled families, networks, conventions.
    List(list::Arguments),
    /// Count params, MACs, FLOPs and activations.
    Count(count::Arguments),
    /// Show what every counting tool reports, and why.
    Explain(explain::Arguments),
    /// Scale by φ, or by depth, width and resolution.
    Scale(scale::Arguments),
    /// Find the largest network within budgets.
    Fit(fit::Arguments),
    /// Check the rule of 2^φ, budgets and baselines.
    Check(check::Arguments),
    /// Compare published figures with counted ones.
    Audit(audit::Arguments),
    /// Search α, β and γ under a cost constraint.
    Search(search::Arguments),
    /// Compare compound scaling with one dimension alone.
    Compare(compare::Arguments),
    /// Train one network, as a search does.
    #[cfg(feature = "train")]
    Train(train::Arguments),
    /// Draw accuracy against cost, or cost growth.
    Plot(plot::Arguments),
    /// Write a completion script for a shell.
    Completions(shell::Completions),
    /// Write manual pages.
    Man(shell::Manual),
}

/// How a command with valid input ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// A check failed, nothing fits, or a search was stopped.
    Failed,
}

type Ended = Result<Outcome, Error>;

/// Runs the command line; the exit code is 0, 1 or 2 as in the help.
pub fn run() -> ExitCode {
    if complete::answer() {
        return ExitCode::SUCCESS;
    }
    let program = help::command();
    let arguments = std::env::args_os().map(member_of_stdin);
    let matches = program.clone().get_matches_from(arguments);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let ended = overwrite::refuse(&program, &matches).and_then(|()| ended(&cli.command));
    match ended {
        Ok(Outcome::Passed) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}

fn ended(command: &Subcommands) -> Ended {
    match command {
        Subcommands::List(arguments) => list::run(arguments),
        Subcommands::Count(arguments) => count::run(arguments),
        Subcommands::Explain(arguments) => explain::run(arguments),
        Subcommands::Scale(arguments) => scale::run(arguments),
        Subcommands::Fit(arguments) => fit::run(arguments),
        Subcommands::Check(arguments) => check::run(arguments),
        Subcommands::Audit(arguments) => audit::run(arguments),
        Subcommands::Search(arguments) => search::run(arguments),
        Subcommands::Compare(arguments) => compare::run(arguments),
        #[cfg(feature = "train")]
        Subcommands::Train(arguments) => train::run(arguments),
        Subcommands::Plot(arguments) => plot::run(arguments),
        Subcommands::Completions(arguments) => shell::completions(arguments),
        Subcommands::Man(arguments) => shell::manual(arguments),
    }
}

/// `-:b0`, a member of the spec on standard input, in a form that is not taken for an option.
fn member_of_stdin(argument: OsString) -> OsString {
    let member = argument.to_str().and_then(|text| text.strip_prefix("-:"));
    let replaced = member.map(|member| format!("{STDIN}:{member}").into());
    replaced.unwrap_or(argument)
}
