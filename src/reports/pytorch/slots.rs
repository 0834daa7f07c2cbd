//! What stands in a class for each name of its block: a constant, an argument, or a variable.

use crate::error::Diagnostic;
use crate::families::block::expression::{Expression, Function};
use crate::families::block::{
    Block, CHANNELS, CLASSES, FIRST, Formula, GIVEN, IN, OUT, Parameter, Scope, Value,
};
use crate::families::scaling::{AtScale, Reading};
use crate::reports::pytorch::expression::{Named, Writer};
use crate::reports::pytorch::names;
use crate::reports::pytorch::term::Known;
use crate::reports::pytorch::uses::{Uses, formulas};

/// The names that a class takes by position, by slot.
pub(super) const BY_POSITION: [(usize, &str); 3] =
    [(IN, INPUT), (OUT, "out_channels"), (CLASSES, "classes")];

/// The channels of a block's input.
const INPUT: &str = "in_channels";

/// What stands for the names of a block.
pub(super) struct NamedSlots<'f> {
    /// By slot.
    pub(super) names: Vec<Named<'f>>,
    /// The variables, and the expressions that they stand for.
    pub(super) locals: Vec<(String, String)>,
}

type Scopes<'s, 'f> = &'s [Scope<'f, 'f, AtScale>];

/// What stands for the names of a block that was called in these scopes.
pub(super) fn named<'f>(
    block: &'f Block,
    blocks: &[Block],
    scopes: Scopes<'_, 'f>,
) -> Result<NamedSlots<'f>, Diagnostic> {
    let uses = Uses::of(block, blocks);
    let mut names: Vec<Named> =
        GIVEN.iter().enumerate().map(|(slot, name)| given(slot, name, scopes)).collect();
    for parameter in &block.parameters {
        let slot = names.len();
        let is_activation = uses.activations.contains(&slot);
        names.push(of_parameter(block, parameter, slot, is_activation, scopes)?);
    }
    let mut locals = Vec::new();
    for (name, formula) in &block.derived {
        names.push(derived(name, formula, &names, scopes, &mut locals)?);
    }
    Ok(NamedSlots { names, locals })
}

/// What stands for a name that every block knows.
fn given<'f>(slot: usize, name: &str, scopes: Scopes<'_, 'f>) -> Named<'f> {
    let by_position = BY_POSITION.iter().find(|(of, _)| *of == slot);
    // Before the first step, a step's input is the block's.
    let other = if slot == CHANNELS { INPUT } else { name };
    let text = by_position.map_or(other, |(_, text)| text).to_string();
    match same(scopes, slot) {
        Some(value) if slot == FIRST => Named::Constant(value),
        _ if all_given(scopes, slot) => Named::Name { text, is_whole: slot != FIRST },
        _ => Named::Absent,
    }
}

fn of_parameter<'f>(
    block: &Block,
    parameter: &Parameter,
    slot: usize,
    is_activation: bool,
    scopes: Scopes<'_, 'f>,
) -> Result<Named<'f>, Diagnostic> {
    if let Some(value) = same(scopes, slot) {
        return Ok(Named::Constant(value));
    }
    if !all_given(scopes, slot) {
        return Ok(Named::Absent);
    }
    let text = names::argument(&parameter.name, &parameter.span)?;
    Ok(if is_activation {
        Named::Activation { text }
    } else if is_scaled(block, scopes, slot) {
        Named::Scaled { text }
    } else {
        Named::Name { text, is_whole: are_whole(scopes, slot) }
    })
}

/// What stands for a name of an expression; a variable is added to `locals`.
fn derived<'f>(
    name: &str,
    formula: &'f Formula,
    names: &[Named<'f>],
    scopes: Scopes<'_, 'f>,
    locals: &mut Vec<(String, String)>,
) -> Result<Named<'f>, Diagnostic> {
    let writer = Writer { scopes, names: &|slot| names[slot].clone() };
    // An expression that cannot be written is an error where it is used.
    let Ok(term) = writer.formula(formula) else { return Ok(Named::Absent) };
    if let Some(value) = term.constant {
        return Ok(Named::Constant(value));
    }
    let text = names::argument(name, &formula.span)?;
    let is_whole = are_whole(scopes, names.len());
    locals.push((text.clone(), if is_whole { term.count() } else { term.text }));
    Ok(Named::Name { text, is_whole })
}

/// The value of a slot, if it is the same everywhere.
fn same<'f>(scopes: Scopes<'_, 'f>, slot: usize) -> Option<Known<'f>> {
    let first = scopes.first()?.values.get(slot)?.clone()?;
    let is_same = |scope: &Scope<'f, 'f, AtScale>| scope.values[slot].as_ref() == Some(&first);
    scopes.iter().all(is_same).then_some(first)
}

fn all_given(scopes: Scopes, slot: usize) -> bool {
    scopes.iter().all(|scope| scope.values[slot].is_some())
}

/// Whether a slot has whole numbers everywhere.
pub(super) fn are_whole(scopes: Scopes, slot: usize) -> bool {
    scopes.iter().all(
        |scope| matches!(scope.values[slot], Some(Value::Number(number)) if number.fract() == 0.0),
    )
}

/// Whether the block uses a parameter in `scaled(…)` alone, and that changes its value.
fn is_scaled(block: &Block, scopes: Scopes, slot: usize) -> bool {
    let is_alone = formulas(block).iter().all(|formula| {
        let is_it =
            |one: &Expression| matches!(one, Expression::Name { slot: of, .. } if *of == slot);
        match &formula.expression {
            Expression::Call(Function::Scaled, parts) if parts.iter().all(is_it) => true,
            other => !other.slots().contains(&slot),
        }
    });
    let changes = scopes.iter().any(|scope| {
        let number = scope.values[slot].clone().and_then(|value| value.into_number().ok());
        number.is_some_and(|number| scope.reading.scaled(number).to_bits() != number.to_bits())
    });
    is_alone && changes
}
