//! What the pieces of a plan are built from.

use crate::counting::ledger::Event;
use crate::families::block::{Formula, GIVEN, Slots};
use crate::families::family::Family;
use crate::families::scaling::AtScale;

/// What the pieces of a plan are built from.
#[derive(Clone, Debug)]
pub(super) struct Foundation<'f, const N: usize> {
    pub(super) family: &'f Family,
    pub(super) constants: &'f [(String, Formula)],
    /// The slots of the constants that change with the width.
    pub(super) scaled_constants: Vec<usize>,
    pub(super) classes: u64,
    pub(super) totals: [&'static [Event]; N],
    pub(super) plain: AtScale,
    /// The values of names at the baseline.
    pub(super) baseline: Slots<'f, AtScale>,
}

/// The slots of the constants that change with the width: they scale a number, or use a constant that does.
pub(super) fn scaled_constants(constants: &[(String, Formula)]) -> Vec<usize> {
    let mut scaled: Vec<usize> = Vec::new();
    for (index, (_, formula)) in constants.iter().enumerate() {
        // A constant uses those before it only.
        if formula.scales() || formula.slots().iter().any(|slot| scaled.contains(slot)) {
            scaled.push(GIVEN.len() + index);
        }
    }
    scaled
}

/// A width multiplier, and the values of names at it.
#[derive(Clone, Debug)]
pub(super) struct AtWidth<'f> {
    pub(super) reading: AtScale,
    pub(super) values: Slots<'f, AtScale>,
}

/// A map between two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Map {
    pub(super) channels: u64,
    /// Height and width in pixels.
    pub(super) size: [u64; 2],
}
