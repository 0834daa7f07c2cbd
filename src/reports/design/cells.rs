//! The fields, columns and cells that reports of designs share.

use crate::families::spec::space::TargetConstraint;
use crate::reports::{Cell, Column, Section, column, wide};
use crate::search::JournalEntry;
use crate::search::design::{CountedNetwork, Design, DesignNetworks, MeasuredNetwork, Target};

/// The most choices that a row of a text table shows.
const MOST_SHOWN: usize = 12;

/// What a network is to be.
pub(super) fn objective(design: &Design) -> Vec<(Column, Cell)> {
    let objective = &design.objective;
    let target = match objective.target {
        Target::Macs(macs) => (
            column("target_macs", "target (MACs)"),
            Cell::Real { value: macs, decimals: 0, unit: "" },
        ),
        Target::Seconds(seconds) => {
            (column("target_seconds", "target (ms)"), Cell::milliseconds(seconds))
        }
    };
    let exponent = match objective.constraint {
        TargetConstraint::Soft => Cell::factor(objective.exponent),
        TargetConstraint::Hard => Cell::Missing,
    };
    let limits = Some(design.constraints()).filter(|limits| !limits.is_empty());
    let space = &design.networks.space;
    vec![
        (column("space", "search space"), Cell::text(&space.name)),
        target,
        (column("constraint", "constraint"), Cell::text(objective.constraint.name())),
        (column("exponent", "exponent of cost ÷ target"), exponent),
        (column("limits", "limits"), limits.map_or(Cell::Missing, Cell::text)),
        (column("choices_count", "choices"), Cell::integer(space.choices.len() as u128)),
    ]
}

/// How much is trained, and how it is chosen.
pub(super) fn plan(design: &Design) -> Vec<(Column, Cell)> {
    let number = |number: usize| Cell::integer(number as u128);
    vec![
        (column("candidates", "networks of each method"), number(design.candidates)),
        (column("generation", "generation"), number(design.generation)),
        (column("population", "population"), number(design.population)),
        (column("sample", "sample for a parent"), number(design.sample)),
        (column("rungs", "epochs of successive halving"), Cell::text(rungs(design))),
        (column("seed", "seed"), Cell::integer(design.seed)),
    ]
}

/// `1, 3, 6`.
pub(super) fn rungs(design: &Design) -> String {
    design.rungs.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) fn cost_columns(design: &Design) -> Vec<Column> {
    let mut columns = vec![column("macs", "MACs (conv-linear)")];
    columns.extend(is_by_time(design).then(|| column("seconds", "time (ms)")));
    columns.extend([column("params", "params"), column("ratio", "cost ÷ target")]);
    columns
}

pub(super) fn cost_cells(design: &Design, network: &CountedNetwork) -> Vec<Cell> {
    let mut cells = vec![Cell::integer(network.macs())];
    cells.extend(is_by_time(design).then(|| seconds(network)));
    cells.push(Cell::integer(network.params()));
    cells.push(Cell::ratio(design.objective.cost_ratio(network)));
    cells
}

pub(super) fn seconds(network: &CountedNetwork) -> Cell {
    network.seconds.map_or(Cell::Missing, Cell::milliseconds)
}

pub(super) fn is_by_time(design: &Design) -> bool {
    matches!(design.objective.target, Target::Seconds(_))
}

pub(super) fn network_columns(design: &Design) -> Vec<Column> {
    let mut columns = vec![
        column("rank", "rank"),
        column("score", "score"),
        column("accuracy", "accuracy (%)"),
        column("front", "on the front"),
    ];
    columns.extend(cost_columns(design));
    columns.push(wide("chosen", "chosen"));
    columns
}

pub(super) fn network_cells(design: &Design, rank: usize, one: &MeasuredNetwork) -> Vec<Cell> {
    let mut cells = vec![
        Cell::integer(rank as u128),
        real(one.score),
        real(one.accuracy),
        Cell::Bool(one.is_on_front),
    ];
    cells.extend(cost_cells(design, &one.network));
    cells.push(chosen(design.networks, &one.network));
    cells
}

/// A score, or an accuracy in percent.
pub(super) fn real(value: f64) -> Cell {
    Cell::Real { value, decimals: 2, unit: "" }
}

/// What was chosen in a network, as in TOML: `stage1.kernel=5`.
pub(super) fn chosen(networks: &DesignNetworks, network: &CountedNetwork) -> Cell {
    let values = networks.choices(network);
    Cell::Names(values.iter().map(|(name, value)| format!("{name}={value}")).collect())
}

/// The same in short, in the order of the space; only the first few of many.
pub(super) fn chosen_in_short(networks: &DesignNetworks, network: &CountedNetwork) -> Cell {
    let picks = networks.first_picks(network);
    let chosen = networks.space.choices.iter().zip(&picks);
    let labels =
        chosen.filter_map(|(choice, pick)| Some((choice, choice.alternatives.get(*pick)?)));
    let labels: Vec<String> =
        labels.map(|(choice, one)| format!("{}={}", choice.name, one.label)).collect();
    if labels.len() > MOST_SHOWN { Cell::Names(labels) } else { Cell::text(labels.join(" ")) }
}

/// The training runs that failed, and why.
pub(super) fn failures(failed: &[&JournalEntry]) -> Section {
    let columns = vec![
        column("chosen", "chosen"),
        column("epochs", "epochs"),
        column("attempts", "attempts"),
        column("error", "error"),
    ];
    let row = |entry: &&JournalEntry| {
        let choices = entry.variant.choices.iter();
        let error = entry.error.as_deref();
        vec![
            Cell::Names(choices.map(|(name, value)| format!("{name}={value}")).collect()),
            entry.variant.epochs.map_or(Cell::Missing, Cell::integer),
            Cell::integer(entry.attempts),
            error.map_or(Cell::Missing, |error| {
                Cell::text(error.split_whitespace().collect::<Vec<_>>().join(" "))
            }),
        ]
    };
    let mut section = Section::rows("failed", columns, failed.iter().map(row).collect());
    section.title = Some("Failed training runs".into());
    section
}
