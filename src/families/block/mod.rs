//! Blocks: named pieces of network written as data.
//!
//! A block is a list of steps over the primitive layers and the compositions of
//! [`Node`](crate::counting::node::Node), whose dimensions are [`Formula`]s over the block's parameters. No Rust
//! code knows any architecture by name.

mod build;
mod expression;
mod parse;
mod primitive;

pub use build::{Arguments, Builder, count};
pub use expression::{Formula, QuantityOf, Scope, Value};
pub use primitive::{NORMS, WHOLE_MAP_POOLS};

use crate::counting::layer::PoolKind;
use crate::counting::ledger::Part;
use crate::error::Span;

/// The names that every block knows without declaring them, in slot order.
pub const GIVEN: [&str; 5] = ["in", "out", "channels", "classes", "first"];

/// A block as a spec describes it.
#[derive(Clone, Debug)]
pub struct Block {
    /// What a stage may set, in slot order after [`GIVEN`].
    pub parameters: Vec<Parameter>,
    /// Names that stand for an expression, in slot order after the parameters.
    pub derived: Vec<(String, Formula)>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// Where it is written.
    pub span: Span,
}

/// Something that a stage may set.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value where the stage does not set it; without one, the stage must.
    pub default: Option<Setting>,
}

/// A value as written in a spec.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A word.
    Word(String),
}

/// One step of a block.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its part of a layer's path; empty where it adds none.
    pub name: String,
    /// The step is left out where this is false.
    pub when: Option<Formula>,
    /// The step is written as a function where this is true, and else as a module.
    pub functional: Option<Formula>,
    /// What it does.
    pub operation: Operation,
    /// Where it is written.
    pub span: Span,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Operation {
    /// A primitive layer.
    Primitive(Box<Primitive>),
    /// Steps one after the other.
    Chain(Vec<Step>),
    /// A body and a shortcut, added.
    Residual {
        /// The steps that compute.
        body: Vec<Step>,
        /// The steps beside them; none is the identity.
        shortcut: Vec<Step>,
        /// Where this is false there is no shortcut, and the body stands alone.
        skip: Option<Formula>,
    },
    /// The input times what the steps end in.
    Gate(Vec<Step>),
    /// Branches stacked along the channels.
    Concat(Vec<Vec<Step>>),
    /// Steps that run in a way of their own: fused, or in training only.
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
        /// Its output channels, where it has any of its own.
        output: Option<Formula>,
        /// What is set, by the index of the parameter.
        settings: Vec<(usize, Formula)>,
    },
}

/// A primitive layer whose dimensions are expressions.
#[derive(Clone, Debug)]
pub enum Primitive {
    /// A convolution to `output` channels.
    Conv {
        /// Output channels.
        output: Formula,
        /// Kernel, stride, dilation, padding.
        window: WindowFormula,
        /// Groups.
        groups: Formula,
        /// Whether there is a bias.
        bias: Formula,
    },
    /// A linear layer to `output` features.
    Linear {
        /// Output features.
        output: Formula,
        /// Whether there is a bias.
        bias: Formula,
    },
    /// A norm: `batch`, `layer`, `group`, `input` or `none`.
    Norm {
        /// Its kind, as a word.
        kind: Formula,
        /// Groups of a group norm.
        groups: Formula,
        /// Whether each channel has a learned scale.
        scale: Formula,
        /// Whether each channel has a learned shift.
        shift: Formula,
    },
    /// An activation function by name, or `none`.
    Activation(Formula),
    /// Pooling with a window.
    Pool {
        /// Maximum or mean.
        kind: PoolKind,
        /// Kernel, stride, padding.
        window: WindowFormula,
    },
    /// Average pooling to a given size.
    AdaptivePool {
        /// How it is written, as a word: `global`, `squeeze` or `mean`.
        style: Formula,
        /// Rows and columns of the output.
        size: [Formula; 2],
    },
    /// Dropout with a rate.
    Dropout(Formula),
    /// The map as one vector.
    Flatten,
    /// Some of the channels.
    Take(Formula),
    /// Channels mixed between groups.
    Shuffle(Formula),
    /// The pixels of cells of this side laid out as channels.
    SpaceToDepth(Formula),
    /// A learned scale per channel.
    LearnedScale,
    /// The map as a sequence of tokens.
    Tokens {
        /// Whether a class token stands in front.
        class_token: Formula,
        /// Whether positions are added.
        positions: Formula,
    },
    /// The first token.
    ClassToken,
    /// Attention between positions.
    Attention {
        /// Heads.
        heads: Formula,
        /// The side of a window, where there are windows.
        window: Option<Formula>,
        /// Whether each head learns a bias for every distance within a window.
        relative_bias: Formula,
    },
}

/// A window whose dimensions are expressions; pairs are (rows, columns).
#[derive(Clone, Debug)]
pub struct WindowFormula {
    /// The window's size.
    pub kernel: [Formula; 2],
    /// The step between windows.
    pub stride: [Formula; 2],
    /// The distance between the window's elements.
    pub dilation: [Formula; 2],
    /// Padding on each side; `None` is SAME padding.
    pub padding: Option<[Formula; 2]>,
    /// Whether a last window may hang over the edge.
    pub ceil: bool,
}

impl Block {
    /// The index of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }
}
