//! A study before it is measured.

use crate::counting::units::plural;
use crate::error::Error;
use crate::families::scaling::Coefficients;
use crate::reports::declared::PLANNED_STUDY;
use crate::reports::search::{coefficient_cells, coefficient_columns, input, learning_rate};
use crate::reports::study::notes;
use crate::reports::{Cell, Report, Section, column};
use crate::search::design::Design;
use crate::search::study::{CoefficientSource, Study};
use crate::search::{Candidate, JournalEntry, Pace};

/// The report of `phiscale study --dry-run`: every training, and how long it takes at the pace of those before. Where the
/// baseline or the coefficients are not known yet, others stand for them.
pub fn planned_study(
    study: &Study,
    design: Option<&Design>,
    coefficients: Coefficients,
    journal: &[JournalEntry],
) -> Result<Report, Error> {
    let pace = Pace::of(journal);
    let ways = study.all_ways(coefficients);
    let mut planned = Planned { rows: Vec::new(), pace: pace.as_ref(), seconds: 0.0, trainings: 0 };
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
    let mut report = planned.report(study, design, journal);
    report.notes.extend(distant.iter().map(notes::distant));
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
            seconds.map_or(Cell::Missing, |value| Cell::Real { value, decimals: 1, unit: "" }),
        ]);
        self.rows.push(row);
    }

    fn report(self, study: &Study, design: Option<&Design>, journal: &[JournalEntry]) -> Report {
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
        let measured: Vec<&JournalEntry> =
            journal.iter().filter(|entry| entry.accuracy.is_some()).collect();
        let left = self.seconds - measured.iter().map(|entry| entry.seconds).sum::<f64>();
        let seconds = |value: f64| {
            self.pace.map_or(Cell::Missing, |_| Cell::Real { value, decimals: 1, unit: "" })
        };
        let fields = vec![
            (column("family", "family"), Cell::text(&study.family.name)),
            (column("trainings", "training runs"), Cell::integer(self.trainings)),
            (column("measured", "measured so far"), Cell::integer(measured.len() as u64)),
            (column("seconds", "seconds of all, one at a time"), seconds(self.seconds)),
            (column("seconds_left", "seconds left, one at a time"), seconds(left.max(0.0))),
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
