//! Formulas: the expressions in which blocks give the dimensions of layers, each with its place in a spec.

use crate::counting::scalar::{Quantity, Scalar};
use crate::error::{Diagnostic, Span};
use crate::families::block::evaluate::{QuantityOf, Scope, Value};
use crate::families::block::expression::Expression;
use crate::families::block::parse::{ParseError, parse};
use crate::families::scaling::Reading;

/// A parsed expression and where it is written.
#[derive(Clone, Debug)]
pub struct Formula {
    pub(crate) expression: Expression,
    /// The place in the spec.
    pub span: Span,
}

impl Formula {
    /// Parses `text`, in which `names` are known; the slot of a name is its index.
    pub fn parse(text: &str, names: &[String], span: impl Into<Span>) -> Result<Self, ParseError> {
        Ok(Formula { expression: parse(text, names)?, span: span.into() })
    }

    /// A number as written in a spec.
    #[must_use]
    pub fn number(value: f64, span: impl Into<Span>) -> Self {
        Formula { expression: Expression::Number(value), span: span.into() }
    }

    /// True or false as written in a spec.
    #[must_use]
    pub fn bool(value: bool, span: impl Into<Span>) -> Self {
        Formula { expression: Expression::Bool(value), span: span.into() }
    }

    /// A word as written in a spec.
    #[must_use]
    pub fn word(value: impl Into<String>, span: impl Into<Span>) -> Self {
        Formula { expression: Expression::Word(value.into()), span: span.into() }
    }

    /// The word, if the formula is a single word.
    #[must_use]
    pub fn as_word(&self) -> Option<&str> {
        match &self.expression {
            Expression::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The slots of the names in it, with repeats.
    pub(crate) fn slots(&self) -> Vec<usize> {
        self.expression.slots()
    }

    /// Whether it scales a number, besides what its names do.
    pub(crate) fn scales(&self) -> bool {
        self.expression.scales()
    }

    /// The value in `scope`.
    pub fn evaluate<'f, R: Reading>(
        &'f self,
        scope: &Scope<'_, 'f, R>,
    ) -> Result<Value<'f, QuantityOf<R>>, Diagnostic> {
        self.typed(scope, Ok)
    }

    /// The value in `scope`, converted by `convert`.
    #[inline]
    pub(super) fn typed<'f, R: Reading, T>(
        &'f self,
        scope: &Scope<'_, 'f, R>,
        convert: impl FnOnce(Value<'f, QuantityOf<R>>) -> Result<T, String>,
    ) -> Result<T, Diagnostic> {
        let value = self.expression.evaluate(scope).and_then(convert);
        value.map_err(|message| Diagnostic::new(message).at(&self.span, "here"))
    }
}

/// The value as a whole number. A fraction or a negative number is an error; it is never rounded.
pub fn count<'f, R: Reading>(
    formula: &'f Formula,
    scope: &Scope<'_, 'f, R>,
    what: &str,
) -> Result<R::Scalar, Diagnostic> {
    let quantity = formula.typed(scope, Value::into_number)?;
    R::Scalar::from_quantity(&quantity).ok_or_else(|| {
        let value = quantity.value();
        let message = format!("{what} must be a whole number from 0 to below 2^53, not {value}");
        let problem = Diagnostic::new(message).at(&formula.span, "here");
        if value > 0.0 && value.fract() != 0.0 {
            problem.help("floor(…), ceil(…), round(…) or divisible(…, 8) make a fraction whole")
        } else {
            problem
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::polynomial::Polynomial;
    use crate::error::Source;
    use crate::families::scaling::ClosedForm;

    fn nowhere() -> Span {
        Span { source: Source::new("", ""), start: 0, end: 0 }
    }

    fn names() -> Vec<String> {
        ["in", "se", "kind", "out"].map(String::from).to_vec()
    }

    fn formula(text: &str) -> Result<Formula, String> {
        Formula::parse(text, &names(), nowhere()).map_err(|e| e.message)
    }

    fn scope() -> Scope<'static, 'static, ClosedForm> {
        let values = vec![
            Some(Value::Number(ClosedForm.channels(40).expect("channels"))),
            Some(Value::Number(Polynomial::constant(0.25))),
            Some(Value::Word("relu")),
            None,
        ];
        Scope { reading: &ClosedForm, values }
    }

    fn number(text: &str) -> Result<Polynomial, String> {
        formula(text)?.expression.evaluate(&scope())?.into_number()
    }

    fn truth(text: &str) -> Result<bool, String> {
        formula(text)?.expression.evaluate(&scope())?.into_bool()
    }

    #[track_caller]
    fn check(text: &str, expected: f64) {
        let value = number(text).map(|number| number.value());
        assert_eq!(value, Ok(expected), "{text}");
    }

    #[track_caller]
    fn holds(text: &str, expected: bool) {
        assert_eq!(truth(text), Ok(expected), "{text}");
    }

    #[test]
    fn operators_have_their_usual_precedence() {
        check("1 + 2 * 3", 7.0);
        check("(1 + 2) * 3", 9.0);
        check("8 - 2 - 1", 5.0);
        check("-in / 4 + 11", 1.0);
        check("2 * 3 ^ 2 ^ 1", 18.0);
        check("-2 ^ 2 + 40 ^ 0.5 - 40 ^ 0.5", -4.0);
        check("in ^ 2", 1600.0);
        check("max(1, floor(in * se))", 10.0);
        check("min(in, 7)", 7.0);
        check("divisible(in / 3, 8)", 16.0);
        check("divisible(19.2, 8, 0)", 16.0);
        check("divisible(19.2, 8)", 24.0);
        check("if(in > 30, ceil(0.1), 5)", 1.0);
        check("round_even(2.5) + round(2.5)", 5.0);
    }

    #[test]
    fn conditions() {
        holds("in == 40 and kind == 'relu'", true);
        holds("not (in != 40) or se > 1", true);
        holds("in >= 41 or in <= 39", false);
        holds("true and not false", true);
    }

    #[test]
    fn and_short_circuits() {
        holds("false and out == 1", false);
        assert!(number("out + 1").is_err_and(|e| e.contains("`out` is used, but")));
    }

    #[test]
    fn rounding_keeps_the_growth_with_width() {
        let squeeze = number("max(1, floor(in * se))");
        assert_eq!(squeeze.expect("a number").at(1.0, 2.0, 1.0).to_bits(), 20f64.to_bits());
    }

    #[test]
    fn types_do_not_mix() {
        for bad in [
            "kind + 1",
            "in == 'relu'",
            "not in",
            "divisible(in, 0)",
            "in / 0",
            "0 ^ -1",
            "in ^ 0.5",
        ] {
            let formula = formula(bad).expect("a formula");
            assert!(formula.expression.evaluate(&scope()).is_err(), "{bad}");
        }
    }
}
