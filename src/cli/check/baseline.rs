//! Baselines: saved networks matched with counted ones, and what has changed.

use std::path::Path;

use phiscale::baseline::{BaselineComparison, NetworkCounts};
use phiscale::check::Check;
use phiscale::{Error, baseline, reports};

use super::CheckedNetwork;
use crate::cli::network::read;

/// Maximum size of a baseline, in bytes; the counts of many networks take less.
const MAX_BASELINE_BYTES: u64 = 1 << 28;

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
    let mut comparisons = Vec::new();
    for saved in saved {
        if let Some(counted) =
            networks.iter().find(|counted| is_same(&counted.address, &saved.network))
        {
            let comparison = BaselineComparison::new(saved, &counted.counts(), tolerance);
            checks.push(check(&comparison, counted));
            comparisons.push(comparison);
        } else if address.is_none_or(|address| is_of_spec(&saved.network, address)) {
            checks.push(missing(&saved.network, "the network no longer exists"));
        }
    }
    for counted in networks {
        if !saved.iter().any(|saved| is_same(&saved.network, &counted.address)) {
            let message = "the network is not in the baseline; save the baseline again";
            checks.push(missing(&counted.address, message));
        }
    }
    comparisons
}

/// Whether a saved network belongs to a spec that is checked as a whole.
fn is_of_spec(saved: &str, address: &str) -> bool {
    let spec = |name: &str| match name.rsplit_once(".toml") {
        Some((path, _)) => format!("{path}.toml"),
        None => name.split(':').next().unwrap_or(name).to_string(),
    };
    let is_whole_spec =
        !address.contains(".toml:") && (address.contains(".toml") || !address.contains([':', '/']));
    is_whole_spec && is_same(&spec(saved), &spec(address))
}

/// Whether two addresses name one network; a spec may be named from another folder.
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

fn missing(network: &str, message: &str) -> Check {
    Check {
        network: network.into(),
        name: "baseline".into(),
        passes: false,
        message: message.into(),
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
        passes: comparison.passes(),
        message: reports::comparison_line(comparison),
        details: reports::layer_lines(comparison),
        place: stage.map(|(_, span)| span).or(counted.place.as_ref()).cloned(),
    }
}
