//! The bundled blocks as a reader of specs needs them: what each is, what it takes, and what it does.

use crate::error::{Error, Source, Span};
use crate::families::block::Parameter;
use crate::families::family::Family;
use crate::families::spec::bundled::{BLOCKS, block_path};
use crate::families::spec::header::{BLOCK, Header};
use crate::families::spec::operations::operation_key;
use crate::families::spec::reader::{Item, Reader, read};

/// A bundled block as it is written.
#[derive(Clone, Debug)]
pub struct BundledBlock {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: String,
    /// Where it was published; empty for one that everybody uses.
    pub source: String,
    /// What a stage or step may set.
    pub parameters: Vec<Parameter>,
    /// Names that stand for an expression, and the expressions.
    pub derived: Vec<(String, String)>,
    /// What it does, in order.
    pub steps: Vec<WrittenStep>,
}

/// A step of a block as it is written.
#[derive(Clone, Debug)]
pub struct WrittenStep {
    /// Its place: 2.1 is the first step within the second.
    pub number: String,
    /// Its name, if it has one.
    pub name: String,
    /// The operation and what it is given: `conv = out`.
    pub operation: String,
    /// What else the operation is given.
    pub with: Vec<String>,
    /// The condition without which it is left out; empty if there is none.
    pub when: String,
}

/// Every bundled block, sorted by name.
pub fn blocks() -> Result<Vec<BundledBlock>, Error> {
    let block = |(name, text): &(&'static str, &str)| {
        let source = Source::new(block_path(name), *text);
        read(&source, &format!("block `{name}`"), &BLOCK, |reader| Some(block(name, reader)))
    };
    BLOCKS.iter().map(block).collect()
}

impl Family {
    /// Whether a stage of the family, or of a member, is made of a bundled block, directly or through another block.
    #[must_use]
    pub fn uses_block(&self, name: &str) -> bool {
        let path = block_path(name);
        self.blocks.iter().any(|block| block.span.source.name() == path)
    }
}

fn block(name: &'static str, mut reader: Reader) -> BundledBlock {
    let header = Header::read(name, &mut reader);
    let text = |key: &str| {
        let text = reader.look_up(key).and_then(|item| item.text()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let derived = header.derived.iter().map(|(name, formula)| {
        let expression = text_of(&formula.span).trim_matches(['"', '\'']);
        (name.clone(), expression.to_string())
    });
    let mut steps = Vec::new();
    if let Some(item) = reader.item("steps") {
        nested(&reader, item, "", &mut steps);
    }
    BundledBlock {
        name,
        about: text("about"),
        source: text("source"),
        derived: derived.collect(),
        parameters: header.parameters,
        steps,
    }
}

/// Adds the steps of a list, each followed by those within it.
fn nested(reader: &Reader, list: Item, within: &str, steps: &mut Vec<WrittenStep>) {
    let items = reader.items("steps", list).unwrap_or_default();
    for (item, number) in items.into_iter().zip(1..) {
        let number =
            if within.is_empty() { number.to_string() } else { format!("{within}.{number}") };
        if item.value.as_array().is_some() {
            steps.push(WrittenStep::new(&number, "branch"));
            nested(reader, item, &number, steps);
        } else if let Some(table) = reader.reader("steps", item, "a step") {
            step(&table, &number, steps);
        }
    }
}

fn step(reader: &Reader, number: &str, steps: &mut Vec<WrittenStep>) {
    let Some(key) = operation_key(reader) else { return };
    let mut step = WrittenStep::new(number, key);
    let mut lists = Vec::new();
    for (other, item) in reader.rest() {
        let is_list = item.value.as_array().is_some_and(|list| {
            list.iter().any(|item| item.get_ref().is_table() || item.get_ref().is_array())
        });
        match other.value {
            _ if is_list => lists.push((other.value, item)),
            "name" => step.name = written(item),
            "when" => step.when = written(item),
            other if other == key => step.operation = format!("{key} = {}", written(item)),
            other => step.with.push(format!("{other} = {}", written(item))),
        }
    }
    steps.push(step);
    // The operation's own steps come first, whatever the order in the text.
    lists.sort_by_key(|(list, _)| *list != key);
    for (list, item) in lists {
        if list == key {
            nested(reader, item, number, steps);
        } else {
            let number = format!("{number}.{list}");
            steps.push(WrittenStep::new(&number, list));
            nested(reader, item, &number, steps);
        }
    }
}

/// A value as it is written, without quotes.
fn written(item: Item) -> String {
    text_of(&item.span.into()).replace('"', "")
}

fn text_of(span: &Span) -> &str {
    span.source.text().get(span.start..span.end).unwrap_or_default()
}

impl WrittenStep {
    fn new(number: &str, operation: &str) -> Self {
        let (number, operation) = (number.to_string(), operation.to_string());
        WrittenStep {
            number,
            name: String::new(),
            operation,
            with: Vec::new(),
            when: String::new(),
        }
    }
}
