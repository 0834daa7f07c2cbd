//! The arguments of `phiscale study`, and the study that they describe.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use phiscale::charts::ComparedCost;
use phiscale::search::design::{Design, DesignNetworks};
use phiscale::search::study::{CoefficientSource, Study, Way};
use phiscale::search::{Constraint, Contender, CostBasis, Grid, Range};
use phiscale::time::Deployment;
use phiscale::{Coefficients, Diagnostic, Error, Family, Scale};

use super::baseline::{FoundBaseline, design};
use crate::cli::Caller;
use crate::cli::arguments::{Output, ScaleArguments, choice};
use crate::cli::compare::{coefficients, costs, single_dimensions};
use crate::cli::design::{CANDIDATES, at_most_all, rungs};
use crate::cli::device::DeploymentArguments;
use crate::cli::evaluate::EvaluationArguments;
use crate::cli::search::load_baseline;
use crate::cli::values::PositiveValues;

/// The spec and the space at whose size other families are bundled.
const PROXY: &str = "proxy";

/// The families beside it.
const BESIDE_PROXY: [&str; 3] = ["proxy_plain", "proxy_resnet", "proxy_mobilenetv2"];

#[derive(Args, Debug)]
// Every training run has its own line in the journal, so --runs counts them.
#[cfg_attr(feature = "train", command(mut_arg("seeds", |seeds| seeds.hide(true))))]
pub(in crate::cli) struct Arguments {
    /// The family to scale: a bundled spec or a path.
    #[arg(value_name = "SPEC", default_value = "proxy")]
    family: String,
    /// Search this space for the baseline instead, by evolution: a bundled space (`phiscale list --spaces`) or a path.
    #[arg(long, value_name = "SPACE", conflicts_with_all = ["family", "ScaleArguments"], help_heading = "Baseline")]
    pub(super) space: Option<String>,
    /// Networks of the space that are trained to find it.
    #[arg(long, value_name = "N", default_value_t = CANDIDATES, requires = "space", conflicts_with = "family", help_heading = "Baseline",
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    candidates: u32,
    /// Epochs of each step of successive halving over them. Default: a quarter, a half and all of --epochs, or 1,3,6. All
    /// networks after them are trained for the last of these.
    #[arg(
        long,
        value_name = "VALUES",
        requires = "space",
        conflicts_with = "family",
        help_heading = "Baseline"
    )]
    rungs: Option<PositiveValues>,
    /// Another family, which is scaled its own way to the same costs; can be repeated. Default: beside the proxy, a plain
    /// CNN, a small ResNet and a small MobileNetV2; beside another family, none.
    #[arg(long, value_name = "SPEC")]
    beside: Vec<String>,
    /// α,β,γ of the compound way, or a strategy such as dwr, instead of searching them. The published ones take part in any
    /// case.
    #[arg(long, value_name = "A,B,C", conflicts_with_all = ["alpha", "beta", "gamma", "tolerance"],
        help_heading = "Coefficients")]
    coefficients: Option<String>,
    /// Grid values of α: a range with a step, such as 1..=2:0.1, or a list, such as 1.1,1.2.
    #[arg(long, value_name = "VALUES", default_value = "1..=2:0.1", help_heading = "Coefficients")]
    alpha: PositiveValues,
    /// Grid values of β.
    #[arg(
        long,
        value_name = "VALUES",
        default_value = "1..=1.5:0.1",
        help_heading = "Coefficients"
    )]
    beta: PositiveValues,
    /// Grid values of γ.
    #[arg(
        long,
        value_name = "VALUES",
        default_value = "1..=1.5:0.1",
        help_heading = "Coefficients"
    )]
    gamma: PositiveValues,
    /// How far from twice the baseline's MACs a candidate's may be.
    #[arg(long, value_name = "X", default_value = "0.1", help_heading = "Coefficients")]
    tolerance: f64,
    /// Multiples of the baseline's cost at which all are compared.
    #[arg(long, value_name = "VALUES", default_value = "2,4,8")]
    costs: PositiveValues,
    /// Learning rates that are tried for the baseline and for each way of scaling.
    #[arg(
        long,
        value_name = "VALUES",
        default_value = "0.003,0.006,0.012",
        help_heading = "Training"
    )]
    learning_rates: PositiveValues,
    /// The multiple of the baseline's cost at which they are tried.
    #[arg(long, value_name = "X", default_value = "4", help_heading = "Training")]
    tune_at: f64,
    /// Training runs of each network of the comparison.
    #[arg(long, value_name = "N", default_value = "3", help_heading = "Training",
        value_parser = clap::value_parser!(u16).range(2..=1000))]
    runs: u16,
    /// Training runs behind each choice of coefficients and learning rates. The comparison uses other seeds.
    #[arg(long, value_name = "N", default_value = "2", help_heading = "Training",
        value_parser = clap::value_parser!(u16).range(1..=1000))]
    choice_runs: u16,
    #[command(flatten)]
    pub(super) evaluation: EvaluationArguments,
    #[command(flatten)]
    deployment: DeploymentArguments,
    /// Draw accuracy against cost for each way of scaling, as an .svg, .pdf or .png file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    pub(super) chart: Option<PathBuf>,
    /// The cost on the chart.
    #[arg(long, value_parser = choice(&X_AXES), value_name = "COST", default_value = "macs", requires = "chart",
        conflicts_with = "dry_run", help_heading = "Output")]
    x: CostName,
    /// Write the spec with the chosen coefficients to this file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    pub(super) write_spec: Option<PathBuf>,
    #[command(flatten)]
    base: ScaleArguments,
    #[command(flatten)]
    pub(super) output: Output,
}

/// The cost on a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CostName {
    Macs,
    Params,
    Time,
}

const X_AXES: [(&str, &str, CostName); 3] = [
    ("macs", "Multiply-adds", CostName::Macs),
    ("params", "Trained parameters", CostName::Params),
    ("time", "Estimated milliseconds on --device", CostName::Time),
];

/// What a study is but for its baseline.
pub(super) struct Plan {
    base: Scale,
    coefficients: CoefficientSource,
    costs: Vec<f64>,
    learning_rates: Vec<f64>,
    pub(super) beside: Vec<Arc<Family>>,
    run: Option<Deployment>,
    epochs: Option<u64>,
}

impl Arguments {
    /// The family that is given as a baseline.
    pub(super) fn given(&self, caller: &Caller) -> Result<Arc<Family>, Error> {
        Ok(Arc::new(load_baseline(&self.family, caller)?))
    }

    /// The design that finds a baseline.
    pub(super) fn design<'n>(
        &self,
        networks: &'n DesignNetworks,
        caller: &Caller,
    ) -> Result<Design<'n>, Error> {
        let rungs = rungs(self.rungs.as_ref(), self.evaluation.epochs(), caller)?;
        at_most_all(design(networks, self.candidates, rungs)?, caller)
    }

    /// What does not depend on the baseline. `epochs` says how long networks are trained, where candidates say it.
    pub(super) fn plan(&self, epochs: Option<u64>, caller: &Caller) -> Result<Plan, Error> {
        let given = [&self.alpha, &self.beta, &self.gamma, &self.costs, &self.learning_rates];
        for PositiveValues(values) in given {
            caller.say_all(&values.notes);
        }
        let tuned_at = self.tune_at;
        if !(tuned_at.is_finite() && (1.0..=1e6).contains(&tuned_at)) {
            let message = format!("--tune-at is {tuned_at}; it must be a multiple from 1 to 1e6");
            return Err(Error::new(message));
        }
        let run = match self.x {
            CostName::Time => Some(self.deployment.deployment("--x time")?),
            CostName::Macs | CostName::Params => self.deployment.optional()?,
        };
        Ok(Plan {
            base: self.base.resolve(false)?,
            coefficients: self.coefficient_source()?,
            costs: costs(&self.costs.0.values)?,
            learning_rates: ascending(&self.learning_rates.0.values),
            beside: self.beside(caller)?,
            run,
            epochs,
        })
    }

    /// The study of a baseline.
    pub(super) fn study(&self, plan: &Plan, found: &FoundBaseline) -> Result<Study, Error> {
        Ok(Study {
            ways: ways(plan, &found.family)?,
            family: Arc::clone(&found.family),
            choices: found.choices.clone(),
            base: plan.base,
            coefficients: plan.coefficients.clone(),
            costs: plan.costs.clone(),
            run: plan.run.clone(),
            epochs: plan.epochs,
            learning_rates: plan.learning_rates.clone(),
            tuned_at: self.tune_at,
            choice_seeds: self.choice_runs.into(),
            seeds: self.runs.into(),
        })
    }

    fn coefficient_source(&self) -> Result<CoefficientSource, Error> {
        if let Some(given) = &self.coefficients {
            return Ok(CoefficientSource::Given(coefficients("--coefficients", given)?));
        }
        let tolerance = self.tolerance;
        if !(tolerance.is_finite() && tolerance > 0.0) {
            let message = format!("--tolerance is {tolerance}; it must be a finite number above 0");
            return Err(Error::new(message));
        }
        let list = |values: &PositiveValues| Range::List(values.0.values.clone());
        let grid =
            Grid { alpha: list(&self.alpha), beta: list(&self.beta), gamma: list(&self.gamma) };
        let constraint = Constraint { target: 2.0, tolerance, by: CostBasis::Counted };
        Ok(CoefficientSource::Searched { grid, constraint })
    }

    /// The other families: those that are given, or beside the proxy three of its size.
    fn beside(&self, caller: &Caller) -> Result<Vec<Arc<Family>>, Error> {
        let name = self.space.as_ref().unwrap_or(&self.family);
        let default: &[&str] = if name.eq_ignore_ascii_case(PROXY) { &BESIDE_PROXY } else { &[] };
        let given = self.beside.iter().map(String::as_str);
        let names: Vec<&str> =
            if self.beside.is_empty() { default.to_vec() } else { given.collect() };
        let mut families: Vec<Arc<Family>> = Vec::new();
        for name in names {
            let other = load_baseline(name, caller)?;
            if families.iter().any(|family| family.name == other.name) {
                return Err(takes_part(&other));
            }
            families.push(Arc::new(other));
        }
        Ok(families)
    }

    /// What accuracies are drawn against.
    pub(super) fn charted<'a>(&self, study: &'a Study) -> ComparedCost<'a> {
        match (self.x, &study.run) {
            (CostName::Params, _) => ComparedCost::Params,
            (CostName::Time, Some(run)) => ComparedCost::Time(run),
            (CostName::Macs | CostName::Time, _) => ComparedCost::Macs,
        }
    }
}

/// The published coefficients, each dimension alone, and other families.
fn ways(plan: &Plan, family: &Arc<Family>) -> Result<Vec<Way>, Error> {
    let own = |contender| Way { contender, family: Arc::clone(family), base: plan.base };
    let alone = single_dimensions();
    // A family that is scaled by one dimension has that one already.
    let is_new = |one: &Coefficients| !alone.iter().any(|other| other.coefficients == *one);
    let published = family.rule.coefficients.filter(is_new);
    let published = published
        .map(|coefficients| Contender { name: "published coefficients".into(), coefficients });
    let mut ways: Vec<Way> = published.into_iter().chain(alone).map(own).collect();
    for other in &plan.beside {
        if other.name == family.name {
            return Err(takes_part(other));
        }
        let way = beside_way(family, other)?;
        let name = &way.contender.name;
        if name == "baseline" || ways.iter().any(|known| known.contender.name == *name) {
            let message = format!("{} has the title `{name}`, which another way has", other.name);
            return Err(Diagnostic::new(message).help("give it another `title`").into());
        }
        ways.push(way);
    }
    Ok(ways)
}

fn takes_part(family: &Family) -> Error {
    let problem = Diagnostic::new(format!("{} already takes part", family.name));
    problem.help("leave out one --beside").into()
}

/// In ascending order, each once.
fn ascending(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// Another family, scaled its own way.
fn beside_way(family: &Family, other: &Arc<Family>) -> Result<Way, Error> {
    let (own, of_other) = (family.input.channels, other.input.channels);
    if (own, family.classes) != (of_other, other.classes) {
        let difference = if own == of_other {
            format!("they tell {} and {} classes apart", family.classes, other.classes)
        } else {
            format!("their images have {own} and {of_other} channels")
        };
        let (one, other) = (&family.name, &other.name);
        return Err(Error::new(format!("{one} and {other} cannot be compared: {difference}")));
    }
    let coefficients = other.rule.coefficients.ok_or_else(|| {
        Diagnostic::new(format!(
            "{} has no α, β and γ, so it cannot be scaled its own way",
            other.name
        ))
        .help("write them into its [scaling]: width alone is alpha = 1, beta = 1.4142, gamma = 1")
    })?;
    if coefficients.growth() <= 1.0 {
        let message =
            format!("with the coefficients of {}, the cost does not grow with φ", other.name);
        return Err(Error::new(message));
    }
    let contender = Contender { name: other.title.clone(), coefficients };
    Ok(Way { contender, family: Arc::clone(other), base: Scale::BASELINE })
}
