//! Writing charts, and the numbers behind them.

use std::path::Path;

use phiscale::Error;
use phiscale::charts::drawing;
use phiscale::charts::drawing::{Chart, Size, Theme};
use phiscale::reports::Format;

use super::{Arguments, Plot};
use crate::cli::{Ended, Outcome, output};

/// Every chart as SVG in each of its themes. All are drawn before any is written: an error leaves the
/// folder as it was.
pub(super) fn into_folder(arguments: &Arguments, charts: &[Plot], folder: &Path) -> Ended {
    let table = csv(arguments, charts)?;
    let mut files = Vec::new();
    for plot in charts {
        for (index, theme) in arguments.themes(&plot.themes).into_iter().enumerate() {
            let suffix = if index == 0 { String::new() } else { format!("-{}", theme.name()) };
            let path = folder.join(format!("{}{suffix}.svg", plot.name));
            files.push((path, svg(arguments, plot, theme)?));
        }
    }
    for (path, svg) in &files {
        output::file(path, svg.as_bytes())?;
        output::say(&format!("wrote {}\n", path.display()));
    }
    write_csv(table)?;
    Ok(Outcome::Passed)
}

/// One chart in its first theme, to a file or to standard output.
pub(super) fn one(arguments: &Arguments, plot: &Plot, path: Option<&Path>) -> Ended {
    let theme = arguments.themes(&plot.themes).first().copied().unwrap_or_default();
    let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
        let svg = svg(arguments, plot, theme)?;
        write_csv(csv(arguments, std::slice::from_ref(plot))?)?;
        output::stdout(svg.as_bytes())?;
        return Ok(Outcome::Passed);
    };
    file(&plot.chart, path, theme, arguments.size(plot.size), arguments.scale)?;
    write_csv(csv(arguments, std::slice::from_ref(plot))?)?;
    output::say(&format!("wrote {}\n", path.display()));
    numbers(arguments, std::slice::from_ref(plot))
}

/// Writes a chart as SVG or PNG, by the suffix of the file; `scale` is PNG pixels per chart pixel.
pub(in crate::cli) fn file(
    chart: &Chart,
    path: &Path,
    theme: Theme,
    size: Size,
    scale: f32,
) -> Result<(), Error> {
    if !is_png(path)? {
        return output::file(path, svg_of(chart, theme, size)?.as_bytes());
    }
    // A PNG cannot follow the colours of a page.
    let theme = if theme == Theme::Auto { Theme::Light } else { theme };
    let picture = drawing::png(&svg_of(chart, theme, size)?, scale);
    output::file(path, &picture.map_err(|error| Error::new(error.to_string()))?)
}

/// Refuses a file name that is neither SVG nor PNG before anything is drawn.
pub(super) fn check_output(arguments: &Arguments) -> Result<(), Error> {
    match arguments.output.as_deref() {
        Some(path) if !path.is_dir() && path.as_os_str() != "-" => is_png(path).map(|_| ()),
        _ => Ok(()),
    }
}

pub(in crate::cli) fn is_png(path: &Path) -> Result<bool, Error> {
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).map(str::to_lowercase);
    match suffix.as_deref() {
        Some("svg") => Ok(false),
        Some("png") => Ok(true),
        _ => {
            let path = path.display();
            Err(Error::new(format!("a chart is an .svg or a .png file; {path} is neither")))
        }
    }
}

/// Writes the numbers behind charts to standard output, and those that several charts share once.
pub(super) fn numbers(arguments: &Arguments, charts: &[Plot]) -> Ended {
    let mut texts: Vec<String> = Vec::new();
    for report in charts.iter().flat_map(|plot| &plot.numbers) {
        let text = output::formatted(report, arguments.format);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    output::stdout(texts.join("\n").as_bytes())?;
    Ok(Outcome::Passed)
}

/// The table behind one chart, and the file that `--csv` names for it.
fn csv<'a>(arguments: &'a Arguments, charts: &[Plot]) -> Result<Option<(&'a Path, String)>, Error> {
    let Some(path) = &arguments.csv else { return Ok(None) };
    let [plot] = charts else {
        return Err(Error::new("--csv writes the table of one chart, but there are several"));
    };
    Ok(plot.numbers.first().map(|report| (path.as_path(), report.write(Format::Csv))))
}

fn write_csv(table: Option<(&Path, String)>) -> Result<(), Error> {
    table.map_or(Ok(()), |(path, text)| output::text(&text, Some(path)))
}

/// Reports the networks that a chart leaves out and its note, with its name if it is one of several.
pub(super) fn say_notes(plot: &Plot, is_named: bool) {
    let name = if is_named { format!("{}: ", plot.name) } else { String::new() };
    if let Some(note) = &plot.note {
        output::say(&format!("{name}{note}\n"));
    }
    for reason in &plot.left_out {
        output::say(&format!("{name}left out {reason}\n"));
    }
}

fn svg(arguments: &Arguments, plot: &Plot, theme: Theme) -> Result<String, Error> {
    svg_of(&plot.chart, theme, arguments.size(plot.size))
}

fn svg_of(chart: &Chart, theme: Theme, size: Size) -> Result<String, Error> {
    let drawing =
        drawing::svg(chart, theme, size).map_err(|error| Error::new(error.to_string()))?;
    for label in &drawing.dropped_labels {
        output::say(&format!("no room for the label {label:?}: try a larger --size\n"));
    }
    Ok(drawing.svg)
}
