//! The primitive layers: for each its output shape and its cost, once, in a file of its own.
//!
//! There is no default cost. A layer that costs nothing says so in its own `record`.

mod activation;
mod attention;
mod channels;
mod conv;
mod dropout;
mod flatten;
mod join;
mod learned_scale;
mod linear;
mod norm;
mod operator;
mod pool;
mod tokens;
mod window;

use thiserror::Error;

pub use activation::Activation;
pub use attention::Attention;
pub use channels::{Shuffle, SpaceToDepth, Take};
pub use conv::Conv;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use join::Join;
pub use learned_scale::LearnedScale;
pub use linear::Linear;
pub use norm::{Norm, NormKind};
pub use operator::Operator;
pub use pool::{AdaptivePool, Pool, PoolKind, PoolStyle};
pub use tokens::{ClassToken, Tokens};
pub use window::{Padding, Window};

use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// A primitive layer.
#[derive(Clone, Debug)]
pub enum Layer<S> {
    /// Convolution, dense, grouped or depthwise.
    Conv(Conv<S>),
    /// Linear layer over the channels at every position.
    Linear(Linear<S>),
    /// Batch, layer or group norm, or by constants.
    Norm(Norm),
    /// Activation function.
    Activation(Activation),
    /// Max or average pooling with a window.
    Pool(Pool),
    /// Average pooling to a given size: over the whole map, or to 7 × 7.
    AdaptivePool(AdaptivePool),
    /// Dropout or stochastic depth.
    Dropout(Dropout),
    /// A map laid out as one vector.
    Flatten(Flatten),
    /// A part of the channels.
    Take(Take<S>),
    /// Channels in another order.
    Shuffle(Shuffle<S>),
    /// Pixels of a cell laid out as channels.
    SpaceToDepth(SpaceToDepth),
    /// A learned scale per channel.
    LearnedScale(LearnedScale),
    /// A map laid out as a sequence of tokens.
    Tokens(Tokens),
    /// The first token of a sequence.
    ClassToken(ClassToken),
    /// Scaled dot-product attention.
    Attention(Attention<S>),
    /// Where branches meet.
    Join(Join),
    /// An operator of an imported graph.
    Operator(Operator<S>),
}

/// Why a layer or a composition cannot stand where it stands.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ShapeError {
    /// A kernel, stride or dilation of zero.
    #[error("kernel, stride and dilation must be at least 1")]
    EmptyWindow,
    /// A window that does not fit once into the padded map.
    #[error(
        "the kernel reaches over {window} pixels, but its input has {input} and {padding} of padding on each side"
    )]
    WindowTooLarge {
        /// Pixels that the window covers along one axis.
        window: u64,
        /// Pixels of the map.
        input: u64,
        /// Pixels of padding on each side.
        padding: u64,
    },
    /// Groups that do not divide the channels.
    #[error("{groups} groups do not divide {channels} {side} channels")]
    Groups {
        /// The groups.
        groups: u64,
        /// The channels.
        channels: u64,
        /// Input or output.
        side: &'static str,
    },
    /// A layer built for other channels than it gets.
    #[error("the layer expects {expected} input channels and gets {found}")]
    Channels {
        /// Channels that the layer was built for.
        expected: u64,
        /// Channels of its input.
        found: u64,
    },
    /// A layer or map with a dimension of zero.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
    /// More channels asked for than there are.
    #[error("{asked} of {found} channels cannot be taken")]
    Take {
        /// Channels asked for.
        asked: u64,
        /// Channels there are.
        found: u64,
    },
    /// Branches whose outputs cannot be joined.
    #[error(
        "{what} ends as {left} (channels×height×width) on one side and as {right} on the other"
    )]
    Branches {
        /// What joins them.
        what: &'static str,
        /// The first branch's output.
        left: Shape<u64>,
        /// The other branch's output.
        right: Shape<u64>,
    },
    /// A repeated body that does not give the shape that it takes.
    #[error("a repeat must keep its shape, but {from} becomes {to}")]
    Repeat {
        /// The body's input.
        from: Shape<u64>,
        /// The body's output.
        to: Shape<u64>,
    },
    /// A map that cells or windows do not share out without a rest.
    #[error("{what} of {side}×{side} do not divide a map of {map} (channels×height×width)")]
    Cells {
        /// What divides the map.
        what: &'static str,
        /// Their side in pixels.
        side: u64,
        /// The map.
        map: Shape<u64>,
    },
    /// A bias for distances within a window, where there is no window.
    #[error("a relative bias needs a `window`: it holds a value for every distance within one")]
    BiasWithoutWindow,
    /// An attention input that is not three equal parts, or a width that heads do not divide.
    #[error("attention with {heads} heads needs queries, keys and values side by side: channels that are a multiple of {}, not {channels}", 3 * heads)]
    Attention {
        /// Heads.
        heads: u64,
        /// Channels of the input.
        channels: u64,
    },
}

impl<S: Scalar> Layer<S> {
    /// The name of the kind, as specs write it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Layer::Conv(_) => "conv",
            Layer::Linear(_) => "linear",
            Layer::Norm(_) => "norm",
            Layer::Activation(_) => "activation",
            Layer::Pool(_) => "pool",
            Layer::AdaptivePool(layer) => match (layer.style, layer.size) {
                (PoolStyle::Pool, [1, 1]) => "global_pool",
                (PoolStyle::Pool, _) => "adaptive_pool",
                (PoolStyle::Squeeze, _) => "squeeze",
                (PoolStyle::Mean, _) => "mean",
            },
            Layer::Dropout(_) => "dropout",
            Layer::Flatten(_) => "flatten",
            Layer::Take(_) => "take",
            Layer::Shuffle(_) => "shuffle",
            Layer::SpaceToDepth(_) => "space_to_depth",
            Layer::LearnedScale(_) => "learned_scale",
            Layer::Tokens(_) => "tokens",
            Layer::ClassToken(_) => "class_token",
            Layer::Attention(_) => "attention",
            Layer::Join(Join::Add) => "add",
            Layer::Join(Join::Multiply) => "multiply",
            Layer::Operator(layer) => layer.kind,
        }
    }

    /// The shape of what the layer puts out.
    pub fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        match self {
            Layer::Conv(layer) => layer.output(input),
            Layer::Linear(layer) => layer.output(input),
            Layer::Norm(layer) => layer.output(input),
            Layer::Activation(layer) => Ok(layer.output(input)),
            Layer::Pool(layer) => layer.output(input),
            Layer::AdaptivePool(layer) => layer.output(input),
            Layer::Dropout(layer) => Ok(layer.output(input)),
            Layer::Flatten(layer) => Ok(layer.output(input)),
            Layer::Take(layer) => layer.output(input),
            Layer::Shuffle(layer) => layer.output(input),
            Layer::SpaceToDepth(layer) => layer.output(input),
            Layer::LearnedScale(layer) => Ok(layer.output(input)),
            Layer::Tokens(layer) => Ok(layer.output(input)),
            Layer::ClassToken(layer) => Ok(layer.output(input)),
            Layer::Attention(layer) => layer.output(input),
            Layer::Join(layer) => Ok(layer.output(input)),
            Layer::Operator(layer) => Ok(layer.output()),
        }
    }

    /// Writes the layer's events for one image into the ledger. The shapes must be the layer's own.
    #[inline]
    pub fn record(&self, input: &Shape<S>, output: &Shape<S>, tally: &mut Tally<S>) {
        match self {
            Layer::Conv(layer) => layer.record(output, tally),
            Layer::Linear(layer) => layer.record(output, tally),
            Layer::Norm(layer) => layer.record(input, tally),
            Layer::Activation(layer) => layer.record(input, tally),
            Layer::Pool(layer) => layer.record(input, output, tally),
            Layer::AdaptivePool(layer) => layer.record(input, output, tally),
            Layer::Dropout(layer) => layer.record(tally),
            Layer::Flatten(layer) => layer.record(tally),
            Layer::Take(layer) => layer.record(tally),
            Layer::Shuffle(layer) => layer.record(tally),
            Layer::SpaceToDepth(layer) => layer.record(tally),
            Layer::LearnedScale(layer) => layer.record(input, tally),
            Layer::Tokens(layer) => layer.record(output, tally),
            Layer::ClassToken(layer) => layer.record(tally),
            Layer::Attention(layer) => layer.record(output, tally),
            Layer::Join(layer) => layer.record(input, tally),
            Layer::Operator(layer) => layer.record(tally),
        }
    }
}

/// Test support: the shape a layer puts out and its cost, for a map of one size.
#[cfg(test)]
fn counted(layer: &Layer<u64>, input: [u64; 3]) -> (String, crate::counting::ledger::Cost<u64>) {
    use crate::counting::ledger::Part;
    let input = Shape { channels: input[0], height: input[1], width: input[2] };
    let output = layer.output(&input).expect("a layer that fits");
    let mut cost = crate::counting::ledger::Cost::zero();
    layer.record(&input, &output, &mut Tally::new(&mut cost, &1, Part::Main));
    (output.to_string(), cost)
}
