//! `phiscale completions` and `phiscale man`: files for the shell and for `man`.

use clap::{Args, CommandFactory};
use phiscale::Error;

use super::output::stdout;
use super::{Cli, Ended, Outcome};

#[derive(Args, Debug)]
pub(super) struct Completions {
    /// The shell to complete in.
    shell: clap_complete::Shell,
}

pub(super) fn completions(arguments: &Completions) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "phiscale", &mut script);
    stdout(&script)?;
    Ok(Outcome::Passed)
}

pub(super) fn manual() -> Ended {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|error| Error::new(format!("cannot write the manual page: {error}")))?;
    stdout(&page)?;
    Ok(Outcome::Passed)
}
