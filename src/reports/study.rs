//! A study: the choice of coefficients and learning rates, and the ways of scaling at equal cost.

use crate::counting::units::plural;
use crate::error::Error;
use crate::families::scaling::Coefficients;
use crate::reports::declared::{PLANNED_STUDY, STUDY};
use crate::reports::search::{
    accuracy_cells, accuracy_columns, coefficient_cells, coefficient_columns, input, one_line,
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
/// conclusion of the comparison with each dimension alone.
#[must_use]
pub fn study(
    family: &str,
    study: &Study,
    result: &StudyResult,
    designed: Option<Designed>,
    (verdict, alone): (&str, &[&str]),
    failed: &[&JournalEntry],
) -> Report {
    let baseline = designed.map(|Designed { design, result }| design::answer(design, result));
    // CSV has the first table.
    let sections = vec![
        scope(family, study, result),
        ways(study, result),
        baseline.unwrap_or_else(|| Section::rows("answer", design::answer_columns(), Vec::new())),
        grid(result),
        learning_rates(result),
        study_failures(failed),
    ];
    let beside = beside(study, result);
    let of = |round: &CostRound| {
        let best = equal_cost::best_of(round)?;
        // The table has the other families too.
        Some(if beside.is_some() {
            format!("Of the ways of scaling {family}: {best}")
        } else {
            best
        })
    };
    let best: Vec<String> = result.own.rounds.iter().filter_map(of).collect();
    let best = best.into_iter().chain(beside).chain(same_networks(result));
    let verdict = format!("In these measurements, {verdict}.");
    let unmeasured = equal_cost::unmeasured(&result.own, alone);
    let found = designed.and_then(|one| design::best_note(one.design, one.result));
    let time = study.run.as_ref().map(equal_cost::equal_time);
    let notes = std::iter::once(verdict)
        .chain(unmeasured)
        .chain(best)
        .chain(result.distant.iter().map(distant));
    let notes = notes.chain(found).chain(time).collect();
    Report::new(&STUDY, sections, notes)
}

/// Ways of scaling the baseline that give the same networks, and so cannot beat each other.
fn same_networks(result: &StudyResult) -> Option<String> {
    let networks = |name: &str| -> Vec<(u128, u128, [u64; 2])> {
        let rounds = result.own.rounds.iter();
        let of = rounds.filter_map(|round| round.ranking.iter().find(|(way, _)| way.name == name));
        of.map(|(_, one)| (one.candidate.macs(), one.candidate.params(), one.candidate.input))
            .collect()
    };
    let names: Vec<&str> = result.ways.iter().map(|way| way.contender.name.as_str()).collect();
    let pairs = names
        .iter()
        .enumerate()
        .flat_map(|(index, one)| names[index + 1..].iter().map(move |other| (*one, *other)));
    let same: Vec<String> = pairs
        .filter(|(one, other)| {
            let own = networks(one);
            !own.is_empty() && own == networks(other)
        })
        .map(|(one, other)| format!("{one} and {other}"))
        .collect();
    (!same.is_empty()).then(|| format!("These ways give the same networks: {}.", same.join("; ")))
}

/// The training runs that failed, and why.
fn study_failures(failed: &[&JournalEntry]) -> Section {
    let mut columns = vec![column("spec", "spec"), column("chosen", "chosen")];
    columns.extend(coefficient_columns());
    columns.extend([
        column("phi", "φ"),
        column("learning_rate", "learning rate"),
        column("seed", "seed"),
        column("attempts", "attempts"),
        column("error", "error"),
    ]);
    let text = |text: &str| if text.is_empty() { Cell::Missing } else { Cell::text(text) };
    let row = |entry: &&JournalEntry| {
        let variant = &entry.variant;
        let mut row =
            vec![text(variant.family.as_deref().unwrap_or_default()), text(&variant.chosen())];
        row.extend(coefficient_cells(entry.coefficients()));
        row.extend([
            Cell::factor(entry.phi),
            learning_rate(variant.learning_rate),
            variant.seed.map_or(Cell::Missing, Cell::integer),
            Cell::integer(entry.attempts),
            entry.error.as_deref().map_or(Cell::Missing, |error| Cell::text(one_line(error))),
        ]);
        row
    };
    let rows = failed.iter().map(row).collect();
    titled("Failed training runs", "failed", columns, rows)
}

/// The most accurate of all networks at each cost, where other families take part.
fn beside(study: &Study, result: &StudyResult) -> Option<String> {
    let has_others = result.ways.iter().any(|way| way.family.name != study.family.name);
    let best = |round: &CostRound| {
        let (way, ranked) = round.ranking.first()?;
        Some(format!("{} at {}× ({:.1} %)", way.name, round.cost, ranked.accuracy))
    };
    let best: Vec<String> = result.comparison.rounds.iter().filter_map(best).collect();
    let all = "With the other families included, the most accurate at each cost";
    has_others.then(|| format!("{all}: {}.", best.join("; ")))
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

/// The report of `phiscale study --dry-run`: every training, and how long it takes at the pace of those before. Where the
/// baseline or the coefficients are not known yet, others stand for them.
pub fn planned_study(
    study: &Study,
    design: Option<&Design>,
    coefficients: Coefficients,
    pace: Option<&Pace>,
) -> Result<Report, Error> {
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
    let (compared, distant) = study.compared_networks(&ways)?;
    for one in &compared {
        planned.add("comparison", &one.contender.name, &one.candidate, study.seeds);
    }
    let mut report = planned.report(study, design);
    report.notes.extend(distant.iter().map(self::distant));
    Ok(report)
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
            (true, true) => "Until the baseline, α, β and γ are known, others stand in for them. ",
            (true, false) => {
                "Until the baseline is known, another network of the space stands in for it. "
            }
            (false, true) => "Until α, β and γ are known, others stand in for them. ",
            (false, false) => "",
        };
        match self.pace {
            None => format!(
                "{stand_in}The time is known after the first training; run this again then."
            ),
            Some(pace) => format!(
                "{stand_in}Times are extrapolated by MACs from {} so far, half of which were within {:.0} % of this.",
                plural(pace.trainings as u64, "training"),
                pace.error * 100.0
            ),
        }
    }
}
