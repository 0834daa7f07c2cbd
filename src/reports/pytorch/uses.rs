//! What a block uses its names for.

use std::collections::BTreeSet;

use crate::counting::layer::LayerKind;
use crate::families::block::expression::Expression;
use crate::families::block::{Block, Formula, GIVEN, MAX_CALLS, Operation, Step};

/// What the names of a block are used for.
#[derive(Clone, Debug, Default)]
pub(super) struct Uses {
    /// The slots of parameters that name activation functions.
    pub(super) activations: BTreeSet<usize>,
}

impl Uses {
    pub(super) fn of(block: &Block, blocks: &[Block]) -> Self {
        Uses::within(block, blocks, MAX_CALLS)
    }

    /// The uses in calls of at most `depth` blocks within each other.
    fn within(block: &Block, blocks: &[Block], depth: usize) -> Self {
        let mut uses = Uses::default();
        for step in all_steps(&block.steps) {
            match &step.operation {
                Operation::Layer(LayerKind::Activation, given) => {
                    uses.activations.extend(given.first().and_then(|given| slot(&given.value)));
                }
                Operation::Block { block: index, settings, .. } => {
                    let Some(called) = blocks.get(*index).filter(|_| depth > 0) else { continue };
                    let inner = Uses::within(called, blocks, depth - 1);
                    let named = settings.iter().filter(|(parameter, _)| {
                        inner.activations.contains(&(GIVEN.len() + parameter))
                    });
                    uses.activations.extend(named.filter_map(|(_, formula)| slot(formula)));
                }
                _ => {}
            }
        }
        uses
    }
}

fn slot(formula: &Formula) -> Option<usize> {
    match &formula.expression {
        Expression::Name { slot, .. } => Some(*slot),
        _ => None,
    }
}

/// Steps and those within them.
pub(super) fn all_steps(steps: &[Step]) -> Vec<&Step> {
    let mut all = Vec::new();
    for step in steps {
        all.push(step);
        match &step.operation {
            Operation::Layer(..) | Operation::Block { .. } => {}
            Operation::Chain(inner)
            | Operation::Gate(inner)
            | Operation::Crop(inner)
            | Operation::Part(_, inner)
            | Operation::Repeat { body: inner, .. }
            | Operation::Branches { body: inner, .. } => all.extend(all_steps(inner)),
            Operation::Residual { body, shortcut, .. } => {
                all.extend(all_steps(body));
                all.extend(all_steps(shortcut));
            }
            Operation::Concat(branches) => {
                all.extend(branches.iter().flat_map(|steps| all_steps(steps)));
            }
        }
    }
    all
}

/// Every formula of a block.
pub(super) fn formulas(block: &Block) -> Vec<&Formula> {
    let mut all: Vec<&Formula> = block.derived.iter().map(|(_, formula)| formula).collect();
    for step in all_steps(&block.steps) {
        all.extend(step.when.iter());
        match &step.operation {
            Operation::Layer(_, given) => {
                all.extend(given.iter().map(|given| &given.value));
                all.extend(given.iter().filter_map(|given| given.columns.as_ref()));
            }
            Operation::Residual { skip, .. } => all.extend(skip.iter()),
            Operation::Repeat { times, .. } | Operation::Branches { times, .. } => all.push(times),
            Operation::Block { output, settings, .. } => {
                all.extend(output.iter());
                all.extend(settings.iter().map(|(_, formula)| formula));
            }
            Operation::Chain(_)
            | Operation::Gate(_)
            | Operation::Crop(_)
            | Operation::Part(..)
            | Operation::Concat(_) => {}
        }
    }
    all
}

/// Whether lines of Python read a name: not as an attribute, a keyword of a call, or in a text.
pub(super) fn is_word_in(name: &str, lines: &[String]) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    lines.iter().any(|line| {
        line.match_indices(name).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + name.len()..]);
            let is_whole = !before.ends_with(|c| is_part(c) || c == '.' || c == '"')
                && !after.starts_with(|c| is_part(c) || c == '"');
            let is_assigned = after.starts_with('=') && !after.starts_with("==");
            is_whole && !is_assigned && !line.trim_start().starts_with(&format!("{name} = "))
        })
    })
}
