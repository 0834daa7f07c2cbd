//! The series in a CSV of measured networks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use phiscale::law::{MeasuredPoint, Series};
use phiscale::measured::{self, MeasuredNetwork};
use phiscale::onnx::Options;
use phiscale::{Diagnostic, Error, Family, Model, Request, Scale};

use super::{Arguments, Asked, Gathered, MOST_SCATTER};
use crate::cli::Caller;
use crate::cli::arguments::Image;
use crate::cli::files::{load_any, load_family, member_of, spec_of};

/// The families of a file, by the addresses of their specs.
type Models = BTreeMap<String, Model>;

pub(super) fn gather(
    arguments: &Arguments,
    text: &str,
    caller: &Caller,
) -> Result<Gathered, Error> {
    arguments.check_for_file()?;
    let path = &arguments.family;
    let networks = measured::read(path, text)?;
    let base = scaled_family(arguments, &networks, caller)?;
    let models = models(&networks, caller)?;
    let counter = Counter { models: &models, base: base.as_ref() };
    let mut gathered = Gathered::default();
    for ((name, source), group) in groups(&networks) {
        let kind = counter.kind(&group)?;
        let name = if name.is_empty() { kind.as_deref().unwrap_or(path) } else { name };
        check_contradictions(&group)?;
        let points =
            group.iter().map(|one| counter.point(one)).collect::<Result<Vec<_>, Error>>()?;
        let series = Series::new(name, source, points);
        let networks = arguments.by_cost(&series);
        gathered.asked.push(Asked { series, networks });
    }
    Ok(gathered)
}

/// The rows of each series and source, in the order of their first rows.
fn groups(networks: &[MeasuredNetwork]) -> Vec<((&str, &str), Vec<&MeasuredNetwork>)> {
    let mut groups: Vec<((&str, &str), Vec<&MeasuredNetwork>)> = Vec::new();
    for one in networks {
        let key = (one.series.as_deref().unwrap_or_default(), one.figures.source.as_str());
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(one),
            None => groups.push((key, vec![one])),
        }
    }
    groups
}

/// The family of `--of`, which a file without multipliers has no use for.
fn scaled_family(
    arguments: &Arguments,
    networks: &[MeasuredNetwork],
    caller: &Caller,
) -> Result<Option<Family>, Error> {
    let Some(address) = &arguments.of else { return Ok(None) };
    if networks.iter().all(|one| one.scale.is_none()) {
        let problem = Diagnostic::new("--of has no effect on this file");
        return Err(problem.help("it has no columns depth, width and resolution").into());
    }
    baseline(address, caller).map(Some)
}

/// The family whose baseline multipliers scale.
pub(super) fn baseline(address: &str, caller: &Caller) -> Result<Family, Error> {
    let (family, member) = load_family(address, caller)?;
    match family.named(member)? {
        None => Ok(family),
        Some(member) => {
            let message = format!(
                "multipliers scale the baseline of a family, not its member {}",
                member.name
            );
            Err(Diagnostic::new(message).help(format!("--of {}", family.name)).into())
        }
    }
}

fn models(networks: &[MeasuredNetwork], caller: &Caller) -> Result<Models, Error> {
    let mut models = Models::new();
    for one in networks {
        let Some(address) = &one.network else { continue };
        let Entry::Vacant(place) = models.entry(spec_of(address).to_string()) else { continue };
        let loaded = load_any(place.key(), &Options::default(), caller).map(|(model, _)| model);
        let here = |error: Error| error.map(|problem| problem.at(&one.span, "named here"));
        let model = loaded.map_err(here)?;
        place.insert(model);
    }
    Ok(models)
}

/// Counts the networks of rows.
struct Counter<'a> {
    models: &'a Models,
    /// The family of `--of`.
    base: Option<&'a Family>,
}

impl Counter<'_> {
    fn point(&self, row: &MeasuredNetwork) -> Result<MeasuredPoint, Error> {
        let cost = self.macs(row).map_err(|error| {
            error.map(|problem| {
                if problem.labels.is_empty() { problem.at(&row.span, "this row") } else { problem }
            })
        })?;
        Ok(MeasuredPoint {
            network: Some(row.label())
                .filter(|label| !label.is_empty())
                .unwrap_or_else(|| format!("the network of line {}", row.span.line())),
            cost,
            accuracy: row.figures.top1.unwrap_or(f64::NAN),
            place: Some(row.span.clone()),
        })
    }

    /// MACs of one image: counted where the row names a network or a family is scaled, else as given.
    fn macs(&self, row: &MeasuredNetwork) -> Result<f64, Error> {
        let image = row
            .input
            .as_deref()
            .map(|text| text.parse::<Image>().map(|image| image.0).map_err(Error::new));
        let image = image.transpose()?;
        let scale = row.scale.unwrap_or(Scale::BASELINE);
        let request = |member| Request { member, scale, image, ..Request::BASELINE };
        if let Some(model) = row.network.as_deref().and_then(|address| self.model(address)) {
            let member = model.named(row.network.as_deref().and_then(member_of))?;
            return Ok(model.network(&request(member))?.network.macs() as f64);
        }
        if let Some(family) = self.base.filter(|_| row.scale.is_some()) {
            return Ok(family.network(&request(None))?.network.macs() as f64);
        }
        row.figures.macs.as_ref().map(|macs| macs.value).ok_or_else(|| {
            let problem = Diagnostic::new(format!("`{}` has no MACs", row.label()));
            let help = "give its `macs`, or name a `network` that is counted";
            let problem = problem.help(help);
            let is_scaled = row.scale.is_some();
            let of = "or name the family that depth, width and resolution scale: --of efficientnet";
            if is_scaled { problem.help(of) } else { problem }.into()
        })
    }

    fn model(&self, address: &str) -> Option<&Model> {
        self.models.get(spec_of(address))
    }

    /// The kind of the networks that are named by their addresses. Networks of two kinds are two series.
    fn kind(&self, group: &[&MeasuredNetwork]) -> Result<Option<String>, Error> {
        let mut first: Option<(&MeasuredNetwork, String)> = None;
        for row in group {
            let Some(kind) = self.kind_of(row)? else { continue };
            match &first {
                None => first = Some((row, kind)),
                Some((known, other)) if *other != kind => {
                    let message = format!("networks of two series are mixed: {other} and {kind}");
                    let problem = Diagnostic::new(message)
                        .at(&row.span, format!("of {kind}"))
                        .at(&known.span, format!("of {other}"));
                    let help = "a law holds for one of them: tell them apart in a column `series`";
                    return Err(problem.help(help).into());
                }
                Some(_) => {}
            }
        }
        Ok(first.map(|(_, kind)| kind))
    }

    fn kind_of(&self, row: &MeasuredNetwork) -> Result<Option<String>, Error> {
        let Some(address) = &row.network else { return Ok(None) };
        let Some(Ok(family)) = self.model(address).map(Model::family) else { return Ok(None) };
        let member = family.named(member_of(address))?;
        let own = member.and_then(|member| member.series.clone());
        Ok(Some(own.unwrap_or_else(|| family.title.clone())))
    }
}

/// Fails where one network has two accuracies that are not repeats, or repeats that are too far apart.
fn check_contradictions(group: &[&MeasuredNetwork]) -> Result<(), Error> {
    let mut problems = Vec::new();
    let identity = |one: &MeasuredNetwork| {
        let scale = one.scale.unwrap_or(Scale::BASELINE);
        let scale = [scale.depth, scale.width, scale.resolution].map(f64::to_bits);
        Some((one.network.clone()?, scale, one.input.clone()))
    };
    for (index, one) in group.iter().enumerate() {
        problems.extend(scatter(one));
        let Some(own) = identity(one) else { continue };
        let known = group[..index].iter().find(|other| identity(other).as_ref() == Some(&own));
        if let Some(other) = known.filter(|other| other.figures.top1 != one.figures.top1) {
            let [first, second] = [other, one].map(|row| row.figures.top1.unwrap_or(f64::NAN));
            let message =
                format!("measurements that contradict: {} has {first} % and {second} %", own.0);
            let problem = Diagnostic::new(message)
                .at(&one.span, format!("{second} % as {}", one.label()))
                .at(&other.span, format!("{first} % as {}", other.label()));
            let help = "repeats have one `name`; another training has another `series` or `source`";
            problems.push(problem.help(help));
        }
    }
    Error::check(problems)
}

fn scatter(one: &MeasuredNetwork) -> Option<Diagnostic> {
    let uncertainty = one.figures.top1_uncertainty?;
    let repeats = uncertainty.repeats?;
    let deviation = uncertainty.standard_error * (repeats as f64).sqrt();
    (deviation > MOST_SCATTER).then(|| {
        let message = format!(
            "measurements that contradict: the {repeats} repeats of {} have a standard deviation of {deviation:.1} points",
            one.label()
        );
        Diagnostic::new(message).at(&one.span, "the first of them").help(format!(
            "repeats of one training are within {MOST_SCATTER} points; other trainings have another `name`, `series` or \
             `source`"
        ))
    })
}
