//! The primitive layers. Each has a file with its keys in a spec, its output shape, its cost and its memory.

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
mod pad;
mod pool;
mod saved;
mod settings;
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
pub use pad::{Crop, Pad};
pub use pool::{AdaptivePool, Pool, PoolKind, PoolStyle};
pub use saved::Saved;
pub use settings::{Setting, Settings};
pub use step::{Fallback, Key, KeyKind, Step, Value, Values};
pub use tokens::{ClassToken, Tokens};
pub use transposed_conv::TransposedConv;
pub use upsample::{Upsample, UpsampleMode, UpsampleTo};
pub use window::{Padding, Window};

use saved::{SavedOf, is_view, keeps_input, keeps_nothing};
use step::FromSpec;

use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::side::SideError;

/// What every layer defines. There are no defaults: a layer that costs nothing says so.
trait Primitive<S: Scalar>: Sized {
    /// The memory that it needs besides its input, by the layer and the shape of its output.
    const FOOTPRINT: FootprintOf<Self, S>;
    /// What it moves through memory when it runs, by the layer and the shape of its output.
    const TRAFFIC: TrafficOf<Self, S>;
    /// What it keeps for its backward pass, by the layer and the shapes of its input and output.
    const SAVED: SavedOf<Self, S>;
    /// The shape of its output; fails if the input does not fit.
    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError>;
    /// Adds its events for one image to the ledger; `output` must be its output on `input`.
    fn record(&self, input: &Shape<S>, output: &Shape<S>, tally: &mut Tally<S>);
    /// What its shapes do not tell of how it computes: kernel, stride, groups and the like.
    fn settings(&self) -> Settings;
}

/// The memory that a layer needs besides its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footprint<S> {
    /// None: it overwrites its input, or puts it out unchanged.
    InPlace,
    /// Its output.
    Beside,
    /// Its output and, unless it runs fused, this many more elements while it runs.
    BesideUnlessFused(S),
}

type FootprintOf<L, S> = fn(&L, &Shape<S>) -> Footprint<S>;

fn in_place<L, S>(_layer: &L, _output: &Shape<S>) -> Footprint<S> {
    Footprint::InPlace
}

fn beside<L, S>(_layer: &L, _output: &Shape<S>) -> Footprint<S> {
    Footprint::Beside
}

/// What a layer moves through memory while it runs, besides its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic<S> {
    /// Nothing: its output is a view of its input, or its input itself.
    View,
    /// Its input and its output once. An engine that fuses can do it while it writes the map before.
    Elementwise,
    /// Its input and its output once.
    Once,
    /// Its input and its output once, and these elements, each written and read again.
    Through {
        /// Copies that every engine makes.
        copies: S,
        /// Maps between its steps, which stay on the chip where it runs fused.
        between: S,
    },
}

type TrafficOf<L, S> = fn(&L, &Shape<S>) -> Traffic<S>;

fn view<L, S>(_layer: &L, _output: &Shape<S>) -> Traffic<S> {
    Traffic::View
}

fn elementwise<L, S>(_layer: &L, _output: &Shape<S>) -> Traffic<S> {
    Traffic::Elementwise
}

fn once<L, S>(_layer: &L, _output: &Shape<S>) -> Traffic<S> {
    Traffic::Once
}

/// Turns the list of layers into enums with exhaustive matches.
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

        /// A kind of layer that a step of a spec can name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum LayerKind { $($(#[$doc])* $layer,)* }

        impl LayerKind {
            /// Every kind, in the order of the list.
            pub const ALL: &[LayerKind] = &[$(LayerKind::$layer,)*];

            /// The keys of its step.
            #[must_use]
            pub fn step(self) -> &'static Step {
                fn step<S: Scalar>(kind: LayerKind) -> &'static Step {
                    match kind { $(LayerKind::$layer => &<$type as FromSpec<S>>::STEP,)* }
                }
                step::<u64>(self)
            }

            /// The layer with these values of its keys; `None` if it would do nothing on this map.
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
                    $(Layer::$layer(_) => <$type as FromSpec<S>>::STEP.key.name,)*
                    $(Layer::$other(layer) => layer.kind(),)*
                }
            }

            /// The shape of the layer's output; fails if the input does not fit.
            pub fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
                match self {
                    $(Layer::$layer(layer) => layer.output(input),)*
                    $(Layer::$other(layer) => layer.output(input),)*
                }
            }

            /// Adds the layer's events for one image to the ledger; `output` must be its output on `input`.
            #[inline]
            pub fn record(&self, input: &Shape<S>, output: &Shape<S>, tally: &mut Tally<S>) {
                match self {
                    $(Layer::$layer(layer) => layer.record(input, output, tally),)*
                    $(Layer::$other(layer) => layer.record(input, output, tally),)*
                }
            }

            /// How the layer is set, besides the shapes of its input and output.
            #[must_use]
            pub fn settings(&self) -> Settings {
                match self {
                    $(Layer::$layer(layer) => <$type as Primitive<S>>::settings(layer),)*
                    $(Layer::$other(layer) => <$other_type as Primitive<S>>::settings(layer),)*
                }
            }

            /// The memory that the layer needs besides its input.
            #[must_use]
            pub fn footprint(&self, output: &Shape<S>) -> Footprint<S> {
                match self {
                    $(Layer::$layer(layer) => <$type as Primitive<S>>::FOOTPRINT(layer, output),)*
                    $(Layer::$other(layer) => <$other_type as Primitive<S>>::FOOTPRINT(layer, output),)*
                }
            }

            /// What the layer moves through memory while it runs, besides its weights.
            #[must_use]
            pub fn traffic(&self, output: &Shape<S>) -> Traffic<S> {
                match self {
                    $(Layer::$layer(layer) => <$type as Primitive<S>>::TRAFFIC(layer, output),)*
                    $(Layer::$other(layer) => <$other_type as Primitive<S>>::TRAFFIC(layer, output),)*
                }
            }

            /// What the layer keeps for its backward pass; `output` must be its output on `input`.
            #[must_use]
            pub fn saved(&self, input: &Shape<S>, output: &Shape<S>) -> Saved<S> {
                match self {
                    $(Layer::$layer(layer) => <$type as Primitive<S>>::SAVED(layer, input, output),)*
                    $(Layer::$other(layer) => <$other_type as Primitive<S>>::SAVED(layer, input, output),)*
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
        /// Batch, layer or group norm, or normalisation by constants.
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
        /// Zeros around a map, up to multiples of a size.
        Pad(Pad),
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
        /// Average pooling to a given size, such as 1 × 1 or 7 × 7: a `pool` step.
        AdaptivePool(AdaptivePool),
        /// The first rows and columns of a map: the end of a `crop` step.
        Crop(Crop<S>),
        /// A sum of branches, or a map times its gate.
        Join(Join),
        /// An operator of an imported graph.
        Operator(Operator<S>),
    }
}

/// Why a layer or a composition does not fit its input.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ShapeError {
    /// A side that cannot be changed as the layer would.
    #[error(transparent)]
    Side(#[from] SideError),
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
    /// An input with other channels than the layer was built for.
    #[error("the layer expects {expected} input channels, but gets {found}")]
    Channels {
        /// Channels that the layer was built for.
        expected: u64,
        /// Channels of its input.
        found: u64,
    },
    /// A key that the layer needs but the step leaves out.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// Two keys of which a step needs exactly one.
    #[error("exactly one of `{0}` and `{1}` is needed")]
    OneOf(&'static str, &'static str),
    /// A layer or map with a dimension of zero.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
    /// More channels wanted than there are, or none.
    #[error("cannot take {wanted} of {found} channels from channel {from} on")]
    Take {
        /// Channels wanted.
        wanted: u64,
        /// Channels before them.
        from: u64,
        /// Channels there are.
        found: u64,
    },
    /// Two shapes that must be the same and are not.
    #[error("the shapes {place} differ: {left} and {right} (channels×height×width)")]
    Branches {
        /// Where they meet: "in a chain".
        place: &'static str,
        /// The one shape.
        left: Shape<u64>,
        /// The other shape.
        right: Shape<u64>,
    },
    /// A repeated body that changes its shape.
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
    /// A cut to more rows or columns than there are.
    #[error("cannot cut a map of {from} to {to} (channels×height×width)")]
    Crop {
        /// The map.
        from: Shape<u64>,
        /// What it should become.
        to: Shape<u64>,
    },
    /// A relative bias in attention without windows.
    #[error("`relative_bias` needs a `window`: it has one value for each offset within a window")]
    BiasWithoutWindow,
    /// An attention input that is not three equal parts, or a width that heads do not divide.
    #[error("attention with {heads} heads needs queries, keys and values stacked along the channels: a multiple of {} channels, not {channels}", 3 * heads)]
    Attention {
        /// Heads.
        heads: u64,
        /// Channels of the input.
        channels: u64,
    },
}

/// For tests: a layer's output shape and its cost on a map of channels, height and width.
#[cfg(test)]
fn counted(layer: &Layer<u64>, input: [u64; 3]) -> (String, crate::counting::ledger::Ledger<u64>) {
    use crate::counting::ledger::Part;
    let input = Shape { channels: input[0], height: input[1], width: input[2] };
    let output = layer.output(&input).expect("a layer that fits");
    let mut cost = crate::counting::ledger::Ledger::zero();
    layer.record(&input, &output, &mut cost.tally(Part::Main, &1));
    (output.to_string(), cost)
}
