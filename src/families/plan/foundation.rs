//! What the pieces of a plan are built from.

use crate::counting::ledger::Event;
use crate::families::block::{Formula, Slots};
use crate::families::family::Family;
use crate::families::scaling::AtScale;

/// What the pieces of a plan are built from.
#[derive(Clone, Debug)]
pub(super) struct Foundation<'f, const N: usize> {
    pub(super) family: &'f Family,
    pub(super) constants: &'f [(String, Formula)],
    pub(super) classes: u64,
    pub(super) totals: [&'static [Event]; N],
    pub(super) plain: AtScale,
    /// The values of names at the baseline.
    pub(super) baseline: Slots<'f, AtScale>,
}

/// A width multiplier, and the values of names at it.
#[derive(Clone, Debug)]
pub(super) struct AtWidth<'f> {
    pub(super) reading: AtScale,
    pub(super) values: Slots<'f, AtScale>,
}

/// A map between two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Map {
    pub(super) channels: u64,
    /// Height and width in pixels.
    pub(super) size: [u64; 2],
}
