//! `phiscale list`: families, members, libraries, conventions and devices.

use clap::Args;
use phiscale::reports::Report;
use phiscale::{Diagnostic, Error, device, find, json_schema, json_schemas, reports, spec};

use super::arguments::Output;
use super::files::{self, load_family};
use super::{Answer, Caller, Ended, Outcome, output};

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools)] // one for each list
pub(super) struct Arguments {
    /// A family, to list its members with their counts and published accuracy; or a library (torchvision,
    /// keras, timm, pycls), to list its networks. With --blocks, a block.
    #[arg(value_name = "SPEC or LIBRARY")]
    family: Option<String>,
    /// List the counting conventions instead.
    #[arg(long, conflicts_with = "family")]
    conventions: bool,
    /// List the bundled blocks instead, or all that one block takes and does.
    #[arg(long, conflicts_with = "conventions")]
    blocks: bool,
    /// List the bundled devices instead.
    #[arg(long, conflicts_with_all = ["family", "conventions", "blocks"])]
    devices: bool,
    /// List the bundled search spaces instead, which `phiscale design` searches.
    #[arg(long, conflicts_with_all = ["family", "conventions", "blocks", "devices"])]
    spaces: bool,
    /// List the JSON Schemas of files and reports instead.
    #[arg(long, conflicts_with_all = ["family", "conventions", "blocks", "devices", "spaces"])]
    schemas: bool,
    /// Write the JSON Schema of this name instead.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["family", "conventions", "blocks", "devices", "spaces", "schemas", "format"])]
    schema: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    if let Some(name) = &arguments.schema {
        output::text(&json_schema(name)?, arguments.output.output.as_deref())?;
        return Ok(Outcome::Passed);
    }
    answer(arguments, caller)?.written(&arguments.output)
}

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let report = if arguments.schemas {
        reports::schemas(&json_schemas())
    } else if arguments.blocks {
        blocks(arguments.family.as_deref())?
    } else if arguments.devices {
        reports::devices(&device::devices()?)
    } else if arguments.spaces {
        reports::spaces(&spec::space::bundled_spaces()?)
    } else if arguments.conventions {
        reports::conventions(&spec::conventions()?)
    } else if let Some(library) = arguments.family.as_deref().and_then(find::library) {
        reports::library(library, &find::families_of_library(library)?)?
    } else if let Some(address) = &arguments.family {
        let (family, member) = load_family(address, caller)?;
        if let Some(member) = family.named(member)? {
            let message =
                format!("only whole families can be listed, not the member {}", member.name);
            let help = format!(
                "list the family: phiscale list {}; count the member: phiscale count {}",
                family.name,
                files::exact(address)
            );
            return Err(Diagnostic::new(message).help(help).into());
        }
        reports::members(&family)?
    } else {
        reports::families(&find::families()?)
    };
    Ok(Answer::of(report))
}

/// Every bundled block, or the one with this name.
fn blocks(name: Option<&str>) -> Result<Report, Error> {
    let (blocks, families) = (spec::blocks()?, find::families()?);
    let Some(name) = name else { return Ok(reports::blocks(&blocks, &families)) };
    let block = blocks.iter().find(|block| block.name.eq_ignore_ascii_case(name));
    let block = block.ok_or_else(|| {
        let known: Vec<&str> = blocks.iter().map(|block| block.name).collect();
        Diagnostic::new(format!("there is no bundled block `{name}`")).known("blocks", name, &known)
    })?;
    Ok(reports::block(block, &families))
}
