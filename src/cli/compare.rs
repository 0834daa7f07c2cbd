//! `phiscale compare`: scaling strategies at equal cost.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use phiscale::charts::ComparedCost;
use phiscale::search::{Candidate, Contender};
use phiscale::{Coefficients, Diagnostic, Error, Family, Strategy, charts, reports, search};

use super::arguments::{Chosen, Output, PositiveValues, ScaleArguments};
use super::equal_cost::EqualCostArguments;
use super::evaluate::{EvaluationArguments, Subject};
use super::search::{draw, load_baseline, scaled_name, width_notes};
use super::{Caller, Ended, Outcome, output, plot};

/// The strategies that scale one dimension: name, and letter of the dimension.
const SINGLE: [(&str, &str); 3] = [("depth", "d"), ("width", "w"), ("resolution", "r")];

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family to scale: a bundled spec or a path.
    #[arg(value_name = "SPEC", default_value = "proxy")]
    family: String,
    /// A compound strategy: α,β,γ or a name such as dwr or dWr; can be repeated. Default: the spec's α, β and γ, or dwr if it
    /// has none.
    #[arg(long, value_name = "A,B,C|NAME")]
    compound: Vec<String>,
    /// Multiples of the baseline's cost at which the strategies are compared.
    #[arg(long, value_name = "VALUES", default_value = "2,4,8")]
    costs: PositiveValues,
    #[command(flatten)]
    equal: EqualCostArguments,
    #[command(flatten)]
    evaluation: EvaluationArguments,
    /// Draw accuracy against cost for each strategy, as an .svg, .pdf or .png file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    chart: Option<PathBuf>,
    #[command(flatten)]
    base: ScaleArguments,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    if let Some(path) = &arguments.chart {
        plot::form_of(path)?;
    }
    caller.say_all(&arguments.costs.0.notes);
    let loaded = Arc::new(load_baseline(&arguments.family, caller)?);
    let family = &*loaded;
    let base = arguments.base.resolve(false)?;
    let (contenders, note) = contenders(family, &arguments.compound)?;
    let costs = costs(&arguments.costs.0.values)?;
    let run = arguments.equal.run()?;
    let run = run.as_ref();
    let unscaled = search::unscaled(family, base, run)?;
    let matched = search::match_networks(family, base, &contenders, &costs, None, run)?;
    let name = scaled_name(&family.name, base);
    let widths = width_notes(family, matched.iter().map(|one| &one.candidate));
    let notes = note.into_iter().chain(widths).chain(run.map(reports::equal_time));
    if arguments.evaluation.only_lists()? {
        let mut report = reports::matched_networks(&name, &unscaled, &matched);
        report.notes.extend(notes);
        return output::report(&report, &arguments.output);
    }
    let others = matched.iter().map(|one| one.candidate.clone());
    let all: Vec<Candidate> = std::iter::once(unscaled.clone()).chain(others).collect();
    let own = |_: &Candidate| Ok(Arc::clone(&loaded));
    let subject = Subject::scaled(&name, family, &own);
    let evaluation = arguments.evaluation.evaluate(&subject, &all, None)?;
    let Some(evaluation) = evaluation else { return Ok(Outcome::Passed) };
    let comparison = search::compare_at_equal_cost(&unscaled, &matched, &evaluation.measurements);
    let single = SINGLE.map(|(name, _)| name);
    let verdict = reports::verdict(&comparison, &single);
    let failed = evaluation.failed_of(&all);
    let mut report = reports::equal_cost(&name, &comparison, (&verdict, &single), &failed);
    report.notes.extend(notes);
    output::report(&report, &arguments.output)?;
    let title = scaled_name(&family.title, base);
    let is_measured = comparison.rounds.iter().any(|round| !round.ranking.is_empty());
    let chart = is_measured.then(|| {
        let source = &evaluation.source;
        let cost = run.map_or(ComparedCost::Macs, ComparedCost::Time);
        charts::equal_cost(&title, &comparison, &contenders, &single, &verdict, source, cost)
    });
    if !evaluation.is_usable(&all) {
        return Ok(Outcome::Failed);
    }
    draw(arguments.chart.as_deref(), chart, caller)?;
    Ok(Outcome::Passed)
}

/// Each dimension alone.
pub(super) fn single_dimensions() -> Vec<Contender> {
    let one = |(name, letter): (&str, &str)| {
        let coefficients = Strategy::parse(letter).ok()?.coefficients();
        Some(Contender { name: name.into(), coefficients })
    };
    SINGLE.into_iter().filter_map(one).collect()
}

/// Each dimension alone, and the compound strategies; and a note on coefficients that nobody chose.
fn contenders(
    family: &Family,
    compound: &[String],
) -> Result<(Vec<Contender>, Option<String>), Error> {
    let mut contenders = single_dimensions();
    let mut note = None;
    if compound.is_empty() {
        let chosen = Chosen::of(family)?;
        let strategy = chosen.strategy.map(|strategy| format!("compound {strategy}"));
        let name = strategy.unwrap_or_else(|| "compound".into());
        let coefficients = chosen.coefficients;
        // A family that is scaled by one dimension has that one already.
        if !contenders.iter().any(|one| one.coefficients == coefficients) {
            contenders.push(Contender { name, coefficients });
        }
        note = chosen.note;
    }
    for text in compound {
        let coefficients = coefficients("--compound", text)?;
        if contenders.iter().any(|one| one.coefficients == coefficients) {
            return Err(Error::new(format!("--compound {text} is a duplicate")));
        }
        let name = format!("compound {}", text.replace(',', ", "));
        contenders.push(Contender { name, coefficients });
    }
    Ok((contenders, note))
}

/// `1.2,1.1,1.15`, or the name of a strategy, as an option gives it.
pub(super) fn coefficients(option: &str, text: &str) -> Result<Coefficients, Error> {
    if !text.contains(',') {
        return Ok(Strategy::parse(text)?.coefficients());
    }
    let numbers: Vec<Option<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    let [Some(alpha), Some(beta), Some(gamma)] = numbers[..] else {
        let message = format!("{option} {text} is neither α,β,γ nor the name of a strategy");
        return Err(Diagnostic::new(message)
            .help(format!("write {option} 1.2,1.1,1.15 or {option} dwr"))
            .into());
    };
    let coefficients = Coefficients { alpha, beta, gamma }.checked()?;
    if coefficients.growth() <= 1.0 {
        return Err(Error::new(format!("with {option} {text}, the cost does not grow with φ")));
    }
    Ok(coefficients)
}

/// The costs in ascending order, without duplicates.
pub(super) fn costs(given: &[f64]) -> Result<Vec<f64>, Error> {
    let mut costs = given.to_vec();
    if let Some(bad) =
        costs.iter().find(|cost| !(cost.is_finite() && **cost > 1.0 && **cost <= 1e6))
    {
        return Err(Error::new(format!(
            "--costs {bad} is out of range; a cost is a multiple above 1, at most 1e6"
        )));
    }
    costs.sort_by(f64::total_cmp);
    costs.dedup();
    Ok(costs)
}
