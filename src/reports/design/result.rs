//! What a design found.

use crate::reports::declared::DESIGN;
use crate::reports::design::cells::{
    failures, is_by_time, network_cells, network_columns, objective, plan, real, seconds,
};
use crate::reports::design::space::budget;
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::JournalEntry;
use crate::search::design::{
    ArmResult, ComparedNetwork, Comparison, Design, DesignResult, Individual, MeasuredNetwork,
    Verdict,
};

/// The report of `phiscale design`: the methods, the best network, and the front of accuracy and cost.
#[must_use]
pub fn design(design: &Design, result: &DesignResult, failed: &[JournalEntry]) -> Report {
    let mut fields = objective(design);
    fields.extend(plan(design));
    let methods = result.arms.iter().map(|arm| method_cells(design, arm, result)).collect();
    let front = result.measured.iter().enumerate().filter(|(_, one)| one.is_on_front);
    let front = front.map(|(index, one)| network_cells(design, index + 1, one)).collect();
    let mut front = Section::rows("front", front_columns(design), front);
    front.title = Some("Front of accuracy and cost".into());
    let sections = vec![
        Section::record(None, fields),
        Section::rows("methods", method_columns(design), methods),
        answer(design, result),
        front,
        failures(&failed.iter().collect::<Vec<_>>()),
    ];
    let unbred = (design.candidates <= design.population).then(|| {
        "Evolution bred no network: its population takes in as many as it may train.".to_string()
    });
    let notes =
        [Some(budget(design)), unbred, Some(trained_note(result)), best_note(design, result)];
    let verdict = Some(verdict_note(result.comparison.as_ref()));
    let notes = notes.into_iter().chain([verdict]).flatten().collect();
    Report::new(&DESIGN, sections, notes)
}

/// Every row is on the front, which text formats need not repeat.
fn front_columns(design: &Design) -> Vec<Column> {
    let mut columns = network_columns(design);
    for column in columns.iter_mut().filter(|column| column.key == "front") {
        column.header = None;
    }
    columns
}

fn method_columns(design: &Design) -> Vec<Column> {
    let mut columns = vec![
        column("method", "method"),
        column("trained", "networks"),
        column("trainings", "trainings"),
        column("epochs", "epochs"),
        column("score", "best score"),
        column("accuracy", "its accuracy (%)"),
        column("macs", "its MACs (conv-linear)"),
    ];
    columns.extend(is_by_time(design).then(|| column("seconds", "its time (ms)")));
    columns.extend([
        column("test_accuracy", "on test images (%)"),
        column("test_standard_error", "± (%)"),
        column("test_runs", "runs"),
    ]);
    columns
}

fn method_cells(design: &Design, arm: &ArmResult, result: &DesignResult) -> Vec<Cell> {
    let best = arm.best.map(|index| &arm.individuals[index]);
    let accuracy = |one: &Individual| one.accuracies.last().copied().unwrap_or_default();
    let cell = |of: &dyn Fn(&Individual) -> Cell| best.map_or(Cell::Missing, of);
    let number = |number: usize| Cell::integer(number as u128);
    let mut cells = vec![
        Cell::text(arm.method.name()),
        number(arm.individuals.len()),
        number(arm.trainings),
        Cell::integer(arm.epochs),
        cell(&|one| real(design.objective.score(accuracy(one), &one.network))),
        cell(&|one| real(accuracy(one))),
        cell(&|one| Cell::integer(one.network.macs())),
    ];
    cells.extend(is_by_time(design).then(|| cell(&|one| seconds(&one.network))));
    let networks = result.comparison.iter().flat_map(|comparison| &comparison.networks);
    let tested = networks.into_iter().find(|one| one.methods.contains(&arm.method));
    let tested = |of: &dyn Fn(&ComparedNetwork) -> Cell| tested.map_or(Cell::Missing, of);
    cells.extend([
        tested(&|one| real(one.accuracy)),
        tested(&|one| one.standard_error.map_or(Cell::Missing, real)),
        tested(&|one| Cell::integer(one.runs)),
    ]);
    cells
}

pub(in crate::reports) fn answer_columns() -> Vec<Column> {
    vec![column("choice", "choice"), column("value", "value")]
}

/// What was chosen in the best network.
pub(in crate::reports) fn answer(design: &Design, result: &DesignResult) -> Section {
    let space = &design.networks.space;
    let best = result.measured.first();
    let values = best.map(|best| design.networks.choices(&best.network)).unwrap_or_default();
    let chosen = space.choices.iter().filter_map(|choice| {
        Some(vec![Cell::text(&choice.name), Cell::text(values.get(&choice.name)?)])
    });
    let mut section = Section::rows("answer", answer_columns(), chosen.collect());
    section.title = Some("The best network".into());
    section
}

fn trained_note(result: &DesignResult) -> String {
    let asked: usize = result.arms.iter().map(|arm| arm.trainings).sum();
    let epochs = result.arms.iter().map(|arm| arm.epochs);
    let is_equal = epochs.clone().max() == epochs.min();
    let budgets = if is_equal { "" } else { " What failed left the methods with unequal budgets." };
    let made = match result.trainings {
        all if all == asked => String::new(),
        made => format!(
            ", of which {made} were made; the others are of networks that both methods chose"
        ),
    };
    format!("Training runs: {asked}{made}.{budgets}")
}

pub(in crate::reports) fn best_note(design: &Design, result: &DesignResult) -> Option<String> {
    let MeasuredNetwork { network, accuracy, score, .. } = result.measured.first()?;
    let count = result.measured.len();
    let cost = design.objective.shown(design.objective.cost(network));
    Some(format!(
        "The best of {count} fully trained networks has a score of {score:.2}: {accuracy:.2} % at {cost}. Being the best of \
         many, it is probably too high; an accuracy on test images, with new seeds, is not."
    ))
}

/// Whether the methods can be told apart by this one search.
fn verdict_note(comparison: Option<&Comparison>) -> String {
    let Some(comparison) = comparison else {
        return "The best networks were not trained again, so nothing is said of which method is better.".into();
    };
    let accuracy = |one: &ComparedNetwork| {
        let error = one.standard_error.map_or(String::new(), |error| format!(" ± {error:.2}"));
        format!("{} {:.2}{error} %", one.methods[0].name(), one.accuracy)
    };
    let each: Vec<String> = comparison.networks.iter().map(accuracy).collect();
    let each = each.join(", ");
    match comparison.verdict {
        Verdict::OneMethod => {
            "Only one method has a network that was trained again, so there is nothing to compare it with.".into()
        }
        Verdict::SameNetwork => "Evolution and random search found the same best network.".into(),
        Verdict::CannotTell => format!(
            "On test images, with new seeds: {each}. The two networks cannot be told apart (Welch's t-test, 95 %): this \
             search does not show that evolution is better than random search, or worse."
        ),
        Verdict::Better(method) => format!(
            "On test images, with new seeds: {each}. The network of {} is the more accurate one (Welch's t-test, 95 %). \
             That is one search each; --replay compares the methods over many.",
            method.name()
        ),
    }
}
