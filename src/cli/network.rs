//! Finding a network: from an address such as `efficientnet:b3` or a path to a family and its member.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use phiscale::find::Address;
use phiscale::onnx::{Imported, Options};
use phiscale::{Diagnostic, Error, Family, Graph, Model, find, spec};

use super::input::{Content, Input, STDIN};
use super::{foreign, output};

/// Maximum size of a spec, in bytes; most specs are a page or two.
const MAX_SPEC_BYTES: u64 = 1 << 20;

/// Maximum other networks that are named beside the one taken for a name.
const MAX_OTHERS: usize = 4;

/// Loads a family and the member's name, if any; an ONNX file is an error.
pub(super) fn load_family(address: &str) -> Result<(Family, Option<&str>), Error> {
    let (model, member) = load(address, &Options::default())?;
    Ok((model.into_family()?, member))
}

/// Loads what `SPEC[:MEMBER]`, `LIBRARY/NETWORK`, `FILE.onnx` or `-` names, and the member's name, if any. Options for
/// ONNX files are an error for a spec.
pub(super) fn load<'a>(
    address: &'a str,
    options: &Options,
) -> Result<(Model, Option<&'a str>), Error> {
    let (model, member) = load_any(address, options)?;
    if let (Model::Family(_), Some((flag, _))) =
        (&model, flags(options).into_iter().find(|(_, is_given)| *is_given))
    {
        return Err(Error::new(format!("{flag} is for ONNX files, but {address} is a spec")));
    }
    Ok((model, member))
}

/// [`load`] for one of several addresses: specs ignore the options for ONNX files.
pub(super) fn load_any<'a>(
    address: &'a str,
    options: &Options,
) -> Result<(Model, Option<&'a str>), Error> {
    if is_file(address) {
        let (path, member) = split(address);
        let model = if is_stdin(path) {
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
            say_taken(address, &found)?;
            Ok((Model::Family(found.family()?), found.member))
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

/// Says on standard error what a name that is not an address was taken for, and which other networks have that name.
pub(super) fn say_taken(name: &str, found: &Address) -> Result<(), Error> {
    if found.is_exact {
        return Ok(());
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
    output::say(&format!("{name}: taken as {found}{others}\n"));
    Ok(())
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

/// Refuses a path that a spec cannot be written to, because its suffix stands for something else.
pub(super) fn spec_path(path: &Path) -> Result<(), Error> {
    match path.extension() {
        Some(suffix) if !suffix.eq_ignore_ascii_case("toml") => {
            let (path, right) = (path.display(), path.with_extension("toml"));
            let message = format!("a spec is not written to {path}: its name ends in .toml");
            Err(Diagnostic::new(message).help(format!("such as {}", right.display())).into())
        }
        _ => Ok(()),
    }
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

/// A library's name for a network, split into library and network; `None` if a file has that path.
pub(super) fn in_library(address: &str) -> Option<(&'static str, &str)> {
    find::in_library(address).filter(|_| !Path::new(address).exists())
}

/// The address of the whole family or network, and the member's name. A path may contain colons, so its member follows
/// `.toml:` or `.onnx:`.
pub(super) fn split(address: &str) -> (&str, Option<&str>) {
    let may_have_member = !has_suffix(address, "toml") && !is_onnx(address);
    let ends = [".toml:", ".onnx:"].map(|end| address.rfind(end).map(|at| at + end.len() - 1));
    if let Some(end) = ends.into_iter().flatten().max().filter(|_| may_have_member) {
        return (&address[..end], Some(&address[end + 1..]));
    }
    match address.split_once(':') {
        Some((spec, member)) if is_stdin(spec) || !is_path(address) => (spec, Some(member)),
        _ => (address, None),
    }
}

/// The bundled spec that an address is about, or the path in it.
pub(super) fn spec_of(address: &str) -> &str {
    if is_file(address) {
        return split(address).0;
    }
    find::address(address).map_or(address, |found| found.spec)
}

/// The address without liberties: `resnet:50` for `resnet50`, `<stdin>` for `-`.
pub(super) fn exact(address: &str) -> String {
    if is_stdin(split(address).0) {
        return address.strip_prefix('-').map_or(address.into(), |rest| format!("{STDIN}{rest}"));
    }
    if is_file(address) {
        return address.into();
    }
    find::address(address).map_or_else(|_| address.into(), |found| found.to_string())
}

/// The member that an address is about, if any.
pub(super) fn member_of(address: &str) -> Option<&str> {
    if is_file(address) {
        return split(address).1;
    }
    find::address(address).map_or(None, |found| found.member)
}

/// Whether an address is about a file or standard input, not a bundled spec.
pub(super) fn is_file(address: &str) -> bool {
    let path = split(address).0;
    is_stdin(path) || is_path(path) && in_library(address).is_none()
}

fn is_stdin(path: &str) -> bool {
    path == "-" || path == STDIN
}

pub(super) fn is_onnx(address: &str) -> bool {
    has_suffix(address, "onnx")
}

pub(super) fn is_path(spec: &str) -> bool {
    has_suffix(spec, "toml")
        || is_onnx(spec)
        || foreign::is_foreign(spec)
        || spec.contains(std::path::is_separator)
}

fn has_suffix(path: &str, suffix: &str) -> bool {
    Path::new(path).extension().is_some_and(|own| own.eq_ignore_ascii_case(suffix))
}

/// The text of a file of at most `max` bytes; `what` is its kind in the error.
pub(super) fn read(path: &str, max: u64, what: &str) -> Result<String, Error> {
    Input::open(path)?.text(max, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_specs_or_paths_with_or_without_a_member() {
        for (address, spec, member) in [
            ("efficientnet", "efficientnet", None),
            ("efficientnet:b3", "efficientnet", Some("b3")),
            ("./mine.toml", "./mine.toml", None),
            ("mine.toml:b1", "mine.toml", Some("b1")),
            ("/a:b/mine.toml:b1", "/a:b/mine.toml", Some("b1")),
            ("/a.onnx:b/mine.toml", "/a.onnx:b/mine.toml", None),
            ("./no-suffix", "./no-suffix", None),
            ("mine.onnx", "mine.onnx", None),
            ("mine.onnx:b1", "mine.onnx", Some("b1")),
            ("-", "-", None),
            ("<stdin>:b1", "<stdin>", Some("b1")),
            (":b3", "", Some("b3")),
        ] {
            assert_eq!(split(address), (spec, member), "{address}");
        }
    }
}
