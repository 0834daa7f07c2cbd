//! `phiscale audit`

use clap::Args;
use phiscale::analysis::audit::Audit;
use phiscale::error::Diagnostic;
use phiscale::families::spec;
use phiscale::reports;

use super::arguments::Output;
use super::network::load_family;
use super::{Ended, Outcome, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Families: bundled specs or paths; without any, all bundled ones.
    #[arg(value_name = "SPEC")]
    families: Vec<String>,
    /// Show only the figures that are not reproduced.
    #[arg(long)]
    failing: bool,
    /// Exit 1 where an integer that a spec claims as exact is not what is counted.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let conventions = phiscale::families::spec::conventions()?;
    let named = arguments.families.iter().map(String::as_str);
    let families: Vec<&str> = if arguments.families.is_empty() {
        spec::bundled_names().collect()
    } else {
        named.collect()
    };
    let mut audits = Vec::new();
    for address in families {
        let (family, member) = load_family(address)?;
        if let Some(member) = family.named(member)? {
            let message =
                format!("an audit is of a whole family, not of its member {}", member.name);
            let help = format!("phiscale audit {}", family.name);
            return Err(Diagnostic::new(message).help(help).into());
        }
        let audit = Audit::of(&family, &conventions);
        audits.push(audit?);
    }
    output::report(&reports::audit(&audits, arguments.failing), &arguments.output)?;
    let holds = audits.iter().all(Audit::exact_holds);
    Ok(if holds || !arguments.strict { Outcome::Passed } else { Outcome::Failed })
}
