//! The library's errors as Python exceptions, in Python's words.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use phiscale::{Diagnostic, Error, Span, cli};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// What `phiscale.Error` is made from: its text, and its problems.
pub(crate) struct Raised {
    text: String,
    problems: Vec<Fields>,
}

/// Message, file, line, column and help of a problem.
type Fields = (String, Option<String>, Option<usize>, Option<usize>, Vec<String>);

impl Raised {
    pub(crate) fn new(error: Error) -> Self {
        let error = error.map(|mut problem| {
            problem.message = in_python(&problem.message);
            problem.help = problem.help.iter().map(|help| in_python(help)).collect();
            problem
        });
        let text = error.to_string();
        // The name of the exception says that these are errors.
        let text = text.strip_prefix("error: ").unwrap_or(&text).replace("\n\nerror: ", "\n\n");
        Raised { text, problems: error.into_problems().into_iter().map(fields).collect() }
    }

    pub(crate) fn exception(self, py: Python) -> PyErr {
        let exception = || {
            let module = py.import("phiscale._errors")?;
            let problem = module.getattr("Problem")?;
            let problems = self.problems.into_iter().map(|fields| problem.call1(fields));
            let problems = PyTuple::new(py, problems.collect::<PyResult<Vec<_>>>()?)?;
            let raised = module.getattr("Error")?.call1((self.text, problems))?;
            Ok(PyErr::from_value(raised))
        };
        exception().unwrap_or_else(|failed: PyErr| failed)
    }
}

/// The exception for an error of the library.
pub(crate) fn raised(py: Python, error: Error) -> PyErr {
    Raised::new(error).exception(py)
}

/// The exception for a value that is wrong.
pub(crate) fn invalid(py: Python, message: impl Into<String>) -> PyErr {
    raised(py, Error::new(message))
}

fn fields(problem: Diagnostic) -> Fields {
    let place = problem.labels.first().map(|label| &label.span);
    let file = place.map(|span| span.source.name().to_string());
    let (line, column) = (place.map(Span::line), place.map(Span::column));
    (problem.message, file, line, column, problem.help)
}

/// A message with the command line's options as keywords: `--max-macs` is `max_macs`. Commands to type stay as they are.
pub(crate) fn in_python(message: &str) -> String {
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
        for command in cli::command().get_subcommands() {
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
