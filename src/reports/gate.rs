//! Gates for CI: as a report, as JUnit XML, and as annotations that GitHub shows beside the spec.

use xmlwriter::{Options, XmlWriter};

use crate::analysis::baseline::{Comparison, LayerChange, SavedLayer, TotalChange};
use crate::analysis::budget::{Usage, Use};
use crate::analysis::gate::{Case, all_hold};
use crate::counting::units::grouped;
use crate::error::Span;
use crate::reports::{Cell, Report, Section, column};

/// Lines of details in an annotation.
const MAX_DETAILS: usize = 5;

/// The report of `phiscale check` with budgets or a baseline: every case, and every layer that changed.
#[must_use]
pub fn gates(cases: &[Case], comparisons: &[Comparison]) -> Report {
    let holds = (column("holds", "holds"), Cell::Bool(all_hold(cases)));
    let columns = vec![
        column("network", "network"),
        column("check", "check"),
        column("holds", "holds"),
        column("message", "found"),
    ];
    let row = |case: &Case| {
        vec![
            Cell::text(&case.network),
            Cell::text(&case.name),
            Cell::Bool(case.holds),
            Cell::text(&case.message),
        ]
    };
    let sections = vec![
        Section::record(None, vec![holds]),
        Section::rows("cases", columns, cases.iter().map(row).collect()),
        layers(comparisons),
    ];
    Report { schema: "phiscale.gates/1", sections, notes: Vec::new() }
}

/// A case for each budget that a network is held to.
#[must_use]
pub fn budget_cases(network: &str, usage: &Usage, place: Option<&Span>) -> Vec<Case> {
    let case = |one: &Use| {
        let (used, allowed) = (grouped(one.used), grouped(one.allowed));
        let share = one.share() * 100.0;
        Case {
            network: network.into(),
            name: format!("max {}", one.quantity.name()),
            holds: one.fits(),
            message: format!("{used} of {allowed} {}: {share:.1} %", one.quantity.in_full()),
            details: Vec::new(),
            place: place.cloned(),
        }
    };
    usage.uses.iter().map(case).collect()
}

fn layers(comparisons: &[Comparison]) -> Section {
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
    section.title = Some("Layers that are not as they were saved".into());
    section
}

fn layer_row(network: &str, change: &LayerChange) -> Vec<Cell> {
    let (before, now) = (change.before.as_ref(), change.now.as_ref());
    let described =
        |layer: Option<&SavedLayer>| layer.map_or(Cell::Missing, |l| Cell::text(describe(l)));
    let difference = |total: fn(&SavedLayer) -> u64| {
        let value = |layer: Option<&SavedLayer>| layer.map_or(0, |layer| i128::from(total(layer)));
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
fn describe(layer: &SavedLayer) -> String {
    let times =
        if layer.repeats > 1 { format!(", {} times", layer.repeats) } else { String::new() };
    format!("{} {} → {}{times}", layer.kind, layer.input, layer.output)
}

/// A sentence for each layer that is not as it was: `stem/conv changed: was conv 3×32×32 → …; is …`.
#[must_use]
pub fn layer_lines(comparison: &Comparison) -> Vec<String> {
    let line = |change: &LayerChange| {
        let figures = |layer: &SavedLayer| {
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
pub fn comparison_line(comparison: &Comparison) -> String {
    let changed = comparison.totals.iter().filter(|total| total.before != total.now);
    let total = |total: &TotalChange| {
        let (before, now) = (grouped(total.before.into()), grouped(total.now.into()));
        format!("{} {before} → {now} ({:+.2} %)", total.what, total.growth() * 100.0)
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
        (true, None) => "as it was saved".into(),
        (_, None) => totals.join(", "),
        (true, Some(first)) => format!("{layers} ({}), and no total", first.name),
        (false, Some(first)) => format!("{}; {layers}, first {}", totals.join(", "), first.name),
    }
}

/// The cases as JUnit XML, a suite for each network.
#[must_use]
pub fn junit(cases: &[Case]) -> String {
    let mut xml = XmlWriter::new(Options::default());
    xml.write_declaration();
    let failures = |cases: &[&Case]| cases.iter().filter(|case| !case.holds).count();
    let all: Vec<&Case> = cases.iter().collect();
    xml.start_element("testsuites");
    xml.write_attribute("name", "phiscale check");
    xml.write_attribute("tests", &all.len());
    xml.write_attribute("failures", &failures(&all));
    let mut networks: Vec<&str> = Vec::new();
    for case in cases {
        if !networks.contains(&case.network.as_str()) {
            networks.push(&case.network);
        }
    }
    for network in networks {
        let own: Vec<&Case> = cases.iter().filter(|case| case.network == network).collect();
        xml.start_element("testsuite");
        xml.write_attribute("name", &escaped(network));
        xml.write_attribute("tests", &own.len());
        xml.write_attribute("failures", &failures(&own));
        xml.write_attribute("errors", "0");
        xml.write_attribute("skipped", "0");
        xml.write_attribute("time", "0");
        for case in own {
            test_case(&mut xml, case);
        }
        xml.end_element();
    }
    xml.end_document() + "\n"
}

fn test_case(xml: &mut XmlWriter, case: &Case) {
    xml.start_element("testcase");
    xml.write_attribute("name", &escaped(&case.name));
    xml.write_attribute("classname", &escaped(&case.network));
    xml.write_attribute("time", "0");
    if !case.holds {
        xml.start_element("failure");
        xml.write_attribute("message", &escaped(&case.message));
        xml.write_attribute("type", "check");
        let place = case.place.as_ref();
        let place = place.map(|place| format!("{}:{}", place.source.name(), place.line()));
        let lines: Vec<String> = place.into_iter().chain(case.details.iter().cloned()).collect();
        xml.write_text(&escaped(&lines.join("\n")));
        xml.end_element();
    }
    xml.end_element();
}

/// XML knows no control characters; the writer takes text as it is, but for quotes in attributes.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// The cases that do not hold, as annotations of a GitHub workflow; one line for what holds.
#[must_use]
pub fn github(cases: &[Case]) -> String {
    let annotated = |case: &Case| {
        let place = case
            .place
            .as_ref()
            .map(|place| format!("file={},line={},", property(place.source.name()), place.line()));
        let title = property(&format!("{}: {}", case.network, case.name));
        let message = data(&annotation(case));
        format!("::error {}title={title}::{message}\n", place.unwrap_or_default())
    };
    let text: String = cases.iter().filter(|case| !case.holds).map(annotated).collect();
    let holding = cases.iter().filter(|case| case.holds).count();
    text + &format!("{holding} of {} checks hold\n", cases.len())
}

/// The message and the first of its details: an annotation is a note, and the log has the rest.
fn annotation(case: &Case) -> String {
    let details = case.details.iter().take(MAX_DETAILS).cloned();
    let mut lines: Vec<String> = std::iter::once(case.message.clone()).chain(details).collect();
    let more = case.details.len().saturating_sub(MAX_DETAILS);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

/// What a workflow command's message may not hold as it is.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What a workflow command's property may not hold as it is.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Source;

    fn case(holds: bool) -> Case {
        Case {
            network: "a<b>&\"c\".toml".into(),
            name: "max-macs 1M".into(),
            holds,
            message: "2 % over, <see> & \"read\"".into(),
            details: vec!["a & b < c".into()],
            place: Some(Span {
                source: Source::new("a,b.toml", "one\ntwo\nthree"),
                start: 6,
                end: 7,
            }),
        }
    }

    #[test]
    fn an_annotation_points_at_its_line_and_keeps_its_separators() {
        let text = github(&[case(true), case(false)]);
        assert!(
            text.starts_with("::error file=a%2Cb.toml,line=2,title=a<b>&\"c\".toml%3A max-macs")
        );
        assert!(text.contains("::2 %25 over") && text.ends_with("1 of 2 checks hold\n"));
    }
}
