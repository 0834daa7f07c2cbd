//! What building a network's blocks did, call by call, for writing the network as a program.

use crate::counting::node::Node;
use crate::counting::shape::Shape;
use crate::families::block::{Block, QuantityOf, Slots, Step, Value};
use crate::families::scaling::Reading;

/// The calls of blocks, in the order in which they began.
#[derive(Debug)]
pub(crate) struct Trace<'a, R: Reading> {
    pub(crate) calls: Vec<Call<'a, R>>,
    /// The calls of each stage that was built; a stage's equal repeats are built once.
    pub(crate) stages: Vec<Vec<usize>>,
    /// The calls of the stage that is being built.
    own: Vec<usize>,
    /// The calls that have not ended.
    open: Vec<usize>,
}

/// One call of a block.
#[derive(Debug)]
pub(crate) struct Call<'a, R: Reading> {
    pub(crate) block: &'a Block,
    /// The values of all its names.
    pub(crate) values: Slots<'a, R>,
    /// The shape of its output.
    pub(crate) output: Shape<R::Scalar>,
    /// Its steps as they were reached, those within other steps first.
    pub(crate) visits: Vec<Visit<'a, R>>,
}

/// One time that a step was reached.
#[derive(Debug)]
pub(crate) struct Visit<'a, R: Reading> {
    pub(crate) step: &'a Step,
    pub(crate) input: Shape<R::Scalar>,
    /// The number of the branch that it is in, if any.
    pub(crate) branch: Option<Value<'a, QuantityOf<R>>>,
    /// Whether its condition held.
    pub(crate) holds: bool,
    /// What it built, unless it does nothing here.
    pub(crate) node: Option<Node<R::Scalar>>,
}

impl<R: Reading> Default for Trace<'_, R> {
    fn default() -> Self {
        let (calls, stages, own, open) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Trace { calls, stages, own, open }
    }
}

impl<'a, R: Reading> Trace<'a, R> {
    pub(super) fn begin(
        &mut self,
        block: &'a Block,
        values: &Slots<'a, R>,
        input: &Shape<R::Scalar>,
    ) {
        let index = self.calls.len();
        if self.open.is_empty() {
            self.own.push(index);
        }
        self.open.push(index);
        let (values, output) = (values.clone(), input.clone());
        self.calls.push(Call { block, values, output, visits: Vec::new() });
    }

    pub(super) fn end(&mut self, output: &Shape<R::Scalar>) {
        let Some(index) = self.open.pop() else { return };
        self.calls[index].output = output.clone();
    }

    pub(super) fn visit(&mut self, visit: Visit<'a, R>) {
        let Some(index) = self.open.last() else { return };
        self.calls[*index].visits.push(visit);
    }

    pub(in crate::families) fn end_stage(&mut self) {
        self.stages.push(std::mem::take(&mut self.own));
    }
}
