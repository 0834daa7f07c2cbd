//! Counts networks by name: bundled ones and a library's.

#![allow(clippy::print_stdout)] // A program prints.

/// Prints the multiply-adds and trained parameters of each.
pub fn main() -> Result<(), phiscale::Error> {
    for name in ["efficientnet:b3", "torchvision/resnet50", "mobilenetv2"] {
        let network = phiscale::network(name)?;
        println!("{name}: {} MACs, {} params", network.macs(), network.params());
    }
    Ok(())
}
