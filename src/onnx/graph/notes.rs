//! Notes about a file: unknown operators, and what the exporter changed in the network.

use std::collections::BTreeMap;

use crate::counting::units::{grouped, plural};
use crate::error::Diagnostic;
use crate::onnx::file::model::{Model, Node};
use crate::onnx::graph::folding::folded_norms;
use crate::onnx::graph::inferred::{Inferred, UNKNOWN, Unknown};
use crate::onnx::graph::inputs::Inputs;
use crate::onnx::graph::stored::tensor::{Doubt, DoubtKind};
use crate::onnx::operators::Operator;

/// Maximum nodes or values listed by name; of the rest, only the number is given.
const MAX_LISTED: usize = 3;

/// The problem that operators are unknown, before anything is counted. The branches of an `If` are not searched: one of
/// them may never run.
pub(crate) fn unknown_operators(model: &Model) -> Option<Diagnostic> {
    let nodes = model.graph.nodes.iter().enumerate();
    let undecided = nodes.filter(|(_, node)| node.branches().is_none());
    unknown(undecided.filter_map(|(index, node)| Unknown::of(node, index)))
}

/// The problem of unknown nodes, which lists each operator with its nodes.
pub(crate) fn unknown(nodes: impl IntoIterator<Item = Unknown>) -> Option<Diagnostic> {
    let mut unknown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Unknown { what, label } in nodes {
        unknown.entry(what).or_default().push(label);
    }
    if unknown.is_empty() {
        return None;
    }
    let operators = plural(unknown.len() as u64, "unknown operator");
    let mut problem = Diagnostic::new(format!("the graph has {operators}"));
    let listed = unknown.iter().map(|(what, nodes)| {
        format!("{what} ({} ×): {}", nodes.len(), listed(nodes.iter().cloned()))
    });
    problem.help.extend(listed);
    Some(problem)
}

/// The unknown operators in branches that may never run, for a problem that ends reading before they are chosen.
pub(crate) fn unknown_in_branches(model: &Model) -> Option<String> {
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    let nodes = model.graphs().into_iter().skip(1).flat_map(|graph| &graph.nodes);
    let is_unknown = |node: &&Node| node.branches().is_none() && Operator::of(node).is_none();
    for node in nodes.filter(is_unknown) {
        *unknown.entry(node.operator().into_owned()).or_default() += 1;
    }
    let all = unknown.iter().map(|(operator, count)| format!("{operator} ({count} ×)"));
    let is_any = !unknown.is_empty();
    is_any.then(|| format!("branches of `If` have unknown operators: {}", listed(all)))
}

/// Only the names that are listed are written.
fn listed(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(MAX_LISTED);
    let shown = all.take(MAX_LISTED).collect::<Vec<_>>().join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What a reader of the counts has to know about the file.
pub(crate) fn notes(inferred: &Inferred, inputs: &Inputs) -> Vec<String> {
    let mut notes = Vec::new();
    let unknown = inferred.layers.iter().filter(|layer| layer.cost.kind == UNKNOWN).count();
    if unknown > 0 {
        let uncounted = plural(unknown as u64, "node");
        let verb = if unknown == 1 { "is" } else { "are" };
        notes.push(format!(
            "every total is a lower bound: {uncounted} {verb} not counted, because the operator, its input or a size is unknown"
        ));
    }
    notes.extend(folded_norms(inferred));
    if !inferred.duplicates.is_empty() {
        let count = inferred.duplicates.len();
        let (initializers, names) =
            (plural(count as u64, "initializer"), listed(inferred.duplicates.iter().cloned()));
        let verb = if count == 1 { "has" } else { "have" };
        notes.push(format!(
            "{initializers} {verb} a second name, under which they count again: exporters store equal tensors once, and \
             do the same with a tensor that is used twice: {names}"
        ));
    }
    notes.extend(doubts(&inferred.doubts));
    if inputs.rows > 1 {
        notes.push(format!(
            "the first axis of an input is {}: if that is a batch, all counts are for the whole batch",
            inputs.rows
        ));
    }
    if !inferred.mismatches.is_empty() {
        let mismatches = listed(inferred.mismatches.iter().cloned());
        notes.push(format!("some shapes differ from those in the file: {mismatches}"));
    }
    notes
}

/// Tensors that may be trained or not, by how they are counted and why.
fn doubts(doubts: &[Doubt]) -> Vec<String> {
    let kinds = [
        (
            DoubtKind::Table,
            "not counted as params: few different numbers, as in a table that was computed",
            "--trained NAME counts them",
        ),
        (
            DoubtKind::Filter,
            "not counted as params: one filter for all channels",
            "--trained NAME counts them",
        ),
        (
            DoubtKind::Zeros,
            "counted as params, though all are zero",
            "--not-trained NAME leaves them out",
        ),
        (
            DoubtKind::LookedUp,
            "counted as params: the different numbers of tensors in which the exporter looked up a table, as for the \
             positions of attention; if layers computed that table, their params and multiply-adds are not in the file",
            "--not-trained NAME leaves them out",
        ),
        (
            DoubtKind::Unread,
            "counted as params, though their numbers, which are in another file that was not read, might tell otherwise",
            "--not-trained NAME leaves them out",
        ),
        (
            DoubtKind::Computed,
            "counted as params, though the exporter computed them; the file has neither the params nor the multiply-adds \
             behind them",
            "--not-trained NAME leaves them out",
        ),
    ];
    let note = |(kind, how, option): (DoubtKind, &str, &str)| {
        let found: Vec<&Doubt> = doubts.iter().filter(|doubt| doubt.kind == kind).collect();
        let sum = found.iter().fold(0u64, |sum, doubt| sum.saturating_add(doubt.elements));
        let (sum, listed) = (grouped(u128::from(sum)), sized(&found));
        (!found.is_empty()).then(|| format!("{sum} elements are {how} ({option}): {listed}"))
    };
    kinds.into_iter().filter_map(note).collect()
}

/// The names of tensors, each with its size if there are several.
fn sized(doubts: &[&Doubt]) -> String {
    let size = |doubt: &Doubt| match doubts.len() {
        1 => String::new(),
        _ => format!(" ({})", grouped(u128::from(doubt.elements))),
    };
    listed(doubts.iter().map(|doubt| format!("`{}`{}", doubt.name, size(doubt))))
}

/// What the counts of a file with a batch are for; `unlike` says why they are not for one image.
pub(crate) fn of_batch(inputs: &Inputs, unlike: Option<&String>) -> String {
    let batch = inputs.batch;
    let source = if inputs.is_batch_fixed { "the file was exported with" } else { "the input has" };
    match unlike {
        None => format!(
            "{source} a batch of {batch}: counts are for one image, and --batch multiplies them"
        ),
        Some(what) => format!(
            "{source} a batch of {batch}, and all counts are for the whole batch, because its images cannot be counted \
             apart: {what}"
        ),
    }
}

/// Nodes whose pads or kernels may have been computed from the size in the file.
pub(crate) fn of_doubtful_sizes(doubtful: &[String]) -> Option<String> {
    (!doubtful.is_empty()).then(|| {
        format!(
            "the file has the pads and kernels of its own input size: if those of these nodes depend on it, the counts \
             are for other maps than the module's: {}",
            listed(doubtful.iter().cloned())
        )
    })
}
