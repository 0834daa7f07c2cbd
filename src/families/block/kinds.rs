//! Defaults of a kind that the block's own steps cannot use, such as a word where a number is needed.
//!
//! Read from the formulas alone, so that each is reported once, at the default, and not for every stage that takes it.

use crate::counting::layer::KeyKind;
use crate::error::Diagnostic;
use crate::families::block::expression::{Expression, Function, Operator};
use crate::families::block::{Block, Formula, GIVEN, Given, Operation, Parameter, Setting, Step};

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Number,
    Bool,
    Word(&'static [&'static str]),
}

/// What a parameter, by its index, must be.
type Need = (usize, Kind);

/// The mistakes in the defaults of these blocks.
pub(crate) fn mistaken_defaults(blocks: &[Block]) -> Vec<Diagnostic> {
    let mut walk = Walk { blocks, known: vec![None; blocks.len()] };
    let mut problems = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let needs = walk.needs(index);
        for (index, parameter) in block.parameters.iter().enumerate() {
            let mut kinds = needs.iter().filter(|(of, _)| *of == index).map(|(_, kind)| *kind);
            problems.extend(kinds.find_map(|kind| mistake(block, parameter, kind)));
        }
    }
    problems
}

fn mistake(block: &Block, parameter: &Parameter, kind: Kind) -> Option<Diagnostic> {
    let default = parameter.default.as_ref()?;
    let name = format!("`{}` of block `{}`", parameter.name, block.name);
    let expected = match (kind, default) {
        (Kind::Number, Setting::Number(_)) | (Kind::Bool, Setting::Bool(_)) => return None,
        (Kind::Word(known), Setting::Word(word)) => {
            let problem = Diagnostic::new(format!("{name} cannot be `{word}`"));
            let problem = problem.at(&parameter.span, "this default");
            return (!known.contains(&word.as_str())).then(|| problem.known("known", word, known));
        }
        (Kind::Number, _) => "a number".to_string(),
        (Kind::Bool, _) => "true or false".to_string(),
        (Kind::Word(known), _) => format!("one of the words {}", known.join(", ")),
    };
    let found = match default {
        Setting::Number(_) => "a number",
        Setting::Bool(_) => "true or false",
        Setting::Word(_) => "a word",
    };
    let problem = Diagnostic::new(format!("{name} must be {expected}"));
    Some(problem.at(&parameter.span, format!("this default is {found}")))
}

struct Walk<'a> {
    blocks: &'a [Block],
    /// The needs of each block, once they are known or being found.
    known: Vec<Option<Vec<Need>>>,
}

impl Walk<'_> {
    fn needs(&mut self, index: usize) -> Vec<Need> {
        let Some(block) = self.blocks.get(index) else { return Vec::new() };
        if let Some(known) = self.known.get(index).and_then(Option::as_ref) {
            return known.clone();
        }
        // Building the network reports blocks that call each other without end.
        self.known[index] = Some(Vec::new());
        let mut needs = Needs { block, found: Vec::new(), visited: Vec::new() };
        for (_, formula) in &block.derived {
            needs.of(&formula.expression, None);
        }
        self.steps(&block.steps, &mut needs);
        self.known[index] = Some(needs.found.clone());
        needs.found
    }

    fn steps(&mut self, steps: &[Step], needs: &mut Needs) {
        for step in steps {
            needs.optional(step.functional.as_ref(), Kind::Bool);
            needs.optional(step.when.as_ref(), Kind::Bool);
            // A condition may be there to keep a value from a step that cannot use it.
            if step.when.is_none() {
                self.operation(&step.operation, needs);
            }
        }
    }

    fn operation(&mut self, operation: &Operation, needs: &mut Needs) {
        match operation {
            Operation::Layer(_, given) => given.iter().for_each(|given| needs.given(given)),
            Operation::Chain(steps)
            | Operation::Gate(steps)
            | Operation::Crop(steps)
            | Operation::Part(_, steps) => self.steps(steps, needs),
            Operation::Repeat { body, times } | Operation::Branches { body, times } => {
                needs.optional(Some(times), Kind::Number);
                self.steps(body, needs);
            }
            Operation::Residual { body, shortcut, skip } => {
                needs.optional(skip.as_ref(), Kind::Bool);
                self.steps(body, needs);
                self.steps(shortcut, needs);
            }
            Operation::Concat(branches) => {
                for steps in branches {
                    self.steps(steps, needs);
                }
            }
            Operation::Block { block, output, settings } => {
                needs.optional(output.as_ref(), Kind::Number);
                let called = self.needs(*block);
                for (index, formula) in settings {
                    for (_, kind) in called.iter().filter(|(of, _)| of == index) {
                        needs.of(&formula.expression, Some(*kind));
                    }
                }
            }
        }
    }
}

/// What the parameters of one block must be.
struct Needs<'a> {
    block: &'a Block,
    found: Vec<Need>,
    /// Names and the kinds that they have been followed for.
    visited: Vec<(usize, Option<Kind>)>,
}

impl Needs<'_> {
    fn optional(&mut self, formula: Option<&Formula>, kind: Kind) {
        if let Some(formula) = formula {
            self.of(&formula.expression, Some(kind));
        }
    }

    fn given(&mut self, given: &Given) {
        let kind = match given.key.kind {
            KeyKind::Flag | KeyKind::True => Kind::Bool,
            KeyKind::Word(known) => Kind::Word(known),
            KeyKind::Amount
            | KeyKind::Channels
            | KeyKind::Pair
            | KeyKind::Padding
            | KeyKind::Factors
            | KeyKind::Share => Kind::Number,
        };
        self.optional(Some(&given.value), kind);
        self.optional(given.columns.as_ref(), kind);
    }

    fn of(&mut self, expression: &Expression, kind: Option<Kind>) {
        let number = Some(Kind::Number);
        match expression {
            Expression::Number(_) | Expression::Bool(_) | Expression::Word(_) => {}
            Expression::Name { slot, .. } => self.name(*slot, kind),
            Expression::Negative(inner) => self.of(inner, number),
            Expression::Not(inner) => self.of(inner, Some(Kind::Bool)),
            Expression::Binary(operator, left, right) => match operator {
                Operator::Equal | Operator::Unequal => {
                    self.of(left, None);
                    self.of(right, None);
                }
                // The right side is read only where the left one allows it.
                Operator::And | Operator::Or => self.of(left, Some(Kind::Bool)),
                Operator::Add
                | Operator::Subtract
                | Operator::Multiply
                | Operator::Divide
                | Operator::Power
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Greater
                | Operator::GreaterOrEqual => {
                    self.of(left, number);
                    self.of(right, number);
                }
            },
            // Only the branch that the condition chooses is read.
            Expression::Call(Function::If, parts) => {
                parts.first().into_iter().for_each(|part| self.of(part, Some(Kind::Bool)));
            }
            Expression::Call(_, parts) => parts.iter().for_each(|part| self.of(part, number)),
        }
    }

    fn name(&mut self, slot: usize, kind: Option<Kind>) {
        if self.visited.contains(&(slot, kind)) {
            return;
        }
        self.visited.push((slot, kind));
        let Some(index) = slot.checked_sub(GIVEN.len()) else { return };
        let block = self.block;
        match index.checked_sub(block.parameters.len()) {
            None => self.found.extend(kind.map(|kind| (index, kind))),
            Some(derived) => {
                if let Some((_, formula)) = block.derived.get(derived) {
                    self.of(&formula.expression, kind);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::spec;

    #[test]
    fn the_defaults_of_bundled_blocks_fit_their_steps() {
        for name in spec::bundled_names() {
            let text = spec::bundled(name).expect("a bundled spec");
            let family = spec::parse(name, name, text).expect("a spec");
            assert_eq!(mistaken_defaults(&family.blocks), [], "{name}");
        }
    }
}
