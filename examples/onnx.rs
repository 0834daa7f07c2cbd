//! Counts the network of an ONNX file.

#![allow(clippy::print_stdout)] // A program prints.

use std::fs::File;

use phiscale::onnx::{Imported, Sizes};

/// Prints its MACs, its params, and what the export did to it.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onnx/mobilenet_v3_small.onnx");
    let imported = Imported::read(File::open(path)?, Sizes::default(), false);
    let built =
        imported.and_then(|imported| imported.build(None)).map_err(phiscale::Error::from)?;
    println!("{} MACs, {} params", built.network.macs(), built.network.params());
    for note in built.notes {
        println!("{note}");
    }
    Ok(())
}
