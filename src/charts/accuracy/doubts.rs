//! Which networks a title or an arrow compares though their standard errors are larger than their difference.

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
}
