//! The library's errors as Python exceptions, in Python's words.

use phiscale::{Diagnostic, Error};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The exception for an error of the library: `phiscale.Error`, with its problems and their places.
pub(crate) fn raised(py: Python, error: &Error) -> PyErr {
    exception(py, error).unwrap_or_else(|failed| failed)
}

fn exception(py: Python, error: &Error) -> PyResult<PyErr> {
    let module = py.import("phiscale._errors")?;
    let problem = module.getattr("Problem")?;
    let problems = error.problems().iter().map(|one| problem.call1(fields(one)));
    let problems = PyTuple::new(py, problems.collect::<PyResult<Vec<_>>>()?)?;
    let text = in_python(&error.to_string());
    // The name of the exception says that it is an error.
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let raised = module.getattr("Error")?.call1((text, problems))?;
    Ok(PyErr::from_value(raised))
}

/// Message, file, line, column and help.
type Fields = (String, Option<String>, Option<usize>, Option<usize>, Vec<String>);

fn fields(problem: &Diagnostic) -> Fields {
    let place = problem.labels.first().map(|label| &label.span);
    (
        in_python(&problem.message),
        place.map(|span| span.source.name().to_string()),
        place.map(phiscale::Span::line),
        place.map(phiscale::Span::column),
        problem.help.iter().map(|help| in_python(help)).collect(),
    )
}

/// A message with its options as keywords: `--max-macs` is `max_macs`. Commands to type stay as they are.
pub(crate) fn in_python(message: &str) -> String {
    message.split_inclusive('\n').map(line_in_python).collect()
}

fn line_in_python(line: &str) -> String {
    let mut written = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("--") {
        let (before, option) = rest.split_at(at);
        let end = option[2..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let (name, after) = option[2..].split_at(end.unwrap_or(option.len() - 2));
        written.push_str(before);
        let is_option = name.starts_with(|c: char| c.is_ascii_lowercase());
        if is_option && !is_command(&written) {
            written.push_str(&name.replace('-', "_"));
        } else {
            written.push_str("--");
            written.push_str(name);
        }
        // `--per <PER>` in messages about a value.
        let value = after.strip_prefix(" <").and_then(|value| value.split_once(">'"));
        rest = value.map_or(after, |(name, _)| &after[name.len() + 3..]);
    }
    written + rest
}

/// Whether the text ends within a command to type, as in "`phiscale list".
fn is_command(text: &str) -> bool {
    let start =
        ["phiscale ", "python -m ", "git "].iter().filter_map(|program| text.rfind(program)).max();
    start.is_some_and(|start| !text[start..].contains(['`', ';']))
}
