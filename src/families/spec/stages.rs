//! Reading stages: block, width, depth and settings.

use crate::error::Diagnostic;
use crate::families::block::{Formula, Parameter};
use crate::families::family::StageSpec;
use crate::families::spec::constants::Names;
use crate::families::spec::library::Library;
use crate::families::spec::reader::{Item, Reader};
use crate::families::spec::values::{argument, formula};

/// A stage as written in the spec and, if it is readable, as read.
pub(super) struct WrittenStage<'a> {
    pub(super) name: &'a str,
    pub(super) item: Item<'a>,
    pub(super) spec: Option<StageSpec>,
}

/// Reads the baseline's stages.
pub(super) fn baseline<'a>(
    reader: &mut Reader<'a>,
    defaults: Option<&Reader<'a>>,
    names: &Names,
    library: &mut Library,
) -> Vec<WrittenStage<'a>> {
    let items = match reader.required("stage") {
        Some(item) => reader.items("stage", item).unwrap_or_default(),
        None => return Vec::new(),
    };
    if items.is_empty() {
        reader.problem("a network needs at least one stage", reader.span, "here");
    }
    let mut stages: Vec<WrittenStage> = Vec::new();
    for item in items {
        let Some(table) = reader.reader("stage", item, "a stage") else {
            continue;
        };
        let (name, spec) = stage(table, &[], &[defaults], names, library);
        if stages.iter().any(|stage| stage.name == name) {
            reader.problem(format!("two stages are called `{name}`"), item.span, "the second");
        }
        stages.push(WrittenStage { name, item, spec });
    }
    stages
}

/// Reads one stage, overridden by the `changes` of members in order. Its expressions may use the `names`;
/// a key that it does not set comes from the first of the `defaults` that has it.
pub(super) fn stage<'a>(
    mut reader: Reader<'a>,
    changes: &[Reader<'a>],
    defaults: &[Option<&Reader<'a>>],
    names: &Names,
    library: &mut Library,
) -> (&'a str, Option<StageSpec>) {
    for changes in changes {
        reader = reader.overlaid(changes);
    }
    let name = reader.required_text("name").map_or("", |name| name.value);
    if !name.is_empty() {
        reader.what = format!("stage `{name}`");
    }
    let block = reader.required_text("block").and_then(|block| library.find(block));
    let width = dimension(&mut reader, "width", &names.dimensions);
    let depth = dimension(&mut reader, "depth", &names.dimensions);
    let hold = reader.list("hold").unwrap_or_default();
    let Some(block) = block else {
        reader.rest();
        return (name, None);
    };
    reader.help = library.help(block);
    let span = reader.span.into();
    let fixed = fixed(&reader, hold, library.parameters(block));
    let settings = settings(&mut reader, block, defaults, &names.settings, library);
    let parameters = library.parameters(block).iter().map(|parameter| parameter.name.as_str());
    reader.finish(&parameters.collect::<Vec<_>>());
    let spec = StageSpec {
        name: name.to_string(),
        block,
        width,
        depth,
        fixed_width: fixed.width,
        fixed_depth: fixed.depth,
        fixed_parameters: fixed.parameters,
        settings,
        span,
    };
    (name, Some(spec))
}

/// A whole number, or an expression that gives one.
fn dimension(reader: &mut Reader, key: &str, names: &[String]) -> Option<Formula> {
    let least = reader.takes(key).least();
    let item = reader.item(key)?;
    if item.value.as_str().is_some() {
        return formula(reader, key, item, names);
    }
    let number = item.integer().filter(|number| *number >= least);
    let expected = format_args!("a whole number of at least {least}, or an expression in quotes");
    let number = reader.numeric(key, item, expected, number)?;
    Some(Formula::number(number.value as f64, number.span))
}

/// What is the same at every scale.
#[derive(Default)]
struct Fixed {
    width: bool,
    depth: bool,
    /// Parameters of the block, by index.
    parameters: Vec<usize>,
}

/// Reads `hold`: the width, the depth, or parameters that are numbers of channels.
fn fixed(reader: &Reader, hold: Vec<Item>, parameters: &[Parameter]) -> Fixed {
    let mut fixed = Fixed::default();
    let mut known = vec!["width", "depth"];
    known.extend(parameters.iter().map(|parameter| parameter.name.as_str()));
    for item in hold {
        let Some(name) = reader.typed("hold", item, "a list of names", item.value.as_str()) else {
            continue;
        };
        match known.iter().position(|known| *known == name.value) {
            Some(0) => fixed.width = true,
            Some(1) => fixed.depth = true,
            Some(index) => fixed.parameters.push(index - 2),
            None => {
                let message = format!("`hold` cannot be `{}`", name.value);
                let problem = Diagnostic::new(message).at(name.span, "not this");
                reader.problems.add(problem.known("can be held", name.value, &known));
            }
        }
    }
    fixed
}

/// The values of the block's parameters: the stage's, else those of the defaults.
fn settings(
    reader: &mut Reader,
    block: usize,
    defaults: &[Option<&Reader>],
    names: &[String],
    library: &Library,
) -> Vec<(usize, Formula)> {
    let mut settings = Vec::new();
    for (index, parameter) in library.parameters(block).iter().enumerate() {
        let default =
            || defaults.iter().flatten().find_map(|defaults| defaults.look_up(&parameter.name));
        match reader.item(&parameter.name).or_else(default) {
            Some(item) => {
                let formula = argument(reader, parameter, item, names);
                settings.extend(formula.map(|formula| (index, formula)));
            }
            None if parameter.default.is_none() => {
                let (block_index, block) = (block, library.name(block));
                let message = format!("{} does not set `{}`", reader.what, parameter.name);
                let problem = Diagnostic::new(message).at(reader.span, "here");
                let help = format!("block `{block}` has no default for it");
                let mut problem = problem.help(help);
                problem.help.extend(library.help(block_index));
                reader.problems.add(problem);
            }
            None => {}
        }
    }
    settings
}

/// Reports defaults that no stage's block takes.
pub(super) fn finish_defaults<'s>(
    defaults: &Reader,
    stages: impl Iterator<Item = &'s StageSpec>,
    library: &Library,
) {
    let mut blocks: Vec<usize> = stages.map(|stage| stage.block).collect();
    blocks.sort_unstable();
    blocks.dedup();
    let parameters = blocks.iter().flat_map(|block| library.parameters(*block));
    let mut known: Vec<&str> = parameters.map(|parameter| parameter.name.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    for name in &known {
        defaults.item(name);
    }
    defaults.finish(&[]);
}

/// Whether defaults set a parameter of a block that the stage does not set itself.
pub(super) fn are_taken(
    defaults: &[Option<&Reader>],
    stage: &WrittenStage,
    block: usize,
    library: &Library,
) -> bool {
    let own = stage.item.value.as_table();
    let is_own = |name: &str| own.is_some_and(|own| own.contains_key(name));
    library.parameters(block).iter().any(|parameter| {
        let name = &parameter.name;
        defaults.iter().flatten().any(|defaults| defaults.has(name)) && !is_own(name)
    })
}
