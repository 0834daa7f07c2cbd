//! Counts, scales, checks and draws compound-scaled convolutional networks.
//!
//! ```
//! let b3 = phiscale::network("efficientnet:b3")?; // or a library's: "torchvision/resnet50"
//! println!("{} MACs, {} params", b3.macs(), b3.params());
//!
//! let at_phi_2 = phiscale::family("efficientnet")?.at_phi(2.0)?;
//! assert!(at_phi_2.macs() > 2 * b3.macs() / 3);
//! # Ok::<(), phiscale::Error>(())
//! ```
//!
//! The crate is pure: text, bytes and values in, values and text out. Only [`cli`](https://docs.rs/phiscale/latest/phiscale/cli/)
//! reads files, the environment and the clock.
//!
//! # Where things are
//!
//! | To | Use | Feature |
//! |---|---|---|
//! | find a bundled network or family | [`network`], [`family`], [`find`] | |
//! | read a layer spec | [`spec::parse`] | |
//! | scale a family | [`Family::at_phi`], [`Family::network`] with a [`Request`] | |
//! | read a network's ledger | [`Network`] | |
//! | weigh it as a tool would | [`convention`], [`Convention`], [`explain`] | |
//! | check cost against 2^φ, budgets and published figures | [`growth`], [`budget`], [`audit`] | |
//! | find the largest network within budgets | [`fit`] | |
//! | predict the accuracy of larger networks | [`law`] | |
//! | count millions of networks of a family | [`Plan`], [`sweep`] | |
//! | count an ONNX file | [`onnx`](https://docs.rs/phiscale/latest/phiscale/onnx/), [`Model`] | `onnx` |
//! | draw | [`charts`](https://docs.rs/phiscale/latest/phiscale/charts/) | `charts` |
//! | write text, JSON, CSV, Markdown, LaTeX, HTML; keep baselines | [`reports`](https://docs.rs/phiscale/latest/phiscale/reports/) | `reports` |
//! | load a file by its path, or answer a command line | [`cli`](https://docs.rs/phiscale/latest/phiscale/cli/) | `cli` |
//! | search α, β and γ by measured accuracies | [`search`](https://docs.rs/phiscale/latest/phiscale/search/) | `search` |
//! | read a search space, and find its best network | [`spec::space`], [`search::design`](https://docs.rs/phiscale/latest/phiscale/search/design/) | `search` |
//!
//! `default-features = false` leaves counting, scaling, checking and fitting, with 15 dependencies. Every error is one
//! type, [`Error`], which prints itself with its place in the text it is about.
//!
//! # Glossary
//!
//! - **family**: a baseline network, the rule that scales it, and its published **members** (B0 … B7).
//! - **stem, stage, head**: the named parts of a network, in order; a stage repeats a **block**.
//! - **depth** d, **width** w, **resolution** r: multipliers of repeats, of channels, and of the height and
//!   width of the input in pixels; **φ** sets all three: α^φ, β^φ, γ^φ (arXiv:1905.11946v5, equation 3).
//! - **ledger**: how often each kind of event happens per image, and how many values of each kind are stored.
//! - **MACs**: multiply-adds per image; **FLOPs**: 2 × MACs per image; **params**: trained values of the
//!   network; **norm statistics**: stored values that are not trained; **activations**: output elements of
//!   convolutions, linear layers and products of maps per image.
//! - **convention**: which events make a number, and what each weighs.

// What one feature leaves unused, another uses; all together use everything.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

// The command line uses the library as other crates do, under its name.
#[cfg(feature = "cli")]
extern crate self as phiscale;

mod analysis;
#[cfg(feature = "charts")]
pub mod charts;
#[cfg(feature = "cli")]
pub mod cli;
mod counting;
mod error;
mod families;
#[cfg(feature = "onnx")]
pub mod onnx;
#[cfg(feature = "reports")]
pub mod reports;
#[cfg(feature = "search")]
pub mod search;

#[cfg(feature = "reports")]
pub use analysis::baseline;
pub use analysis::cost::{Cost, Estimate};
#[cfg(feature = "onnx")]
pub use analysis::model::Graph;
pub use analysis::model::Model;
pub use analysis::{
    accuracy, audit, budget, check, explain, exponents, fit, growth, law, stages, sweep, time,
};
pub use counting::convention::{Convention, Term};
pub use counting::kernels;
pub use counting::layer::{Setting, Settings};
pub use counting::ledger::{Event, Ledger, Part};
pub use counting::measure::Measure;
pub use counting::memory;
pub use counting::network::{Network, PlacedLayer, Stage};
pub use counting::node::GraphPlace;
pub use counting::polynomial::{Monomial, Polynomial};
pub use counting::shape::Shape;
pub use counting::training;
pub use counting::units::{Figure, byte_units, grouped, parse_bytes, plural};
pub use error::{Diagnostic, Error, Label, Source, Span};
pub use families::declared::schema::JsonSchema;
pub use families::device;
pub use families::family::{ExactCounts, Family, Member, Request, Scaled, StageSpec};
pub use families::find::{self, family, network};
#[cfg(feature = "charts")]
pub use families::measured;
pub use families::plan::Plan;
pub use families::published;
pub use families::rounding::{ChannelRounding, ResolutionRounding, Rounding};
#[cfg(feature = "charts")]
pub use families::runs;
pub use families::scaling::{Coefficients, Exponents, Rule, Scale};
pub use families::spec::{self, convention, conventions};
pub use families::strategy::Strategy;

/// The JSON Schemas (draft 2020-12) of the TOML files that this build reads, and of the JSON files and reports that it
/// writes.
#[must_use]
pub fn json_schemas() -> Vec<JsonSchema> {
    let schemas = spec::schemas().into_iter();
    #[cfg(feature = "charts")]
    let schemas = schemas.chain([charts::file::schema()]);
    #[cfg(feature = "reports")]
    let schemas = schemas.chain(reports::json_schemas());
    schemas.collect()
}

/// The JSON Schema with a name: `report-count`, or what a report says of itself, `phiscale.count/2`.
pub fn json_schema(name: &str) -> Result<String, Error> {
    let schemas = json_schemas();
    let known: Vec<&str> = schemas.iter().map(|schema| schema.name.as_str()).collect();
    let of_report = name.strip_prefix("phiscale.").and_then(|report| report.split('/').next());
    let wanted = of_report.map_or(name.into(), |report| format!("report-{report}"));
    let found = schemas.iter().find(|schema| schema.name.eq_ignore_ascii_case(&wanted));
    let found = found.ok_or_else(|| {
        Diagnostic::new(format!("there is no schema `{name}`")).known("schemas", &wanted, &known)
    })?;
    Ok(found.text.clone())
}

/// What the crate's own tests of invariants need beyond the surface.
#[doc(hidden)]
pub mod internals {
    pub use crate::counting::scalar::Scalar;
    pub use crate::families::scaling::{AtScale, Reading};
}

/// The page on using the crate, whose programs are tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
pub struct LibraryPage;
