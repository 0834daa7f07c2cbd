//! A piece of a plan: the cost of a block, or of all blocks of a stage, as sums over products of sides.

use std::cell::RefCell;
use std::rc::Rc;

use crate::counting::ledger::{Event, Ledger};
use crate::counting::network::{Network, Stage};
use crate::counting::node::Node;
use crate::counting::scalar::Scalar;
use crate::counting::sides::{Comparison, SidePolynomial, Sides};
use crate::families::scaling::recording::{Dimension, Recording};
use crate::families::scaling::{AtScale, Reading};

/// From here on, an amount of a network could reach 2^64.
const LIMIT: u64 = 1 << 62;

/// Channels before scaling, and after; both by their bits.
type Answer = [u64; 2];

/// The cost of blocks that are the same wherever their conditions hold.
#[derive(Clone, Debug)]
pub(super) struct Piece<const N: usize> {
    /// The numbers of channels that the blocks ask for.
    answers: Vec<Answer>,
    /// What they compare about the map, and how it comes out.
    comparisons: Vec<Comparison>,
    /// The sides that their layers make, each of which must be there.
    made: Vec<usize>,
    costs: Vec<Cost<N>>,
    /// Channels of the output.
    pub(super) channels: u64,
    /// Height and width of the output, by their indices.
    sides: [usize; 2],
    /// Steps that a builder takes, of which a network may have only so many.
    pub(super) steps: usize,
    /// The next piece of the same key.
    pub(super) next: Option<usize>,
    /// The first piece of the blocks after this one.
    pub(super) later: Option<usize>,
}

/// What one product of sides adds to the totals.
#[derive(Clone, Debug)]
struct Cost<const N: usize> {
    product: usize,
    coefficients: [u64; N],
    /// The coefficient of all amounts together, FLOPs among them.
    all: u64,
}

/// Totals of a part of a network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Totals<const N: usize> {
    pub(super) totals: [u64; N],
    /// All amounts together, FLOPs among them. Below [`LIMIT`] nothing has overflowed.
    all: u64,
}

impl<const N: usize> Piece<N> {
    /// The piece that a node is; `None` if its amounts do not fit.
    pub(super) fn new(
        node: Node<SidePolynomial>,
        sides: &Rc<RefCell<Sides>>,
        totals: &[&[Event]; N],
        answers: Vec<Answer>,
        steps: usize,
    ) -> Option<Self> {
        let output = node.output().clone();
        let stage = Stage { name: String::new(), repeats: SidePolynomial::whole(1), node };
        let network = Network::new(stage.node.input().clone(), vec![stage]).ok()?;
        let costs = costs(&network.ledger(), totals);
        let channels = output.channels.exact();
        let mut sides = sides.borrow_mut();
        let (comparisons, made) = sides.take_records();
        let sides = [output.height.side(&mut sides), output.width.side(&mut sides)];
        let is_sound = costs.iter().all(|cost| cost.all < LIMIT);
        let [next, later] = [None; 2];
        is_sound.then_some(Piece {
            answers,
            comparisons,
            made,
            costs,
            channels,
            sides,
            steps,
            next,
            later,
        })
    }

    /// Whether the blocks are these at another scale and on another map.
    pub(super) fn holds(&self, reading: &AtScale, values: &[u64]) -> bool {
        self.answers.iter().all(|[asked, answer]| scaled(reading, *asked) == *answer)
            && self.made.iter().all(|side| values[*side] < u64::MAX)
            && self.comparisons.iter().all(|comparison| comparison.holds(values))
    }

    /// Whether the blocks ask for no channels besides those of their key.
    pub(super) fn asks_nothing(&self) -> bool {
        self.answers.is_empty()
    }

    /// Height and width of the output, where the products of sides have these values; `None` if they reach 2^64.
    pub(super) fn output(&self, values: &[u64]) -> Option<[u64; 2]> {
        let size = self.sides.map(|side| values[side]);
        (!size.contains(&u64::MAX)).then_some(size)
    }

    /// The totals, where the products of sides have these values.
    pub(super) fn totals(&self, values: &[u64]) -> Totals<N> {
        let mut sum = Totals::ZERO;
        for Cost { product, coefficients, all } in &self.costs {
            sum.add(coefficients, *all, values[*product]);
        }
        sum
    }
}

impl<const N: usize> Totals<N> {
    pub(super) const ZERO: Self = Totals { totals: [0; N], all: 0 };

    /// Adds amounts `times` times. Totals may wrap, but only if `all` saturates: they are parts of it.
    fn add(&mut self, totals: &[u64; N], all: u64, times: u64) {
        for (sum, total) in self.totals.iter_mut().zip(totals) {
            *sum = sum.wrapping_add(total.wrapping_mul(times));
        }
        self.all = self.all.saturating_add(all.saturating_mul(times));
    }

    /// Adds another part's totals `times` times.
    pub(super) fn increase(&mut self, other: &Self, times: u64) {
        self.add(&other.totals, other.all, times);
    }

    /// The totals; `None` if an amount could have reached 2^64.
    pub(super) fn checked(&self) -> Option<[u64; N]> {
        (self.all < LIMIT).then_some(self.totals)
    }
}

/// What each product of sides adds to the totals, and to all amounts.
fn costs<const N: usize>(ledger: &Ledger<SidePolynomial>, totals: &[&[Event]; N]) -> Vec<Cost<N>> {
    let mut all = ledger.sum(Event::MACS);
    all.increase(&ledger.sum(Event::ALL));
    let totals = totals.map(|events| ledger.sum(events));
    let cost = |&(product, all): &(usize, u64)| {
        let coefficients = totals.each_ref().map(|total| total.coefficient(product));
        Cost { product, coefficients, all }
    };
    all.terms().iter().map(cost).collect()
}

/// The answers that blocks were built with, without that to `known`.
pub(super) fn answers(
    recording: Recording<SidePolynomial>,
    reading: &AtScale,
    known: Option<u64>,
) -> Vec<Answer> {
    let known = known.map(|known| (known as f64).to_bits());
    let answer = |dimension| match dimension {
        Dimension::Scaled(asked) if Some(asked) != known => Some([asked, scaled(reading, asked)]),
        Dimension::Scaled(_) | Dimension::Repeats(_) | Dimension::Side(_) => None,
    };
    recording.asked().into_iter().filter_map(answer).collect()
}

fn scaled(reading: &AtScale, asked: u64) -> u64 {
    reading.scaled(f64::from_bits(asked)).to_bits()
}
