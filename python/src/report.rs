//! Reports: what the commands answer.

use phiscale::reports::{self, Format};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// The tables that a command prints: a mapping of the fields and tables of its JSON, with ways to write them.
#[pyclass(frozen, mapping, module = "phiscale")]
pub(crate) struct Report {
    report: reports::Report,
    /// Whether all checks pass; true where nothing is checked.
    #[pyo3(get)]
    passes: bool,
    /// What the command line says on standard error.
    #[pyo3(get)]
    remarks: Vec<String>,
}

/// The formats by their names on the command line.
const FORMATS: [(&str, Format); 6] = [
    ("table", Format::Table),
    ("json", Format::Json),
    ("csv", Format::Csv),
    ("markdown", Format::Markdown),
    ("latex", Format::Latex),
    ("html", Format::Html),
];

/// Columns of a printed table, as in a terminal of unknown width.
const COLUMNS: u16 = 120;

impl Report {
    pub(crate) fn new(report: reports::Report, passes: bool, remarks: Vec<String>) -> Self {
        Report { report, passes, remarks }
    }
}

#[pymethods]
impl Report {
    /// Sentences that explain the numbers.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.report.notes.clone()
    }

    /// The report as plain values: numbers exact, in the units of its JSON.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let json = py.import("json")?.call_method1("loads", (self.report.write(Format::Json),))?;
        Ok(json.cast_into()?)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &str) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.as_any().get_item(key)
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

    /// A pandas data frame of one table: the one with this key, or the first. A report without tables is one row.
    #[pyo3(signature = (table = None))]
    fn to_frame<'py>(&self, py: Python<'py>, table: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.report.sections.iter();
        let rows = rows.filter(|section| section.layout == reports::Layout::Rows);
        let keys: Vec<&str> = rows.filter_map(|section| section.key).collect();
        let values = self.to_dict(py)?;
        let key = match (table, keys.first()) {
            (Some(wanted), _) => {
                Some(*keys.iter().find(|key| **key == wanted).ok_or_else(|| {
                    PyValueError::new_err(format!("no table {wanted:?}; this report has {keys:?}"))
                })?)
            }
            (None, first) => first.copied(),
        };
        let frame = py.import("pandas")?.getattr("DataFrame")?;
        match key {
            Some(key) => frame.call1((values.as_any().get_item(key)?,)),
            None => frame.call1((PyList::new(py, [values])?,)),
        }
    }

    /// The report as text in a format: table, json, csv, markdown, latex or html.
    #[pyo3(signature = (format = "table"))]
    fn write(&self, format: &str) -> PyResult<String> {
        let known = FORMATS.iter().find(|(name, _)| *name == format);
        match known {
            Some((_, Format::Table)) => Ok(self.report.write_within(COLUMNS)),
            Some((_, known)) => Ok(self.report.write(*known)),
            None => {
                let names = FORMATS.map(|(name, _)| name).join(", ");
                Err(PyValueError::new_err(format!("no format {format:?}; these are: {names}")))
            }
        }
    }

    fn __str__(&self) -> String {
        self.report.write_within(COLUMNS)
    }

    fn __repr__(&self) -> String {
        self.report.write_within(COLUMNS)
    }

    pub(crate) fn _repr_html_(&self) -> String {
        self.report.write(Format::Html)
    }
}
