//! Finds the largest network of a family within a budget.

#![allow(clippy::print_stdout)] // A program prints.

use phiscale::Measure;
use phiscale::budget::Budgets;
use phiscale::fit::ScalingPath;

/// Prints the largest EfficientNet of at most 600 million MACs.
pub fn main() -> Result<(), phiscale::Error> {
    let family = phiscale::family("efficientnet")?;
    let coefficients = family.coefficients()?;
    let path = ScalingPath::new(&family, coefficients);
    let budgets = Budgets { limits: vec![(Measure::Macs, 600_000_000)], ..Budgets::default() };
    let fit = path.largest(&budgets)?.fit;
    println!("φ = {}: {} MACs", fit.phi, fit.scaled.network.macs());
    Ok(())
}
