//! `phiscale check`

use clap::Args;
use phiscale::growth::{CostRule, Growth};
use phiscale::report;

use super::arguments::{CoefficientArguments, Output, Phis, Share};
use super::network::{convention, load};
use super::{Ended, Failure, Outcome, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family: a bundled spec or a path.
    #[arg(value_name = "SPEC")]
    family: String,
    /// Values of φ: 0..=7, 0..8, or 0,0.5,1; each is held against the one before it.
    #[arg(long, value_name = "PHIS", default_value = "0..=7", allow_hyphen_values = true)]
    phi: Phis,
    /// What one step of φ should multiply the count by: 2 for MACs; for params and activations, what
    /// the constants make of it.
    #[arg(long, value_name = "X")]
    target: Option<f64>,
    /// How far a step may miss its target: 15% or 0.15. The default lets pass what rounding to 8
    /// channels and whole pixels and constants of 1.92 do (EfficientNet from φ = 1 up: 11.7 % at most),
    /// and catches one more layer in every stage (φ = 0 to 1: 28.6 %).
    #[arg(long, value_name = "SHARE", default_value = "15%", allow_hyphen_values = true)]
    tolerance: Share,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    /// What is counted (`phiscale list --conventions`).
    #[arg(long, value_name = "NAME", default_value = "conv-linear")]
    convention: String,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let convention = convention(&arguments.convention)?;
    let (loaded, member) = load(&arguments.family)?;
    if let Some(member) = loaded.member(member)? {
        let message = format!("the rule is about a family, not about its member {}", member.name);
        return Err(Failure::plain(message));
    }
    let rule = CostRule {
        coefficients: arguments.coefficients.resolve(&loaded.family)?,
        target: arguments.target,
        tolerance: arguments.tolerance.0,
    };
    let growth = Growth::measure(&loaded.family, rule, &arguments.phi.0, &convention)
        .map_err(|problems| loaded.failure(problems))?;
    let report = report::check(&loaded.family.name, &growth, &convention);
    output::report(&report, &arguments.output)?;
    Ok(if growth.holds() { Outcome::Passed } else { Outcome::Failed })
}
