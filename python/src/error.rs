//! The library's errors as Python exceptions, in Python's words.

use phiscale::cli::as_keywords;
use phiscale::{Diagnostic, Error, Span};
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
            problem.message = as_keywords(&problem.message);
            problem.help = problem.help.iter().map(|help| as_keywords(help)).collect();
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
