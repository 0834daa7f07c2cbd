//! The syntax tree of a dimension expression: `"in * expand"`, `"max(1, floor(in * se))"`,
//! `"stride == 1 and in == out"`.

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Number(f64),
    Bool(bool),
    Word(String),
    Name { slot: usize, name: String },
    Negative(Box<Expression>),
    Not(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

impl Expression {
    /// The slots of the names in it, with repeats.
    pub(crate) fn slots(&self) -> Vec<usize> {
        match self {
            Expression::Number(_) | Expression::Bool(_) | Expression::Word(_) => Vec::new(),
            Expression::Name { slot, .. } => vec![*slot],
            Expression::Negative(inner) | Expression::Not(inner) => inner.slots(),
            Expression::Binary(_, left, right) => [left.slots(), right.slots()].concat(),
            Expression::Call(_, parts) => parts.iter().flat_map(Expression::slots).collect(),
        }
    }

    /// Whether it scales a number, besides what its names do.
    pub(super) fn scales(&self) -> bool {
        match self {
            Expression::Number(_)
            | Expression::Bool(_)
            | Expression::Word(_)
            | Expression::Name { .. } => false,
            Expression::Negative(inner) | Expression::Not(inner) => inner.scales(),
            Expression::Binary(_, left, right) => left.scales() || right.scales(),
            Expression::Call(function, parts) => {
                *function == Function::Scaled || parts.iter().any(Expression::scales)
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
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
pub(crate) enum Function {
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
