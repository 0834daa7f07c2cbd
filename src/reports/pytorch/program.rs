//! The classes of an exported module: one for each block that the network uses.

use std::collections::BTreeSet;

use crate::error::Diagnostic;
use crate::families::block::trace::Call;
use crate::families::block::{Block, Scope, Slots, Step};
use crate::families::lower::Traced;
use crate::families::scaling::AtScale;
use crate::reports::pytorch::additions::Addition;
use crate::reports::pytorch::term::Known;

/// The type of an argument that takes an activation function.
pub(super) const ACTIVATION: &str = "type[nn.Module]";

/// How a map lies in a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Images, channels, rows, columns.
    Map,
    /// Images, channels.
    Vector,
    /// Images, tokens, channels.
    Tokens,
}

/// The class of a block.
#[derive(Clone, Debug)]
pub(super) struct Class<'f> {
    pub(super) name: String,
    pub(super) block: &'f Block,
    /// What its `__init__` takes.
    pub(super) arguments: Vec<Argument<'f>>,
    pub(super) input: Layout,
    pub(super) output: Layout,
    /// Whether its output is beside the network's, for training.
    pub(super) is_auxiliary: bool,
    pub(super) lines: Vec<String>,
}

/// What a class takes to be made.
#[derive(Clone, Debug)]
pub(super) struct Argument<'f> {
    /// The slot of the block's name.
    pub(super) slot: usize,
    pub(super) name: String,
    /// Its type in Python.
    pub(super) kind: &'static str,
    /// The value without which it can be left out.
    pub(super) default: Option<Known<'f>>,
    /// Whether it is given as it was scaled.
    pub(super) is_scaled: bool,
}

impl Argument<'_> {
    /// Whether it takes the class of an activation function.
    pub(super) fn is_activation(&self) -> bool {
        self.kind == ACTIVATION
    }
}

/// The classes that were written so far.
pub(super) struct Program<'t, 'f> {
    pub(super) traced: &'t Traced<'f>,
    pub(super) blocks: &'f [Block],
    pub(super) reading: &'f AtScale,
    pub(super) classes: Vec<Class<'f>>,
    pub(super) additions: BTreeSet<Addition>,
    /// The blocks whose classes are being written.
    pub(super) open: Vec<&'f str>,
}

impl<'t, 'f> Program<'t, 'f> {
    pub(super) fn new(traced: &'t Traced<'f>, blocks: &'f [Block], reading: &'f AtScale) -> Self {
        let (classes, additions, open) = (Vec::new(), BTreeSet::new(), Vec::new());
        Program { traced, blocks, reading, classes, additions, open }
    }

    /// What names stand for in a call with these values.
    pub(super) fn scope(&self, values: &Slots<'f, AtScale>) -> Scope<'f, 'f, AtScale> {
        Scope { reading: self.reading, values: values.clone() }
    }

    /// A name that no other class has.
    pub(super) fn free_name(&self, wanted: &str) -> String {
        let names = (1..).map(|number| match number {
            1 => wanted.to_string(),
            _ => format!("{wanted}{number}"),
        });
        let is_free = |name: &String| {
            let is_addition = Addition::CLASSES.contains(&name.as_str());
            let is_known = is_addition || name == "Tensor";
            !is_known && self.classes.iter().all(|class| class.name != *name)
        };
        names.into_iter().find(is_free).unwrap_or_default()
    }

    /// Every call of a block.
    pub(super) fn calls(&self, block: &Block) -> Vec<&'t Call<'f, AtScale>> {
        let traced: &'t Traced<'f> = self.traced;
        traced.calls.iter().filter(|call| std::ptr::eq(call.block, block)).collect()
    }
}

/// A step that cannot be written in PyTorch.
pub(super) fn unsupported(step: &Step, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(message).at(&step.span, "this step cannot be exported")
}
