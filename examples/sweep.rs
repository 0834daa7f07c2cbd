//! Counts EfficientNet at many depths and widths, and prints what has near 300 million MACs.

#![allow(clippy::print_stdout)] // A program prints.

use phiscale::{Event, Plan, Request, Scale};

/// Prints the MACs and activations of those networks.
pub fn main() -> Result<(), phiscale::Error> {
    let family = phiscale::family("efficientnet")?;
    let mut plan = Plan::new(&family, Request::BASELINE, [Event::MACS, Event::ACTIVATIONS])?;
    for width in (50..=100).step_by(10).map(|percent| f64::from(percent) / 100.0) {
        for depth in (10..=40).map(|tenths| f64::from(tenths) / 10.0) {
            let [macs, activations] = plan.totals(Scale { depth, width, resolution: 1.0 }, None)?;
            if (290_000_000..310_000_000).contains(&macs) {
                println!("d = {depth}, w = {width}: {macs} MACs, {activations} activations");
            }
        }
    }
    Ok(())
}
