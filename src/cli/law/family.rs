//! The series of a family, and which of its networks are predicted.

use phiscale::law::{
    FEWEST, FamilySeries, NextNetwork, Series, at_phi, family_series, too_few_networks,
};
use phiscale::onnx::Options;
use phiscale::reports::SeriesWithoutLaw;
use phiscale::{Diagnostic, Error, Family, Member, Request};

use super::{Arguments, Asked, Gathered};
use crate::cli::Caller;
use crate::cli::files::{load_any, load_family};

/// Why members are in no series.
const UNJOINED: &str = "its networks are scaled in several ways, or the spec says `line = false`";

pub(super) fn gather(arguments: &Arguments, caller: &Caller) -> Result<Gathered, Error> {
    let (family, member) = load_family(&arguments.family, caller)?;
    if let Some(member) = family.named(member)? {
        let message =
            format!("a law is that of a family, not of {} alone", family.print_name(member));
        let help = format!(
            "name the family, and the network as what to predict: phiscale law {} --at {}",
            family.name,
            family.address(member)
        );
        return Err(Diagnostic::new(message).help(help).into());
    }
    let found = family_series(&family)?;
    if found.series.is_empty() && found.unjoined.is_empty() {
        let message = format!("no member of {} has a published top-1 accuracy", family.name);
        let help = "a law needs `published = { top1 = …, source = … }` in the spec, or a CSV of measured networks";
        return Err(Diagnostic::new(message).help(help).into());
    }
    let asked = asked_networks(arguments, &family, caller)?;
    let mut gathered = Gathered::default();
    for one in &found.series {
        let networks = wanted(arguments, &family, one, &asked)?;
        gathered.asked.push(Asked { series: one.series.clone(), networks });
    }
    check_taken(arguments, &family, &found.series, &asked)?;
    gathered.without = found.unjoined.into_iter().map(unjoined).collect();
    Ok(gathered)
}

fn unjoined(series: Series) -> SeriesWithoutLaw {
    let count = series.networks.len();
    let is_small = count < FEWEST;
    let reason = if is_small { too_few_networks(count) } else { UNJOINED.into() };
    SeriesWithoutLaw { series, reason, is_small }
}

/// A network of `--at`, and the kind that it is of.
struct AtNetwork {
    kind: String,
    network: NextNetwork,
}

/// The networks of `--at`; those of other families are refused.
fn asked_networks(
    arguments: &Arguments,
    family: &Family,
    caller: &Caller,
) -> Result<Vec<AtNetwork>, Error> {
    let asked = arguments.at.iter().map(|address| {
        let (model, member) = load_any(address, &Options::default(), caller)?;
        if model.name() != family.name {
            let message =
                format!("{address} is not of {}, whose law says nothing of it", family.title);
            let help = "--macs predicts a network of the family with the cost of another one";
            return Err(Diagnostic::new(message).help(help).into());
        }
        let member = family.named(member)?;
        let macs = family.network(&Request { member, ..Request::BASELINE })?.network.macs() as f64;
        let network = member.map_or(family.name.clone(), |member| family.address(member));
        let kind = kind(family, member);
        Ok(AtNetwork { kind, network: NextNetwork { network, phi: None, macs } })
    });
    asked.collect()
}

fn kind(family: &Family, member: Option<&Member>) -> String {
    member.and_then(|member| member.series.clone()).unwrap_or_else(|| family.title.clone())
}

/// The networks that a series is asked for.
fn wanted(
    arguments: &Arguments,
    family: &Family,
    series: &FamilySeries,
    asked: &[AtNetwork],
) -> Result<Vec<NextNetwork>, Error> {
    if !arguments.asks() {
        let next = if arguments.hold_out.is_some() { Vec::new() } else { series.next(family)? };
        return Ok(if next.is_empty() { arguments.by_cost(&series.series) } else { next });
    }
    let mut wanted: Vec<NextNetwork> =
        asked.iter().filter(|one| one.kind == series.kind).map(|one| one.network.clone()).collect();
    if let Some(phis) = arguments.phi.as_ref().filter(|_| series.is_compound(family)) {
        for phi in &phis.values {
            wanted.push(at_phi(family, *phi)?);
        }
    }
    wanted.extend(arguments.of_macs());
    Ok(wanted)
}

/// Fails where a network is asked for that no series could predict.
fn check_taken(
    arguments: &Arguments,
    family: &Family,
    series: &[FamilySeries],
    asked: &[AtNetwork],
) -> Result<(), Error> {
    let is_taken = |one: &&AtNetwork| series.iter().any(|series| series.kind == one.kind);
    if let Some(other) = asked.iter().find(|one| !is_taken(one)) {
        let message =
            format!("{} is of the kind {}, which has no series", other.network.network, other.kind);
        let kinds: Vec<&str> = series.iter().map(|one| one.kind.as_str()).collect();
        return Err(Diagnostic::new(message).known("series", &other.kind, &kinds).into());
    }
    if arguments.phi.is_some() && !series.iter().any(|one| one.is_compound(family)) {
        let message = format!("no series of {} was scaled by a φ", family.title);
        let help = "--macs predicts networks by their cost, --at by their address";
        return Err(Diagnostic::new(message).help(help).into());
    }
    Ok(())
}
