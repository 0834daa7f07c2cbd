//! Charts.

use std::path::PathBuf;

use phiscale::cli::{DrawnChart, Form, as_keywords};
use pyo3::prelude::*;

use crate::call::{call, with_threads};
use crate::report::Report;
use crate::values::Real;

/// A chart: it shows itself in a notebook, and writes itself as SVG, PDF or PNG.
#[pyclass(frozen, module = "phiscale")]
pub(crate) struct Chart {
    chart: DrawnChart,
    /// What the command line says on standard error.
    #[pyo3(get)]
    remarks: Vec<String>,
}

impl Chart {
    pub(crate) fn new(chart: DrawnChart, remarks: Vec<String>) -> Self {
        Chart { chart, remarks }
    }

    fn written(&self, py: Python, form: Form, dpi: Option<f64>) -> PyResult<Vec<u8>> {
        let chart = self.chart.clone();
        Ok(call(py, move |_| with_threads(|| chart.written(form, dpi)))?.result)
    }
}

#[pymethods]
impl Chart {
    /// The name of the chart's file, without suffix.
    #[getter]
    fn name(&self) -> &str {
        &self.chart.name
    }

    /// The title that is drawn.
    #[getter]
    fn title(&self) -> &str {
        &self.chart.chart.title
    }

    /// What the chart leaves out, and what its reader has to know.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.chart.notes.iter().map(|note| as_keywords(note)).collect()
    }

    /// The numbers that are drawn.
    #[getter]
    fn table(&self) -> Report {
        Report::new(self.chart.report.clone(), true, Vec::new())
    }

    /// The chart as the text of an SVG.
    fn svg(&self, py: Python) -> PyResult<String> {
        Ok(String::from_utf8(self.written(py, Form::Svg, None)?)?)
    }

    /// The chart as the bytes of a PDF with embedded fonts, in the light colours if the theme is auto.
    fn pdf(&self, py: Python) -> PyResult<Vec<u8>> {
        self.written(py, Form::Pdf, None)
    }

    /// The chart as the bytes of a PNG, in the light colours if the theme is auto.
    ///
    /// Args:
    ///     dpi: Pixels per inch; 300 for a size on paper and 192 for one in pixels if not given.
    #[pyo3(signature = (dpi = None))]
    fn png(&self, py: Python, dpi: Option<Real>) -> PyResult<Vec<u8>> {
        self.written(py, Form::Png, dpi.map(|dpi| dpi.0))
    }

    /// Writes the chart to a file, by its suffix: .svg, .pdf or .png. A file that is there is replaced.
    ///
    /// Args:
    ///     path: The file.
    ///     dpi: Pixels per inch of a PNG; 300 for a size on paper and 192 for one in pixels if not given.
    #[pyo3(signature = (path, *, dpi = None))]
    fn save(&self, py: Python, path: PathBuf, dpi: Option<Real>) -> PyResult<()> {
        let (chart, dpi) = (self.chart.clone(), dpi.map(|dpi| dpi.0));
        call(py, move |_| with_threads(|| chart.save(&path, dpi)))?;
        Ok(())
    }

    fn _repr_svg_(&self, py: Python) -> PyResult<String> {
        self.svg(py)
    }

    fn __repr__(&self) -> String {
        format!("<phiscale.Chart {}: {}>", self.chart.name, self.chart.chart.title)
    }
}
