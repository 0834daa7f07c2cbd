//! The counting conventions against what the tools themselves count, one operation at a time.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use phiscale::reports::Format;
use phiscale::{Convention, Ledger, Request, reports, spec};

/// Columns of the table in front of the tools'.
const STEP: usize = 1;
const CHANNELS: usize = 2;
const HEIGHT: usize = 3;
const WIDTH: usize = 4;
const FIRST_TOOL: usize = 5;

fn conventions() -> Vec<Convention> {
    spec::conventions().expect("the bundled conventions")
}

/// The ledger of a network that is one step on a map.
fn cost_of(step: &str, channels: &str, height: &str, width: &str) -> Ledger<u64> {
    let text = format!(
        "source = 'a test'\ninput = {{ channels = {channels}, size = [{height}, {width}] }}\n\
         [block.one]\nsteps = [{step}]\n[[stage]]\nname = 'one'\nblock = 'one'\n"
    );
    let family = spec::parse("one", "one.toml", &text);
    let family = family.unwrap_or_else(|problems| panic!("{step}: {problems:#?}"));
    let scaled = family.network(&Request::BASELINE);
    scaled.unwrap_or_else(|problems| panic!("{step}: {problems:#?}")).network.ledger()
}

#[test]
fn every_operation_adds_to_a_tools_number_what_was_measured() {
    let conventions = conventions();
    let mut table = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(include_str!("data/operations.csv").as_bytes());
    let tools: Vec<String> =
        table.headers().expect("a header").iter().skip(FIRST_TOOL).map(String::from).collect();
    let mut compared = 0;
    for record in table.records() {
        let record = record.expect("a row");
        let cell = |index: usize| record.get(index).expect("as many cells as the header");
        let cost = cost_of(cell(STEP), cell(CHANNELS), cell(HEIGHT), cell(WIDTH));
        for (index, tool) in tools.iter().enumerate() {
            let Ok(measured) = cell(FIRST_TOOL + index).parse::<u128>() else { continue };
            let convention = conventions.iter().find(|convention| convention.is_called(tool));
            let convention = convention.unwrap_or_else(|| panic!("no convention {tool}"));
            assert_eq!(convention.value(&cost, 1), measured, "{tool}: {}", cell(0));
            compared += 1;
        }
    }
    assert!(compared > 400, "only {compared} numbers were compared");
}

#[test]
fn every_convention_says_what_it_counts_and_where_that_was_read() {
    for convention in conventions() {
        let name = &convention.name;
        assert!(convention.about.ends_with('.'), "{name}: {}", convention.about);
        assert!(!convention.source.is_empty() && !convention.terms.is_empty(), "{name}");
    }
}

#[test]
fn the_page_in_the_docs_is_the_conventions_as_they_are() {
    let page = include_str!("../docs/conventions.md");
    assert!(
        page == reports::conventions(&conventions()).write(Format::Markdown),
        "stale: cargo run -- list --conventions --format markdown -o docs/conventions.md"
    );
}
