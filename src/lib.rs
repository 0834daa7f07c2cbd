//! phiscale counts, scales, checks and draws compound-scaled convolutional networks from TOML layer specs, and counts
//! whatever network an ONNX file holds ([`onnx`]).
//!
//! ```
//! use phiscale::counting::ledger::Event;
//! use phiscale::families::family::Request;
//! use phiscale::families::spec;
//!
//! let text = spec::bundled("efficientnet").unwrap_or_default();
//! let family = spec::parse("efficientnet", "efficientnet.toml", text)?;
//! let request = Request { member: family.member("b0"), ..Request::BASELINE };
//! let cost = family.network(&request)?.network.cost();
//! assert_eq!(cost.total(Event::MACS), 385_814_752);
//! # Ok::<(), phiscale::error::Error>(())
//! ```
//!
//! The library is pure: text and values in, values and text out. It reads no file, environment or clock.
//!
//! # Glossary
//!
//! - **family**: a baseline network, the rule that scales it, and its published **members** (B0 … B7).
//! - **stem, stage, head**: the named parts of a network, in order; a stage repeats a **block**.
//! - **depth** d, **width** w, **resolution** r: multipliers of repeats, of channels, and of the height and
//!   width of the input in pixels; **φ** sets all three: α^φ, β^φ, γ^φ (arXiv:1905.11946v5, equation 3).
//! - **ledger** ([`counting::ledger::Cost`]): how often each kind of event happens per image, and how many values of
//!   each kind are stored. Unit: events, values.
//! - **MACs**: multiply-adds per image; **FLOPs**: 2 × MACs per image; **params**: trained values of the
//!   network; **norm statistics**: stored values that are not trained; **activations**: output elements of
//!   convolutions, linear layers and products of maps per image.
//! - **convention** ([`counting::convention::Convention`]): which events make a number, and what each weighs.
//! - **closed form**: the same formulas read as [`counting::polynomial::Polynomial`] in d, w and r.

pub mod analysis;
pub mod charts;
pub mod counting;
pub mod error;
pub mod families;
pub mod onnx;
pub mod reports;
pub mod search;
