//! Networks.

use phiscale::budget::Budgets;
use phiscale::cli::{DTYPES, as_keywords};
use phiscale::memory::{self, Dtype};
use phiscale::reports::{self, CountColumn, CountedNetwork, ExplainedNetwork, Per};
use phiscale::{
    Convention, Error, Measure, Model, Request, Scale, Scaled, Shape, explain, grouped, spec,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::call::Called;
use crate::error::{invalid, raised};
use crate::report::Report;
use crate::values::{Amount, Natural, Text, Texts, one_of};

/// A counted network. Counts are exact integers for one image.
#[pyclass(frozen, module = "phiscale")]
pub(crate) struct Network {
    /// The address: efficientnet:b3, model.onnx.
    #[pyo3(get)]
    name: String,
    /// The name in print.
    #[pyo3(get)]
    title: String,
    /// Where the network was published, or what wrote its file.
    #[pyo3(get)]
    source: String,
    scaled: Scaled,
    /// φ, where it scales the network.
    #[pyo3(get)]
    phi: Option<f64>,
    /// What the command line says on standard error.
    #[pyo3(get)]
    remarks: Vec<String>,
}

impl Network {
    pub(crate) fn new(name: String, title: &str, source: &str, scaled: Scaled) -> Self {
        Network {
            name,
            title: title.into(),
            source: source.into(),
            scaled,
            phi: None,
            remarks: Vec::new(),
        }
    }

    /// The network that a request makes of a model.
    pub(crate) fn of(model: &Model, request: &Request) -> Result<Self, Error> {
        let scaled = model.network(request)?;
        Ok(Network::new(model.address(request.member), model.title(), model.source(), scaled))
    }

    pub(crate) fn at_phi(self, phi: Option<f64>) -> Self {
        Network { phi, ..self }
    }

    pub(crate) fn with_remarks(called: Called<Network>) -> Self {
        Network { remarks: called.remarks, ..called.result }
    }

    fn counted<'a>(&'a self, convention: &'a Convention) -> CountedNetwork<'a> {
        CountedNetwork {
            name: &self.name,
            title: &self.title,
            source: &self.source,
            network: self.network(),
            scale: self.scaled.scale,
            phi: self.phi,
            batch: 1,
            notes: &self.scaled.notes,
            convention,
            per: None,
            dtype: Dtype::Fp32,
            sort: None,
            reverse: false,
            units: None,
            training: None,
        }
    }

    fn rows<'py>(&self, py: Python<'py>, per: Per) -> PyResult<Bound<'py, PyAny>> {
        let convention = spec::convention("conv-linear").map_err(|error| raised(py, error))?;
        let counted = CountedNetwork { per: Some(per), ..self.counted(&convention) };
        let report = Report::new(reports::count(&counted), true, Vec::new());
        report.to_dict(py)?.as_any().get_item("layers")
    }

    fn network(&self) -> &phiscale::Network {
        &self.scaled.network
    }
}

#[pymethods]
impl Network {
    /// Notes on the numbers of an imported network.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.scaled.notes.iter().map(|note| as_keywords(note)).collect()
    }

    /// Channels, height and width of the input.
    #[getter]
    fn input(&self) -> (u64, u64, u64) {
        sides(self.network().input())
    }

    /// Multipliers of depth, width and resolution.
    #[getter]
    fn scale(&self) -> (f64, f64, f64) {
        let Scale { depth, width, resolution, .. } = self.scaled.scale;
        (depth, width, resolution)
    }

    /// Multiply-adds of convolutions, linear layers and products of maps, for one image.
    #[getter]
    fn macs(&self) -> u64 {
        self.network().macs()
    }

    /// 2 × MACs, for one image.
    #[getter]
    fn flops(&self) -> u64 {
        self.network().flops()
    }

    /// Trained values.
    #[getter]
    fn params(&self) -> u64 {
        self.network().params()
    }

    /// Output elements of convolutions, linear layers and products of maps, for one image.
    #[getter]
    fn activations(&self) -> u64 {
        self.network().activations()
    }

    /// The layers, stage by stage, with their settings and counts, as dictionaries: the rows of `table(per="layer")`.
    #[getter]
    fn layers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.rows(py, Per::Layer)
    }

    /// The stages in order, with their counts, as dictionaries: the rows of `table(per="stage")`.
    #[getter]
    fn stages<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.rows(py, Per::Stage)
    }

    /// How often each kind of event happens for one image, and how many values are stored: the events that happen at
    /// all, each by the part of the network where it does (main, function, fused).
    fn ledger<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let events = PyDict::new(py);
        for (event, part, amount) in
            self.network().ledger().entries().filter(|(.., amount)| **amount > 0)
        {
            let name = event.name();
            let parts = match events.get_item(name)? {
                Some(parts) => parts.cast_into::<PyDict>()?,
                None => PyDict::new(py),
            };
            parts.set_item(part.name(), amount)?;
            events.set_item(name, parts)?;
        }
        Ok(events)
    }

    /// The number that a counting tool would report.
    ///
    /// Args:
    ///     convention: The tool: fvcore, thop, torch, …; `phiscale.list(conventions=True)` lists all.
    ///     batch: Images in a forward pass.
    #[pyo3(signature = (convention = "conv-linear".into(), *, batch = Natural(1)), text_signature = "($self, convention='conv-linear', *, batch=1)")]
    fn count(&self, py: Python, convention: Text, batch: Natural) -> PyResult<u128> {
        let convention = spec::convention(&convention.0).map_err(|error| raised(py, error))?;
        Ok(convention.value(&self.network().ledger(), batch.images(py)?))
    }

    /// Memory of an ideal engine in bytes: weights_bytes, peak_activation_bytes, total_bytes, and at, the layer of the
    /// peak.
    ///
    /// Args:
    ///     dtype: fp32, fp16, bf16 or int8.
    ///     batch: Images in a forward pass.
    #[pyo3(signature = (dtype = "fp32".into(), *, batch = Natural(1)), text_signature = "($self, dtype='fp32', *, batch=1)")]
    fn memory<'py>(
        &self,
        py: Python<'py>,
        dtype: Text,
        batch: Natural,
    ) -> PyResult<Bound<'py, PyDict>> {
        let memory = memory::of(self.network(), one_of(py, &DTYPES, &dtype)?, batch.images(py)?);
        let values = PyDict::new(py);
        values.set_item("weights_bytes", memory.weights_bytes)?;
        values.set_item("peak_activation_bytes", memory.peak_activation_bytes)?;
        values.set_item("total_bytes", memory.total())?;
        values.set_item("at", memory.at)?;
        Ok(values)
    }

    /// The counts as a report, whole, by stage or by layer.
    ///
    /// Args:
    ///     per: stage or layer.
    ///     convention: The counting convention of the reported number.
    ///     batch: Images in a forward pass.
    ///     dtype: fp32, fp16, bf16 or int8, for the bytes of each layer.
    #[pyo3(signature = (*, per = None, convention = "conv-linear".into(), batch = Natural(1), dtype = "fp32".into()), text_signature = "($self, *, per=None, convention='conv-linear', batch=1, dtype='fp32')")]
    fn table(
        &self,
        py: Python,
        per: Option<Text>,
        convention: Text,
        batch: Natural,
        dtype: Text,
    ) -> PyResult<Report> {
        let convention = spec::convention(&convention.0).map_err(|error| raised(py, error))?;
        let report = reports::count(&CountedNetwork {
            batch: batch.images(py)?,
            per: per.map(|per| one_of(py, &BREAKDOWNS, &per)).transpose()?,
            dtype: one_of(py, &DTYPES, &dtype)?,
            ..self.counted(&convention)
        });
        Ok(Report::new(report, true, self.remarks.clone()))
    }

    /// Node data that shows a count on the graph in Model Explorer, as JSON; for networks from ONNX files.
    ///
    /// Args:
    ///     count: params, norm_stats, macs, flops or activations, or reported, the number of the convention.
    ///     convention: The counting convention of the reported number.
    #[pyo3(signature = (count = "reported".into(), *, convention = "conv-linear".into()), text_signature = "($self, count='reported', *, convention='conv-linear')")]
    fn model_explorer(&self, py: Python, count: Text, convention: Text) -> PyResult<String> {
        let column =
            one_of(py, &CountColumn::COUNTS.map(|column| (column.key(), "", column)), &count)?;
        let data = spec::convention(&convention.0)
            .and_then(|convention| reports::model_explorer(&self.counted(&convention), column));
        data.map_err(|error| raised(py, error))
    }

    /// What every counting tool would report, and why.
    ///
    /// Args:
    ///     between: Two conventions, to show where they differ, event by event.
    ///     batch: Images in a forward pass.
    #[pyo3(signature = (*, between = None, batch = Natural(1)), text_signature = "($self, *, between=None, batch=1)")]
    fn explain(&self, py: Python, between: Option<Texts>, batch: Natural) -> PyResult<Report> {
        let network = ExplainedNetwork {
            name: &self.name,
            input: self.network().input().clone(),
            cost: self.network().ledger(),
            batch: batch.images(py)?,
            notes: &self.scaled.notes,
        };
        let batch = network.batch;
        let report = match between.as_ref().map(|Texts(between)| &between[..]) {
            None => spec::conventions().map(|conventions| {
                reports::explain(&network, &explain::numbers(&network.cost, &conventions, batch))
            }),
            Some([left, right]) => spec::convention(left).and_then(|left| {
                let right = spec::convention(right)?;
                let differences = explain::between(&network.cost, &left, &right, batch);
                Ok(reports::between(&network, [&left, &right], &differences))
            }),
            Some(_) => {
                return Err(invalid(
                    py,
                    "between is two conventions, such as (\"thop\", \"fvcore\")",
                ));
            }
        };
        let report = report.map_err(|error| raised(py, error))?;
        Ok(Report::new(report, true, self.remarks.clone()))
    }

    /// Compares the network with budgets: a report that passes if it is within all of them.
    ///
    /// Args:
    ///     max_macs: At most this many MACs for one image: 600_000_000 or "600M".
    ///     max_flops: At most this many FLOPs (2 × MACs) for one image.
    ///     max_params: At most this many trained values.
    ///     max_activations: At most this many activations for one image.
    ///     max_memory: At most this many bytes for weights and live activations: 10_000_000 or "10MB".
    ///     dtype: fp32, fp16, bf16 or int8, in memory.
    ///     batch: Images in memory.
    #[pyo3(signature = (*, max_macs = None, max_flops = None, max_params = None, max_activations = None,
                        max_memory = None, dtype = "fp32".into(), batch = Natural(1)), text_signature = "($self, *, max_macs=None, max_flops=None, max_params=None, max_activations=None, max_memory=None, dtype='fp32', batch=1)")]
    #[allow(clippy::too_many_arguments)] // keywords in Python
    fn check(
        &self,
        py: Python,
        max_macs: Option<Amount>,
        max_flops: Option<Amount>,
        max_params: Option<Amount>,
        max_activations: Option<Amount>,
        max_memory: Option<Amount>,
        dtype: Text,
        batch: Natural,
    ) -> PyResult<Report> {
        let given = [
            (Measure::Macs, max_macs),
            (Measure::Flops, max_flops),
            (Measure::Params, max_params),
            (Measure::Activations, max_activations),
            (Measure::Memory, max_memory),
        ];
        let limits = given.into_iter().filter_map(|(measure, limit)| Some((measure, limit?)));
        let limits = limits.map(|(measure, limit)| Ok((measure, limit.of(measure, py)?)));
        let limits = limits.collect::<PyResult<Vec<_>>>()?;
        if limits.is_empty() {
            return Err(invalid(py, "no budget is given, such as max_macs"));
        }
        let (dtype, batch) = (one_of(py, &DTYPES, &dtype)?, batch.images(py)?);
        let budgets = Budgets { limits, dtype, batch, training: None, time: None };
        let checks = reports::budget_checks(&self.name, &budgets.usage(self.network()), None);
        let mut report = reports::network_checks(&checks, &[]);
        report.notes.extend_from_slice(&self.scaled.notes);
        Ok(Report::new(report, phiscale::check::all_pass(&checks), self.remarks.clone()))
    }

    fn __repr__(&self) -> String {
        let [params, macs] = [self.params(), self.macs()].map(|count| grouped(count.into()));
        format!(
            "<phiscale.Network {}: {params} params, {macs} MACs, input {}>",
            self.name,
            self.network().input()
        )
    }

    fn _repr_html_(&self, py: Python) -> PyResult<String> {
        Ok(self.table(py, None, "conv-linear".into(), Natural(1), "fp32".into())?.html())
    }
}

const BREAKDOWNS: [(&str, &str, Per); 2] = [("stage", "", Per::Stage), ("layer", "", Per::Layer)];

pub(crate) fn sides(shape: &Shape) -> (u64, u64, u64) {
    (shape.channels, shape.height, shape.width)
}
