//! Scaling strategies by name: how depth, width and resolution share the growth of the cost.
//!
//! Dollár et al. 2021 (arXiv:2103.06877), Tables 1, 2 and 4: where the MACs grow by s, depth grows by
//! s^e_d, width by s^(e_w/2) and resolution by s^(e_r/2), and the three shares e add up to 1. `dwr`
//! shares evenly; in `dWr` (their fast compound scaling, α = 0.8) width takes 80 % and the others share
//! the rest.

use crate::error::{Diagnostic, Error};
use crate::families::scaling::Coefficients;

/// The share of a dimension with a capital letter (the paper's α).
const MAIN_SHARE: f64 = 0.8;

/// How a growth of cost is shared between the dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Strategy {
    /// The letters of the dimensions that grow: `dWr`.
    pub name: String,
    /// The shares of depth, width and resolution; they add up to 1.
    pub shares: [f64; 3],
}

impl Strategy {
    /// The names in the paper; any of the three letters may be the capital.
    pub const NAMES: [&str; 9] = ["d", "w", "r", "dw", "dr", "wr", "dwr", "dWr", "Dwr"];

    /// Parses a name such as `dWr`: each letter at most once, at most one of them a capital.
    pub fn parse(name: &str) -> Result<Strategy, Error> {
        let letters: Vec<char> = name.chars().collect();
        let count = |wanted: char| {
            letters.iter().filter(|letter| letter.eq_ignore_ascii_case(&wanted)).count()
        };
        let known = letters.iter().all(|letter| "dwrDWR".contains(*letter));
        let is_unique = ['d', 'w', 'r'].iter().all(|letter| count(*letter) <= 1);
        let capitals = letters.iter().filter(|letter| letter.is_ascii_uppercase()).count();
        if letters.is_empty() || !known || !is_unique || capitals > 1 {
            let help = format!(
                "a strategy names the dimensions that grow, with a capital for the one that grows most: {}",
                Self::NAMES.join(", ")
            );
            let message = format!("unknown scaling strategy `{name}`");
            return Err(Diagnostic::new(message).help(help).into());
        }
        let rest = (letters.len() - capitals) as f64;
        let main = if rest == 0.0 { 1.0 } else { MAIN_SHARE };
        let minor = if capitals == 0 { 1.0 / rest } else { (1.0 - MAIN_SHARE) / rest };
        let share =
            |dimension: char| match letters.iter().find(|l| l.eq_ignore_ascii_case(&dimension)) {
                Some(letter) if letter.is_ascii_uppercase() => main,
                Some(_) => minor,
                None => 0.0,
            };
        Ok(Strategy { name: name.into(), shares: ['d', 'w', 'r'].map(share) })
    }

    /// α, β and γ for which α·β²·γ² is 2: each step of φ doubles the cost.
    #[must_use]
    pub fn coefficients(&self) -> Coefficients {
        let [depth, width, resolution] = self.shares;
        Coefficients {
            alpha: 2f64.powf(depth),
            beta: 2f64.powf(width / 2.0),
            gamma: 2f64.powf(resolution / 2.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exponents of params and activations as Table 4 prints them.
    #[test]
    fn the_exponents_of_the_paper() {
        for (name, params, activations) in [
            ("d", 1.0, 1.0),
            ("w", 1.0, 0.5),
            ("r", 0.0, 1.0),
            ("dw", 1.0, 0.75),
            ("dr", 0.5, 1.0),
            ("wr", 0.5, 0.75),
            ("dwr", 2.0 / 3.0, 5.0 / 6.0),
            ("dWr", 0.9, 0.6),
        ] {
            let coefficients = Strategy::parse(name).expect("a strategy").coefficients();
            assert!((coefficients.growth() - 2.0).abs() < 1e-12, "{name}");
            let exponents = coefficients.exponents();
            assert!((exponents.params - params).abs() < 1e-12, "{name}");
            assert!((exponents.activations - activations).abs() < 1e-12, "{name}");
        }
    }

    #[test]
    fn other_names_are_errors() {
        for bad in ["", "x", "dd", "DW", "dD", "d w"] {
            assert!(Strategy::parse(bad).is_err(), "{bad}");
        }
    }
}
