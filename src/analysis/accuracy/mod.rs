//! Accuracy against cost: networks as points, the Pareto front, and cost ratios.

mod claim;
mod family;
mod front;
mod lines;
mod names;

pub(crate) use claim::spread;
pub use claim::{CostClaim, CostRatio, InSeries, cost_claim};
pub use family::Wanted;
pub use front::front;
pub(in crate::analysis) use lines::{Candidate, Fixed, lines};

use crate::analysis::cost::Cost;
use crate::analysis::model::Model;
use crate::counting::measure::Measure;
use crate::error::Error;
use crate::families::accuracy::{Accuracy, Uncertainty};
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
    /// Its cost, in units of the measure; milliseconds of time.
    pub cost: f64,
    /// Where the cost is from.
    pub origin: Origin,
    /// The accuracy in percent: top-1 or top-5, as selected.
    pub accuracy: f64,
    /// How uncertain the accuracy is, if known.
    pub uncertainty: Option<Uncertainty>,
    /// The classes that a counted network tells apart; ImageNet has 1000.
    pub classes: Option<u64>,
    /// Where the accuracy is from.
    pub source: String,
    /// Whether its figures are given in a CSV of measurements or in a chart file, not in a spec or a publication.
    pub is_given: bool,
    /// The number of the line that joins it to others of its series.
    pub line: Option<usize>,
}

/// Where a cost is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Counted from a layer spec, or estimated from one.
    Counted,
    /// Printed in a publication.
    Published,
    /// Given in a CSV of measurements or in a chart file.
    Given,
}

/// Which costs and accuracies to use.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// The cost.
    pub cost: &'a Cost,
    /// The accuracy.
    pub y: Accuracy,
    /// Words in the source of the accuracies; `None` takes the source of the family's first accuracy.
    pub accuracy: Option<&'a str>,
    /// Whether costs are taken as printed even if a spec can count them. Those given in a CSV of measurements or in a
    /// chart file then count as published.
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
    /// Whether these are given in a CSV of measurements or in a chart file, not in a spec or a publication.
    pub is_given: bool,
}

/// Networks that could be placed, in series, and those that could not.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// The points of each series, by its name, in the order in which networks were added.
    pub series: Vec<(String, Vec<NetworkPoint>)>,
    /// Networks without a cost or an accuracy.
    pub left_out: Vec<LeftOut>,
    /// How many lines there are.
    lines: usize,
}

/// A network that has no point.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its name.
    pub network: String,
    /// Why it has none.
    pub reason: Reason,
}

/// Why a network has no point.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It has no published accuracy of this kind, or none with these words in its source.
    NoAccuracy(Accuracy, Option<String>),
    /// Its accuracy is from this source, not from that of the others.
    OtherSource(String),
    /// It has no published cost of this measure.
    NoCost(Measure),
    /// It has no layers to estimate anything from: nothing but printed figures.
    NoLayers,
    /// It is outside the axes.
    OutsideAxes,
}

impl Selection<'_> {
    /// The member's published figures with an accuracy from the selected source.
    fn accuracy_of<'m>(&self, member: &'m Member) -> Option<&'m Published> {
        let words = self.accuracy.unwrap_or_default().to_lowercase();
        let mut published = member.published.iter().filter(|one| one.accuracy(self.y).is_some());
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
            figures: costs.with_accuracies_of(accuracy.unwrap_or(&Published::default())),
            is_given: false,
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
            is_given: false,
        }
    }
}

impl Curve {
    /// Adds a network to a series, where a line joins it to all others that are added so; or the reason why it has no
    /// point.
    pub fn add(
        &mut self,
        series: &str,
        network: NamedNetwork,
        selection: &Selection,
    ) -> Result<(), Error> {
        if let Some(point) = self.point(network, selection)? {
            self.lines = self.lines.max(1);
            self.push(series, NetworkPoint { line: Some(0), ..point });
        }
        Ok(())
    }

    /// Adds every member of a family whose accuracy is from the selected source: to one series, or, without a name, to
    /// those that the spec names. A line joins members of one series if they were trained and scaled in one way.
    pub fn add_family(
        &mut self,
        series: Option<&str>,
        model: &Model,
        selection: &Selection,
    ) -> Result<(), Error> {
        self.add_wanted(series, &Wanted::whole(model), selection)
    }

    /// [`Self::add_family`] for some networks of a family.
    pub fn add_wanted(
        &mut self,
        series: Option<&str>,
        wanted: &Wanted,
        selection: &Selection,
    ) -> Result<(), Error> {
        wanted.check(selection)?;
        let family = wanted.model.family()?;
        let mut points = Vec::new();
        let mut candidates = Vec::new();
        for (member, network) in family::networks(wanted, family, selection, &mut self.left_out)? {
            let Some(point) = self.point(network, selection)? else { continue };
            let index = points.len();
            candidates.extend(Candidate::of(family, member, &point.source, point.cost, index));
            points.push((member, point));
        }
        self.lines = self.lines.max(1);
        for line in lines(candidates) {
            for index in line.indices {
                points[index].1.line = Some(self.lines);
            }
            self.lines += 1;
        }
        for (member, point) in points {
            let own = member.series.as_deref().unwrap_or(&family.title);
            self.push(series.unwrap_or(own), point);
        }
        Ok(())
    }

    /// Leaves out every network that is wanted, where [`Wanted::check`] fails.
    pub fn leave_out(&mut self, wanted: &Wanted, selection: &Selection) {
        self.left_out.extend(wanted.left_out(selection));
    }

    /// How many networks are placed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.iter().map(|(_, points)| points.len()).sum()
    }

    /// Whether no network is placed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn push(&mut self, series: &str, point: NetworkPoint) {
        match self.series.iter_mut().find(|(name, _)| name == series) {
            Some((_, points)) => points.push(point),
            None => self.series.push((series.to_string(), vec![point])),
        }
    }

    /// A network's point, which no line joins yet.
    fn point(
        &mut self,
        network: NamedNetwork,
        selection: &Selection,
    ) -> Result<Option<NetworkPoint>, Error> {
        let NamedNetwork { label, title, counted, figures, is_given } = network;
        let left_out = |reason| LeftOut { network: title.clone(), reason };
        let (y, uncertainty) = (selection.y, figures.uncertainty(selection.y));
        let Some(accuracy) = figures.accuracy(y) else {
            let words = selection.accuracy.map(str::to_string);
            self.left_out.push(left_out(Reason::NoAccuracy(y, words)));
            return Ok(None);
        };
        let classes = counted.and_then(|(model, request)| {
            model.family().ok().map(|family| family.classes_of(&request))
        });
        let (cost, origin) = match counted.filter(|_| !selection.as_printed) {
            Some((model, request)) => {
                (Some(selection.cost.of(&model.network(&request)?.network)), Origin::Counted)
            }
            None => {
                let is_own = is_given && !selection.as_printed;
                let origin = if is_own { Origin::Given } else { Origin::Published };
                let cost = selection.cost.measure().and_then(|measure| figures.cost(measure));
                (cost.filter(|cost| *cost > 0.0), origin)
            }
        };
        let Some(cost) = cost else {
            let measure = selection.cost.measure();
            self.left_out.push(left_out(measure.map_or(Reason::NoLayers, Reason::NoCost)));
            return Ok(None);
        };
        Ok(Some(NetworkPoint {
            label,
            title,
            cost,
            origin,
            accuracy,
            uncertainty,
            classes,
            source: figures.source,
            is_given,
            line: None,
        }))
    }
}

#[cfg(test)]
impl NetworkPoint {
    /// A point without names, which no line joins.
    pub(crate) fn at(cost: f64, accuracy: f64) -> Self {
        NetworkPoint {
            label: String::new(),
            title: String::new(),
            cost,
            origin: Origin::Counted,
            accuracy,
            uncertainty: None,
            classes: None,
            source: String::new(),
            is_given: false,
            line: None,
        }
    }
}
