//! Reading `let`: names for expressions in all stages of a family or member.

use crate::families::block::{Formula, GIVEN};
use crate::families::spec::header::is_free;
use crate::families::spec::reader::{Item, Located, Reader};
use crate::families::spec::values::formula;

/// A family's constants in order, each with its expression.
pub(super) type Constants = Vec<(String, Formula)>;

/// Reads the `let` of a family.
pub(super) fn constants(reader: &mut Reader) -> Constants {
    let mut constants = Constants::new();
    let Some(table) = reader.table("let", "`let`") else { return constants };
    for (key, item) in table.rest() {
        let value = value(&table, key, item, &constants);
        if is_free(&table, key, constants.iter().map(|(name, _)| name.as_str())) {
            constants.push((key.value.into(), value));
        }
    }
    constants
}

/// Reads a member's own values for constants of its family.
pub(super) fn changed(table: &Reader, constants: &mut Constants) {
    for index in 0..constants.len() {
        let name = constants[index].0.clone();
        let Some(item) = table.item(&name) else { continue };
        let key = Located { value: name.as_str(), span: item.span };
        constants[index].1 = value(table, key, item, &constants[..index]);
    }
    table.finish(&[]);
}

/// The names that expressions of a stage may use, in slot order.
pub(super) struct Names {
    /// In settings: not `first`, because settings hold for all repeats.
    pub(super) settings: Vec<String>,
    /// In width and depth: see [`baseline_names`].
    pub(super) dimensions: Vec<String>,
}

impl Names {
    pub(super) fn new(constants: &[(String, Formula)]) -> Self {
        let settings = slots(constants, |name| name != "first");
        Names { settings, dimensions: baseline_names(constants) }
    }
}

/// The names that a stage's width and depth and other constants may use, in slot order: of the given ones only
/// `classes`, because no map is known yet.
fn baseline_names(constants: &[(String, Formula)]) -> Vec<String> {
    slots(constants, |name| name == "classes")
}

/// The names by slot; a slot without a value here is unnamed.
fn slots(constants: &[(String, Formula)], is_known: fn(&str) -> bool) -> Vec<String> {
    let given =
        GIVEN.iter().map(|name| if is_known(name) { name.to_string() } else { String::new() });
    given.chain(constants.iter().map(|(name, _)| name.clone())).collect()
}

/// A constant's expression, in terms of those before it. A constant with a mistake is still declared, so that its
/// uses are not reported too.
fn value(table: &Reader, key: Located<&str>, item: Item, before: &[(String, Formula)]) -> Formula {
    formula(table, key.value, item, &baseline_names(before))
        .unwrap_or_else(|| Formula::number(1.0, item.span))
}
