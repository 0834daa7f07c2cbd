//! What a shell completes: the names of networks, conventions, strategies and schemas, asked from the program itself.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use clap::{Arg, Command};
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use clap_complete::env::{self, CompleteEnv, EnvCompleter, Shells};
use phiscale::{Family, Strategy, find, json_schemas, spec};

use super::arguments::Chosen;
use super::{Caller, help};
use crate::cli::files::{is_path, load_family, split};

/// The environment variable with which a shell asks for completions.
const VARIABLE: &str = "PHISCALE_COMPLETE";

/// bash with the words at colons joined again; the others as they come.
const SHELLS: Shells = Shells(&[&Bash, &env::Elvish, &env::Fish, &env::Powershell, &env::Zsh]);

/// Answers a shell that asks for completions; whether one did.
pub(super) fn answer(arguments: &[OsString]) -> bool {
    let asked = CompleteEnv::with_factory(command).var(VARIABLE).shells(SHELLS);
    let answered = asked.try_complete(arguments.to_vec(), None);
    // There is nobody to show an error to: the shell is drawing its prompt.
    answered.unwrap_or(true)
}

/// The script that makes a shell ask for completions.
pub(super) fn script(shell: clap_complete::Shell) -> io::Result<Vec<u8>> {
    let mut script = Vec::new();
    if let Some(shell) = SHELLS.completer(&shell.to_string()) {
        shell.write_registration(VARIABLE, "phiscale", "phiscale", "phiscale", &mut script)?;
    }
    Ok(script)
}

/// The command line, with completions of arguments by their names.
fn command() -> Command {
    help::command().mut_subcommands(|command| command.mut_args(with_completions))
}

fn with_completions(argument: Arg) -> Arg {
    let complete: fn(&str) -> Vec<CompletionCandidate> = match argument.get_id().as_str() {
        "network" | "networks" | "names" | "family" | "families" => networks,
        "convention" | "between" => conventions,
        "strategy" => strategies,
        "schema" => schemas,
        "space" => spaces,
        _ => return argument,
    };
    argument.add(ArgValueCompleter::new(move |typed: &OsStr| {
        let typed = typed.to_string_lossy();
        let mut found = complete(&typed);
        found.retain(|candidate| candidate.get_value().to_string_lossy().starts_with(&*typed));
        found
    }))
}

/// Bundled families and libraries; the members after a colon or the name of a library; files.
fn networks(typed: &str) -> Vec<CompletionCandidate> {
    let (path, member) = split(typed);
    if member.is_some() {
        let (silent, stop) = (|_: &str| (), AtomicBool::new(false));
        let caller = Caller { say: &silent, progress: &silent, stop: &stop, reads_stdin: false };
        let family = load_family(path, &caller);
        return family.map_or_else(|_| Vec::new(), |(family, _)| members(path, &family));
    }
    if let Some((library, _)) = find::in_library(typed) {
        let families = find::families_of_library(library).unwrap_or_default();
        let members = families.iter().flat_map(|family| &family.library_members);
        let members = members.filter(|member| member.library() == Some(library));
        return members.map(|member| CompletionCandidate::new(&member.name)).collect();
    }
    let mut found = if is_path(typed) { Vec::new() } else { bundled() };
    let is_model = |path: &Path| {
        path.is_dir() || path.extension().is_some_and(|suffix| suffix == "toml" || suffix == "onnx")
    };
    found.extend(PathCompleter::any().filter(is_model).complete(OsStr::new(typed)));
    found
}

/// Every family with its title, and every library.
fn bundled() -> Vec<CompletionCandidate> {
    let families = find::families().unwrap_or_default();
    let families = families.into_iter().map(|family| {
        CompletionCandidate::new(&family.name)
            .help(Some(format!("{}: {}", family.title, family.source).into()))
    });
    let libraries = spec::bundled_libraries().into_iter();
    families
        .chain(libraries.map(|library| CompletionCandidate::new(format!("{library}/"))))
        .collect()
}

fn members(path: &str, family: &Family) -> Vec<CompletionCandidate> {
    let name = |member: &phiscale::Member| format!("{path}:{}", member.name.to_lowercase());
    family.members.iter().map(|member| CompletionCandidate::new(name(member))).collect()
}

fn conventions(_: &str) -> Vec<CompletionCandidate> {
    let all = spec::conventions().unwrap_or_default();
    let all = all.iter().map(|convention| {
        CompletionCandidate::new(&convention.name).help(Some(convention.about.clone().into()))
    });
    all.collect()
}

fn schemas(_: &str) -> Vec<CompletionCandidate> {
    let candidate =
        |name: String, about: String| CompletionCandidate::new(name).help(Some(about.into()));
    json_schemas().into_iter().map(|schema| candidate(schema.name, schema.about)).collect()
}

/// The bundled search spaces.
fn spaces(_: &str) -> Vec<CompletionCandidate> {
    spec::space::bundled_space_names().map(CompletionCandidate::new).collect()
}

/// Strategies, also after a comma.
fn strategies(typed: &str) -> Vec<CompletionCandidate> {
    let before = typed.rfind(',').map_or("", |comma| &typed[..=comma]);
    let names = Strategy::NAMES.iter().chain(&[Chosen::COMPOUND]);
    names.map(|name| CompletionCandidate::new(format!("{before}{name}"))).collect()
}

/// bash splits words at colons: `efficientnet:b3` is three words to it, and it replaces only the last.
struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        env::Bash.name()
    }

    fn is(&self, name: &str) -> bool {
        env::Bash.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        _name: &str,
        bin: &str,
        completer: &str,
        script: &mut dyn Write,
    ) -> io::Result<()> {
        let text = include_str!("complete.bash");
        let text = text.replace("VARIABLE", variable).replace("COMPLETER", completer);
        write!(script, "{}", text.replace("BIN", bin))
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        found: &mut dyn Write,
    ) -> io::Result<()> {
        env::Bash.write_complete(command, words, folder, found)
    }
}
