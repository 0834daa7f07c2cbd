//! `phiscale audit`: published figures compared with counts.

use clap::Args;
use phiscale::audit::Audit;
use phiscale::{Diagnostic, Error, reports, spec};

use super::arguments::Output;
use super::files::load_family;
use super::{Answer, Caller};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Families: bundled specs or paths; all bundled specs by default.
    #[arg(value_name = "SPEC")]
    families: Vec<String>,
    /// Show only the figures that are not reproduced.
    #[arg(long)]
    failing: bool,
    /// Exit with status 1 if an integer that a spec claims as exact differs from the count, or if there is nothing to
    /// compare.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    pub(super) output: Output,
}

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let conventions = spec::conventions()?;
    let named = arguments.families.iter().map(String::as_str);
    let families: Vec<&str> = if arguments.families.is_empty() {
        spec::bundled_names().collect()
    } else {
        named.collect()
    };
    let mut audits = Vec::new();
    for address in families {
        let (family, member) = load_family(address, caller)?;
        if let Some(member) = family.named(member)? {
            let message =
                format!("only whole families can be audited, not the member {}", member.name);
            let help = format!("phiscale audit {}", family.name);
            return Err(Diagnostic::new(message).help(help).into());
        }
        audits.push(Audit::new(&family, &conventions)?);
    }
    let report = reports::audit(&audits, arguments.failing);
    let is_any_compared = !audits.iter().all(Audit::is_empty);
    if arguments.strict && !is_any_compared {
        caller.say("nothing was compared, which --strict does not pass");
    }
    let all_match = is_any_compared && audits.iter().all(Audit::exact_claims_match);
    Ok(Answer { report, passes: all_match || !arguments.strict })
}
