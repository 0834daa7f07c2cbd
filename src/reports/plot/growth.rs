//! The growth of costs with φ, and the shares of stages.

use crate::counting::units::three_digits;
use crate::reports::check::{counts, growth_columns, growth_row};
use crate::reports::plot::chart::{chart_cell, chart_column};
use crate::reports::plot::plotted::Plotted;
use crate::reports::plot::run::{RUN, of_run};
use crate::reports::{Cell, Column, Section, column, hidden};

/// The growth of every family, by φ.
pub(super) fn growth(plotted: &Plotted) -> Section {
    let growths = &plotted.growths;
    let (count, promises) = match growths[..] {
        [(_, _, growth, convention)] => {
            let promised = format!("{}^φ", three_digits(growth.target));
            (counts(convention), [promised, format!("{:.3}^φ", growth.predicted)])
        }
        _ => ("counted".into(), ["promised".into(), "predicted".into()]),
    };
    let of_chart = chart_column(growths.iter().map(|(chart, ..)| *chart));
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([column("family", "family"), column("convention", "convention")]);
    columns.extend(growth_columns(&count, promises));
    let rows = growths.iter().flat_map(|(chart, family, growth, convention)| {
        let names = [Cell::text(*family), Cell::text(&convention.name)];
        let start = [chart_cell(of_chart.as_ref(), *chart), names.to_vec()].concat();
        growth.steps.iter().map(move |step| [start.clone(), growth_row(step)].concat())
    });
    Section::rows("growth", columns, rows.collect())
}

/// The costs of every family, by φ.
pub(super) fn costs_by_phi(plotted: &Plotted) -> Section {
    let of_chart = chart_column(plotted.cost_growths.iter().map(|(chart, ..)| *chart));
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([
        column("family", "family"),
        column("phi", "φ"),
        hidden("macs"),
        column("macs_ratio", "MACs"),
        hidden("activations"),
        column("activations_ratio", "activations"),
        hidden("bytes"),
        column("bytes_ratio", "bytes moved"),
        column("seconds_per_image", "time per image (ms)"),
        column("time_ratio", "time"),
    ]);
    columns.extend(RUN.map(hidden));
    let rows = plotted.cost_growths.iter().flat_map(|(chart, family, growth)| {
        let start = chart_cell(of_chart.as_ref(), *chart);
        growth.steps.iter().map(move |(phi, costs)| {
            let ratios = costs.over(&growth.baseline);
            let amount = |value: f64| Cell::Amount { value, unit: 1.0 };
            let own = vec![
                Cell::text(*family),
                Cell::factor(*phi),
                amount(costs.macs),
                Cell::ratio(ratios.macs),
                amount(costs.activations),
                Cell::ratio(ratios.activations),
                amount(costs.bytes),
                Cell::ratio(ratios.bytes),
                Cell::milliseconds(costs.seconds),
                Cell::ratio(ratios.seconds),
            ];
            [start.clone(), own, of_run(&growth.run)].concat()
        })
    });
    Section::rows("cost_growth", columns, rows.collect())
}

/// The stages of every network, in every measure.
pub(super) fn shares(plotted: &Plotted) -> Section {
    let of_chart = chart_column(plotted.breakdowns.iter().map(|(chart, ..)| *chart));
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([
        column("network", "network"),
        column("cost", "cost"),
        column("part", "part"),
        column("stages", "stages"),
        column("amount", "amount"),
        column("percent", "of the whole (%)"),
    ]);
    let rows = plotted.breakdowns.iter().flat_map(|(chart, measure, breakdown)| {
        let total = (breakdown.total as f64).max(1.0);
        let start = chart_cell(of_chart.as_ref(), *chart);
        breakdown.parts.iter().map(move |part| {
            let mut row = start.clone();
            row.extend([
                Cell::text(&breakdown.name),
                Cell::text(measure.name()),
                Cell::text(&part.name),
                Cell::text(&part.stages),
                Cell::Integer(part.cost),
                Cell::factor(part.cost as f64 / total * 100.0),
            ]);
            row
        })
    });
    Section::rows("shares", columns, rows.collect())
}
