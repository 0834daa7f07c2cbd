//! The bundled blocks: what each is, what it takes, what it does, and which families are made of it.

use crate::families::block::{Parameter, Setting};
use crate::families::family::Family;
use crate::families::spec::{BundledBlock, WrittenStep};
use crate::reports::declared::{BLOCK, BLOCKS};
use crate::reports::{Cell, Report, Section, column};

/// The report of `phiscale list --blocks`: every bundled block.
#[must_use]
pub fn blocks(blocks: &[BundledBlock], families: &[Family]) -> Report {
    let columns = vec![
        column("name", "block"),
        column("parameters", "parameters"),
        column("families", "families"),
        column("about", "about"),
        column("source", "source"),
    ];
    let row = |block: &BundledBlock| {
        let parameters: Vec<String> = block.parameters.iter().map(parameter).collect();
        let families = families.iter().filter(|family| family.uses_block(block.name)).count();
        vec![
            Cell::text(block.name),
            optional(&parameters.join(", ")),
            Cell::integer(families as u64),
            Cell::text(first_sentence(&block.about)),
            optional(&block.source),
        ]
    };
    let mut section = Section::rows("blocks", columns, blocks.iter().map(row).collect());
    section.title =
        Some("Blocks that every spec can use; a parameter without a value must be given".into());
    Report::new(&BLOCKS, vec![section], Vec::new())
}

/// The report of `phiscale list --blocks BLOCK`.
#[must_use]
pub fn block(block: &BundledBlock, families: &[Family]) -> Report {
    let users = families.iter().filter(|family| family.uses_block(block.name));
    let users: Vec<&str> = users.map(|family| family.name.as_str()).collect();
    let fields = vec![
        (column("name", "block"), Cell::text(block.name)),
        (column("about", "about"), Cell::text(&block.about)),
        (column("source", "source"), optional(&block.source)),
        (column("families", "families"), optional(&users.join(" "))),
    ];
    let mut sections = vec![Section::record(None, fields), parameters(block)];
    if !block.derived.is_empty() {
        sections.push(derived(block));
    }
    sections.push(steps(block));
    Report::new(&BLOCK, sections, Vec::new())
}

fn parameters(block: &BundledBlock) -> Section {
    let columns = vec![column("parameter", "parameter"), column("default", "default")];
    let row = |parameter: &Parameter| {
        let default = parameter.default.as_ref();
        vec![
            Cell::text(&parameter.name),
            default.map_or(Cell::Missing, |default| Cell::text(value(default))),
        ]
    };
    let rows = block.parameters.iter().map(row).collect();
    let mut section = Section::rows("parameters", columns, rows);
    section.title = Some("Parameters; one without a default must be given".into());
    section
}

fn derived(block: &BundledBlock) -> Section {
    let columns = vec![column("name", "name"), column("is", "stands for")];
    let row = |(name, is): &(String, String)| vec![Cell::text(name), Cell::text(is)];
    let mut section = Section::rows("let", columns, block.derived.iter().map(row).collect());
    section.title = Some("Names in its expressions".into());
    section
}

fn steps(block: &BundledBlock) -> Section {
    let columns = vec![
        column("step", "step"),
        column("name", "name"),
        column("operation", "operation"),
        column("with", "with"),
        column("when", "only when"),
    ];
    let row = |step: &WrittenStep| {
        vec![
            Cell::text(&step.number),
            optional(&step.name),
            Cell::text(&step.operation),
            optional(&step.with.join(", ")),
            optional(&step.when),
        ]
    };
    let mut section = Section::rows("steps", columns, block.steps.iter().map(row).collect());
    section.title = Some("Steps; 1.2 is the second step within step 1".into());
    section
}

/// A parameter with its default, if it has one.
fn parameter(parameter: &Parameter) -> String {
    let name = &parameter.name;
    let default = parameter.default.as_ref();
    default.map_or(name.clone(), |default| format!("{name} = {}", value(default)))
}

fn value(setting: &Setting) -> String {
    match setting {
        Setting::Number(number) => number.to_string(),
        Setting::Bool(flag) => flag.to_string(),
        Setting::Word(word) => word.clone(),
    }
}

fn optional(text: &str) -> Cell {
    if text.is_empty() { Cell::Missing } else { Cell::text(text) }
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text.trim_end_matches('.'), |(sentence, _)| sentence)
}
