//! Files that a command refuses to write before it starts: one that it also reads, one that two options name, or one in
//! a folder that does not exist.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{ArgMatches, Command};
use phiscale::{Diagnostic, Error};

use super::output::{is_special, target, unwritable};
use crate::cli::files::{is_file, known, split};

/// The options of all commands that name a file to write.
const OUTPUTS: [&str; 6] = ["output", "save", "write_spec", "csv", "chart", "result"];

/// The options of all commands that name a file to read; arguments without a name may name one as well.
const INPUTS: [&str; 7] =
    ["baseline", "beside", "calibrate", "device", "font", "measurements", "space"];

/// Fails where a command line would write a file that it reads, one file twice, or a file into a folder that does not
/// exist. Nothing has been read, trained or written then.
pub(super) fn refuse(program: &Command, matches: &ArgMatches) -> Result<(), Error> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(()) };
    let Some(command) = program.find_subcommand(name) else { return Ok(()) };
    let inputs: Vec<PathBuf> =
        inputs(command, matches).iter().flat_map(|path| files(path)).collect();
    let mut known: Vec<(PathBuf, &str)> = Vec::new();
    for id in OUTPUTS {
        for path in given(matches, id).into_iter().map(Path::new) {
            let Some(file) = written(path) else { continue };
            let shown = path.display();
            if let Some(folder) = missing_folder(path) {
                let problem = io::Error::other(format!("there is no folder {}", folder.display()));
                return Err(unwritable(path, &problem));
            }
            if inputs.contains(&file) {
                let message = format!("{shown} is read, and --{} would write over it", long(id));
                return Err(Diagnostic::new(message).help("write to another file").into());
            }
            if let Some((_, other)) = known.iter().find(|(known, _)| *known == file) {
                let message = format!("--{} and --{} both write {shown}", long(other), long(id));
                return Err(Diagnostic::new(message).help("give each a file of its own").into());
            }
            known.push((file, id));
        }
    }
    Ok(())
}

/// Fails where a command would write a file that was read because another one, such as a chart file, names it.
pub(super) fn refuse_read<'a>(
    mut outputs: impl Iterator<Item = &'a PathBuf>,
    read: &[PathBuf],
) -> Result<(), Error> {
    let read: Vec<PathBuf> = read.iter().flat_map(|path| files(path)).collect();
    let is_read = |path: &&PathBuf| written(path).is_some_and(|file| read.contains(&file));
    match outputs.find(is_read) {
        None => Ok(()),
        Some(path) => {
            let message = format!("{} is read, and would be written over", path.display());
            Err(Diagnostic::new(message).help("write to another file").into())
        }
    }
}

/// The folder of a file, if it does not exist.
fn missing_folder(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
}

/// The name of an option on the command line.
fn long(id: &str) -> String {
    id.replace('_', "-")
}

fn given<'m>(matches: &'m ArgMatches, id: &str) -> Vec<&'m OsStr> {
    let values = matches.try_get_raw(id).ok().flatten();
    values.map_or_else(Vec::new, Iterator::collect)
}

/// The paths that a command reads, as they are given.
fn inputs(command: &Command, matches: &ArgMatches) -> Vec<PathBuf> {
    let named = INPUTS.iter().flat_map(|id| given(matches, id)).map(PathBuf::from);
    let positional = command.get_positionals().map(|argument| argument.get_id().as_str());
    let addresses = positional.flat_map(|id| given(matches, id)).filter_map(OsStr::to_str);
    let of_files = addresses.filter(|address| is_file(address) || known(address).is_none());
    let paths = of_files.flat_map(|address| [address, split(address).0]);
    named.chain(paths.map(PathBuf::from)).collect()
}

/// The file at a path, or the specs and charts in a folder.
fn files(path: &Path) -> Vec<PathBuf> {
    let found: Vec<PathBuf> = match fs::read_dir(path) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => vec![path.into()],
    };
    let files = found.iter().filter_map(|file| fs::canonicalize(file).ok());
    files.filter(|file| file.is_file()).collect()
}

/// The file that writing to this path replaces or makes; `None` for a folder, a device or a pipe.
fn written(path: &Path) -> Option<PathBuf> {
    if path.as_os_str() == "-" {
        return Some(path.into());
    }
    target(path).ok().filter(|_| !path.is_dir() && !is_special(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help;

    #[test]
    fn every_option_that_takes_a_file_is_known_as_read_or_written() {
        for command in help::command().get_subcommands() {
            for option in command.get_opts() {
                let names = option.get_value_names().unwrap_or_default();
                let takes_file = names.iter().any(|name| name.contains("FILE"));
                let id = option.get_id().as_str();
                let is_known = OUTPUTS.contains(&id) || INPUTS.contains(&id);
                assert!(is_known || !takes_file, "{} --{id}", command.get_name());
                assert!(!is_known || option.get_long() == Some(&long(id)), "--{id}");
            }
        }
    }
}
