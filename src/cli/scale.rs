//! `phiscale scale`: a family at other scales.

use clap::Args;
use phiscale::exponents::MeasuredGrowth;
use phiscale::reports::ScaledRow;
use phiscale::{Error, Family, Member, Scale, reports};

use super::arguments::{CoefficientArguments, InputArguments, Output, ScaleArguments, Values};
use super::files::load_family;
use super::{Answer, Caller};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family, or a member whose multipliers are 1: SPEC[:MEMBER].
    #[arg(value_name = "NETWORK")]
    network: String,
    /// Values of φ: 3, 0,0.5,1, 0..=7, 0..8, or 0..=7:0.5. Without φ and multipliers, the published members.
    #[arg(
        long,
        value_name = "PHIS",
        allow_hyphen_values = true,
        conflicts_with_all = ["depth", "width", "resolution"],
        help_heading = "Scaling"
    )]
    phi: Option<Values>,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    pub(super) output: Output,
}

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let (family, member) = load_family(&arguments.network, caller)?;
    let member = family.named(member)?;
    caller.say_all(arguments.phi.iter().flat_map(|phis| &phis.notes));
    let (rows, note) = rows(arguments, &family, member)?;
    let mut report = reports::scale(&rows, arguments.input.batch);
    report.notes.extend(note);
    Ok(Answer::of(report))
}

/// The rows, and a note on coefficients that nobody chose.
type Rows = Result<(Vec<ScaledRow>, Option<String>), Error>;

fn rows(arguments: &Arguments, family: &Family, member: Option<&Member>) -> Rows {
    if let Some(phis) = &arguments.phi {
        return at_phis(arguments, family, member, &phis.values);
    }
    if arguments.coefficients.are_given() {
        return Err(Error::new("α, β, γ and strategies have no effect without --phi"));
    }
    if arguments.scale.are_given() || member.is_some() || family.members.is_empty() {
        return Ok((vec![row(arguments, family, member, arguments.scale.resolve(true)?)?], None));
    }
    let members = family.members.iter();
    let rows = members.map(|member| row(arguments, family, Some(member), Scale::BASELINE));
    Ok((rows.collect::<Result<_, _>>()?, None))
}

/// Every φ under every strategy, with the growth counted and predicted.
fn at_phis(arguments: &Arguments, family: &Family, member: Option<&Member>, phis: &[f64]) -> Rows {
    let baseline = row(arguments, family, member, Scale::BASELINE)?.scaled.network.ledger();
    let mut rows = Vec::new();
    let all = arguments.coefficients.all(family)?;
    for chosen in &all {
        for phi in phis {
            let mut row = row(arguments, family, member, chosen.at(*phi)?)?;
            let cost = row.scaled.network.ledger();
            row.growth = Some(MeasuredGrowth::new(&chosen.coefficients, *phi, &baseline, &cost));
            row.phi = Some(*phi);
            row.strategy.clone_from(&chosen.strategy);
            rows.push(row);
        }
    }
    Ok((rows, all.into_iter().find_map(|chosen| chosen.note)))
}

fn row(
    arguments: &Arguments,
    family: &Family,
    member: Option<&Member>,
    scale: Scale,
) -> Result<ScaledRow, Error> {
    let request = arguments.input.request(member, scale);
    let scaled = family.network(&request)?;
    let name = member.map_or(family.name.clone(), |member| family.address(member));
    Ok(ScaledRow { name, strategy: None, phi: None, scaled, growth: None })
}
