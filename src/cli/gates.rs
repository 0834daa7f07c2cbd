//! Budgets and baselines: what `phiscale check` holds networks to as they are.

use std::path::{Path, PathBuf};

use clap::Args;
use phiscale::analysis::baseline::{self, Comparison, Saved};
use phiscale::analysis::budget::Budgets;
use phiscale::analysis::gate::Case;
use phiscale::counting::network::Network;
use phiscale::error::{Error, Span};
use phiscale::families::family::{Family, Member, Request};
use phiscale::reports::{self, Report};

use super::arguments::{DimensionArguments, Image};
use super::budget::BudgetArguments;
use super::network::{load_at, read};
use super::output;

/// A count of many networks, layer by layer, is long; more than this is not one.
const MAX_BASELINE_BYTES: u64 = 1 << 28;

#[derive(Args, Clone, Debug)]
pub(super) struct GateArguments {
    #[command(flatten)]
    budgets: BudgetArguments,
    /// Images in a forward pass, all of which are in memory; the other budgets are for one.
    #[arg(long, value_name = "N", default_value = "1", requires = "max_memory", help_heading = "Budgets",
        value_parser = clap::value_parser!(u32).range(1..))]
    batch: u32,
    /// Compare with the counts that were saved in this file.
    #[arg(long, value_name = "FILE", help_heading = "Gates")]
    baseline: Option<PathBuf>,
    /// Save the counts in this file, layer by layer.
    #[arg(long, value_name = "FILE", help_heading = "Gates", conflicts_with = "baseline")]
    save: Option<PathBuf>,
    /// Height and width of the input in pixels, in place of the network's own.
    #[arg(long, value_name = "H[xW]", help_heading = "Gates")]
    input: Option<Image>,
    #[command(flatten)]
    dimensions: DimensionArguments,
}

impl GateArguments {
    /// Whether there is anything to hold networks to, or to save.
    pub(super) fn are_given(&self) -> bool {
        self.baseline.is_some() || self.save.is_some() || self.budgets().are_given()
    }

    /// Whether anything is said about what goes in, which the cost rule has no use for.
    pub(super) fn have_an_input(&self) -> bool {
        self.input.is_some() || self.dimensions.are_given()
    }

    fn budgets(&self) -> Budgets {
        self.budgets.budgets(self.batch)
    }

    /// The member that is named, or the family's baseline and all of its members.
    fn checkable(&self, address: &str) -> Result<Vec<Checkable>, Error> {
        let (family, name) = load_at(address, &self.dimensions.import(self.input))?;
        let member = family.named(name)?;
        if member.is_some() || family.members.is_empty() {
            return Ok(vec![self.counted(&family, member)?]);
        }
        let members = std::iter::once(None).chain(family.members.iter().map(Some));
        members.map(|member| self.counted(&family, member)).collect()
    }

    /// The one network with this name.
    fn one(&self, address: &str) -> Result<Option<Checkable>, Error> {
        let (family, name) = load_at(address, &self.dimensions.import(self.input))?;
        let member = match name {
            // A member that went away is a finding of the comparison, not a mistake of the command.
            Some(name) if family.member(name).is_none() => return Ok(None),
            name => family.named(name)?,
        };
        self.counted(&family, member).map(Some)
    }

    fn counted(&self, family: &Family, member: Option<&Member>) -> Result<Checkable, Error> {
        let image = self.input.map(|image| image.0);
        let request = Request { member, image, ..Request::BASELINE };
        let scaled = family.network(&request)?;
        let stages = member.map_or(&family.stages, |member| &member.stages);
        Ok(Checkable {
            address: member.map_or(family.name.clone(), |member| family.address(member)),
            network: scaled.network,
            place: place(family, member).cloned(),
            stages: stages.iter().map(|stage| (stage.name.clone(), stage.span.clone())).collect(),
        })
    }
}

/// What a check found.
pub(super) struct Checked {
    pub(super) report: Report,
    pub(super) cases: Vec<Case>,
}

/// A network to be checked.
struct Checkable {
    address: String,
    network: Network<u64>,
    place: Option<Span>,
    /// The stages and where they are written.
    stages: Vec<(String, Span)>,
}

pub(super) fn run(
    arguments: &GateArguments,
    address: Option<&str>,
    tolerance: f64,
) -> Result<Checked, Error> {
    let before = arguments.baseline.as_ref().map(|path| baseline(path)).transpose()?;
    let networks = match (address, &before) {
        (Some(address), _) => arguments.checkable(address)?,
        (None, Some(before)) => {
            let mut all = Vec::new();
            for saved in before {
                all.extend(arguments.one(&saved.network).map_err(|error| {
                    error.help(&format!("the baseline has counts of {}; name the spec to compare it wherever it lies now", saved.network))
                })?);
            }
            all
        }
        (None, None) => return Err(Error::new("name a network, or a --baseline of some")),
    };
    let mut cases = Vec::new();
    let budgets = arguments.budgets();
    for own in &networks {
        let usage = budgets.usage(&own.network);
        cases.extend(reports::budget_cases(&own.address, &usage, own.place.as_ref()));
    }
    let comparisons = match &before {
        Some(before) => compare(before, &networks, address, tolerance, &mut cases),
        None => Vec::new(),
    };
    let mut report = reports::gates(&cases, &comparisons);
    if let Some(path) = &arguments.save {
        let counts = networks.iter().map(|own| Saved::of(&own.address, &own.network));
        output::file(path, baseline::write(counts.collect()).as_bytes())?;
        let saved =
            format!("The counts of {} networks were saved in {}.", networks.len(), path.display());
        report.notes.push(saved);
    } else if cases.is_empty() {
        return Err(Error::new("nothing was checked: the baseline holds no network"));
    }
    Ok(Checked { report, cases })
}

fn baseline(path: &Path) -> Result<Vec<Saved>, Error> {
    let text = read(&path.to_string_lossy(), MAX_BASELINE_BYTES, "a baseline")?;
    baseline::read(&text).map_err(|problem| problem.in_file(&path.to_string_lossy()).into())
}

fn place<'f>(family: &'f Family, member: Option<&'f Member>) -> Option<&'f Span> {
    let first = family.stages.first().map(|stage| &stage.span);
    member.map_or(first, |member| Some(&member.span))
}

/// Compares every network with its saved counts; a saved network that is no more is a failed case, where
/// the whole file is checked or the whole of its spec.
fn compare(
    before: &[Saved],
    networks: &[Checkable],
    address: Option<&str>,
    tolerance: f64,
    cases: &mut Vec<Case>,
) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for saved in before {
        let own = networks.iter().find(|own| is_same(&own.address, &saved.network));
        let Some(own) = own else {
            let is_asked_for = |address| is_of_spec(&saved.network, address);
            if address.is_none_or(is_asked_for) {
                cases.push(missing(saved, "the network is not there any more"));
            }
            continue;
        };
        let comparison = saved.compare(&Saved::of(&own.address, &own.network), tolerance);
        cases.push(case(&comparison, own));
        comparisons.push(comparison);
    }
    for own in networks {
        if !before.iter().any(|saved| is_same(&saved.network, &own.address)) {
            let now = Saved::of(&own.address, &own.network);
            cases.push(missing(&now, "the network is not in the baseline: save it anew"));
        }
    }
    comparisons
}

/// Whether a saved network is of a spec that is asked for as a whole.
fn is_of_spec(saved: &str, address: &str) -> bool {
    let spec = |name: &str| match name.rsplit_once(".toml") {
        Some((path, _)) => format!("{path}.toml"),
        None => name.split(':').next().unwrap_or(name).to_string(),
    };
    let is_whole =
        !address.contains(".toml:") && (address.contains(".toml") || !address.contains([':', '/']));
    is_whole && is_same(&spec(saved), &spec(address))
}

/// Whether two names are of one network; a spec of one's own may be called from another folder.
fn is_same(one: &str, other: &str) -> bool {
    let name = |address: &str| match address.rsplit_once(".toml") {
        Some((path, member)) => {
            let file = path.rsplit(std::path::is_separator).next().unwrap_or(path);
            format!("{file}.toml{member}")
        }
        None => address.to_string(),
    };
    name(one) == name(other)
}

fn missing(network: &Saved, message: &str) -> Case {
    Case {
        network: network.network.clone(),
        name: "baseline".into(),
        holds: false,
        message: message.into(),
        details: Vec::new(),
        place: None,
    }
}

fn case(comparison: &Comparison, own: &Checkable) -> Case {
    let details = reports::layer_lines(comparison);
    let first = comparison.layers.first();
    let stage = first.and_then(|change| change.name.split('/').next());
    let stage = own.stages.iter().find(|(name, _)| Some(name.as_str()) == stage);
    Case {
        network: own.address.clone(),
        name: "baseline".into(),
        holds: comparison.holds(),
        message: reports::comparison_line(comparison),
        details,
        place: stage.map(|(_, span)| span).or(own.place.as_ref()).cloned(),
    }
}
