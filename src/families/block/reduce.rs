//! Formulas with less in them: what does not scale becomes a value, and `scaled(…)` keeps the scaled number.

use std::fmt;

use crate::families::block::evaluate::{Scope, Value};
use crate::families::block::expression::{Expression, Function, Operator};
use crate::families::block::formula::Formula;
use crate::families::scaling::{AtScale, Reading};

impl Formula {
    /// The formula of the baseline of a family that starts where `reading` is: names with a formula in `known`, by
    /// slot, are replaced, and constant parts become values.
    pub(crate) fn reduced(&self, reading: &AtScale, known: &[Option<Formula>]) -> Formula {
        Formula { expression: self.expression.reduced(reading, known), span: self.span.clone() }
    }

    /// The number, if the formula is a single number.
    pub(crate) fn as_number(&self) -> Option<f64> {
        if let Expression::Number(number) = self.expression { Some(number) } else { None }
    }

    /// True or false, if the formula is no more than that.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let Expression::Bool(value) = self.expression { Some(value) } else { None }
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

impl Expression {
    fn reduced(&self, reading: &AtScale, known: &[Option<Formula>]) -> Expression {
        let inner = |one: &Expression| one.reduced(reading, known);
        let reduced = match self {
            Expression::Number(_) | Expression::Bool(_) | Expression::Word(_) => self.clone(),
            Expression::Name { slot, .. } => match known.get(*slot) {
                Some(Some(formula)) => formula.expression.clone(),
                _ => self.clone(),
            },
            Expression::Negative(one) => Expression::Negative(Box::new(inner(one))),
            Expression::Not(one) => Expression::Not(Box::new(inner(one))),
            Expression::Binary(operator, left, right) => {
                Expression::Binary(*operator, Box::new(inner(left)), Box::new(inner(right)))
            }
            Expression::Call(Function::Scaled, arguments) => {
                let scaled = arguments.iter().map(|argument| match inner(argument) {
                    Expression::Number(base) => Expression::Number(reading.scaled(base)),
                    other => other,
                });
                Expression::Call(Function::Scaled, scaled.collect())
            }
            Expression::Call(function, arguments) => {
                Expression::Call(*function, arguments.iter().map(inner).collect())
            }
        };
        let scope = Scope { reading, values: Vec::new() };
        let value = reduced.is_constant().then(|| reduced.evaluate(&scope));
        let constant = value.and_then(Result::ok).map(|value| match value {
            Value::Number(number) => Expression::Number(number),
            Value::Bool(value) => Expression::Bool(value),
            Value::Word(word) => Expression::Word(word.into()),
        });
        constant.unwrap_or(reduced)
    }

    /// Whether the value is the same everywhere.
    fn is_constant(&self) -> bool {
        match self {
            Expression::Number(_) | Expression::Bool(_) | Expression::Word(_) => true,
            Expression::Name { .. } | Expression::Call(Function::Scaled, _) => false,
            Expression::Negative(one) | Expression::Not(one) => one.is_constant(),
            Expression::Binary(_, left, right) => left.is_constant() && right.is_constant(),
            Expression::Call(_, arguments) => arguments.iter().all(Expression::is_constant),
        }
    }

    /// The text, in brackets unless it is one value, name or call.
    fn bracketed(&self) -> String {
        match self {
            Expression::Number(number) if *number < 0.0 => format!("({self})"),
            Expression::Negative(_) | Expression::Not(_) | Expression::Binary(..) => {
                format!("({self})")
            }
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Number(number) => write!(f, "{number}"),
            Expression::Bool(value) => write!(f, "{value}"),
            Expression::Word(word) => write!(f, "'{word}'"),
            Expression::Name { name, .. } => f.write_str(name),
            Expression::Negative(one) => write!(f, "-{}", one.bracketed()),
            Expression::Not(one) => write!(f, "not {}", one.bracketed()),
            Expression::Binary(operator, left, right) => {
                let symbol = operator.symbol();
                write!(f, "{} {symbol} {}", left.bracketed(), right.bracketed())
            }
            Expression::Call(function, arguments) => {
                let names = Function::ALL.iter().filter(|(_, known, _)| known == function);
                let name = names.map(|(name, ..)| *name).next().unwrap_or_default();
                let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
                write!(f, "{name}({})", arguments.join(", "))
            }
        }
    }
}

impl Operator {
    fn symbol(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Power => "^",
            Operator::Equal => "==",
            Operator::Unequal => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::And => "and",
            Operator::Or => "or",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Source, Span};
    use crate::families::scaling::{Rule, Scale};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let names = ["in", "base"].map(String::from);
        let span = Span { source: Source::new("", ""), start: 0, end: 0 };
        let formula = |text: &str| Formula::parse(text, &names, span.clone()).expect("a formula");
        let scale = Scale { width: 1.5, ..Scale::BASELINE };
        let reading = AtScale::new(Rule::DEFAULT, scale).expect("a scale");
        let reduced = formula(text).reduced(&reading, &[None, Some(formula("32"))]).to_string();
        assert_eq!(reduced, expected, "{text}");
        assert_eq!(formula(&reduced).to_string(), expected, "the text is read back");
    }

    #[test]
    fn constants_become_values_and_scaled_numbers_stay_scaled() {
        check("2 * base + 1", "65");
        check("scaled(base)", "scaled(48)");
        check("max(scaled(base), base / 2)", "max(scaled(48), 16)");
        check("in - (base - 40)", "in - (-8)");
        check("-in * (in - 1)", "(-in) * (in - 1)");
        check("not (in == 2 and in != 3)", "not ((in == 2) and (in != 3))");
        check("if(base > 16, 'relu', 'silu')", "'relu'");
    }
}
