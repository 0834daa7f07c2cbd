//! Messages and help for callers that pass options as keywords, such as Python.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::help::command;

/// A message with the command line's options as keywords: `--max-macs` is `max_macs`. Commands to type stay as they are.
#[must_use]
pub fn as_keywords(message: &str) -> String {
    let mut written = String::new();
    let mut rest = message;
    while let Some(at) = rest.find("--") {
        let (before, from) = rest.split_at(at);
        let end = from[2..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let (name, after) = from[2..].split_at(end.unwrap_or(from.len() - 2));
        written.push_str(before);
        let starts = written.ends_with([' ', '`', '\'', '(', '\n']) || written.is_empty();
        if starts && options().contains(name) && !is_command(&written) {
            written.push_str(&name.replace('-', "_"));
            // `--per <PER>` in messages about a value.
            let value = after.strip_prefix(" <").and_then(|value| value.split_once(">'"));
            rest = value.map_or(after, |(name, _)| &after[name.len() + 3..]);
        } else {
            written.push_str("--");
            rest = &from[2..];
        }
    }
    written + rest
}

/// The options of all commands.
fn options() -> &'static BTreeSet<String> {
    static OPTIONS: OnceLock<BTreeSet<String>> = OnceLock::new();
    OPTIONS.get_or_init(|| {
        let mut names = BTreeSet::new();
        for command in command().get_subcommands() {
            names.extend(
                command.get_arguments().filter_map(|one| one.get_long().map(str::to_string)),
            );
        }
        names
    })
}

/// Whether the text ends within a command to type, as in "`phiscale list".
fn is_command(text: &str) -> bool {
    let start =
        ["phiscale ", "python -m ", "git "].iter().filter_map(|program| text.rfind(program));
    start.max().is_some_and(|start| !text[start..].contains(['`', ';']))
}
