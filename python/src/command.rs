//! The command line from Python: the program itself, and its answers as objects.

use std::ffi::OsString;

use phiscale::cli;
use pyo3::prelude::*;

use crate::call::{Called, call, with_threads};
use crate::chart::Chart;
use crate::error::{invalid, raised};
use crate::report::Report;
use crate::values::Text;

/// Runs the program `phiscale` with these arguments, the first of which is its name. Gives back its exit status.
#[pyfunction]
pub(crate) fn run(py: Python, arguments: Vec<OsString>) -> u8 {
    py.detach(|| cli::run(arguments))
}

/// The JSON Schema of a file or a report, by its name in `phiscale.list(schemas=True)`.
#[pyfunction]
pub(crate) fn schema(py: Python<'_>, name: Text) -> PyResult<Bound<'_, PyAny>> {
    let text = phiscale::json_schema(&name.0).map_err(|error| raised(py, error))?;
    py.import("json")?.call_method1("loads", (text,))
}

/// Answers a command with a report.
#[pyfunction]
pub(crate) fn answer(py: Python, arguments: Vec<OsString>) -> PyResult<Report> {
    let Called { result, remarks } = call(py, |caller| cli::answer(arguments, caller))?;
    Ok(Report::new(result.report, result.passes, remarks))
}

/// The program or spec that `export` would write.
#[pyfunction]
pub(crate) fn exported(py: Python, arguments: Vec<OsString>) -> PyResult<String> {
    Ok(call(py, |caller| cli::exported(arguments, caller))?.result)
}

/// Draws the one chart that `plot` would.
#[pyfunction]
pub(crate) fn plot(py: Python, arguments: Vec<OsString>) -> PyResult<Chart> {
    let Called { result, remarks } =
        call(py, |caller| with_threads(|| cli::charts(arguments, caller)))?;
    let count = result.len();
    let mut charts = result.into_iter();
    match (charts.next(), charts.next()) {
        (Some(chart), None) => Ok(Chart::new(chart, remarks)),
        _ => Err(invalid(py, format!("{count} charts are named; draw one at a time"))),
    }
}
