//! Counts the network of an ONNX file.

#![allow(clippy::print_stdout)] // A program prints.

use std::fs::File;

/// Prints the network's MACs and params, and the MACs of each layer.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onnx/mobilenet_v3_small.onnx");
    let network = phiscale::onnx::network(File::open(path)?)?;
    println!("{} MACs, {} params", network.macs(), network.params());
    for layer in network.layers() {
        println!("{} ({}): {} MACs", layer.path, layer.kind(), layer.ledger().macs());
    }
    Ok(())
}
