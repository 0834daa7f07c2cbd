//! Reading a block: its parameters, derived names and steps.

use std::collections::BTreeMap;

use crate::block::{Formula, GIVEN, Operation, Parameter, Setting, Step, WindowFormula};
use crate::diagnostic::{Diagnostic, Span};
use crate::layer::{Activation, PoolKind};
use crate::spec::library::Library;
use crate::spec::reader::{Item, Located, Reader};

/// The operations a step can be, each with the keys it takes besides `name` and `when`.
const OPERATIONS: [&str; 20] = [
    "conv", "linear", "norm", "activation", "pool", "dropout", "flatten", "take", "shuffle",
    "learned_scale", "tokens", "class_token", "attention", "chain", "residual", "gate", "concat",
    "repeat", "block", "identity",
];

/// Keys of a stage; a parameter with such a name could not be set.
pub(super) const STAGE_KEYS: [&str; 5] = ["name", "block", "width", "depth", "hold"];

/// What is known of a block before its steps are read.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) derived: Vec<(String, Formula)>,
}

impl Header {
    /// Reads everything of a block but its steps.
    pub(super) fn read(name: &str, reader: &mut Reader) -> Self {
        for key in ["about", "source"] {
            reader.text(key);
        }
        let mut header =
            Header { name: name.into(), parameters: Vec::new(), derived: Vec::new() };
        for item in reader.list("required").unwrap_or_default() {
            let name = reader.typed("required", item, "a list of names", item.value.as_str());
            if let Some(name) = name {
                header.declare(reader, name, None);
            }
        }
        if let Some(mut parameters) = reader.table("parameters", format!("the parameters of block `{name}`")) {
            for (key, item) in parameters.rest() {
                let setting = setting(item);
                let expected = "a number, true or false, or a word";
                let setting = parameters.typed(key.value, item, expected, setting);
                header.declare(reader, key, Some(setting.map_or(Setting::Number(1.0), |s| s.value)));
            }
        }
        if let Some(mut derived) = reader.table("let", format!("`let` of block `{name}`")) {
            for (key, item) in derived.rest() {
                header.derive(&derived, key, item);
            }
        }
        header
    }

    /// Every name that an expression in the block may use, in slot order.
    pub(super) fn names(&self) -> Vec<String> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.name);
        let derived = self.derived.iter().map(|(name, _)| name);
        GIVEN.iter().map(ToString::to_string).chain(parameters.chain(derived).cloned()).collect()
    }

    fn declare(&mut self, reader: &Reader, name: Located<&str>, default: Option<Setting>) {
        if self.is_free(reader, name) {
            self.parameters.push(Parameter { name: name.value.into(), default });
        }
    }

    fn derive(&mut self, reader: &Reader, name: Located<&str>, item: Item) {
        let formula = formula(reader, name.value, item, &self.names());
        if let Some(formula) = formula
            && self.is_free(reader, name)
        {
            self.derived.push((name.value.into(), formula));
        }
    }

    fn is_free(&self, reader: &Reader, name: Located<&str>) -> bool {
        let is_name = name.value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let reserved = ["true", "false", "and", "or", "not"];
        let problem = if !is_name {
            "is not a name: letters, digits and `_` only"
        } else if GIVEN.contains(&name.value) || reserved.contains(&name.value) {
            "has a meaning of its own in every block"
        } else if STAGE_KEYS.contains(&name.value) {
            "is a key of every stage"
        } else if self.names().iter().any(|known| known == name.value) {
            "is declared twice"
        } else {
            return true;
        };
        let message = format!("`{}` {problem}", name.value);
        reader.problem(message, name.span, "choose another name");
        false
    }
}

/// Reads the steps of a block.
pub(super) struct StepReader<'l, 'a, 's> {
    names: Vec<String>,
    library: &'l mut Library<'a, 's>,
    used: BTreeMap<String, usize>,
}

impl<'l, 'a, 's> StepReader<'l, 'a, 's> {
    pub(super) fn new(header: &Header, library: &'l mut Library<'a, 's>) -> Self {
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
        let operation = self.operation(kind, &mut reader);
        reader.finish(&[]);
        let operation = operation?;
        let name = self.name(name, kind, &operation);
        Some(Step { name, when, operation, span: item.span })
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
            _ => Diagnostic::new(format!("this step has {} operations: {}", found.len(), found.join(", "))),
        };
        let problem = problem.at(reader.span, "one of the operations is needed here");
        let strange = reader.rest().first().map_or("", |(key, _)| key.value);
        reader.problems.add(problem.known("operations", strange, &OPERATIONS));
        None
    }

    fn name(&mut self, name: Option<String>, kind: &str, operation: &Operation) -> String {
        if let Some(name) = name {
            return name;
        }
        let is_composition = matches!(
            operation,
            Operation::Chain(_)
                | Operation::Residual { .. }
                | Operation::Gate(_)
                | Operation::Concat(_)
                | Operation::Repeat { .. }
        );
        if is_composition {
            return String::new();
        }
        let used = self.used.entry(kind.to_string()).or_insert(0);
        *used += 1;
        if *used == 1 { kind.to_string() } else { format!("{kind}{used}") }
    }

    fn operation(&mut self, kind: &'static str, reader: &mut Reader) -> Option<Operation> {
        let main = reader.item(kind)?;
        Some(match kind {
            "conv" => Operation::Conv {
                output: self.formula(reader, kind, main)?,
                window: self.window(reader, false)?,
                groups: self.or_number(reader, "groups", 1.0)?,
                bias: self.or_bool(reader, "bias", false)?,
            },
            "linear" => Operation::Linear {
                output: self.formula(reader, kind, main)?,
                bias: self.or_bool(reader, "bias", true)?,
            },
            "norm" => Operation::Norm {
                kind: self.word(reader, kind, main, &["batch", "layer", "group", "none"])?,
                groups: self.or_number(reader, "groups", 1.0)?,
            },
            "activation" => {
                let names = Activation::NAMES.iter().map(|(name, _)| *name).chain(["none"]);
                Operation::Activation(self.word(reader, kind, main, &names.collect::<Vec<_>>())?)
            }
            "pool" => self.pool(reader, main)?,
            "dropout" => Operation::Dropout(self.formula(reader, kind, main)?),
            "flatten" => present(reader, kind, main, Operation::Flatten)?,
            "take" => Operation::Take(self.formula(reader, kind, main)?),
            "shuffle" => Operation::Shuffle(self.formula(reader, kind, main)?),
            "learned_scale" => present(reader, kind, main, Operation::LearnedScale)?,
            "tokens" => {
                let tokens = Operation::Tokens {
                    class_token: self.or_bool(reader, "class", false)?,
                    positions: self.or_bool(reader, "positions", false)?,
                };
                present(reader, kind, main, tokens)?
            }
            "class_token" => present(reader, kind, main, Operation::ClassToken)?,
            "attention" => Operation::Attention(self.formula(reader, kind, main)?),
            "identity" => present(reader, kind, main, Operation::Chain(Vec::new()))?,
            "chain" => Operation::Chain(self.steps(reader, kind, main)),
            "residual" => Operation::Residual {
                body: self.steps(reader, kind, main),
                shortcut: match reader.item("shortcut") {
                    Some(item) => self.steps(reader, "shortcut", item),
                    None => Vec::new(),
                },
                skip: self.optional(reader, "skip"),
            },
            "gate" => Operation::Gate(self.steps(reader, kind, main)),
            "concat" => {
                let branches = reader.items(kind, main)?;
                Operation::Concat(
                    branches.into_iter().map(|item| self.steps(reader, kind, item)).collect(),
                )
            }
            "repeat" => {
                let times = reader.required("times")?;
                let times = self.formula(reader, "times", times)?;
                Operation::Repeat { body: self.steps(reader, kind, main), times }
            }
            _ => self.call(reader, main)?,
        })
    }

    fn pool(&self, reader: &mut Reader, main: Item) -> Option<Operation> {
        let kind = match main.value.as_str() {
            Some("global") => return Some(Operation::GlobalPool),
            Some("max") => PoolKind::Max,
            Some("average") => PoolKind::Average,
            _ => {
                let found = main.value.as_str().unwrap_or_default();
                let problem = Diagnostic::new("a pool is `max`, `average` or `global`")
                    .at(main.span, "this is none of them")
                    .known("pools", found, &["max", "average", "global"]);
                reader.problems.add(problem);
                reader.rest();
                return None;
            }
        };
        Some(Operation::Pool { kind, window: self.window(reader, true)? })
    }

    fn window(&self, reader: &mut Reader, is_pool: bool) -> Option<WindowFormula> {
        let kernel = self.pair_or(reader, "kernel", 1.0)?;
        let stride = self.pair_or(reader, "stride", 1.0)?;
        let dilation = self.pair_or(reader, "dilation", 1.0)?;
        let padding = match reader.item("padding") {
            None => None,
            Some(item) => match item.value.as_str() {
                Some("same") => None,
                Some("valid") => {
                    Some([Formula::number(0.0, item.span), Formula::number(0.0, item.span)])
                }
                _ => Some(self.pair(reader, "padding", item)?),
            },
        };
        let ceil = match is_pool.then(|| reader.item("ceil")).flatten() {
            Some(item) => reader.typed("ceil", item, "true or false", item.value.as_bool())?.value,
            None => false,
        };
        Some(WindowFormula { kernel, stride, dilation, padding, ceil })
    }

    fn pair_or(&self, reader: &mut Reader, key: &str, value: f64) -> Option<[Formula; 2]> {
        match reader.item(key) {
            Some(item) => self.pair(reader, key, item),
            None => Some([Formula::number(value, reader.span), Formula::number(value, reader.span)]),
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

/// A number or truth value as it stands, or the expression that a text is.
pub(super) fn formula(
    reader: &Reader,
    key: &str,
    item: Item,
    names: &[String],
) -> Option<Formula> {
    if let Some(number) = item.number() {
        return Some(Formula::number(number, item.span));
    }
    if let Some(value) = item.value.as_bool() {
        return Some(Formula::bool(value, item.span));
    }
    let expected = "a number, true or false, or an expression in quotes";
    let text = reader.typed(key, item, expected, item.value.as_str())?.value;
    match Formula::parse(text, names, item.span) {
        Ok(formula) => Some(formula),
        Err(error) => {
            let mut problem =
                Diagnostic::new(format!("{} in `{key}`", error.message)).at(at(item.span, error.offset), "here");
            problem.help.extend(error.help);
            reader.problems.add(problem);
            None
        }
    }
}

/// What a stage or a call sets a parameter to; text is a word where the parameter is one.
pub(super) fn argument(
    reader: &Reader,
    parameter: &Parameter,
    item: Item,
    names: &[String],
) -> Option<Formula> {
    if !matches!(parameter.default, Some(Setting::Word(_))) {
        return formula(reader, &parameter.name, item, names);
    }
    let text = reader.typed(&parameter.name, item, "a word", item.value.as_str())?.value;
    match Formula::parse(text, names, item.span) {
        Ok(formula) => Some(formula),
        Err(_) => Some(Formula::word(text, item.span)),
    }
}

/// The place of a byte inside a text value: one past the opening quote.
fn at(span: Span, offset: usize) -> Span {
    let start = (span.start + 1 + offset).min(span.end.saturating_sub(1)).max(span.start);
    Span { start, end: (start + 1).min(span.end), ..span }
}

fn setting(item: Item) -> Option<Setting> {
    if let Some(number) = item.number() {
        return Some(Setting::Number(number));
    }
    let word = || item.value.as_str().map(|word| Setting::Word(word.into()));
    item.value.as_bool().map(Setting::Bool).or_else(word)
}

/// An operation without a dimension is written `flatten = true`.
fn present(reader: &Reader, key: &str, item: Item, operation: Operation) -> Option<Operation> {
    let is_true = item.value.as_bool().filter(|value| *value);
    reader.typed(key, item, "true", is_true).map(|_| operation)
}
