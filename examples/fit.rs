//! Finds the largest network of a family within a budget.

#![allow(clippy::print_stdout)] // A program prints.

use phiscale::budget::Budgets;
use phiscale::fit::ScalingPath;
use phiscale::{Measure, Request};

/// Prints the largest EfficientNet of at most 600 million MACs.
pub fn main() -> Result<(), phiscale::Error> {
    let family = phiscale::family("efficientnet")?;
    let coefficients = family.coefficients()?;
    let path = ScalingPath { family: &family, request: Request::BASELINE, coefficients };
    let budgets = Budgets { limits: vec![(Measure::Macs, 600_000_000)], ..Budgets::default() };
    let fit = path.largest(&budgets)?.fit;
    println!("φ = {}: {} MACs", fit.phi, fit.scaled.network.macs());
    Ok(())
}
