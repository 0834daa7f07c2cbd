//! One stage of a plan: its pieces, by what they are built with.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::counting::ledger::Event;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::sides::{SidePolynomial, Sides};
use crate::error::Diagnostic;
use crate::families::block::{Builder, Formula, Scope};
use crate::families::family::{Family, StageSpec};
use crate::families::lower::{
    Scopes, StageBlocks, baseline_repeats, baseline_width, is_depth_fixed, width,
};
use crate::families::plan::asking::Asking;
use crate::families::plan::piece::{Piece, Totals};
use crate::families::scaling::{AtScale, Reading};

/// A stage keeps at most so many pieces; before the next one, it forgets them all.
const MAX_PIECES: usize = 20_000;

/// What the pieces of a plan are built from.
#[derive(Clone, Debug)]
pub(super) struct Foundation<'f, const N: usize> {
    pub(super) family: &'f Family,
    pub(super) constants: &'f [(String, Formula)],
    pub(super) classes: u64,
    pub(super) plain: AtScale,
    pub(super) totals: [&'static [Event]; N],
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
    by_key: HashMap<Key, Vec<usize>>,
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
    /// The stage's scaled channels by their bits, 0 if they do not scale.
    width: u64,
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
    values: Vec<Option<u64>>,
}

/// What a stage was last asked, and the answer.
#[derive(Clone, Copy, Debug)]
struct Last<const N: usize> {
    /// The width multiplier.
    width: f64,
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
    /// A stage whose names have these values at the baseline.
    pub(super) fn new(spec: &'f StageSpec, baseline: &Scope<AtScale>) -> Result<Self, Diagnostic> {
        let width = baseline_width(spec, baseline)?;
        Ok(StagePlan {
            spec,
            repeats: baseline_repeats(spec, baseline)?,
            width: width.filter(|_| !spec.fixed_width),
            sides: Sides::of_input(),
            pieces: Vec::new(),
            by_key: HashMap::new(),
            products: Default::default(),
            last_repeats: None,
            last: None,
        })
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
        reading: &AtScale,
        input: Map,
        repeats: u64,
    ) -> Option<&StageCost<N>> {
        let width = reading.scale().width;
        let is_last = self.last.as_ref().is_some_and(|last| {
            last.width.to_bits() == width.to_bits()
                && last.input == input
                && last.cost.repeats.include(repeats)
        });
        if !is_last {
            let cost = self.pieces_cost(foundation, reading, input, repeats)?;
            self.last = Some(Last { width, input, cost });
        }
        self.last.as_ref().map(|last| &last.cost)
    }

    fn pieces_cost(
        &mut self,
        foundation: &Foundation<'f, N>,
        reading: &AtScale,
        input: Map,
        repeats: u64,
    ) -> Option<StageCost<N>> {
        let mut part = |blocks, input| self.part(foundation, reading, blocks, input);
        let first = part(Blocks::First, input)?;
        if repeats == 1 {
            return Some(first.alone(Repeats::One));
        }
        let later = part(Blocks::Later, first.output)?;
        if later.output != first.output {
            return part(Blocks::All(repeats), input)
                .map(|all| all.alone(Repeats::Exactly(repeats)));
        }
        let steps = first.steps.saturating_add(later.steps);
        Some(StageCost { later: later.totals, steps, ..first.alone(Repeats::Several) })
    }

    /// The cost of blocks on a map.
    fn part(
        &mut self,
        foundation: &Foundation<'f, N>,
        reading: &AtScale,
        blocks: Blocks,
        input: Map,
    ) -> Option<Part<N>> {
        let place = usize::from(blocks == Blocks::Later);
        self.products[place].update(&self.sides, input.size);
        let width = self.width.map_or(0, |width| reading.scaled(width as f64).to_bits());
        let key = Key { blocks, input: input.channels, width };
        let piece = match self.find(key, reading, place) {
            Some(piece) => piece,
            None => {
                self.build(foundation, reading, key, input)?;
                self.products[place].update(&self.sides, input.size);
                self.find(key, reading, place)?
            }
        };
        let (piece, values) = (&self.pieces[piece], &self.products[place].values);
        let output = Map { channels: piece.channels, size: piece.output(values)? };
        Some(Part { totals: piece.totals(values)?, output, steps: piece.steps })
    }

    fn find(&self, key: Key, reading: &AtScale, place: usize) -> Option<usize> {
        let values = &self.products[place].values;
        let candidates = self.by_key.get(&key)?;
        candidates.iter().copied().find(|piece| self.pieces[*piece].holds(reading, values))
    }

    /// Builds a piece and keeps it.
    fn build(
        &mut self,
        foundation: &Foundation<'f, N>,
        reading: &AtScale,
        key: Key,
        input: Map,
    ) -> Option<()> {
        if self.pieces.len() >= MAX_PIECES {
            self.pieces.clear();
            self.by_key.clear();
        }
        let sides = Rc::new(RefCell::new(std::mem::take(&mut self.sides)));
        let piece = self.built(foundation, *reading, key, input, &sides);
        self.sides = sides.take();
        self.sides.take_records();
        self.pieces.push(piece?);
        self.by_key.entry(key).or_default().push(self.pieces.len() - 1);
        Some(())
    }

    fn built(
        &self,
        foundation: &Foundation<'f, N>,
        reading: AtScale,
        key: Key,
        input: Map,
        sides: &Rc<RefCell<Sides>>,
    ) -> Option<Piece<N>> {
        let Foundation { family, constants, classes, plain, totals } = foundation;
        let asking = Asking::new(reading);
        let mut scopes = Scopes::new(constants, &asking, plain, *classes).ok()?;
        let mut builder = Builder::new(&asking, &family.blocks, *classes);
        let output = width(self.spec, &scopes).ok()?.map(|width| width.to_quantity());
        let [height, width] = SidePolynomial::of_input(sides, input.size);
        let shape = Shape { channels: SidePolynomial::whole(input.channels), height, width };
        let scope = &mut scopes.scaled;
        let mut stage = StageBlocks { spec: self.spec, scope, output, builder: &mut builder };
        let node = match key.blocks {
            Blocks::First => stage.one(true, &shape),
            Blocks::Later => stage.one(false, &shape),
            Blocks::All(repeats) => stage.repeated(&SidePolynomial::whole(repeats), &shape),
        };
        let (node, steps) = (node.ok()?, builder.steps());
        drop(scopes);
        let answers = asking.answers(self.width.map(|width| width as f64));
        Piece::new(node, sides, totals, answers, steps)
    }
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
