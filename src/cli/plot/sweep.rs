//! The chart of a sweep: how many networks have which two costs.

use std::path::Path;
use std::sync::Arc;

use phiscale::sweep::{CountedPoint, Density};
use phiscale::{Diagnostic, Error, Event, Family, Measure, Member, Request, charts, reports};

use super::choices::{XAxis, YAxis};
use super::{Arguments, Plot, Shown};
use crate::cli::Caller;
use crate::cli::arguments::Chosen;
use crate::cli::files::{first_line, is_stdin, load_family, stream};

/// The values of φ at which a family is marked, as far as the sweep reaches.
const PHIS: std::ops::RangeInclusive<u32> = 0..=20;

/// Whether a name is that of a table, which can only be a sweep's, or of a file or standard input that starts like one.
pub(super) fn is_sweep(name: &str, caller: &Caller) -> Result<bool, Error> {
    let path = Path::new(name);
    let has = |suffix| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(suffix));
    if has("csv") || has("jsonl") {
        return Ok(true);
    }
    let is_text = path.is_file() && path.extension().is_none();
    let is_peeked = is_stdin(name) && caller.reads_stdin;
    Ok((is_text || is_peeked) && reports::is_swept_csv(&first_line(name)?))
}

/// The chart of the sweep in a file, with the networks of the family that is named beside it.
pub(super) fn draw(path: &str, arguments: &Arguments, caller: &Caller) -> Result<Plot, Error> {
    check(arguments)?;
    let mut density = Density::new(costs(arguments)?)?;
    let family = beside(path, arguments)?.map(|address| load_family(address, caller));
    let family = family.transpose()?;
    let (name, input) = stream(path)?;
    if Path::new(path).extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("jsonl")) {
        let problem = Diagnostic::new(format!("{name} holds lines of JSON, and a chart needs CSV"));
        return Err(problem.help("give the sweep a file that ends in .csv: -o s.csv").into());
    }
    reports::read_swept(name, input, |network| density.add(network))?;
    if density.networks() < 2 {
        let found = if density.networks() == 0 { "no networks" } else { "one network" };
        let message = format!("{name} has {found}, and a chart of a sweep needs several");
        return Err(Error::new(message));
    }
    let mut notes = Vec::new();
    let marks = match &family {
        Some((family, member)) => {
            let (marks, note) = marks(family, family.named(*member)?)?;
            notes.extend(note);
            within(&density, family, marks, &mut notes)
        }
        None => Vec::new(),
    };
    let title = family.as_ref().map_or("", |(family, _)| &*family.title);
    let file = Path::new(name).file_name().unwrap_or_default().to_string_lossy();
    let mut chart = charts::density(&density, (title, &marks), &file)?;
    arguments.captions().put_on(&mut chart, false);
    let stem = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    let name = if is_stdin(path) { "sweep".into() } else { stem.into_owned() };
    let read = if is_stdin(path) { Vec::new() } else { vec![path.into()] };
    Ok(Plot { name, notes, read, ..Plot::new(chart, Shown::Sweep(Box::new(density))) })
}

/// Refuses options of other charts.
fn check(arguments: &Arguments) -> Result<(), Error> {
    let kind = &arguments.kind;
    let given = [
        (kind.stages, "--stages"),
        (kind.roofline, "--roofline"),
        (arguments.accuracy.is_some(), "--accuracy"),
        (arguments.law, "--law"),
        (arguments.run.device().is_some(), "--device"),
    ];
    let found = given.into_iter().find(|(is_given, _)| *is_given).map(|(_, name)| name);
    match found.or(arguments.of_growth()) {
        Some(name) => {
            let problem = Diagnostic::new(format!("{name} has no effect on a chart of a sweep"));
            Err(problem.help("its axes are costs: --x params --y activations").into())
        }
        None => Ok(()),
    }
}

/// The costs on the x and the y axis.
fn costs(arguments: &Arguments) -> Result<[Measure; 2], Error> {
    let refused = |axis: &str| {
        let problem = Diagnostic::new(format!("{axis}: a sweep has no such column"));
        Err(problem.help("its costs are macs, flops, params and activations").into())
    };
    let x = match arguments.x {
        None => Measure::Macs,
        Some(XAxis::Cost(Measure::Memory)) => return refused("--x memory"),
        Some(XAxis::Cost(cost)) => cost,
        Some(XAxis::Estimate(estimate)) => return refused(&format!("--x {}", estimate.key())),
        Some(XAxis::Phi) => return refused("--x phi"),
    };
    let y = match arguments.y {
        None if x == Measure::Activations => Measure::Macs,
        None => Measure::Activations,
        Some(YAxis::Cost(cost)) => cost,
        Some(YAxis::Accuracy(accuracy)) => return refused(&format!("--y {}", accuracy.key())),
    };
    Ok([x, y])
}

/// The address of the family or member that is named beside the sweep.
fn beside<'a>(path: &str, arguments: &'a Arguments) -> Result<Option<&'a str>, Error> {
    let mut others = arguments.names.iter().filter(|name| *name != path);
    let address = others.next().map(String::as_str);
    if others.next().is_some() || (address.is_none() && arguments.names.len() > 1) {
        let problem = Diagnostic::new("a chart of a sweep shows one CSV, and one family in it");
        return Err(problem.help("name one of each: phiscale plot s.csv efficientnet").into());
    }
    Ok(address)
}

/// A member, or the networks of a family at whole values of φ, each with its label; and a note on α, β and γ that nobody
/// chose.
fn marks(
    family: &Family,
    member: Option<&Member>,
) -> Result<(Vec<CountedPoint>, Option<String>), Error> {
    if let Some(member) = member {
        let request = Request { member: Some(member), ..Request::BASELINE };
        return Ok((vec![mark(family, &request, member.name.clone())?], None));
    }
    let chosen = Chosen::of(family)?;
    let at = |phi: u32| {
        let scale = chosen.coefficients.at(phi.into());
        mark(family, &Request { scale, ..Request::BASELINE }, format!("φ = {phi}"))
    };
    // What is too large to be counted is beyond every sweep.
    Ok((PHIS.map_while(|phi| at(phi).ok()).collect(), chosen.note))
}

fn mark(family: &Family, request: &Request, label: String) -> Result<CountedPoint, Error> {
    let counted = family.network(request)?;
    let ledger = counted.network.ledger();
    let total = |events| u64::try_from(ledger.total(events)).unwrap_or(u64::MAX);
    let totals = [total(Event::PARAMS), total(Event::MACS), total(Event::ACTIVATIONS)];
    // A whole φ is known by its multipliers, a member by what they came to.
    let scale = if request.member.is_some() { counted.scale } else { request.scale };
    Ok(CountedPoint { name: Some(Arc::from(label)), scale, totals })
}

/// The marks within the sweep, with a note if none is.
fn within(
    density: &Density,
    family: &Family,
    mut marks: Vec<CountedPoint>,
    notes: &mut Vec<String>,
) -> Vec<CountedPoint> {
    let ranges = density.cells().map(|cells| [cells.range(0), cells.range(1)]);
    let is_within = |mark: &CountedPoint| {
        let amounts = density.amounts(mark);
        ranges.is_some_and(|ranges| {
            ranges.iter().zip(amounts).all(|((low, high), one)| (*low..=*high).contains(&one))
        })
    };
    marks.retain(is_within);
    if marks.is_empty() {
        notes.push(format!("no network of {} is marked: none is within the sweep", family.name));
    }
    marks
}
