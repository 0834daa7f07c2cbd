//! What a chart file names, loaded once: families, published figures, measurements.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use phiscale::error::{Diagnostic, Sources, Span};
use phiscale::families::family::{Family, Member};
use phiscale::families::measurement::{self, Measurements};
use phiscale::families::publication::{Publication, PublishedNetwork};
use phiscale::families::sketch::Located;
use phiscale::families::spec;

use crate::cli::Failure;
use crate::cli::network::{Import, Loaded, in_library, is_path, load_any, read, split};

/// Longer files are no tables of networks.
const MAX_TABLE_BYTES: u64 = 8 << 20;

/// Everything that a chart file names, and the texts that mistakes point into.
pub(super) struct Shelf {
    folder: PathBuf,
    import: Import,
    pub(super) sources: Sources,
    families: BTreeMap<String, Loaded>,
    publications: Vec<Publication>,
    measured: BTreeMap<String, Measurements>,
}

impl Shelf {
    /// An empty shelf for the chart file at `path`, whose text is in `sources`.
    pub(super) fn new(path: &Path, sources: Sources, import: Import) -> Self {
        Shelf {
            folder: path.parent().unwrap_or(Path::new("")).into(),
            import,
            sources,
            families: BTreeMap::new(),
            publications: Vec::new(),
            measured: BTreeMap::new(),
        }
    }

    /// Loads families by the addresses of networks of theirs, each once; all at the same time.
    pub(super) fn load(&mut self, addresses: &[(String, Span)]) -> Result<(), Failure> {
        let mut missing = BTreeMap::new();
        for (address, span) in addresses {
            let key = self.key(address);
            if !self.families.contains_key(&key) {
                missing.entry(key).or_insert(*span);
            }
        }
        let import = &self.import;
        let read = |(key, span): (String, Span)| {
            let loaded = load_any(&key, import).map(|(loaded, _)| loaded);
            (key, span, loaded)
        };
        let read: Vec<_> = missing.into_par_iter().map(read).collect();
        for (key, span, loaded) in read {
            self.families.insert(key, loaded.map_err(|failure| self.at(failure, span))?);
        }
        addresses.iter().try_for_each(|(address, span)| self.find(address, *span).map(|_| ()))
    }

    /// The family and the member that an address names.
    pub(super) fn find(
        &self,
        address: &str,
        span: Span,
    ) -> Result<(&Family, Option<&Member>), Failure> {
        let loaded = self.loaded(address, span)?;
        let library = in_library(address).map(|_| address);
        let member = library.or_else(|| split(address).1);
        let member = loaded.member(member).map_err(|failure| self.at(failure, span))?;
        Ok((&loaded.family, member))
    }

    /// The family that an address names, with its texts.
    pub(super) fn loaded(&self, address: &str, span: Span) -> Result<&Loaded, Failure> {
        self.families.get(&self.key(address)).ok_or_else(|| {
            let problem = Diagnostic::new(format!("{address} was not loaded"));
            self.failure(vec![problem.at(span, "here")])
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
    pub(super) fn publication(&mut self, path: &Located<String>) -> Result<(), Failure> {
        let (name, text) = self.text(path, "published figures")?;
        match spec::publication(&name, &text, &mut self.sources) {
            Ok(publication) => {
                self.publications.push(publication);
                Ok(())
            }
            Err(problems) => Err(self.failure(problems)),
        }
    }

    /// The published network with this name.
    pub(super) fn published(&self, name: &Located<String>) -> Result<&PublishedNetwork, Failure> {
        let mut found = self.publications.iter().filter_map(|file| file.network(&name.value));
        found.next().ok_or_else(|| {
            let networks = self.publications.iter().flat_map(|file| &file.networks);
            let names: Vec<&str> = networks.map(|network| network.name.as_str()).collect();
            let message = format!("no published file has a network `{}`", name.value);
            let problem = Diagnostic::new(message).at(name.span, "here");
            let problem = if self.publications.is_empty() {
                problem
                    .help("`published = [\"FILE.toml\"]` at the top of the chart names such files")
            } else {
                problem.known("networks", &name.value, &names)
            };
            self.failure(vec![problem])
        })
    }

    /// Reads a file of measurements.
    pub(super) fn measure(&mut self, path: &Located<String>) -> Result<(), Failure> {
        if self.measured.contains_key(&path.value) {
            return Ok(());
        }
        let (name, text) = self.text(path, "measurements")?;
        match measurement::parse(&name, &text, &mut self.sources) {
            Ok(measured) => {
                self.measured.insert(path.value.clone(), measured);
                Ok(())
            }
            Err(problems) => Err(self.failure(problems)),
        }
    }

    /// The measurements of a file.
    pub(super) fn measured(&self, path: &str) -> Option<&Measurements> {
        self.measured.get(path)
    }

    /// The path and the text of a file beside the chart file.
    fn text(&self, path: &Located<String>, what: &str) -> Result<(String, String), Failure> {
        let name = self.folder.join(&path.value).to_string_lossy().into_owned();
        let text = read(&name, MAX_TABLE_BYTES, what);
        let text = text.map_err(|failure| self.at(failure, path.span))?;
        Ok((name, text))
    }

    /// Something wrong with what the shelf holds.
    pub(super) fn failure(&self, problems: Vec<Diagnostic>) -> Failure {
        Failure { problems, sources: self.sources.clone() }
    }

    /// A failure with its place in the chart file, where it has none in a text of its own.
    pub(super) fn at(&self, failure: Failure, span: Span) -> Failure {
        if failure.problems.iter().any(|problem| !problem.labels.is_empty()) {
            return failure;
        }
        let problems = failure.problems.into_iter().map(|problem| problem.at(span, "named here"));
        self.failure(problems.collect())
    }
}
