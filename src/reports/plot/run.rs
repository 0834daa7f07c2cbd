//! How networks run, in columns.

use crate::analysis::time::Deployment;
use crate::reports::Cell;

/// The keys of how networks run.
pub(super) const RUN: [&str; 4] = ["device", "batch", "dtype", "compiled"];

pub(super) fn of_run(run: &Deployment) -> Vec<Cell> {
    vec![
        Cell::text(&run.device.name),
        Cell::integer(run.batch),
        Cell::text(run.mode.dtype.name()),
        Cell::Bool(run.mode.compiled),
    ]
}
