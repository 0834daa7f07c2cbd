//! Blocks: named parts of networks, as data.
//!
//! A block is a list of steps over the primitive layers and the compositions of
//! [`Node`](crate::counting::node::Node), whose dimensions are [`Formula`]s over the block's parameters. No Rust
//! code knows any architecture by name.

mod build;
mod evaluate;
pub(crate) mod expression;
pub(crate) mod fixed;
mod formula;
pub(crate) mod kinds;
mod layer;
mod parse;
mod reduce;
pub(crate) mod trace;

pub(crate) use build::MAX_CALLS;
pub use build::{Builder, MAX_STEPS};
pub use evaluate::{QuantityOf, Scope, Slots, Value};
pub use formula::{Formula, count};
pub use layer::Given;

use std::sync::OnceLock;

use crate::counting::layer::LayerKind;
use crate::counting::ledger::Part;
use crate::counting::name::Name;
use crate::error::Span;
use fixed::FixedChannels;

/// The names that every block knows without declaring them, in slot order.
pub const GIVEN: [&str; 6] = ["in", "out", "channels", "classes", "first", "branch"];

/// The slot of `in`: the input channels of the block.
pub(crate) const IN: usize = 0;

/// The slot of `out`: the output channels that the stage or step gives.
pub(crate) const OUT: usize = 1;

/// The slot of `channels`: the input channels of the current step.
pub(crate) const CHANNELS: usize = 2;

/// The slot of `classes`.
pub(crate) const CLASSES: usize = 3;

/// The slot of `first`: whether this is the first block of its stage.
pub(crate) const FIRST: usize = 4;

/// The slot of `branch`: the number of the branch, from 1.
pub(crate) const BRANCH: usize = 5;

/// A block as a spec describes it.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its name.
    pub name: String,
    /// What it is.
    pub(crate) about: String,
    /// What a stage may set, in slot order after [`GIVEN`].
    pub parameters: Vec<Parameter>,
    /// Names that stand for an expression, in slot order after the parameters.
    pub derived: Vec<(String, Formula)>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// Which of its channels may not scale, once that was asked for.
    pub(crate) fixed: OnceLock<FixedChannels>,
    /// Where it is written.
    pub span: Span,
}

/// A parameter of a block.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value if the stage does not set it; without a default, the stage must.
    pub default: Option<Setting>,
    /// Where its default is written, or without one, its name.
    pub span: Span,
}

/// A value as written in a spec.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A number.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A word.
    Word(String),
}

/// One step of a block.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its part of a layer's path; empty if it adds nothing.
    pub name: Name,
    /// The step is left out if this is false.
    pub when: Option<Formula>,
    /// Whether a program would write the step as a function, not as a module.
    pub functional: Option<Formula>,
    /// What it does.
    pub operation: Operation,
    /// Where it is written.
    pub span: Span,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Operation {
    /// A primitive layer, with what the step gives for its keys.
    Layer(LayerKind, Vec<Given>),
    /// Steps one after the other.
    Chain(Vec<Step>),
    /// A body and a shortcut, added.
    Residual {
        /// The steps that compute.
        body: Vec<Step>,
        /// The steps beside them; the identity if there are none.
        shortcut: Vec<Step>,
        /// If this is false, the body has no shortcut.
        skip: Option<Formula>,
    },
    /// The input times the steps' output.
    Gate(Vec<Step>),
    /// Steps whose output is cut to the rows and columns of their input.
    Crop(Vec<Step>),
    /// Branches stacked along the channels.
    Concat(Vec<Vec<Step>>),
    /// As many branches as `times` says, stacked along the channels; steps know the number of their branch.
    Branches {
        /// The steps of each branch.
        body: Vec<Step>,
        /// How many branches.
        times: Formula,
    },
    /// Steps that run fused, or in training only.
    Part(Part, Vec<Step>),
    /// Steps several times over.
    Repeat {
        /// The steps.
        body: Vec<Step>,
        /// How often.
        times: Formula,
    },
    /// Another block.
    Block {
        /// Its index among the family's blocks.
        block: usize,
        /// Its output channels, if the step gives them.
        output: Option<Formula>,
        /// What is set, by the index of the parameter.
        settings: Vec<(usize, Formula)>,
    },
}

impl Block {
    /// The index of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }
}
