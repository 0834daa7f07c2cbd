//! Networks by address: a bundled spec, the path of a spec or an ONNX file, or standard input.

mod address;
mod foreign;
mod input;

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use phiscale::find::Address;
use phiscale::onnx::{Imported, Options};
use phiscale::{Diagnostic, Error, Family, Graph, Model, find, spec};

use super::Caller;

use address::has_suffix;
pub(in crate::cli) use address::{
    exact, in_library, is_file, is_onnx, is_path, is_stdin, known, member_of, spec_of, spec_path,
    split,
};
use input::{Content, Input};

/// Maximum size of a spec, in bytes; most specs are a page or two.
pub const MAX_SPEC_BYTES: u64 = 1 << 20;

/// Maximum other networks that are named beside the one taken for a name.
const MAX_OTHERS: usize = 4;

/// A family, or the network of an ONNX file, and the member's name in its address.
pub type Loaded<'a> = (Model, Option<&'a str>);

/// Loads what `SPEC[:MEMBER]`, `LIBRARY/NETWORK`, `FILE.toml[:MEMBER]`, `FILE.onnx` or `-` (standard input) names, and
/// tells the caller what a name that is not an address was taken for. Options for ONNX files are an error for a spec.
pub fn load<'a>(address: &'a str, options: &Options, caller: &Caller) -> Result<Loaded<'a>, Error> {
    let loaded = load_any(address, options, caller)?;
    let given = flags(options).into_iter().find(|(_, is_given)| *is_given);
    match (&loaded.0, given) {
        (Model::Family(_), Some((flag, _))) => {
            Err(Error::new(format!("{flag} is for ONNX files, but {address} is a spec")))
        }
        _ => Ok(loaded),
    }
}

/// [`load`] for one of several addresses: specs ignore the options for ONNX files.
pub(in crate::cli) fn load_any<'a>(
    address: &'a str,
    options: &Options,
    caller: &Caller,
) -> Result<Loaded<'a>, Error> {
    if is_file(address) {
        let (path, member) = split(address);
        let model = if is_stdin(path) {
            if !caller.reads_stdin {
                return Err(Error::new("standard input is read by the command line alone"));
            }
            by_content(Input::stdin()?, options)?
        } else {
            file(path, options)?
        };
        if let (Model::Graph(_), Some(_)) = (&model, member) {
            let message = format!("{path} is an ONNX file: one network, which has no members");
            return Err(Error::new(message));
        }
        return Ok((model, member));
    }
    match find::address(address) {
        Ok(found) => {
            let family = found.family()?;
            caller.say_all(taken_for(address, &found)?);
            Ok((Model::Family(family), found.member))
        }
        Err(_) if Path::new(address).is_file() => Ok((file(address, options)?, None)),
        Err(error) => Err(match in_library(address) {
            Some((library, _)) => error.help(&format!("all of them: phiscale list {library}")),
            None => error
                .help("all bundled families: phiscale list")
                .help("a spec of your own is given by its path: ./mine.toml"),
        }),
    }
}

/// [`load`] for a family; an ONNX file is an error.
pub fn load_family<'a>(
    address: &'a str,
    caller: &Caller,
) -> Result<(Family, Option<&'a str>), Error> {
    let (model, member) = load(address, &Options::default(), caller)?;
    Ok((model.into_family()?, member))
}

/// What a name that is not an address was taken for, and which other networks have that name.
pub(in crate::cli) fn taken_for(name: &str, found: &Address) -> Result<Option<String>, Error> {
    if found.is_exact {
        return Ok(None);
    }
    let others = found.others()?;
    let shown: Vec<String> = others.iter().take(MAX_OTHERS).map(ToString::to_string).collect();
    let more = match others.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let others = if shown.is_empty() {
        String::new()
    } else {
        format!("; different networks of that name: {}{more}", shown.join(", "))
    };
    Ok(Some(format!("{name}: taken as {found}{others}")))
}

/// The family or network in a file. Its suffix says what it should hold; without a known one, its content decides.
fn file(path: &str, options: &Options) -> Result<Model, Error> {
    let input = Input::open(path)?;
    if !matches!(input.content(), Content::Nothing | Content::Pointer) {
        foreign::refuse(path)?;
    }
    let is_spec = has_suffix(path, "toml");
    let refused = |message: String, help: &str| Err(Diagnostic::new(message).help(help).into());
    match input.content() {
        Content::Text if is_onnx(path) => refused(
            format!("{path} is a text, not an ONNX file"),
            "the name of a spec ends in .toml",
        ),
        Content::Bytes if is_spec => refused(
            format!("{path} holds bytes, not the text of a spec"),
            "the name of an ONNX file ends in .onnx",
        ),
        // A regular file is opened anew: what is not needed of it is not even read.
        Content::Bytes if !is_spec && Path::new(path).is_file() => import_file(path, options),
        Content::Text if !is_spec => text(input).map_err(|error| other_text(path, error)),
        _ => by_content(input, options),
    }
}

/// The family or network that an input holds.
fn by_content(input: Input, options: &Options) -> Result<Model, Error> {
    let name = input.name;
    match input.content() {
        Content::Text => text(input),
        Content::Bytes => import(name, input.stream(), options, |_| None),
        Content::Nothing => Err(Error::new(format!("{name} is empty"))),
        Content::Pointer => {
            let problem =
                Diagnostic::new(format!("{name} is a Git LFS pointer, not the file itself"));
            Err(problem.help("fetch the file: git lfs pull").into())
        }
        Content::Other(what, export) => Err(foreign::refused(name, what, export)),
    }
}

fn text(input: Input) -> Result<Model, Error> {
    let name = input.name;
    let text = input.text(MAX_SPEC_BYTES, "a spec")?;
    Ok(Model::Family(spec::parse(name, name, &text)?))
}

/// The error for a text without the suffix of a spec: its mistakes only if it was meant to be one.
fn other_text(path: &str, error: Error) -> Error {
    let mut sources = error.problems().iter().flat_map(|problem| &problem.labels);
    let is_spec = sources.any(|label| label.span.source.text().contains("[[stage]]"));
    if is_spec {
        return error;
    }
    let message = format!("{path} is a file, but neither a spec nor an ONNX file");
    Diagnostic::new(message).help("a spec is TOML, see docs/specs.md").into()
}

/// The flags for ONNX files, each with whether it is given.
fn flags(options: &Options) -> [(&'static str, bool); 4] {
    [
        ("--allow-unknown", options.allow_unknown),
        ("--dim", !options.sizes.dims.is_empty()),
        ("--trained", !options.trained.is_empty()),
        ("--not-trained", !options.not_trained.is_empty()),
    ]
}

/// The network that an ONNX file holds.
fn import_file(path: &str, options: &Options) -> Result<Model, Error> {
    let file =
        File::open(path).map_err(|error| Error::new(format!("cannot read {path}: {error}")))?;
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let open = |name: &str| {
        let path = folder.join(name);
        path.is_file().then(|| File::open(path).ok())?
    };
    import(path, file, options, open)
}

/// The network of an ONNX file; `open` opens files of weights beside it.
fn import(
    name: &str,
    from: impl Read + Seek,
    options: &Options,
    open: impl FnMut(&str) -> Option<File>,
) -> Result<Model, Error> {
    let imported = Imported::read_with_weights(from, options.clone(), open);
    let graph = imported.and_then(|imported| Graph::new(name, imported));
    graph.map(Model::Graph).map_err(|error| error.in_context(name))
}

/// The bytes of a file of at most `max` bytes; `what` is its kind in the error.
pub(in crate::cli) fn read_bytes(path: &str, max: u64, what: &str) -> Result<Vec<u8>, Error> {
    Input::open(path)?.bytes(max, what)
}

/// The first line of a file or of standard input, as far as its first 4096 bytes reach. Standard input can still be read
/// from its start.
pub(in crate::cli) fn first_line(path: &str) -> Result<String, Error> {
    let head = if is_stdin(path) { input::peeked()? } else { Input::open(path)?.head() };
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(String::from_utf8_lossy(line).into_owned())
}

/// A file, or standard input, with its name in messages, to be read from its start to its end.
pub(in crate::cli) fn stream(path: &str) -> Result<(&str, impl Read), Error> {
    let input = if is_stdin(path) { Input::stdin()? } else { Input::open(path)? };
    Ok((input.name, input.stream()))
}

/// The text of a file of at most `max` bytes; `what` is its kind in the error.
pub(in crate::cli) fn read(path: &str, max: u64, what: &str) -> Result<String, Error> {
    Input::open(path)?.text(max, what)
}
