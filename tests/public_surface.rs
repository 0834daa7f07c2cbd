//! The public surface of the crate, item by item, as tests/public_surface.txt lists it: a change of it shows in a diff.
//!
//! `SURFACE=overwrite cargo test --test public_surface` writes the list anew. It is read from the sources, which
//! rustfmt keeps in one form: items at the start of a line, fields and methods four spaces in.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_public_surface_is_the_listed_one() {
    let sources = Sources::read();
    let mut lines = BTreeSet::new();
    sources.module("", "phiscale", &mut lines);
    let text = lines.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    let path = root().join("tests/public_surface.txt");
    if std::env::var_os("SURFACE").is_some_and(|wanted| wanted == "overwrite") {
        fs::write(&path, &text).expect("a file that can be written");
    }
    let listed = fs::read_to_string(&path).unwrap_or_default();
    let (listed, found): (BTreeSet<&str>, BTreeSet<&str>) =
        (listed.lines().collect(), text.lines().collect());
    let gone: Vec<_> = listed.difference(&found).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    assert!(gone.is_empty() && new.is_empty(), "gone: {gone:#?}\nnew: {new:#?}");
}

/// Modules by their paths: `analysis::growth`. The crate's root has the empty path.
struct Sources {
    modules: BTreeMap<String, String>,
}

impl Sources {
    fn read() -> Self {
        let mut modules = BTreeMap::new();
        collect(&root().join("src"), "", &mut modules);
        Sources { modules }
    }

    /// Adds every item that a module makes public under the path `public`.
    fn module(&self, module: &str, public: &str, lines: &mut BTreeSet<String>) {
        let text = &self.modules[module];
        for name in declared(text).keys() {
            self.item(module, name, public, lines);
        }
        for statement in statements(text, "pub mod ") {
            let name = statement.trim_end_matches(';');
            // A module written in place is for the tests alone.
            if !name.contains('{') {
                self.module(&join(module, name), &format!("{public}::{name}"), lines);
            }
        }
        for statement in statements(text, "pub use ") {
            for path in expanded(statement.trim_end_matches(';')) {
                self.exported(module, &path, public, lines);
            }
        }
    }

    /// Adds what `pub use path` makes public in `module`.
    fn exported(&self, module: &str, path: &str, public: &str, lines: &mut BTreeSet<String>) {
        let absolute = match path.strip_prefix("crate::") {
            Some(path) => path.to_string(),
            None => join(module, path),
        };
        let name = absolute.rsplit("::").next().unwrap_or(&absolute);
        let around = absolute.rsplit_once("::").and_then(|(outer, _)| self.modules.get(outer));
        let is_module = around.is_some_and(|text| {
            statements(text, "pub mod ").iter().any(|module| *module == format!("{name};"))
        });
        if is_module {
            return self.module(&absolute, &format!("{public}::{name}"), lines);
        }
        let Some((outer, name)) = absolute.rsplit_once("::") else { return };
        let Some(text) = self.modules.get(outer) else { panic!("no module {outer} for {path}") };
        if declared(text).contains_key(name) {
            return self.item(outer, name, public, lines);
        }
        let inner =
            statements(text, "pub use ").into_iter().chain(statements(text, "pub(crate) use "));
        let inner = inner.flat_map(|statement| expanded(statement.trim_end_matches(';')));
        let found = inner.into_iter().find(|path: &String| path.rsplit("::").next() == Some(name));
        match found {
            Some(found) => self.exported(outer, &found, public, lines),
            None => _ = lines.insert(format!("{public}: {name}, declared by a macro")),
        }
    }

    /// Adds an item with its fields, variants and methods.
    fn item(&self, module: &str, name: &str, public: &str, lines: &mut BTreeSet<String>) {
        let (head, members) = &declared(&self.modules[module])[name];
        lines.insert(format!("{public}: {head}"));
        for member in members {
            lines.insert(format!("{public}::{name}: {member}"));
        }
        let room = module.split("::").next().unwrap_or(module);
        let is_near = |path: &str| path == room || path.starts_with(&format!("{room}::"));
        for (_, text) in self.modules.iter().filter(|(path, _)| is_near(path)) {
            for method in methods(text, name) {
                lines.insert(format!("{public}::{name}: {method}"));
            }
        }
    }
}

fn collect(folder: &Path, module: &str, modules: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &join(module, &name), modules);
        } else if name != "main" && path.extension().is_some_and(|suffix| suffix == "rs") {
            let text = fs::read_to_string(&path).expect("a readable file");
            let text = text.split("\n#[cfg(test)]\n").next().unwrap_or_default().to_string();
            let own =
                if name == "mod" || name == "lib" { module.into() } else { join(module, &name) };
            modules.insert(own, text);
        }
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.into() } else { format!("{module}::{name}") }
}

/// The statements at the start of a line that begin with `start`, each in one line without it.
fn statements(text: &str, start: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = lines.iter().enumerate().filter(|(_, line)| line.starts_with(start));
    begins.map(|(index, _)| head(&lines[index..], ';')[start.len()..].to_string()).collect()
}

/// The lines up to one that ends in `end`, as one.
fn head(lines: &[&str], end: char) -> String {
    let last = lines.iter().position(|line| line.ends_with(end) || line.ends_with(';'));
    let lines = &lines[..=last.unwrap_or(0)];
    let joined = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    joined.replace("( ", "(").replace(", )", ")").replace("{ ", "{").replace(", }", "}")
}

/// The public items at the start of a line, each with its head and its fields or variants.
fn declared(text: &str) -> BTreeMap<String, (String, Vec<String>)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(rest) = line.strip_prefix("pub ") else { continue };
        let (kind, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if matches!(kind, "use" | "mod") {
            continue;
        }
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let head = head(&lines[index..], '{').trim_end_matches([' ', '{']).to_string();
        let members =
            if line.ends_with('{') { members(kind, &lines[index + 1..]) } else { Vec::new() };
        found.insert(name, (head, members));
    }
    found
}

fn members(kind: &str, lines: &[&str]) -> Vec<String> {
    let body = lines.iter().take_while(|line| **line != "}");
    let inner = body.filter_map(|line| line.strip_prefix("    ")).filter(|line| match kind {
        "struct" => line.starts_with("pub "),
        "enum" => line.starts_with(char::is_uppercase),
        "trait" => line.starts_with("fn ") || line.starts_with("type "),
        _ => false,
    });
    inner.map(|line| line.trim_end_matches([' ', '{', ',']).to_string()).collect()
}

/// The public methods and constants of a type, and the traits that are implemented for it by hand.
fn methods(text: &str, name: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, _) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("impl")) {
        let head_of_block = head(&lines[index..], '{');
        let (of, is_trait) = match head_of_block.split_once(" for ") {
            Some((_, of)) => (of, true),
            None => (after_generics(&head_of_block), false),
        };
        let of: String =
            of.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if of != name {
            continue;
        }
        if is_trait {
            found.push(head_of_block.trim_end_matches([' ', '{', '}']).to_string());
            continue;
        }
        let end = lines[index..].iter().position(|line| *line == "}").unwrap_or(0) + index;
        for inner in index..end {
            if lines[inner].starts_with("    pub ") && !lines[inner].starts_with("    pub(") {
                let head = head(&lines[inner..=end], '{');
                found.push(
                    head.split(" = ")
                        .next()
                        .unwrap_or(&head)
                        .trim_end_matches([' ', '{', ';'])
                        .to_string(),
                );
            }
        }
    }
    found
}

/// What follows `impl<…>`.
fn after_generics(head: &str) -> &str {
    let rest = head.strip_prefix("impl").unwrap_or(head);
    let mut depth = 0;
    for (index, c) in rest.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            ' ' if depth == 0 => return &rest[index..],
            _ => {}
        }
    }
    rest
}

/// The paths of a use tree, without those that are renamed.
fn expanded(tree: &str) -> Vec<String> {
    let Some((prefix, rest)) = tree.split_once('{') else { return vec![tree.trim().to_string()] };
    let rest = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut start) = (0, 0);
    let mut paths = Vec::new();
    for (index, c) in rest.char_indices().chain([(rest.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = rest[start..index].trim();
                paths.extend(expanded(part).into_iter().filter(|part| !part.is_empty()));
                start = index + 1;
            }
            _ => {}
        }
    }
    paths.into_iter().map(|path| format!("{prefix}{path}").replace("::self", "")).collect()
}
