//! Counts that were saved, and what has changed since: the totals, and the layers that changed, were added
//! or went away.

mod file;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::counting::ledger::{Cost, Event};
use crate::counting::network::{Network, Placed};
use crate::counting::shape::Shape;
pub use file::{read, write};

/// The counts of one network, fine enough to say what changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// The name it was asked for by.
    pub network: String,
    /// Its input.
    pub input: Map,
    /// Its totals for one image.
    pub totals: Totals,
    /// Its layers, equal repeats once.
    pub layers: Vec<SavedLayer>,
}

/// Params and statistics, and MACs and activations for one image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Trained parameters.
    pub params: u64,
    /// Stored statistics of norms.
    pub norm_stats: u64,
    /// Multiply-adds.
    pub macs: u64,
    /// Output elements of convolutions, linear layers and products of maps.
    pub activations: u64,
}

/// A layer as it was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedLayer {
    /// Its path.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// How often it stands there.
    pub repeats: u64,
    /// The shape of what goes in.
    pub input: Map,
    /// The shape of what comes out.
    pub output: Map,
    /// What it costs, all repeats together.
    pub totals: Totals,
}

/// The shape of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Channels.
    pub channels: u64,
    /// Rows.
    pub height: u64,
    /// Columns.
    pub width: u64,
}

/// A network against its saved counts.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The network.
    pub network: String,
    /// Each total, before and now.
    pub totals: Vec<TotalChange>,
    /// The layers that are new or not as they were, in the order of the network, and then those that went
    /// away.
    pub layers: Vec<LayerChange>,
    /// By what share a total may grow or shrink.
    pub tolerance: f64,
}

/// A total before and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalChange {
    /// Which: params, norm_stats, macs, activations.
    pub what: &'static str,
    /// What was saved.
    pub before: u64,
    /// What is counted.
    pub now: u64,
}

/// A layer that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerChange {
    /// Its path.
    pub name: String,
    /// As it was; none if it is new.
    pub before: Option<SavedLayer>,
    /// As it is; none if it went away.
    pub now: Option<SavedLayer>,
}

impl Saved {
    /// The counts of a network.
    #[must_use]
    pub fn of(name: &str, network: &Network<u64>) -> Self {
        let layer = |placed: &Placed<u64>| SavedLayer {
            name: placed.path.clone(),
            kind: placed.layer.kind().into(),
            repeats: placed.times,
            input: Map::of(&placed.input),
            output: Map::of(&placed.output),
            totals: Totals::of(&placed.cost()),
        };
        Saved {
            network: name.into(),
            input: Map::of(network.input()),
            totals: Totals::of(&network.cost()),
            layers: network.placed().iter().map(layer).collect(),
        }
    }

    /// Compares the counts of now with these.
    #[must_use]
    pub fn compare(&self, now: &Saved, tolerance: f64) -> Comparison {
        let totals = self.totals.named().into_iter().zip(now.totals.named());
        let totals = totals.map(|((what, before), (_, now))| TotalChange { what, before, now });
        Comparison {
            network: now.network.clone(),
            totals: totals.collect(),
            layers: layer_changes(&self.layers, &now.layers),
            tolerance,
        }
    }
}

impl Map {
    fn of(shape: &Shape<u64>) -> Self {
        Map { channels: shape.channels, height: shape.height, width: shape.width }
    }
}

/// Writes `channels × height × width`.
impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}×{}", self.channels, self.height, self.width)
    }
}

impl Totals {
    fn of(cost: &Cost<u64>) -> Self {
        let total = |events| cost.sum(events);
        Totals {
            params: total(Event::PARAMS),
            norm_stats: total(Event::STATISTICS),
            macs: total(Event::MACS),
            activations: total(Event::ACTIVATIONS),
        }
    }

    /// Each total with its key.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 4] {
        [
            ("params", self.params),
            ("norm_stats", self.norm_stats),
            ("macs", self.macs),
            ("activations", self.activations),
        ]
    }
}

impl TotalChange {
    /// The share by which it grew; below 0 where it shrank, infinite where it was 0.
    #[must_use]
    pub fn growth(&self) -> f64 {
        if self.before == self.now { 0.0 } else { self.now as f64 / self.before as f64 - 1.0 }
    }

    /// Whether it grew or shrank by no more than a share.
    #[must_use]
    pub fn is_within(&self, tolerance: f64) -> bool {
        self.growth().abs() <= tolerance
    }
}

impl Comparison {
    /// Whether every total is within the tolerance. Without a tolerance, no layer may have changed: two
    /// changes can cancel out in the totals.
    #[must_use]
    pub fn holds(&self) -> bool {
        let within = self.totals.iter().all(|total| total.is_within(self.tolerance));
        within && (self.tolerance > 0.0 || self.layers.is_empty())
    }
}

/// The layers that are new or not as they were, in the order of the network, and then those that went away.
fn layer_changes(before: &[SavedLayer], now: &[SavedLayer]) -> Vec<LayerChange> {
    let (before, now) = (placed(before), placed(now));
    let old: BTreeMap<&Place, &SavedLayer> =
        before.iter().map(|(at, layer)| (at, *layer)).collect();
    let new: BTreeMap<&Place, &SavedLayer> = now.iter().map(|(at, layer)| (at, *layer)).collect();
    let gone = before.iter().filter(|(at, _)| !new.contains_key(at)).map(|(_, layer)| *layer);
    let gone = gone.map(|layer| LayerChange {
        name: layer.name.clone(),
        before: Some(layer.clone()),
        now: None,
    });
    let changed = now.iter().filter_map(|(at, layer)| {
        let before = old.get(at).copied();
        (before != Some(*layer)).then(|| LayerChange {
            name: layer.name.clone(),
            before: before.cloned(),
            now: Some((*layer).clone()),
        })
    });
    changed.chain(gone).collect()
}

/// A layer's path, and which of the layers with that path it is.
type Place = (String, usize);

/// The layers, each with its place.
fn placed(layers: &[SavedLayer]) -> Vec<(Place, &SavedLayer)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut at = |layer: &SavedLayer| {
        let path = place(&layer.name);
        let count = seen.entry(path.clone()).or_default();
        *count += 1;
        (path, *count)
    };
    layers.iter().map(|layer| (at(layer), layer)).collect()
}

/// The path of a layer, whatever the number of repeats: the later ones are called 2, 2–3, 2–4 as a
/// stage grows, and are still the same layers.
fn place(name: &str) -> String {
    let part = |part: &str| {
        if part == "2" || part.starts_with("2–") { "2–".into() } else { part.to_string() }
    };
    name.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(name: &str, macs: u64) -> SavedLayer {
        let shape = Map { channels: 1, height: 1, width: 1 };
        SavedLayer {
            name: name.into(),
            kind: "conv".into(),
            repeats: 1,
            input: shape,
            output: shape,
            totals: Totals { macs, ..Totals::default() },
        }
    }

    fn saved(layers: &[(&str, u64)]) -> Saved {
        let layers: Vec<_> = layers.iter().map(|(name, macs)| layer(name, *macs)).collect();
        let macs = layers.iter().map(|layer| layer.totals.macs).sum();
        let totals = Totals { macs, ..Totals::default() };
        let input = Map { channels: 1, height: 1, width: 1 };
        Saved { network: "net".into(), input, totals, layers }
    }

    #[test]
    fn changed_new_and_lost_layers_are_told_apart() {
        let comparison = saved(&[("a", 1), ("b", 2), ("c", 3)])
            .compare(&saved(&[("a", 1), ("b", 3), ("d", 2)]), 0.0);
        let names: Vec<_> = comparison
            .layers
            .iter()
            .map(|change| (change.name.as_str(), change.before.is_some(), change.now.is_some()))
            .collect();
        assert_eq!(names, [("b", true, true), ("d", false, true), ("c", true, false)]);
    }

    #[test]
    fn a_stage_that_grows_has_the_same_layers_more_often() {
        let comparison = saved(&[("body/1/conv", 1), ("body/2/conv", 2)])
            .compare(&saved(&[("body/1/conv", 1), ("body/2–4/conv", 6)]), 0.0);
        assert_eq!(comparison.layers.len(), 1);
        assert!(comparison.layers[0].before.is_some() && comparison.layers[0].now.is_some());
    }

    #[test]
    fn two_layers_with_one_path_are_two() {
        let twice = saved(&[("a/c", 1), ("a/c", 2)]);
        assert!(twice.compare(&twice, 0.0).holds());
        assert_eq!(twice.compare(&saved(&[("a/c", 1), ("a/c", 3)]), 0.0).layers.len(), 1);
        assert_eq!(twice.compare(&saved(&[("a/c", 1)]), 0.0).layers.len(), 1);
    }

    #[test]
    fn changes_that_cancel_out_are_no_change_only_within_a_tolerance() {
        let before = saved(&[("a", 1), ("b", 2)]);
        let now = saved(&[("a", 2), ("b", 1)]);
        assert!(!before.compare(&now, 0.0).holds());
        assert!(before.compare(&now, 0.01).holds());
        assert!(before.compare(&before, 0.0).holds());
    }

    #[test]
    fn a_total_that_was_nothing_has_grown_without_bound() {
        let total = TotalChange { what: "macs", before: 0, now: 5 };
        assert!(total.growth().is_infinite() && !total.is_within(1e9));
    }
}
