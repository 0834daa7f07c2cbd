//! Which numbers of channels in a block stay as they are when the network is widened: parameters, and literals in steps.
//!
//! Read from the formulas alone: the output channels of a layer that depend on a parameter, and on nothing that scales
//! with width.

use std::collections::BTreeSet;

use crate::counting::layer::KeyKind;
use crate::error::Span;
use crate::families::block::expression::{Expression, Function};
use crate::families::block::{Block, Formula, GIVEN, OUT, Operation, Step};

/// What a value depends on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dependence {
    /// Whether it changes with the width, or is not the stage's to say: the classes.
    pub(crate) scales: bool,
    /// The parameters of the stage's block that it depends on, by index.
    pub(crate) parameters: BTreeSet<usize>,
}

impl Dependence {
    fn scaling() -> Self {
        Dependence { scales: true, ..Dependence::default() }
    }

    fn and(mut self, other: Dependence) -> Self {
        self.scales |= other.scales;
        self.parameters.extend(other.parameters);
        self
    }
}

/// What the formula depends on, where `slots` says it of its names.
pub(crate) fn dependence(formula: &Formula, slots: &[Dependence]) -> Dependence {
    of(&formula.expression, slots)
}

/// The given names of a stage or block: the channels and classes scale, `first` and `branch` do not.
pub(crate) fn given() -> Vec<Dependence> {
    let scales = |name: &&str| matches!(*name, "in" | "out" | "channels" | "classes");
    let of = |name| Dependence { scales: scales(name), ..Dependence::default() };
    GIVEN.iter().map(of).collect()
}

fn of(expression: &Expression, slots: &[Dependence]) -> Dependence {
    let all = |parts: &[Expression]| {
        parts.iter().map(|part| of(part, slots)).fold(Dependence::default(), Dependence::and)
    };
    match expression {
        Expression::Number(_) | Expression::Bool(_) | Expression::Word(_) => Dependence::default(),
        Expression::Name { slot, .. } => slots.get(*slot).cloned().unwrap_or_default(),
        Expression::Negative(inner) | Expression::Not(inner) => of(inner, slots),
        Expression::Binary(_, left, right) => of(left, slots).and(of(right, slots)),
        Expression::Call(Function::Scaled, _) => Dependence::scaling(),
        // The condition chooses; it is not part of the number.
        Expression::Call(Function::If, parts) => all(parts.get(1..).unwrap_or_default()),
        Expression::Call(_, parts) => all(parts),
    }
}

/// The numbers of channels of a block that may not scale.
#[derive(Clone, Debug, Default)]
pub(crate) struct FixedChannels {
    /// The parameters of the block, by index, that decide numbers of channels together: they are fixed if the stage
    /// gives none of them a value that scales.
    pub(crate) parameters: BTreeSet<BTreeSet<usize>>,
    /// The numbers in steps of the block and of blocks that it calls, with the step's key.
    pub(crate) literals: Vec<Literal>,
}

/// A number of channels in a step.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    pub(crate) block: String,
    pub(crate) key: &'static str,
    pub(crate) number: f64,
    pub(crate) span: Span,
}

impl Block {
    /// The numbers of channels that may not scale in this one of a family's `blocks`. They are found once.
    pub(crate) fn fixed_channels(&self, blocks: &[Block]) -> &FixedChannels {
        self.fixed.get_or_init(|| {
            let own = |index| Dependence { scales: false, parameters: BTreeSet::from([index]) };
            let parameters: Vec<Dependence> = (0..self.parameters.len()).map(own).collect();
            let mut found = FixedChannels::default();
            Walk { blocks, found: &mut found, calls: 0 }.block(self, given(), &parameters);
            found
        })
    }
}

struct Walk<'a> {
    blocks: &'a [Block],
    found: &'a mut FixedChannels,
    calls: usize,
}

impl Walk<'_> {
    fn block(&mut self, block: &Block, given: Vec<Dependence>, parameters: &[Dependence]) {
        // Building the network reports blocks that call each other without end.
        if self.calls >= super::build::MAX_CALLS {
            return;
        }
        let mut slots = given;
        slots.extend_from_slice(parameters);
        for (_, formula) in &block.derived {
            slots.push(dependence(formula, &slots));
        }
        self.calls += 1;
        self.steps(block, &block.steps, &slots);
        self.calls -= 1;
    }

    fn steps(&mut self, block: &Block, steps: &[Step], slots: &[Dependence]) {
        for step in steps {
            self.step(block, &step.operation, slots);
        }
    }

    fn literal(&mut self, block: &Block, key: &'static str, formula: &Formula) {
        let Expression::Number(number) = formula.expression else { return };
        let (block, span) = (block.name.clone(), formula.span.clone());
        self.found.literals.push(Literal { block, key, number, span });
    }

    fn step(&mut self, own: &Block, operation: &Operation, slots: &[Dependence]) {
        match operation {
            Operation::Layer(_, given) => {
                for given in
                    given.iter().filter(|given| matches!(given.key.kind, KeyKind::Channels))
                {
                    let dependence = dependence(&given.value, slots);
                    if !dependence.scales && !dependence.parameters.is_empty() {
                        self.found.parameters.insert(dependence.parameters);
                    }
                    self.literal(own, given.key.name, &given.value);
                }
            }
            Operation::Chain(steps)
            | Operation::Gate(steps)
            | Operation::Crop(steps)
            | Operation::Part(_, steps) => self.steps(own, steps, slots),
            Operation::Repeat { body, .. } | Operation::Branches { body, .. } => {
                self.steps(own, body, slots);
            }
            Operation::Residual { body, shortcut, .. } => {
                self.steps(own, body, slots);
                self.steps(own, shortcut, slots);
            }
            Operation::Concat(branches) => {
                for steps in branches {
                    self.steps(own, steps, slots);
                }
            }
            Operation::Block { block, output, settings } => {
                let Some(called) = self.blocks.get(*block) else { return };
                if let Some(output) = output {
                    self.literal(own, "out", output);
                }
                let mut given = given();
                given[OUT] = output
                    .as_ref()
                    .map_or_else(Dependence::default, |output| dependence(output, slots));
                let mut parameters = vec![Dependence::default(); called.parameters.len()];
                for (index, formula) in settings {
                    parameters[*index] = dependence(formula, slots);
                }
                self.block(called, given, &parameters);
            }
        }
    }
}
