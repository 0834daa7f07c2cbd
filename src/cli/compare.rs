//! `phiscale compare`

use std::path::PathBuf;

use clap::Args;
use phiscale::search::{Candidate, Way};
use phiscale::{Coefficients, Diagnostic, Error, Family, Strategy, charts, reports, search};

use super::arguments::{Output, ScaleArguments};
use super::evaluate::Measuring;
use super::search::{baseline, draw, subject_name};
use super::{Ended, Outcome, output, plot};

/// The ways that scale one dimension, and what their strategies are called.
const SINGLE: [(&str, &str); 3] = [("depth", "d"), ("width", "w"), ("resolution", "r")];

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family whose baseline is scaled: a bundled spec or a path.
    #[arg(value_name = "SPEC", default_value = "proxy")]
    family: String,
    /// A compound way: α,β,γ or a strategy such as dwr or dWr; may be given more than once. Without it, the
    /// spec's own α, β and γ.
    #[arg(long, value_name = "A,B,C|NAME")]
    compound: Vec<String>,
    /// Multiples of the baseline's MACs at which the ways are compared.
    #[arg(long, value_name = "X", value_delimiter = ',', default_value = "2,4,8")]
    costs: Vec<f64>,
    #[command(flatten)]
    measuring: Measuring,
    /// Draw accuracy against cost for each way, as an .svg or .png file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    chart: Option<PathBuf>,
    #[command(flatten)]
    base: ScaleArguments,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    if let Some(path) = &arguments.chart {
        plot::is_png(path)?;
    }
    let family = baseline(&arguments.family)?;
    let (family, base) = (&family, arguments.base.resolve()?);
    let ways = ways(family, &arguments.compound)?;
    let costs = costs(&arguments.costs)?;
    let start = search::baseline(family, base)?;
    let contestants = search::contestants(family, base, &ways, &costs)?;
    let subject = subject_name(&family.name, base);
    if arguments.measuring.dry_run {
        let report = reports::contestants(&subject, &start, &contestants);
        return output::report(&report, &arguments.output);
    }
    let others = contestants.iter().map(|one| one.candidate.clone());
    let all: Vec<Candidate> = std::iter::once(start.clone()).chain(others).collect();
    let measured = arguments.measuring.measure(&family, &subject, &all, None)?;
    let contest = search::contest(&start, &contestants, &measured.measurements);
    let single = SINGLE.map(|(name, _)| name);
    let verdict = reports::verdict(&contest, &single);
    let failed = measured.failed_of(&all);
    output::report(&reports::ways(&subject, &contest, &verdict, &failed), &arguments.output)?;
    let title = subject_name(&family.title, base);
    let is_drawn = contest.rounds.iter().any(|(_, ranked)| !ranked.is_empty());
    let chart =
        is_drawn.then(|| charts::ways(&title, &contest, &ways, &single, &verdict, &measured.by));
    draw(arguments.chart.as_deref(), chart, &measured)?;
    Ok(if measured.is_complete() { Outcome::Passed } else { Outcome::Failed })
}

/// Each dimension alone, and the compound ways.
fn ways(family: &Family, compound: &[String]) -> Result<Vec<Way>, Error> {
    let mut ways = Vec::new();
    for (name, strategy) in SINGLE {
        let coefficients = Strategy::parse(strategy)?.coefficients();
        ways.push(Way { name: name.into(), coefficients });
    }
    if compound.is_empty() {
        let coefficients = family.rule.coefficients.ok_or_else(|| {
            Diagnostic::new(format!("{} was published without α, β and γ", family.title))
                .help("give them: --compound 1.2,1.1,1.15, or a strategy: --compound dwr")
        })?;
        ways.push(Way { name: "compound".into(), coefficients });
    }
    for text in compound {
        let coefficients = coefficients(text)?;
        if ways.iter().any(|way| way.coefficients == coefficients) {
            return Err(Error::new(format!("--compound {text} is compared already")));
        }
        ways.push(Way { name: format!("compound {}", text.replace(',', ", ")), coefficients });
    }
    Ok(ways)
}

/// `1.2,1.1,1.15`, or the name of a strategy.
fn coefficients(text: &str) -> Result<Coefficients, Error> {
    if !text.contains(',') {
        return Ok(Strategy::parse(text)?.coefficients());
    }
    let numbers: Vec<Option<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    let [Some(alpha), Some(beta), Some(gamma)] = numbers[..] else {
        let message = format!("--compound {text} is neither α,β,γ nor a strategy");
        return Err(Diagnostic::new(message).help("--compound 1.2,1.1,1.15 or dwr").into());
    };
    let coefficients = Coefficients { alpha, beta, gamma }.checked();
    let coefficients = coefficients.map_err(|error| Diagnostic::new(error.to_string()))?;
    if coefficients.growth() <= 1.0 {
        return Err(Error::new(format!("--compound {text}: the cost does not grow with φ")));
    }
    Ok(coefficients)
}

/// The costs in order, each once.
fn costs(given: &[f64]) -> Result<Vec<f64>, Error> {
    let mut costs = given.to_vec();
    if let Some(bad) =
        costs.iter().find(|cost| !(cost.is_finite() && **cost > 1.0 && **cost <= 1e6))
    {
        return Err(Error::new(format!("--costs {bad}; a cost is a multiple above 1, up to 1e6")));
    }
    costs.sort_by(f64::total_cmp);
    costs.dedup();
    Ok(costs)
}
