//! Accuracy against cost.

use crate::analysis::comparison::{Comparison, Curve, Placed, Ratio, front, ratios};
use crate::charts::curve::Scene;
use crate::charts::drawing::{Arrow, Axis, Chart, Line, Panel, Point, Role, Scale, Series, Ticks};
use crate::charts::words;
use crate::counting::measure::Measure;
use crate::error::{Diagnostic, Error};
use crate::families::sketch::Weight;

/// A front of fewer networks than this is no line.
const LEAST_FRONT: usize = 3;

/// Panels in a row, by how many there are; four make a square.
const COLUMNS: [usize; 5] = [0, 0, 2, 3, 2];

/// What is compared in a panel.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What stands above it.
    pub title: Option<String>,
    /// The curves.
    pub comparison: Comparison,
}

/// How a chart of accuracy looks.
#[derive(Clone, Debug)]
pub struct Look {
    /// The title in place of the computed finding; `{least}` and `{most}` in it are the numbers found.
    pub title: Option<String>,
    /// What is on the x axis.
    pub measure: Measure,
    /// Whether the front of the others is drawn; `None` where there are enough of them.
    pub front: Option<bool>,
    /// The most arrows of ratios.
    pub arrows: usize,
    /// First and last accuracy of the axis, in percent.
    pub accuracies: Option<(f64, f64)>,
    /// First and last cost of the axis.
    pub costs: Option<(f64, f64)>,
}

/// Draws top-1 accuracy against cost, in one panel or several side by side.
pub fn accuracy(compared: &[Compared], look: &Look) -> Result<Chart, Error> {
    for panel in compared {
        if panel.comparison.curves.iter().all(|curve| curve.points.is_empty()) {
            return Err(nothing_to_draw(panel, look));
        }
    }
    let found: Vec<Vec<Ratio>> = compared.iter().map(|panel| found(panel, look)).collect();
    let title = words::title(compared, &found, look);
    let label = words::axis(compared, look.measure);
    let is_grid = compared.len() > 1;
    let has_hollows = words::is_mixed(compared);
    let panels = compared.iter().zip(&found).map(|(compared, found)| Panel {
        // Networks of other sizes side by side: each panel has the part of the axis that it needs.
        x: is_grid.then(|| axis(&format!("{} (log scale)", look.measure.axis()), look.costs)),
        ..panel(compared, found, look, has_hollows)
    });
    Ok(Chart {
        description: words::description(&title, compared, look.measure),
        title,
        panels: panels.collect(),
        subtitle: is_grid.then(|| label.clone()),
        x: axis(&label, look.costs),
        source: words::note(compared),
        columns: COLUMNS.get(compared.len()).copied().unwrap_or(3),
    })
}

fn nothing_to_draw(panel: &Compared, look: &Look) -> Error {
    let message = format!("no network has an accuracy and a number of {}", look.measure.name());
    let mut problem = Diagnostic::new(message);
    for reason in panel.comparison.left_out.iter().take(4) {
        problem = problem.help(format!("left out {reason}"));
    }
    problem.into()
}

fn found<'a>(panel: &'a Compared, look: &Look) -> Vec<Ratio<'a>> {
    let curves = &panel.comparison.curves;
    let heroes: Vec<&Curve> = curves.iter().filter(|curve| curve.is_hero()).collect();
    let others: Vec<&Curve> =
        curves.iter().filter(|curve| curve.style.weight == Weight::Other).collect();
    ratios(&heroes, &others, look.arrows)
}

fn axis(label: &str, range: Option<(f64, f64)>) -> Axis {
    Axis { label: label.into(), scale: Scale::Log, ticks: Ticks::Si, range }
}

fn panel(compared: &Compared, found: &[Ratio], look: &Look, has_hollows: bool) -> Panel {
    let curves = &compared.comparison.curves;
    let front = best_of_the_others(curves, look);
    let scene = Scene { curves, front: &front, measure: look.measure, has_hollows };
    let mut series: Vec<Series> = curves.iter().flat_map(|curve| scene.drawn(curve)).collect();
    if !front.is_empty() {
        series.push(step_line(&front, curves));
    }
    let has_several = curves.len() > 1;
    let arrows = found.iter().map(|found| Arrow {
        y: found.other.top1,
        from_x: found.other.cost,
        to_x: found.hero.cost,
        label: format!("{}× {}", words::times(found.ratio), look.measure.less()),
    });
    Panel {
        y: Axis {
            label: "ImageNet top-1 accuracy".into(),
            scale: Scale::Linear,
            ticks: Ticks::Percent,
            range: look.accuracies,
        },
        arrows: if has_several { arrows.collect() } else { Vec::new() },
        series,
        title: compared.title.clone(),
        ..Panel::default()
    }
}

/// The front of all that is no hero, where it is wanted or has enough networks of several curves.
fn best_of_the_others<'a>(curves: &'a [Curve], look: &Look) -> Vec<&'a Placed> {
    let others: Vec<&Curve> = curves.iter().filter(|curve| curve.style.in_front).collect();
    let best = front(others.iter().flat_map(|curve| &curve.points));
    let is_enough = others.len() > 1 && best.len() >= LEAST_FRONT;
    if look.front.unwrap_or(is_enough) { best } else { Vec::new() }
}

/// The front as a guide; it stays level to the end of the data.
fn step_line(front: &[&Placed], curves: &[Curve]) -> Series {
    let point = |x: f64, y: f64| Point { x, y, ..Point::default() };
    let mut points: Vec<Point> = front.iter().map(|best| point(best.cost, best.top1)).collect();
    let all = curves.iter().flat_map(|curve| &curve.points);
    let last = all.map(|placed| placed.cost).fold(0.0, f64::max);
    if let Some(best) = front.last().filter(|best| best.cost < last) {
        points.push(point(last, best.top1));
    }
    Series {
        name: "best of the others".into(),
        role: Role::Guide,
        line: Line::Step,
        points,
        ..Series::default()
    }
}
