//! A study: the choice of coefficients and learning rates, and the ways of scaling at equal cost.

use crate::error::Error;
use crate::reports::declared::{PLANNED_STUDY, STUDY};
use crate::reports::search::{
    accuracy_cells, accuracy_columns, coefficient_cells, coefficient_columns, failures, input,
};
use crate::reports::{Cell, Column, Report, Section, column};
use crate::reports::{design, equal_cost};
use crate::search::design::{Design, DesignResult};
use crate::search::study::{CoefficientSource, Study, StudyResult};
use crate::search::{Candidate, CostRound, JournalEntry, MatchedNetwork, Pace, RankedCandidate};

/// How the baseline of a study was found.
#[derive(Clone, Copy, Debug)]
pub struct Designed<'a> {
    /// The design.
    pub design: &'a Design<'a>,
    /// What it found.
    pub result: &'a DesignResult,
}

/// The report of `phiscale study`. `designed` says how the baseline was found, if it was not given; `verdict` is the
/// conclusion of the comparison.
#[must_use]
pub fn study(
    family: &str,
    study: &Study,
    result: &StudyResult,
    designed: Option<Designed>,
    verdict: &str,
    failed: &[&JournalEntry],
) -> Report {
    let baseline = designed.map(|Designed { design, result }| design::answer(design, result));
    let sections = vec![
        scope(family, study, result),
        baseline.unwrap_or_else(|| Section::rows("answer", design::answer_columns(), Vec::new())),
        grid(result),
        learning_rates(result),
        ways(study, result),
        failures(failed),
    ];
    let best = result.comparison.rounds.iter().filter_map(equal_cost::best_of);
    let verdict = format!("In these measurements, {verdict}.");
    let found = designed.and_then(|one| design::best_note(one.design, one.result));
    let time = study.run.as_ref().map(equal_cost::equal_time);
    let notes = std::iter::once(verdict).chain(best).chain(result.distant.iter().map(distant));
    let notes = notes.chain(found).chain(time).collect();
    Report::new(&STUDY, sections, notes)
}

/// A network that takes no part at a cost.
fn distant(one: &MatchedNetwork) -> String {
    let MatchedNetwork { contender, cost, candidate } = one;
    format!(
        "{} takes no part at {cost} times the cost: its nearest network has {:.2} times the baseline's MACs.",
        contender.name, candidate.macs_ratio
    )
}

fn scope(family: &str, study: &Study, result: &StudyResult) -> Section {
    let source = match study.coefficients {
        CoefficientSource::Given(_) => "given",
        CoefficientSource::Searched { .. } => "searched",
    };
    let mut fields = vec![
        (column("family", "family"), Cell::text(family)),
        (column("coefficients", "coefficients"), Cell::text(source)),
    ];
    fields.extend(coefficient_columns().into_iter().zip(coefficient_cells(result.coefficients)));
    fields.extend([
        (column("choice_runs", "runs behind a choice"), Cell::integer(study.choice_seeds)),
        (column("runs", "runs of each network compared"), Cell::integer(study.seeds)),
    ]);
    Section::record(None, fields)
}

/// The candidates for α, β and γ.
fn grid(result: &StudyResult) -> Section {
    let mut columns = coefficient_columns();
    columns.extend(accuracy_columns());
    columns.extend([
        column("ratio", "MACs ÷ baseline"),
        column("in_tolerance", "in tolerance"),
        column("input", "input (px)"),
        column("macs", "MACs (conv-linear)"),
    ]);
    let row = |ranked: &RankedCandidate| {
        let candidate = &ranked.candidate;
        let mut row = coefficient_cells(candidate.coefficients);
        row.extend(accuracy_cells(ranked));
        row.extend([
            Cell::ratio(candidate.macs_ratio),
            Cell::Bool(candidate.in_tolerance),
            input(candidate),
            Cell::integer(candidate.macs()),
        ]);
        row
    };
    let rows = result.grid.iter().map(row).collect();
    titled("α, β and γ by accuracy on images kept back", "grid", columns, rows)
}

fn learning_rates(result: &StudyResult) -> Section {
    let mut columns = vec![
        column("way", "strategy"),
        column("learning_rate", "learning rate"),
        column("chosen", "chosen"),
    ];
    columns.extend(accuracy_columns());
    let rows = result.tuned.iter().flat_map(|way| {
        way.tried.iter().map(|ranked| {
            let rate = ranked.candidate.variant.learning_rate;
            let is_chosen = rate.is_some_and(|rate| rate.to_bits() == way.chosen.to_bits());
            let mut row = vec![Cell::text(&way.name), learning_rate(rate), Cell::Bool(is_chosen)];
            row.extend(accuracy_cells(ranked));
            row
        })
    });
    titled(
        "Learning rates by accuracy on images kept back",
        "learning_rates",
        columns,
        rows.collect(),
    )
}

/// All ways at every cost, by accuracy on the test images.
fn ways(study: &Study, result: &StudyResult) -> Section {
    let comparison = &result.comparison;
    let of = |round: &CostRound| {
        let cost = round.cost;
        let each = round.ranking.iter();
        each.map(|(way, ranked)| (way.name.clone(), cost, ranked.clone())).collect::<Vec<_>>()
    };
    let all: Vec<(String, f64, RankedCandidate)> = comparison.rounds.iter().flat_map(of).collect();
    let is_on_front = |one: &RankedCandidate| {
        !all.iter().any(|(_, _, other)| {
            let (cost, own) = (other.candidate.macs(), one.candidate.macs());
            cost <= own
                && other.accuracy >= one.accuracy
                && (cost < own || other.accuracy > one.accuracy)
        })
    };
    let mut columns = equal_cost::columns(false);
    columns.extend(study.run.as_ref().map(|_| column("seconds", "time (ms)")));
    columns.extend(accuracy_columns());
    columns.extend([column("learning_rate", "learning rate"), column("front", "on the front")]);
    let rows = all.iter().map(|(name, cost, ranked)| {
        let mut row = equal_cost::cells(name, *cost, &ranked.candidate);
        row.extend(ranked.candidate.seconds.map(Cell::milliseconds));
        row.extend(accuracy_cells(ranked));
        let rate = ranked.candidate.variant.learning_rate;
        row.extend([learning_rate(rate), Cell::Bool(is_on_front(ranked))]);
        row
    });
    let title = "All ways at equal cost, by accuracy on the test images";
    titled(title, "ways", columns, rows.collect())
}

fn learning_rate(rate: Option<f64>) -> Cell {
    rate.map_or(Cell::Missing, |rate| Cell::Real { value: rate, decimals: 6, unit: "" })
}

fn titled(title: &str, name: &'static str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Section {
    let mut section = Section::rows(name, columns, rows);
    section.title = Some(title.into());
    section
}

/// The report of `phiscale study --dry-run`: every training, and how long it takes at the pace of those before.
pub fn planned_study(
    study: &Study,
    design: Option<&Design>,
    pace: Option<&Pace>,
) -> Result<Report, Error> {
    let coefficients = match (&study.coefficients, study.family.rule.coefficients) {
        (CoefficientSource::Given(given), _) => *given,
        (CoefficientSource::Searched { .. }, Some(published)) => published,
        (CoefficientSource::Searched { .. }, None) => {
            crate::families::strategy::Strategy::parse("dwr")?.coefficients()
        }
    };
    let ways = study.all_ways(coefficients);
    let mut planned = Planned { rows: Vec::new(), pace, seconds: 0.0, trainings: 0 };
    let mut baseline = study.baseline()?;
    for (epochs, trainings) in design.map(Design::trainings_by_rung).into_iter().flatten() {
        baseline.variant.epochs = Some(epochs);
        planned.add("baseline", "evolution", &baseline, trainings);
    }
    for candidate in study.coefficient_candidates()? {
        planned.add("α, β and γ", "compound", &candidate, study.choice_seeds);
    }
    if study.learning_rates.len() > 1 {
        for (name, rates) in study.rate_candidates(&ways)? {
            for one in &rates {
                planned.add("learning rate", &name, one, study.choice_seeds);
            }
        }
    }
    for one in &study.compared_networks(&ways)? {
        planned.add("comparison", &one.contender.name, &one.candidate, study.seeds);
    }
    Ok(planned.report(study, design))
}

/// The trainings of a study.
struct Planned<'a> {
    rows: Vec<Vec<Cell>>,
    pace: Option<&'a Pace>,
    seconds: f64,
    trainings: u64,
}

impl Planned<'_> {
    fn add(&mut self, purpose: &str, way: &str, candidate: &Candidate, runs: u64) {
        let seconds = self.pace.map(|pace| pace.seconds(candidate) * runs as f64);
        self.seconds += seconds.unwrap_or_default();
        self.trainings += runs;
        let family = candidate.variant.family.as_deref().unwrap_or_default();
        let mut row = vec![Cell::text(purpose), Cell::text(way), Cell::text(family)];
        row.extend(coefficient_cells(candidate.coefficients));
        row.extend([
            Cell::factor(candidate.phi),
            Cell::ratio(candidate.macs_ratio),
            input(candidate),
            Cell::integer(candidate.macs()),
            Cell::integer(candidate.params()),
            learning_rate(candidate.variant.learning_rate),
        ]);
        row.extend(candidate.variant.epochs.map(Cell::integer));
        row.extend([
            Cell::integer(runs),
            seconds.map_or(Cell::Missing, |value| Cell::Real { value, decimals: 0, unit: "" }),
        ]);
        self.rows.push(row);
    }

    fn report(self, study: &Study, design: Option<&Design>) -> Report {
        let mut columns =
            vec![column("purpose", "for"), column("way", "strategy"), column("spec", "spec")];
        columns.extend(coefficient_columns());
        columns.extend([
            column("phi", "φ"),
            column("ratio", "MACs ÷ baseline"),
            column("input", "input (px)"),
            column("macs", "MACs (conv-linear)"),
            column("params", "params"),
            column("learning_rate", "learning rate"),
        ]);
        columns.extend(study.epochs.map(|_| column("epochs", "epochs")));
        columns.extend([column("runs", "runs"), column("seconds", "seconds of all runs")]);
        let fields = vec![
            (column("family", "family"), Cell::text(&study.family.name)),
            (column("trainings", "training runs"), Cell::integer(self.trainings)),
            (
                column("seconds", "seconds of all, one at a time"),
                self.pace.map_or(Cell::Missing, |_| Cell::Real {
                    value: self.seconds,
                    decimals: 0,
                    unit: "",
                }),
            ),
        ];
        let notes = vec![self.note(study, design.is_some())];
        let sections =
            vec![Section::record(None, fields), Section::rows("networks", columns, self.rows)];
        Report::new(&PLANNED_STUDY, sections, notes)
    }

    fn note(&self, study: &Study, is_designed: bool) -> String {
        let searched = matches!(study.coefficients, CoefficientSource::Searched { .. });
        let stand_in = match (is_designed, searched) {
            (true, _) => {
                "Unless the journal tells the baseline, another network of the space stands for it, and other α, β and \
                 γ for those that will be found. "
            }
            (false, true) => {
                "The compound way is shown with stand-ins for the α, β and γ that will be found. "
            }
            (false, false) => "",
        };
        match self.pace {
            None => format!(
                "{stand_in}How long it takes is known after the first training: run this again then."
            ),
            Some(pace) => format!(
                "{stand_in}Times follow from MACs and the pace of {} trainings here, half of which were within {:.0} % of it.",
                pace.trainings,
                pace.error * 100.0
            ),
        }
    }
}
