//! Published networks within the same budgets, to compare a fitted one with.

use crate::analysis::budget::Budgets;
use crate::counting::network::Network;
use crate::families::accuracy::Accuracy;
use crate::families::family::{Family, Request};

/// The most networks to list; more would not help anyone choose.
const MOST: usize = 8;

/// Accuracies are compared on the same task: ImageNet's classes.
const CLASSES: u64 = 1000;

/// A published network that fits every budget.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PublishedFit {
    /// Its address: `efficientnet:b0`.
    pub network: String,
    /// Its top-1 accuracy on ImageNet, in percent.
    pub top1: f64,
    /// Where that accuracy was published; other training gives another.
    pub source: String,
    /// The network itself.
    pub counted: Network<u64>,
}

/// The most accurate of the families' own members that fit every budget, the best first.
#[must_use]
pub fn published(families: &[Family], budgets: &Budgets) -> Vec<PublishedFit> {
    let mut fitting: Vec<PublishedFit> =
        families.iter().flat_map(|f| fitting_members(f, budgets)).collect();
    fitting.sort_by(|a, b| b.top1.total_cmp(&a.top1).then(a.network.cmp(&b.network)));
    fitting.truncate(MOST);
    fitting
}

fn fitting_members(family: &Family, budgets: &Budgets) -> Vec<PublishedFit> {
    let members = family.members.iter().filter(|m| m.classes.unwrap_or(family.classes) == CLASSES);
    let fitting = members.filter_map(|member| {
        let (top1, source) = member.accuracy(Accuracy::Top1)?;
        let scaled = family.network(&Request { member: Some(member), ..Request::BASELINE }).ok()?;
        budgets.usage(&scaled.network).fits().then(|| PublishedFit {
            network: family.address(member),
            top1,
            source: source.into(),
            counted: scaled.network,
        })
    });
    fitting.collect()
}
