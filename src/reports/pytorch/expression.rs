//! Formulas of a block as Python expressions.

use crate::error::Diagnostic;
use crate::families::block::expression::{Expression, Function, Operator};
use crate::families::block::{Formula, Scope, Value};
use crate::families::scaling::{AtScale, Reading};
use crate::reports::pytorch::term::{
    AND, ATOM, CHOICE, COMPARISON, Known, NOT, OR, POWER, PRODUCT, SIGN, SUM, Term,
};

/// What stands for a name of the block.
#[derive(Clone, Debug)]
pub(super) enum Named<'f> {
    /// The same value in every call.
    Constant(Known<'f>),
    /// A name of the class; its values are whole numbers or not.
    Name { text: String, is_whole: bool },
    /// An argument that is given as it was scaled.
    Scaled { text: String },
    /// An argument that takes the class of an activation function.
    Activation { text: String },
    /// Nothing: the name has no value.
    Absent,
}

/// Writes formulas of one step, by the values that names had where it was reached.
pub(super) struct Writer<'w, 'f> {
    pub(super) scopes: &'w [Scope<'f, 'f, AtScale>],
    /// What stands for each name, by its slot.
    pub(super) names: &'w dyn Fn(usize) -> Named<'f>,
}

type Written<'f> = Result<Term<'f>, String>;

impl<'f> Writer<'_, 'f> {
    /// The formula; an error has its place.
    pub(super) fn formula(&self, formula: &'f Formula) -> Result<Term<'f>, Diagnostic> {
        self.term(&formula.expression)
            .map_err(|message| Diagnostic::new(message).at(&formula.span, "in this expression"))
    }

    fn term(&self, expression: &'f Expression) -> Written<'f> {
        match expression {
            Expression::Number(number) => Ok(Term::constant(Value::Number(*number))),
            Expression::Bool(value) => Ok(Term::constant(Value::Bool(*value))),
            Expression::Word(word) => Ok(Term::constant(Value::Word(word))),
            Expression::Name { slot, name } => self.name(*slot, name),
            Expression::Negative(inner) => {
                let inner = self.term(inner)?;
                let text = format!("-{}", inner.within(SIGN));
                self.folded(expression, &[&inner], Term::new(text, SIGN, inner.is_whole))
            }
            Expression::Not(inner) => {
                let inner = self.term(inner)?;
                let text = format!("not {}", inner.within(NOT));
                self.folded(expression, &[&inner], Term::new(text, NOT, false))
            }
            Expression::Binary(operator, left, right) => {
                self.binary(expression, *operator, left, right)
            }
            Expression::Call(function, arguments) => self.call(expression, *function, arguments),
        }
    }

    fn name(&self, slot: usize, name: &str) -> Written<'f> {
        match (self.names)(slot) {
            Named::Constant(value) => Ok(Term::constant(value)),
            Named::Name { text, is_whole } => Ok(Term::new(text, ATOM, is_whole)),
            Named::Activation { .. } => {
                Err(format!("`{name}` names an activation function, and is used otherwise here"))
            }
            Named::Scaled { .. } => {
                Err(format!("`{name}` scales here, and elsewhere in the block it does not"))
            }
            Named::Absent => Err(format!("`{name}` has a value in some calls of the block only")),
        }
    }

    /// The value, if it is made of constants; otherwise what was written.
    fn folded(&self, whole: &'f Expression, parts: &[&Term<'f>], term: Term<'f>) -> Written<'f> {
        let is_constant = parts.iter().all(|part| part.constant.is_some());
        match self.scopes.first() {
            Some(scope) if is_constant => whole.evaluate(scope).map(Term::constant),
            _ => Ok(term),
        }
    }

    fn binary(
        &self,
        whole: &'f Expression,
        operator: Operator,
        left: &'f Expression,
        right: &'f Expression,
    ) -> Written<'f> {
        let first = self.term(left)?;
        // Of a condition that is decided by one side, the other is not written.
        let decides = |term: &Term| match (operator, &term.constant) {
            (Operator::And, Some(Value::Bool(value))) => Some(!value),
            (Operator::Or, Some(Value::Bool(value))) => Some(*value),
            _ => None,
        };
        match decides(&first) {
            Some(true) => return Ok(first),
            Some(false) => return self.term(right),
            None => {}
        }
        let second = self.term(right)?;
        match decides(&second) {
            Some(true) => return Ok(second),
            Some(false) => return Ok(first),
            None => {}
        }
        let divides_evenly = || [left, right, whole].iter().all(|part| self.is_whole(part));
        let (symbol, binding) = match symbol(operator) {
            ("/", PRODUCT) if divides_evenly() => ("//", PRODUCT),
            other => other,
        };
        let is_chained = matches!(binding, COMPARISON | POWER);
        let left_binding = binding + u8::from(is_chained);
        let text =
            format!("{} {symbol} {}", first.within(left_binding), second.within(binding + 1));
        // Python's formatters leave out the spaces of simple powers.
        let is_simple = |term: &Term| {
            term.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let text = match symbol {
            "**" if is_simple(&first) && is_simple(&second) => text.replace(' ', ""),
            _ => text,
        };
        let is_whole = first.is_whole && second.is_whole && symbol != "/";
        self.folded(whole, &[&first, &second], Term::new(text, binding, is_whole))
    }

    /// Whether the values are whole numbers wherever there are any.
    fn is_whole(&self, expression: &'f Expression) -> bool {
        let values = self.scopes.iter().filter_map(|scope| expression.evaluate(scope).ok());
        let mut numbers = values.filter_map(|value| value.into_number().ok());
        numbers.all(|number| number.fract() == 0.0)
    }

    fn call(
        &self,
        whole: &'f Expression,
        function: Function,
        arguments: &'f [Expression],
    ) -> Written<'f> {
        match (function, arguments) {
            (Function::Scaled, [argument]) => return self.scaled(whole, argument),
            (Function::If, [condition, then, otherwise]) => {
                return self.choice(condition, then, otherwise);
            }
            (Function::Floor, [Expression::Binary(Operator::Divide, left, right)])
                if self.is_whole(left) && self.is_whole(right) =>
            {
                let (left, right) = (self.term(left)?, self.term(right)?);
                let text = format!("{} // {}", left.within(PRODUCT), right.within(SIGN));
                let term = Term::new(text, PRODUCT, left.is_whole && right.is_whole);
                return self.folded(whole, &[&left, &right], term);
            }
            _ => {}
        }
        let terms = arguments.iter().map(|one| self.term(one)).collect::<Result<Vec<_>, _>>()?;
        let first = terms.first().ok_or("an argument is missing")?;
        let rounds = matches!(
            function,
            Function::Floor | Function::Ceil | Function::Round | Function::RoundEven
        );
        let texts: Vec<&str> = terms.iter().map(|term| term.text.as_str()).collect();
        let texts = texts.join(", ");
        let is_whole = terms.iter().all(|term| term.is_whole);
        let term = match function {
            _ if rounds && first.is_whole => first.clone(),
            Function::Floor => Term::new(format!("math.floor({texts})"), ATOM, true),
            Function::Ceil => Term::new(format!("math.ceil({texts})"), ATOM, true),
            Function::Round => {
                Term::new(format!("math.floor({} + 0.5)", first.within(SUM)), ATOM, true)
            }
            Function::RoundEven => Term::new(format!("round({texts})"), ATOM, true),
            Function::Min => Term::new(format!("min({texts})"), ATOM, is_whole),
            Function::Max => Term::new(format!("max({texts})"), ATOM, is_whole),
            Function::Divisible => Term::new(format!("divisible({texts})"), ATOM, true),
            Function::Scaled | Function::If => return Err("an argument is missing".into()),
        };
        self.folded(whole, &terms.iter().collect::<Vec<_>>(), term)
    }

    /// A number that scales with the width: a constant, an argument that is given as it was scaled, or itself at the
    /// baseline's width.
    fn scaled(&self, whole: &'f Expression, argument: &'f Expression) -> Written<'f> {
        if let Expression::Name { slot, .. } = argument
            && let Named::Scaled { text } = (self.names)(*slot)
        {
            return Ok(Term::new(text, ATOM, true));
        }
        let term = self.term(argument)?;
        let term = self.folded(whole, &[&term], term.clone())?;
        let stays = self.scopes.iter().all(|scope| {
            let value = argument.evaluate(scope).and_then(Value::into_number);
            value.is_ok_and(|value| scope.reading.scaled(value).to_bits() == value.to_bits())
        });
        if term.constant.is_some() || stays {
            return Ok(term);
        }
        Err("what is scaled here is neither a number nor a parameter".into())
    }

    fn choice(
        &self,
        condition: &'f Expression,
        then: &'f Expression,
        otherwise: &'f Expression,
    ) -> Written<'f> {
        let condition = self.term(condition)?;
        match &condition.constant {
            Some(Value::Bool(true)) => return self.term(then),
            Some(_) => return self.term(otherwise),
            None => {}
        }
        let (then, otherwise) = (self.term(then)?, self.term(otherwise)?);
        let text = format!(
            "{} if {} else {}",
            then.within(OR),
            condition.within(OR),
            otherwise.within(CHOICE)
        );
        Ok(Term::new(text, CHOICE, then.is_whole && otherwise.is_whole))
    }
}

/// An operator in Python, and how tightly it binds.
fn symbol(operator: Operator) -> (&'static str, u8) {
    match operator {
        Operator::Add => ("+", SUM),
        Operator::Subtract => ("-", SUM),
        Operator::Multiply => ("*", PRODUCT),
        Operator::Divide => ("/", PRODUCT),
        Operator::Power => ("**", POWER),
        Operator::Equal => ("==", COMPARISON),
        Operator::Unequal => ("!=", COMPARISON),
        Operator::Less => ("<", COMPARISON),
        Operator::LessOrEqual => ("<=", COMPARISON),
        Operator::Greater => (">", COMPARISON),
        Operator::GreaterOrEqual => (">=", COMPARISON),
        Operator::And => ("and", AND),
        Operator::Or => ("or", OR),
    }
}
