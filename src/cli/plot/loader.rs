//! The files and specs that a chart file names, each loaded once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use phiscale::charts::RunRequest;
use phiscale::charts::drawing::Font;
use phiscale::device::{self, Device};
use phiscale::measured::MeasuredNetwork;
use phiscale::onnx::Options;
use phiscale::published::PublishedNetwork;
use phiscale::spec::LocatedText;
use phiscale::time::Deployment;
use phiscale::{Diagnostic, Error, Member, Model, Span, measured, published};

use super::page;
use crate::cli::Caller;
use crate::cli::device::mode;
use crate::cli::files::{is_file, is_path, known, load_any, member_of, read, spec_of, taken_for};

/// Maximum size of a CSV or TOML file, in bytes.
const MAX_FILE_BYTES: u64 = 8 << 20;

/// The models and files loaded so far.
pub(super) struct Loader<'a> {
    pub(super) caller: &'a Caller<'a>,
    folder: PathBuf,
    pub(super) import: Options,
    models: BTreeMap<String, Model>,
    published: Vec<PublishedNetwork>,
    measured: BTreeMap<String, Vec<MeasuredNetwork>>,
    /// The files read beside the chart file, which must not be written over.
    read: Vec<PathBuf>,
}

impl<'a> Loader<'a> {
    /// A loader for the chart file at `path`.
    pub(super) fn new(path: &Path, import: Options, caller: &'a Caller<'a>) -> Self {
        Loader {
            caller,
            folder: path.parent().unwrap_or(Path::new("")).into(),
            import,
            models: BTreeMap::new(),
            published: Vec::new(),
            measured: BTreeMap::new(),
            read: Vec::new(),
        }
    }

    /// Loads the families of networks by their addresses, in parallel.
    pub(super) fn load(&mut self, addresses: &[LocatedText]) -> Result<(), Error> {
        let mut missing = BTreeMap::new();
        for address in addresses {
            let key = self.key(&address.value);
            if !self.models.contains_key(&key) {
                if is_file(spec_of(&address.value)) {
                    self.read.push(PathBuf::from(&key));
                }
                missing.entry(key).or_insert(&address.span);
            }
            if let Some(found) = known(&address.value).filter(|_| !is_file(&address.value)) {
                self.caller.say_all(&taken_for(&address.value, &found)?);
            }
        }
        let (import, caller) = (&self.import, self.caller);
        let load = |(key, span): (String, _)| {
            let model = load_any(&key, import, caller).map(|(model, _)| model);
            (key, span, model)
        };
        let loaded: Vec<_> = missing.into_par_iter().map(load).collect();
        for (key, span, model) in loaded {
            self.models.insert(key, model.map_err(|error| at(error, span))?);
        }
        addresses.iter().try_for_each(|address| self.find(address).map(|_| ()))
    }

    /// The family, or the network, and the member that an address names.
    pub(super) fn find(&self, address: &LocatedText) -> Result<(&Model, Option<&Member>), Error> {
        let model = self.model(address)?;
        let member =
            model.named(member_of(&address.value)).map_err(|error| at(error, &address.span))?;
        Ok((model, member))
    }

    /// The family or the network that an address names.
    pub(super) fn model(&self, address: &LocatedText) -> Result<&Model, Error> {
        self.models.get(&self.key(&address.value)).ok_or_else(|| {
            let message = format!("{} was not loaded", address.value);
            Diagnostic::new(message).at(&address.span, "here").into()
        })
    }

    /// The address of the family alone; a path is relative to the chart file.
    fn key(&self, address: &str) -> String {
        let spec = spec_of(address);
        if is_file(spec) {
            self.folder.join(spec).to_string_lossy().into_owned()
        } else {
            spec.into()
        }
    }

    /// Reads a file of published figures.
    pub(super) fn load_published(&mut self, path: &LocatedText) -> Result<(), Error> {
        let (name, text) = self.text(path, "published figures")?;
        self.published.extend(published::read(&name, &text)?);
        Ok(())
    }

    /// The published network with this name.
    pub(super) fn published(&self, name: &LocatedText) -> Result<&PublishedNetwork, Error> {
        let is_named = |network: &&PublishedNetwork| network.name.eq_ignore_ascii_case(&name.value);
        self.published.iter().find(is_named).ok_or_else(|| {
            let message = format!("no published file has a network `{}`", name.value);
            let problem = Diagnostic::new(message).at(&name.span, "here");
            let names: Vec<&str> = self.published.iter().map(|network| &*network.name).collect();
            let problem = if names.is_empty() {
                problem.help("name such files at the top: `published = [\"FILE.toml\"]`")
            } else {
                problem.known("networks", &name.value, &names)
            };
            problem.into()
        })
    }

    /// Reads a file of measured networks.
    pub(super) fn load_measured(&mut self, path: &LocatedText) -> Result<(), Error> {
        if !self.measured.contains_key(&path.value) {
            let (name, text) = self.text(path, "measurements")?;
            self.measured.insert(path.value.clone(), measured::read(&name, &text)?);
        }
        Ok(())
    }

    /// The networks of a file that was read.
    pub(super) fn measured(&self, path: &str) -> &[MeasuredNetwork] {
        self.measured.get(path).map_or(&[], Vec::as_slice)
    }

    /// The fonts in files beside the chart file.
    pub(super) fn fonts(&mut self, paths: &[LocatedText]) -> Result<Vec<Font>, Error> {
        let fonts = page::fonts(paths, |path| {
            let name = self.folder.join(&path.value);
            self.read.push(name.clone());
            page::font(&name).map_err(|error| at(error, &path.span))
        });
        fonts.map_err(|error| match paths.get(2) {
            Some(third) => at(error, &third.span),
            None => error,
        })
    }

    /// How networks run; the path of a device file is relative to the chart file.
    pub(super) fn run(&mut self, request: &RunRequest) -> Result<Deployment, Error> {
        let RunRequest { device, dtype, compiled, batch } = request;
        let found = if is_path(&device.value) {
            let (name, text) = self.text(device, "a device file")?;
            Device::parse(&name, &name, &text)
        } else {
            device::device(&device.value)
        };
        let place = |error| at(error, &device.span);
        let found = found.map_err(place)?;
        let mode = mode(&found, *dtype, *compiled);
        Deployment::new(found, mode, *batch).map_err(place)
    }

    /// The path of a file beside the chart file, which is read elsewhere.
    pub(super) fn path(&mut self, path: &LocatedText) -> PathBuf {
        let file = self.folder.join(&path.value);
        self.read.push(file.clone());
        file
    }

    /// The files read beside the chart file.
    pub(super) fn into_read(self) -> Vec<PathBuf> {
        self.read
    }

    /// The path and the text of a file beside the chart file.
    fn text(&mut self, path: &LocatedText, what: &str) -> Result<(String, String), Error> {
        let file = self.folder.join(&path.value);
        let name = file.to_string_lossy().into_owned();
        self.read.push(file);
        let text = read(&name, MAX_FILE_BYTES, what);
        let text = text.map_err(|error| at(error, &path.span))?;
        Ok((name, text))
    }
}

/// An error with its place in the chart file, unless it has a place in another text.
pub(super) fn at(error: Error, span: &Span) -> Error {
    if error.problems().iter().any(|problem| !problem.labels.is_empty()) {
        return error;
    }
    error.map(|problem| problem.at(span, "named here"))
}
