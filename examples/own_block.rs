//! Counts a network built from a block that its spec defines.

#![allow(clippy::print_stdout)] // A program prints.

use phiscale::{Request, spec};

const SPEC: &str = r#"
input = { size = 32, classes = 10 }

[block.ghost]
steps = [
  { name = "primary", block = "conv_norm_activation", out = "out", kernel = 1, activation = "relu" },
  { name = "cheap", block = "conv_norm_activation", out = "out", kernel = 3, groups = "out", activation = "relu" },
]

[[stage]]
name = "body"
block = "ghost"
width = 16
depth = 3
"#;

/// Prints the MACs of each layer, summed over its repeats.
pub fn main() -> Result<(), phiscale::Error> {
    let family = spec::parse("mine", "mine.toml", SPEC)?;
    let network = family.network(&Request::BASELINE)?.network;
    for layer in network.layers() {
        println!("{} times {}: {} MACs", layer.times, layer.path, layer.ledger().macs());
    }
    Ok(())
}
