//! Draws how the cost of a family grows with φ, as SVG.

#![allow(clippy::print_stdout)] // A program prints.

use phiscale::charts::drawing::{Look, Theme};
use phiscale::charts::{drawing, growth};
use phiscale::growth::{CostRule, Growth};

/// Prints the chart; `cargo run --example chart > growth.svg` saves it.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let family = phiscale::family("efficientnet")?;
    let rule = CostRule::new(family.coefficients()?);
    let convention = phiscale::convention("conv-linear")?;
    let phis = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    let measured = Growth::measure(&family, rule, &phis, &convention)?;
    let chart = growth(&family, &measured, None, &convention);
    let look = Look { theme: Theme::Auto, ..Look::default() };
    println!("{}", drawing::draw(&chart, &look)?.svg()?);
    Ok(())
}
