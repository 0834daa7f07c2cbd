//! A spec with other coefficients: the family's own text, with α, β and γ put in their places.

use crate::error::{Diagnostic, Error};
use crate::families::scaling::Coefficients;
use crate::families::spec;

/// The table that holds the coefficients.
const TABLE: &str = "[scaling]";

/// The text of a spec with these coefficients instead of its own. Fails where the text has them in a form
/// that cannot be changed line by line, which is found out by reading what was written.
pub fn with_coefficients(
    name: &str,
    text: &str,
    coefficients: Coefficients,
) -> Result<String, Error> {
    let written = replaced(text, coefficients);
    let read = spec::parse(name, name, &written);
    match read.ok().and_then(|family| family.rule.coefficients) {
        Some(read) if read == coefficients => Ok(written),
        _ => {
            let message = format!("the coefficients of {name} cannot be put into its text");
            Err(Diagnostic::new(message).help("they stand in `[scaling]`, a line each").into())
        }
    }
}

fn replaced(text: &str, coefficients: Coefficients) -> String {
    let Coefficients { alpha, beta, gamma } = coefficients;
    let own = format!("alpha = {alpha:?}\nbeta = {beta:?}\ngamma = {gamma:?}\n");
    let mut written = String::with_capacity(text.len() + own.len());
    let mut is_inside = false;
    let mut is_placed = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if bare.starts_with('[') {
            is_inside = bare == TABLE;
        }
        let key = bare.split('=').next().unwrap_or_default().trim();
        if is_inside && matches!(key, "alpha" | "beta" | "gamma") {
            continue;
        }
        written.push_str(line);
        if is_inside && bare == TABLE {
            written.push_str(&own);
            is_placed = true;
        }
    }
    if is_placed { written } else { format!("{}\n\n{TABLE}\n{own}", written.trim_end()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Coefficients = Coefficients { alpha: 1.35, beta: 1.0, gamma: 1.05 };

    #[test]
    fn a_spec_with_and_one_without_coefficients_get_them() {
        for name in ["efficientnet", "resnet", "alexnet"] {
            let text = spec::bundled(name).expect("a bundled spec");
            let written = with_coefficients(name, text, OWN).expect("a spec with coefficients");
            assert!(written.contains("alpha = 1.35\n"), "{name}");
            assert_eq!(written.matches("alpha = ").count(), 1, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_changed_is_an_error() {
        let text = "input = { size = 8 }\nscaling = { alpha = 1, beta = 1, gamma = 1 }\n\
                    [[stage]]\nname = 'a'\nblock = 'classifier'\n";
        assert!(with_coefficients("one", text, OWN).is_err());
    }
}
