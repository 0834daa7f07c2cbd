//! What has changed since counts were saved: the totals, and the layers that changed, were added or were
//! removed.

use std::collections::BTreeMap;

use crate::analysis::baseline::{LayerCounts, MapShape, NetworkCounts};
use crate::counting::layer::Setting;

/// A network compared with its saved counts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BaselineComparison {
    /// The network's address.
    pub network: String,
    /// The shape of the input before and now, if it changed.
    pub input: Option<[MapShape; 2]>,
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
            input: (saved.input != now.input).then_some([saved.input, now.input]),
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
    /// Whether every input channel has a group of its own.
    fn is_depthwise(&self) -> bool {
        let groups = self.settings.as_ref().and_then(|settings| settings.get("groups"));
        self.input.channels > 1 && groups == Some(&Setting::Number(self.input.channels))
    }

    /// Whether nothing has changed; settings that were not saved may have.
    fn matches(&self, now: &LayerCounts) -> bool {
        let settings = self.settings.clone().or_else(|| now.settings.clone());
        LayerCounts { settings, ..self.clone() } == *now
    }
}

impl LayerChange {
    /// The settings that changed, with output channels and repeats, each with its value before and now; `None` where
    /// the layer had or has no such setting. What follows from another input is left out: channels that a layer keeps,
    /// and the groups of a depthwise convolution. Empty if the layer was added or removed.
    #[must_use]
    pub fn settings(&self) -> Vec<(&str, Option<Setting>, Option<Setting>)> {
        let (Some(before), Some(now)) = (&self.before, &self.now) else { return Vec::new() };
        let are_depthwise = before.is_depthwise() && now.is_depthwise();
        let mut changed = Vec::new();
        if let (Some(before), Some(now)) = (&before.settings, &now.settings) {
            let gone = before.iter().filter(|(key, _)| now.get(key).is_none());
            let keys = now.iter().chain(gone).map(|(key, _)| key);
            let keys = keys.filter(|key| *key != "groups" || !are_depthwise);
            let sides = keys.map(|key| (key, before.get(key).cloned(), now.get(key).cloned()));
            changed.extend(sides.filter(|(_, before, now)| before != now));
        }
        let numbers = [("channels", own_channels(before, now)), ("repeats", repeats(before, now))];
        changed.extend(numbers.into_iter().filter_map(|(key, sides)| {
            let [before, now] = sides?.map(|side| Some(Setting::Number(side)));
            Some((key, before, now))
        }));
        changed
    }

    /// Whether the layer changed only because its input did.
    #[must_use]
    pub fn follows_input(&self) -> bool {
        let (Some(before), Some(now)) = (&self.before, &self.now) else { return false };
        let is_known = before.settings.is_some() && now.settings.is_some();
        let has_other_input = before.input != now.input && before.kind == now.kind;
        is_known && has_other_input && self.settings().is_empty()
    }
}

/// The kinds of layers whose output channels are a setting; those of others follow from the input.
const WITH_CHANNELS: [&str; 3] = ["conv", "transposed_conv", "linear"];

/// The output channels of a layer before and now, if they changed and not merely with its input's.
fn own_channels(before: &LayerCounts, now: &LayerCounts) -> Option<[u64; 2]> {
    let product = |one: u64, other: u64| u128::from(one) * u128::from(other);
    let is_in_proportion = product(before.output.channels, now.input.channels)
        == product(now.output.channels, before.input.channels);
    let follows = is_in_proportion && before.is_depthwise() && now.is_depthwise();
    let sides = [before.output.channels, now.output.channels];
    let has_channels = before.kind == now.kind && WITH_CHANNELS.contains(&now.kind.as_str());
    (has_channels && !follows && sides[0] != sides[1]).then_some(sides)
}

/// How often the layer's block is repeated, before and now, if that changed: the path has the first and the last repeat
/// of those that share it.
fn repeats(before: &LayerCounts, now: &LayerCounts) -> Option<[u64; 2]> {
    let last = |part: &str| part.rsplit('–').next().and_then(|last| last.parse().ok());
    let parts = before.name.split('/').zip(now.name.split('/'));
    let (one, other) = parts.into_iter().find(|(one, other)| one != other).unzip();
    let whole = one.and_then(last).zip(other.and_then(last));
    let sides = whole.map_or([before.repeats, now.repeats], |(one, other)| [one, other]);
    (before.repeats != now.repeats).then_some(sides)
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
        let (one, two) = (Setting::sides([1, 1]), Setting::sides([2, 2]));
        assert_eq!(comparison.layers[0].settings(), [("dilation", Some(one), Some(two))]);
        assert!(BaselineComparison::new(&dilated(1), &dilated(2), 0.01).passes());
        assert!(BaselineComparison::new(&saved(&[("a", 1)]), &dilated(2), 0.0).passes());
    }

    /// A layer of a network before or now: its kind, channels of the input and the output, size, and groups.
    fn change(kind: &str, sides: [[u64; 4]; 2]) -> LayerChange {
        let side = |[input, output, size, groups]: [u64; 4]| LayerCounts {
            kind: kind.into(),
            input: MapShape { channels: input, height: size, width: size },
            output: MapShape { channels: output, height: size, width: size },
            settings: Some(Settings::new([("groups", Setting::Number(groups))])),
            ..layer("a", 1)
        };
        let [before, now] = sides.map(|values| Some(side(values)));
        LayerChange { name: "a".into(), before, now }
    }

    #[test]
    fn a_layer_follows_its_input_unless_a_setting_of_it_changed() {
        for (kind, before, now, keys) in [
            ("conv", [8, 16, 32, 1], [8, 16, 28, 1], &[][..]),
            ("conv", [8, 16, 32, 1], [6, 16, 32, 1], &[]),
            ("conv", [8, 16, 32, 1], [6, 12, 32, 1], &["channels"]),
            ("conv", [8, 8, 32, 8], [6, 6, 32, 6], &[]),
            ("conv", [8, 8, 32, 8], [6, 12, 32, 6], &["channels"]),
            ("conv", [8, 8, 32, 8], [6, 6, 32, 2], &["groups", "channels"]),
            ("norm", [8, 8, 32, 1], [6, 6, 32, 1], &[]),
        ] {
            let change = change(kind, [before, now]);
            let found: Vec<_> = change.settings().into_iter().map(|(key, ..)| key).collect();
            assert_eq!(found, keys, "{kind} {before:?} {now:?}");
            assert_eq!(change.follows_input(), keys.is_empty());
        }
        assert!(!change("conv", [[8, 16, 32, 1], [8, 16, 32, 1]]).follows_input());
    }

    #[test]
    fn repeats_are_those_of_the_block() {
        let side = |name: &str, repeats| LayerCounts { repeats, ..layer(name, 1) };
        for (before, now, expected) in [
            (side("b/2–3/c", 2), side("b/2/c", 1), Some([3, 2])),
            (side("b/2/c", 1), side("b/2–7/c", 6), Some([2, 7])),
            (side("b/c", 1), side("b/c", 4), Some([1, 4])),
            (side("b/2/c", 1), side("b/2/c", 1), None),
        ] {
            assert_eq!(repeats(&before, &now), expected);
        }
    }

    #[test]
    fn growth_from_zero_is_infinite() {
        let total = TotalChange { key: "macs", before: 0, now: 5 };
        assert!(total.growth().is_infinite() && !total.is_within(1e9));
    }
}
