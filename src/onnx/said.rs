//! What there is to say about a file: operators that are not known, and what an export did.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::onnx::inputs::Start;
use crate::onnx::model::{Model, Operation};
use crate::onnx::operator::Operator;
use crate::onnx::walk::{Walked, named};
use crate::units::grouped;

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
            "the file is fixed to a batch of {}: its counts are for all of them",
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

/// Batch norms that are no nodes any more. PyTorch's exporters give the weights of such a convolution a name of their
/// own, or leave the norm's module beside it; tf2onnx names the bias after the norm. Scale and shift became a bias, or nothing where they did nothing.
fn folded(model: &Model, walked: &Walked) -> Option<String> {
    let (mut convolutions, mut fewer, mut statistics) = (0u64, 0u64, 0u64);
    for step in &walked.steps {
        let Some(node) = model.graph.nodes.get(step.node).filter(|node| is_folded(node)) else {
            continue;
        };
        let (channels, has_bias) = (step.output.channels, node.inputs.len() > 2);
        convolutions += 1;
        fewer = fewer.saturating_add(if has_bias { channels } else { channels.saturating_mul(2) });
        statistics = statistics.saturating_add(channels.saturating_mul(2));
    }
    (convolutions > 0).then(|| {
        let (fewer, statistics) = (grouped(u128::from(fewer)), grouped(u128::from(statistics)));
        let into = if convolutions == 1 { "1 convolution".to_string() } else { format!("{convolutions} convolutions") };
        format!(
            "batch norm is folded into {into}: params are {fewer} fewer than the module's, if these \
             had no bias of their own, and {statistics} statistics are gone"
        )
    })
}

fn is_folded(node: &Operation) -> bool {
    let renames = node.inputs.get(1).is_some_and(|weights| weights.starts_with("onnx::Conv_"));
    let is_norm = node.scopes.as_ref().is_some_and(|scopes| scopes.contains("batch_norm"));
    let is_shift = node.inputs.get(2).is_some_and(|bias| bias.contains("/batchnorm/"));
    node.operator == "Conv" && (renames || is_norm || is_shift)
}
