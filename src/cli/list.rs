//! `phiscale list`

use clap::Args;
use phiscale::error::{Diagnostic, Error};
use phiscale::families::spec;
use phiscale::reports;

use super::arguments::Output;
use super::network::{families_in, library_named, load, load_family};
use super::{Ended, output};

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
        reports::conventions(&spec::conventions()?)
    } else if let Some(library) = arguments.family.as_deref().and_then(library_named) {
        reports::library(library, &families_in(library)?).map_err(Error::from)?
    } else if let Some(address) = &arguments.family {
        let (family, member) = load_family(address)?;
        if let Some(member) = family.named(member)? {
            let message = format!("a list is of a whole family, not of its member {}", member.name);
            let help =
                format!("phiscale list {0}; of the member: phiscale count {address}", family.name);
            return Err(Diagnostic::new(message).help(help).into());
        }
        reports::members(&family)?
    } else {
        let families = spec::bundled_names().map(|name| Ok(load(name)?.0));
        reports::families(&families.collect::<Result<Vec<_>, Error>>()?)
    };
    output::report(&report, &arguments.output)
}
