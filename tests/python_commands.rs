//! The commands of the Python package have the options of the command line, with the same words.
//!
//! `PYTHON=overwrite cargo test --test python_commands` writes python/phiscale/commands.py anew.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::fmt::Write;
use std::path::Path;

use clap::{Arg, ArgAction, Command};

/// The commands, with what they give.
const COMMANDS: [(&str, &str); 12] = [
    ("list", "Report"),
    ("count", "Report"),
    ("explain", "Report"),
    ("scale", "Report"),
    ("sweep", "Report"),
    ("fit", "Report"),
    ("check", "Report"),
    ("audit", "Report"),
    ("time", "Report"),
    ("law", "Report"),
    ("plot", "Chart"),
    ("export", "str"),
];

/// Options about where an answer goes, which in Python is an object.
const NOT_IN_PYTHON: [&str; 8] =
    ["help", "schema", "output", "format", "csv", "quiet", "dpi", "scale"];

/// The types of options that take a value, by the names of their values.
const TYPES: [(&str, &str); 18] = [
    ("N", "int | None"),
    ("BYTES", "Amount | None"),
    ("X", "Number | None"),
    ("D", "Number | None"),
    ("W", "Number | None"),
    ("R", "Number | None"),
    ("PHIS", "Numbers | None"),
    ("VALUES", "Numbers | None"),
    ("H[xW]", "Image | None"),
    ("WxH", "str | tuple[int, int] | None"),
    ("FILE", "Name | None"),
    ("DEVICE", "Name | None"),
    ("SHARE", "Amount | None"),
    ("NUMBER", "Amount | None"),
    ("NUMBERS", "Amount | Iterable[Amount] | None"),
    ("NAME=N", "Mapping[str, int] | None"),
    ("COLUMN", "str | None"),
    ("AXIS", "str | None"),
];

const HEAD: &str = r#""""The commands of the command line, with their options as keywords.

Written from the command line's own arguments; do not edit.
"""

from __future__ import annotations

from . import _phiscale
from ._arguments import each, flag, one, pair, positional

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from ._arguments import Amount, Image, Name, Number, Numbers
    from ._phiscale import Chart, Report
"#;

#[test]
fn the_commands_of_the_package_are_those_of_the_command_line() {
    let mut program = phiscale::cli::command();
    program.build();
    let mut code = HEAD.to_string();
    for (name, gives) in COMMANDS {
        let command = program.find_subcommand(name).expect("a command");
        code.push_str(&function(command, gives));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/phiscale/commands.py");
    if std::env::var_os("PYTHON").is_some_and(|wanted| wanted == "overwrite") {
        std::fs::write(&path, &code).expect("a file that can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == code, "write it anew: PYTHON=overwrite cargo test --test python_commands");
}

fn function(command: &Command, gives: &str) -> String {
    let name = command.get_name();
    let options: Vec<&Arg> = command
        .get_arguments()
        .filter(|argument| !NOT_IN_PYTHON.contains(&argument.get_id().as_str()))
        .collect();
    let (positional, options): (Vec<&Arg>, Vec<&Arg>) =
        options.into_iter().partition(|argument| argument.is_positional());
    let mut code = format!("\n\ndef {name}(\n");
    for argument in &positional {
        let id = argument.get_id();
        match (is_list(argument), argument.is_required_set()) {
            (true, _) => writeln!(code, "    *{id}: Name,"),
            (false, true) => writeln!(code, "    {id}: Name,"),
            (false, false) => writeln!(code, "    {id}: Name | None = None,"),
        }
        .expect("memory");
    }
    if !positional.iter().any(|argument| is_list(argument)) {
        code.push_str("    *,\n");
    }
    for argument in &options {
        writeln!(code, "    {}: {},", keyword(argument), typed(argument)).expect("memory");
    }
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let ends = if about.ends_with('.') { "" } else { "." };
    write!(code, ") -> {gives}:\n    \"\"\"{about}{ends}\n\n    Args:\n").expect("memory");
    for argument in positional.iter().chain(&options) {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.trim_end_matches("; can be repeated");
        let names = possible(argument);
        let names = if names.is_empty() || is_flag(argument) {
            String::new()
        } else {
            format!(" One of {}.", quoted(&names))
        };
        code.push_str(&wrapped(&format!(
            "{}: {}.{names}",
            keyword(argument),
            phiscale::cli::as_keywords(help)
        )));
    }
    code.push_str("    \"\"\"\n    __tracebackhide__ = True  # pytest shows the line that called\n    arguments = [\n");
    writeln!(code, "        \"phiscale\",\n        \"{name}\",").expect("memory");
    for argument in &options {
        writeln!(code, "        *{},", written(argument)).expect("memory");
    }
    for argument in &positional {
        let id = argument.get_id();
        let list = if is_list(argument) { id.to_string() } else { format!("[{id}]") };
        let needs_one = if argument.is_required_set() && is_list(argument) { ", True" } else { "" };
        writeln!(code, "        *positional({list}{needs_one}),").expect("memory");
    }
    let called = match gives {
        "Chart" => "plot",
        "str" => "exported",
        _ => "answer",
    };
    write!(code, "    ]\n    return _phiscale.{called}(arguments)\n").expect("memory");
    code
}

/// The names that a value can have.
fn possible(argument: &Arg) -> Vec<String> {
    argument.get_possible_values().iter().map(|value| value.get_name().to_string()).collect()
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

fn keyword(argument: &Arg) -> String {
    argument.get_long().map_or_else(|| argument.get_id().to_string(), |long| long.replace('-', "_"))
}

fn is_list(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append)
}

fn is_flag(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::SetTrue)
}

fn value_name(argument: &Arg) -> &str {
    argument.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str())
}

fn typed(argument: &Arg) -> String {
    if is_flag(argument) {
        return "bool = False".into();
    }
    let known = TYPES.iter().find(|(name, _)| *name == value_name(argument));
    let kind = match known {
        _ if argument.get_num_args().is_some_and(|count| count.min_values() == 2) => {
            "Sequence[str] | None"
        }
        Some((_, kind)) if !is_list(argument) || is_of_several(kind) => kind,
        _ if is_list(argument) => "Name | Iterable[Name] | None",
        _ => "str | None",
    };
    let names = possible(argument);
    match names.is_empty() || is_list(argument) {
        _ if keyword(argument).starts_with("max_") || keyword(argument).starts_with("min_") => {
            "Amount | None = None".into()
        }
        true => format!("{kind} = None"),
        false if argument.is_required_set() => format!("Literal[{}]", quoted(&names)),
        false => format!("Literal[{}] | None = None", quoted(&names)),
    }
}

/// Whether a type has several values.
fn is_of_several(kind: &str) -> bool {
    kind.starts_with("Mapping") || kind.contains("Iterable")
}

/// The Python call that writes an option.
fn written(argument: &Arg) -> String {
    let (long, keyword) = (argument.get_long().unwrap_or_default(), keyword(argument));
    let call = |function: &str, more: &str| format!("{function}(\"--{long}\", {keyword}{more})");
    if is_flag(argument) {
        call("flag", "")
    } else if argument.get_num_args().is_some_and(|count| count.min_values() == 2) {
        call("pair", "")
    } else if is_list(argument) && argument.get_value_delimiter().is_none() {
        call("each", "")
    } else if matches!(value_name(argument), "H[xW]" | "WxH") {
        call("one", ", \"x\"")
    } else {
        call("one", "")
    }
}

/// Lines of a docstring of at most 120 characters, the first less deep than the others.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut line = " ".repeat(8);
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > 120 {
            lines.push_str(&line);
            lines.push('\n');
            line = " ".repeat(12);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines + &line + "\n"
}
