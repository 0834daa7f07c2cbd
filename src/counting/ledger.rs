//! The ledger: how often each kind of event happens in a forward pass of one image, and how many
//! values each kind of parameter has.
//!
//! A cost is not a number. It becomes one when a [`Convention`](crate::counting::convention::Convention) weighs
//! its events.

use crate::counting::scalar::Scalar;

macro_rules! events {
    ($($(#[doc = $doc:literal])* $event:ident = $name:literal,)*) => {
        /// A kind of counted event (per image) or of stored value (per network).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Event { $($(#[doc = $doc])* $event,)* }

        impl Event {
            /// Every kind, in ledger order.
            pub const ALL: &[Event] = &[$(Event::$event,)*];

            /// The name of the kind in conventions and reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Event::$event => $name,)* }
            }

            /// What the kind is, in a sentence.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Event::$event => concat!($($doc),*).trim_ascii(),)* }
            }
        }
    };
}

events! {
    /// Multiply-adds of convolutions, without bias.
    ConvMacs = "conv_macs",
    /// Multiply-adds of transposed convolutions, without bias: each weight once for every input position.
    TransposedConvMacs = "transposed_conv_macs",
    /// Multiply-adds of linear layers, without bias.
    LinearMacs = "linear_macs",
    /// Multiply-adds of linear layers written as functions.
    FunctionLinearMacs = "function_linear_macs",
    /// Multiply-adds between two feature maps (attention scores and their weighted sums).
    MatmulMacs = "matmul_macs",
    /// Multiply-adds of linear layers and products of maps inside fused attention, which runs as one
    /// operation that most counters do not see into.
    FusedMacs = "fused_macs",
    /// Multiply-adds of transposed convolutions, as counted by tools that take each weight once for every output
    /// position.
    TransposedConvOutputMacs = "transposed_conv_output_macs",
    /// Additions of a convolution's bias: one per output element.
    ConvBiasAdds = "conv_bias_adds",
    /// Additions of a linear layer's bias: one per output element.
    LinearBiasAdds = "linear_bias_adds",
    /// Additions of the bias of a linear layer written as a function.
    FunctionLinearBiasAdds = "function_linear_bias_adds",
    /// Additions of the biases inside fused attention.
    FusedBiasAdds = "fused_bias_adds",
    /// Elements that pass a batch norm with a scale or a shift.
    BatchNormElements = "batch_norm_elements",
    /// Elements that pass a batch norm without either.
    PlainBatchNormElements = "plain_batch_norm_elements",
    /// Elements that pass a layer norm with a scale or a shift.
    LayerNormElements = "layer_norm_elements",
    /// Elements that pass a layer norm without either.
    PlainLayerNormElements = "plain_layer_norm_elements",
    /// Elements that pass a layer norm written as a function.
    FunctionLayerNormElements = "function_layer_norm_elements",
    /// Elements that pass a group norm.
    GroupNormElements = "group_norm_elements",
    /// Elements of the input that are normalised by constants of the data set.
    InputNormElements = "input_norm_elements",
    /// Elements that pass a ReLU.
    ReluElements = "relu_elements",
    /// Elements that pass a ReLU written as a function.
    FunctionReluElements = "function_relu_elements",
    /// Elements that pass a ReLU6.
    Relu6Elements = "relu6_elements",
    /// Elements that pass a SiLU (swish).
    SiluElements = "silu_elements",
    /// Elements that pass a sigmoid.
    SigmoidElements = "sigmoid_elements",
    /// Elements that pass a hard swish.
    HardSwishElements = "hard_swish_elements",
    /// Elements that pass a hard sigmoid.
    HardSigmoidElements = "hard_sigmoid_elements",
    /// Elements that pass a GELU.
    GeluElements = "gelu_elements",
    /// Elements that pass a softmax.
    SoftmaxElements = "softmax_elements",
    /// Elements that pass the softmax inside fused attention.
    FusedSoftmaxElements = "fused_softmax_elements",
    /// Multiplications that scale the queries of attention by 1/√d.
    QueryScales = "query_scales",
    /// The same inside fused attention.
    FusedQueryScales = "fused_query_scales",
    /// Elements that enter max pooling.
    MaxPoolInputs = "max_pool_inputs",
    /// Elements that leave max pooling, however it is written.
    MaxPoolOutputs = "max_pool_outputs",
    /// Elements that enter max pooling written as a function.
    FunctionMaxPoolInputs = "function_max_pool_inputs",
    /// Elements that enter average pooling.
    AveragePoolInputs = "average_pool_inputs",
    /// Elements that leave average pooling.
    AveragePoolOutputs = "average_pool_outputs",
    /// Elements that enter average pooling written as a function.
    FunctionAveragePoolInputs = "function_average_pool_inputs",
    /// Elements that leave average pooling written as a function.
    FunctionAveragePoolOutputs = "function_average_pool_outputs",
    /// Elements that enter average pooling to a given size: over the whole map, or to 7 × 7.
    AdaptivePoolInputs = "adaptive_pool_inputs",
    /// Elements that leave average pooling to a given size.
    AdaptivePoolOutputs = "adaptive_pool_outputs",
    /// Elements that enter average pooling to a given size written as a function.
    FunctionAdaptivePoolInputs = "function_adaptive_pool_inputs",
    /// Elements that leave average pooling to a given size written as a function.
    FunctionAdaptivePoolOutputs = "function_adaptive_pool_outputs",
    /// Elements that enter the pool of a gate (squeeze-and-excitation).
    SqueezeInputs = "squeeze_inputs",
    /// Elements that leave the pool of a gate.
    SqueezeOutputs = "squeeze_outputs",
    /// Elements that enter a mean over the map, written as a reduction and not as a pool.
    MeanInputs = "mean_inputs",
    /// Elements that leave such a mean.
    MeanOutputs = "mean_outputs",
    /// Elements that leave upsampling to the nearest element.
    NearestUpsampleOutputs = "nearest_upsample_outputs",
    /// Elements that leave bilinear upsampling.
    BilinearUpsampleOutputs = "bilinear_upsample_outputs",
    /// Additions that join a residual branch and its shortcut.
    ResidualAdds = "residual_adds",
    /// Multiplications of a map by its gate (squeeze-and-excitation).
    GateMultiplies = "gate_multiplies",
    /// Multiplications by a learned scale per channel.
    ScaleMultiplies = "scale_multiplies",
    /// Additions of a learned embedding (positions).
    EmbeddingAdds = "embedding_adds",
    /// Elements that pass another operation on each of them, or on each pair: a division, a power, an exponential.
    OtherElements = "other_elements",
    /// Operators of an imported network that are not known, so that their cost is left out: where there are any,
    /// every total is a lower bound.
    UnknownOperators = "unknown_operators",
    /// Weights and biases of linear layers, once for each call, whatever the number of positions.
    LinearParamUses = "linear_param_uses",
    /// Scales and shifts of norms, once for each call, whatever the number of positions.
    NormParamUses = "norm_param_uses",
    /// Weights of convolutions.
    ConvWeights = "conv_weights",
    /// Weights of linear layers.
    LinearWeights = "linear_weights",
    /// Biases of convolutions.
    ConvBiases = "conv_biases",
    /// Biases of linear layers.
    LinearBiases = "linear_biases",
    /// Scales and shifts of norms.
    NormAffine = "norm_affine",
    /// Running means and variances of batch norms: stored, not trained.
    NormStatistics = "norm_statistics",
    /// Learned values outside convolutions, linear layers and norms: scales, tokens, positions.
    Embeddings = "embeddings",
    /// Elements that convolutions put out.
    ConvOutputs = "conv_outputs",
    /// Elements that linear layers put out.
    LinearOutputs = "linear_outputs",
    /// Elements that products of two feature maps put out.
    MatmulOutputs = "matmul_outputs",
    /// Elements that linear layers and products of maps inside fused attention put out.
    FusedOutputs = "fused_outputs",
}

impl Event {
    /// Multiply-adds: a convolution, linear layer or product of maps, without bias.
    pub const MACS: &[Event] = &[
        Event::ConvMacs,
        Event::TransposedConvMacs,
        Event::LinearMacs,
        Event::FunctionLinearMacs,
        Event::MatmulMacs,
        Event::FusedMacs,
    ];
    /// Trained parameters.
    pub const PARAMS: &[Event] = &[
        Event::ConvWeights,
        Event::LinearWeights,
        Event::ConvBiases,
        Event::LinearBiases,
        Event::NormAffine,
        Event::Embeddings,
    ];
    /// Stored values that are not trained.
    pub const STATISTICS: &[Event] = &[Event::NormStatistics];
    /// Activations: elements that convolutions, linear layers and products of maps put out
    /// (Dollár et al. 2021, section 3).
    pub const ACTIVATIONS: &[Event] =
        &[Event::ConvOutputs, Event::LinearOutputs, Event::MatmulOutputs, Event::FusedOutputs];

    /// Whether this is a stored value, so that it does not grow with the batch.
    #[must_use]
    pub fn is_stored(self) -> bool {
        Event::PARAMS.contains(&self) || Event::STATISTICS.contains(&self)
    }

    /// What is recorded where this happens in a `part` of the network; none where it does not happen.
    #[must_use]
    pub fn within(self, part: Part) -> Option<Event> {
        match part {
            Part::Main => Some(self),
            Part::Auxiliary => self.is_stored().then_some(self),
            Part::Function => Some(match self {
                Event::LinearMacs => Event::FunctionLinearMacs,
                Event::LinearBiasAdds => Event::FunctionLinearBiasAdds,
                Event::LinearParamUses => return None,
                Event::ReluElements => Event::FunctionReluElements,
                Event::LayerNormElements => Event::FunctionLayerNormElements,
                Event::MaxPoolInputs => Event::FunctionMaxPoolInputs,
                Event::AveragePoolInputs => Event::FunctionAveragePoolInputs,
                Event::AveragePoolOutputs => Event::FunctionAveragePoolOutputs,
                Event::AdaptivePoolInputs => Event::FunctionAdaptivePoolInputs,
                Event::AdaptivePoolOutputs => Event::FunctionAdaptivePoolOutputs,
                other => other,
            }),
            Part::Fused => Some(match self {
                Event::ConvMacs
                | Event::TransposedConvMacs
                | Event::LinearMacs
                | Event::MatmulMacs => Event::FusedMacs,
                Event::ConvBiasAdds | Event::LinearBiasAdds => Event::FusedBiasAdds,
                Event::SoftmaxElements => Event::FusedSoftmaxElements,
                Event::QueryScales => Event::FusedQueryScales,
                Event::LinearParamUses | Event::NormParamUses => return None,
                Event::ConvOutputs | Event::LinearOutputs | Event::MatmulOutputs => {
                    Event::FusedOutputs
                }
                other => other,
            }),
        }
    }
}

/// How a part of a network runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// As written: every layer is an operation of its own.
    #[default]
    Main,
    /// As functions and not as modules (`F.relu`, not `nn.ReLU`), which some counters do not see and
    /// some see once instead of twice.
    Function,
    /// As one fused operation, which counters of layers do not see into.
    Fused,
    /// In training only: what it stores is there, but a forward pass of the trained network leaves it
    /// out (auxiliary classifiers).
    Auxiliary,
}

/// How often each [`Event`] happens. Costs add, and multiply by a repeat count; that is all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost<S> {
    amounts: [S; Event::ALL.len()],
}

impl<S: Scalar> Cost<S> {
    /// A ledger without an entry.
    #[must_use]
    pub fn zero() -> Self {
        Cost { amounts: std::array::from_fn(|_| S::whole(0)) }
    }

    /// How often `event` happens.
    #[must_use]
    pub fn amount(&self, event: Event) -> &S {
        &self.amounts[event as usize]
    }

    /// Adds another ledger to this one.
    pub fn increase(&mut self, other: &Self) {
        for (amount, more) in self.amounts.iter_mut().zip(&other.amounts) {
            amount.increase(more);
        }
    }

    /// The sum over `events`.
    #[must_use]
    pub fn sum(&self, events: &[Event]) -> S {
        let mut sum = S::whole(0);
        for event in events {
            sum.increase(self.amount(*event));
        }
        sum
    }

    /// The first event whose amount passed the range, if any did.
    #[must_use]
    pub fn overflow(&self) -> Option<Event> {
        Event::ALL.iter().copied().find(|event| self.amount(*event).overflowed())
    }
}

impl Cost<u64> {
    /// The sum over `events`, which may pass 2^64 where no single amount does.
    #[must_use]
    pub fn total(&self, events: &[Event]) -> u128 {
        events.iter().map(|event| u128::from(*self.amount(*event))).sum()
    }
}

/// A ledger being written, where every entry happens `times` times in one part of a network.
pub struct Tally<'a, S> {
    ledger: &'a mut Cost<S>,
    times: &'a S,
    part: Part,
}

impl<'a, S: Scalar> Tally<'a, S> {
    /// Writes into `ledger`, each entry `times` times, as it counts in `part`.
    pub fn new(ledger: &'a mut Cost<S>, times: &'a S, part: Part) -> Self {
        Tally { ledger, times, part }
    }

    /// Records that `event` happens as often as the product of `factors`.
    #[inline]
    pub fn add(&mut self, event: Event, factors: &[&S]) {
        let event = match self.part {
            Part::Main => event,
            part => match event.within(part) {
                Some(event) => event,
                None => return,
            },
        };
        let amount = S::product(&[&S::product(factors), self.times]);
        self.ledger.amounts[event as usize].increase(&amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_holds_each_event_under_its_own_index() {
        for (index, event) in Event::ALL.iter().enumerate() {
            assert_eq!(*event as usize, index);
        }
    }

    #[test]
    fn a_tally_multiplies_by_its_repeats() {
        let mut ledger = Cost::<u64>::zero();
        Tally::new(&mut ledger, &3, Part::Main).add(Event::ConvMacs, &[&5, &7]);
        assert_eq!(*ledger.amount(Event::ConvMacs), 105);
        assert_eq!(ledger.total(Event::MACS), 105);
    }

    #[test]
    fn an_auxiliary_part_is_stored_but_not_run_and_a_fused_one_is_hidden() {
        let mut ledger = Cost::<u64>::zero();
        for part in [Part::Main, Part::Fused, Part::Auxiliary] {
            let mut tally = Tally::new(&mut ledger, &1, part);
            tally.add(Event::LinearMacs, &[&10]);
            tally.add(Event::LinearWeights, &[&1]);
        }
        assert_eq!(*ledger.amount(Event::LinearMacs), 10);
        assert_eq!(*ledger.amount(Event::FusedMacs), 10);
        assert_eq!(*ledger.amount(Event::LinearWeights), 3);
    }
}
