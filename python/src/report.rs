//! Reports: what the commands answer.

use phiscale::Diagnostic;
use phiscale::cli::{FORMATS, as_keywords};
use phiscale::reports::{self, Format};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::error::raised;
use crate::values::{Text, one_of};

/// The tables that a command prints: a mapping of the fields and tables of its JSON, with ways to write them.
#[pyclass(frozen, mapping, module = "phiscale")]
pub(crate) struct Report {
    tables: reports::Report,
    /// Whether all checks pass; true where nothing is checked.
    #[pyo3(get)]
    passes: bool,
    /// What the command line says on standard error.
    #[pyo3(get)]
    remarks: Vec<String>,
}

/// Columns of a printed table, as in a terminal of unknown width.
const COLUMNS: u16 = 120;

impl Report {
    pub(crate) fn new(report: reports::Report, passes: bool, remarks: Vec<String>) -> Self {
        Report { tables: report, passes, remarks }
    }

    /// The report as a person reads it: with the notes in Python's words.
    fn shown(&self) -> reports::Report {
        reports::Report { notes: self.notes(), ..self.tables.clone() }
    }

    pub(crate) fn html(&self) -> String {
        self.shown().write(Format::Html)
    }

    fn text(&self) -> String {
        self.shown().write_within(COLUMNS).trim_end().to_string()
    }
}

#[pymethods]
impl Report {
    /// Sentences that explain the numbers.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.tables.notes.iter().map(|note| as_keywords(note)).collect()
    }

    /// The report as plain values: numbers exact, in the units of its JSON.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let json = py.import("json")?.call_method1("loads", (self.tables.write(Format::Json),))?;
        Ok(json.cast_into()?)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &str) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.as_any().get_item(key)
    }

    /// The value of a field or a table, or `default` where there is none.
    #[pyo3(signature = (key, default = None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.to_dict(py)?.get_item(key)?.or(default))
    }

    fn __len__(&self, py: Python) -> PyResult<usize> {
        Ok(self.to_dict(py)?.len())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.to_dict(py)?.as_any().try_iter()?.into_any())
    }

    fn __contains__(&self, py: Python, key: &Bound<PyAny>) -> PyResult<bool> {
        self.to_dict(py)?.contains(key)
    }

    /// The fields and tables: see `keys`.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        Ok(self.to_dict(py)?.keys())
    }

    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        Ok(self.to_dict(py)?.values())
    }

    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        Ok(self.to_dict(py)?.items())
    }

    /// A pandas data frame of one table: the one with this key, or the first; a report without tables is one row. The
    /// columns of nested values have dotted names, such as `input.channels`.
    #[pyo3(signature = (table = None))]
    fn to_frame<'py>(&self, py: Python<'py>, table: Option<Text>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.tables.sections.iter();
        let rows = rows.filter(|section| section.layout == reports::Layout::Rows);
        let keys: Vec<&str> = rows.filter_map(|section| section.key).collect();
        let key = match table {
            Some(Text(wanted)) => match keys.iter().find(|key| **key == wanted) {
                Some(key) => Some(*key),
                None => {
                    let problem = Diagnostic::new(format!("the report has no table `{wanted}`"));
                    return Err(raised(py, problem.known("tables", &wanted, &keys).into()));
                }
            },
            None => keys.first().copied(),
        };
        let mut values = self.to_dict(py)?.into_any();
        if let Some(key) = key {
            values = values.get_item(key)?;
        }
        py.import("pandas")?.call_method1("json_normalize", (values,))
    }

    /// The report as text in a format: table, json, csv, markdown, latex or html.
    #[pyo3(signature = (format = "table".into()), text_signature = "($self, format='table')")]
    fn write(&self, py: Python, format: Text) -> PyResult<String> {
        match one_of(py, &FORMATS, &format)? {
            Format::Table => Ok(self.tables.write_within(COLUMNS)),
            format => Ok(self.tables.write(format)),
        }
    }

    fn __str__(&self) -> String {
        self.text()
    }

    fn __repr__(&self) -> String {
        self.text()
    }

    fn __eq__<'py>(&self, py: Python<'py>, other: &Bound<'py, PyAny>) -> PyResult<bool> {
        let other = match other.cast::<Report>() {
            Ok(report) => report.get().to_dict(py)?.into_any(),
            Err(_) => other.clone(),
        };
        self.to_dict(py)?.eq(other)
    }

    /// A report is never empty, so its truth would pass every check.
    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err(
            "a report is neither true nor false; `passes` says whether its checks pass",
        ))
    }

    fn _repr_html_(&self) -> String {
        self.html()
    }
}
