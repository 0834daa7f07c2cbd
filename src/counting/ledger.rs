//! The ledger: how often each kind of event happens in a forward pass of one image, and how many
//! values each kind of parameter has.
//!
//! A ledger is not a number. It becomes one when a [`Convention`](crate::counting::convention::Convention) weighs
//! its events.

use crate::counting::scalar::Scalar;

macro_rules! events {
    ($($(#[doc = $group_doc:literal])* $group:ident {
        $($(#[doc = $doc:literal])* $event:ident = $name:literal,)*
    })*) => {
        /// A kind of counted event (per image) or of stored value (per network).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Event { $($($(#[doc = $doc])* $event,)*)* }

        impl Event {
            /// Every kind, in ledger order.
            pub const ALL: &[Event] = &[$($(Event::$event,)*)*];
            $($(#[doc = $group_doc])* pub const $group: &[Event] = &[$(Event::$event,)*];)*

            /// The name in conventions and reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(Event::$event => $name,)*)* }
            }

            /// The definition, in one sentence.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $($(Event::$event => concat!($($doc),*).trim_ascii(),)*)* }
            }
        }
    };
}

// An event's group decides which totals it counts towards, and whether it grows with the batch.
events! {
    /// Multiply-adds of convolutions, linear layers and products of maps, without bias.
    MACS {
        /// Multiply-adds of convolutions, without bias.
        ConvMacs = "conv_macs",
        /// Multiply-adds of transposed convolutions, without bias: each weight once per input position.
        TransposedConvMacs = "transposed_conv_macs",
        /// Multiply-adds of linear layers, without bias.
        LinearMacs = "linear_macs",
        /// Multiply-adds between two feature maps (attention scores and their weighted sums).
        MatmulMacs = "matmul_macs",
    }
    /// All other work of a forward pass.
    OPERATIONS {
        /// Multiply-adds of transposed convolutions, as counted by tools that use each weight once per output
        /// position.
        TransposedConvOutputMacs = "transposed_conv_output_macs",
        /// Additions of a convolution's bias: one per output element.
        ConvBiasAdds = "conv_bias_adds",
        /// Additions of a linear layer's bias: one per output element.
        LinearBiasAdds = "linear_bias_adds",
        /// Elements of a batch norm with a scale or a shift.
        BatchNormElements = "batch_norm_elements",
        /// Elements of a batch norm without scale or shift.
        PlainBatchNormElements = "plain_batch_norm_elements",
        /// Elements of a layer norm with a scale or a shift.
        LayerNormElements = "layer_norm_elements",
        /// Elements of a layer norm without scale or shift.
        PlainLayerNormElements = "plain_layer_norm_elements",
        /// Elements of a group norm.
        GroupNormElements = "group_norm_elements",
        /// Elements of the input normalised by constants of the data set.
        InputNormElements = "input_norm_elements",
        /// Elements through a ReLU.
        ReluElements = "relu_elements",
        /// Elements through a ReLU6.
        Relu6Elements = "relu6_elements",
        /// Elements through a SiLU (swish).
        SiluElements = "silu_elements",
        /// Elements through a sigmoid.
        SigmoidElements = "sigmoid_elements",
        /// Elements through a hard swish.
        HardSwishElements = "hard_swish_elements",
        /// Elements through a hard sigmoid.
        HardSigmoidElements = "hard_sigmoid_elements",
        /// Elements through a GELU.
        GeluElements = "gelu_elements",
        /// Elements through a softmax.
        SoftmaxElements = "softmax_elements",
        /// Multiplications that scale the queries of attention by 1/√d.
        QueryScales = "query_scales",
        /// Input elements of max pooling.
        MaxPoolInputs = "max_pool_inputs",
        /// Output elements of max pooling.
        MaxPoolOutputs = "max_pool_outputs",
        /// Input elements of average pooling.
        AveragePoolInputs = "average_pool_inputs",
        /// Output elements of average pooling.
        AveragePoolOutputs = "average_pool_outputs",
        /// Input elements of average pooling to a given size, such as 1 × 1 or 7 × 7.
        AdaptivePoolInputs = "adaptive_pool_inputs",
        /// Output elements of average pooling to a given size.
        AdaptivePoolOutputs = "adaptive_pool_outputs",
        /// Input elements of the pool of a gate (squeeze-and-excitation).
        SqueezeInputs = "squeeze_inputs",
        /// Output elements of the pool of a gate.
        SqueezeOutputs = "squeeze_outputs",
        /// Input elements of a mean over the map that is written as a reduction, not as a pool.
        MeanInputs = "mean_inputs",
        /// Output elements of a mean written as a reduction.
        MeanOutputs = "mean_outputs",
        /// Output elements of nearest-neighbour upsampling.
        NearestUpsampleOutputs = "nearest_upsample_outputs",
        /// Output elements of bilinear upsampling.
        BilinearUpsampleOutputs = "bilinear_upsample_outputs",
        /// Additions that join a residual branch and its shortcut.
        ResidualAdds = "residual_adds",
        /// Multiplications of a map by its gate (squeeze-and-excitation).
        GateMultiplies = "gate_multiplies",
        /// Multiplications by a learned scale per channel.
        ScaleMultiplies = "scale_multiplies",
        /// Additions of learned embeddings (positions).
        EmbeddingAdds = "embedding_adds",
        /// Elements of other elementwise operations, such as divisions, powers and exponentials.
        OtherElements = "other_elements",
        /// Unknown operators of an imported network. Their cost is left out, so every total of a network
        /// with any is a lower bound.
        UnknownOperators = "unknown_operators",
        /// Weights and biases of linear layers, once per call, whatever the number of positions.
        LinearParamUses = "linear_param_uses",
        /// Scales and shifts of norms, once per call, whatever the number of positions.
        NormParamUses = "norm_param_uses",
    }
    /// Trained parameters.
    PARAMS {
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
        /// Learned values outside convolutions, linear layers and norms: scales, tokens, positions.
        Embeddings = "embeddings",
    }
    /// Stored values that are not trained.
    STATISTICS {
        /// Running means and variances of batch norms: stored, not trained.
        NormStatistics = "norm_statistics",
    }
    /// Activations: output elements of convolutions, linear layers and products of maps (Dollár et al. 2021,
    /// section 3).
    ACTIVATIONS {
        /// Output elements of convolutions.
        ConvOutputs = "conv_outputs",
        /// Output elements of linear layers.
        LinearOutputs = "linear_outputs",
        /// Output elements of products of two feature maps.
        MatmulOutputs = "matmul_outputs",
    }
}

impl Event {
    /// Whether this is a stored value, which does not grow with the batch.
    #[must_use]
    pub fn is_stored(self) -> bool {
        Event::PARAMS.contains(&self) || Event::STATISTICS.contains(&self)
    }
}

/// How a part of a network runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// As modules: every layer is a separate operation.
    #[default]
    Main,
    /// As functions, not modules (`F.relu`, not `nn.ReLU`): some counters miss them, some count them once
    /// instead of twice.
    Function,
    /// As one fused operation, which counters of layers cannot see into.
    Fused,
    /// In training only (auxiliary classifiers): its parameters are stored, but a forward pass of the trained
    /// network skips it.
    Auxiliary,
}

impl Part {
    /// The parts that a ledger keeps apart, in order. Values stored in an auxiliary part count in the main one.
    pub const ALL: [Part; 3] = [Part::Main, Part::Function, Part::Fused];

    const fn index(self) -> usize {
        match self {
            Part::Main | Part::Auxiliary => 0,
            Part::Function => 1,
            Part::Fused => 2,
        }
    }

    /// The name in conventions and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Part::Main => "main",
            Part::Function => "function",
            Part::Fused => "fused",
            Part::Auxiliary => "auxiliary",
        }
    }
}

/// How often each [`Event`] happens in each [`Part`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger<S = u64> {
    amounts: [Amounts<S>; Part::ALL.len()],
}

type Amounts<S> = [S; Event::ALL.len()];

impl<S: Scalar> Ledger<S> {
    /// A ledger of zeros.
    #[must_use]
    pub fn zero() -> Self {
        let zeros = |_| std::array::from_fn(|_| S::whole(0));
        Ledger { amounts: std::array::from_fn(zeros) }
    }

    /// How often `event` happens in `part`.
    #[must_use]
    pub fn entry(&self, event: Event, part: Part) -> &S {
        &self.amounts[part.index()][event as usize]
    }

    /// Every entry, 0 or not, by event and then by part.
    pub fn entries(&self) -> impl Iterator<Item = (Event, Part, &S)> {
        let keys = Event::ALL.iter().flat_map(|event| Part::ALL.map(|part| (*event, part)));
        keys.map(|(event, part)| (event, part, self.entry(event, part)))
    }

    /// How often `event` happens in all parts together.
    #[must_use]
    pub fn amount(&self, event: Event) -> S {
        self.sum(&[event])
    }

    /// The sum over `events` in all parts.
    #[must_use]
    pub fn sum(&self, events: &[Event]) -> S {
        let mut sum = S::whole(0);
        for amounts in &self.amounts {
            for event in events {
                sum.increase(&amounts[*event as usize]);
            }
        }
        sum
    }

    /// A tally that writes into `part`, with every amount multiplied by `times`. What an auxiliary part does needs a
    /// separate ledger, for [`Ledger::increase_stored`].
    pub(crate) fn tally<'a>(&'a mut self, part: Part, times: &'a S) -> Tally<'a, S> {
        Tally { amounts: &mut self.amounts[part.index()], times }
    }

    /// Adds what another ledger stores, and nothing of what it runs.
    pub(crate) fn increase_stored(&mut self, other: &Self) {
        for (event, part, amount) in other.entries().filter(|(event, ..)| event.is_stored()) {
            self.amounts[part.index()][event as usize].increase(amount);
        }
    }

    /// Adds another ledger to this one.
    pub fn increase(&mut self, other: &Self) {
        for (amount, more) in self.amounts.iter_mut().flatten().zip(other.amounts.iter().flatten())
        {
            amount.increase(more);
        }
    }

    /// The first event or total that reaches 2^64, if any does.
    #[must_use]
    pub fn overflow(&self) -> Option<&'static str> {
        let flops = S::product(&[&S::whole(2), &self.sum(Event::MACS)]);
        let totals = [
            ("FLOPs", flops),
            ("params", self.sum(Event::PARAMS)),
            ("norm statistics", self.sum(Event::STATISTICS)),
            ("activations", self.sum(Event::ACTIVATIONS)),
        ];
        let total = totals.iter().find(|(_, total)| total.overflowed()).map(|(name, _)| *name);
        let event = self.entries().find(|(_, _, amount)| amount.overflowed());
        event.map(|(event, _, _)| event.name()).or(total)
    }
}

impl Ledger {
    /// Multiply-adds per image.
    #[must_use]
    pub fn macs(&self) -> u64 {
        self.sum(Event::MACS)
    }

    /// Trained parameters.
    #[must_use]
    pub fn params(&self) -> u64 {
        self.sum(Event::PARAMS)
    }

    /// Output elements of convolutions, linear layers and products of maps, per image.
    #[must_use]
    pub fn activations(&self) -> u64 {
        self.sum(Event::ACTIVATIONS)
    }

    /// The sum over `events` in all parts, which may exceed 64 bits even if every amount fits.
    #[must_use]
    pub fn total(&self, events: &[Event]) -> u128 {
        let amount = |event: &Event| {
            self.amounts.iter().map(|part| u128::from(part[*event as usize])).sum::<u128>()
        };
        events.iter().map(amount).sum()
    }
}

/// Writes into one part of a ledger, with every amount multiplied by a repeat count.
pub struct Tally<'a, S> {
    amounts: &'a mut Amounts<S>,
    times: &'a S,
}

impl<S: Scalar> Tally<'_, S> {
    /// Records that `event` happens as often as the product of `factors`.
    #[inline]
    pub fn add(&mut self, event: Event, factors: &[&S]) {
        let amount = S::product(&[&S::product(factors), self.times]);
        self.amounts[event as usize].increase(&amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_and_parts_are_indexed_in_ledger_order() {
        for (index, event) in Event::ALL.iter().enumerate() {
            assert_eq!(*event as usize, index);
        }
        for (index, part) in Part::ALL.iter().enumerate() {
            assert_eq!(part.index(), index);
        }
    }

    #[test]
    fn a_tally_multiplies_by_its_repeat_count() {
        let mut ledger = Ledger::<u64>::zero();
        ledger.tally(Part::Main, &3).add(Event::ConvMacs, &[&5, &7]);
        assert_eq!(ledger.amount(Event::ConvMacs), 105);
        assert_eq!(ledger.total(Event::MACS), 105);
    }

    #[test]
    fn an_event_is_counted_in_its_part_and_an_auxiliary_part_is_stored_but_not_run() {
        let (mut ledger, mut auxiliary) = (Ledger::<u64>::zero(), Ledger::zero());
        for part in [Part::Main, Part::Function, Part::Fused, Part::Auxiliary] {
            let ledger = if part == Part::Auxiliary { &mut auxiliary } else { &mut ledger };
            let mut tally = ledger.tally(part, &1);
            tally.add(Event::LinearMacs, &[&10]);
            tally.add(Event::LinearWeights, &[&1]);
        }
        ledger.increase_stored(&auxiliary);
        let amounts = |event| Part::ALL.map(|part| *ledger.entry(event, part));
        assert_eq!(amounts(Event::LinearMacs), [10; 3]);
        assert_eq!(amounts(Event::LinearWeights), [2, 1, 1]);
        assert_eq!(ledger.total(Event::MACS), 30);
    }

    #[test]
    fn totals_can_overflow_although_each_amount_fits() {
        let mut ledger = Ledger::<u64>::zero();
        ledger.tally(Part::Main, &1).add(Event::ConvMacs, &[&(u64::MAX / 4)]);
        assert_eq!(ledger.overflow(), None);
        ledger.tally(Part::Fused, &1).add(Event::LinearMacs, &[&(u64::MAX / 4 + 2)]);
        assert_eq!(ledger.overflow(), Some("FLOPs"));
        ledger.tally(Part::Fused, &2).add(Event::LinearMacs, &[&(u64::MAX / 2)]);
        assert_eq!(ledger.overflow(), Some("linear_macs"));
    }
}
