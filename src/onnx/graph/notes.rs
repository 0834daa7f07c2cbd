//! Notes about a file: unknown operators, and what the exporter changed in the network.

use std::collections::BTreeMap;

use crate::counting::units::grouped;
use crate::error::Diagnostic;
use crate::onnx::file::model::{Model, Node};
use crate::onnx::graph::inputs::Inputs;
use crate::onnx::graph::{Inferred, UNKNOWN, label};
use crate::onnx::operators::Operator;

/// Maximum nodes or values listed by name; of the rest, only the number is given.
const MAX_LISTED: usize = 3;

/// The problem that operators are unknown, which lists each with its nodes.
pub(crate) fn unknown_operators(model: &Model) -> Option<Diagnostic> {
    let mut unknown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (index, node) in model.graph.nodes.iter().enumerate() {
        if Operator::of(node).is_none() {
            unknown.entry(full_name(node)).or_default().push(label(node, index));
        }
    }
    if unknown.is_empty() {
        return None;
    }
    let operators = plural(unknown.len(), "unknown operator");
    let mut problem = Diagnostic::new(format!("the graph has {operators}"));
    let listed = unknown
        .iter()
        .map(|(operator, nodes)| format!("{operator} ({} ×): {}", nodes.len(), listed(nodes)));
    problem.help.extend(listed);
    Some(problem)
}

fn full_name(node: &Node) -> String {
    match node.domain.as_str() {
        "" | "ai.onnx" => node.op_type.clone(),
        domain => format!("{domain}.{}", node.op_type),
    }
}

fn listed(all: &[String]) -> String {
    let shown = all.iter().take(MAX_LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(MAX_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What a reader of the counts has to know about the file.
pub(crate) fn notes(model: &Model, inferred: &Inferred, inputs: &Inputs) -> Vec<String> {
    let mut notes = Vec::new();
    let unknown = inferred.layers.iter().filter(|layer| layer.cost.kind == UNKNOWN).count();
    if unknown > 0 {
        let uncounted = plural(unknown, "node");
        let verb = if unknown == 1 { "is" } else { "are" };
        notes.push(format!(
            "every total is a lower bound: {uncounted} {verb} not counted, because the operator, its input or a size is unknown"
        ));
    }
    notes.extend(folded_norms(model, inferred));
    if inferred.duplicates > 0 {
        let initializers = plural(inferred.duplicates, "initializer");
        let verb = if inferred.duplicates == 1 { "has" } else { "have" };
        notes.push(format!(
            "{initializers} {verb} a second name, since exporters store equal tensors once: counted once per name"
        ));
    }
    if inputs.batch != 1 {
        notes.push(format!("all counts are for the batch of {} images in the file", inputs.batch));
    }
    if !inferred.mismatches.is_empty() {
        let mismatches = listed(&inferred.mismatches);
        notes.push(format!("some shapes differ from those in the file: {mismatches}"));
    }
    notes
}

/// Batch norms that an exporter folded into convolutions: scale and shift became a bias, or vanished.
fn folded_norms(model: &Model, inferred: &Inferred) -> Option<String> {
    let (mut convolutions, mut fewer, mut statistics, mut is_sure) = (0, 0u64, 0u64, true);
    for layer in inferred.layers.iter().filter(|layer| layer.operator == Some(Operator::Conv)) {
        let Some(fold) = model.graph.nodes.get(layer.node).and_then(Fold::of) else { continue };
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
