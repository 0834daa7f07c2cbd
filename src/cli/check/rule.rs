//! The cost rule: whether a family's count grows with φ as promised.

use clap::Args;
use phiscale::growth::{CostRule, Growth};
use phiscale::time::TimeGrowth;
use phiscale::{Diagnostic, Error, reports, spec};

use super::{Arguments, Checked};
use crate::cli::Caller;
use crate::cli::arguments::{CoefficientArguments, Values, choice};
use crate::cli::device::{COSTS, Cost};
use crate::cli::files::load_family;

#[derive(Args, Debug)]
pub(super) struct RuleArguments {
    /// The cost that should double.
    #[arg(long, value_parser = choice(&COSTS), value_name = "COST", default_value = "macs", help_heading = "Cost rule")]
    cost: Cost,
    /// Values of φ: 0,0.5,1, 0..=7, 0..8, or 0..=7:0.5; each is compared with the one before it.
    #[arg(long, value_name = "PHIS", allow_hyphen_values = true, help_heading = "Cost rule")]
    phi: Option<Values>,
    /// Factor by which one step of φ should multiply the count. Default: 2 for MACs; what the coefficients
    /// predict for params and activations.
    #[arg(long, value_name = "X", allow_negative_numbers = true, help_heading = "Cost rule")]
    target: Option<f64>,
    /// Compare every φ with φ = 0 instead of the one before it.
    #[arg(long, help_heading = "Cost rule")]
    cumulative: bool,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    /// What to count for --cost macs (`phiscale list --conventions`): MACs, params, activations or a tool's number.
    #[arg(long, value_name = "NAME", help_heading = "Cost rule")]
    convention: Option<String>,
}

impl RuleArguments {
    /// Whether time is checked.
    pub(super) fn is_time(&self) -> bool {
        self.cost == Cost::Time
    }

    /// The first option given that only the cost rule uses.
    pub(super) fn first_given(&self) -> Option<&'static str> {
        let given = [
            ("--cost time", self.is_time()),
            ("--phi", self.phi.is_some()),
            ("--target", self.target.is_some()),
            ("--cumulative", self.cumulative),
            ("--convention", self.convention.is_some()),
            ("--alpha, --beta, --gamma or --strategy", self.coefficients.are_given()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(option, _)| option)
    }
}

pub(super) fn run(
    all: &Arguments,
    address: &str,
    tolerance: Option<f64>,
    caller: &Caller,
) -> Result<Checked, Error> {
    let arguments = &all.rule;
    let (family, member) = load_family(address, caller)?;
    if let Some(member) = family.named(member)? {
        let message = format!("the cost rule is for a family, not its member {}", member.name);
        let help = "check a member against budgets or a baseline: --max-macs, --baseline";
        return Err(Diagnostic::new(message).help(help).into());
    }
    let chosen = arguments.coefficients.one(&family)?;
    let rule = CostRule::new(chosen.coefficients);
    let rule = CostRule {
        target: arguments.target,
        tolerance: tolerance.unwrap_or(rule.tolerance),
        cumulative: arguments.cumulative,
        ..rule
    };
    let default: Vec<f64> = (0u8..=7).map(f64::from).collect();
    let phis = arguments.phi.as_ref().map_or(&default, |phis| &phis.values);
    caller.say_all(arguments.phi.iter().flat_map(|phis| &phis.notes));
    let place = family.stages().first().map(|stage| &stage.span);
    let (mut report, checks) = match arguments.cost {
        Cost::Macs => {
            let name = arguments.convention.as_deref().unwrap_or("conv-linear");
            let convention = spec::convention(name)?;
            let growth = Growth::measure(&family, rule, phis, &convention)?;
            let report = reports::cost_rule(&family.name, &growth, &convention);
            (report, reports::rule_checks(&family.name, &growth, &convention, place))
        }
        Cost::Time => {
            if let Some(convention) = &arguments.convention {
                let message = format!("--convention {convention} has no effect on --cost time");
                return Err(Error::new(message));
            }
            let deployment = all.networks.budgets.deployment(all.networks.batch())?;
            let growth = TimeGrowth::measure(&family, rule, phis, &deployment)?;
            let report = reports::time_rule(&family.name, &growth, &deployment)?;
            (report, reports::time_rule_checks(&family.name, &growth, place))
        }
    };
    report.notes.extend(chosen.note);
    report
        .notes
        .extend(family.notes_at_widths(phis.iter().map(|phi| chosen.coefficients.at(*phi).width)));
    Ok(Checked { report, checks })
}
