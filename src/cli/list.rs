//! `phiscale list`: families, members, libraries and counting conventions.

use clap::Args;
use phiscale::{Diagnostic, find, reports, spec};

use super::arguments::Output;
use super::network::load_family;
use super::{Ended, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A family, to list its members with their counts and published accuracy; or a library (torchvision,
    /// keras, timm, pycls), to list its networks.
    #[arg(value_name = "SPEC or LIBRARY")]
    family: Option<String>,
    /// List the counting conventions instead.
    #[arg(long, conflicts_with = "family")]
    conventions: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let report = if arguments.conventions {
        reports::conventions(&spec::conventions()?)
    } else if let Some(library) = arguments.family.as_deref().and_then(find::library) {
        reports::library(library, &find::families_of_library(library)?)?
    } else if let Some(address) = &arguments.family {
        let (family, member) = load_family(address)?;
        if let Some(member) = family.named(member)? {
            let message =
                format!("only whole families can be listed, not the member {}", member.name);
            let help = format!(
                "list the family: phiscale list {0}; count the member: phiscale count {address}",
                family.name
            );
            return Err(Diagnostic::new(message).help(help).into());
        }
        reports::members(&family)?
    } else {
        reports::families(&find::families()?)
    };
    output::report(&report, &arguments.output)
}
