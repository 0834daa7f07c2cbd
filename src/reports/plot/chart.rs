//! The names of charts in a report of several.

use crate::reports::{Cell, Column, column};

/// The column of the charts' names, if they have any.
pub(super) fn chart_column<'a>(mut names: impl Iterator<Item = Option<&'a str>>) -> Option<Column> {
    names.any(|name| name.is_some()).then(|| column("chart", "chart"))
}

pub(super) fn chart_cell(column: Option<&Column>, name: Option<&str>) -> Vec<Cell> {
    column.map(|_| optional(name)).into_iter().collect()
}

pub(super) fn optional(text: Option<&str>) -> Cell {
    text.map_or(Cell::Missing, Cell::text)
}
