//! What a panel shows that its reader may doubt: differences within the standard error, accuracies on other data.

use crate::charts::accuracy::{AccuracyPanel, claim};

impl AccuracyPanel {
    /// The pairs of networks that the panel's cost ratios compare, and whose accuracies differ by less than their
    /// standard error, in one line.
    #[must_use]
    pub fn doubts(&self) -> Option<String> {
        let claim = claim(self)?;
        let ratios = claim.ratios.iter().filter(|ratio| ratio.is_within_error());
        let pairs =
            ratios.map(|ratio| format!("{} and {}", ratio.hero.1.title, ratio.other.1.title));
        match &pairs.collect::<Vec<_>>()[..] {
            [] => None,
            [pair] => {
                Some(format!("the accuracies of {pair} differ by less than their standard error"))
            }
            pairs => Some(format!(
                "these accuracies differ by less than their standard error: {}",
                pairs.join("; ")
            )),
        }
    }

    /// The networks whose published accuracies are on ImageNet, if the panel names other data, in one line.
    #[must_use]
    pub fn foreign_data(&self) -> Option<String> {
        let dataset = self.dataset.as_deref().filter(|name| !name.starts_with("ImageNet"))?;
        let published = self.points().filter(|point| !point.is_given);
        let titles: Vec<&str> = published.map(|point| &*point.title).collect();
        let listed = titles.join(", ");
        (!titles.is_empty()).then(|| {
            format!("{listed}: published accuracies are on ImageNet, but the chart says {dataset}")
        })
    }
}
