//! Dimension expressions: the small language in which blocks give the dimensions of layers.
//!
//! `"in * expand"`, `"max(1, floor(in * se))"`, `"stride == 1 and in == out"`. Evaluation
//! always ends: there are no loops and no recursion. Numbers are read as [`Quantity`], so an expression gives exact
//! channels for one network and polynomials for a family.

use crate::counting::scalar::{Quantity, Scalar};
use crate::error::{Diagnostic, Span};
use crate::families::block::parse::{ParseError, parse};
use crate::families::rounding::{ChannelRounding, Rounding};
use crate::families::scaling::Reading;

/// A parsed expression and where it is written.
#[derive(Clone, Debug)]
pub struct Formula {
    pub(super) expression: Expression,
    /// The place in the spec.
    pub span: Span,
}

/// The value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<Q> {
    /// A number.
    Number(Q),
    /// True or false.
    Bool(bool),
    /// A word, such as the name of an activation function.
    Word(String),
}

/// The number type of expressions in a reading.
pub type QuantityOf<R> = <<R as Reading>::Scalar as Scalar>::Quantity;

/// The values of the names in an expression; the stage gives none for a name without a value.
#[derive(Debug)]
pub struct Scope<'a, R: Reading> {
    /// How channels scale.
    pub reading: &'a R,
    /// The names' values, by slot.
    pub values: Vec<Option<Value<QuantityOf<R>>>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Number(f64),
    Bool(bool),
    Word(String),
    Name { slot: usize, name: String },
    Negative(Box<Expression>),
    Not(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Floor,
    Ceil,
    Round,
    RoundEven,
    Min,
    Max,
    Divisible,
    Scaled,
    If,
}

impl Function {
    /// Every function with its name and how many arguments it takes.
    pub(super) const ALL: &[(&str, Function, std::ops::RangeInclusive<usize>)] = &[
        ("floor", Function::Floor, 1..=1),
        ("ceil", Function::Ceil, 1..=1),
        ("round", Function::Round, 1..=1),
        ("round_even", Function::RoundEven, 1..=1),
        ("min", Function::Min, 2..=2),
        ("max", Function::Max, 2..=2),
        ("divisible", Function::Divisible, 2..=3),
        ("scaled", Function::Scaled, 1..=1),
        ("if", Function::If, 3..=3),
    ];
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

    /// The value in `scope`.
    pub fn evaluate<R: Reading>(
        &self,
        scope: &Scope<R>,
    ) -> Result<Value<QuantityOf<R>>, Diagnostic> {
        self.typed(scope, Ok)
    }

    /// The value in `scope`, converted by `convert`.
    pub(super) fn typed<R: Reading, T>(
        &self,
        scope: &Scope<R>,
        convert: fn(Value<QuantityOf<R>>) -> Result<T, String>,
    ) -> Result<T, Diagnostic> {
        let value = self.expression.evaluate(scope).and_then(convert);
        value.map_err(|message| Diagnostic::new(message).at(&self.span, "here"))
    }
}

impl<Q: Quantity> Value<Q> {
    fn kind(&self) -> &'static str {
        match self {
            Value::Number(_) => "a number",
            Value::Bool(_) => "true or false",
            Value::Word(_) => "a word",
        }
    }

    /// The number, or a message that says what was found instead.
    pub fn into_number(self) -> Result<Q, String> {
        match self {
            Value::Number(number) => Ok(number),
            other => Err(format!("expected a number, found {}", other.kind())),
        }
    }

    /// True or false, or a message that says what was found instead.
    pub fn into_bool(self) -> Result<bool, String> {
        match self {
            Value::Bool(value) => Ok(value),
            other => Err(format!("expected true or false, found {}", other.kind())),
        }
    }

    /// The word, or a message that says what was found instead.
    pub fn into_word(self) -> Result<String, String> {
        match self {
            Value::Word(word) => Ok(word),
            other => Err(format!("expected a word, found {}", other.kind())),
        }
    }
}

/// The value as a whole number. A fraction or a negative number is an error; it is never rounded.
pub fn count<R: Reading>(
    formula: &Formula,
    scope: &Scope<R>,
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

impl Expression {
    fn evaluate<R: Reading>(&self, scope: &Scope<R>) -> Result<Value<QuantityOf<R>>, String> {
        match self {
            Expression::Number(value) => Ok(Value::Number(QuantityOf::<R>::constant(*value))),
            Expression::Bool(value) => Ok(Value::Bool(*value)),
            Expression::Word(word) => Ok(Value::Word(word.clone())),
            Expression::Name { slot, name } => match scope.values.get(*slot) {
                Some(Some(value)) => Ok(value.clone()),
                _ if name == "out" => Err(
                    "`out` is used, but the stage has no `width` (or the `block` step no `out`)"
                        .into(),
                ),
                _ => Err(format!("`{name}` is used but not given")),
            },
            Expression::Negative(inner) => {
                let zero = QuantityOf::<R>::constant(0.0);
                Ok(Value::Number(zero - inner.number(scope)?))
            }
            Expression::Not(inner) => Ok(Value::Bool(!inner.evaluate(scope)?.into_bool()?)),
            Expression::Binary(operator, left, right) => binary(*operator, left, right, scope),
            Expression::Call(function, arguments) => call(*function, arguments, scope),
        }
    }

    fn number<R: Reading>(&self, scope: &Scope<R>) -> Result<QuantityOf<R>, String> {
        self.evaluate(scope)?.into_number()
    }
}

fn binary<R: Reading>(
    operator: Operator,
    left: &Expression,
    right: &Expression,
    scope: &Scope<R>,
) -> Result<Value<QuantityOf<R>>, String> {
    let numbers = || Ok::<_, String>((left.number(scope)?, right.number(scope)?));
    let compare = |holds: fn(f64, f64) -> bool| {
        let (a, b) = numbers()?;
        Ok(Value::Bool(holds(a.value(), b.value())))
    };
    match operator {
        Operator::Add => numbers().map(|(a, b)| Value::Number(a + b)),
        Operator::Subtract => numbers().map(|(a, b)| Value::Number(a - b)),
        Operator::Multiply => numbers().map(|(a, b)| Value::Number(a * b)),
        Operator::Divide => match numbers()? {
            (_, b) if b.value() == 0.0 => Err("division by zero".into()),
            (a, b) => Ok(Value::Number(a / b)),
        },
        Operator::Power => {
            let (base, exponent) = numbers()?;
            let (x, n) = (base.value(), exponent.value());
            match base.power(n) {
                Some(power) if power.value().is_finite() => Ok(Value::Number(power)),
                Some(_) => Err(format!("({x})^{n} is not a finite number")),
                None => {
                    Err(format!("a dimension that scales has no closed form to the power of {n}"))
                }
            }
        }
        Operator::Less => compare(|a, b| a < b),
        Operator::LessOrEqual => compare(|a, b| a <= b),
        Operator::Greater => compare(|a, b| a > b),
        Operator::GreaterOrEqual => compare(|a, b| a >= b),
        Operator::Equal => equal(left, right, scope).map(Value::Bool),
        Operator::Unequal => equal(left, right, scope).map(|same| Value::Bool(!same)),
        Operator::And if !left.evaluate(scope)?.into_bool()? => Ok(Value::Bool(false)),
        Operator::Or if left.evaluate(scope)?.into_bool()? => Ok(Value::Bool(true)),
        Operator::And | Operator::Or => right.evaluate(scope)?.into_bool().map(Value::Bool),
    }
}

fn equal<R: Reading>(
    left: &Expression,
    right: &Expression,
    scope: &Scope<R>,
) -> Result<bool, String> {
    match (left.evaluate(scope)?, right.evaluate(scope)?) {
        #[allow(clippy::float_cmp)] // whole numbers, or halves and quarters of them
        (Value::Number(a), Value::Number(b)) => Ok(a.value() == b.value()),
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        (Value::Word(a), Value::Word(b)) => Ok(a == b),
        (a, b) => Err(format!("{} cannot be compared with {}", a.kind(), b.kind())),
    }
}

fn call<R: Reading>(
    function: Function,
    arguments: &[Expression],
    scope: &Scope<R>,
) -> Result<Value<QuantityOf<R>>, String> {
    if function == Function::If {
        let chosen = if arguments[0].evaluate(scope)?.into_bool()? { 1 } else { 2 };
        return arguments[chosen].evaluate(scope);
    }
    let mut numbers = arguments.iter().map(|argument| argument.number(scope));
    let mut next = || numbers.next().unwrap_or_else(|| Err("an argument is missing".into()));
    let first = next()?;
    let value = first.value();
    let rounded = |rounding: Rounding| first.clone().rounded_to(rounding.apply(value));
    Ok(Value::Number(match function {
        Function::Floor => rounded(Rounding::Floor),
        Function::Ceil => rounded(Rounding::Ceil),
        Function::Round => rounded(Rounding::Nearest),
        Function::RoundEven => rounded(Rounding::NearestEven),
        Function::Scaled => scope.reading.scaled(first),
        Function::Divisible => {
            let divisor = next()?.value();
            let keep = if arguments.len() == 3 { next()?.value() } else { 0.9 };
            let rounding = divisible(divisor, keep)?;
            first.rounded_to(rounding.apply(value))
        }
        Function::Min | Function::Max => {
            let second = next()?;
            let first_is_less = value <= second.value();
            if first_is_less == (function == Function::Min) { first } else { second }
        }
        Function::If => return Err("`if` takes a condition first".into()),
    }))
}

fn divisible(divisor: f64, keep: f64) -> Result<ChannelRounding, String> {
    match crate::counting::scalar::whole_number(divisor) {
        Some(divisor @ 1..) if (0.0..=1.0).contains(&keep) => {
            Ok(ChannelRounding { divisor, minimum: divisor, keep, rounding: Rounding::Nearest })
        }
        _ => Err(format!(
            "`divisible` needs a whole divisor of at least 1 and a kept share from 0 to 1, \
             not {divisor} and {keep}"
        )),
    }
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

    fn evaluate(text: &str) -> Result<Value<Polynomial>, String> {
        let values = vec![
            Some(Value::Number(ClosedForm.channels(40).expect("channels"))),
            Some(Value::Number(Polynomial::constant(0.25))),
            Some(Value::Word("relu".into())),
            None,
        ];
        let scope = Scope { reading: &ClosedForm, values };
        Formula::parse(text, &names(), nowhere())
            .map_err(|e| e.message)?
            .expression
            .evaluate(&scope)
    }

    #[track_caller]
    fn check(text: &str, expected: f64) {
        let value = evaluate(text).and_then(Value::into_number).map(|number| number.value());
        assert_eq!(value, Ok(expected), "{text}");
    }

    #[track_caller]
    fn holds(text: &str, expected: bool) {
        assert_eq!(evaluate(text).and_then(Value::into_bool), Ok(expected), "{text}");
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
        assert!(evaluate("out + 1").is_err_and(|e| e.contains("`out` is used, but")));
    }

    #[test]
    fn rounding_keeps_the_growth_with_width() {
        let squeeze = evaluate("max(1, floor(in * se))").and_then(Value::into_number);
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
            assert!(evaluate(bad).is_err(), "{bad}");
        }
    }
}
