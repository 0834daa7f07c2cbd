//! Networks compared with budgets and baselines.

use crate::analysis::baseline::{BaselineComparison, LayerChange, LayerCounts, TotalChange};
use crate::analysis::budget::{Limited, Usage, Use};
use crate::analysis::check::{Check, CheckKind, all_pass};
use crate::counting::layer::{Setting, Settings};
use crate::counting::units::grouped;
use crate::error::Span;
use crate::reports::check::rule::tolerance;
use crate::reports::declared::NETWORKS;
use crate::reports::{Cell, Report, Section, column, hidden};

/// The report of `phiscale check` with budgets or a baseline: every check, and every layer that changed.
#[must_use]
pub fn network_checks(checks: &[Check], comparisons: &[BaselineComparison]) -> Report {
    let passes = (column("holds", "passes"), Cell::Bool(all_pass(checks)));
    let columns = vec![
        column("network", "network"),
        column("check", "check"),
        column("holds", "passes"),
        column("message", "result"),
        hidden("details"),
        hidden("measure"),
        hidden("used"),
        hidden("limit"),
        hidden("share"),
    ];
    let row = |check: &Check| {
        let mut row = vec![
            Cell::text(&check.network),
            Cell::text(&check.name),
            Cell::Bool(check.passes),
            Cell::text(&check.message),
            Cell::text(check.details.join("\n")),
        ];
        row.extend(match &check.kind {
            CheckKind::Budget(one) => [
                Cell::text(one.limited.key()),
                Cell::limited(one.limited, one.used),
                Cell::limited(one.limited, one.allowed),
                Cell::factor(one.share()),
            ],
            CheckKind::Rule | CheckKind::Baseline | CheckKind::Saved => {
                [const { Cell::Missing }; 4]
            }
        });
        row
    };
    let sections = vec![
        Section::record(None, vec![passes]),
        Section::rows("cases", columns, checks.iter().map(row).collect()),
        layers(comparisons),
    ];
    let is_old = comparisons.iter().any(|comparison| !comparison.has_settings);
    let notes = is_old.then(|| NOT_SAVED.to_string()).into_iter().collect();
    Report::new(&NETWORKS, sections, notes)
}

/// A note on baselines of the first version.
const NOT_SAVED: &str = "The baseline is of an earlier version, without kernels, strides and other settings of layers: \
                         a change of these that leaves every count as it was is not seen. Save it again with \
                         `phiscale check … --save FILE`.";

/// One check for each budget of a network.
#[must_use]
pub fn budget_checks(network: &str, usage: &Usage, place: Option<&Span>) -> Vec<Check> {
    let check = |one: &Use| {
        let [used, allowed] =
            [one.used, one.allowed].map(|amount| Cell::limited(one.limited, amount).shown());
        let share = one.share() * 100.0;
        let unit = match one.limited {
            Limited::Cost(measure) => format!(" {}", measure.in_full()),
            Limited::Time => " for a batch".into(),
        };
        Check {
            network: network.into(),
            name: format!("max {}", one.limited.name()),
            kind: CheckKind::Budget(*one),
            passes: one.fits(),
            message: format!("{used} of {allowed}{unit}: {share:.1} %"),
            details: Vec::new(),
            place: place.cloned(),
        }
    };
    usage.uses.iter().map(check).collect()
}

/// The settings of a layer that JSON has with a key each, before and now.
const SETTINGS: [(&str, &str, &str); 6] = [
    ("kernel", "kernel_before", "kernel_now"),
    ("stride", "stride_before", "stride_now"),
    ("padding", "padding_before", "padding_now"),
    ("dilation", "dilation_before", "dilation_now"),
    ("groups", "groups_before", "groups_now"),
    ("bias", "bias_before", "bias_now"),
];

fn layers(comparisons: &[BaselineComparison]) -> Section {
    let mut columns = vec![
        column("network", "network"),
        column("layer", "layer"),
        column("change", "change"),
        column("before", "before"),
        column("now", "now"),
        column("settings_changed", "settings changed"),
        column("params", "params"),
        column("macs", "MACs (conv-linear)"),
        column("activations", "activations"),
        hidden("kind_before"),
        hidden("kind_now"),
    ];
    columns.extend(SETTINGS.iter().flat_map(|(_, before, now)| [hidden(before), hidden(now)]));
    let changes = comparisons.iter().flat_map(|comparison| {
        comparison.layers.iter().map(move |change| layer_row(&comparison.network, change))
    });
    let mut section = Section::rows("layers", columns, changes.collect());
    section.folded = Some(comparisons.iter().flat_map(folded_rows).collect());
    section.title = Some("Layers that have changed since the baseline was saved".into());
    section
}

/// The rows of a network as text formats show them: the layers that follow their input share one.
fn folded_rows(comparison: &BaselineComparison) -> Vec<Vec<Cell>> {
    let (own, followers) = parts(comparison);
    let row = |change: &&LayerChange| layer_row(&comparison.network, change);
    let mut rows: Vec<Vec<Cell>> = own.iter().map(row).collect();
    let followers: Vec<Vec<Cell>> = followers.iter().map(row).collect();
    let Some(mut folded) = followers.first().cloned() else { return rows };
    for (index, cell) in folded.iter_mut().enumerate().skip(1) {
        let signed = followers.iter().map(|row| match row.get(index) {
            Some(Cell::Signed(value)) => Some(*value),
            _ => None,
        });
        let sum: Option<i128> = signed.sum();
        *cell = sum.map_or(Cell::Missing, Cell::signed);
    }
    let texts = [(1, counted(&own, followers.len())), (2, "changed".into()), (5, BECAUSE.into())];
    for (index, text) in texts {
        folded[index] = Cell::Text(text);
    }
    rows.push(folded);
    rows
}

/// Why the layers of a folded row changed.
const BECAUSE: &str = "because their input did";

/// The layers that changed by themselves, and those that changed because their input did. A single one of these is
/// shown like the others.
fn parts(comparison: &BaselineComparison) -> (Vec<&LayerChange>, Vec<&LayerChange>) {
    let all = || comparison.layers.iter();
    let (followers, own): (Vec<_>, Vec<_>) = all().partition(|change| change.follows_input());
    if followers.len() > 1 { (own, followers) } else { (all().collect(), Vec::new()) }
}

/// `99 further layers`.
fn counted(own: &[&LayerChange], followers: usize) -> String {
    format!("{followers}{} layers", if own.is_empty() { "" } else { " further" })
}

fn layer_row(network: &str, change: &LayerChange) -> Vec<Cell> {
    let (before, now) = (change.before.as_ref(), change.now.as_ref());
    let described = |layer: Option<&LayerCounts>| {
        layer.map_or(Cell::Missing, |layer| Cell::text(describe(layer, Settings::in_short)))
    };
    let difference = |total: fn(&LayerCounts) -> u64| {
        let value = |layer: Option<&LayerCounts>| layer.map_or(0, |layer| i128::from(total(layer)));
        Cell::signed(value(now) - value(before))
    };
    let kind = |layer: Option<&LayerCounts>| {
        layer.map_or(Cell::Missing, |layer| Cell::text(layer.kind.as_str()))
    };
    let mut row = vec![
        Cell::text(network),
        Cell::text(&change.name),
        Cell::text(kind_of(change)),
        described(before),
        described(now),
        settings_changed(change).map_or(Cell::Missing, Cell::Text),
        difference(|layer| layer.totals.params),
        difference(|layer| layer.totals.macs),
        difference(|layer| layer.totals.activations),
        kind(before),
        kind(now),
    ];
    row.extend(SETTINGS.iter().flat_map(|(key, ..)| {
        [before, now].map(|layer| {
            let settings = layer.and_then(|layer| layer.settings.as_ref());
            Cell::setting(settings.and_then(|settings| settings.get(key)))
        })
    }));
    row
}

fn kind_of(change: &LayerChange) -> &'static str {
    match (&change.before, &change.now) {
        (Some(_), Some(_)) => "changed",
        (None, _) => "added",
        (_, None) => "removed",
    }
}

/// `kernel 3×3 → 5×5, dilation 1×1 → 2×2`; `None` if no setting is known to have changed.
fn settings_changed(change: &LayerChange) -> Option<String> {
    let value = |side: Option<Setting>| side.map_or("none".into(), |setting| setting.to_string());
    let changed: Vec<String> = change
        .settings()
        .into_iter()
        .map(|(key, before, now)| {
            format!("{} {} → {}", key.replace('_', " "), value(before), value(now))
        })
        .collect();
    (!changed.is_empty()).then(|| changed.join(", "))
}

/// `conv 24×56×56 → 40×28×28, 3 times, 3×3, stride 2, no bias`.
fn describe(layer: &LayerCounts, settings: fn(&Settings) -> String) -> String {
    let times =
        if layer.repeats > 1 { format!(", {} times", layer.repeats) } else { String::new() };
    let settings = match layer.settings.as_ref().map(settings) {
        Some(settings) if settings.is_empty() => String::new(),
        Some(settings) => format!(", {settings}"),
        None => ", settings not saved".into(),
    };
    format!("{} {} → {}{times}{settings}", layer.kind, layer.input, layer.output)
}

/// A sentence for each layer that changed: `stem/conv changed: was conv 3×32×32 → …; is …`.
#[must_use]
pub fn layer_lines(comparison: &BaselineComparison) -> Vec<String> {
    let figures = |layer: &LayerCounts| {
        let totals = layer.totals;
        format!(
            "{}: {} params, {} MACs",
            describe(layer, Settings::in_full),
            grouped(totals.params.into()),
            grouped(totals.macs.into())
        )
    };
    let line = |change: &LayerChange| {
        let sides = [("was", &change.before), ("is", &change.now)];
        let sides = sides.iter().filter_map(|(word, side)| {
            side.as_ref().map(|layer| format!("{word} {}", figures(layer)))
        });
        let changed = settings_changed(change).map(|changed| format!("{changed}; "));
        format!(
            "{} {}: {}{}",
            change.name,
            kind_of(change),
            changed.unwrap_or_default(),
            sides.collect::<Vec<_>>().join("; ")
        )
    };
    let (own, followers) = parts(comparison);
    let mut lines: Vec<String> = own.iter().map(|change| line(change)).collect();
    if !followers.is_empty() {
        lines.push(format!("{} changed {BECAUSE}", counted(&own, followers.len())));
    }
    lines
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
    let (own, followers) = parts(comparison);
    let because = match (own.len(), followers.len()) {
        (_, 0) => String::new(),
        (0, _) => format!(" {BECAUSE}"),
        (_, count) => format!(" ({count} {BECAUSE})"),
    };
    // Only layers that changed follow their input, and they are named first.
    let layers = format!(
        "layers: {}",
        kinds.join(", ").replacen(" changed", &format!(" changed{because}"), 1)
    );
    let named = |first: &LayerChange| match settings_changed(first) {
        Some(changed) => format!("{}: {changed}", first.name),
        None => first.name.clone(),
    };
    let line = match (totals.is_empty(), own.first()) {
        _ if own.is_empty() && !followers.is_empty() => {
            let all =
                if totals.is_empty() { "all totals unchanged".into() } else { totals.join(", ") };
            format!("{all}; {layers}")
        }
        (true, None) if !comparison.has_settings => {
            "counts unchanged since the baseline was saved; settings of layers were not saved"
                .into()
        }
        (true, None) => "unchanged since the baseline was saved".into(),
        (_, None) => totals.join(", "),
        (true, Some(first)) => format!("{layers} ({}), all totals unchanged", named(first)),
        (false, Some(first)) => format!("{}; {layers}, first {}", totals.join(", "), named(first)),
    };
    let input = comparison.input.map(|[before, now]| format!("input {before} → {now}; "));
    let tolerance = match comparison.tolerance {
        0.0 => String::new(),
        share => format!(" (tolerance ±{})", tolerance(share).shown()),
    };
    format!("{}{line}{tolerance}", input.unwrap_or_default())
}
