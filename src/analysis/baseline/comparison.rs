//! What has changed since counts were saved: the totals, and the layers that changed, were added or were
//! removed.

use std::collections::BTreeMap;

use crate::analysis::baseline::{LayerCounts, NetworkCounts};
use crate::counting::layer::Setting;

/// A network compared with its saved counts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BaselineComparison {
    /// The network's address.
    pub network: String,
    /// Every total, before and now.
    pub totals: Vec<TotalChange>,
    /// The layers that changed or were added, in the order of the network, and then those that were removed.
    pub layers: Vec<LayerChange>,
    /// Whether the baseline has the settings of layers; the first version of the file had none.
    pub has_settings: bool,
    /// The share by which a total may grow or shrink.
    pub tolerance: f64,
}

/// A total before and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TotalChange {
    /// The total's JSON key: params, norm_stats, macs or activations.
    pub key: &'static str,
    /// The saved total.
    pub before: u64,
    /// The current total.
    pub now: u64,
}

/// A layer that changed, was added or was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LayerChange {
    /// The layer's path.
    pub name: String,
    /// The saved counts; `None` if the layer is new.
    pub before: Option<LayerCounts>,
    /// The current counts; `None` if the layer was removed.
    pub now: Option<LayerCounts>,
}

impl TotalChange {
    /// The share by which the total grew: negative if it shrank, infinite if it was 0.
    #[must_use]
    pub fn growth(&self) -> f64 {
        if self.before == self.now { 0.0 } else { self.now as f64 / self.before as f64 - 1.0 }
    }

    /// Whether the total grew or shrank by at most the share `tolerance`.
    #[must_use]
    pub fn is_within(&self, tolerance: f64) -> bool {
        self.growth().abs() <= tolerance
    }
}

impl BaselineComparison {
    /// Compares current counts with saved ones.
    #[must_use]
    pub fn new(saved: &NetworkCounts, now: &NetworkCounts, tolerance: f64) -> Self {
        let totals = saved.totals.named().into_iter().zip(now.totals.named());
        let totals = totals.map(|((key, before), (_, now))| TotalChange { key, before, now });
        BaselineComparison {
            network: now.network.clone(),
            totals: totals.collect(),
            layers: layer_changes(&saved.layers, &now.layers),
            has_settings: saved.layers.iter().all(|layer| layer.settings.is_some()),
            tolerance,
        }
    }

    /// Whether every total is within the tolerance. With a tolerance of 0 no layer may have changed either:
    /// two changes can cancel out in the totals.
    #[must_use]
    pub fn passes(&self) -> bool {
        let within = self.totals.iter().all(|total| total.is_within(self.tolerance));
        within && (self.tolerance > 0.0 || self.layers.is_empty())
    }
}

impl LayerCounts {
    /// Whether nothing has changed; settings that were not saved may have.
    fn matches(&self, now: &LayerCounts) -> bool {
        let settings = self.settings.clone().or_else(|| now.settings.clone());
        LayerCounts { settings, ..self.clone() } == *now
    }
}

impl LayerChange {
    /// The settings that changed, each with its value before and now; `None` where the layer had or has no such
    /// setting. Empty if the layer was added or removed, or its settings were not saved.
    #[must_use]
    pub fn settings(&self) -> Vec<(&str, Option<&Setting>, Option<&Setting>)> {
        let sides = (self.before.as_ref(), self.now.as_ref());
        let (Some(before), Some(now)) = sides else { return Vec::new() };
        let (Some(before), Some(now)) = (&before.settings, &now.settings) else {
            return Vec::new();
        };
        let gone = before.iter().filter(|(key, _)| now.get(key).is_none());
        let keys = now.iter().chain(gone).map(|(key, _)| key);
        let sides = keys.map(|key| (key, before.get(key), now.get(key)));
        sides.filter(|(_, before, now)| before != now).collect()
    }
}

/// The layers that changed or were added, in the order of the network, and then those that were removed.
fn layer_changes(before: &[LayerCounts], now: &[LayerCounts]) -> Vec<LayerChange> {
    let (before, now) = (positions(before), positions(now));
    let old: BTreeMap<&Position, &LayerCounts> =
        before.iter().map(|(at, layer)| (at, *layer)).collect();
    let new: BTreeMap<&Position, &LayerCounts> =
        now.iter().map(|(at, layer)| (at, *layer)).collect();
    let removed = before.iter().filter(|(at, _)| !new.contains_key(at)).map(|(_, layer)| *layer);
    let removed = removed.map(|layer| LayerChange {
        name: layer.name.clone(),
        before: Some(layer.clone()),
        now: None,
    });
    let changed = now.iter().filter_map(|(at, layer)| {
        let before = old.get(at).copied();
        (!before.is_some_and(|before| before.matches(layer))).then(|| LayerChange {
            name: layer.name.clone(),
            before: before.cloned(),
            now: Some((*layer).clone()),
        })
    });
    changed.chain(removed).collect()
}

/// A layer's path, and its number among the layers with that path.
type Position = (String, usize);

/// The layers with their positions.
fn positions(layers: &[LayerCounts]) -> Vec<(Position, &LayerCounts)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut at = |layer: &LayerCounts| {
        let path = path(&layer.name);
        let count = seen.entry(path.clone()).or_default();
        *count += 1;
        (path, *count)
    };
    layers.iter().map(|layer| (at(layer), layer)).collect()
}

/// The path of a layer without the number of repeats: a stage's later repeats are called 2, 2–3, 2–4 as it
/// grows, and are still the same layers.
fn path(name: &str) -> String {
    let part = |part: &str| {
        if part == "2" || part.starts_with("2–") { "2–".into() } else { part.to_string() }
    };
    name.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::baseline::{MapShape, Totals};
    use crate::counting::layer::Settings;

    fn layer(name: &str, macs: u64) -> LayerCounts {
        let shape = MapShape { channels: 1, height: 1, width: 1 };
        LayerCounts {
            name: name.into(),
            kind: "conv".into(),
            repeats: 1,
            input: shape,
            output: shape,
            settings: None,
            totals: Totals { macs, ..Totals::default() },
        }
    }

    fn saved(layers: &[(&str, u64)]) -> NetworkCounts {
        let layers: Vec<_> = layers.iter().map(|(name, macs)| layer(name, *macs)).collect();
        let macs = layers.iter().map(|layer| layer.totals.macs).sum();
        let totals = Totals { macs, ..Totals::default() };
        let input = MapShape { channels: 1, height: 1, width: 1 };
        NetworkCounts { network: "net".into(), input, totals, layers }
    }

    #[test]
    fn changed_added_and_removed_layers_are_distinguished() {
        let before = saved(&[("a", 1), ("b", 2), ("c", 3)]);
        let now = saved(&[("a", 1), ("b", 3), ("d", 2)]);
        let comparison = BaselineComparison::new(&before, &now, 0.0);
        let names: Vec<_> = comparison
            .layers
            .iter()
            .map(|change| (change.name.as_str(), change.before.is_some(), change.now.is_some()))
            .collect();
        assert_eq!(names, [("b", true, true), ("d", false, true), ("c", true, false)]);
    }

    #[test]
    fn a_stage_that_grows_keeps_its_layers() {
        let before = saved(&[("body/1/conv", 1), ("body/2/conv", 2)]);
        let now = saved(&[("body/1/conv", 1), ("body/2–4/conv", 6)]);
        let comparison = BaselineComparison::new(&before, &now, 0.0);
        assert_eq!(comparison.layers.len(), 1);
        assert!(comparison.layers[0].before.is_some() && comparison.layers[0].now.is_some());
    }

    #[test]
    fn layers_with_the_same_path_are_compared_in_order() {
        let twice = saved(&[("a/c", 1), ("a/c", 2)]);
        assert!(BaselineComparison::new(&twice, &twice, 0.0).passes());
        assert_eq!(
            BaselineComparison::new(&twice, &saved(&[("a/c", 1), ("a/c", 3)]), 0.0).layers.len(),
            1
        );
        assert_eq!(BaselineComparison::new(&twice, &saved(&[("a/c", 1)]), 0.0).layers.len(), 1);
    }

    #[test]
    fn changes_that_cancel_out_pass_only_with_a_tolerance() {
        let before = saved(&[("a", 1), ("b", 2)]);
        let now = saved(&[("a", 2), ("b", 1)]);
        assert!(!BaselineComparison::new(&before, &now, 0.0).passes());
        assert!(BaselineComparison::new(&before, &now, 0.01).passes());
        assert!(BaselineComparison::new(&before, &before, 0.0).passes());
    }

    #[test]
    fn a_setting_that_changes_no_count_is_a_change_unless_it_was_not_saved() {
        let dilated = |dilation: u64| {
            let mut counts = saved(&[("a", 1)]);
            let setting = ("dilation", Setting::sides([dilation; 2]));
            counts.layers[0].settings = Some(Settings::new([setting]));
            counts
        };
        let comparison = BaselineComparison::new(&dilated(1), &dilated(2), 0.0);
        assert!(!comparison.passes());
        let [(key, before, now)] = comparison.layers[0].settings()[..] else { panic!("one") };
        let (one, two) = (Setting::sides([1, 1]), Setting::sides([2, 2]));
        assert_eq!((key, before, now), ("dilation", Some(&one), Some(&two)));
        assert!(BaselineComparison::new(&dilated(1), &dilated(2), 0.01).passes());
        assert!(BaselineComparison::new(&saved(&[("a", 1)]), &dilated(2), 0.0).passes());
    }

    #[test]
    fn growth_from_zero_is_infinite() {
        let total = TotalChange { key: "macs", before: 0, now: 5 };
        assert!(total.growth().is_infinite() && !total.is_within(1e9));
    }
}
