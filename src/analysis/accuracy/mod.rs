//! Accuracy against cost: networks as points, the Pareto front, and cost ratios.

mod claim;
mod family;
mod front;

pub(crate) use claim::spread;
pub use claim::{CostClaim, CostRatio, InSeries, cost_claim};
pub use front::front;

use crate::analysis::model::Model;
use crate::counting::measure::Measure;
use crate::error::Error;
use crate::families::family::{Member, Request};
use crate::families::published::Published;
use crate::families::scaling::Scale;

/// A network's accuracy and cost.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NetworkPoint {
    /// Its name among networks of its family: `B3`.
    pub label: String,
    /// Its full name: `EfficientNet-B3`.
    pub title: String,
    /// Its cost, in units of the measure.
    pub cost: f64,
    /// Where the cost is from.
    pub origin: Origin,
    /// ImageNet top-1 accuracy in percent.
    pub top1: f64,
    /// Where the accuracy is from.
    pub source: String,
}

/// Where a cost is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Counted from a layer spec.
    Counted,
    /// Printed in a publication.
    Published,
}

/// Which costs and accuracies to use.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// The cost.
    pub measure: Measure,
    /// Words in the source of the accuracies; `None` takes the source of the family's first accuracy.
    pub accuracy: Option<&'a str>,
    /// Whether costs are taken as printed even if a spec can count them.
    pub as_printed: bool,
}

/// A network with its names, the spec that counts it, and its published figures.
#[derive(Clone, Debug)]
pub struct NamedNetwork<'a> {
    /// Its name among networks of its family: `B3`.
    pub label: String,
    /// Its full name: `EfficientNet-B3`.
    pub title: String,
    /// The family and the request that count it.
    pub counted: Option<(&'a Model, Request<'a>)>,
    /// Its accuracy, and its costs as printed.
    pub figures: Published,
}

/// Points of networks, and the networks that could not be placed.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// The points, in the order in which networks were added.
    pub points: Vec<NetworkPoint>,
    /// Networks without a cost or an accuracy, each with the reason.
    pub left_out: Vec<String>,
}

impl Selection<'_> {
    /// The member's published figures with an accuracy from the selected source.
    fn accuracy_of<'m>(&self, member: &'m Member) -> Option<&'m Published> {
        let words = self.accuracy.unwrap_or_default().to_lowercase();
        let mut published = member.published.iter().filter(|published| published.top1.is_some());
        published.find(|published| published.source.to_lowercase().contains(&words))
    }
}

impl<'a> NamedNetwork<'a> {
    /// A member of a family or, without one, its baseline: with the first published costs and the selected
    /// accuracy.
    #[must_use]
    pub fn of(model: &'a Model, member: Option<&'a Member>, selection: &Selection) -> Self {
        let title = model.print_name(member);
        let own_name = member.filter(|member| member.library().is_none());
        let mut published = member.iter().flat_map(|member| &member.published);
        let costs = published.find(|published| published.has_cost()).cloned().unwrap_or_default();
        let accuracy = member.and_then(|member| selection.accuracy_of(member));
        NamedNetwork {
            label: own_name.map_or(title.clone(), |member| member.name.clone()),
            title,
            counted: Some((model, Request { member, ..Request::BASELINE })),
            figures: Published {
                top1: accuracy.and_then(|accuracy| accuracy.top1),
                source: accuracy.map(|accuracy| accuracy.source.clone()).unwrap_or_default(),
                ..costs
            },
        }
    }

    /// A network with one name as label and title, counted as a member or baseline at `scale`.
    #[must_use]
    pub fn named(
        name: &str,
        counted: Option<(&'a Model, Option<&'a Member>)>,
        scale: Scale,
        figures: &Published,
    ) -> Self {
        let request = |member| Request { member, scale, ..Request::BASELINE };
        NamedNetwork {
            label: name.to_string(),
            title: name.to_string(),
            counted: counted.map(|(model, member)| (model, request(member))),
            figures: figures.clone(),
        }
    }
}

impl Curve {
    /// Adds a network's point, or the reason why it has none.
    pub fn add(&mut self, network: NamedNetwork, selection: &Selection) -> Result<(), Error> {
        let NamedNetwork { label, title, counted, figures } = network;
        let Some(top1) = figures.top1 else {
            let words = selection.accuracy.map(|words| format!(" of {words}"));
            self.left_out
                .push(format!("{title}: no published accuracy{}", words.unwrap_or_default()));
            return Ok(());
        };
        let measure = selection.measure;
        let (cost, origin) = match counted.filter(|_| !selection.as_printed) {
            Some((model, request)) => {
                let cost = measure.of(&model.network(&request)?.network);
                (Some(cost as f64), Origin::Counted)
            }
            None => (figures.cost(measure).filter(|cost| *cost > 0.0), Origin::Published),
        };
        match cost {
            Some(cost) => {
                let source = figures.source;
                self.points.push(NetworkPoint { label, title, cost, origin, top1, source });
            }
            None => self.left_out.push(format!("{title}: no published {}", measure.name())),
        }
        Ok(())
    }

    /// Adds every member of a family whose accuracy is from the selected source.
    pub fn add_family(&mut self, model: &Model, selection: &Selection) -> Result<(), Error> {
        let networks = family::networks(model, selection, &mut self.left_out)?;
        networks.into_iter().try_for_each(|network| self.add(network, selection))
    }
}
