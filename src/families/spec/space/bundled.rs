//! The search spaces that are part of the binary.

use crate::error::{Diagnostic, Error};
use crate::families::spec::bundled::spaces;
use crate::families::spec::space::SearchSpace;

/// The text of a bundled space.
pub(super) fn text(name: &str) -> Option<&'static str> {
    spaces().iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of all bundled spaces, sorted.
pub fn bundled_space_names() -> impl Iterator<Item = &'static str> {
    spaces().iter().map(|(name, _)| *name)
}

/// Every bundled space, sorted by name.
pub fn bundled_spaces() -> Result<Vec<SearchSpace>, Error> {
    spaces().iter().map(|(name, text)| read(name, text)).collect()
}

/// The bundled space with this name, ignoring case.
pub fn bundled_space(name: &str) -> Result<SearchSpace, Error> {
    let found = spaces().iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let (name, text) = found.ok_or_else(|| {
        let names: Vec<&str> = bundled_space_names().collect();
        let problem = Diagnostic::new(format!("there is no bundled search space `{name}`"));
        problem
            .known("bundled search spaces", name, &names)
            .help("a space of your own is given by its path: ./mine.toml")
    })?;
    read(name, text)
}

fn read(name: &str, text: &str) -> Result<SearchSpace, Error> {
    SearchSpace::parse(name, &format!("specs/spaces/{name}.toml"), text)
}
