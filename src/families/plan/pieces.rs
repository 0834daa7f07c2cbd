//! The pieces of a stage, by what they are built with.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::sides::{SidePolynomial, Sides};
use crate::families::block::{Builder, Scope};
use crate::families::family::StageSpec;
use crate::families::lower::stage::{self, Scopes, StageBlocks};
use crate::families::plan::foundation::{AtWidth, Foundation, Map};
use crate::families::plan::piece::{Piece, Totals, answers};
use crate::families::scaling::AtScale;
use crate::families::scaling::recording::Recording;

/// At most so many pieces, costs or values of constants are kept of a stage; before the next one, all are forgotten.
pub(super) const MAX_KEPT: usize = 20_000;

/// The pieces of a stage.
#[derive(Clone, Debug)]
pub(super) struct Pieces<const N: usize> {
    list: Vec<Piece<N>>,
    /// The first piece of each key.
    by_key: FxHashMap<Key, usize>,
    /// The products of sides for first blocks, and for later ones.
    products: [Products; 2],
}

/// The stage that pieces are built from.
#[derive(Clone, Copy)]
pub(super) struct Source<'s, 'f, const N: usize> {
    pub(super) foundation: &'s Foundation<'f, N>,
    pub(super) spec: &'f StageSpec,
    pub(super) at: &'s AtWidth<'f>,
    /// Channels at the baseline, if they scale.
    pub(super) width: Option<u64>,
}

/// What a piece is built with, besides the answers and comparisons that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) blocks: Blocks,
    /// Channels of the input.
    pub(super) input: u64,
    pub(super) widened: Widened,
}

/// What a width multiplier makes of a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Widened {
    /// The stage's scaled channels by their bits, 0 if they do not scale.
    pub(super) channels: u64,
    /// The values of its constants, by their index.
    pub(super) constants: usize,
}

/// The blocks of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Blocks {
    First,
    /// One of those after the first, which are all the same.
    Later,
    /// This many, of which the later ones differ.
    All(u64),
}

/// The products of sides that pieces use, and their values for one map.
#[derive(Clone, Debug)]
struct Products {
    sides: Sides,
    size: [u64; 2],
    values: Vec<u64>,
}

/// What blocks of a stage cost on a map.
pub(super) struct Part<const N: usize> {
    pub(super) totals: Totals<N>,
    pub(super) output: Map,
    pub(super) steps: usize,
    /// Whether the cost follows from the map and the key alone.
    pub(super) follows_from_key: bool,
}

impl<const N: usize> Pieces<N> {
    pub(super) fn new() -> Self {
        let products = [(); 2].map(|()| Products {
            sides: Sides::of_input(),
            size: [0; 2],
            values: Vec::new(),
        });
        Pieces { list: Vec::new(), by_key: FxHashMap::default(), products }
    }

    /// Forgets all pieces if there are too many.
    pub(super) fn make_room(&mut self) {
        if self.list.len() >= MAX_KEPT {
            self.list.clear();
            self.by_key.clear();
        }
    }

    /// The cost of blocks on a map, and their piece.
    pub(super) fn cost(
        &mut self,
        source: Source<'_, '_, N>,
        key: Key,
        input: Map,
    ) -> Option<(usize, Part<N>)> {
        let head = self.by_key.get(&key).copied();
        self.part(source, key, head, input)
    }

    /// The cost of each block after a first one whose piece and output are given.
    pub(super) fn later(
        &mut self,
        source: Source<'_, '_, N>,
        key: Key,
        first: usize,
        input: Map,
    ) -> Option<Part<N>> {
        // Saves looking the key up, which follows from the first block.
        let head = self.list[first].later.or_else(|| self.by_key.get(&key).copied());
        let (_, part) = self.part(source, key, head, input)?;
        self.list[first].later = head.or_else(|| self.by_key.get(&key).copied());
        Some(part)
    }

    /// The piece of a key on a map, and its cost; `head` is the first piece of that key, if there is any.
    fn part(
        &mut self,
        source: Source<'_, '_, N>,
        key: Key,
        head: Option<usize>,
        input: Map,
    ) -> Option<(usize, Part<N>)> {
        let (place, reading) = (key.blocks.place(), &source.at.reading);
        self.products[place].update(input.size);
        let piece = match self.find(head, reading, place) {
            Some(piece) => piece,
            None => {
                let piece = self.build(source, key, head, input)?;
                self.products[place].update(input.size);
                self.find(Some(piece), reading, place)?
            }
        };
        let (found, values) = (&self.list[piece], &self.products[place].values);
        let output = Map { channels: found.channels, size: found.output(values)? };
        let (totals, follows_from_key) = (found.totals(values), found.asks_nothing());
        Some((piece, Part { totals, output, steps: found.steps, follows_from_key }))
    }

    /// The piece that holds, from `head` on.
    fn find(&self, head: Option<usize>, reading: &AtScale, place: usize) -> Option<usize> {
        let values = &self.products[place].values;
        let mut pieces = std::iter::successors(head, |piece| self.list[*piece].next);
        pieces.find(|piece| self.list[*piece].holds(reading, values))
    }

    /// Builds a piece and keeps it, behind those from `head` on.
    fn build(
        &mut self,
        source: Source<'_, '_, N>,
        key: Key,
        head: Option<usize>,
        input: Map,
    ) -> Option<usize> {
        let known = &mut self.products[key.blocks.place()].sides;
        let sides = Rc::new(RefCell::new(std::mem::take(known)));
        let piece = source.piece(key.blocks, input, &sides);
        *known = sides.take();
        known.take_records();
        let index = self.list.len();
        self.list.push(piece?);
        match std::iter::successors(head, |piece| self.list[*piece].next).last() {
            Some(last) => self.list[last].next = Some(index),
            None => {
                self.by_key.insert(key, index);
            }
        }
        Some(index)
    }
}

impl<const N: usize> Source<'_, '_, N> {
    /// Builds blocks as a family does, on a map whose sides are not known.
    fn piece(self, blocks: Blocks, input: Map, sides: &Rc<RefCell<Sides>>) -> Option<Piece<N>> {
        let Source { foundation, spec, at, width } = self;
        let Foundation { family, classes, plain, baseline, totals, .. } = foundation;
        let recording = Recording::<SidePolynomial>::new(at.reading);
        let mut scopes = Scopes {
            scaled: Scope { reading: &recording, values: at.values.clone() },
            baseline: Scope { reading: plain, values: baseline.clone() },
        };
        let mut builder = Builder::new(&recording, &family.blocks, *classes);
        let output = stage::width(spec, &scopes).ok()?.map(|width| width.to_quantity());
        let [rows, columns] = SidePolynomial::of_input(sides, input.size);
        let channels = SidePolynomial::whole(input.channels);
        let input = Shape { channels, height: rows, width: columns };
        let scope = &mut scopes.scaled;
        let mut stage = StageBlocks { spec, scope, output, builder: &mut builder };
        let node = match blocks {
            Blocks::First => stage.one(true, &input),
            Blocks::Later => stage.one(false, &input),
            Blocks::All(repeats) => stage.repeated(&SidePolynomial::whole(repeats), &input),
        };
        let (node, steps) = (node.ok()?, builder.steps());
        drop(scopes);
        Piece::new(node, sides, totals, answers(recording, &at.reading, width), steps)
    }
}

impl Blocks {
    /// Where the products of sides for the blocks are.
    fn place(self) -> usize {
        usize::from(self == Blocks::Later)
    }
}

impl Products {
    /// Computes what is missing for an input of this size.
    fn update(&mut self, size: [u64; 2]) {
        if self.size != size {
            self.size = size;
            self.values.clear();
        }
        self.sides.extend(size, &mut self.values);
    }
}
