//! `phiscale scale`

use clap::Args;
use phiscale::analysis::growth::Grown;
use phiscale::families::family::Member;
use phiscale::families::scaling::Scale;
use phiscale::reports::{self, ScaledRow};

use super::arguments::{CoefficientArguments, InputArguments, Output, Phis, ScaleArguments};
use super::network::{Loaded, load_family};
use super::{Ended, Failure, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family, or a member without multipliers of its own: SPEC[:MEMBER].
    #[arg(value_name = "NETWORK")]
    network: String,
    /// Values of φ: 3, -1.5, 0..=7, 0..8, or 0,0.5,1. Without φ and multipliers: the published members.
    #[arg(
        long,
        value_name = "PHIS",
        allow_hyphen_values = true,
        conflicts_with_all = ["depth", "width", "resolution"],
        help_heading = "Scaling"
    )]
    phi: Option<Phis>,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let (loaded, member) = load_family(&arguments.network)?;
    let member = loaded.member(member)?;
    let rows = rows(arguments, &loaded, member)?;
    output::report(&reports::scale(&rows, arguments.input.batch), &arguments.output)
}

fn rows(
    arguments: &Arguments,
    loaded: &Loaded,
    member: Option<&Member>,
) -> Result<Vec<ScaledRow>, Failure> {
    if let Some(phis) = &arguments.phi {
        return at_phis(arguments, loaded, member, &phis.0);
    }
    if arguments.coefficients.are_given() {
        return Err(Failure::plain("α, β, γ and strategies mean nothing without --phi"));
    }
    if arguments.scale.are_given() || member.is_some() || loaded.family.members.is_empty() {
        return Ok(vec![row(arguments, loaded, member, arguments.scale.resolve()?)?]);
    }
    let members = loaded.family.members.iter();
    members.map(|member| row(arguments, loaded, Some(member), Scale::BASELINE)).collect()
}

/// Every φ under every strategy, and what of a strategy's promise each keeps.
fn at_phis(
    arguments: &Arguments,
    loaded: &Loaded,
    member: Option<&Member>,
    phis: &[f64],
) -> Result<Vec<ScaledRow>, Failure> {
    let baseline = row(arguments, loaded, member, Scale::BASELINE)?.scaled.network.cost();
    let mut rows = Vec::new();
    for (strategy, coefficients) in arguments.coefficients.all(&loaded.family)? {
        for phi in phis {
            let scale = coefficients.at(*phi).checked();
            let at = |error| Failure::plain(format!("at φ = {phi}: {error}"));
            let mut row = row(arguments, loaded, member, scale.map_err(at)?)?;
            let cost = row.scaled.network.cost();
            row.grown = Some(Grown::measure(&coefficients, *phi, &baseline, &cost));
            row.phi = Some(*phi);
            row.strategy.clone_from(&strategy);
            rows.push(row);
        }
    }
    Ok(rows)
}

fn row(
    arguments: &Arguments,
    loaded: &Loaded,
    member: Option<&Member>,
    scale: Scale,
) -> Result<ScaledRow, Failure> {
    let request = arguments.input.request(member, scale);
    let scaled = loaded.family.network(&request).map_err(|problems| loaded.failure(problems))?;
    let family = &loaded.family;
    let name = member.map_or(family.name.clone(), |member| family.address(member));
    Ok(ScaledRow { name, strategy: None, phi: None, scaled, grown: None })
}
