//! One stage of a plan: its pieces, by what they are built with.

use crate::error::Diagnostic;
use crate::families::block::{Formula, GIVEN, Scope, Slots};
use crate::families::family::StageSpec;
use crate::families::lower::stage::{baseline_repeats, baseline_width, is_depth_fixed};
use crate::families::plan::foundation::{AtWidth, Foundation, Map};
use crate::families::plan::piece::Totals;
use crate::families::plan::pieces::{Blocks, Key, MAX_PIECES, Part, Pieces, Source, Widened};
use crate::families::scaling::{AtScale, Reading};

/// A stage and its pieces.
#[derive(Clone, Debug)]
pub(super) struct StagePlan<'f, const N: usize> {
    spec: &'f StageSpec,
    /// Repeats at the baseline.
    repeats: u64,
    /// Channels at the baseline, if they scale.
    width: Option<u64>,
    pieces: Pieces<N>,
    /// The slots of the constants that the stage uses, and the values that they have had.
    constants: Vec<usize>,
    constant_values: Vec<Slots<'f, AtScale>>,
    /// The stage at the last width multiplier.
    widened: Widened,
    /// The repeats at the last depth.
    last_repeats: Option<(f64, u64)>,
    last: Option<Last<N>>,
}

/// What a stage was last asked, and the answer.
#[derive(Clone, Copy, Debug)]
struct Last<const N: usize> {
    input: Map,
    cost: StageCost<N>,
}

/// What a stage costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct StageCost<const N: usize> {
    repeats: Repeats,
    /// The first block, or all of them.
    pub(super) first: Totals<N>,
    /// Each block after the first.
    pub(super) later: Totals<N>,
    pub(super) output: Map,
    /// Steps that a builder takes.
    pub(super) steps: usize,
}

/// The numbers of repeats that a cost is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeats {
    One,
    Several,
    Exactly(u64),
}

impl Repeats {
    fn include(self, repeats: u64) -> bool {
        match self {
            Repeats::One => repeats == 1,
            Repeats::Several => repeats > 1,
            Repeats::Exactly(number) => repeats == number,
        }
    }
}

impl<'f, const N: usize> StagePlan<'f, N> {
    /// A stage of a family.
    pub(super) fn new(
        spec: &'f StageSpec,
        foundation: &Foundation<'f, N>,
    ) -> Result<Self, Diagnostic> {
        let Foundation { constants, plain, baseline, .. } = foundation;
        let scope = Scope { reading: plain, values: baseline.clone() };
        Ok(StagePlan {
            spec,
            repeats: baseline_repeats(spec, &scope)?,
            width: baseline_width(spec, &scope)?.filter(|_| !spec.fixed_width),
            pieces: Pieces::new(),
            constants: constants_used(spec, constants),
            constant_values: Vec::new(),
            widened: Widened::default(),
            last_repeats: None,
            last: None,
        })
    }

    /// Prepares the stage for another width multiplier.
    pub(super) fn widen(&mut self, at: &AtWidth<'f>) {
        let channels = self.width.map_or(0, |width| at.reading.scaled(width as f64).to_bits());
        let value = |slot: &usize| at.values.get(*slot).and_then(Option::as_ref);
        let is_same = |known: &Slots<'f, AtScale>| {
            known.iter().zip(&self.constants).all(|(known, slot)| known.as_ref() == value(slot))
        };
        if self.constant_values.len() >= MAX_PIECES {
            (self.pieces, self.constant_values) = (Pieces::new(), Vec::new());
        }
        let constants = self.constant_values.iter().position(is_same).unwrap_or_else(|| {
            let used = self.constants.iter().map(|slot| value(slot).cloned());
            self.constant_values.push(used.collect());
            self.constant_values.len() - 1
        });
        self.widened = Widened { channels, constants };
        self.last = None;
    }

    /// How often the stage repeats its block; 0 leaves it out.
    pub(super) fn repeats(&mut self, reading: &AtScale) -> Option<u64> {
        if is_depth_fixed(self.spec, self.repeats) {
            return Some(self.repeats);
        }
        let depth = reading.scale().depth;
        match self.last_repeats {
            Some((last, repeats)) if last.to_bits() == depth.to_bits() => Some(repeats),
            _ => {
                let repeats = reading.repeats(self.repeats).ok()?;
                self.last_repeats = Some((depth, repeats));
                Some(repeats)
            }
        }
    }

    /// The cost on a map; `None` if there is no piece for it.
    pub(super) fn cost(
        &mut self,
        foundation: &Foundation<'f, N>,
        at: &AtWidth<'f>,
        input: Map,
        repeats: u64,
    ) -> Option<&StageCost<N>> {
        let is_last = self
            .last
            .as_ref()
            .is_some_and(|last| last.input == input && last.cost.repeats.include(repeats));
        if !is_last {
            let cost = self.pieces_cost(foundation, at, input, repeats)?;
            self.last = Some(Last { input, cost });
        }
        self.last.as_ref().map(|last| &last.cost)
    }

    fn pieces_cost(
        &mut self,
        foundation: &Foundation<'f, N>,
        at: &AtWidth<'f>,
        input: Map,
        repeats: u64,
    ) -> Option<StageCost<N>> {
        self.pieces.make_room();
        let source = Source { foundation, spec: self.spec, at, width: self.width };
        let key = |blocks, map: Map| Key { blocks, input: map.channels, widened: self.widened };
        let (piece, first) = self.pieces.cost(source, key(Blocks::First, input), input)?;
        if repeats == 1 {
            return Some(first.alone(Repeats::One));
        }
        let after = first.output;
        let later = self.pieces.later(source, key(Blocks::Later, after), piece, after)?;
        if later.output != after {
            let (_, all) = self.pieces.cost(source, key(Blocks::All(repeats), input), input)?;
            return Some(all.alone(Repeats::Exactly(repeats)));
        }
        let steps = first.steps.saturating_add(later.steps);
        Some(StageCost { later: later.totals, steps, ..first.alone(Repeats::Several) })
    }
}

/// The slots of the constants that a stage uses, directly or in other constants.
fn constants_used(spec: &StageSpec, constants: &[(String, Formula)]) -> Vec<usize> {
    let formulas = spec.settings.iter().map(|(_, formula)| formula).chain(&spec.width);
    let mut slots: Vec<usize> = formulas.flat_map(Formula::slots).collect();
    // A constant uses those before it only.
    for (index, (_, formula)) in constants.iter().enumerate().rev() {
        if slots.contains(&(GIVEN.len() + index)) {
            slots.extend(formula.slots());
        }
    }
    slots.retain(|slot| *slot >= GIVEN.len());
    slots.sort_unstable();
    slots.dedup();
    slots
}

impl<const N: usize> Part<N> {
    /// The cost of a stage of no other blocks.
    fn alone(self, repeats: Repeats) -> StageCost<N> {
        let Part { totals: first, output, steps } = self;
        StageCost { repeats, first, later: Totals::ZERO, output, steps }
    }
}
