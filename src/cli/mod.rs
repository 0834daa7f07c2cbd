//! The command line: arguments in, a report or chart out. Nothing is counted here.

mod arguments;
mod audit;
mod budget;
mod calibrate;
mod check;
mod coefficients;
mod compare;
mod complete;
mod count;
mod design;
mod device;
mod equal_cost;
mod evaluate;
mod explain;
mod export;
pub mod files;
mod fit;
mod format;
mod help;
mod interrupt;
mod keywords;
mod law;
mod list;
mod multipliers;
mod output;
mod overwrite;
mod plot;
mod scale;
mod search;
mod shell;
mod study;
mod sweep;
mod time;
#[cfg(feature = "train")]
mod train;
mod training;
mod values;

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

use clap::{FromArgMatches, Parser, Subcommand};
use phiscale::reports::Report;
use phiscale::{Diagnostic, Error};

use arguments::Output;

pub use device::DTYPES;
pub use format::FORMATS;
pub use help::command;
pub use keywords::as_keywords;
pub use plot::{DrawnChart, Form};

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
    /// List bundled families, networks, conventions, devices.
    List(list::Arguments),
    /// Count params, MACs, FLOPs and activations.
    Count(count::Arguments),
    /// Show what every counting tool reports, and why.
    Explain(explain::Arguments),
    /// Scale by φ, or by depth, width and resolution.
    Scale(scale::Arguments),
    /// Count millions of networks, or find the best of them.
    Sweep(sweep::Arguments),
    /// Find the largest network within budgets.
    Fit(fit::Arguments),
    /// Check the rule of 2^φ, budgets and baselines.
    Check(check::Arguments),
    /// Compare published figures with counted ones.
    Audit(audit::Arguments),
    /// Estimate the time of a network on a device.
    Time(time::Arguments),
    /// Search α, β and γ under a cost constraint.
    Search(search::Arguments),
    /// Compare compound scaling with one dimension alone.
    Compare(compare::Arguments),
    /// Choose α, β and γ, scale by them, and compare the curve.
    Study(study::Arguments),
    /// Find a baseline: the best network of a search space.
    Design(design::Arguments),
    /// Train one network, as a search does.
    #[cfg(feature = "train")]
    Train(train::Arguments),
    /// Predict the accuracy of larger networks.
    Law(law::Arguments),
    /// Draw accuracy against cost, or cost growth.
    Plot(plot::Arguments),
    /// Write a network as PyTorch or as a spec.
    Export(export::Arguments),
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

impl Outcome {
    fn of(passes: bool) -> Self {
        if passes { Outcome::Passed } else { Outcome::Failed }
    }
}

type Ended = Result<Outcome, Error>;

/// Who asks: where remarks go, and whether the answer is still wanted.
pub struct Caller<'a> {
    /// Takes what the command line says on standard error: one line, without its end.
    pub say: &'a (dyn Fn(&str) + Sync),
    /// Shows what is being done; the next text replaces it.
    pub progress: &'a (dyn Fn(&str) + Sync),
    /// Set by another thread to end a long search, which then fails.
    pub stop: &'a AtomicBool,
    /// Whether `-` stands for standard input. Otherwise it is an error.
    pub reads_stdin: bool,
}

impl Caller<'_> {
    fn say(&self, line: &str) {
        (self.say)(line);
    }

    fn say_all(&self, lines: impl IntoIterator<Item = impl AsRef<str>>) {
        lines.into_iter().for_each(|line| self.say(line.as_ref()));
    }
}

/// What a command line asks for, before it is written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The report.
    pub report: Report,
    /// Whether all checks pass; true where nothing is checked.
    pub passes: bool,
}

impl Answer {
    fn of(report: Report) -> Self {
        Answer { report, passes: true }
    }

    fn written(self, output: &Output) -> Ended {
        output::report(&self.report, output)?;
        Ok(Outcome::of(self.passes))
    }
}

/// Runs the command line, and gives its exit status: 0, 1 or 2, as in the help.
#[must_use]
pub fn run(arguments: Vec<OsString>) -> u8 {
    let status = status(arguments);
    // Inside another program, nobody else writes what is left after the last line.
    let _ = io::stdout().flush();
    status
}

fn status(arguments: Vec<OsString>) -> u8 {
    if complete::answer(&arguments) {
        return 0;
    }
    let mut program = help::command();
    let matches = program.try_get_matches_from_mut(arguments.into_iter().map(member_of_stdin));
    let matches = matches.unwrap_or_else(|error| error.exit());
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let caller = Caller {
        say: &|line| output::say(&format!("{line}\n")),
        progress: &output::progress,
        stop: &AtomicBool::new(false),
        reads_stdin: true,
    };
    let ended = overwrite::refuse(&program, &matches).and_then(|()| ended(&cli.command, &caller));
    match ended {
        Ok(Outcome::Passed) => 0,
        Ok(Outcome::Failed) => 1,
        Err(error) => {
            output::error(&error);
            2
        }
    }
}

fn ended(command: &Subcommands, caller: &Caller) -> Ended {
    match command {
        Subcommands::List(arguments) => list::run(arguments, caller),
        Subcommands::Count(arguments) => count::run(arguments, caller),
        Subcommands::Explain(arguments) => {
            explain::answer(arguments, caller)?.written(&arguments.output)
        }
        Subcommands::Scale(arguments) => {
            scale::answer(arguments, caller)?.written(&arguments.output)
        }
        Subcommands::Sweep(arguments) => sweep::run(arguments, caller),
        Subcommands::Fit(arguments) => fit::answer(arguments, caller)?.written(&arguments.output),
        Subcommands::Check(arguments) => check::run(arguments, caller),
        Subcommands::Audit(arguments) => {
            audit::answer(arguments, caller)?.written(&arguments.output)
        }
        Subcommands::Time(arguments) => time::run(arguments, caller),
        Subcommands::Search(arguments) => search::run(arguments, caller),
        Subcommands::Compare(arguments) => compare::run(arguments, caller),
        Subcommands::Study(arguments) => study::run(arguments, caller),
        Subcommands::Design(arguments) => design::run(arguments, caller),
        #[cfg(feature = "train")]
        Subcommands::Train(arguments) => train::run(arguments, caller),
        Subcommands::Law(arguments) => law::answer(arguments, caller)?.written(&arguments.output),
        Subcommands::Plot(arguments) => plot::run(arguments, caller),
        Subcommands::Export(arguments) => export::run(arguments, caller),
        Subcommands::Completions(arguments) => shell::completions(arguments),
        Subcommands::Man(arguments) => shell::manual(arguments),
    }
}

/// Answers `list`, `count`, `explain`, `scale`, `sweep`, `fit`, `check`, `audit`, `time` or `law` without printing
/// anything. The first argument is the name of the program. Where a report would go, and its format, are ignored.
pub fn answer(arguments: Vec<OsString>, caller: &Caller) -> Result<Answer, Error> {
    match &parsed(arguments)?.command {
        Subcommands::List(arguments) => list::answer(arguments, caller),
        Subcommands::Count(arguments) => count::answer(arguments, caller),
        Subcommands::Explain(arguments) => explain::answer(arguments, caller),
        Subcommands::Scale(arguments) => scale::answer(arguments, caller),
        Subcommands::Sweep(arguments) => sweep::answer(arguments, caller),
        Subcommands::Fit(arguments) => fit::answer(arguments, caller),
        Subcommands::Check(arguments) => check::answer(arguments, caller),
        Subcommands::Audit(arguments) => audit::answer(arguments, caller),
        Subcommands::Time(arguments) => time::answer(arguments, caller),
        Subcommands::Law(arguments) => law::answer(arguments, caller),
        _ => Err(Error::new("this command does not answer with a report")),
    }
}

/// Draws what `plot` would, without writing anything.
pub fn charts(arguments: Vec<OsString>, caller: &Caller) -> Result<Vec<DrawnChart>, Error> {
    match &parsed(arguments)?.command {
        Subcommands::Plot(arguments) => plot::charts(arguments, caller),
        _ => Err(Error::new("only `plot` draws charts")),
    }
}

/// The text that `export` would write.
pub fn exported(arguments: Vec<OsString>, caller: &Caller) -> Result<String, Error> {
    match &parsed(arguments)?.command {
        Subcommands::Export(arguments) => export::text(arguments, caller),
        _ => Err(Error::new("only `export` writes programs and specs")),
    }
}

fn parsed(arguments: Vec<OsString>) -> Result<Cli, Error> {
    let mut program = help::command();
    let matches = program.try_get_matches_from_mut(arguments.into_iter().map(member_of_stdin));
    let matches = matches.map_err(|error| usage_error(&error))?;
    overwrite::refuse(&program, &matches)?;
    Cli::from_arg_matches(&matches).map_err(|error| usage_error(&error))
}

/// clap's error without how it is used on a command line: the lines after the first are help.
fn usage_error(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let of_terminal = |line: &&str| !line.starts_with("Usage:") && !line.starts_with("For more");
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).filter(of_terminal);
    let message = lines.next().unwrap_or_default();
    let problem = Diagnostic::new(message.strip_prefix("error: ").unwrap_or(message));
    lines
        .map(|line| line.strip_prefix("tip: ").unwrap_or(line))
        .fold(problem, Diagnostic::help)
        .into()
}

/// `-:b0`, a member of the spec on standard input, in a form that is not taken for an option.
fn member_of_stdin(argument: OsString) -> OsString {
    let member = argument.to_str().and_then(|text| text.strip_prefix("-:"));
    let replaced = member.map(|member| format!("<stdin>:{member}").into());
    replaced.unwrap_or(argument)
}
