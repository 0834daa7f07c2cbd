//! The numbers behind a chart.

use crate::analysis::accuracy::{NetworkPoint, Origin};
use crate::analysis::stages::Breakdown;
use crate::counting::measure::Measure;
use crate::reports::{Cell, Report, Section, column};

/// The networks of a chart of accuracy, each after the title of its panel and the name of its series.
#[must_use]
pub fn points(points: &[(Option<&str>, &str, &NetworkPoint)], measure: Measure) -> Report {
    let columns = vec![
        column("panel", "panel"),
        column("series", "series"),
        column("network", "network"),
        column(measure.key(), measure.name()),
        column("counted", "counted"),
        column("top1", "top-1 (%)"),
        column("source", "accuracy from"),
    ];
    let row = |(panel, series, point): &(Option<&str>, &str, &NetworkPoint)| {
        vec![
            panel.map_or(Cell::Missing, Cell::text),
            Cell::text(*series),
            Cell::text(&point.title),
            Cell::Real { value: point.cost, decimals: 0, unit: "" },
            Cell::Bool(point.origin == Origin::Counted),
            Cell::factor(point.top1),
            Cell::Source(point.source.clone()),
        ]
    };
    let rows = points.iter().map(row).collect();
    let sections = vec![Section::rows("points", columns, rows)];
    Report { schema: "phiscale.points/1", sections, notes: Vec::new() }
}

/// The stages of a chart of stages.
#[must_use]
pub fn shares(breakdowns: &[(Measure, Vec<Breakdown>)]) -> Report {
    let columns = vec![
        column("network", "network"),
        column("cost", "cost"),
        column("part", "part"),
        column("stages", "stages"),
        column("amount", "amount"),
        column("percent", "of the whole (%)"),
    ];
    let mut rows = Vec::new();
    for (measure, bars) in breakdowns {
        for breakdown in bars {
            let total = (breakdown.total as f64).max(1.0);
            rows.extend(breakdown.parts.iter().map(|part| {
                vec![
                    Cell::text(&breakdown.name),
                    Cell::text(measure.name()),
                    Cell::text(&part.name),
                    Cell::text(&part.stages),
                    Cell::Integer(part.cost),
                    Cell::factor(part.cost as f64 / total * 100.0),
                ]
            }));
        }
    }
    let sections = vec![Section::rows("shares", columns, rows)];
    Report { schema: "phiscale.shares/1", sections, notes: Vec::new() }
}
