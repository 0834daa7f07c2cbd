//! Where a network stands: its cost, counted or as printed, and its accuracy.

use crate::analysis::comparison::whole::find;
use crate::analysis::comparison::{Asked, Counted, Known, Origin, Placed};
use crate::counting::measure::Measure;
use crate::error::Error;
use crate::families::family::{self, Published, Request};
use crate::families::publication::Printed;
use crate::families::scaling::Scale;

/// The network's point, or the reason why it has none.
pub(super) fn placed(
    asked: &Asked,
    known: &Known,
    measure: Measure,
    left_out: &mut Vec<String>,
) -> Result<Option<Placed>, Error> {
    let title = title(known);
    let Some((top1, source)) = accuracy(asked, known) else {
        let of = asked.accuracy.as_ref().map(|words| format!(" of {words}"));
        left_out.push(format!("{title}: no published accuracy{}", of.unwrap_or_default()));
        return Ok(None);
    };
    let Some((cost, origin)) = cost(asked, known, measure)? else {
        left_out.push(format!("{title}: nothing says its {}", measure.name()));
        return Ok(None);
    };
    let label = known.label.clone().or_else(|| own_name(known)).unwrap_or_else(|| title.clone());
    Ok(Some(Placed { label, title, cost, origin, top1, source }))
}

fn accuracy(asked: &Asked, known: &Known) -> Option<(f64, String)> {
    if known.accuracy.is_some() {
        return known.accuracy.clone();
    }
    let counted = known.network.filter(|counted| counted.scale == Scale::BASELINE)?;
    let found = find(counted.member?, asked.accuracy.as_deref().unwrap_or_default())?;
    Some((found.top1?, found.source.clone()))
}

fn cost(asked: &Asked, known: &Known, measure: Measure) -> Result<Option<(f64, Origin)>, Error> {
    let printed = as_printed(asked, known, measure).filter(|cost| *cost > 0.0);
    match (known.network, printed) {
        (Some(Counted { family, member, scale }), None) if !asked.as_printed => {
            let request = Request { member, scale, ..Request::BASELINE };
            let network = family.network(&request)?.network;
            Ok(Some((measure.of(&network) as f64, Origin::Counted)))
        }
        (_, printed) => Ok(printed.map(|cost| (cost, Origin::Published))),
    }
}

/// The cost as printed, where it is wanted: without a spec, or in place of the count.
fn as_printed(asked: &Asked, known: &Known, measure: Measure) -> Option<f64> {
    if known.network.is_some() && !asked.as_printed {
        return None;
    }
    let printed = &known.printed;
    let value = |figure: &Option<crate::counting::units::Figure>| {
        figure.as_ref().map(|figure| figure.value)
    };
    match measure {
        Measure::Macs => value(&printed.macs),
        Measure::Flops => value(&printed.macs).map(|macs| 2.0 * macs),
        Measure::Params => value(&printed.params),
        Measure::Activations => value(&printed.activations),
        Measure::Memory => None,
    }
}

/// A member's name in its family; a library's name says the family itself.
fn own_name(known: &Known) -> Option<String> {
    let member = known.network?.member.filter(|member| member.library().is_none());
    member.map(|member| member.name.clone())
}

fn title(known: &Known) -> String {
    match (&known.label, known.network) {
        (Some(label), _) => label.clone(),
        (None, Some(Counted { family, member: Some(member), .. })) => family.print_name(member),
        (None, Some(Counted { family, member: None, .. })) => family.title.clone(),
        (None, None) => String::new(),
    }
}

/// The costs that the member's first publication with any prints.
#[must_use]
pub fn first_printed(member: &family::Member) -> Printed {
    let all = member.published.iter().map(printed);
    let mut printed = all.filter(|printed| !printed.is_empty());
    printed.next().unwrap_or_default()
}

pub(super) fn printed(published: &Published) -> Printed {
    Printed {
        params: published.params.clone(),
        macs: published.macs.clone(),
        activations: published.activations.clone(),
    }
}
