//! Reading the steps of a block.

use std::collections::BTreeMap;

use crate::counting::layer::{Activation, PoolKind};
use crate::counting::ledger::Part;
use crate::error::Diagnostic;
use crate::families::block::{
    Formula, NORMS, Operation, Parameter, Primitive, Step, WHOLE_MAP_POOLS, WindowFormula,
};
use crate::families::spec::header::Header;
use crate::families::spec::library::Library;
use crate::families::spec::reader::{Item, Reader};
use crate::families::spec::values::{argument, formula};

/// The operations a step can be, each with the keys it takes besides `name` and `when`.
const OPERATIONS: [&str; 23] = [
    "conv",
    "linear",
    "norm",
    "activation",
    "pool",
    "dropout",
    "flatten",
    "take",
    "shuffle",
    "space_to_depth",
    "learned_scale",
    "tokens",
    "class_token",
    "attention",
    "chain",
    "residual",
    "gate",
    "concat",
    "fused",
    "auxiliary",
    "repeat",
    "block",
    "identity",
];

/// Reads the steps of a block.
pub(super) struct StepReader<'l, 'a> {
    names: Vec<String>,
    library: &'l mut Library<'a>,
    used: BTreeMap<String, usize>,
}

impl<'l, 'a> StepReader<'l, 'a> {
    pub(super) fn new(header: &Header, library: &'l mut Library<'a>) -> Self {
        StepReader { names: header.names(), library, used: BTreeMap::new() }
    }

    /// Reads a list of steps.
    pub(super) fn steps(&mut self, reader: &Reader, key: &str, item: Item) -> Vec<Step> {
        let items = reader.items(key, item).unwrap_or_default();
        items.into_iter().filter_map(|item| self.step(reader, key, item)).collect()
    }

    fn step(&mut self, parent: &Reader, key: &str, item: Item) -> Option<Step> {
        let mut reader = parent.reader(key, item, "a step")?;
        let kind = self.kind(&mut reader)?;
        reader.what = format!("a `{kind}` step");
        let name = reader.text("name").map(|name| name.value.to_string());
        let when = self.optional(&mut reader, "when");
        let functional = self.optional(&mut reader, "functional");
        let operation = self.operation(kind, &mut reader);
        reader.finish(&[]);
        let operation = operation?;
        let name = self.name(name, kind, &operation);
        Some(Step { name, when, functional, operation, span: item.span.into() })
    }

    /// The one operation that the step names, or a report of what it names instead.
    fn kind(&self, reader: &mut Reader) -> Option<&'static str> {
        // A call's other keys are the called block's parameters, which may be named like operations.
        if reader.has("block") {
            return Some("block");
        }
        let found: Vec<&'static str> =
            OPERATIONS.into_iter().filter(|operation| reader.has(operation)).collect();
        if let [kind] = found[..] {
            return Some(kind);
        }
        let problem = match found[..] {
            [] => Diagnostic::new("this step has no operation"),
            _ => Diagnostic::new(format!(
                "this step has {} operations: {}",
                found.len(),
                found.join(", ")
            )),
        };
        let problem = problem.at(reader.span, "one of the operations is needed here");
        let strange = reader.rest().first().map_or("", |(key, _)| key.value);
        let strange = if found.is_empty() { strange } else { "" };
        reader.problems.add(problem.known("operations", strange, &OPERATIONS));
        None
    }

    fn name(&mut self, name: Option<String>, kind: &str, operation: &Operation) -> String {
        if let Some(name) = name {
            return name;
        }
        let (Operation::Primitive(_) | Operation::Block { .. }) = operation else {
            return String::new();
        };
        let used = self.used.entry(kind.to_string()).or_insert(0);
        *used += 1;
        if *used == 1 { kind.to_string() } else { format!("{kind}{used}") }
    }

    fn operation(&mut self, kind: &'static str, reader: &mut Reader) -> Option<Operation> {
        let main = reader.item(kind)?;
        Some(match kind {
            "chain" => Operation::Chain(self.steps(reader, kind, main)),
            "identity" => present(reader, kind, main, Operation::Chain(Vec::new()))?,
            "residual" => Operation::Residual {
                body: self.steps(reader, kind, main),
                shortcut: match reader.item("shortcut") {
                    Some(item) => self.steps(reader, "shortcut", item),
                    None => Vec::new(),
                },
                skip: self.optional(reader, "skip"),
            },
            "gate" => Operation::Gate(self.steps(reader, kind, main)),
            "fused" => Operation::Part(Part::Fused, self.steps(reader, kind, main)),
            "auxiliary" => Operation::Part(Part::Auxiliary, self.steps(reader, kind, main)),
            "concat" => {
                let branches = reader.items(kind, main)?;
                let branch = |item| self.steps(reader, kind, item);
                Operation::Concat(branches.into_iter().map(branch).collect())
            }
            "repeat" => {
                let body = self.steps(reader, kind, main);
                let times = reader.required("times")?;
                Operation::Repeat { body, times: self.formula(reader, "times", times)? }
            }
            "block" => self.call(reader, main)?,
            _ => Operation::Primitive(Box::new(self.primitive(kind, reader, main)?)),
        })
    }

    fn primitive(&self, kind: &str, reader: &mut Reader, main: Item) -> Option<Primitive> {
        Some(match kind {
            "conv" => {
                let output = self.formula(reader, kind, main);
                let window = self.window(reader, false);
                let groups = self.or_number(reader, "groups", 1.0);
                let bias = self.or_bool(reader, "bias", false);
                Primitive::Conv { output: output?, window: window?, groups: groups?, bias: bias? }
            }
            "linear" => {
                let output = self.formula(reader, kind, main);
                let bias = self.or_bool(reader, "bias", true);
                Primitive::Linear { output: output?, bias: bias? }
            }
            "norm" => {
                let kind = self.word(reader, kind, main, &NORMS);
                let groups = self.or_number(reader, "groups", 1.0);
                let scale = self.or_bool(reader, "scale", true);
                let shift = self.or_bool(reader, "shift", true);
                Primitive::Norm { kind: kind?, groups: groups?, scale: scale?, shift: shift? }
            }
            "activation" => {
                let names = Activation::NAMES.iter().map(|(name, _)| *name).chain(["none"]);
                Primitive::Activation(self.word(reader, kind, main, &names.collect::<Vec<_>>())?)
            }
            "pool" => self.pool(reader, main)?,
            "dropout" => Primitive::Dropout(self.formula(reader, kind, main)?),
            "flatten" => present(reader, kind, main, Primitive::Flatten)?,
            "take" => Primitive::Take(self.formula(reader, kind, main)?),
            "shuffle" => Primitive::Shuffle(self.formula(reader, kind, main)?),
            "space_to_depth" => Primitive::SpaceToDepth(self.formula(reader, kind, main)?),
            "learned_scale" => present(reader, kind, main, Primitive::LearnedScale)?,
            "tokens" => {
                let class_token = self.or_bool(reader, "class", false);
                let positions = self.or_bool(reader, "positions", false);
                present(reader, kind, main, ())?;
                Primitive::Tokens { class_token: class_token?, positions: positions? }
            }
            "class_token" => present(reader, kind, main, Primitive::ClassToken)?,
            "attention" => {
                let heads = self.formula(reader, kind, main);
                let window = self.optional(reader, "window");
                let relative_bias = self.or_bool(reader, "relative_bias", false);
                Primitive::Attention { heads: heads?, window, relative_bias: relative_bias? }
            }
            _ => return None,
        })
    }

    fn pool(&self, reader: &mut Reader, main: Item) -> Option<Primitive> {
        let kind = match main.value.as_str() {
            Some("max") => PoolKind::Max,
            Some("average") => PoolKind::Average,
            Some("adaptive") => {
                let item = reader.required("size");
                let size = item.and_then(|item| self.pair(reader, "size", item))?;
                return Some(Primitive::AdaptivePool {
                    style: Formula::word("global", main.span),
                    size,
                });
            }
            _ => {
                let whole_map = WHOLE_MAP_POOLS.map(|(name, _)| name);
                let known = [&whole_map[..], &["max", "average", "adaptive"]].concat();
                let style = self.word(reader, "pool", main, &known);
                let one = Formula::number(1.0, main.span);
                if style.is_none() {
                    reader.rest();
                }
                return Some(Primitive::AdaptivePool { style: style?, size: [one.clone(), one] });
            }
        };
        Some(Primitive::Pool { kind, window: self.window(reader, true)? })
    }

    fn window(&self, reader: &mut Reader, is_pool: bool) -> Option<WindowFormula> {
        let kernel = self.pair_or(reader, "kernel", 1.0);
        let stride = self.pair_or(reader, "stride", 1.0);
        let dilation = self.pair_or(reader, "dilation", 1.0);
        let padding = self.padding(reader);
        let ceil = match is_pool.then(|| reader.item("ceil")).flatten() {
            Some(item) => reader.typed("ceil", item, "true or false", item.value.as_bool())?.value,
            None => false,
        };
        let (kernel, stride, dilation, padding) = (kernel?, stride?, dilation?, padding?);
        Some(WindowFormula { kernel, stride, dilation, padding, ceil })
    }

    /// Fixed padding, or `Some(None)` for SAME.
    #[allow(clippy::option_option)] // outside: readable or not; inside: fixed or SAME
    fn padding(&self, reader: &mut Reader) -> Option<Option<[Formula; 2]>> {
        let Some(item) = reader.item("padding") else { return Some(None) };
        match item.value.as_str() {
            Some("same") => Some(None),
            Some("valid") => {
                Some(Some([Formula::number(0.0, item.span), Formula::number(0.0, item.span)]))
            }
            _ => self.pair(reader, "padding", item).map(Some),
        }
    }

    fn pair_or(&self, reader: &mut Reader, key: &str, value: f64) -> Option<[Formula; 2]> {
        match reader.item(key) {
            Some(item) => self.pair(reader, key, item),
            None => {
                Some([Formula::number(value, reader.span), Formula::number(value, reader.span)])
            }
        }
    }

    /// One value for rows and columns, or a list of both.
    fn pair(&self, reader: &Reader, key: &str, item: Item) -> Option<[Formula; 2]> {
        if item.value.as_array().is_none() {
            let both = self.formula(reader, key, item)?;
            return Some([both.clone(), both]);
        }
        let items = reader.items(key, item)?;
        let [rows, columns] = items[..] else {
            let message = format!("`{key}` takes one value, or two: rows and columns");
            reader.problem(message, item.span, &format!("these are {}", items.len()));
            return None;
        };
        Some([self.formula(reader, key, rows)?, self.formula(reader, key, columns)?])
    }

    /// A call of another block: `block`, `out`, and the block's parameters.
    fn call(&mut self, reader: &mut Reader, main: Item) -> Option<Operation> {
        let name = reader.typed("block", main, "the name of a block", main.value.as_str())?;
        let output = self.optional(reader, "out");
        let Some(block) = self.library.find(name) else {
            reader.rest();
            return None;
        };
        let parameters = self.library.parameters(block).to_vec();
        let mut settings = Vec::new();
        for (index, parameter) in parameters.iter().enumerate() {
            match reader.item(&parameter.name) {
                Some(item) => {
                    let formula = self.argument(reader, parameter, item)?;
                    settings.push((index, formula));
                }
                None if parameter.default.is_none() => {
                    let message = format!("block `{}` needs `{}`", name.value, parameter.name);
                    reader.problem(message, reader.span, "it is not given here");
                }
                None => {}
            }
        }
        Some(Operation::Block { block, output, settings })
    }

    fn argument(&self, reader: &Reader, parameter: &Parameter, item: Item) -> Option<Formula> {
        argument(reader, parameter, item, &self.names)
    }

    fn formula(&self, reader: &Reader, key: &str, item: Item) -> Option<Formula> {
        formula(reader, key, item, &self.names)
    }

    fn optional(&self, reader: &mut Reader, key: &str) -> Option<Formula> {
        let item = reader.item(key)?;
        self.formula(reader, key, item)
    }

    fn or_number(&self, reader: &mut Reader, key: &str, default: f64) -> Option<Formula> {
        match reader.item(key) {
            Some(item) => self.formula(reader, key, item),
            None => Some(Formula::number(default, reader.span)),
        }
    }

    fn or_bool(&self, reader: &mut Reader, key: &str, default: bool) -> Option<Formula> {
        match reader.item(key) {
            Some(item) => self.formula(reader, key, item),
            None => Some(Formula::bool(default, reader.span)),
        }
    }

    /// One of the `known` words, or a name of the block that stands for one.
    fn word(&self, reader: &Reader, key: &str, item: Item, known: &[&str]) -> Option<Formula> {
        let text = reader.typed(key, item, "a word", item.value.as_str())?.value;
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

/// What has no dimension is written `flatten = true`.
fn present<T>(reader: &Reader, key: &str, item: Item, operation: T) -> Option<T> {
    let is_true = item.value.as_bool().filter(|value| *value);
    reader.typed(key, item, "true", is_true).map(|_| operation)
}
