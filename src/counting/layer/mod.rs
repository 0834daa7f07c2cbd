//! The primitive layers. The file of each holds all there is to know of it: its keys in a spec, its output shape,
//! its cost and its memory, each once.

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
mod step;
mod tokens;
mod transposed_conv;
mod upsample;
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
pub use step::{Fallback, Key, KeyKind, Step, Value, Values};
pub use tokens::{ClassToken, Tokens};
pub use transposed_conv::TransposedConv;
pub use upsample::{Upsample, UpsampleMode, UpsampleTo};
pub use window::{Padding, Window};

use step::Written;

use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// What a layer says of itself. Nothing has a default: a layer that costs nothing says so.
trait Primitive<S: Scalar>: Sized {
    /// The memory that it needs beside its input: a function of the layer and the shape of its output.
    const FOOTPRINT: FootprintOf<Self, S>;
    /// The shape of what it puts out.
    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError>;
    /// Writes its events for one image into the ledger. The shapes must be its own.
    fn record(&self, input: &Shape<S>, output: &Shape<S>, tally: &mut Tally<S>);
}

/// The memory that a layer needs beside its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footprint<S> {
    /// None: it writes over its input, or puts it out as it is in another form.
    InPlace,
    /// Its output.
    Beside,
    /// Its output, and as many elements while it runs, unless it runs fused.
    BesideUnlessFused(S),
}

type FootprintOf<L, S> = fn(&L, &Shape<S>) -> Footprint<S>;

fn in_place<L, S>(_layer: &L, _output: &Shape<S>) -> Footprint<S> {
    Footprint::InPlace
}

fn beside<L, S>(_layer: &L, _output: &Shape<S>) -> Footprint<S> {
    Footprint::Beside
}

/// Makes the list of layers into enums whose every `match` is exhaustive.
macro_rules! layers {
    (
        in specs { $($(#[$doc:meta])* $layer:ident($type:ty),)* }
        made otherwise { $($(#[$other_doc:meta])* $other:ident($other_type:ty),)* }
    ) => {
        /// A primitive layer.
        #[derive(Clone, Debug)]
        pub enum Layer<S = u64> {
            $($(#[$doc])* $layer($type),)*
            $($(#[$other_doc])* $other($other_type),)*
        }

        /// A layer that a step of a spec can ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum LayerKind { $($(#[$doc])* $layer,)* }

        impl LayerKind {
            /// Every kind, in the order of the list.
            pub const ALL: &[LayerKind] = &[$(LayerKind::$layer,)*];

            /// The keys of its step.
            #[must_use]
            pub fn step(self) -> &'static Step {
                fn step<S: Scalar>(kind: LayerKind) -> &'static Step {
                    match kind { $(LayerKind::$layer => &<$type as Written<S>>::STEP,)* }
                }
                step::<u64>(self)
            }

            /// The layer with these values of its keys; nothing for a norm or activation called `none`.
            pub fn layer<S: Scalar>(
                self,
                values: &Values<S>,
            ) -> Result<Option<Layer<S>>, ShapeError> {
                match self { $(LayerKind::$layer => <$type>::from_values(values),)* }
            }
        }

        impl<S: Scalar> Layer<S> {
            /// The name of the kind, as specs and reports write it.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Layer::$layer(_) => <$type as Written<S>>::STEP.key.name,)*
                    $(Layer::$other(layer) => layer.kind(),)*
                }
            }

            /// The shape of what the layer puts out.
            pub fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
                match self {
                    $(Layer::$layer(layer) => layer.output(input),)*
                    $(Layer::$other(layer) => layer.output(input),)*
                }
            }

            /// Writes the layer's events for one image into the ledger. The shapes must be the layer's own.
            #[inline]
            pub fn record(&self, input: &Shape<S>, output: &Shape<S>, tally: &mut Tally<S>) {
                match self {
                    $(Layer::$layer(layer) => layer.record(input, output, tally),)*
                    $(Layer::$other(layer) => layer.record(input, output, tally),)*
                }
            }

            /// The memory that the layer needs beside its input.
            #[must_use]
            pub fn footprint(&self, output: &Shape<S>) -> Footprint<S> {
                match self {
                    $(Layer::$layer(layer) => <$type as Primitive<S>>::FOOTPRINT(layer, output),)*
                    $(Layer::$other(layer) => <$other_type as Primitive<S>>::FOOTPRINT(layer, output),)*
                }
            }
        }
    };
}

layers! {
    in specs {
        /// Convolution, dense, grouped or depthwise.
        Conv(Conv<S>),
        /// Transposed convolution, to a larger map.
        TransposedConv(TransposedConv<S>),
        /// Linear layer over the channels at every position.
        Linear(Linear<S>),
        /// Batch, layer or group norm, or by constants.
        Norm(Norm),
        /// Activation function.
        Activation(Activation),
        /// Max or average pooling with a window.
        Pool(Pool),
        /// A larger map, by repeating or interpolating elements.
        Upsample(Upsample),
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
    }
    made otherwise {
        /// Average pooling to a given size, over the whole map or to 7 × 7: a `pool` step.
        AdaptivePool(AdaptivePool),
        /// Where branches meet.
        Join(Join),
        /// An operator of an imported graph.
        Operator(Operator<S>),
    }
}

/// Why a layer or a composition does not fit its input.
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
    /// More rows or columns behind the output of a transposed convolution than its stride leaves open.
    #[error("`output_padding` must be less than the stride or the dilation")]
    OutputPadding,
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
    /// A kernel larger than the network's input.
    #[error(
        "a kernel that reaches over {}×{} pixels is larger than the network's whole input of {}×{}",
        reach[0], reach[1], image[0], image[1]
    )]
    KernelBeyondImage {
        /// Rows and columns that the kernel covers.
        reach: [u64; 2],
        /// Height and width of the network's input.
        image: [u64; 2],
    },
    /// A key that the layer needs and the step does not give.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// Two keys of which a step needs one.
    #[error("one of `{0}` and `{1}` is needed, and not both")]
    OneOf(&'static str, &'static str),
    /// A map whose side passes 2^53.
    #[error("the map is too large: a side passes 2^53 pixels")]
    TooLarge,
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
    /// A map that cells or windows do not divide.
    #[error("{what} of {side}×{side} do not divide a map of {map} (channels×height×width)")]
    Cells {
        /// What divides the map.
        what: &'static str,
        /// Their side in pixels.
        side: u64,
        /// The map.
        map: Shape<u64>,
    },
    /// A bias for distances within a window, in attention without windows.
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

/// Test support: the shape a layer puts out and its cost, for a map of one size.
#[cfg(test)]
fn counted(layer: &Layer<u64>, input: [u64; 3]) -> (String, crate::counting::ledger::Ledger<u64>) {
    use crate::counting::ledger::Part;
    let input = Shape { channels: input[0], height: input[1], width: input[2] };
    let output = layer.output(&input).expect("a layer that fits");
    let mut cost = crate::counting::ledger::Ledger::zero();
    layer.record(&input, &output, &mut Tally::new(&mut cost, &1, Part::Main));
    (output.to_string(), cost)
}
