//! Counts a network made of a block that its own spec defines.

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

/// Prints what each layer costs.
pub fn main() -> Result<(), phiscale::Error> {
    let family = spec::parse("mine", "mine.toml", SPEC)?;
    let network = family.network(&Request::BASELINE)?.network;
    println!("{} MACs, {} params", network.macs(), network.params());
    Ok(())
}
