//! Families.

use std::sync::Arc;

use phiscale::cli::files::{self, MAX_SPEC_BYTES};
use phiscale::{Coefficients, Diagnostic, Error, Request, Scale};
use pyo3::prelude::*;

use crate::call::{Called, call};
use crate::error::invalid;
use crate::network::{Network, sides};
use crate::values::{Address, Image, Natural, Real, Text};

/// A baseline network, the rule that scales it, and its published members.
#[pyclass(frozen, module = "phiscale")]
pub(crate) struct Family {
    family: Arc<phiscale::Family>,
    /// What the command line says on standard error.
    #[pyo3(get)]
    remarks: Vec<String>,
}

impl Family {
    fn new(called: Called<phiscale::Family>) -> Self {
        Family { family: Arc::new(called.result), remarks: called.remarks }
    }
}

#[pymethods]
impl Family {
    /// The name to ask for it by.
    #[getter]
    fn name(&self) -> &str {
        &self.family.name
    }

    /// The name in print.
    #[getter]
    fn title(&self) -> &str {
        &self.family.title
    }

    /// Where the family was published.
    #[getter]
    fn source(&self) -> &str {
        &self.family.source
    }

    /// Channels, height and width of the baseline's input.
    #[getter]
    fn input(&self) -> (u64, u64, u64) {
        sides(&self.family.input)
    }

    /// Classes of the baseline.
    #[getter]
    fn classes(&self) -> u64 {
        self.family.classes
    }

    /// The published members: b0, b1, …
    #[getter]
    fn members(&self) -> Vec<String> {
        self.family.members.iter().map(|member| member.name.to_lowercase()).collect()
    }

    /// α, β and γ as published: the multipliers of depth, width and resolution at φ = 1 (arXiv:1905.11946v5,
    /// equation 3). None for a family published without them.
    #[getter]
    fn coefficients(&self) -> Option<(f64, f64, f64)> {
        let Coefficients { alpha, beta, gamma, .. } = self.family.rule.coefficients?;
        Some((alpha, beta, gamma))
    }

    /// A network of the family: the baseline, a member, or either at another scale.
    ///
    /// Args:
    ///     member: The name of a member.
    ///     phi: Scales by d = α^φ, w = β^φ, r = γ^φ with the family's own α, β and γ.
    ///     depth: Multiplier of the repeats of every stage.
    ///     width: Multiplier of the channels of every stage.
    ///     resolution: Multiplier of the height and width of the input.
    ///     input: Height and width of the input in pixels, or one number for both.
    ///     classes: Number of classes.
    #[pyo3(signature = (member = None, *, phi = None, depth = None, width = None, resolution = None, input = None,
                        classes = None))]
    #[allow(clippy::too_many_arguments)] // keywords in Python
    fn network(
        &self,
        py: Python,
        member: Option<Text>,
        phi: Option<Real>,
        depth: Option<Real>,
        width: Option<Real>,
        resolution: Option<Real>,
        input: Option<Image>,
        classes: Option<Natural>,
    ) -> PyResult<Network> {
        let (phi, classes) = (phi.map(|phi| phi.0), classes.map(|classes| classes.0));
        let multipliers = [depth, width, resolution].map(|one| one.map(|one| one.0));
        if phi.is_some() && multipliers.iter().any(Option::is_some) {
            return Err(invalid(py, "phi sets depth, width and resolution: give one or the other"));
        }
        let image = input.map(|input| input.0);
        let family = Arc::clone(&self.family);
        let called = call(py, move |_| {
            let member = family.named(member.as_ref().map(|Text(member)| &**member))?;
            let scale = match phi {
                Some(phi) => family.rule.coefficients.ok_or_else(|| unscaled(&family))?.at(phi),
                None => {
                    let [depth, width, resolution] = multipliers.map(|one| one.unwrap_or(1.0));
                    Scale { depth, width, resolution }
                }
            };
            let scale = scale.checked()?;
            let scaled = family.network(&Request { member, scale, image, classes })?;
            let name = member.map_or(family.name.clone(), |member| family.address(member));
            Ok(Network::new(name, &family.title, &family.source, scaled).at_phi(phi))
        })?;
        Ok(Network::with_remarks(called))
    }

    fn __repr__(&self) -> String {
        let members = self.members();
        let members = if members.is_empty() { "no members".into() } else { members.join(", ") };
        format!("<phiscale.Family {}: {members}>", self.name())
    }
}

fn unscaled(family: &phiscale::Family) -> Error {
    let message = format!("{} was published without α, β and γ", family.title);
    let help = "give depth, width and resolution; `phiscale.scale` takes phi with a strategy";
    Diagnostic::new(message).help(help).into()
}

/// A family by the name of a bundled spec or the path of a spec.
#[pyfunction]
pub(crate) fn family(py: Python, name: Address) -> PyResult<Family> {
    let Address(name) = name;
    let called = call(py, move |caller| {
        let (family, member) = files::load_family(&name, caller)?;
        if let Some(member) = family.named(member)? {
            return Err(Error::new(format!(
                "{name} is the member {} of a family; `phiscale.network` counts it",
                member.name
            )));
        }
        Ok(family)
    })?;
    Ok(Family::new(called))
}

/// A family from the text of a spec.
///
/// Args:
///     text: The spec in TOML, at most 1 MiB.
///     name: What the family is called, and its text in errors.
#[pyfunction]
#[pyo3(signature = (text, name = "spec".into()), text_signature = "(text, name='spec')")]
pub(crate) fn spec(py: Python, text: String, name: Text) -> PyResult<Family> {
    if text.len() as u64 > MAX_SPEC_BYTES {
        let message =
            format!("a spec of {} bytes is too large; the limit is {MAX_SPEC_BYTES}", text.len());
        return Err(invalid(py, message));
    }
    let Text(name) = name;
    Ok(Family::new(call(py, move |_| phiscale::spec::parse(&name, &name, &text))?))
}
