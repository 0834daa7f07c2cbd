//! The parser of dimension expressions.

use crate::error::nearest;
use crate::families::block::expression::{Expression, Function, Operator};

/// The longest expression in bytes: bounds the work.
const MAX_LENGTH: usize = 400;

/// How deep brackets may be nested: bounds the stack.
const MAX_DEPTH: usize = 32;

/// Why a text is not an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What was found, as a sentence.
    pub message: String,
    /// What is allowed instead.
    pub help: Option<String>,
    /// Where it was found: the offset in the text, in bytes.
    pub offset: usize,
}

pub(super) fn parse(text: &str, names: &[String]) -> Result<Expression, ParseError> {
    if text.len() > MAX_LENGTH {
        let message = format!(
            "an expression may have at most {MAX_LENGTH} bytes, but this one has {}",
            text.len()
        );
        return Err(ParseError { message, help: None, offset: 0 });
    }
    let tokens = tokens(text)?;
    bounded_depth(&tokens)?;
    let mut parser = Parser { tokens, position: 0, end: text.len(), names };
    let expression = parser.disjunction()?;
    match parser.peek() {
        None => Ok(expression),
        Some(token) => Err(parser.unexpected(&token.clone(), "an operator or the end")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Word(String),
    Name(String),
    Symbol(&'static str),
}

const SYMBOLS: [&str; 14] =
    ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "^", "(", ")", ","];

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ParseError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let offset = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let (token, length) =
            token(first, rest).map_err(|message| ParseError { message, help: None, offset })?;
        tokens.push((offset, token));
        rest = &rest[length..];
    }
}

fn token(first: char, rest: &str) -> Result<(Token, usize), String> {
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        return Ok((Token::Symbol(symbol), symbol.len()));
    }
    let run = |keep: fn(char) -> bool| rest.find(|c| !keep(c)).unwrap_or(rest.len());
    match first {
        '0'..='9' | '.' => {
            let length = run(|c| c.is_ascii_digit() || c == '.' || c == '_');
            let digits = rest[..length].replace('_', "");
            let number = digits.parse().map_err(|_| format!("`{digits}` is not a number"))?;
            Ok((Token::Number(number), length))
        }
        '\'' => match rest[1..].find('\'') {
            Some(end) => Ok((Token::Word(rest[1..=end].into()), end + 2)),
            None => Err("the closing quote of a word is missing".into()),
        },
        'a'..='z' | 'A'..='Z' | '_' => {
            let length = run(|c| c.is_ascii_alphanumeric() || c == '_');
            Ok((Token::Name(rest[..length].into()), length))
        }
        other => Err(format!("`{other}` has no meaning in an expression")),
    }
}

fn bounded_depth(tokens: &[(usize, Token)]) -> Result<(), ParseError> {
    let mut depth = 0usize;
    for (offset, token) in tokens {
        match token {
            Token::Symbol("(") => depth += 1,
            Token::Symbol(")") => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            let message = format!("brackets are nested more than {MAX_DEPTH} deep");
            return Err(ParseError { message, help: None, offset: *offset });
        }
    }
    Ok(())
}

struct Parser<'a> {
    tokens: Vec<(usize, Token)>,
    position: usize,
    end: usize,
    names: &'a [String],
}

type Parsed = Result<Expression, ParseError>;

impl Parser<'_> {
    fn disjunction(&mut self) -> Parsed {
        let mut left = self.conjunction()?;
        while self.take_name("or") {
            left = join(Operator::Or, left, self.conjunction()?);
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Parsed {
        let mut left = self.negation()?;
        while self.take_name("and") {
            left = join(Operator::And, left, self.negation()?);
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parsed {
        if self.take_name("not") {
            return Ok(Expression::Not(Box::new(self.negation()?)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let operator = self.operator(&[
            ("==", Operator::Equal),
            ("!=", Operator::Unequal),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ]);
        match operator {
            Some(operator) => Ok(join(operator, left, self.sum()?)),
            None => Ok(left),
        }
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        while let Some(operator) = self.operator(&[("+", Operator::Add), ("-", Operator::Subtract)])
        {
            left = join(operator, left, self.product()?);
        }
        Ok(left)
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.unary()?;
        while let Some(operator) =
            self.operator(&[("*", Operator::Multiply), ("/", Operator::Divide)])
        {
            left = join(operator, left, self.unary()?);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        if self.take_symbol("-") {
            return Ok(Expression::Negative(Box::new(self.unary()?)));
        }
        self.power()
    }

    /// A power binds more tightly than a sign before it and less than one in its exponent.
    fn power(&mut self) -> Parsed {
        let base = self.atom()?;
        if self.take_symbol("^") {
            return Ok(join(Operator::Power, base, self.unary()?));
        }
        Ok(base)
    }

    fn atom(&mut self) -> Parsed {
        let Some((offset, token)) = self.tokens.get(self.position).cloned() else {
            return Err(self.error(self.end, "the expression ends too early".into()));
        };
        self.position += 1;
        match token {
            Token::Number(number) => Ok(Expression::Number(number)),
            Token::Word(word) => Ok(Expression::Word(word)),
            Token::Name(name) if name == "true" || name == "false" => {
                Ok(Expression::Bool(name == "true"))
            }
            Token::Name(name) if self.take_symbol("(") => self.call(&name, offset),
            Token::Name(name) => self.name(name, offset),
            Token::Symbol("(") => {
                let inner = self.disjunction()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Symbol(_) => Err(self.unexpected(&(offset, token), "a value")),
        }
    }

    fn name(&self, name: String, offset: usize) -> Parsed {
        match self.names.iter().position(|known| *known == name) {
            Some(slot) => Ok(Expression::Name { slot, name }),
            None => {
                // A slot without a name has no value in this expression.
                let known = self.names.iter().map(String::as_str).filter(|name| !name.is_empty());
                Err(unknown("name", &name, &known.collect::<Vec<_>>(), offset))
            }
        }
    }

    fn call(&mut self, name: &str, offset: usize) -> Parsed {
        let Some((_, function, count)) = Function::ALL.iter().find(|(known, ..)| *known == name)
        else {
            let known: Vec<&str> = Function::ALL.iter().map(|(name, ..)| *name).collect();
            return Err(unknown("function", name, &known, offset));
        };
        let mut arguments = vec![self.disjunction()?];
        while self.take_symbol(",") {
            arguments.push(self.disjunction()?);
        }
        self.expect(")")?;
        if count.contains(&arguments.len()) {
            return Ok(Expression::Call(*function, arguments));
        }
        let (least, most) = (count.start(), count.end());
        let takes = if least == most { least.to_string() } else { format!("{least} to {most}") };
        let found = arguments.len();
        let message = format!("`{name}` takes {takes} argument(s), not {found}");
        Err(self.error(offset, message))
    }

    fn peek(&self) -> Option<&(usize, Token)> {
        self.tokens.get(self.position)
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some((_, Token::Symbol(found))) if *found == symbol);
        self.position += usize::from(found);
        found
    }

    fn take_name(&mut self, name: &str) -> bool {
        let found = matches!(self.peek(), Some((_, Token::Name(found))) if found == name);
        self.position += usize::from(found);
        found
    }

    fn operator(&mut self, operators: &[(&str, Operator)]) -> Option<Operator> {
        operators.iter().find(|(symbol, _)| self.take_symbol(symbol)).map(|(_, found)| *found)
    }

    fn expect(&mut self, symbol: &str) -> Result<(), ParseError> {
        if self.take_symbol(symbol) {
            return Ok(());
        }
        match self.peek() {
            Some(token) => Err(self.unexpected(&token.clone(), &format!("`{symbol}`"))),
            None => Err(self.error(self.end, format!("`{symbol}` is missing at the end"))),
        }
    }

    fn unexpected(&self, (offset, token): &(usize, Token), expected: &str) -> ParseError {
        let found = match token {
            Token::Number(number) => format!("`{number}`"),
            Token::Word(word) => format!("`'{word}'`"),
            Token::Name(name) => format!("`{name}`"),
            Token::Symbol(symbol) => format!("`{symbol}`"),
        };
        self.error(*offset, format!("expected {expected}, found {found}"))
    }

    fn error(&self, offset: usize, message: String) -> ParseError {
        ParseError { message, help: None, offset }
    }
}

fn join(operator: Operator, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}

fn unknown(what: &str, found: &str, known: &[&str], offset: usize) -> ParseError {
    let guess = nearest(found, known).map(|name| format!("did you mean `{name}`? "));
    let help = format!("{}known here: {}", guess.unwrap_or_default(), known.join(", "));
    ParseError { message: format!("unknown {what} `{found}`"), help: Some(help), offset }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        let names = ["in".to_string(), "stride".to_string()];
        parse(text, &names).expect_err(text).message
    }

    #[test]
    fn mistakes_are_reported() {
        for (text, expected) in [
            ("in *", "the expression ends too early"),
            ("in in", "expected an operator or the end, found `in`"),
            ("(in", "`)` is missing at the end"),
            ("strid", "unknown name `strid`"),
            ("flor(in)", "unknown function `flor`"),
            ("floor(in, 2)", "`floor` takes 1 argument(s), not 2"),
            ("in = 1", "`=` has no meaning in an expression"),
            ("'relu", "the closing quote of a word is missing"),
            ("1.2.3", "`1.2.3` is not a number"),
            ("", "the expression ends too early"),
            ("* 2", "expected a value, found `*`"),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
    }

    #[test]
    fn length_and_depth_are_bounded() {
        assert!(message(&"(".repeat(100_000)).contains("at most 400 bytes"));
        assert!(message(&"(".repeat(400)).contains("more than 32 deep"));
        assert!(message(&"-".repeat(400)).contains("ends too early"));
    }

    #[test]
    fn any_text_parses_or_fails_without_a_panic() {
        for text in ["é", "in*é", "'é'", "🦀", "\u{0}", "in\u{a0}* 2", "_", "..", "'a''b'"] {
            let _ = parse(text, &["in".to_string()]);
        }
    }
}
