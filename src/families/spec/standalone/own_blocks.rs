//! The family's own blocks that a network uses, for a baseline that is scaled already.

use crate::error::{Diagnostic, Error};
use crate::families::block::{Block, Formula, GIVEN, Operation, Parameter, Setting, Step};
use crate::families::family::Family;
use crate::families::scaling::{AtScale, Reading};
use crate::families::spec::reader;
use crate::families::spec::toml_text::Toml;

pub(super) type Entries = Vec<(String, Toml)>;

pub(super) fn unwritable(family: &Family, why: &str) -> Error {
    let message = format!("this network of {} cannot be written as a spec: {why}", family.name);
    Diagnostic::new(message).help("`--format json` writes its dimensions").into()
}

/// Adds a block, after the blocks that it calls.
pub(super) fn add_calls(family: &Family, block: usize, indices: &mut Vec<usize>) {
    if indices.contains(&block) {
        return;
    }
    indices.push(block);
    let mut called = Vec::new();
    calls(&family.blocks[block].steps, &mut called);
    for called in called {
        add_calls(family, called, indices);
    }
}

/// The blocks that steps call.
fn calls(steps: &[Step], called: &mut Vec<usize>) {
    for step in steps {
        match &step.operation {
            Operation::Layer(..) => {}
            Operation::Chain(steps)
            | Operation::Gate(steps)
            | Operation::Crop(steps)
            | Operation::Part(_, steps)
            | Operation::Branches { body: steps, .. }
            | Operation::Repeat { body: steps, .. } => calls(steps, called),
            Operation::Residual { body, shortcut, .. } => {
                calls(body, called);
                calls(shortcut, called);
            }
            Operation::Concat(branches) => branches.iter().for_each(|one| calls(one, called)),
            Operation::Block { block, .. } => called.push(*block),
        }
    }
}

/// A block of the family's own, written for a baseline that is scaled already.
pub(super) struct OwnBlock {
    pub(super) entries: Entries,
    /// The parameters whose values are scaled.
    pub(super) scaled_parameters: Vec<String>,
}

pub(super) fn own_block(
    family: &Family,
    block: &Block,
    reading: &AtScale,
) -> Result<OwnBlock, Error> {
    let (root, _) = reader::table(&family.spec);
    let table = root.get_ref().get("block").and_then(|blocks| blocks.get_ref().as_table());
    let table = table.and_then(|blocks| blocks.get(block.name.as_str()));
    let Some(Toml::Table(mut entries)) = table.map(|table| Toml::from_value(table.get_ref()))
    else {
        return Err(unwritable(family, &format!("block `{}` is not a table", block.name)));
    };
    let parameters = block.parameters.iter().map(|parameter| &parameter.name);
    let derived = block.derived.iter().map(|(name, _)| name);
    let given = GIVEN.iter().map(ToString::to_string);
    let names: Vec<String> = given.chain(parameters.chain(derived).cloned()).collect();
    let mut texts = Vec::new();
    for (_, value) in entries.iter_mut().filter(|(key, _)| matches!(key.as_str(), "let" | "steps"))
    {
        value.map_texts(&mut |text| {
            if text.contains("scaled")
                && let Ok(formula) = Formula::parse(text, &names, block.span.clone())
            {
                *text = formula.reduced(reading, &[]).to_string();
            }
            texts.push(text.clone());
        });
    }
    let is_scaled = |name: &&Parameter| {
        texts.iter().any(|text| text.contains(&format!("scaled({})", name.name)))
    };
    let scaled = block.parameters.iter().filter(is_scaled);
    let scaled_parameters: Vec<String> = scaled.map(|parameter| parameter.name.clone()).collect();
    for (_, value) in entries.iter_mut().filter(|(key, _)| key == "parameters") {
        let Toml::Table(defaults) = value else { continue };
        for (name, default) in
            defaults.iter_mut().filter(|(name, _)| scaled_parameters.contains(name))
        {
            let parameter = block.parameters.iter().find(|parameter| parameter.name == *name);
            if let Some(Some(Setting::Number(number))) =
                parameter.map(|parameter| &parameter.default)
            {
                *default = Toml::number(reading.scaled(*number));
            }
        }
    }
    Ok(OwnBlock { entries, scaled_parameters })
}
