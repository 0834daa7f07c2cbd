//! A search space before anything is trained.

use std::sync::Arc;

use crate::counting::units::{grouped, plural};
use crate::families::spec::space::Choice;
use crate::reports::declared::DESIGN_SPACE;
use crate::reports::design::cells::{
    chosen, chosen_in_short, cost_cells, cost_columns, objective, rungs,
};
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::Candidate;
use crate::search::design::{CountedNetwork, Design, DesignNetworks, SpaceSize, WithinConstraints};

/// The report of `phiscale design --dry-run`: the space, its size within the constraints, and the first candidates.
#[must_use]
pub fn design_space(design: &Design, size: &SpaceSize, first: &[Candidate]) -> Report {
    let mut fields = objective(design);
    fields.extend(size_fields(size));
    let sections = vec![Section::record(None, fields), choices(design), candidates(design, first)];
    let notes = [Some(budget(design)), Some(size_note(size)), invalid_note(size)];
    Report::new(&DESIGN_SPACE, sections, notes.into_iter().flatten().collect())
}

fn choices(design: &Design) -> Section {
    let columns = vec![column("choice", "choice"), column("alternatives", "alternatives")];
    let row = |choice: &Choice, values: Cell| vec![Cell::text(&choice.name), values];
    let all = &design.networks.space.choices;
    let values = |choice: &Choice| {
        Cell::Names(choice.alternatives.iter().map(|one| one.value.clone()).collect())
    };
    let labels = |choice: &Choice| {
        let labels: Vec<&str> = choice.alternatives.iter().map(|one| one.label.as_str()).collect();
        Cell::text(labels.join(" | "))
    };
    let rows = all.iter().map(|choice| row(choice, values(choice))).collect();
    let mut section = Section::rows("choices", columns, rows);
    section.folded = Some(all.iter().map(|choice| row(choice, labels(choice))).collect());
    section.title = Some("Choices".into());
    section
}

fn candidates(design: &Design, first: &[Candidate]) -> Section {
    let networks = design.networks;
    let network = |candidate: &Candidate| {
        networks.network(&networks.space.picks(&candidate.variant.choices)?)
    };
    let found: Vec<_> = first.iter().filter_map(network).collect();
    let rows = |chosen: fn(&DesignNetworks, &CountedNetwork) -> Cell| {
        let row = |network: &Arc<CountedNetwork>| {
            let mut cells = cost_cells(design, network);
            cells.push(chosen(networks, network));
            cells
        };
        found.iter().map(row).collect::<Vec<_>>()
    };
    let mut columns = cost_columns(design);
    columns.push(column("chosen", "chosen"));
    let mut section = Section::rows("first", columns, rows(chosen));
    section.folded = Some(rows(chosen_in_short));
    section.title = Some("First candidates".into());
    section
}

fn size_fields(size: &SpaceSize) -> Vec<(Column, Cell)> {
    let number = |number: usize| Cell::integer(number as u128);
    let none = Cell::Missing;
    let (networks, within, drawn, share, invalid) = match size.within {
        WithinConstraints::Counted { networks, within, invalid } => {
            (number(networks), number(within), none.clone(), None, invalid)
        }
        WithinConstraints::Drawn { drawn, share, invalid, .. } => {
            (none.clone(), none.clone(), number(drawn), Some(share), invalid)
        }
    };
    let bound = |bound: usize| share.map_or(Cell::Missing, |share| Cell::share(share[bound]));
    vec![
        (column("combinations", "combinations"), Cell::integer(size.combinations)),
        (column("networks", "distinct networks"), networks),
        (column("within", "within the constraints"), within),
        (column("drawn", "combinations drawn"), drawn),
        (column("share_from", "share within the constraints, from"), bound(0)),
        (column("share_to", "share within the constraints, to"), bound(1)),
        (column("invalid", "combinations without a network"), number(invalid)),
    ]
}

/// What each method may train, in words.
pub(super) fn budget(design: &Design) -> String {
    let epochs = design.epochs_by_generation().last().copied().unwrap_or_default();
    let names: Vec<&str> = design.methods.iter().map(|method| method.name()).collect();
    let each = if names.len() > 1 { "each" } else { "alone" };
    format!(
        "Budget: {} {each} may train {} for {} in all, by successive halving over {} epochs.",
        names.join(" and "),
        plural(design.candidates as u64, "network"),
        plural(epochs, "epoch"),
        rungs(design)
    )
}

fn size_note(size: &SpaceSize) -> String {
    match size.within {
        WithinConstraints::Counted { .. } => {
            "Every combination was counted; combinations that give equal networks are one network."
                .into()
        }
        WithinConstraints::Drawn { drawn, within, share: [low, high], .. } => format!(
            "The space is too large to count: of {} combinations drawn at random, {} are within the constraints, so {:.1} \
             to {:.1} % of all are (95 %, Wilson's interval).",
            grouped(drawn as u128),
            grouped(within as u128),
            low * 100.0,
            high * 100.0
        ),
    }
}

fn invalid_note(size: &SpaceSize) -> Option<String> {
    let (WithinConstraints::Counted { invalid, .. } | WithinConstraints::Drawn { invalid, .. }) =
        size.within;
    (invalid > 0).then(|| "Combinations that give no network, such as those with a window larger than its map, take no part.".into())
}
