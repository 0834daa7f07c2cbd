//! Reading the steps of blocks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::counting::layer::{Fallback, Key, KeyKind, LayerKind};
use crate::counting::ledger::Part;
use crate::counting::name::Name;
use crate::error::Diagnostic;
use crate::families::block::{Block, Formula, Given, Operation, Step};
use crate::families::declared::Table;
use crate::families::spec::header::{BLOCK, Header};
use crate::families::spec::library::Library;
use crate::families::spec::operations::{COMPOSITIONS, Kind, kind};
use crate::families::spec::reader::{Item, Reader};
use crate::families::spec::values::{argument, formula};

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
    let Header { name, about, parameters, derived } = header;
    let fixed = OnceLock::new();
    Some(Block { name, about, parameters, derived, steps, fixed, span: reader.span.into() })
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
        let name = reader.text("name").map(|name| Name::from(name.value.to_string()));
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
    fn name(&mut self, key: &'static str, kind: Kind) -> Name {
        let (Kind::Layer(_) | Kind::Block) = kind else {
            return Name::default();
        };
        let used = self.used.entry(key).or_insert(0);
        *used += 1;
        if *used == 1 { key.into() } else { format!("{key}{used}").into() }
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
        let mut settings = Vec::new();
        for (index, parameter) in self.library.parameters(block).iter().enumerate() {
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

/// A layer without dimensions is written `flatten = true`.
fn bare(reader: &Reader, key: &str, item: Item) -> Option<()> {
    let is_true = item.value.as_bool().filter(|value| *value);
    reader.typed(key, item, "true", is_true).map(|_| ())
}
