//! Batch norms that an exporter folded into convolutions.

use crate::counting::units::{grouped, plural};
use crate::onnx::file::model::Node;
use crate::onnx::graph::inferred::{GraphLayer, Inferred};
use crate::onnx::operators::Operator;

/// What the folding did to params and statistics: scale and shift became a bias, or vanished.
pub(super) fn folded_norms(inferred: &Inferred) -> Option<String> {
    let (mut convolutions, mut fewer, mut statistics, mut is_sure) = (0, 0u64, 0u64, true);
    let is_conv =
        |layer: &&GraphLayer| matches!(layer.operator, Some(Operator::Conv | Operator::FusedConv));
    for layer in inferred.layers.iter().filter(is_conv) {
        let Some(fold) = Fold::of(layer.node) else { continue };
        let channels = layer.cost.output.channels;
        convolutions += 1;
        is_sure &= fold != Fold::Unknown;
        fewer = fewer.saturating_add(match fold {
            Fold::IntoNewBias | Fold::Unknown => channels,
            Fold::IntoOwnBias => channels.saturating_mul(2),
        });
        statistics = statistics.saturating_add(channels.saturating_mul(2));
    }
    (convolutions > 0).then(|| {
        let (fewer, statistics) = (grouped(u128::from(fewer)), grouped(u128::from(statistics)));
        let convolutions = plural(convolutions, "convolution");
        let unless = if is_sure { "" } else { " (if the convolutions had no bias before)" };
        format!(
            "batch norm is folded into {convolutions}: the file has {fewer} fewer params and {statistics} fewer \
             statistics than the module{unless}"
        )
    })
}

/// How a batch norm was folded into a convolution.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fold {
    /// Into a bias that the convolution did not have.
    IntoNewBias,
    /// Into the bias that it already had, or into its weights alone.
    IntoOwnBias,
    /// Into a bias of unknown origin.
    Unknown,
}

impl Fold {
    /// PyTorch's dynamo exporter keeps the norm's module beside such a convolution and names a new bias after the
    /// weights; its older one gives weights and bias new names; tf2onnx names the bias after the norm.
    fn of(conv: &Node) -> Option<Fold> {
        let name = |index: usize| conv.inputs.get(index).map_or("", String::as_str);
        let (weights, bias) = (name(1), name(2));
        if conv.scopes.as_ref().is_some_and(|scopes| scopes.contains("batch_norm")) {
            let is_new = bias.strip_prefix(weights) == Some("_bias");
            return Some(if is_new { Fold::IntoNewBias } else { Fold::IntoOwnBias });
        }
        let is_renamed = weights.starts_with("onnx::Conv_") || bias.contains("/batchnorm/");
        is_renamed.then_some(Fold::Unknown)
    }
}
