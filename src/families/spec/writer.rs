//! Writing specs: a family's own text with one more member, or with other coefficients.
//!
//! Only the lines that change are written, so that comments and order survive. The text is then read back: if it
//! does not give the wanted network or coefficients, that is an error, not a wrong spec.

use std::fmt::Write;

use crate::error::{Diagnostic, Error};
use crate::families::family::{Family, Request, Scaled};
use crate::families::scaling::Coefficients;
use crate::families::spec;
use crate::families::spec::toml_text::quoted;

/// The text of a family's spec with a scaled network as one more member, and the member's name.
///
/// Repeats and pixels are written as numbers; the width is a multiplier, because blocks may use channels that
/// no stage names. Fails if a member cannot describe the network.
pub fn with_member(
    family: &Family,
    request: &Request,
    scaled: &Scaled,
) -> Result<(String, String), Error> {
    let names = (1..).map(|number| if number == 1 { "fit".into() } else { format!("fit{number}") });
    let is_free = |name: &String| family.member(name).is_none();
    let name: String = names.into_iter().find(is_free).unwrap_or_default();
    let member = member_table(&name, family, request, scaled);
    let written = format!("{}\n\n{member}", text_for_elsewhere(family).trim_end());
    let network = &scaled.network;
    let counted = read_back(&family.name, &written).and_then(|family| {
        let request = Request { member: Some(family.member(&name)?), ..Request::BASELINE };
        Some(family.network(&request).ok()?.network)
    });
    let is_same = counted.is_some_and(|counted| {
        counted.ledger() == network.ledger() && counted.input() == network.input()
    });
    if is_same {
        return Ok((written, name));
    }
    let message = format!("this network cannot be written as a member of {}", family.name);
    let problem = Diagnostic::new(message).help("`--format json` writes its dimensions");
    let is_library = request.member.is_some_and(|member| member.library().is_some());
    let help = format!("start from a member of {}, not from a library's network", family.name);
    Err(if is_library { problem.help(help) } else { problem }.into())
}

/// The spec's text without a line that names its schema by a path, which holds in the spec's own folder alone.
fn text_for_elsewhere(family: &Family) -> &str {
    let text = family.spec.text();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if first.starts_with("#:schema ") && !first.contains("://") { rest } else { text }
}

fn member_table(name: &str, family: &Family, request: &Request, scaled: &Scaled) -> String {
    let network = &scaled.network;
    let mut text = format!("[member.{name}]\n");
    if let Some(like) = request.member {
        let _ = writeln!(text, "like = {}", quoted(&like.name));
    }
    let _ = writeln!(text, "width = {:?}", scaled.scale.width);
    let _ = writeln!(text, "resolution = [{}, {}]", network.input().height, network.input().width);
    if let Some(classes) = request.classes {
        let _ = writeln!(text, "classes = {classes}");
    }
    let stages = request.member.map_or(&family.stages, |member| &member.stages);
    for stage in network.stages() {
        let repeats = stages.iter().any(|spec| spec.name == stage.name && spec.depth.is_some());
        if repeats {
            let _ = writeln!(text, "stage.{}.depth = {}", quoted(&stage.name), stage.repeats);
        }
    }
    text
}

/// The text of a family's spec with these coefficients instead of its own. Fails if those are not written
/// one per line.
pub fn with_coefficients(family: &Family, coefficients: Coefficients) -> Result<String, Error> {
    let name = &family.name;
    let written = replace_coefficients(text_for_elsewhere(family), coefficients);
    match read_back(name, &written).and_then(|family| family.rule.coefficients) {
        Some(read) if read == coefficients => Ok(written),
        _ => {
            let message = format!("the coefficients of {name} cannot be replaced in its text");
            Err(Diagnostic::new(message).help("write them in `[scaling]`, one per line").into())
        }
    }
}

fn replace_coefficients(text: &str, coefficients: Coefficients) -> String {
    const TABLE: &str = "[scaling]";
    let Coefficients { alpha, beta, gamma } = coefficients;
    let lines = format!("alpha = {alpha:?}\nbeta = {beta:?}\ngamma = {gamma:?}\n");
    let mut written = String::with_capacity(text.len() + lines.len());
    let mut is_inside = false;
    let mut is_placed = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if bare.starts_with('[') {
            is_inside = bare == TABLE;
        }
        let key = bare.split('=').next().unwrap_or_default().trim();
        // The source published the old coefficients.
        if is_inside && matches!(key, "alpha" | "beta" | "gamma" | "source") {
            continue;
        }
        written.push_str(line);
        if is_inside && bare == TABLE {
            written.push_str(&lines);
            is_placed = true;
        }
    }
    if is_placed { written } else { format!("{}\n\n{TABLE}\n{lines}", written.trim_end()) }
}

fn read_back(name: &str, text: &str) -> Option<Family> {
    spec::parse(name, name, text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLACEMENT: Coefficients = Coefficients { alpha: 1.35, beta: 1.0, gamma: 1.05 };

    #[test]
    fn coefficients_are_replaced_or_added() {
        for name in ["efficientnet", "resnet", "alexnet"] {
            let text = spec::bundled(name).expect("a bundled spec");
            let family = spec::parse(name, name, text).expect("a sound spec");
            let written =
                with_coefficients(&family, REPLACEMENT).expect("a spec with coefficients");
            assert!(written.contains("alpha = 1.35\n"), "{name}");
            assert_eq!(written.matches("alpha = ").count(), 1, "{name}");
        }
    }

    #[test]
    fn coefficients_in_an_inline_table_cannot_be_replaced() {
        let text = "input = { size = 8 }\nscaling = { alpha = 1, beta = 1, gamma = 1 }\n\
                    [[stage]]\nname = 'a'\nblock = 'classifier'\n";
        let family = spec::parse("one", "one.toml", text).expect("a sound spec");
        assert!(with_coefficients(&family, REPLACEMENT).is_err());
    }

    #[test]
    fn the_path_of_a_schema_is_not_copied() {
        let body = "input = { size = 8 }\n[[stage]]\nname = 'a'\nblock = 'classifier'\n";
        for (line, is_kept) in
            [("#:schema ../spec.json\n", false), ("#:schema file://a.json\n", true)]
        {
            let family = spec::parse("one", "one.toml", &format!("{line}{body}"));
            let family = family.expect("a sound spec");
            let written = with_coefficients(&family, REPLACEMENT).expect("a spec");
            assert_eq!(written.starts_with(line), is_kept, "{written}");
        }
    }
}
