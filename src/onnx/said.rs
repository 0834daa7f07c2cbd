//! What there is to say about a file: operators that are not known, and what an export did.

use std::collections::BTreeMap;

use crate::counting::units::grouped;
use crate::error::Diagnostic;
use crate::onnx::inputs::Start;
use crate::onnx::model::{Model, Operation};
use crate::onnx::operator::Operator;
use crate::onnx::walk::{Walked, named};

/// More nodes or values than this are not listed one by one.
const MOST_LISTED: usize = 3;

/// Fails with every operator that is not known, how often it stands in the graph, and where.
pub(super) fn refuse_unknown(model: &Model) -> Result<(), Diagnostic> {
    let mut unknown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (index, node) in model.graph.nodes.iter().enumerate() {
        if Operator::of(node).is_none() {
            unknown.entry(full_name(node)).or_default().push(named(node, index));
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let listed = unknown
        .iter()
        .map(|(operator, nodes)| format!("{operator} ({} ×): {}", nodes.len(), some_of(nodes)));
    let count = unknown.len();
    let what = if count == 1 { "an operator".to_string() } else { format!("{count} operators") };
    let mut problem = Diagnostic::new(format!("the graph has {what} that phiscale does not know"));
    problem.help.extend(listed);
    Err(problem.help("--allow-unknown counts the rest, as a lower bound"))
}

fn full_name(node: &Operation) -> String {
    match node.domain.as_str() {
        "" | "ai.onnx" => node.operator.clone(),
        domain => format!("{domain}.{}", node.operator),
    }
}

fn some_of(all: &[String]) -> String {
    let shown = all.iter().take(MOST_LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(MOST_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What the export did to the network, and where its file disagrees with itself.
pub(super) fn notes(model: &Model, walked: &Walked, start: &Start) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(unknown(walked));
    notes.extend(folded(model, walked));
    if walked.shared > 0 {
        let stand = match walked.shared {
            1 => "1 stored tensor stands under a further name".to_string(),
            many => format!("{many} stored tensors stand under further names"),
        };
        notes.push(format!("{stand} (an exporter keeps equal ones once): each name is counted"));
    }
    if start.batch != 1 {
        notes.push(format!(
            "{} images go in at once, and the counts are for all of them",
            start.batch
        ));
    }
    if !walked.disagreements.is_empty() {
        notes.push(format!(
            "shapes that the file itself gives are not those found: {}",
            some_of(&walked.disagreements)
        ));
    }
    notes
}

/// Operators that were left out.
fn unknown(walked: &Walked) -> Option<String> {
    let count = walked.steps.iter().filter(|step| step.kind == "unknown").count();
    (count > 0).then(|| {
        let nodes = if count == 1 { "1 node is".to_string() } else { format!("{count} nodes are") };
        format!("every total is a lower bound: {nodes} not counted, as the operator or its input is not known")
    })
}

/// Batch norms that are no nodes any more: scale and shift became a bias, or nothing where they did nothing.
fn folded(model: &Model, walked: &Walked) -> Option<String> {
    let (mut convolutions, mut fewer, mut statistics, mut is_sure) = (0u64, 0u64, 0u64, true);
    for step in &walked.steps {
        let Some(fold) = model.graph.nodes.get(step.node).and_then(Fold::of) else { continue };
        let channels = step.output.channels;
        convolutions += 1;
        is_sure &= fold != Fold::Somehow;
        fewer = fewer.saturating_add(match fold {
            Fold::IntoNewBias | Fold::Somehow => channels,
            Fold::IntoOwnBias => channels.saturating_mul(2),
        });
        statistics = statistics.saturating_add(channels.saturating_mul(2));
    }
    (convolutions > 0).then(|| {
        let (fewer, statistics) = (grouped(u128::from(fewer)), grouped(u128::from(statistics)));
        let into = match convolutions {
            1 => "1 convolution".to_string(),
            many => format!("{many} convolutions"),
        };
        let unless = if is_sure { "" } else { ", if these had no bias of their own," };
        format!(
            "batch norm is folded into {into}: params are {fewer} fewer than the module's{unless} and {statistics} \
             statistics are gone"
        )
    })
}

/// How a batch norm went into a convolution.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fold {
    /// Into a bias that the convolution did not have.
    IntoNewBias,
    /// Into the bias that it had, or into none.
    IntoOwnBias,
    /// Into a bias of which the file does not say where it comes from.
    Somehow,
}

impl Fold {
    /// PyTorch's dynamo exporter leaves the norm's module beside such a convolution and names a new bias after the
    /// weights; its older one gives weights and bias names of its own; tf2onnx names the bias after the norm.
    fn of(node: &Operation) -> Option<Fold> {
        let name = |index: usize| node.inputs.get(index).map_or("", String::as_str);
        let (weights, bias) = (name(1), name(2));
        if node.operator != "Conv" {
            return None;
        }
        if node.scopes.as_ref().is_some_and(|scopes| scopes.contains("batch_norm")) {
            let is_new = bias.strip_prefix(weights) == Some("_bias");
            return Some(if is_new { Fold::IntoNewBias } else { Fold::IntoOwnBias });
        }
        let is_renamed = weights.starts_with("onnx::Conv_") || bias.contains("/batchnorm/");
        is_renamed.then_some(Fold::Somehow)
    }
}
