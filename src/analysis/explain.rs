//! Why counters disagree: every convention's number for one network, split by kind of event, and the
//! conventions that give a reported number.

use std::ops::RangeInclusive;

use crate::analysis::model::Model;
use crate::counting::convention::{Convention, Term};
use crate::counting::ledger::{Event, Ledger, Part};
use crate::counting::units::Figure;
use crate::error::Error;
use crate::families::family::Request;

/// The sides of square inputs, in pixels, that are tried for a reported number.
pub const SIDES: RangeInclusive<u64> = 32..=1024;

/// Declares the kinds of events: each with its key in JSON and CSV, and its name in a sum.
macro_rules! event_kinds {
    ($($(#[doc = $doc:literal])* $kind:ident = $key:literal, $name:literal;)*) => {
        /// A kind of event, coarse enough for a sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum EventKind { $($(#[doc = $doc])* $kind),* }

        impl EventKind {
            /// Every kind, in order.
            pub const ALL: &[EventKind] = &[$(EventKind::$kind),*];

            /// The key in JSON and CSV.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(EventKind::$kind => $key),* }
            }

            /// The name in a sum: `26,950,784 batch norm`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(EventKind::$kind => $name),* }
            }
        }
    };
}

event_kinds! {
    /// Multiply-adds of convolutions and linear layers.
    ConvLinear = "conv_linear", "conv+linear";
    /// Multiply-adds of attention: products of maps, and everything in fused attention.
    Attention = "attention", "attention";
    /// Additions of biases.
    Bias = "bias", "biases";
    /// Batch norms.
    BatchNorm = "batch_norm", "batch norm";
    /// Layer norms.
    LayerNorm = "layer_norm", "layer norm";
    /// Group norms.
    GroupNorm = "group_norm", "group norm";
    /// Norms by constants of the data set.
    InputNorm = "input_norm", "input norm";
    /// Activation functions.
    Activation = "activation", "activation functions";
    /// Softmax.
    Softmax = "softmax", "softmax";
    /// Pools and means.
    Pooling = "pooling", "pooling";
    /// Upsampling.
    Upsampling = "upsampling", "upsampling";
    /// Residual additions, gates, scales, embeddings.
    Joins = "joins", "additions and gates";
    /// Weights and biases of convolutions and linear layers.
    Weights = "weights", "weights and biases";
    /// Weights and biases of linear layers, once per call.
    LinearParams = "linear_params", "linear params, once per call";
    /// Scales and shifts of norms.
    NormParams = "norm_params", "norm scales and shifts";
    /// Running means and variances.
    NormStatistics = "norm_statistics", "norm statistics";
    /// Learned values outside layers.
    Embeddings = "embeddings", "embeddings";
    /// Output elements of convolutions, linear layers and products of maps.
    Outputs = "outputs", "outputs";
    /// Operations for which specs have no layer.
    Other = "other", "other operations";
}

/// A convention's number for a network, and its parts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Number<'c> {
    /// The convention.
    pub convention: &'c Convention,
    /// Its number.
    pub value: u128,
    /// The parts that are not 0; they add up to the value.
    pub parts: Vec<(EventKind, u128)>,
}

/// An event in one part of a network that two conventions weigh differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The event.
    pub event: Event,
    /// The part of the network in which it happens.
    pub part: Part,
    /// How often it happens there.
    pub amount: u128,
    /// Its weights in the left and the right convention.
    pub weights: [u16; 2],
}

/// A convention that may give a reported number.
#[derive(Clone, Debug)]
pub struct ConventionMatch<'c> {
    /// The convention.
    pub convention: &'c Convention,
    /// Its number at the network's own input.
    pub value: u128,
    /// Whether `value` rounds to the reported number.
    pub fits: bool,
    /// Sides of square inputs, in pixels, at which its number rounds to the reported one.
    pub sides: Vec<RangeInclusive<u64>>,
}

/// Every convention's number for `batch` images, the smallest first.
#[must_use]
pub fn numbers<'c>(ledger: &Ledger, conventions: &'c [Convention], batch: u32) -> Vec<Number<'c>> {
    let number = |convention: &'c Convention| Number {
        convention,
        value: convention.value(ledger, batch),
        parts: parts(ledger, convention, batch),
    };
    let mut numbers: Vec<Number> = conventions.iter().map(number).collect();
    numbers.sort_by_key(|number| number.value);
    numbers
}

/// The parts of a convention's number, in the order of [`EventKind`].
fn parts(ledger: &Ledger, convention: &Convention, batch: u32) -> Vec<(EventKind, u128)> {
    let mut parts: Vec<(EventKind, u128)> = EventKind::ALL.iter().map(|kind| (*kind, 0)).collect();
    for term in &convention.terms {
        parts[EventKind::of(term.event, term.part) as usize].1 += term.value(ledger, batch);
    }
    parts.retain(|(_, part)| *part > 0);
    parts
}

/// Where two conventions differ on a network; the differences add up to `right − left`.
#[must_use]
pub fn between(
    ledger: &Ledger,
    left: &Convention,
    right: &Convention,
    batch: u32,
) -> Vec<Difference> {
    let difference = |(event, part, _)| {
        let weights = [left, right].map(|convention| convention.weight(event, part));
        let amount = Term { event, part, weight: 1 }.value(ledger, batch);
        let difference = Difference { event, part, amount, weights };
        (difference.contribution() != 0).then_some(difference)
    };
    ledger.entries().filter_map(difference).collect()
}

/// The conventions, with the nearest to a reported number first.
pub fn given<'c>(
    model: &Model,
    request: &Request,
    figure: &Figure,
    conventions: &'c [Convention],
    batch: u32,
) -> Result<Vec<ConventionMatch<'c>>, Error> {
    let own_ledger = model.network(request)?.network.ledger();
    let candidate = |convention: &'c Convention| {
        let value = convention.value(&own_ledger, batch);
        ConventionMatch { convention, value, fits: figure.fits(value as f64), sides: Vec::new() }
    };
    let mut candidates: Vec<ConventionMatch> = conventions.iter().map(candidate).collect();
    for side in SIDES {
        let request = Request { image: Some([side; 2]), ..*request };
        // Some sizes are impossible, for instance if windows do not divide a map.
        let Ok(scaled) = model.network(&request) else { continue };
        let ledger = scaled.network.ledger();
        // Params are the same at every size.
        for candidate in candidates.iter_mut().filter(|c| c.convention.quantity != "params") {
            if figure.fits(candidate.convention.value(&ledger, batch) as f64) {
                extend(&mut candidate.sides, side);
            }
        }
    }
    candidates.sort_by(|a, b| {
        figure.distance(a.value as f64).total_cmp(&figure.distance(b.value as f64))
    });
    Ok(candidates)
}

/// Adds a number to the last range if it is the next one, or as a new range.
pub(crate) fn extend(ranges: &mut Vec<RangeInclusive<u64>>, number: u64) {
    match ranges.last_mut() {
        Some(last) if *last.end() + 1 == number => *last = *last.start()..=number,
        _ => ranges.push(number..=number),
    }
}

impl Difference {
    /// By how much the event makes the right number larger than the left; negative if smaller.
    ///
    /// An amount is at most 2^64 × 2^32 and a weight below 2^16, so the product is below 2^127.
    #[must_use]
    pub fn contribution(&self) -> i128 {
        let [left, right] = self.weights.map(i128::from);
        i128::try_from(self.amount).unwrap_or(i128::MAX).saturating_mul(right - left)
    }
}

impl EventKind {
    /// The kind that an event belongs to, in a part of a network.
    fn of(event: Event, part: Part) -> EventKind {
        match event {
            Event::TransposedConvOutputMacs => EventKind::ConvLinear,
            Event::ConvMacs | Event::TransposedConvMacs | Event::LinearMacs
                if part != Part::Fused =>
            {
                EventKind::ConvLinear
            }
            Event::ConvMacs | Event::TransposedConvMacs | Event::LinearMacs | Event::MatmulMacs => {
                EventKind::Attention
            }
            Event::LinearParamUses => EventKind::LinearParams,
            Event::ConvBiasAdds | Event::LinearBiasAdds => EventKind::Bias,
            Event::BatchNormElements | Event::PlainBatchNormElements => EventKind::BatchNorm,
            Event::LayerNormElements | Event::PlainLayerNormElements => EventKind::LayerNorm,
            Event::GroupNormElements => EventKind::GroupNorm,
            Event::InputNormElements => EventKind::InputNorm,
            Event::ReluElements
            | Event::Relu6Elements
            | Event::SiluElements
            | Event::SigmoidElements
            | Event::HardSwishElements
            | Event::HardSigmoidElements
            | Event::GeluElements => EventKind::Activation,
            Event::SoftmaxElements => EventKind::Softmax,
            Event::MaxPoolInputs
            | Event::MaxPoolOutputs
            | Event::AveragePoolInputs
            | Event::AveragePoolOutputs
            | Event::AdaptivePoolInputs
            | Event::AdaptivePoolOutputs
            | Event::SqueezeInputs
            | Event::SqueezeOutputs
            | Event::MeanInputs
            | Event::MeanOutputs => EventKind::Pooling,
            Event::NearestUpsampleOutputs | Event::BilinearUpsampleOutputs => EventKind::Upsampling,
            Event::ResidualAdds
            | Event::GateMultiplies
            | Event::ScaleMultiplies
            | Event::QueryScales
            | Event::EmbeddingAdds => EventKind::Joins,
            Event::OtherElements | Event::UnknownOperators => EventKind::Other,
            Event::ConvWeights | Event::LinearWeights | Event::ConvBiases | Event::LinearBiases => {
                EventKind::Weights
            }
            Event::NormAffine | Event::NormParamUses => EventKind::NormParams,
            Event::NormStatistics => EventKind::NormStatistics,
            Event::Embeddings => EventKind::Embeddings,
            Event::ConvOutputs | Event::LinearOutputs | Event::MatmulOutputs => EventKind::Outputs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_indexed_in_order_and_each_has_its_own_key() {
        for (index, kind) in EventKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, index);
        }
        let mut keys: Vec<_> = EventKind::ALL.iter().map(|kind| kind.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), EventKind::ALL.len());
    }

    #[test]
    fn ranges_grow_by_the_next_number_and_restart_after_a_gap() {
        let mut ranges = Vec::new();
        for number in [361, 362, 363, 368] {
            extend(&mut ranges, number);
        }
        assert_eq!(ranges, [361..=363, 368..=368]);
    }
}
