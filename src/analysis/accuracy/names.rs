//! What the networks of a chart are called.

use crate::analysis::accuracy::{Curve, NetworkPoint};
use crate::families::names::plain;

impl NetworkPoint {
    /// Whether it is called this, by its label, its title, or its address such as `efficientnet:b3`; case and separators
    /// do not matter.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        are_same(&self.label, name) || are_same(&self.title, name)
    }
}

impl Curve {
    /// Whether a network is called this, with a point or without.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let mut points = self.series.iter().flat_map(|(_, points)| points);
        let mut left_out = self.left_out.iter();
        points.any(|point| point.is_called(name))
            || left_out.any(|left_out| are_same(&left_out.network, name))
    }

    /// The titles of all networks with a point.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        let points = self.series.iter().flat_map(|(_, points)| points);
        points.map(|point| point.title.as_str())
    }
}

fn are_same(known: &str, name: &str) -> bool {
    // An address has a colon where a title has a hyphen.
    let plain = |name: &str| plain(&name.replace([':', '/', ' '], "-"));
    plain(known) == plain(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_called_by_its_label_its_title_or_its_address() {
        let point = NetworkPoint {
            label: "B3".into(),
            title: "EfficientNet-B3".into(),
            ..NetworkPoint::at(1e9, 80.0)
        };
        for name in ["B3", "b3", "EfficientNet-B3", "efficientnet:b3", "efficientnet b3"] {
            assert!(point.is_called(name), "{name}");
        }
        assert!(!point.is_called("B31") && !point.is_called("EfficientNet"));
    }
}
