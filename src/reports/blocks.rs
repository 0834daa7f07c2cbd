//! The bundled blocks: what each is, what it takes, what it does, and which families are made of it.

use crate::families::block::{Parameter, Setting};
use crate::families::declared::file::{JsonFile, text, text_or_null, whole};
use crate::families::declared::{Table, Takes};
use crate::families::family::Family;
use crate::families::spec::{BundledBlock, WrittenStep};
use crate::reports::declared::{NOTES, rows};
use crate::reports::{Cell, Report, Section, column};

pub(super) const BLOCKS: JsonFile = JsonFile::report(
    "report-blocks",
    "phiscale.blocks/1",
    "`phiscale list --blocks`: every bundled block",
    &[&[
        rows(
            "blocks",
            &Takes::Table(&Table::new(&[&[
                text("name", "The block's name."),
                text_or_null("parameters", "Its parameters, with their defaults."),
                whole("families", "How many bundled families use it."),
                text("about", "What it is."),
                text_or_null("source", "Where it was published."),
            ]])),
            "One row for each block.",
        ),
        NOTES,
    ]],
);

pub(super) const BLOCK: JsonFile = JsonFile::report(
    "report-block",
    "phiscale.block/1",
    "`phiscale list --blocks BLOCK`: all that one block takes and does",
    &[&[
        text("name", "The block's name."),
        text("about", "What it is."),
        text_or_null("source", "Where it was published."),
        text_or_null("families", "The bundled families that use it, with spaces between them."),
        rows("parameters", &Takes::Table(&PARAMETERS), "What it takes."),
        rows("let", &Takes::Table(&DERIVED), "Names in its expressions.").optional(),
        rows("steps", &Takes::Table(&STEPS), "What it does, in order."),
        NOTES,
    ]],
);

const PARAMETERS: Table = Table::new(&[&[
    text("parameter", "The name."),
    text_or_null("default", "Its default; without one it must be given."),
]]);

const DERIVED: Table =
    Table::new(&[&[text("name", "The name."), text("is", "The expression that it stands for.")]]);

const STEPS: Table = Table::new(&[&[
    text("step", "Its number; 1.2 is the second step within step 1."),
    text_or_null("name", "Its name."),
    text("operation", "The operation, as it is written."),
    text_or_null("with", "Its other keys."),
    text_or_null("when", "The condition under which it is there."),
]]);

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
