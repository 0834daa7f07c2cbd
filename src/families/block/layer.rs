//! Evaluates the formulas that a step gives for the keys of its layer.

use crate::counting::layer::{Key, KeyKind, Value as KeyValue};
use crate::counting::scalar::{Quantity, Scalar};
use crate::error::Diagnostic;
use crate::families::block::evaluate::{Scope, Value};
use crate::families::block::formula::{Formula, count};
use crate::families::scaling::Reading;

/// What a step gives for a key of its layer.
#[derive(Clone, Debug)]
pub struct Given {
    /// The key.
    pub key: &'static Key,
    /// Its value; for a pair, that of the rows.
    pub value: Formula,
    /// The value for the columns, if it differs from that for the rows.
    pub columns: Option<Formula>,
}

/// The name of a key and its value.
pub(super) type Named<S> = (&'static str, KeyValue<S>);

/// Puts the values of all keys that apply with the first one's word into `values`, which is empty.
pub(super) fn evaluate<'f, R: Reading>(
    given: &'f [Given],
    scope: &Scope<'_, 'f, R>,
    values: &mut Vec<Named<R::Scalar>>,
) -> Result<(), Diagnostic> {
    for given in given {
        if let Some((_, KeyValue::Word(word))) = values.first()
            && !given.key.applies_with(word)
        {
            continue;
        }
        values.push((given.key.name, given.value(scope)?));
    }
    Ok(())
}

impl Given {
    fn value<'f, R: Reading>(
        &'f self,
        scope: &Scope<'_, 'f, R>,
    ) -> Result<KeyValue<R::Scalar>, Diagnostic> {
        Ok(match self.key.kind {
            KeyKind::Amount | KeyKind::Channels => {
                KeyValue::Amount(count(&self.value, scope, self.key.about)?)
            }
            KeyKind::Pair | KeyKind::Padding => KeyValue::Pair(
                self.pair(|formula| Ok(count(formula, scope, self.key.about)?.exact()))?,
            ),
            KeyKind::Factors => KeyValue::Factors(self.pair(|formula| {
                self.number(formula, scope, "a number above 0", |value| value > 0.0)
            })?),
            KeyKind::Share => {
                let is_share = |value| (0.0..=1.0).contains(&value);
                KeyValue::Share(self.number(
                    &self.value,
                    scope,
                    "a number from 0 to 1",
                    is_share,
                )?)
            }
            KeyKind::Flag | KeyKind::True => {
                KeyValue::Flag(self.value.typed(scope, Value::into_bool)?)
            }
            KeyKind::Word(known) => KeyValue::Word(self.word(scope, known)?),
        })
    }

    /// The values for rows and columns.
    fn pair<'f, T: Copy>(
        &'f self,
        value: impl Fn(&'f Formula) -> Result<T, Diagnostic>,
    ) -> Result<[T; 2], Diagnostic> {
        let rows = value(&self.value)?;
        Ok([rows, self.columns.as_ref().map_or(Ok(rows), value)?])
    }

    fn number<'f, R: Reading>(
        &self,
        formula: &'f Formula,
        scope: &Scope<'_, 'f, R>,
        expected: &str,
        is_allowed: fn(f64) -> bool,
    ) -> Result<f64, Diagnostic> {
        let value = formula.typed(scope, Value::into_number)?.value();
        if value.is_finite() && is_allowed(value) {
            return Ok(value);
        }
        let message = format!("`{}` must be {expected}, not {value}", self.key.name);
        Err(Diagnostic::new(message).at(&formula.span, "here"))
    }

    fn word<'f, R: Reading>(
        &'f self,
        scope: &Scope<'_, 'f, R>,
        known: &'static [&'static str],
    ) -> Result<&'static str, Diagnostic> {
        let word = self.value.typed(scope, Value::into_word)?;
        known.iter().find(|known| **known == word).copied().ok_or_else(|| {
            let problem = Diagnostic::new(format!("unknown {} `{word}`", self.key.name));
            problem.at(&self.value.span, "here").known("known", word, known)
        })
    }
}
