//! The Python module `phiscale._phiscale`: what the library offers, as Python objects. Nothing is computed here.

// Python hands its arguments over by value.
#![allow(clippy::needless_pass_by_value)]

mod call;
mod chart;
mod command;
mod error;
mod family;
mod load;
mod network;
mod report;
mod values;

#[pyo3::pymodule]
mod _phiscale {
    /// The version of the library.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    #[pymodule_export]
    use super::chart::Chart;
    #[pymodule_export]
    use super::command::{answer, exported, plot, run, schema};
    #[pymodule_export]
    use super::family::{Family, family, spec};
    #[pymodule_export]
    use super::load::{network, onnx};
    #[pymodule_export]
    use super::network::Network;
    #[pymodule_export]
    use super::report::Report;
}
