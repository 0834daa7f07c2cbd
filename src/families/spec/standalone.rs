//! Writing one network as a spec of its own: final widths and repeats, and the blocks that it uses.
//!
//! Its baseline is the network, so nothing in it is rounded; `scaled(…)` keeps its number as it was scaled, and the
//! network can be scaled further. The text is read back: a network that it does not give is an error.

use std::fmt::Write;

use crate::counting::network::{Network, Stage};
use crate::error::{Diagnostic, Error};
use crate::families::block::{Block, Formula, GIVEN, Operation, Parameter, Setting, Step};
use crate::families::family::{Family, Request, Scaled, StageSpec};
use crate::families::scaling::{AtScale, Coefficients, Reading, Rule};
use crate::families::spec::reader;
use crate::families::spec::toml_text::{Toml, key, lines, quoted};

type Entries = Vec<(String, Toml)>;

/// The text of a spec whose baseline is this network, without members; `about` says how it was made. Fails if a block
/// of the family's own uses the width in a way that cannot be written.
pub fn standalone(
    family: &Family,
    request: &Request,
    scaled: &Scaled,
    about: &str,
) -> Result<String, Error> {
    let Family { name, source, input, .. } = family;
    let network = &scaled.network;
    let classes = family.classes_of(request);
    let Stages { blocks, entries: stages } =
        stages(family, &Request { scale: scaled.scale, ..*request })?;
    let size = match [network.input().height, network.input().width] {
        [height, width] if height == width => Toml::number(height),
        both => Toml::List(both.into_iter().map(Toml::number).collect()),
    };
    let input = Toml::Table(vec![
        ("channels".into(), Toml::number(input.channels)),
        ("size".into(), size),
        ("classes".into(), Toml::number(classes)),
    ]);
    let title = format!("{}, fitted", family.title);
    let head = [("title", &title), ("source", source), ("about", &about.to_string())];
    let head = head.map(|(key, text)| format!("{key} = {}\n", quoted(text))).concat();
    let mut text = format!("{head}\n{}", lines(&[("input".into(), input)]));
    let _ = write!(text, "\n[scaling]\n{}", lines(&rule(&family.rule)));
    let (defaults, stages) = with_defaults(family, stages);
    if !defaults.is_empty() {
        let _ = write!(text, "\n[defaults]\n{}", lines(&defaults));
    }
    for (block, entries) in blocks {
        let _ = write!(text, "\n[block.{}]\n{}", key(&block), lines(&entries));
    }
    for stage in stages {
        let _ = write!(text, "\n[[stage]]\n{}", lines(&stage.entries));
    }
    let read = super::parse(name, name, &text).and_then(|read| read.network(&Request::BASELINE));
    if read.is_ok_and(|read| is_same(&read.network, network)) {
        return Ok(text);
    }
    Err(unwritable(family, "its text counts to another network"))
}

fn unwritable(family: &Family, why: &str) -> Error {
    let message = format!("this network of {} cannot be written as a spec: {why}", family.name);
    Diagnostic::new(message).help("`--format json` writes its dimensions").into()
}

fn is_same(one: &Network<u64>, other: &Network<u64>) -> bool {
    let stage = |stage: &Stage<u64>| (stage.name.clone(), stage.repeats, stage.output().clone());
    let stages = |network: &Network<u64>| network.stages().iter().map(stage).collect::<Vec<_>>();
    one.ledger() == other.ledger() && one.input() == other.input() && stages(one) == stages(other)
}

fn rule(rule: &Rule) -> Entries {
    let Rule { coefficients, width, depth, resolution } = rule;
    let round = |name| ("round".to_string(), Toml::Text(String::from(name)));
    let mut entries = Entries::new();
    if let Some(Coefficients { alpha, beta, gamma }) = coefficients {
        let named = [("alpha", alpha), ("beta", beta), ("gamma", gamma)];
        entries.extend(named.map(|(key, value)| (key.into(), Toml::number(value))));
    }
    entries.extend([
        (
            "width".into(),
            Toml::Table(vec![
                ("divisor".into(), Toml::number(width.divisor)),
                ("minimum".into(), Toml::number(width.minimum)),
                ("keep".into(), Toml::number(width.keep)),
                round(width.rounding.name()),
            ]),
        ),
        ("depth".into(), Toml::Table(vec![round(depth.name())])),
        (
            "resolution".into(),
            Toml::Table(vec![
                ("divisor".into(), Toml::number(resolution.divisor)),
                round(resolution.rounding.name()),
            ]),
        ),
    ]);
    entries
}

/// A stage as it is written, and its block.
struct WrittenStage {
    block: usize,
    entries: Entries,
}

struct Stages {
    /// The family's own blocks that are used, by name.
    blocks: Vec<(String, Entries)>,
    entries: Vec<WrittenStage>,
}

fn stages(family: &Family, request: &Request) -> Result<Stages, Error> {
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
    let fixed: Vec<Toml> = fixed.map(|(name, _)| Toml::Text(name.into())).collect();
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
fn with_defaults(family: &Family, mut stages: Vec<WrittenStage>) -> (Entries, Vec<WrittenStage>) {
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

/// Adds a block, after the blocks that it calls.
fn add_calls(family: &Family, block: usize, indices: &mut Vec<usize>) {
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
struct OwnBlock {
    entries: Entries,
    /// The parameters whose values are scaled.
    scaled_parameters: Vec<String>,
}

fn own_block(family: &Family, block: &Block, reading: &AtScale) -> Result<OwnBlock, Error> {
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
