//! The blocks of a spec: its own, and the bundled ones that it uses.

use std::sync::{LazyLock, OnceLock};

use toml::Spanned;
use toml::de::DeTable;

use crate::error::{Diagnostic, Source};
use crate::families::block::Parameter;
use crate::families::spec::bundled::{BLOCKS, block_path};
use crate::families::spec::header::{BLOCK, Header};
use crate::families::spec::reader::{Entry, Item, Located, Problems, Reader, Span, span, table};

/// Blocks, by the index that stages and steps refer to. A block's steps are read after its header, so that
/// blocks may call blocks in any order.
pub(super) struct Library<'a> {
    own: Vec<Entry<'a>>,
    problems: &'a Problems,
    known: Vec<Known<'a>>,
}

struct Known<'a> {
    header: Header,
    text: Text<'a>,
    span: Span<'a>,
}

/// Where a block is written.
#[derive(Clone, Copy)]
enum Text<'a> {
    Own(Item<'a>),
    Bundled(&'static Spanned<DeTable<'static>>),
}

impl<'a> Library<'a> {
    /// Adds the spec's own blocks, whether or not a stage uses them.
    pub(super) fn new(reader: &mut Reader<'a>) -> Self {
        let own = reader.table("block", "`block`").map(|blocks| blocks.rest());
        let own = own.unwrap_or_default();
        let names: Vec<_> = own.iter().map(|(name, _)| *name).collect();
        let mut library = Library { own, problems: reader.problems, known: Vec::new() };
        for name in names {
            library.find(name);
        }
        library
    }

    /// The index of the block with this name: the spec's own, else a bundled one.
    pub(super) fn find(&mut self, name: Located<&str>) -> Option<usize> {
        let known = self.known.iter().position(|known| known.header.name == name.value);
        if known.is_some() {
            return known;
        }
        let own = self.own.iter().find(|(own, _)| own.value == name.value);
        let (text, span) = match own {
            Some((key, item)) => (Text::Own(*item), key.span),
            None => self.bundled(name)?,
        };
        let header = Header::read(name.value, &mut open(name.value, &text, span, self.problems)?);
        self.known.push(Known { header, text, span });
        Some(self.known.len() - 1)
    }

    fn bundled(&mut self, name: Located<&str>) -> Option<(Text<'a>, Span<'a>)> {
        let Some((source, parsed)) = block(name.value) else {
            let mut known: Vec<&str> = self.own.iter().map(|(own, _)| own.value).collect();
            known.extend(BLOCKS.iter().map(|(name, _)| *name));
            let problem = Diagnostic::new(format!("unknown block `{}`", name.value));
            let problem = problem.at(name.span, "here").known("blocks", name.value, &known);
            self.problems.add(problem.help("`phiscale list --blocks` says what each is"));
            return None;
        };
        let first_line = source.text().lines().next().map_or(0, str::len);
        Some((Text::Bundled(parsed), span(0..first_line, source)))
    }

    /// What a stage may set of a block.
    pub(super) fn parameters(&self, block: usize) -> &[Parameter] {
        &self.known[block].header.parameters
    }

    /// A block's name.
    pub(super) fn name(&self, block: usize) -> &str {
        &self.known[block].header.name
    }

    /// Where the parameters of a bundled block are explained.
    pub(super) fn help(&self, block: usize) -> Option<String> {
        let Known { header, text, .. } = &self.known[block];
        let name = &header.name;
        matches!(text, Text::Bundled(_))
            .then(|| format!("`phiscale list --blocks {name}` shows what block `{name}` takes"))
    }

    /// A block's header, and its table to read the steps from.
    pub(super) fn block(&self, index: usize) -> Option<(Header, Reader<'a>)> {
        let Known { header, text, span } = self.known.get(index)?;
        Some((header.clone(), open(&header.name, text, *span, self.problems)?))
    }
}

/// The text of a bundled block, whose name is matched ignoring case, and its table, which is parsed once for all
/// specs. A test checks that every bundled block is valid TOML.
fn block(name: &str) -> Option<(&'static Source, &'static Spanned<DeTable<'static>>)> {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
        let source = |(name, text): &(&str, &str)| Source::new(block_path(name), *text);
        BLOCKS.iter().map(source).collect()
    });
    static TABLES: LazyLock<Vec<OnceLock<Spanned<DeTable<'static>>>>> =
        LazyLock::new(|| BLOCKS.iter().map(|_| OnceLock::new()).collect());
    let index = BLOCKS.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let source = SOURCES.get(index)?;
    Some((source, TABLES.get(index)?.get_or_init(|| table(source).0)))
}

/// A block's table to read.
fn open<'a>(
    name: &str,
    text: &Text<'a>,
    place: Span<'a>,
    problems: &'a Problems,
) -> Option<Reader<'a>> {
    let what = format!("block `{name}`");
    let (table, place) = match text {
        Text::Own(item) => match item.value.as_table() {
            Some(table) => (table, item.span),
            None => {
                let problem = Diagnostic::new(format!("{what} must be a table"));
                problems.add(problem.at(item.span, format!("this is {}", item.kind())));
                return None;
            }
        },
        Text::Bundled(table) => (table.get_ref(), place),
    };
    Some(Reader::new(what, &BLOCK, table, place, problems))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_block_is_valid_toml() {
        for (name, text) in BLOCKS {
            assert_eq!(table(&Source::new(*name, *text)).1, [], "{name}");
        }
    }
}
