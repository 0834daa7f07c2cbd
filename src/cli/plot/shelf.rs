//! What a chart file names, loaded once: families, published figures, measurements.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use phiscale::error::{Diagnostic, Error, Span};
use phiscale::families::family::{Family, Member};
use phiscale::families::measurement::{self, Measurements};
use phiscale::families::publication::{Publication, PublishedNetwork};
use phiscale::families::sketch::Located;
use phiscale::families::spec;

use crate::cli::network::{Import, in_library, is_path, load_any, read, split};

/// Longer files are no tables of networks.
const MAX_TABLE_BYTES: u64 = 8 << 20;

/// Everything that a chart file names.
pub(super) struct Shelf {
    folder: PathBuf,
    import: Import,
    families: BTreeMap<String, Family>,
    publications: Vec<Publication>,
    measured: BTreeMap<String, Measurements>,
}

impl Shelf {
    /// An empty shelf for the chart file at `path`.
    pub(super) fn new(path: &Path, import: Import) -> Self {
        Shelf {
            folder: path.parent().unwrap_or(Path::new("")).into(),
            import,
            families: BTreeMap::new(),
            publications: Vec::new(),
            measured: BTreeMap::new(),
        }
    }

    /// Loads families by the addresses of networks of theirs, each once; all at the same time.
    pub(super) fn load(&mut self, addresses: &[(String, Span)]) -> Result<(), Error> {
        let mut missing = BTreeMap::new();
        for (address, span) in addresses {
            let key = self.key(address);
            if !self.families.contains_key(&key) {
                missing.entry(key).or_insert(span);
            }
        }
        let import = &self.import;
        let read = |(key, span): (String, _)| {
            let family = load_any(&key, import).map(|(family, _)| family);
            (key, span, family)
        };
        let read: Vec<_> = missing.into_par_iter().map(read).collect();
        for (key, span, family) in read {
            self.families.insert(key, family.map_err(|error| at(error, span))?);
        }
        addresses.iter().try_for_each(|(address, span)| self.find(address, span).map(|_| ()))
    }

    /// The family and the member that an address names.
    pub(super) fn find(
        &self,
        address: &str,
        span: &Span,
    ) -> Result<(&Family, Option<&Member>), Error> {
        let family = self.family(address, span)?;
        let library = in_library(address).map(|_| address);
        let member = library.or_else(|| split(address).1);
        let member = family.named(member).map_err(|error| at(error, span))?;
        Ok((family, member))
    }

    /// The family that an address names, with its texts.
    pub(super) fn family(&self, address: &str, span: &Span) -> Result<&Family, Error> {
        self.families.get(&self.key(address)).ok_or_else(|| {
            Diagnostic::new(format!("{address} was not loaded")).at(span, "here").into()
        })
    }

    /// The address of the family alone; a path is relative to the chart file.
    fn key(&self, address: &str) -> String {
        if in_library(address).is_some() {
            return address.into();
        }
        let spec = split(address).0;
        if is_path(spec) {
            self.folder.join(spec).to_string_lossy().into_owned()
        } else {
            spec.into()
        }
    }

    /// Reads a file of published figures.
    pub(super) fn publication(&mut self, path: &Located<String>) -> Result<(), Error> {
        let (name, text) = self.text(path, "published figures")?;
        self.publications.push(spec::publication(&name, &text)?);
        Ok(())
    }

    /// The published network with this name.
    pub(super) fn published(&self, name: &Located<String>) -> Result<&PublishedNetwork, Error> {
        let mut found = self.publications.iter().filter_map(|file| file.network(&name.value));
        found.next().ok_or_else(|| {
            let networks = self.publications.iter().flat_map(|file| &file.networks);
            let names: Vec<&str> = networks.map(|network| network.name.as_str()).collect();
            let message = format!("no published file has a network `{}`", name.value);
            let problem = Diagnostic::new(message).at(&name.span, "here");
            let problem = if self.publications.is_empty() {
                problem
                    .help("`published = [\"FILE.toml\"]` at the top of the chart names such files")
            } else {
                problem.known("networks", &name.value, &names)
            };
            problem.into()
        })
    }

    /// Reads a file of measurements.
    pub(super) fn measure(&mut self, path: &Located<String>) -> Result<(), Error> {
        if self.measured.contains_key(&path.value) {
            return Ok(());
        }
        let (name, text) = self.text(path, "measurements")?;
        self.measured.insert(path.value.clone(), measurement::parse(&name, &text)?);
        Ok(())
    }

    /// The measurements of a file.
    pub(super) fn measured(&self, path: &str) -> Option<&Measurements> {
        self.measured.get(path)
    }

    /// The path and the text of a file beside the chart file.
    fn text(&self, path: &Located<String>, what: &str) -> Result<(String, String), Error> {
        let name = self.folder.join(&path.value).to_string_lossy().into_owned();
        let text = read(&name, MAX_TABLE_BYTES, what);
        let text = text.map_err(|error| at(error, &path.span))?;
        Ok((name, text))
    }
}

/// An error with its place in the chart file, where it has none in a text of its own.
pub(super) fn at(error: Error, span: &Span) -> Error {
    if error.problems().iter().any(|problem| !problem.labels.is_empty()) {
        return error;
    }
    error.map(|problem| problem.at(span, "named here"))
}
