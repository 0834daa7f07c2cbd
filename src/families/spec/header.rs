//! Reading a block without its steps: parameters and derived names.

use crate::families::block::{Formula, GIVEN, Parameter, Setting};
use crate::families::declared::{Key, Table, Takes};
use crate::families::spec::reader::{Item, Located, Reader, Span};
use crate::families::spec::stage_keys::{NAME, is_given, is_stage_key};
use crate::families::spec::values::formula;

/// A block without its steps.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) derived: Vec<(String, Formula)>,
}

/// The keys of a block.
pub(super) const BLOCK: Table = Table::new(&[&[
    Key::new("about", Takes::Text, "What the block is."),
    Key::new("source", Takes::Text, "Where it was published."),
    Key::new("required", Takes::List(&NAME), "Parameters without a default."),
    Key::new(
        "parameters",
        Takes::Table(&NAMED),
        "Parameters with their defaults: numbers, true or false, words.",
    ),
    Key::new("let", Takes::Table(&NAMED), "Names for the expressions of the block."),
    Key::required("steps", STEPS, "What the block does, in order."),
]]);

/// Steps in a row.
pub(super) const STEPS: Takes = Takes::List(&Takes::Defined("step", &Table::OPEN));

/// Values by the names that stand for them.
const NAMED: Table = Table { names: Some(&NAME), ..Table::named(&Takes::Expression) };

impl Header {
    /// Reads everything of a block but its steps.
    pub(super) fn read(name: &str, reader: &mut Reader) -> Self {
        let about = reader.text("about").map_or(String::new(), |about| about.value.into());
        reader.text("source");
        let (parameters, derived) = (Vec::new(), Vec::new());
        let mut header = Header { name: name.into(), about, parameters, derived };
        for item in reader.list("required").unwrap_or_default() {
            let name = reader.typed("required", item, "a list of names", item.value.as_str());
            if let Some(name) = name {
                header.declare(reader, name, name.span, None);
            }
        }
        if let Some(parameters) =
            reader.table("parameters", format!("the parameters of block `{name}`"))
        {
            for (key, item) in parameters.rest() {
                let setting = setting(item);
                let expected = "a finite number, true or false, or a word";
                let setting = parameters.typed(key.value, item, expected, setting);
                header.declare(
                    reader,
                    key,
                    item.span,
                    Some(setting.map_or(Setting::Number(1.0), |s| s.value)),
                );
            }
        }
        if let Some(derived) = reader.table("let", format!("`let` of block `{name}`")) {
            for (key, item) in derived.rest() {
                header.derive(&derived, key, item);
            }
        }
        header
    }

    /// Every name that an expression in the block may use, in slot order.
    pub(super) fn names(&self) -> Vec<String> {
        GIVEN.into_iter().chain(self.declared()).map(String::from).collect()
    }

    fn declared(&self) -> impl Iterator<Item = &str> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.name);
        parameters.chain(self.derived.iter().map(|(name, _)| name)).map(String::as_str)
    }

    fn declare(
        &mut self,
        reader: &Reader,
        name: Located<&str>,
        span: Span,
        default: Option<Setting>,
    ) {
        if is_free(reader, name, self.declared()) {
            let (name, span) = (name.value.into(), span.into());
            self.parameters.push(Parameter { name, default, span });
        }
    }

    fn derive(&mut self, reader: &Reader, name: Located<&str>, item: Item) {
        // A name with a mistake in its expression is still declared, so that its uses are not reported too.
        let formula = formula(reader, name.value, item, &self.names())
            .unwrap_or_else(|| Formula::number(1.0, item.span));
        if is_free(reader, name, self.declared()) {
            self.derived.push((name.value.into(), formula));
        }
    }
}

/// Whether a name can be declared besides the `declared` ones; reports why not.
pub(super) fn is_free<'n>(
    reader: &Reader,
    name: Located<&str>,
    mut declared: impl Iterator<Item = &'n str>,
) -> bool {
    let is_name = name.value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let problem = if !is_name {
        "is not a name: letters, digits and `_` only"
    } else if is_given(name.value) {
        "is reserved in every block"
    } else if is_stage_key(name.value) {
        "is a key of every stage"
    } else if declared.any(|other| other == name.value) {
        "is declared twice"
    } else {
        return true;
    };
    let message = format!("`{}` {problem}", name.value);
    reader.problem(message, name.span, "choose another name");
    false
}

fn setting(item: Item) -> Option<Setting> {
    if let Some(number) = item.number() {
        return number.is_finite().then_some(Setting::Number(number));
    }
    let word = || item.value.as_str().map(|word| Setting::Word(word.into()));
    item.value.as_bool().map(Setting::Bool).or_else(word)
}
