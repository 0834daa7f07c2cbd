//! The command line: arguments in, a report or chart out. Nothing is counted here.

mod arguments;
mod audit;
mod budget;
mod check;
mod compare;
mod count;
mod evaluate;
mod explain;
mod fit;
mod foreign;
mod format;
mod input;
mod list;
mod network;
mod output;
mod plot;
mod scale;
mod search;
mod shell;
#[cfg(feature = "train")]
mod train;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
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
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the bundled families, the networks of a family or library, or the counting conventions.
    List(list::Arguments),
    /// Count the params, MACs, FLOPs and activations of a network, in total, by stage or by layer.
    Count(count::Arguments),
    /// Show what every counting tool would report for a network, and why they differ.
    Explain(explain::Arguments),
    /// Scale a family by φ or by depth, width and resolution, or show its published members.
    Scale(scale::Arguments),
    /// Find the largest network of a family within budgets.
    Fit(fit::Arguments),
    /// Check that a family's cost grows with φ as promised, or that networks stay within budgets and match
    /// a baseline.
    Check(check::Arguments),
    /// Compare every published figure and exact count of a spec with what phiscale counts.
    Audit(audit::Arguments),
    /// Search a grid of α, β and γ under a cost constraint, by measured accuracy.
    Search(search::Arguments),
    /// Compare scaling depth, width or resolution alone with scaling all three, at equal counted cost, by
    /// measured accuracy.
    Compare(compare::Arguments),
    /// Train one network on a small set of images, as a search does with each candidate.
    #[cfg(feature = "train")]
    Train(train::Arguments),
    /// Draw accuracy against cost, or cost growth against φ, as SVG or PNG.
    Plot(plot::Arguments),
    /// Write a completion script for a shell.
    Completions(shell::Completions),
    /// Write the manual page.
    Man,
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
    let ended = match Cli::parse_from(std::env::args_os().map(member_of_stdin)).command {
        Command::List(arguments) => list::run(&arguments),
        Command::Count(arguments) => count::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Scale(arguments) => scale::run(&arguments),
        Command::Fit(arguments) => fit::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Search(arguments) => search::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        #[cfg(feature = "train")]
        Command::Train(arguments) => train::run(&arguments),
        Command::Plot(arguments) => plot::run(&arguments),
        Command::Completions(arguments) => shell::completions(&arguments),
        Command::Man => shell::manual(),
    };
    match ended {
        Ok(Outcome::Passed) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}

/// `-:b0`, a member of the spec on standard input, in a form that is not taken for an option.
fn member_of_stdin(argument: OsString) -> OsString {
    let member = argument.to_str().and_then(|text| text.strip_prefix("-:"));
    let replaced = member.map(|member| format!("{STDIN}:{member}").into());
    replaced.unwrap_or(argument)
}
