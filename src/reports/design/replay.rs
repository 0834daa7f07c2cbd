//! Evolution against random search, replayed with many seeds.

use crate::reports::declared::DESIGN_REPLAY;
use crate::reports::design::cells::{objective, plan, real};
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::design::{Design, PairedDifference, Replay, ReplayedBudget};

/// The report of `phiscale design --replay`.
#[must_use]
pub fn design_replay(design: &Design, replay: &Replay) -> Report {
    let mut fields = objective(design);
    fields.extend(plan(design).into_iter().filter(|(column, _)| column.key != "seed"));
    fields.extend([
        (column("seed", "first seed"), Cell::integer(0u64)),
        (column("seeds", "seeds"), Cell::integer(replay.seeds)),
        (column("networks", "networks of the table"), Cell::integer(replay.networks as u128)),
        (column("best_score", "best score of the table"), real(replay.best.score)),
        (column("best_accuracy", "its accuracy (%)"), real(replay.best.accuracy)),
    ]);
    let rows = replay.budgets.iter().map(row).collect();
    let sections = vec![Section::record(None, fields), Section::rows("budgets", columns(), rows)];
    Report::new(&DESIGN_REPLAY, sections, notes(replay))
}

fn columns() -> Vec<Column> {
    vec![
        column("trained", "networks"),
        column("epochs", "epochs"),
        column("evolution_score", "score of evolution"),
        column("random_score", "of random search"),
        column("score_difference", "difference"),
        column("score_half_width", "± (95 %)"),
        column("evolution_accuracy", "accuracy of evolution (%)"),
        column("random_accuracy", "of random search (%)"),
        column("accuracy_difference", "difference (%)"),
        column("accuracy_half_width", "± (95 %)"),
    ]
}

fn row(budget: &ReplayedBudget) -> Vec<Cell> {
    let mut row = vec![Cell::integer(budget.candidates as u128), Cell::integer(budget.epochs)];
    for PairedDifference { evolution, random, difference } in [budget.score, budget.accuracy] {
        let values = [evolution.mean, random.mean, difference.mean, difference.half_width];
        row.extend(values.map(|value| Cell::Real { value, decimals: 3, unit: "" }));
    }
    row
}

fn notes(replay: &Replay) -> Vec<String> {
    let Replay { seeds, networks, hits: [evolution, random], .. } = replay;
    let means = "Means of the best network so far over all seeds, by the accuracies of the table, each of one training \
                 run. Both methods begin with the same networks; differences are pair by pair.";
    let hits = format!(
        "The best of the {networks} networks was found by evolution in {evolution} of {seeds} searches, by random search \
         in {random}."
    );
    vec![verdict(replay), hits, means.into()]
}

/// What the differences in score show after the whole budget.
fn verdict(replay: &Replay) -> String {
    let Some(last) = replay.budgets.last() else { return "Nothing was replayed.".into() };
    let difference = last.score.difference;
    let found = match (last.score.is_significant(), difference.mean > 0.0) {
        (false, _) => "the methods cannot be told apart",
        (true, true) => "evolution is better",
        (true, false) => "random search is better",
    };
    format!(
        "After {} networks each, the score of evolution less that of random search is {} ± {:.3} (95 %, {} seeds): {found}.",
        last.candidates,
        signed(difference.mean),
        difference.half_width,
        replay.seeds
    )
}

/// A difference with its sign.
fn signed(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{:.3}", value.abs())
}
