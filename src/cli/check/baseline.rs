//! Baselines: saved networks matched with counted ones, and what has changed.

use std::path::Path;

use phiscale::baseline::{BaselineComparison, NetworkCounts};
use phiscale::check::{Check, CheckKind};
use phiscale::{Error, baseline, reports};

use super::CheckedNetwork;
use crate::cli::files::{in_library, is_file, read, split};

/// Maximum size of a baseline, in bytes; the counts of many networks take less.
const MAX_BASELINE_BYTES: u64 = 1 << 28;

/// Maximum names of saved networks in a message.
const MAX_NAMES: usize = 8;

pub(super) fn read_baseline(path: &Path) -> Result<Vec<NetworkCounts>, Error> {
    let text = read(&path.to_string_lossy(), MAX_BASELINE_BYTES, "a baseline")?;
    baseline::read(&text).map_err(|error| error.in_context(&path.to_string_lossy()))
}

/// Compares every network with its saved counts. A saved network that no longer exists fails if the
/// whole baseline or its whole spec is checked.
pub(super) fn compare(
    saved: &[NetworkCounts],
    networks: &[CheckedNetwork],
    address: Option<&str>,
    tolerance: f64,
    checks: &mut Vec<Check>,
) -> Vec<BaselineComparison> {
    let compared = |saved: &NetworkCounts, counted: &CheckedNetwork| {
        BaselineComparison::new(saved, &counted.counts(), tolerance)
    };
    if let ([saved], [counted]) = (saved, networks)
        && !is_same(&saved.network, &counted.address)
    {
        let comparison = compared(saved, counted);
        let mut check = check(&comparison, counted);
        let only = format!("compared with {}, the only network of the baseline", saved.network);
        check.message = format!("{only}: {}", check.message);
        checks.push(check);
        return vec![comparison];
    }
    let mut comparisons = Vec::new();
    for saved in saved {
        if let Some(counted) =
            networks.iter().find(|counted| is_same(&counted.address, &saved.network))
        {
            let comparison = compared(saved, counted);
            checks.push(check(&comparison, counted));
            comparisons.push(comparison);
        } else if address.is_none_or(|address| is_of_spec(&saved.network, address)) {
            checks.push(missing(&saved.network, "the network no longer exists".into()));
        }
    }
    for counted in networks {
        if !saved.iter().any(|saved| is_same(&saved.network, &counted.address)) {
            checks.push(missing(&counted.address, unknown(saved)));
        }
    }
    comparisons
}

/// Says that a network is not in the baseline, and which are.
fn unknown(saved: &[NetworkCounts]) -> String {
    let names: Vec<&str> =
        saved.iter().take(MAX_NAMES).map(|saved| saved.network.as_str()).collect();
    let has = match saved.len().saturating_sub(MAX_NAMES) {
        _ if names.is_empty() => "which is empty".into(),
        0 => format!("which has {}", names.join(", ")),
        more => format!("which has {} and {more} more", names.join(", ")),
    };
    format!(
        "the network is not in the baseline, {has}: give one of these, or save the baseline again"
    )
}

/// Whether a saved network belongs to a spec that is checked as a whole.
fn is_of_spec(saved: &str, address: &str) -> bool {
    let (spec, member) = split(address);
    member.is_none() && in_library(address).is_none() && is_same(split(saved).0, spec)
}

/// Whether two addresses name one network. Specs and ONNX files are known by the names of their files, since they may be
/// named from another folder.
fn is_same(one: &str, other: &str) -> bool {
    let name = |address: &str| {
        let (path, member) = split(address);
        let file = Path::new(path).file_name().filter(|_| is_file(address));
        let file = file.map_or(path.into(), |file| file.to_string_lossy().into_owned());
        (file, member.map(str::to_owned))
    };
    name(one) == name(other)
}

fn missing(network: &str, message: String) -> Check {
    Check {
        network: network.into(),
        name: "baseline".into(),
        kind: CheckKind::Baseline,
        passes: false,
        message,
        details: Vec::new(),
        place: None,
    }
}

fn check(comparison: &BaselineComparison, counted: &CheckedNetwork) -> Check {
    let first = comparison.layers.first();
    let stage = first.and_then(|change| change.name.split('/').next());
    let stage = counted.stages.iter().find(|(name, _)| Some(name.as_str()) == stage);
    Check {
        network: counted.address.clone(),
        name: "baseline".into(),
        kind: CheckKind::Baseline,
        passes: comparison.passes(),
        message: reports::comparison_line(comparison),
        details: reports::layer_lines(comparison),
        place: stage.map(|(_, span)| span).or(counted.place.as_ref()).cloned(),
    }
}
