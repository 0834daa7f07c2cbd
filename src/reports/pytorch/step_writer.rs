//! Formulas of one step in Python, and their values where it was reached.

use std::rc::Rc;

use crate::error::Diagnostic;
use crate::families::block::expression::Expression;
use crate::families::block::{CHANNELS, Formula, Scope, Value};
use crate::families::scaling::{AtScale, Reading};
use crate::reports::pytorch::expression::{Named, Writer};
use crate::reports::pytorch::term::{Term, literal};

/// Writes formulas of one step.
pub(super) struct StepWriter<'f> {
    pub(super) scopes: Vec<Scope<'f, 'f, AtScale>>,
    pub(super) names: Rc<[Named<'f>]>,
    /// How `__init__` writes the channels of the step's input.
    pub(super) channels: String,
}

impl<'f> StepWriter<'f> {
    fn with<T>(&self, write: impl FnOnce(&Writer<'_, 'f>) -> T) -> T {
        let names = |slot: usize| match slot {
            CHANNELS => Named::Name { text: self.channels.clone(), is_whole: true },
            _ => self.names[slot].clone(),
        };
        write(&Writer { scopes: &self.scopes, names: &names })
    }

    pub(super) fn formula(&self, formula: &'f Formula) -> Result<Term<'f>, Diagnostic> {
        self.with(|writer| writer.formula(formula))
    }

    pub(super) fn count(&self, formula: &'f Formula) -> Result<String, Diagnostic> {
        Ok(self.formula(formula)?.count())
    }

    /// The argument of which the formula is the name, if it takes an activation function.
    pub(super) fn activation(&self, formula: &Formula) -> Option<&str> {
        let Expression::Name { slot, .. } = &formula.expression else { return None };
        match &self.names[*slot] {
            Named::Activation { text } => Some(text),
            _ => None,
        }
    }

    /// The number of a formula as it is scaled, if it is the same wherever its step was reached.
    pub(super) fn scaled(&self, formula: &'f Formula) -> Option<String> {
        let numbers = self.numbers(formula);
        let first = (*numbers.first()?)?;
        let is_same = numbers.iter().all(|number| *number == Some(first));
        let scope = self.scopes.first().filter(|_| is_same)?;
        Some(literal(&Value::Number(scope.reading.scaled(first))))
    }

    /// The numbers of a formula wherever its step was reached.
    pub(super) fn numbers(&self, formula: &'f Formula) -> Vec<Option<f64>> {
        let number = |scope| formula.evaluate(scope).ok()?.into_number().ok();
        self.scopes.iter().map(number).collect()
    }

    /// Whether a condition holds wherever its step was reached; `None` if only sometimes.
    pub(super) fn holds(&self, formula: &'f Formula) -> Option<bool> {
        let truth = |scope| formula.evaluate(scope).ok().and_then(|value| value.into_bool().ok());
        let mut truths = self.scopes.iter().map(truth);
        let first = truths.next()??;
        truths.all(|one| one == Some(first)).then_some(first)
    }
}
