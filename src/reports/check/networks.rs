//! Networks compared with budgets and baselines.

use crate::analysis::baseline::{BaselineComparison, LayerChange, LayerCounts, TotalChange};
use crate::analysis::budget::{Usage, Use};
use crate::analysis::check::{Check, all_pass};
use crate::counting::units::grouped;
use crate::error::Span;
use crate::reports::{Cell, Report, Section, column};

/// The report of `phiscale check` with budgets or a baseline: every check, and every layer that changed.
#[must_use]
pub fn network_checks(checks: &[Check], comparisons: &[BaselineComparison]) -> Report {
    let passes = (column("holds", "passes"), Cell::Bool(all_pass(checks)));
    let columns = vec![
        column("network", "network"),
        column("check", "check"),
        column("holds", "passes"),
        column("message", "result"),
    ];
    let row = |check: &Check| {
        vec![
            Cell::text(&check.network),
            Cell::text(&check.name),
            Cell::Bool(check.passes),
            Cell::text(&check.message),
        ]
    };
    let sections = vec![
        Section::record(None, vec![passes]),
        Section::rows("cases", columns, checks.iter().map(row).collect()),
        layers(comparisons),
    ];
    Report { schema: "phiscale.gates/1", sections, notes: Vec::new() }
}

/// One check for each budget of a network.
#[must_use]
pub fn budget_checks(network: &str, usage: &Usage, place: Option<&Span>) -> Vec<Check> {
    let check = |one: &Use| {
        let (used, allowed) = (grouped(one.used), grouped(one.allowed));
        let share = one.share() * 100.0;
        Check {
            network: network.into(),
            name: format!("max {}", one.measure.name()),
            passes: one.fits(),
            message: format!("{used} of {allowed} {}: {share:.1} %", one.measure.in_full()),
            details: Vec::new(),
            place: place.cloned(),
        }
    };
    usage.uses.iter().map(check).collect()
}

fn layers(comparisons: &[BaselineComparison]) -> Section {
    let columns = vec![
        column("network", "network"),
        column("layer", "layer"),
        column("change", "change"),
        column("before", "before"),
        column("now", "now"),
        column("params", "params"),
        column("macs", "MACs (conv-linear)"),
        column("activations", "activations"),
    ];
    let changes = comparisons.iter().flat_map(|comparison| {
        comparison.layers.iter().map(move |change| layer_row(&comparison.network, change))
    });
    let mut section = Section::rows("layers", columns, changes.collect());
    section.title = Some("Layers that have changed since the baseline was saved".into());
    section
}

fn layer_row(network: &str, change: &LayerChange) -> Vec<Cell> {
    let (before, now) = (change.before.as_ref(), change.now.as_ref());
    let described =
        |layer: Option<&LayerCounts>| layer.map_or(Cell::Missing, |l| Cell::text(describe(l)));
    let difference = |total: fn(&LayerCounts) -> u64| {
        let value = |layer: Option<&LayerCounts>| layer.map_or(0, |layer| i128::from(total(layer)));
        Cell::signed(value(now) - value(before))
    };
    vec![
        Cell::text(network),
        Cell::text(&change.name),
        Cell::text(kind_of(change)),
        described(before),
        described(now),
        difference(|layer| layer.totals.params),
        difference(|layer| layer.totals.macs),
        difference(|layer| layer.totals.activations),
    ]
}

fn kind_of(change: &LayerChange) -> &'static str {
    match (&change.before, &change.now) {
        (Some(_), Some(_)) => "changed",
        (None, _) => "added",
        (_, None) => "removed",
    }
}

/// `conv 24×56×56 → 40×28×28, 3 times`.
fn describe(layer: &LayerCounts) -> String {
    let times =
        if layer.repeats > 1 { format!(", {} times", layer.repeats) } else { String::new() };
    format!("{} {} → {}{times}", layer.kind, layer.input, layer.output)
}

/// A sentence for each layer that changed: `stem/conv changed: was conv 3×32×32 → …; is …`.
#[must_use]
pub fn layer_lines(comparison: &BaselineComparison) -> Vec<String> {
    let line = |change: &LayerChange| {
        let figures = |layer: &LayerCounts| {
            let totals = layer.totals;
            format!(
                "{}: {} params, {} MACs",
                describe(layer),
                grouped(totals.params.into()),
                grouped(totals.macs.into())
            )
        };
        let sides = [("was", &change.before), ("is", &change.now)];
        let sides = sides.iter().filter_map(|(word, side)| {
            side.as_ref().map(|layer| format!("{word} {}", figures(layer)))
        });
        format!("{} {}: {}", change.name, kind_of(change), sides.collect::<Vec<_>>().join("; "))
    };
    comparison.layers.iter().map(line).collect()
}

/// The totals that changed, in a sentence.
#[must_use]
pub fn comparison_line(comparison: &BaselineComparison) -> String {
    let changed = comparison.totals.iter().filter(|total| total.before != total.now);
    let total = |total: &TotalChange| {
        let (before, now) = (grouped(total.before.into()), grouped(total.now.into()));
        format!("{} {before} → {now} ({:+.2} %)", total.key, total.growth() * 100.0)
    };
    let totals: Vec<String> = changed.map(total).collect();
    let count = |kind: &'static str| {
        let count = comparison.layers.iter().filter(|change| kind_of(change) == kind).count();
        (count > 0).then(|| format!("{count} {kind}"))
    };
    let kinds: Vec<String> =
        ["changed", "added", "removed"].into_iter().filter_map(count).collect();
    let layers = format!("layers: {}", kinds.join(", "));
    match (totals.is_empty(), comparison.layers.first()) {
        (true, None) => "unchanged since the baseline was saved".into(),
        (_, None) => totals.join(", "),
        (true, Some(first)) => format!("{layers} ({}), all totals unchanged", first.name),
        (false, Some(first)) => format!("{}; {layers}, first {}", totals.join(", "), first.name),
    }
}
