//! Scales a family by φ and holds its cost to the rule that a step of φ doubles it.

#![allow(clippy::print_stdout)] // A program prints.

use phiscale::growth::{CostRule, Growth};

/// Prints the MACs at each φ, and whether every step lies within 15 % of 2.
pub fn main() -> Result<(), phiscale::Error> {
    let family = phiscale::family("efficientnet")?;
    let rule = CostRule {
        coefficients: family.coefficients()?,
        target: Some(2.0),
        tolerance: 0.15,
        cumulative: false,
    };
    let convention = phiscale::convention("conv-linear")?;
    let growth = Growth::measure(&family, rule, &[0.0, 1.0, 2.0, 3.0], &convention)?;
    for step in &growth.steps {
        println!("φ = {}: {} MACs, {:.3} times the baseline", step.phi, step.counted, step.ratio);
    }
    println!("the rule {}", if growth.passes() { "holds" } else { "does not hold" });
    Ok(())
}
