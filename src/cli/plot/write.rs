//! Writing charts, and the numbers behind them.

use std::path::Path;

use phiscale::charts::drawing::{self, Chart, Size, Theme};
use phiscale::error::{Diagnostic, Error};
use phiscale::reports::Format;

use super::{Arguments, Drawn};
use crate::cli::{Ended, Outcome, output};

/// Every chart as SVG in each of its themes. All are drawn before any is written: a mistake leaves the
/// folder as it was.
pub(super) fn into_folder(arguments: &Arguments, charts: &[Drawn], folder: &Path) -> Ended {
    let table = csv(arguments, charts)?;
    let mut files = Vec::new();
    for drawn in charts {
        for (index, theme) in arguments.themes(&drawn.themes).into_iter().enumerate() {
            let suffix = match theme {
                _ if index == 0 => "",
                Theme::Light => "-light",
                Theme::Dark => "-dark",
                Theme::Auto => "-auto",
            };
            let path = folder.join(format!("{}{suffix}.svg", drawn.name));
            files.push((path, svg(arguments, drawn, theme)?));
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
pub(super) fn one(arguments: &Arguments, drawn: &Drawn, path: Option<&Path>) -> Ended {
    let theme = arguments.themes(&drawn.themes).first().copied().unwrap_or_default();
    let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
        let svg = svg(arguments, drawn, theme)?;
        write_csv(csv(arguments, std::slice::from_ref(drawn))?)?;
        output::stdout(svg.as_bytes())?;
        return Ok(Outcome::Passed);
    };
    file(&drawn.chart, path, theme, arguments.size(drawn.size), arguments.scale)?;
    write_csv(csv(arguments, std::slice::from_ref(drawn))?)?;
    output::say(&format!("wrote {}\n", path.display()));
    numbers(arguments, std::slice::from_ref(drawn))
}

/// Writes a chart as the kind of file that its name says: SVG, or PNG of `scale` pixels for each of its own.
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
    // A picture of pixels cannot follow the page.
    let theme = if theme == Theme::Auto { Theme::Light } else { theme };
    let picture = drawing::png(&svg_of(chart, theme, size)?, scale);
    output::file(path, &picture.map_err(|error| Error::new(error.to_string()))?)
}

/// Refuses a file that is no chart before anything is drawn.
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
            let message =
                format!("a chart is an .svg or a .png file, and {} is neither", path.display());
            Err(Error::new(message))
        }
    }
}

/// The numbers behind charts to standard output; what several have in common, once.
pub(super) fn numbers(arguments: &Arguments, charts: &[Drawn]) -> Ended {
    let mut texts: Vec<String> = Vec::new();
    for report in charts.iter().flat_map(|drawn| &drawn.numbers) {
        let text = report.write(arguments.format.into());
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    output::stdout(texts.join("\n").as_bytes())?;
    Ok(Outcome::Passed)
}

/// The table behind one chart and where it goes, if anywhere.
fn csv<'a>(
    arguments: &'a Arguments,
    charts: &[Drawn],
) -> Result<Option<(&'a Path, String)>, Error> {
    let Some(path) = &arguments.csv else { return Ok(None) };
    let [drawn] = charts else {
        return Err(Error::new("--csv is the table behind one chart, and these are several"));
    };
    Ok(drawn.numbers.first().map(|report| (path.as_path(), report.write(Format::Csv))))
}

fn write_csv(table: Option<(&Path, String)>) -> Result<(), Error> {
    table.map_or(Ok(()), |(path, text)| output::text(&text, Some(path)))
}

/// Says what a chart leaves out, with the chart's name where it is one of several.
pub(super) fn say_left_out(drawn: &Drawn, is_named: bool) {
    let name = if is_named { format!("{}: ", drawn.name) } else { String::new() };
    for reason in &drawn.left_out {
        output::say(&format!("{name}left out {reason}\n"));
    }
}

fn svg(arguments: &Arguments, drawn: &Drawn, theme: Theme) -> Result<String, Error> {
    svg_of(&drawn.chart, theme, arguments.size(drawn.size))
}

fn svg_of(chart: &Chart, theme: Theme, size: Size) -> Result<String, Error> {
    let drawing = drawing::svg(chart, theme, size)
        .map_err(|error| Error::from(Diagnostic::new(error.to_string())))?;
    for label in &drawing.dropped_labels {
        output::say(&format!(
            "no room for the label {label:?}; it is in the point's hover title\n"
        ));
    }
    Ok(drawing.svg)
}
