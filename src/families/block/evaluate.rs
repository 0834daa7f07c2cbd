//! Evaluating expressions. It always ends: there are no loops and no recursion. Numbers are read as [`Quantity`], so an
//! expression gives exact channels for one network and polynomials for a family.

use crate::counting::scalar::{Quantity, Scalar};
use crate::counting::whole::whole_number;
use crate::families::block::expression::{Expression, Function, Operator};
use crate::families::rounding::{ChannelRounding, Rounding};
use crate::families::scaling::Reading;

/// The value of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value<'f, Q> {
    /// A number.
    Number(Q),
    /// True or false.
    Bool(bool),
    /// A word of a formula or default, such as the name of an activation function.
    Word(&'f str),
}

/// The number type of expressions in a reading.
pub type QuantityOf<R> = <<R as Reading>::Scalar as Scalar>::Quantity;

/// The values of names, by slot; the stage gives none for a name without a value.
pub type Slots<'f, R> = Vec<Option<Value<'f, QuantityOf<R>>>>;

/// The values of the names in an expression.
#[derive(Debug)]
pub struct Scope<'r, 'f, R: Reading> {
    /// How channels scale.
    pub reading: &'r R,
    /// The names' values.
    pub values: Slots<'f, R>,
}

impl<'f, Q: Quantity> Value<'f, Q> {
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
    pub fn into_word(self) -> Result<&'f str, String> {
        match self {
            Value::Word(word) => Ok(word),
            other => Err(format!("expected a word, found {}", other.kind())),
        }
    }
}

impl<'f> Value<'f, f64> {
    /// The value with a number's bits, which can be a key.
    pub(in crate::families) fn bits(&self) -> Value<'f, u64> {
        match *self {
            Value::Number(number) => Value::Number(number.to_bits()),
            Value::Bool(value) => Value::Bool(value),
            Value::Word(word) => Value::Word(word),
        }
    }
}

impl Expression {
    /// The value in `scope`, or a message that says why there is none.
    #[inline]
    pub(crate) fn evaluate<'f, R: Reading>(
        &'f self,
        scope: &Scope<'_, 'f, R>,
    ) -> Result<Value<'f, QuantityOf<R>>, String> {
        match self {
            Expression::Number(value) => Ok(Value::Number(QuantityOf::<R>::constant(*value))),
            Expression::Bool(value) => Ok(Value::Bool(*value)),
            Expression::Word(word) => Ok(Value::Word(word)),
            Expression::Name { slot, name } => match scope.values.get(*slot) {
                Some(Some(value)) => Ok(value.clone()),
                _ => Err(without_value(name)),
            },
            Expression::Negative(_)
            | Expression::Not(_)
            | Expression::Binary(..)
            | Expression::Call(..) => self.computed(scope),
        }
    }

    /// The value of an expression that is made of others.
    fn computed<'f, R: Reading>(
        &'f self,
        scope: &Scope<'_, 'f, R>,
    ) -> Result<Value<'f, QuantityOf<R>>, String> {
        match self {
            Expression::Negative(inner) => {
                let zero = QuantityOf::<R>::constant(0.0);
                Ok(Value::Number(zero - inner.number(scope)?))
            }
            Expression::Not(inner) => Ok(Value::Bool(!inner.evaluate(scope)?.into_bool()?)),
            Expression::Binary(operator, left, right) => binary(*operator, left, right, scope),
            Expression::Call(function, arguments) => call(*function, arguments, scope),
            Expression::Number(_)
            | Expression::Bool(_)
            | Expression::Word(_)
            | Expression::Name { .. } => self.evaluate(scope),
        }
    }

    fn number<'f, R: Reading>(&'f self, scope: &Scope<'_, 'f, R>) -> Result<QuantityOf<R>, String> {
        self.evaluate(scope)?.into_number()
    }
}

/// What is wrong with a name that has no value.
#[cold]
fn without_value(name: &str) -> String {
    match name {
        "out" => {
            "`out` is used, but the stage has no `width` (or the `block` step no `out`)".into()
        }
        "branch" => "`branch` is used outside of `branches`".into(),
        _ => format!("`{name}` is used but not given"),
    }
}

fn binary<'f, R: Reading>(
    operator: Operator,
    left: &'f Expression,
    right: &'f Expression,
    scope: &Scope<'_, 'f, R>,
) -> Result<Value<'f, QuantityOf<R>>, String> {
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

fn equal<'f, R: Reading>(
    left: &'f Expression,
    right: &'f Expression,
    scope: &Scope<'_, 'f, R>,
) -> Result<bool, String> {
    match (left.evaluate(scope)?, right.evaluate(scope)?) {
        #[allow(clippy::float_cmp)] // whole numbers, or halves and quarters of them
        (Value::Number(a), Value::Number(b)) => Ok(a.value() == b.value()),
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        (Value::Word(a), Value::Word(b)) => Ok(a == b),
        (a, b) => Err(format!("{} cannot be compared with {}", a.kind(), b.kind())),
    }
}

fn call<'f, R: Reading>(
    function: Function,
    arguments: &'f [Expression],
    scope: &Scope<'_, 'f, R>,
) -> Result<Value<'f, QuantityOf<R>>, String> {
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
    match whole_number(divisor) {
        Some(divisor @ 1..) if (0.0..=1.0).contains(&keep) => {
            Ok(ChannelRounding { divisor, minimum: divisor, keep, rounding: Rounding::Nearest })
        }
        _ => Err(format!(
            "`divisible` needs a whole divisor of at least 1 and a kept share from 0 to 1, \
             not {divisor} and {keep}"
        )),
    }
}
