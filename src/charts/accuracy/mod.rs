//! Accuracy against cost.

mod axis;
mod curve;
mod doubts;
mod entry;
mod law;
mod omissions;
mod request;
mod series;
mod title;
mod words;

pub use entry::{Entry, MeasuredRows};
pub use omissions::Omissions;
pub use request::{AccuracyRequest, PanelRequest, SeriesRequest};
pub use series::{AccuracyPanel, AccuracySeries, Naming, Style};

use std::collections::BTreeSet;

use crate::analysis::accuracy::{CostClaim, NetworkPoint, cost_claim, front, spread};
use crate::analysis::cost::Cost;
use crate::charts::drawing::{Arrow, Axis, Chart, Line, Panel, Point, Role, Scale, Series, Ticks};
use crate::error::{Diagnostic, Error};
use crate::families::accuracy::Accuracy;
use curve::Scene;
use law::{DrawnLaw, PanelLaws};

/// A front of fewer networks than this is not worth a line.
const MIN_FRONT: usize = 3;

/// Panels in a row, by the number of panels; four make a square.
const COLUMNS: [usize; 5] = [0, 0, 2, 3, 2];

/// Maximum series whose left-out networks are named in an error.
const MAX_REASONS: usize = 4;

/// How a chart of accuracy looks.
#[derive(Clone, Debug, PartialEq)]
pub struct AccuracyOptions {
    /// The title instead of the computed finding. `{least}` and `{most}` stand for the smallest and the largest
    /// number found: how many times less heroes cost than all the others, or, with several panels, how many points
    /// their best is above the best of the others. `{least_below}` and `{most_below}` stand for how many points
    /// heroes are below the best of the others that costs no more. A number that is not found is an error.
    pub title: Option<String>,
    /// The cost on the x axis.
    pub cost: Cost,
    /// The accuracy on the y axis.
    pub y: Accuracy,
    /// Whether the front of the others is drawn; `None` draws it if enough networks are on it.
    pub front: Option<bool>,
    /// Maximum cost ratios shown as arrows.
    pub arrows: usize,
    /// First and last accuracy of the axis, in percent.
    pub accuracies: Option<(f64, f64)>,
    /// First and last cost of the axis, in units of the measure; milliseconds of time.
    pub costs: Option<(f64, f64)>,
    /// Whether the law of each line is drawn, as a band.
    pub law: bool,
}

impl AccuracyOptions {
    /// A chart of top-1 accuracy against this cost, with everything else computed.
    #[must_use]
    pub fn new(cost: Cost) -> Self {
        let (title, front, accuracies, costs) = (None, None, None, None);
        let y = Accuracy::Top1;
        AccuracyOptions { title, cost, y, front, arrows: 3, accuracies, costs, law: false }
    }
}

/// Draws accuracy against cost, in one panel or several side by side. Fails where a panel has no points, and
/// where a title asks for numbers that the points do not give.
///
/// The computed title and the arrows claim what [`CostClaim`] does: the heroes against all others that are drawn.
pub fn accuracy(panels: &[AccuracyPanel], options: &AccuracyOptions) -> Result<Chart, Error> {
    if let Some(empty) = panels.iter().find(|panel| panel.points().next().is_none()) {
        return Err(nothing_to_draw(empty, options));
    }
    let laws = laws(panels, options)?;
    let claim = |panel| claim(panel).filter(|_| options.cost.is_price());
    let claims: Vec<_> = panels.iter().map(claim).collect();
    let title = title::title(panels, &claims, options)?;
    let label = words::axis(panels, &options.cost);
    let short_label = format!("{} (log scale)", options.cost.axis());
    let is_grid = panels.len() > 1;
    let has_hollows = words::is_mixed(panels);
    let said = laws.iter().flatten().map(|law| law.words.clone()).collect();
    let description = words::description(&title, panels, options, said);
    let drawn = panels.iter().zip(&claims).zip(laws).map(|((panel, claim), laws)| Panel {
        // Panels side by side show networks of different sizes: each has the part of the axis that it needs.
        x: is_grid.then(|| axis(short_label.clone(), options)),
        y: y_axis(panel, panels, options),
        ..with_laws(drawn(panel, claim.as_ref(), options, has_hollows), laws)
    });
    Ok(Chart {
        description,
        title,
        panels: drawn.collect(),
        subtitle: is_grid.then(|| label.clone()),
        x: axis(label, options),
        source: words::note(panels, options),
        hollow: words::hollow(panels),
        columns: COLUMNS.get(panels.len()).copied().unwrap_or(3),
        ..Chart::default()
    })
}

/// The laws of each panel; none unless they are asked for. Fails if no line has one.
fn laws(panels: &[AccuracyPanel], options: &AccuracyOptions) -> Result<Vec<Vec<DrawnLaw>>, Error> {
    if !options.law {
        return Ok(panels.iter().map(|_| Vec::new()).collect());
    }
    if !options.cost.is_price() {
        let name = options.cost.name();
        return Err(Error::new(format!("a law needs a cost on the x axis, not {name}")));
    }
    let laws: Vec<Vec<DrawnLaw>> = panels.iter().map(|panel| PanelLaws::of(panel).drawn).collect();
    if laws.iter().all(Vec::is_empty) { Err(law::no_law(panels)) } else { Ok(laws) }
}

fn with_laws(mut panel: Panel, laws: Vec<DrawnLaw>) -> Panel {
    for law in laws {
        panel.bands.push(law.band);
        panel.series.push(law.beyond);
    }
    panel
}

fn nothing_to_draw(panel: &AccuracyPanel, options: &AccuracyOptions) -> Error {
    let accuracy = match options.y {
        Accuracy::Top1 => "an accuracy",
        Accuracy::Top5 => "a top-5 accuracy",
    };
    let cost = match &options.cost {
        Cost::Counted(measure) => format!("a number of {}", measure.name()),
        Cost::Estimated(..) => "layers to estimate from".into(),
    };
    let message = format!("no network has both {accuracy} and {cost}");
    let mut problem = Diagnostic::new(message);
    for omissions in panel.omissions.iter().take(MAX_REASONS) {
        problem = problem.help(omissions.line("accuracy = "));
    }
    problem.into()
}

fn claim(panel: &AccuracyPanel) -> Option<CostClaim<'_>> {
    cost_claim(&panel.named(true), &panel.named(false))
}

fn axis(label: String, options: &AccuracyOptions) -> Axis {
    let short_label = format!("{} (log scale)", options.cost.in_short());
    Axis { label, short_label, scale: Scale::Log, ticks: Ticks::Si, range: options.costs }
}

/// Panels of the same data set have the same axis, and so share its ticks.
fn y_axis(panel: &AccuracyPanel, panels: &[AccuracyPanel], options: &AccuracyOptions) -> Axis {
    let name = |panel| words::accuracy_name(std::slice::from_ref(panel), options.y);
    let accuracy = name(panel);
    let mut alike = panels.iter().filter(|other| name(other) == accuracy);
    let errors = if alike.any(words::has_error_bars) { " ± standard error" } else { "" };
    let short_label = format!("{}{errors}", accuracy.replace(" accuracy", ""));
    let axis = Axis::percent(format!("{accuracy}{errors}"));
    Axis { range: options.accuracies, short_label, ..axis }
}

fn drawn(
    panel: &AccuracyPanel,
    claim: Option<&CostClaim>,
    options: &AccuracyOptions,
    has_hollows: bool,
) -> Panel {
    let front = best_of_the_others(panel, options);
    let scene = Scene { panel, front: &front, options, has_hollows };
    let mut series: Vec<Series> = panel.series.iter().flat_map(|one| scene.drawn(one)).collect();
    if !front.is_empty() {
        series.push(step_line(&front, panel));
    }
    Panel {
        arrows: claim.map_or_else(Vec::new, |claim| arrows(panel, claim, options)),
        series,
        title: panel.title.clone(),
        ..Panel::default()
    }
}

/// From networks on the front of the others to the cheapest heroes that are at least as accurate.
fn arrows(panel: &AccuracyPanel, claim: &CostClaim, options: &AccuracyOptions) -> Vec<Arrow> {
    let accuracies = || panel.points().map(|point| point.accuracy);
    let range = accuracies().fold(0.0, f64::max) - accuracies().fold(100.0, f64::min);
    let place = |point: &NetworkPoint| (point.cost, point.accuracy);
    let shown = spread(&claim.ratios, range, options.arrows).into_iter();
    let arrow = shown.map(|found| Arrow {
        from: place(found.other.1),
        to: place(found.hero.1),
        label: format!("{}× {}", words::times(found.ratio), options.cost.less()),
    });
    arrow.collect()
}

/// The front of the other series; empty unless it is requested or has enough networks of several curves.
fn best_of_the_others<'a>(
    panel: &'a AccuracyPanel,
    options: &AccuracyOptions,
) -> Vec<&'a NetworkPoint> {
    let best = front(panel.front_candidates());
    let in_front = panel.series.iter().filter(|series| series.style.in_front);
    let curves: BTreeSet<usize> = in_front.map(|series| series.curve).collect();
    let is_enough = curves.len() > 1 && best.len() >= MIN_FRONT && options.cost.is_price();
    if options.front.unwrap_or(is_enough) { best } else { Vec::new() }
}

/// The front as a guide, level to the end of the data.
fn step_line(front: &[&NetworkPoint], panel: &AccuracyPanel) -> Series {
    let point = |x: f64, y: f64| Point { x, y, ..Point::default() };
    let mut points: Vec<Point> = front.iter().map(|best| point(best.cost, best.accuracy)).collect();
    let last = panel.points().map(|point| point.cost).fold(0.0, f64::max);
    if let Some(best) = front.last().filter(|best| best.cost < last) {
        points.push(point(last, best.accuracy));
    }
    Series {
        name: "best of the others".into(),
        role: Role::Guide,
        line: Line::Step,
        points,
        ..Series::default()
    }
}
