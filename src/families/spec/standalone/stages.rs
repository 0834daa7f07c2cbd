//! The stages of one network as entries of a spec.

use crate::error::Error;
use crate::families::block::{Formula, GIVEN, Parameter, Setting};
use crate::families::family::{Family, Request, StageSpec};
use crate::families::scaling::{AtScale, Reading};
use crate::families::spec::standalone::own_blocks::{Entries, add_calls, own_block, unwritable};
use crate::families::spec::toml_text::Toml;

/// A stage as it is written, and its block.
pub(super) struct WrittenStage {
    block: usize,
    pub(super) entries: Entries,
}

pub(super) struct Stages {
    /// The family's own blocks that are used, by name.
    pub(super) blocks: Vec<(String, Entries)>,
    pub(super) entries: Vec<WrittenStage>,
}

pub(super) fn stages(family: &Family, request: &Request) -> Result<Stages, Error> {
    let (specs, constants) = family.written(request.member);
    let reading = AtScale::new(family.rule, request.scale)?;
    let mut known: Vec<Option<Formula>> = GIVEN.map(|_| None).to_vec();
    for (_, formula) in constants {
        known.push(Some(formula.reduced(&reading, &known)));
    }
    let sizes = family.stage_sizes(request, &reading)?;
    let used: Vec<_> = specs.iter().zip(sizes).filter(|(_, (_, depth))| *depth > 0).collect();
    let mut indices = Vec::new();
    for (spec, _) in &used {
        add_calls(family, spec.block, &mut indices);
    }
    let mut own = Vec::new();
    for index in indices {
        let block = &family.blocks[index];
        if block.span.source == family.spec {
            own.push((index, own_block(family, block, &reading)?));
        }
    }
    let scaled_parameters = |block: usize| {
        let own = own.iter().find(|(index, _)| *index == block);
        own.map_or(&[][..], |(_, own)| &own.scaled_parameters)
    };
    let stage = |(spec, size): &(&StageSpec, (Option<u64>, u64))| {
        let scaled = scaled_parameters(spec.block);
        let entries = stage(family, spec, *size, (&reading, &known), scaled)?;
        Ok(WrittenStage { block: spec.block, entries })
    };
    let entries = used.iter().map(stage).collect::<Result<_, Error>>()?;
    let blocks =
        own.into_iter().map(|(index, own)| (family.blocks[index].name.clone(), own.entries));
    Ok(Stages { blocks: blocks.collect(), entries })
}

fn stage(
    family: &Family,
    spec: &StageSpec,
    (width, depth): (Option<u64>, u64),
    (reading, known): (&AtScale, &[Option<Formula>]),
    scaled_parameters: &[String],
) -> Result<Entries, Error> {
    let block = &family.blocks[spec.block];
    let mut entries: Entries = vec![
        ("name".into(), Toml::Text(spec.name.clone())),
        ("block".into(), Toml::Text(block.name.clone())),
    ];
    let held = spec.width.as_ref().filter(|_| spec.fixed_width);
    let held = held.map(|formula| value(&formula.reduced(reading, known), None));
    entries.extend(held.or(width.map(Toml::number)).map(|width| ("width".into(), width)));
    if spec.depth.is_some() {
        entries.push(("depth".into(), Toml::number(depth)));
    }
    let fixed = [("width", spec.fixed_width), ("depth", spec.fixed_depth)];
    let fixed = fixed.into_iter().filter(|(_, is_fixed)| *is_fixed);
    let parameters = spec.fixed_parameters.iter().map(|index| &*block.parameters[*index].name);
    let fixed = fixed.map(|(name, _)| name).chain(parameters);
    let fixed: Vec<Toml> = fixed.map(|name| Toml::Text(name.into())).collect();
    if !fixed.is_empty() {
        entries.push(("hold".into(), Toml::List(fixed)));
    }
    for (index, formula) in &spec.settings {
        let parameter = &block.parameters[*index];
        let reduced = formula.reduced(reading, known);
        let value = if scaled_parameters.contains(&parameter.name) {
            let number = reduced.as_number().map(|number| reading.scaled(number));
            let why = || unwritable(family, "a number that scales is set by an expression");
            Toml::number(number.ok_or_else(why)?)
        } else {
            value(&reduced, Some(parameter))
        };
        entries.push((parameter.name.clone(), value));
    }
    Ok(entries)
}

/// A formula as a value of TOML. A word is written without quotes of its own where the parameter takes words.
fn value(formula: &Formula, parameter: Option<&Parameter>) -> Toml {
    if let Some(number) = formula.as_number() {
        return Toml::number(number);
    }
    if let Some(value) = formula.as_bool() {
        return Toml::number(value);
    }
    let takes_words =
        parameter.is_some_and(|parameter| matches!(parameter.default, Some(Setting::Word(_))));
    let word = formula.as_word().filter(|word| takes_words && !GIVEN.contains(word));
    Toml::Text(word.map_or_else(|| formula.to_string(), String::from))
}

/// Values that all stages share become defaults, if that makes the text shorter.
pub(super) fn with_defaults(
    family: &Family,
    mut stages: Vec<WrittenStage>,
) -> (Entries, Vec<WrittenStage>) {
    let mut defaults = Entries::new();
    let names = stages.iter().flat_map(|stage| &family.blocks[stage.block].parameters);
    let mut names: Vec<String> = names.map(|parameter| parameter.name.clone()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let takes = |stage: &&WrittenStage| family.blocks[stage.block].parameter(&name).is_some();
        let values: Vec<Option<&Toml>> = stages
            .iter()
            .filter(takes)
            .map(|stage| stage.entries.iter().find(|(key, _)| *key == name).map(|(_, value)| value))
            .collect();
        let shared = values.first().copied().flatten().cloned();
        let Some(shared) =
            shared.filter(|shared| values.iter().all(|value| *value == Some(shared)))
        else {
            continue;
        };
        if values.len() > 2 {
            defaults.push((name.clone(), shared));
            for stage in &mut stages {
                stage.entries.retain(|(key, _)| *key != name);
            }
        }
    }
    (defaults, stages)
}
