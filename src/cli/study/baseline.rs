//! The baseline of a study: a family that is given, or the best network of a search space.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use phiscale::search::design::{Design, DesignNetworks, DesignResult, Method};
use phiscale::search::{Candidate, JournalEntry, MeasuredAccuracy, Next};
use phiscale::{Error, Family, reports, spec};

use crate::cli::design::{GENERATION, POPULATION, SAMPLE, objective};

/// Where the baseline comes from.
pub(super) enum Baseline<'n> {
    Given(Arc<Family>),
    Designed(Design<'n>),
}

/// A baseline, and how it was found.
pub(super) struct FoundBaseline {
    pub(super) family: Arc<Family>,
    /// What was chosen in the search space.
    pub(super) choices: BTreeMap<String, String>,
    pub(super) result: Option<DesignResult>,
}

/// The design that finds a baseline: evolution alone, whose best network is not trained anew, since the study does that.
pub(super) fn design(
    networks: &DesignNetworks,
    candidates: u32,
    rungs: Vec<u64>,
) -> Result<Design<'_>, Error> {
    Ok(Design {
        networks,
        objective: objective(networks, None)?,
        methods: vec![Method::Evolution],
        candidates: candidates as usize,
        generation: GENERATION as usize,
        population: POPULATION as usize,
        sample: SAMPLE as usize,
        rungs,
        seed: 1,
        final_runs: 0,
    })
}

impl Baseline<'_> {
    /// The baseline, or what is to be measured to find it.
    pub(super) fn next(
        &self,
        measured: &[MeasuredAccuracy],
        failed: &[JournalEntry],
    ) -> Result<Next<FoundBaseline>, Error> {
        match self {
            Baseline::Given(family) => Ok(Next::Done(FoundBaseline {
                family: Arc::clone(family),
                choices: BTreeMap::new(),
                result: None,
            })),
            Baseline::Designed(design) => design
                .next(measured, failed)?
                .then(|result| designed(design, result).map(Next::Done)),
        }
    }

    /// The baseline as far as a journal tells it, or else a network in its place: of those that would be trained first,
    /// the one whose cost is nearest to the target.
    pub(super) fn planned(
        &self,
        measured: &[MeasuredAccuracy],
        failed: &[JournalEntry],
    ) -> Result<FoundBaseline, Error> {
        let wanted = match self.next(measured, failed)? {
            Next::Done(found) => return Ok(found),
            Next::Measure(wanted) => wanted,
        };
        let Baseline::Designed(design) = self else { return Err(nothing_trained()) };
        let distance =
            |one: &Candidate| (one.macs() as f64 / design.objective.target.amount()).ln().abs();
        let near = wanted.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let near = near.ok_or_else(nothing_trained)?;
        let text = design.networks.family_of(near)?.spec;
        let family = family(design, text.text())?;
        Ok(FoundBaseline { family, choices: near.variant.choices.clone(), result: None })
    }

    /// The design that finds it.
    pub(super) fn design(&self) -> Option<&Design<'_>> {
        match self {
            Baseline::Given(_) => None,
            Baseline::Designed(design) => Some(design),
        }
    }

    /// The family that is given.
    pub(super) fn given(&self) -> Option<&Arc<Family>> {
        match self {
            Baseline::Given(family) => Some(family),
            Baseline::Designed(_) => None,
        }
    }

    /// Its name in reports and for the folder of its journal.
    pub(super) fn name(&self) -> String {
        match self {
            Baseline::Given(family) => family.name.clone(),
            Baseline::Designed(design) => designed_name(design),
        }
    }
}

/// The best network of a design.
fn designed(design: &Design, result: DesignResult) -> Result<FoundBaseline, Error> {
    let best = result.measured.first().ok_or_else(nothing_trained)?;
    let family = family(design, &reports::designed_spec(design, best))?;
    let choices = design.networks.choices(&best.network);
    Ok(FoundBaseline { family, choices, result: Some(result) })
}

/// A spec of the space as a family.
fn family(design: &Design, text: &str) -> Result<Arc<Family>, Error> {
    let name = designed_name(design);
    let mut family = spec::parse(&name, &name, text)?;
    family.title = format!("Best of {}", design.networks.space.title);
    Ok(Arc::new(family))
}

/// Not that of the space, so that a spec of its name can take part.
fn designed_name(design: &Design) -> String {
    let stem = Path::new(&design.networks.space.name).file_stem().unwrap_or_default();
    format!("designed_{}", stem.to_string_lossy())
}

fn nothing_trained() -> Error {
    Error::new("no network of the search space was trained to the end, so there is no baseline")
}
