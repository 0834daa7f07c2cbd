//! `phiscale list`

use clap::Args;
use phiscale::error::Diagnostic;
use phiscale::families::spec;
use phiscale::reports;

use super::arguments::Output;
use super::network::{conventions, families_in, library_named, load, load_family};
use super::{Ended, Failure, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A family: list its members, counted, with their published accuracy. Or a library (torchvision,
    /// keras, timm, pycls): list the networks it has a name for.
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
        reports::conventions(&conventions()?)
    } else if let Some(library) = arguments.family.as_deref().and_then(library_named) {
        reports::library(library, &families_in(library)?).map_err(Failure::from)?
    } else if let Some(address) = &arguments.family {
        let (loaded, member) = load_family(address)?;
        if let Some(member) = loaded.member(member)? {
            let message = format!("a list is of a whole family, not of its member {}", member.name);
            let help = format!(
                "phiscale list {0}; of the member: phiscale count {address}",
                loaded.family.name
            );
            return Err(Diagnostic::new(message).help(help).into());
        }
        reports::members(&loaded.family).map_err(|problems| loaded.failure(problems))?
    } else {
        let families = spec::bundled_names().map(|name| Ok(load(name)?.0.family));
        reports::families(&families.collect::<Result<Vec<_>, Failure>>()?)
    };
    output::report(&report, &arguments.output)
}
