//! One stage of a plan: its pieces, by what they are built with.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::counting::ledger::Event;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::sides::{SidePolynomial, Sides};
use crate::error::Diagnostic;
use crate::families::block::{Builder, Formula, GIVEN, Scope, Slots};
use crate::families::family::{Family, StageSpec};
use crate::families::lower::{
    Scopes, StageBlocks, baseline_repeats, baseline_width, is_depth_fixed, width,
};
use crate::families::plan::piece::{Piece, Totals, answers};
use crate::families::scaling::recording::Recording;
use crate::families::scaling::{AtScale, Reading};

/// A stage keeps at most so many pieces; before the next one, it forgets them all.
const MAX_PIECES: usize = 20_000;

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

/// A stage and its pieces.
#[derive(Clone, Debug)]
pub(super) struct StagePlan<'f, const N: usize> {
    spec: &'f StageSpec,
    /// Repeats at the baseline.
    repeats: u64,
    /// Channels at the baseline, if they scale.
    width: Option<u64>,
    sides: Sides,
    pieces: Vec<Piece<N>>,
    /// The first piece of each key.
    by_key: FxHashMap<Key, usize>,
    /// The slots of the constants that the stage uses, and the values that they have had.
    constants: Vec<usize>,
    constant_values: Vec<Slots<'f, AtScale>>,
    /// The stage at the last width multiplier.
    widened: Widened,
    /// The products of sides for the last map of the first block, and for the last of a later one.
    products: [Products; 2],
    /// The repeats at the last depth.
    last_repeats: Option<(f64, u64)>,
    last: Option<Last<N>>,
}

/// What a piece is built with, besides the answers and comparisons that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    blocks: Blocks,
    /// Channels of the input.
    input: u64,
    widened: Widened,
}

/// What a width multiplier makes of a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Widened {
    /// The stage's scaled channels by their bits, 0 if they do not scale.
    channels: u64,
    /// The values of its constants, by their index.
    constants: usize,
}

/// The blocks of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Blocks {
    First,
    /// One of those after the first, which are all the same.
    Later,
    /// This many, of which the later ones differ.
    All(u64),
}

/// The products of sides for one map.
#[derive(Clone, Debug, Default)]
struct Products {
    size: [u64; 2],
    values: Vec<u64>,
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
            sides: Sides::of_input(),
            pieces: Vec::new(),
            by_key: FxHashMap::default(),
            constants: constants_used(spec, constants),
            constant_values: Vec::new(),
            widened: Widened::default(),
            products: Default::default(),
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
        if self.pieces.len() >= MAX_PIECES {
            self.pieces.clear();
            self.by_key.clear();
        }
        let key = |blocks, input: Map| Key { blocks, input: input.channels, widened: self.widened };
        let (one, several) = (key(Blocks::First, input), key(Blocks::All(repeats), input));
        let head = self.by_key.get(&one).copied();
        let (piece, first) = self.part(foundation, at, one, head, input)?;
        if repeats == 1 {
            return Some(first.alone(Repeats::One));
        }
        let next = Key { blocks: Blocks::Later, input: first.output.channels, ..one };
        let head = self.pieces[piece].later.or_else(|| self.by_key.get(&next).copied());
        let (_, later) = self.part(foundation, at, next, head, first.output)?;
        self.pieces[piece].later = head.or_else(|| self.by_key.get(&next).copied());
        if later.output != first.output {
            let head = self.by_key.get(&several).copied();
            let (_, all) = self.part(foundation, at, several, head, input)?;
            return Some(all.alone(Repeats::Exactly(repeats)));
        }
        let steps = first.steps.saturating_add(later.steps);
        Some(StageCost { later: later.totals, steps, ..first.alone(Repeats::Several) })
    }

    /// The piece of a key on a map, and its cost; `head` is the first piece of that key, if there is any.
    fn part(
        &mut self,
        foundation: &Foundation<'f, N>,
        at: &AtWidth<'f>,
        key: Key,
        head: Option<usize>,
        input: Map,
    ) -> Option<(usize, Part<N>)> {
        let place = usize::from(key.blocks == Blocks::Later);
        self.products[place].update(&self.sides, input.size);
        let piece = match self.find(head, &at.reading, place) {
            Some(piece) => piece,
            None => {
                let piece = self.build(foundation, at, key, head, input)?;
                self.products[place].update(&self.sides, input.size);
                self.find(Some(piece), &at.reading, place)?
            }
        };
        let (Piece { channels, steps, .. }, values) =
            (&self.pieces[piece], &self.products[place].values);
        let totals = self.pieces[piece].totals(values);
        let output = Map { channels: *channels, size: self.pieces[piece].output(values) };
        Some((piece, Part { totals, output, steps: *steps }))
    }

    /// The piece that holds, from `head` on.
    fn find(&self, head: Option<usize>, reading: &AtScale, place: usize) -> Option<usize> {
        let values = &self.products[place].values;
        let mut pieces = std::iter::successors(head, |piece| self.pieces[*piece].next);
        pieces.find(|piece| self.pieces[*piece].holds(reading, values))
    }

    /// Builds a piece and keeps it, behind those from `head` on.
    fn build(
        &mut self,
        foundation: &Foundation<'f, N>,
        at: &AtWidth<'f>,
        key: Key,
        head: Option<usize>,
        input: Map,
    ) -> Option<usize> {
        let sides = Rc::new(RefCell::new(std::mem::take(&mut self.sides)));
        let piece = self.built(foundation, at, key.blocks, input, &sides);
        self.sides = sides.take();
        self.sides.take_records();
        let index = self.pieces.len();
        self.pieces.push(piece?);
        match std::iter::successors(head, |piece| self.pieces[*piece].next).last() {
            Some(last) => self.pieces[last].next = Some(index),
            None => {
                self.by_key.insert(key, index);
            }
        }
        Some(index)
    }

    fn built(
        &self,
        foundation: &Foundation<'f, N>,
        at: &AtWidth<'f>,
        blocks: Blocks,
        input: Map,
        sides: &Rc<RefCell<Sides>>,
    ) -> Option<Piece<N>> {
        let Foundation { family, classes, plain, baseline, totals, .. } = foundation;
        let recording = Recording::<SidePolynomial>::new(at.reading);
        let mut scopes = Scopes {
            scaled: Scope { reading: &recording, values: at.values.clone() },
            baseline: Scope { reading: plain, values: baseline.clone() },
        };
        let mut builder = Builder::new(&recording, &family.blocks, *classes);
        let output = width(self.spec, &scopes).ok()?.map(|width| width.to_quantity());
        let [height, width] = SidePolynomial::of_input(sides, input.size);
        let shape = Shape { channels: SidePolynomial::whole(input.channels), height, width };
        let scope = &mut scopes.scaled;
        let mut stage = StageBlocks { spec: self.spec, scope, output, builder: &mut builder };
        let node = match blocks {
            Blocks::First => stage.one(true, &shape),
            Blocks::Later => stage.one(false, &shape),
            Blocks::All(repeats) => stage.repeated(&SidePolynomial::whole(repeats), &shape),
        };
        let (node, steps) = (node.ok()?, builder.steps());
        drop(scopes);
        let answers = answers(recording, &at.reading, self.width);
        Piece::new(node, sides, totals, answers, steps)
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

/// What blocks of a stage cost on a map.
struct Part<const N: usize> {
    totals: Totals<N>,
    output: Map,
    steps: usize,
}

impl<const N: usize> Part<N> {
    /// The cost of a stage of no other blocks.
    fn alone(self, repeats: Repeats) -> StageCost<N> {
        let Part { totals: first, output, steps } = self;
        StageCost { repeats, first, later: Totals::ZERO, output, steps }
    }
}

impl Products {
    /// Computes what is missing for an input of this size.
    fn update(&mut self, sides: &Sides, size: [u64; 2]) {
        if self.size != size {
            self.size = size;
            self.values.clear();
        }
        sides.extend(size, &mut self.values);
    }
}
