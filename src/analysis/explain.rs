//! Why counters disagree: every convention's number on one network, taken apart by kind of event, and
//! the conventions that give a number which somebody reported.

use std::ops::RangeInclusive;

use crate::analysis::model::Model;
use crate::counting::convention::{Convention, Term};
use crate::counting::ledger::{Event, Ledger, Part};
use crate::counting::units::Figure;
use crate::error::Error;
use crate::families::family::Request;

/// The sides of square inputs, in pixels, that are tried for a reported number.
pub const SIDES: RangeInclusive<u64> = 32..=1024;

/// A kind of event, coarse enough for a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Multiply-adds of convolutions and linear layers.
    ConvLinear,
    /// Multiply-adds of attention: products of maps, and everything in fused attention.
    Attention,
    /// Additions of biases.
    Bias,
    /// Batch norms.
    BatchNorm,
    /// Layer norms.
    LayerNorm,
    /// Group norms.
    GroupNorm,
    /// Norms by constants of the data set.
    InputNorm,
    /// Activation functions.
    Activation,
    /// Softmax.
    Softmax,
    /// Pools and means.
    Pooling,
    /// Upsampling.
    Upsampling,
    /// Residual additions, gates, scales, embeddings.
    Joins,
    /// Weights and biases of convolutions and linear layers.
    Weights,
    /// Weights and biases of linear layers, once for each call.
    LinearParams,
    /// Scales and shifts of norms.
    NormParams,
    /// Running means and variances.
    NormStatistics,
    /// Learned values outside layers.
    Embeddings,
    /// Output elements of convolutions, linear layers and products of maps.
    Outputs,
    /// Operations for which specs have no layer.
    Other,
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
    pub parts: Vec<(Kind, u128)>,
}

/// An event that two conventions weigh differently, where it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The event.
    pub event: Event,
    /// The part of the network in which it happens.
    pub part: Part,
    /// How often it happens there.
    pub amount: u128,
    /// What it weighs in the one convention and in the other.
    pub weights: [u16; 2],
}

/// A convention that may give a reported number.
#[derive(Clone, Debug)]
pub struct Candidate<'c> {
    /// The convention.
    pub convention: &'c Convention,
    /// Its number at the network's own input.
    pub value: u128,
    /// Whether this rounds to the reported number.
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

/// The parts of a convention's number, in the order of [`Kind`].
fn parts(ledger: &Ledger, convention: &Convention, batch: u32) -> Vec<(Kind, u128)> {
    let mut parts: Vec<(Kind, u128)> = Kind::ALL.iter().map(|kind| (*kind, 0)).collect();
    for term in &convention.terms {
        parts[Kind::of(term.event, term.part) as usize].1 += term.value(ledger, batch);
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

/// The conventions by how near they come to a reported number, the nearest first.
pub fn given<'c>(
    model: &Model,
    request: &Request,
    figure: &Figure,
    conventions: &'c [Convention],
    batch: u32,
) -> Result<Vec<Candidate<'c>>, Error> {
    let own = model.network(request)?.network.ledger();
    let candidate = |convention: &'c Convention| {
        let value = convention.value(&own, batch);
        Candidate { convention, value, fits: figure.fits(value as f64), sides: Vec::new() }
    };
    let mut candidates: Vec<Candidate> = conventions.iter().map(candidate).collect();
    for side in SIDES {
        let request = Request { image: Some([side; 2]), ..*request };
        // The network refuses some sizes, for instance where its windows do not divide a map.
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

/// Adds a number behind the last range, or to it.
pub(crate) fn extend(ranges: &mut Vec<RangeInclusive<u64>>, number: u64) {
    match ranges.last_mut() {
        Some(last) if *last.end() + 1 == number => *last = *last.start()..=number,
        _ => ranges.push(number..=number),
    }
}

impl Difference {
    /// What the event adds to the second number and not to the first; negative the other way round.
    ///
    /// An amount is at most 2^64 × 2^32 and a weight below 2^16, so that the product is below 2^127.
    #[must_use]
    pub fn contribution(&self) -> i128 {
        let [left, right] = self.weights.map(i128::from);
        i128::try_from(self.amount).unwrap_or(i128::MAX).saturating_mul(right - left)
    }
}

impl Kind {
    /// Every kind, in order, with its key for machines and its name in a sum.
    pub const ALL: &[Kind] = &[
        Kind::ConvLinear,
        Kind::Attention,
        Kind::Bias,
        Kind::BatchNorm,
        Kind::LayerNorm,
        Kind::GroupNorm,
        Kind::InputNorm,
        Kind::Activation,
        Kind::Softmax,
        Kind::Pooling,
        Kind::Upsampling,
        Kind::Joins,
        Kind::Weights,
        Kind::LinearParams,
        Kind::NormParams,
        Kind::NormStatistics,
        Kind::Embeddings,
        Kind::Outputs,
        Kind::Other,
    ];

    /// The key for machines.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Kind::ConvLinear => "conv_linear",
            Kind::Attention => "attention",
            Kind::Bias => "bias",
            Kind::BatchNorm => "batch_norm",
            Kind::LayerNorm => "layer_norm",
            Kind::GroupNorm => "group_norm",
            Kind::InputNorm => "input_norm",
            Kind::Activation => "activation",
            Kind::Softmax => "softmax",
            Kind::Pooling => "pooling",
            Kind::Upsampling => "upsampling",
            Kind::Joins => "joins",
            Kind::Weights => "weights",
            Kind::LinearParams => "linear_params",
            Kind::NormParams => "norm_params",
            Kind::NormStatistics => "norm_statistics",
            Kind::Embeddings => "embeddings",
            Kind::Outputs => "outputs",
            Kind::Other => "other",
        }
    }

    /// The name in a sum: `26,950,784 batch norm`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::ConvLinear => "conv+linear",
            Kind::Attention => "attention",
            Kind::Bias => "biases",
            Kind::BatchNorm => "batch norm",
            Kind::LayerNorm => "layer norm",
            Kind::GroupNorm => "group norm",
            Kind::InputNorm => "input norm",
            Kind::Activation => "activation functions",
            Kind::Softmax => "softmax",
            Kind::Pooling => "pooling",
            Kind::Upsampling => "upsampling",
            Kind::Joins => "additions and gates",
            Kind::Weights => "weights and biases",
            Kind::LinearParams => "linear params, once a call",
            Kind::NormParams => "norm scales and shifts",
            Kind::NormStatistics => "norm statistics",
            Kind::Embeddings => "embeddings",
            Kind::Outputs => "outputs",
            Kind::Other => "other operations",
        }
    }
}

impl Kind {
    /// The kind that an event belongs to, in a part of a network.
    fn of(event: Event, part: Part) -> Kind {
        match event {
            Event::TransposedConvOutputMacs => Kind::ConvLinear,
            Event::ConvMacs | Event::TransposedConvMacs | Event::LinearMacs
                if part != Part::Fused =>
            {
                Kind::ConvLinear
            }
            Event::ConvMacs | Event::TransposedConvMacs | Event::LinearMacs | Event::MatmulMacs => {
                Kind::Attention
            }
            Event::LinearParamUses => Kind::LinearParams,
            Event::ConvBiasAdds | Event::LinearBiasAdds => Kind::Bias,
            Event::BatchNormElements | Event::PlainBatchNormElements => Kind::BatchNorm,
            Event::LayerNormElements | Event::PlainLayerNormElements => Kind::LayerNorm,
            Event::GroupNormElements => Kind::GroupNorm,
            Event::InputNormElements => Kind::InputNorm,
            Event::ReluElements
            | Event::Relu6Elements
            | Event::SiluElements
            | Event::SigmoidElements
            | Event::HardSwishElements
            | Event::HardSigmoidElements
            | Event::GeluElements => Kind::Activation,
            Event::SoftmaxElements => Kind::Softmax,
            Event::MaxPoolInputs
            | Event::MaxPoolOutputs
            | Event::AveragePoolInputs
            | Event::AveragePoolOutputs
            | Event::AdaptivePoolInputs
            | Event::AdaptivePoolOutputs
            | Event::SqueezeInputs
            | Event::SqueezeOutputs
            | Event::MeanInputs
            | Event::MeanOutputs => Kind::Pooling,
            Event::NearestUpsampleOutputs | Event::BilinearUpsampleOutputs => Kind::Upsampling,
            Event::ResidualAdds
            | Event::GateMultiplies
            | Event::ScaleMultiplies
            | Event::QueryScales
            | Event::EmbeddingAdds => Kind::Joins,
            Event::OtherElements | Event::UnknownOperators => Kind::Other,
            Event::ConvWeights | Event::LinearWeights | Event::ConvBiases | Event::LinearBiases => {
                Kind::Weights
            }
            Event::NormAffine | Event::NormParamUses => Kind::NormParams,
            Event::NormStatistics => Kind::NormStatistics,
            Event::Embeddings => Kind::Embeddings,
            Event::ConvOutputs | Event::LinearOutputs | Event::MatmulOutputs => Kind::Outputs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_in_their_own_order_and_have_names_of_their_own() {
        for (index, kind) in Kind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, index);
        }
        let mut keys: Vec<_> = Kind::ALL.iter().map(|kind| kind.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Kind::ALL.len());
    }

    #[test]
    fn ranges_grow_by_the_next_number_and_start_anew_behind_a_gap() {
        let mut ranges = Vec::new();
        for number in [361, 362, 363, 368] {
            extend(&mut ranges, number);
        }
        assert_eq!(ranges, [361..=363, 368..=368]);
    }
}
