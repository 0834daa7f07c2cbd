//! `phiscale plot`

mod arguments;
mod asked;
mod families;
mod shelf;
mod sketch;
mod write;

pub(super) use arguments::Arguments;
pub(super) use write::{file, is_png};

use std::path::{Path, PathBuf};

use phiscale::charts::drawing::Chart;
use phiscale::error::Error;
use phiscale::families::sketch::Paper;
use phiscale::families::spec;
use phiscale::reports::Report;

use super::network::{is_onnx, read};
use super::{Ended, output};

/// A chart file is a page or two.
const MAX_CHART_BYTES: u64 = 1 << 20;

/// A chart with its name and the numbers behind it.
struct Drawn {
    /// The name of its file, without suffix.
    name: String,
    chart: Chart,
    numbers: Vec<Report>,
    /// Networks that have no place in the chart, each with the reason.
    left_out: Vec<String>,
    /// Width and height in pixels, where its file says them.
    size: Option<[u32; 2]>,
    /// The pages that its file wants it for.
    themes: Vec<Paper>,
}

/// What the arguments name.
enum Wanted {
    /// Specs, and networks in them.
    Families,
    /// Chart files, each with its text.
    Sketches(Vec<(PathBuf, String)>),
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    write::check_output(arguments)?;
    let charts = match wanted(arguments)? {
        Wanted::Families => return families::run(arguments),
        Wanted::Sketches(files) => draw_all(arguments, &files)?,
    };
    let has_several = charts.len() > 1;
    for drawn in &charts {
        write::say_left_out(drawn, has_several);
    }
    match (&arguments.output, &charts[..]) {
        (Some(folder), _) if folder.is_dir() => write::into_folder(arguments, &charts, folder),
        (output, [drawn]) => write::one(arguments, drawn, output.as_deref()),
        _ => Err(needs_folder()),
    }
}

fn needs_folder() -> Error {
    Error::new("several charts need a folder: name one that exists by `-o FOLDER`")
}

fn draw_all(arguments: &Arguments, files: &[(PathBuf, String)]) -> Result<Vec<Drawn>, Error> {
    arguments.are_for_a_chart_file().map_err(Error::new)?;
    if files.len() > 1 && !arguments.output.as_ref().is_some_and(|folder| folder.is_dir()) {
        return Err(needs_folder());
    }
    let mut charts = Vec::new();
    for (index, (path, text)) in files.iter().enumerate() {
        let (number, count) = (index + 1, files.len());
        output::progress(&format!("drawing {} ({number} of {count})", path.display()));
        charts.push(sketch::draw(path, text, arguments.import()));
    }
    output::progress("");
    charts.into_iter().collect()
}

/// Chart files, the chart files of a folder, or specs: a file that says which `chart` it is, is one.
fn wanted(arguments: &Arguments) -> Result<Wanted, Error> {
    let mut files = Vec::new();
    let mut specs = 0;
    for name in &arguments.names {
        let path = Path::new(name);
        if path.is_dir() {
            files.extend(in_folder(path)?);
        } else if path.is_file() && !is_onnx(name) {
            let text = read(name, MAX_CHART_BYTES, "a chart file")?;
            if spec::is_sketch(&text) { files.push((path.into(), text)) } else { specs += 1 }
        } else {
            specs += 1;
        }
    }
    match (specs, files.is_empty()) {
        (0, false) => Ok(Wanted::Sketches(files)),
        (_, true) => Ok(Wanted::Families),
        (_, false) => Err(Error::new("specs and chart files cannot be drawn together")),
    }
}

/// The chart files of a folder, by name.
fn in_folder(folder: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let unreadable =
        |error: std::io::Error| Error::new(format!("cannot read {}: {error}", folder.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|suffix| suffix == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let text = read(&path.to_string_lossy(), MAX_CHART_BYTES, "a chart file")?;
        if spec::is_sketch(&text) {
            files.push((path, text));
        }
    }
    if files.is_empty() {
        let message = format!("there is no chart file in {}", folder.display());
        return Err(Error::new(message));
    }
    Ok(files)
}
