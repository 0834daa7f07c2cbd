//! The sources of a table's numbers: a number in each row, and the text once below.

use crate::reports::Cell;

/// A publication with more parts than this, such as a library's weights, is named once.
const MAX_PARTS: usize = 4;

/// Publications with the parts that are named, each in the order in which it is first named.
pub(super) struct Sources<'a>(Vec<Publication<'a>>);

struct Publication<'a> {
    name: &'a str,
    sources: Vec<&'a str>,
}

impl<'a> Sources<'a> {
    pub(super) fn of(rows: &'a [Vec<Cell>]) -> Self {
        let mut all: Vec<Publication> = Vec::new();
        for cell in rows.iter().flatten() {
            let Cell::Source(source) = cell else { continue };
            let name = publication(source);
            match all.iter_mut().find(|known| known.name == name) {
                None => all.push(Publication { name, sources: vec![source] }),
                Some(known) if known.sources.contains(&source.as_str()) => {}
                Some(known) => known.sources.push(source),
            }
        }
        Sources(all)
    }

    /// The number that stands for a source: `[1]`.
    pub(super) fn number(&self, source: &str) -> String {
        let before = self.0.iter().take_while(|known| known.name != publication(source));
        let before: usize = before.map(Publication::lines).sum();
        let known = self.0.iter().find(|known| known.name == publication(source));
        let within = known.filter(|known| known.lines() > 1);
        let within = within.and_then(|known| known.sources.iter().position(|one| *one == source));
        format!("[{}]", before + within.unwrap_or_default() + 1)
    }

    /// What each number stands for, one to a line.
    pub(super) fn lines(&self) -> Vec<String> {
        let text = |known: &Publication| match &known.sources[..] {
            parts if parts.len() > MAX_PARTS => {
                vec![format!("{}, {} entries", known.name, parts.len())]
            }
            parts => parts.iter().map(ToString::to_string).collect(),
        };
        let lines = self.0.iter().flat_map(text).enumerate();
        lines.map(|(index, line)| format!("[{}] {line}", index + 1)).collect()
    }
}

impl Publication<'_> {
    fn lines(&self) -> usize {
        if self.sources.len() > MAX_PARTS { 1 } else { self.sources.len() }
    }
}

/// A source starts with its publication, and a comma precedes the part of it.
fn publication(source: &str) -> &str {
    source.split_once(", ").map_or(source, |(publication, _)| publication)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_the_number_of_its_line() {
        let names = ["A, Table 2", "B, 1", "B, 2", "B, 3", "B, 4", "B, 5", "A, Table 7", "C"];
        let rows: Vec<Vec<Cell>> =
            names.iter().map(|name| vec![Cell::Source((*name).into())]).collect();
        let sources = Sources::of(&rows);
        assert_eq!(
            sources.lines(),
            ["[1] A, Table 2", "[2] A, Table 7", "[3] B, 5 entries", "[4] C"]
        );
        let numbers: Vec<String> = names.iter().map(|name| sources.number(name)).collect();
        assert_eq!(numbers, ["[1]", "[3]", "[3]", "[3]", "[3]", "[3]", "[2]", "[4]"]);
    }
}
