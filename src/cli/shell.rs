//! `phiscale completions` and `phiscale man`: files for the shell and for `man`.

use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;
use phiscale::{Diagnostic, Error};

use super::{Ended, Outcome, complete, help, output};

#[derive(Args, Debug)]
pub(super) struct Completions {
    /// The shell to complete in.
    shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(super) struct Manual {
    /// The command to describe; without it, the program.
    #[arg(value_name = "COMMAND", conflicts_with = "folder")]
    command: Option<String>,
    /// Write the pages of the program and of every command into this folder.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

pub(super) fn completions(arguments: &Completions) -> Ended {
    let script = complete::script(arguments.shell)
        .map_err(|error| Error::new(format!("cannot write the completion script: {error}")))?;
    output::stdout(&script)?;
    Ok(Outcome::Passed)
}

pub(super) fn manual(arguments: &Manual) -> Ended {
    let mut program = help::command();
    program.build();
    match (&arguments.folder, &arguments.command) {
        (Some(folder), _) => all_pages(&program, folder)?,
        (None, None) => output::stdout(&page(&program)?)?,
        (None, Some(name)) => output::stdout(&page(subcommand(&program, name)?)?)?,
    }
    Ok(Outcome::Passed)
}

fn subcommand<'c>(program: &'c Command, name: &str) -> Result<&'c Command, Error> {
    program.find_subcommand(name).ok_or_else(|| {
        let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
        Diagnostic::new(format!("there is no command `{name}`"))
            .known("commands", name, &names)
            .into()
    })
}

/// All pages are made before the first is written.
fn all_pages(program: &Command, folder: &Path) -> Result<(), Error> {
    let commands = program.get_subcommands().filter(|command| command.get_name() != "help");
    let commands = std::iter::once(program).chain(commands);
    let pages =
        commands.map(|command| Ok((folder.join(format!("{}.1", title(command))), page(command)?)));
    for (path, page) in pages.collect::<Result<Vec<_>, Error>>()? {
        output::file(&path, &page)?;
        output::say(&format!("wrote {}\n", path.display()));
    }
    Ok(())
}

fn title(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn page(command: &Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    Man::new(command.clone().version(env!("CARGO_PKG_VERSION")))
        .render(&mut page)
        .map_err(|error| Error::new(format!("cannot write the manual page: {error}")))?;
    page.extend(examples(command.get_name()).into_bytes());
    Ok(page)
}

/// The section of examples, in the language of manual pages.
fn examples(command: &str) -> String {
    let escaped = |text: &str| text.replace('\\', "\\e").replace('-', "\\-");
    let example = |(line, what): &(&str, &str)| {
        format!(".PP\n{}:\n.RS\n.nf\n{}\n.fi\n.RE\n", escaped(what), escaped(line))
    };
    let examples: String = help::examples(command).iter().map(example).collect();
    format!(".SH EXAMPLES\n{examples}")
}
