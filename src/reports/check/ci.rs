//! Checks for CI: as JUnit XML, and as annotations that GitHub shows beside the spec.

use xmlwriter::{Options, XmlWriter};

use crate::analysis::check::{Check, CheckKind};

/// Maximum lines of details in an annotation.
const MAX_DETAILS: usize = 5;

/// The checks as JUnit XML, one suite for each network.
#[must_use]
pub fn junit(checks: &[Check]) -> String {
    let mut xml = XmlWriter::new(Options::default());
    xml.write_declaration();
    let failures = |checks: &[&Check]| checks.iter().filter(|check| !check.passes).count();
    let all: Vec<&Check> = checks.iter().collect();
    xml.start_element("testsuites");
    xml.write_attribute("name", "phiscale check");
    xml.write_attribute("tests", &all.len());
    xml.write_attribute("failures", &failures(&all));
    let mut networks: Vec<&str> = Vec::new();
    for check in checks {
        if !networks.contains(&check.network.as_str()) {
            networks.push(&check.network);
        }
    }
    for network in networks {
        let of_network: Vec<&Check> =
            checks.iter().filter(|check| check.network == network).collect();
        xml.start_element("testsuite");
        xml.write_attribute("name", &escaped(network));
        xml.write_attribute("tests", &of_network.len());
        xml.write_attribute("failures", &failures(&of_network));
        xml.write_attribute("errors", "0");
        xml.write_attribute("skipped", "0");
        xml.write_attribute("time", "0");
        for check in of_network {
            test_case(&mut xml, check);
        }
        xml.end_element();
    }
    xml.end_document() + "\n"
}

fn test_case(xml: &mut XmlWriter, check: &Check) {
    xml.start_element("testcase");
    xml.write_attribute("name", &escaped(&check.name));
    xml.write_attribute("classname", &escaped(&check.network));
    xml.write_attribute("time", "0");
    if check.passes {
        xml.start_element("system-out");
        xml.write_text(&escaped(&check.message));
        xml.end_element();
    } else {
        xml.start_element("failure");
        xml.write_attribute("message", &escaped(&check.message));
        xml.write_attribute("type", "check");
        let place = check.place.as_ref();
        let place = place.map(|place| format!("{}:{}", place.source.name(), place.line()));
        let lines: Vec<String> = place.into_iter().chain(check.details.iter().cloned()).collect();
        xml.write_text(&escaped(&lines.join("\n")));
        xml.end_element();
    }
    xml.end_element();
}

/// Escapes text for XML and drops control characters; the writer itself escapes only quotes in attributes.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// The failed checks and saved counts as GitHub workflow annotations, and a line with the number that pass.
#[must_use]
pub fn github(checks: &[Check]) -> String {
    let (saved, checks): (Vec<&Check>, Vec<&Check>) =
        checks.iter().partition(|check| check.kind == CheckKind::Saved);
    let notice = |check: &&Check| {
        let title = property(&format!("{}: {}", check.network, check.name));
        format!("::notice title={title}::{}\n", data(&check.message))
    };
    let said: String = saved.iter().map(notice).collect();
    let annotated = |check: &&Check| {
        let place = check
            .place
            .as_ref()
            .map(|place| format!("file={},line={},", property(place.source.name()), place.line()));
        let title = property(&format!("{}: {}", check.network, check.name));
        let message = data(&annotation(check));
        format!("::error {}title={title}::{message}\n", place.unwrap_or_default())
    };
    let text: String = checks.iter().filter(|check| !check.passes).map(annotated).collect();
    let passed = checks.iter().filter(|check| check.passes).count();
    let count = format!("{passed} of {} checks pass\n", checks.len());
    said + &text + if checks.is_empty() { "" } else { &count }
}

/// The message and its first details; the log has the rest.
fn annotation(check: &Check) -> String {
    let details = check.details.iter().take(MAX_DETAILS).cloned();
    let mut lines: Vec<String> = std::iter::once(check.message.clone()).chain(details).collect();
    let more = check.details.len().saturating_sub(MAX_DETAILS);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Source, Span};

    fn check(passes: bool) -> Check {
        Check {
            network: "a<b>&\"c\".toml".into(),
            name: "max-macs 1M".into(),
            kind: CheckKind::Baseline,
            passes,
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
    fn an_annotation_points_at_its_line_and_escapes_separators() {
        let text = github(&[check(true), check(false)]);
        assert!(
            text.starts_with("::error file=a%2Cb.toml,line=2,title=a<b>&\"c\".toml%3A max-macs")
        );
        assert!(text.contains("::2 %25 over") && text.ends_with("1 of 2 checks pass\n"));
    }
}
