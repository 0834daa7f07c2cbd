//! The bundled search spaces.

use crate::families::spec::space::SearchSpace;
use crate::reports::declared::SPACES;
use crate::reports::{Cell, Report, Section, column};

/// The report of `phiscale list --spaces`.
#[must_use]
pub fn spaces(spaces: &[SearchSpace]) -> Report {
    let columns = vec![
        column("name", "name"),
        column("title", "search space"),
        column("choices", "choices"),
        column("combinations", "combinations"),
        column("target_macs", "target (MACs)"),
        column("source", "source"),
    ];
    let row = |space: &SearchSpace| {
        vec![
            Cell::text(&space.name),
            Cell::text(&space.title),
            Cell::integer(space.choices.len() as u128),
            Cell::integer(space.combinations()),
            space.settings.target_macs.map_or(Cell::Missing, Cell::integer),
            Cell::Source(space.source.clone()),
        ]
    };
    let section = Section::rows("spaces", columns, spaces.iter().map(row).collect());
    let note = "`phiscale design NAME --dry-run` shows a space, and how much of it is within its constraints.";
    Report::new(&SPACES, vec![section], vec![note.into()])
}
