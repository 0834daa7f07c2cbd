//! Published networks inside the same budgets: what a fitted one competes with.

use crate::analysis::budget::Budgets;
use crate::counting::network::Network;
use crate::families::family::{Family, Request};

/// More rows than this are no help to choose by.
const MOST: usize = 8;

/// Accuracies are compared on the same task: ImageNet's classes.
const CLASSES: u64 = 1000;

/// A published network that keeps every budget.
#[derive(Clone, Debug)]
pub struct PublishedFit {
    /// Its address.
    pub network: String,
    /// Its top-1 accuracy on ImageNet, in percent.
    pub top1: f64,
    /// Where that was published; another way of training is another accuracy.
    pub source: String,
    /// The network itself.
    pub counted: Network<u64>,
}

/// The most accurate of the families' own members that keep every budget, the best first.
#[must_use]
pub fn published(families: &[Family], budgets: &Budgets) -> Vec<PublishedFit> {
    let mut fitting: Vec<PublishedFit> = families.iter().flat_map(|f| of(f, budgets)).collect();
    fitting.sort_by(|a, b| b.top1.total_cmp(&a.top1).then(a.network.cmp(&b.network)));
    fitting.truncate(MOST);
    fitting
}

fn of(family: &Family, budgets: &Budgets) -> Vec<PublishedFit> {
    let members = family.members.iter().filter(|m| m.classes.unwrap_or(family.classes) == CLASSES);
    let fitting = members.filter_map(|member| {
        let (top1, source) = member.accuracy()?;
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
