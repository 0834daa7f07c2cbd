//! Reading the steps of blocks.

use std::collections::BTreeMap;

use crate::counting::layer::{Fallback, Key, KeyKind, LayerKind};
use crate::counting::ledger::Part;
use crate::error::Diagnostic;
use crate::families::block::{Block, Formula, Given, Operation, Step};
use crate::families::declared::{Key as Declared, Table, Takes};
use crate::families::spec::bundled::block_names;
use crate::families::spec::header::{BLOCK, Header, STEPS};
use crate::families::spec::library::Library;
use crate::families::spec::reader::{Item, Reader};
use crate::families::spec::values::{argument, formula};

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
                ..Table::new(&[&[Declared::required($key, $takes, $about) $(, $more)*], &STEP])
            },
        )),*]
    };
}

/// Every composition: its key, and the keys of its step.
pub(super) const COMPOSITIONS: [(&str, Kind, Table); 11] = compositions! {
    Chain, "chain", STEPS, "Steps in a row.";
    Residual, "residual", STEPS, "Steps whose result is added to their input, or to that of the shortcut.",
        Declared::new("shortcut", STEPS, "Steps beside them (none: the input itself)."),
        Declared::new("skip", Takes::Expression, "Whether anything is added (true).");
    Gate, "gate", STEPS, "Steps whose result the input is multiplied by: squeeze-and-excitation.";
    Concat, "concat", Takes::List(&STEPS), "Lists of steps side by side, stacked along the channels.";
    Branches, "branches", STEPS,
        "The same steps several times side by side, stacked along the channels; `branch` numbers them.",
        Declared::required("times", TIMES, "How many there are.");
    Crop, "crop", STEPS, "Steps whose output is cut to the rows and columns of their input.";
    Fused, "fused", STEPS, "Steps that run as one operation, opaque to counters.";
    Auxiliary, "auxiliary", STEPS, "Steps that run in training only: stored, not counted.";
    Repeat, "repeat", STEPS, "Steps several times, one after another.",
        Declared::required("times", TIMES, "How often.");
    Block, "block", Takes::Suggested(block_names), "Another block; its parameters are further keys.",
        Declared::new("out", Takes::Dimension(1), "Its output channels.")
        => &Takes::Expression;
    Identity, "identity", Takes::True, "Nothing.";
};

/// The keys of every step.
pub(super) const STEP: [Declared; 3] = [
    Declared::new("name", Takes::Text, "Its part of the names of layers."),
    Declared::new("when", Takes::Expression, "The step is left out where this is false."),
    Declared::new(
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

/// Reads every block in use, called ones included. `None` if a step cannot be read, so that no network is built
/// without it.
pub(super) fn blocks(mut library: Library) -> Option<Vec<Block>> {
    let mut blocks = Vec::new();
    while let Some((header, reader)) = library.block(blocks.len()) {
        blocks.push(block(header, reader, &mut library));
    }
    blocks.into_iter().collect()
}

fn block(header: Header, mut reader: Reader, library: &mut Library) -> Option<Block> {
    for key in BLOCK.keys() {
        reader.item(key.name);
    }
    let steps = reader.required("steps");
    reader.finish(&[]);
    let mut step_reader = StepReader { names: header.names(), library, used: BTreeMap::new() };
    let steps = step_reader.steps(&reader, "steps", steps?)?;
    let Header { name, parameters, derived } = header;
    Some(Block { name, parameters, derived, steps, span: reader.span.into() })
}

/// Reads the steps of one block. A method that returns `None` has reported a mistake.
struct StepReader<'l, 'a> {
    names: Vec<String>,
    library: &'l mut Library<'a>,
    used: BTreeMap<&'static str, usize>,
}

impl StepReader<'_, '_> {
    fn steps(&mut self, reader: &Reader, key: &str, item: Item) -> Option<Vec<Step>> {
        let items = reader.items(key, item)?;
        let steps: Vec<_> = items.into_iter().map(|item| self.step(reader, key, item)).collect();
        steps.into_iter().collect()
    }

    fn step(&mut self, parent: &Reader, key: &str, item: Item) -> Option<Step> {
        let mut reader = parent.reader(key, item, "a step")?;
        let (key, kind) = kind(&reader)?;
        reader.what = format!("a `{key}` step");
        let composition = COMPOSITIONS.iter().find(|(name, ..)| *name == key);
        reader.declared = composition.map_or(&Table::OPEN, |(.., table)| table);
        let name = reader.text("name").map(|name| name.value.to_string());
        let when = self.optional(&reader, "when");
        let functional = self.optional(&reader, "functional");
        let main = reader.item(key)?;
        let operation = self.operation(kind, key, &mut reader, main);
        reader.finish(&[]);
        let name = name.unwrap_or_else(|| self.name(key, kind));
        let operation = operation?;
        // A block with a parameter of this name decides itself which of its steps are functions.
        let is_parameter = matches!(&operation, Operation::Block { block, .. }
            if self.library.parameters(*block).iter().any(|known| known.name == "functional"));
        let functional = functional.filter(|_| !is_parameter);
        Some(Step { name, when, functional, operation, span: item.span.into() })
    }

    /// The name of a step without `name`: layers and blocks take their key.
    fn name(&mut self, key: &'static str, kind: Kind) -> String {
        let (Kind::Layer(_) | Kind::Block) = kind else {
            return String::new();
        };
        let used = self.used.entry(key).or_insert(0);
        *used += 1;
        if *used == 1 { key.to_string() } else { format!("{key}{used}") }
    }

    fn operation(
        &mut self,
        kind: Kind,
        key: &str,
        reader: &mut Reader,
        main: Item,
    ) -> Option<Operation> {
        Some(match kind {
            Kind::Layer(kind) => self.layer(kind, reader, main)?,
            Kind::Chain => Operation::Chain(self.steps(reader, key, main)?),
            Kind::Identity => {
                bare(reader, key, main)?;
                Operation::Chain(Vec::new())
            }
            Kind::Residual => {
                let body = self.steps(reader, key, main);
                let shortcut = match reader.item("shortcut") {
                    Some(item) => self.steps(reader, "shortcut", item),
                    None => Some(Vec::new()),
                };
                let skip = self.optional(reader, "skip");
                Operation::Residual { body: body?, shortcut: shortcut?, skip }
            }
            Kind::Gate => Operation::Gate(self.steps(reader, key, main)?),
            Kind::Crop => Operation::Crop(self.steps(reader, key, main)?),
            Kind::Fused => Operation::Part(Part::Fused, self.steps(reader, key, main)?),
            Kind::Auxiliary => Operation::Part(Part::Auxiliary, self.steps(reader, key, main)?),
            Kind::Concat => {
                let branches = reader.items(key, main)?.into_iter();
                let branches: Vec<_> = branches.map(|item| self.steps(reader, key, item)).collect();
                Operation::Concat(branches.into_iter().collect::<Option<_>>()?)
            }
            Kind::Branches => {
                let (body, times) = self.several(reader, key, main)?;
                Operation::Branches { body, times }
            }
            Kind::Repeat => {
                let (body, times) = self.several(reader, key, main)?;
                Operation::Repeat { body, times }
            }
            Kind::Block => self.call(reader, main)?,
        })
    }

    /// Steps, and how often they are there.
    fn several(
        &mut self,
        reader: &mut Reader,
        key: &str,
        main: Item,
    ) -> Option<(Vec<Step>, Formula)> {
        let body = self.steps(reader, key, main);
        let times = reader.required("times")?;
        let times = self.formula(reader, "times", times);
        Some((body?, times?))
    }

    /// A layer, by the keys that its file lists.
    fn layer(&self, kind: LayerKind, reader: &mut Reader, main: Item) -> Option<Operation> {
        let step = kind.step();
        let Some(first) = self.given(reader, &step.key, main) else {
            reader.rest();
            return None;
        };
        let word = first.value.as_word();
        let options = step.options_with(word);
        let options = options.map(|key| self.option(reader, key, word.is_some()));
        let options: Vec<_> = options.collect();
        let mut given = vec![first];
        for option in options {
            given.extend(option?);
        }
        Some(Operation::Layer(kind, given))
    }

    /// The step's value for a key, or the key's fallback; the outer `None` is a mistake. While the
    /// step's word is not known, a key that only some words need may be missing.
    #[allow(clippy::option_option)] // outside: readable or not; inside: given or left out
    fn option(
        &self,
        reader: &mut Reader,
        key: &'static Key,
        is_word_known: bool,
    ) -> Option<Option<Given>> {
        if let Some(item) = reader.item(key.name) {
            let is_same =
                matches!(key.kind, KeyKind::Padding) && item.value.as_str() == Some("same");
            return if is_same { Some(None) } else { self.given(reader, key, item).map(Some) };
        }
        let span = reader.span;
        let value = match key.fallback {
            Fallback::Absent => return Some(None),
            Fallback::Required if !is_word_known && !key.only_with.is_empty() => return Some(None),
            Fallback::Required => return reader.required(key.name).map(|_| None),
            Fallback::Number(number) => Formula::number(number, span),
            Fallback::Flag(flag) => Formula::bool(flag, span),
        };
        Some(Some(Given { key, value, columns: None }))
    }

    fn given(&self, reader: &Reader, key: &'static Key, item: Item) -> Option<Given> {
        let (value, columns) = match key.kind {
            KeyKind::Padding if item.value.as_str() == Some("valid") => {
                (Formula::number(0.0, item.span), None)
            }
            KeyKind::Pair | KeyKind::Padding | KeyKind::Factors => {
                self.pair(reader, key.name, item)?
            }
            KeyKind::Word(known) => (self.word(reader, key.name, item, known)?, None),
            KeyKind::True => {
                bare(reader, key.name, item)?;
                (Formula::bool(true, item.span), None)
            }
            KeyKind::Amount | KeyKind::Channels | KeyKind::Share | KeyKind::Flag => {
                (self.formula(reader, key.name, item)?, None)
            }
        };
        Some(Given { key, value, columns })
    }

    /// One value for rows and columns, or a list of both.
    fn pair(&self, reader: &Reader, key: &str, item: Item) -> Option<(Formula, Option<Formula>)> {
        if item.value.as_array().is_none() {
            return Some((self.formula(reader, key, item)?, None));
        }
        let items = reader.items(key, item)?;
        let [rows, columns] = items[..] else {
            let message = format!("`{key}` takes one value, or two: rows and columns");
            reader.problem(message, item.span, &format!("this has {}", items.len()));
            return None;
        };
        Some((self.formula(reader, key, rows)?, Some(self.formula(reader, key, columns)?)))
    }

    /// A call of another block: `block`, `out`, and the block's parameters.
    fn call(&mut self, reader: &mut Reader, main: Item) -> Option<Operation> {
        let name = reader.typed("block", main, "the name of a block", main.value.as_str())?;
        let output = self.optional(reader, "out");
        let Some(block) = self.library.find(name) else {
            reader.rest();
            return None;
        };
        reader.help = self.library.help(block);
        let parameters = self.library.parameters(block).to_vec();
        let mut settings = Vec::new();
        for (index, parameter) in parameters.iter().enumerate() {
            match reader.item(&parameter.name) {
                Some(item) => {
                    let formula = argument(reader, parameter, item, &self.names)?;
                    settings.push((index, formula));
                }
                None if parameter.default.is_none() => {
                    let message = format!("block `{}` needs `{}`", name.value, parameter.name);
                    let mut problem = Diagnostic::new(message);
                    problem = problem.at(reader.span, "it is not given here");
                    problem.help.extend(reader.help.clone());
                    reader.problems.add(problem);
                }
                None => {}
            }
        }
        Some(Operation::Block { block, output, settings })
    }

    fn formula(&self, reader: &Reader, key: &str, item: Item) -> Option<Formula> {
        formula(reader, key, item, &self.names)
    }

    fn optional(&self, reader: &Reader, key: &str) -> Option<Formula> {
        let item = reader.item(key)?;
        self.formula(reader, key, item)
    }

    /// One of the `known` words, or a name of the block that stands for one.
    fn word(&self, reader: &Reader, key: &str, item: Item, known: &[&str]) -> Option<Formula> {
        let expected = format_args!("one of the words {}", known.join(", ")).to_string();
        let text = reader.typed(key, item, expected, item.value.as_str())?.value;
        if known.contains(&text) && !self.names.iter().any(|name| name == text) {
            return Some(Formula::word(text, item.span));
        }
        if let Ok(formula) = Formula::parse(text, &self.names, item.span) {
            return Some(formula);
        }
        let problem = Diagnostic::new(format!("unknown {key} `{text}`")).at(item.span, "here");
        reader.problems.add(problem.known("known", text, known));
        None
    }
}

/// The one operation that a step names; anything else is reported.
fn kind(reader: &Reader) -> Option<(&'static str, Kind)> {
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

/// A layer without dimensions is written `flatten = true`.
fn bare(reader: &Reader, key: &str, item: Item) -> Option<()> {
    let is_true = item.value.as_bool().filter(|value| *value);
    reader.typed(key, item, "true", is_true).map(|_| ())
}
