//! The operations that a step can name: layers and compositions, and which of them a step does name.

use crate::counting::layer::{KeyKind, LayerKind};
use crate::error::Diagnostic;
use crate::families::declared::{Key, Table, Takes};
use crate::families::spec::bundled::block_names;
use crate::families::spec::header::STEPS;
use crate::families::spec::reader::Reader;

/// What a step does: a layer, a composition of steps, or a call of a block.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Layer(LayerKind),
    Chain,
    Residual,
    Gate,
    Concat,
    Branches,
    Crop,
    Fused,
    Auxiliary,
    Repeat,
    Block,
    Identity,
}

macro_rules! compositions {
    ($($kind:ident, $key:literal, $takes:expr, $about:literal $(, $more:expr)* $(=> $others:expr)?;)*) => {
        [$((
            $key,
            Kind::$kind,
            Table {
                $(others: Some($others),)?
                ..Table::new(&[&[Key::required($key, $takes, $about) $(, $more)*], &STEP])
            },
        )),*]
    };
}

/// Every composition: its key, and the keys of its step.
pub(super) const COMPOSITIONS: [(&str, Kind, Table); 11] = compositions! {
    Chain, "chain", STEPS, "Steps in a row.";
    Residual, "residual", STEPS, "Steps whose result is added to their input, or to that of the shortcut.",
        Key::new("shortcut", STEPS, "Steps beside them (none: the input itself)."),
        Key::new("skip", Takes::Expression, "Whether anything is added (true).");
    Gate, "gate", STEPS, "Steps whose result the input is multiplied by: squeeze-and-excitation.";
    Concat, "concat", Takes::List(&STEPS), "Lists of steps side by side, stacked along the channels.";
    Branches, "branches", STEPS,
        "The same steps several times side by side, stacked along the channels; `branch` numbers them.",
        Key::required("times", TIMES, "How many there are.");
    Crop, "crop", STEPS, "Steps whose output is cut to the rows and columns of their input.";
    Fused, "fused", STEPS, "Steps that run as one operation, opaque to counters.";
    Auxiliary, "auxiliary", STEPS, "Steps that run in training only: stored, not counted.";
    Repeat, "repeat", STEPS, "Steps several times, one after another.",
        Key::required("times", TIMES, "How often.");
    Block, "block", Takes::Suggested(block_names), "Another block; its parameters are further keys.",
        Key::new("out", Takes::Dimension(1), "Its output channels.")
        => &Takes::Expression;
    Identity, "identity", Takes::True, "Nothing.";
};

/// The keys of every step.
pub(super) const STEP: [Key; 3] = [
    Key::new("name", Takes::Text, "Its part of the names of layers."),
    Key::new("when", Takes::Expression, "The step is left out where this is false."),
    Key::new(
        "functional",
        Takes::Expression,
        "Whether a program calls it as a function and not as a module, which some counters do not see.",
    ),
];

const TIMES: Takes = Takes::Dimension(0);

/// The key of the operation that a step of a sound spec names; marks nothing as used.
pub(super) fn operation_key(reader: &Reader) -> Option<&'static str> {
    if reader.has("block") {
        return Some("block");
    }
    operations().map(|(key, _)| key).find(|key| reader.has(key))
}

/// Every operation by its key.
fn operations() -> impl Iterator<Item = (&'static str, Kind)> {
    let layers = LayerKind::ALL.iter().map(|kind| (kind.step().key.name, Kind::Layer(*kind)));
    layers.chain(COMPOSITIONS.iter().map(|(key, kind, _)| (*key, *kind)))
}

/// The one operation that a step names; anything else is reported.
pub(super) fn kind(reader: &Reader) -> Option<(&'static str, Kind)> {
    // A call's other keys are the called block's parameters, which may be named like operations.
    if reader.has("block") {
        return Some(("block", Kind::Block));
    }
    let found: Vec<_> = operations().filter(|(key, _)| reader.has(key)).collect();
    if let [operation] = found[..] {
        return Some(operation);
    }
    let known: Vec<&str> = operations().map(|(key, _)| key).collect();
    let problem = if found.is_empty() {
        without_operation(reader, &known)
    } else {
        let keys: Vec<&str> = found.iter().map(|(key, _)| *key).collect();
        let message = format!("this step has {} operations: {}", keys.len(), keys.join(", "));
        Diagnostic::new(message).at(reader.span, "one operation is needed here")
    };
    let list = format!("operations: {}", known.join(", "));
    reader.problems.add(problem.help(list));
    reader.rest();
    None
}

/// The mistake of a step without an operation: the key that is none, or what its keys belong to.
fn without_operation(reader: &Reader, known: &[&str]) -> Diagnostic {
    let keys: Vec<_> = reader.rest().into_iter().map(|(key, _)| key).collect();
    if let Some(unknown) = keys.iter().find(|key| !is_option(key.value)) {
        let message = format!("`{}` is not an operation", unknown.value);
        let problem = Diagnostic::new(message).at(unknown.span, "no operation has this name");
        return match operation_with_word(unknown.value) {
            Some((key, word)) => problem.help(format!("write {key} = \"{word}\"")),
            None => problem.nearest(unknown.value, known),
        };
    }
    let problem = Diagnostic::new("this step has no operation");
    let problem = problem.at(reader.span, "one operation is needed here");
    keys.iter().fold(problem, |problem, key| {
        let users: Vec<&str> = layers_with(key.value).collect();
        if users.is_empty() {
            return problem;
        }
        problem.help(format!("`{}` goes with {}", key.value, users.join(", ")))
    })
}

/// The layer and its word that another program's name stands for: `norm` and `batch` for `batch_norm`.
fn operation_with_word(name: &str) -> Option<(&'static str, &'static str)> {
    let keys = LayerKind::ALL.iter().map(|kind| &kind.step().key);
    let words = keys.filter_map(|key| match key.kind {
        KeyKind::Word(words) => Some((key.name, words)),
        _ => None,
    });
    let mut pairs = words.flat_map(|(key, words)| words.iter().map(move |word| (key, *word)));
    let name = name.to_lowercase().replace('_', "");
    pairs.find(|(key, word)| {
        let word = word.replace('_', "");
        name == word || name.strip_suffix(key) == Some(word.as_str())
    })
}

/// Whether a key only says more about the operation of its step.
fn is_option(key: &str) -> bool {
    let mut of_compositions = COMPOSITIONS.iter().flat_map(|(.., table)| table.keys());
    of_compositions.any(|known| known.name == key) || layers_with(key).next().is_some()
}

/// The layers that take a key.
fn layers_with(key: &str) -> impl Iterator<Item = &'static str> {
    let steps = LayerKind::ALL.iter().map(|kind| kind.step());
    let with_key = steps.filter(move |step| step.options_with(None).any(|other| other.name == key));
    with_key.map(|step| step.key.name)
}
