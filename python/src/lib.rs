//! The Python module `phiscale._phiscale`: what the library offers, as Python objects. Nothing is computed here.

mod call;
mod chart;
mod command;
mod error;
mod family;
mod network;
mod report;
mod values;

#[pyo3::pymodule]
mod _phiscale {
    #[pymodule_export]
    use super::chart::Chart;
    #[pymodule_export]
    use super::command::{answer, plot, run};
    #[pymodule_export]
    use super::family::{Family, family, spec};
    #[pymodule_export]
    use super::network::{Network, network, onnx};
    #[pymodule_export]
    use super::report::Report;
}
