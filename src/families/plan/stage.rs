//! One stage of a plan: its pieces, by what they are built with, and the costs that they were added up to.

use rustc_hash::FxHashMap;

use crate::error::Diagnostic;
use crate::families::block::{Formula, Scope, Value};
use crate::families::family::StageSpec;
use crate::families::lower::stage::{baseline_repeats, baseline_width, is_depth_fixed};
use crate::families::plan::foundation::{AtWidth, Foundation, Map};
use crate::families::plan::piece::Totals;
use crate::families::plan::pieces::{Blocks, Key, MAX_KEPT, Part, Pieces, Source, Widened};
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
    /// The slots of the scaled constants that the stage uses.
    constants: Vec<usize>,
    /// The values that they have had, numbers by their bits.
    constant_values: FxHashMap<ConstantValues<'f>, usize>,
    /// The stage at the last width multiplier.
    widened: Widened,
    /// The repeats at the last depth.
    last_repeats: Option<(f64, u64)>,
    /// Costs that were asked for, where they do not depend on more than the question.
    costs: FxHashMap<Question, StageCost<N>>,
    last: Option<Last<N>>,
}

/// The values of a stage's constants, numbers by their bits.
type ConstantValues<'f> = Vec<Option<Value<'f, u64>>>;

/// What a stage's cost depends on, if its blocks scale no channels besides the stage's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Question {
    input: Map,
    widened: Widened,
    is_one_block: bool,
}

/// The last answer at this width.
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
        let Foundation { scaled_constants, plain, baseline, .. } = foundation;
        let scope = Scope { reading: plain, values: baseline.clone() };
        Ok(StagePlan {
            spec,
            repeats: baseline_repeats(spec, &scope)?,
            width: baseline_width(spec, &scope)?.filter(|_| !spec.fixed_width),
            pieces: Pieces::new(),
            constants: constants_used(spec, scaled_constants),
            constant_values: FxHashMap::default(),
            widened: Widened::default(),
            last_repeats: None,
            costs: FxHashMap::default(),
            last: None,
        })
    }

    /// Prepares the stage for another width multiplier.
    pub(super) fn widen(&mut self, at: &AtWidth<'f>) {
        let channels = self.width.map_or(0, |width| at.reading.scaled(width as f64).to_bits());
        let constants = if self.constants.is_empty() { 0 } else { self.constants_at(at) };
        self.widened = Widened { channels, constants };
        self.last = None;
    }

    /// The index of the values of the stage's scaled constants.
    fn constants_at(&mut self, at: &AtWidth<'f>) -> usize {
        let value = |slot: &usize| at.values.get(*slot)?.as_ref().map(Value::bits);
        let values: ConstantValues<'f> = self.constants.iter().map(value).collect();
        if let Some(known) = self.constant_values.get(&values) {
            return *known;
        }
        if self.constant_values.len() >= MAX_KEPT {
            self.forget();
        }
        let index = self.constant_values.len();
        self.constant_values.insert(values, index);
        index
    }

    fn forget(&mut self) {
        self.pieces = Pieces::new();
        self.constant_values.clear();
        self.costs.clear();
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
        let is_last =
            self.last.is_some_and(|last| last.input == input && last.cost.repeats.include(repeats));
        if !is_last {
            let source = Source { foundation, spec: self.spec, at, width: self.width };
            let cost = self.kept_cost(source, input, repeats)?;
            self.last = Some(Last { input, cost });
        }
        self.last.as_ref().map(|last| &last.cost)
    }

    /// The cost, kept from the last time or added up and kept.
    fn kept_cost(
        &mut self,
        source: Source<'_, 'f, N>,
        input: Map,
        repeats: u64,
    ) -> Option<StageCost<N>> {
        let question = Question { input, widened: self.widened, is_one_block: repeats == 1 };
        let kept = self.costs.get(&question);
        if let Some(cost) = kept.filter(|cost| cost.repeats.include(repeats)) {
            return Some(*cost);
        }
        let (cost, follows_from_key) = self.pieces_cost(source, input, repeats)?;
        if follows_from_key {
            if self.costs.len() >= MAX_KEPT {
                self.costs.clear();
            }
            self.costs.insert(question, cost);
        }
        Some(cost)
    }

    /// The cost, and whether it holds wherever the same is asked.
    fn pieces_cost(
        &mut self,
        source: Source<'_, 'f, N>,
        input: Map,
        repeats: u64,
    ) -> Option<(StageCost<N>, bool)> {
        self.pieces.make_room();
        let key = |blocks, map: Map| Key { blocks, input: map.channels, widened: self.widened };
        let (piece, first) = self.pieces.cost(source, key(Blocks::First, input), input)?;
        if repeats == 1 {
            return Some((first.alone(Repeats::One), first.follows_from_key));
        }
        let after = first.output;
        let later = self.pieces.later(source, key(Blocks::Later, after), piece, after)?;
        if later.output != after {
            let (_, all) = self.pieces.cost(source, key(Blocks::All(repeats), input), input)?;
            return Some((all.alone(Repeats::Exactly(repeats)), all.follows_from_key));
        }
        let steps = first.steps.saturating_add(later.steps);
        let cost = StageCost { later: later.totals, steps, ..first.alone(Repeats::Several) };
        Some((cost, first.follows_from_key && later.follows_from_key))
    }
}

/// Those of the slots of constants that a stage uses.
fn constants_used(spec: &StageSpec, constants: &[usize]) -> Vec<usize> {
    let formulas = spec.settings.iter().map(|(_, formula)| formula).chain(&spec.width);
    let used: Vec<usize> = formulas.flat_map(Formula::slots).collect();
    constants.iter().copied().filter(|slot| used.contains(slot)).collect()
}

impl<const N: usize> Part<N> {
    /// The cost of a stage of no other blocks.
    fn alone(&self, repeats: Repeats) -> StageCost<N> {
        let &Part { totals: first, output, steps, .. } = self;
        StageCost { repeats, first, later: Totals::ZERO, output, steps }
    }
}
