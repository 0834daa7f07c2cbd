//! Scales a family by φ and checks that each step of φ doubles its cost.

#![allow(clippy::print_stdout)] // A program prints.

use phiscale::growth::{CostRule, Growth};

/// Prints the MACs at each φ, and whether every step is within 15 % of a doubling.
pub fn main() -> Result<(), phiscale::Error> {
    let family = phiscale::family("efficientnet")?;
    let rule = CostRule::new(family.coefficients()?);
    let convention = phiscale::convention("conv-linear")?;
    let growth = Growth::measure(&family, rule, &[0.0, 1.0, 2.0, 3.0], &convention)?;
    for step in &growth.steps {
        println!("φ = {}: {} MACs, {:.3} times the baseline", step.phi, step.counted, step.ratio);
    }
    println!("the rule {}", if growth.passes() { "holds" } else { "does not hold" });
    Ok(())
}
