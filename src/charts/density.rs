//! How many networks of a sweep have which two costs, and the front of both.

use std::iter::successors;

use crate::analysis::sweep::{Cells, CountedPoint, Density};
use crate::charts::drawing::{
    Axis, Chart, Colour, Level, Line, MarkerShape, Panel, Point, Role, Scale, Series, Ticks,
};
use crate::counting::measure::Measure;
use crate::counting::units::{grouped, short};
use crate::error::Error;

/// How many networks of the front have a label, if there is room.
const NAMED: usize = 5;

/// The colour of the front: far from the blue of the cells, for every kind of sight.
const FRONT: Colour = Colour { light: [0xC2, 0x41, 0x0C], dark: [0xFF, 0x9A, 0x4D] };

/// The colour of what is named besides.
const MARKED: Colour = Colour { light: [0x4A, 0x04, 0x4E], dark: [0xF7, 0xE0, 0x6A] };

/// By how much the counts of one level differ, at most: the least that needs no more levels than there are colours.
const FACTORS: [u64; 15] = [2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 1000, 10_000];

/// Draws a sweep on log scales: cells by how many networks are in them, and the front. `marks` are networks to name, and
/// the title of their family; `file` is the name of the sweep's file. Fails without networks.
pub fn density(
    density: &Density,
    (family, marks): (&str, &[CountedPoint]),
    file: &str,
) -> Result<Chart, Error> {
    let cells = density.cells().ok_or_else(|| Error::new("a sweep without networks"))?;
    let [x, y] = density.costs();
    let axis = |side: usize, cost: Measure| Axis {
        label: label(cost),
        short_label: format!("{} (log scale)", cost.in_short()),
        scale: Scale::Log,
        ticks: Ticks::Si,
        range: Some(cells.range(side)),
    };
    let (name, marks) = match density.baseline() {
        Some(baseline) if marks.is_empty() => ("baseline", std::slice::from_ref(baseline)),
        _ => (family, marks),
    };
    let mut series = vec![front(density, &cells, marks)];
    if !marks.is_empty() {
        series.push(marked(name, density, marks));
    }
    let title = title(density, &cells, (name, marks));
    Ok(Chart {
        description: description(&title, density, &cells),
        title,
        subtitle: Some(subtitle(density, &cells)),
        panels: vec![Panel {
            y: axis(1, y),
            levels: levels(&cells),
            series,
            is_dense: true,
            ..Panel::default()
        }],
        x: axis(0, x),
        source: format!("Counted networks of the sweep in {file}."),
        ..Chart::default()
    })
}

fn label(cost: Measure) -> String {
    let definition = cost.definition().map_or_else(String::new, |text| format!("{text}; "));
    format!("{} ({definition}log scale)", cost.axis())
}

/// What is marked, beside the front; else how much networks differ that cost the same on the x axis.
fn title(density: &Density, cells: &Cells, (family, marks): (&str, &[CountedPoint])) -> String {
    let [x, y] = density.costs().map(Measure::name);
    let named = marks.iter().filter(|mark| mark.name.is_some());
    let excess: Vec<(&CountedPoint, f64)> =
        named.filter_map(|mark| Some((mark, density.excess(mark)?))).collect();
    if let [(mark, factor)] = excess[..] {
        let name = mark.name.as_deref().unwrap_or_default();
        return format!(
            "{family} at {name} has {factor:.2}× the least {y} that a network of the sweep with no more {x} has"
        );
    }
    let networks = grouped(density.networks().into());
    if cells.spread < 1.05 {
        return format!("{networks} networks by {x} and {y}");
    }
    format!(
        "Of {networks} networks, those whose {x} are within {} of each other differ by up to {:.1}× in {y}",
        share(cells.step(0)),
        cells.spread
    )
}

fn subtitle(density: &Density, cells: &Cells) -> String {
    let [x, y] = density.costs().map(Measure::name);
    let [width, height] = [0, 1].map(|side| share(cells.step(side)));
    format!(
        "Colour: networks in a cell of {width} in {x} and {height} in {y}. Beside points: depth, width, resolution."
    )
}

/// A share as a percentage with two digits, rounded up: what is within it is within what is written.
fn share(share: f64) -> String {
    let percent = share * 100.0;
    let unit = 10f64.powf(1.0 - percent.log10().floor());
    format!("{}%", (percent * unit).ceil() / unit)
}

/// The levels that have cells, each a range of counts.
fn levels(cells: &Cells) -> Vec<Level> {
    let most = cells.most();
    let powers =
        |factor: u64| successors(Some(1), move |one: &u64| Some(one.saturating_mul(factor)));
    let fits = |factor: &u64| powers(*factor).nth(Level::MOST).is_some_and(|beyond| beyond > most);
    let factor = FACTORS.into_iter().find(fits).unwrap_or(u64::MAX);
    let least = powers(factor).take(Level::MOST);
    let mut levels: Vec<Level> = Vec::new();
    for (index, low) in least.take_while(|least| *least <= most).enumerate() {
        let high = low.saturating_mul(factor) - 1;
        let name = match (low, high.min(most)) {
            (low, high) if low == high => grouped(low.into()),
            (low, high) => format!("{}–{}", grouped(low.into()), grouped(high.into())),
        };
        let unit = match (index, &*name) {
            (0, "1") => " network in a cell",
            (0, _) => " networks in a cell",
            _ => "",
        };
        let name = format!("{name}{unit}");
        levels.push(Level { name, cells: runs(cells, low, high) });
    }
    levels
}

/// The cells whose counts are in a range; neighbours in a row are one.
fn runs(cells: &Cells, low: u64, high: u64) -> Vec<[(f64, f64); 2]> {
    let [columns, rows] = &cells.edges;
    let mut runs = Vec::new();
    for (row, counts) in cells.counts.iter().enumerate() {
        let mut start = 0;
        for run in counts.chunk_by(|one, next| is_in(*one, low, high) == is_in(*next, low, high)) {
            let end = start + run.len();
            if is_in(run[0], low, high) {
                runs.push([(columns[start], rows[row]), (columns[end], rows[row + 1])]);
            }
            start = end;
        }
    }
    runs
}

fn is_in(count: u64, low: u64, high: u64) -> bool {
    (low..=high).contains(&count)
}

/// The front, with labels at its ends and evenly between, except where a mark has one. Of networks in one column and row,
/// the first is drawn.
fn front(density: &Density, cells: &Cells, marks: &[CountedPoint]) -> Series {
    let place = |point: &CountedPoint| {
        let amounts = density.amounts(point);
        [0, 1].map(|side| cells.edges[side].partition_point(|edge| *edge <= amounts[side]))
    };
    let mut drawn: Vec<&CountedPoint> = density.front().points().collect();
    let last = drawn.last().copied();
    drawn.dedup_by(|next, before| place(next) == place(before));
    if let (Some(last), Some(end)) = (last, drawn.last_mut()) {
        *end = last;
    }
    let named = NAMED.min(drawn.len());
    let is_named = |index: usize| {
        (0..named).any(|number| number * (drawn.len() - 1) / (named - 1).max(1) == index)
    };
    let is_marked = |network: &CountedPoint| marks.iter().any(|one| one.totals == network.totals);
    let points = drawn.iter().enumerate().map(|(index, network)| Point {
        label: (is_named(index) && !is_marked(network)).then(|| multipliers(network)),
        ..point(density, network)
    });
    Series {
        name: "Pareto front".into(),
        line: Line::Step,
        marker: true,
        points: points.collect(),
        colour: Some(FRONT),
        shape: Some(MarkerShape::Circle),
        ..Series::default()
    }
}

/// Networks that are named, in front of all.
fn marked(name: &str, density: &Density, marks: &[CountedPoint]) -> Series {
    let points = marks.iter().map(|mark| {
        let scale = multipliers(mark);
        Point {
            label: Some(
                mark.name.as_ref().map_or_else(|| scale.clone(), |name| format!("{name}: {scale}")),
            ),
            short_label: mark.name.as_deref().map(str::to_string),
            ..point(density, mark)
        }
    });
    Series {
        name: name.into(),
        role: Role::Hero,
        marker: true,
        points: points.collect(),
        colour: Some(MARKED),
        shape: Some(MarkerShape::Diamond),
        ..Series::default()
    }
}

fn point(density: &Density, network: &CountedPoint) -> Point {
    let [x, y] = density.amounts(network);
    let [x_name, y_name] = density.costs().map(Measure::name);
    let name = network.name.as_ref().map_or_else(String::new, |name| format!("{name}: "));
    let tip = format!(
        "{name}d, w, r = {}: {} {x_name}, {} {y_name}",
        multipliers(network),
        short(x),
        short(y)
    );
    Point { x, y, tip, ..Point::default() }
}

/// Depth, width and resolution, rounded to thousandths.
fn multipliers(network: &CountedPoint) -> String {
    let scale = network.scale;
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    let all = [scale.depth, scale.width, scale.resolution].map(|one| rounded(one).to_string());
    all.join(", ")
}

fn description(title: &str, density: &Density, cells: &Cells) -> String {
    let [x, y] = density.costs().map(Measure::name);
    let front: Vec<_> = density.front().points().collect();
    let (count, ends) = (front.len(), [front.first(), front.last()]);
    let ends = ends.into_iter().flatten().map(|end| point(density, end).tip);
    format!(
        "Density on log scales: {title}. {} networks by {x} and {y} in {} cells, at most {} in one; {count} on the Pareto \
         front, from {}.",
        grouped(density.networks().into()),
        cells.filled(),
        grouped(cells.most().into()),
        ends.collect::<Vec<_>>().join(" to ")
    )
}
