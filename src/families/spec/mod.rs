//! Layer specs: reads a [`Family`] from TOML, or reports every mistake in it.

mod blocks;
pub(crate) mod bundled;
mod constants;
mod conventions;
mod header;
mod item;
mod library;
mod members;
mod operations;
mod problems;
mod published;
pub(crate) mod reader;
mod scaling;
mod schema;
pub mod space;
mod stage_keys;
mod stages;
mod standalone;
mod steps;
pub(crate) mod toml_text;
mod values;
mod writer;

pub use crate::families::block::{Parameter, Setting};
pub use blocks::{BundledBlock, WrittenStep, blocks};
pub(crate) use bundled::{SpecNames, convention_names, names};
pub use bundled::{bundled, bundled_libraries, bundled_names};
pub use conventions::{convention, conventions};
pub use item::LocatedText;
pub(crate) use schema::schemas;
pub use standalone::standalone;
pub use writer::{with_coefficients, with_member};

use crate::counting::shape::Shape;
use crate::error::{Diagnostic, Error, Source};
use crate::families::block::kinds::mistaken_defaults;
use crate::families::declared::{Key, Table, Takes};
use crate::families::family::{Family, Request};
use library::Library;
use reader::Reader;

/// The keys of a spec.
pub(super) const SPEC: Table = Table::new(&[&[
    Key::new("title", Takes::Text, "The family's name in print; without it, that of the file."),
    Key::new("source", Takes::Text, "Where the family was published."),
    Key::new("about", Takes::Text, "Remarks for readers of the spec."),
    Key::required("input", Takes::Table(&INPUT), "The input of the baseline."),
    Key::new(
        "scaling",
        Takes::Table(&scaling::SCALING),
        "How φ scales the baseline, and how dimensions are rounded.",
    ),
    Key::new(
        "block",
        Takes::Table(&Table::named(&Takes::Table(&header::BLOCK))),
        "Blocks of this spec, by name.",
    ),
    Key::new(
        "defaults",
        Takes::Defined("defaults", &DEFAULTS),
        "Values of parameters for every stage whose block takes them.",
    ),
    Key::new("let", Takes::Table(&LET), "Names for the expressions of all stages."),
    Key::required(
        "stage",
        Takes::NonEmpty(&Takes::Defined("stage", &stage_keys::STAGE)),
        "The stages of the baseline, in order.",
    ),
    Key::new(
        "member",
        Takes::Table(&members::MEMBERS),
        "The published networks of the family, by name.",
    ),
    Key::new(
        "library",
        Takes::Table(&members::LIBRARIES),
        "Libraries whose networks are of this family, by name.",
    ),
]]);

const INPUT: Table = Table::new(&[&[
    Key::new("channels", Takes::Whole(1), "Channels of an image (3)."),
    Key::new("classes", Takes::Whole(1), "Classes that the network tells apart (1000)."),
    Key::required("size", PIXELS, "Side in pixels, or [height, width]."),
]]);

/// A whole number of pixels, or height and width.
const PIXELS: Takes = Takes::Either(&[Takes::Whole(1), Takes::Two(&Takes::Whole(1))]);

/// Values of parameters by name.
const DEFAULTS: Table = Table::named(&Takes::Expression);

/// Expressions by the names that stand for them.
const LET: Table = Table { names: Some(&stage_keys::NAME), ..Table::named(&Takes::Expression) };

/// Reads a family from the text of a spec. `name` is the family's name in addresses, `path` the text's name in
/// messages. Fails with every mistake in the text.
pub fn parse(name: &str, path: &str, text: &str) -> Result<Family, Error> {
    let source = Source::new(path, text);
    // The tests build the baseline of each bundled spec.
    let is_tested = bundled(name) == Some(text);
    let read = read_family(name, &source, is_tested);
    // A choice is a mistake in a spec: looking for one costs nothing where there is none.
    read.map_err(|error| space::is_space(&source).map_or(error, Error::from))
}

fn read_family(name: &str, source: &Source, is_tested: bool) -> Result<Family, Error> {
    reader::read(source, "the spec", &SPEC, |reader| {
        let problems = reader.problems;
        let family = family(name, source, reader)?;
        if !is_tested {
            for problem in mistaken_defaults(&family.blocks) {
                problems.add(problem);
            }
        }
        if !is_tested && !problems.are_severe() {
            let built = family.network(&Request::BASELINE);
            let found = built.err().map(Error::into_problems).unwrap_or_default();
            for problem in found {
                problems.add(problem);
            }
        }
        Some(family)
    })
}

/// Keys that only a chart file has.
const CHART_KEYS: [&str; 6] = ["chart", "series", "panel", "theme", "networks", "family"];

/// The mistake of a chart file that was taken for a spec.
fn chart_file(reader: &Reader) -> Option<Diagnostic> {
    let is_spec = ["stage", "input", "block", "scaling"].iter().any(|key| reader.has(key));
    let key = CHART_KEYS.into_iter().find(|key| reader.has(key)).filter(|_| !is_spec)?;
    let problem = Diagnostic::new("this looks like a chart file, not a spec");
    let key_span = reader.rest().iter().find(|(known, _)| known.value == key)?.0.span;
    let problem = problem.at(key_span, "a spec has no such key");
    Some(problem.help(match key {
        "chart" => "`phiscale plot` draws chart files",
        _ => "a chart file says its kind: chart = \"accuracy\", \"growth\" or \"stages\"",
    }))
}

fn family(name: &str, spec: &Source, mut reader: Reader) -> Option<Family> {
    if let Some(problem) = chart_file(&reader) {
        reader.problems.add(problem);
        return None;
    }
    let title = reader.text("title").map_or(name, |title| title.value).to_string();
    let source = reader.text("source").map_or("", |source| source.value).to_string();
    reader.text("about");
    let input = input(&mut reader);
    let rule = scaling::rule(&mut reader);
    let mut library = Library::new(&mut reader);
    let defaults = reader.table("defaults", "`defaults`");
    let constants = constants::constants(&mut reader);
    let names = constants::Names::new(&constants);
    let stages = stages::baseline(&mut reader, defaults.as_ref(), &names, &mut library);
    let baseline = members::Baseline {
        stages: &stages,
        defaults: defaults.as_ref(),
        constants: &constants,
        names: &names,
    };
    let members = members::members(&mut reader, &baseline, &mut library);
    if let Some(defaults) = &defaults {
        let stages = stages.iter().filter_map(|stage| stage.spec.as_ref());
        stages::finish_defaults(defaults, stages, &library);
    }
    let blocks = steps::blocks(library);
    reader.finish(&[]);
    let (input, classes) = input?;
    let stages = stages.into_iter().map(|stage| stage.spec).collect::<Option<_>>()?;
    let name = name.into();
    let (rule, rule_source) = rule?;
    let [members, library_members] = members?;
    Some(Family {
        name,
        title,
        source,
        input,
        classes,
        rule,
        rule_source,
        blocks: blocks?,
        stages,
        constants,
        members,
        library_members,
        spec: spec.clone(),
    })
}

fn input(reader: &mut Reader) -> Option<(Shape<u64>, u64)> {
    let item = reader.required("input")?;
    let mut input = reader.reader("input", item, "`input`")?;
    let channels = input.integer("channels").map_or(3, |channels| channels.value);
    let classes = input.integer("classes").map_or(1000, |classes| classes.value);
    let size = input.required("size").and_then(|item| image(&input, "size", item));
    input.finish(&[]);
    let [height, width] = size?;
    Some((Shape { channels, height, width }, classes))
}

/// A square image from one number of pixels, or height and width from two.
fn image(reader: &Reader, key: &str, item: reader::Item) -> Option<[u64; 2]> {
    let pixels = |item: &reader::Item| item.integer().filter(|pixels| *pixels >= 1);
    let sides = match item.value.as_array() {
        None => pixels(&item).map(|side| [side, side]),
        Some(_) => match &reader.items(key, item)?[..] {
            [height, width] => pixels(height).zip(pixels(width)).map(|(h, w)| [h, w]),
            _ => None,
        },
    };
    let expected = "a whole number of pixels, or [height, width]";
    reader.numeric(key, item, expected, sides).map(|sides| sides.value)
}
