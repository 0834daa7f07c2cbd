//! Writing charts, and the numbers behind them.

use std::path::{Path, PathBuf};

use phiscale::Error;
use phiscale::charts::drawing;
use phiscale::charts::drawing::{Chart, Size, Theme};
use phiscale::reports::Format;

use super::{Arguments, Plot, Shown, table};
use crate::cli::{Ended, Outcome, output};

/// Draws every chart, then writes all files or none. Then it prints the table of what was drawn, or the chart that goes
/// to standard output. `are_named`: whether the table names the charts; `option` takes another source: `--accuracy `.
pub(super) fn all(arguments: &Arguments, charts: &[Plot], are_named: bool, option: &str) -> Ended {
    let report = table::of(charts, are_named);
    let mut files = drawn(arguments, charts)?;
    let on_stdout = files.pop_if(|(path, _)| path.as_os_str() == "-");
    let (drawn, csv) = (files.len(), arguments.csv.as_ref());
    let csv = csv.map(|path| table::csv(&report).map(|text| (path, text))).transpose()?;
    let is_printed = |path: &PathBuf| path.as_os_str() == "-";
    files.extend(
        csv.iter()
            .filter(|(path, _)| !is_printed(path))
            .map(|(path, text)| ((*path).clone(), text.clone().into_bytes())),
    );
    output::files(&files)?;
    if !arguments.quiet {
        say_notes(charts, are_named, option);
        for (path, _) in &files[..drawn] {
            output::say(&format!("wrote {}\n", path.display()));
        }
    }
    match (on_stdout, csv) {
        (Some((_, svg)), _) => output::stdout(&svg)?,
        (None, Some((path, text))) if is_printed(path) => output::stdout(text.as_bytes())?,
        _ => output::stdout(
            table::text(report, arguments.format.unwrap_or(Format::Table)).as_bytes(),
        )?,
    }
    Ok(Outcome::Passed)
}

/// The files of all charts: each theme as SVG in a folder, or one chart in its first theme, `-` for standard output.
fn drawn(arguments: &Arguments, charts: &[Plot]) -> Result<Vec<(PathBuf, Vec<u8>)>, Error> {
    let output = arguments.output.as_deref().unwrap_or(Path::new("-"));
    let mut files = Vec::new();
    for plot in charts {
        let themes = arguments.themes(&plot.themes);
        let path = |index: usize, theme: Theme| {
            let suffix = if index == 0 { String::new() } else { format!("-{}", theme.name()) };
            output.join(format!("{}{suffix}.svg", plot.name))
        };
        let targets: Vec<(PathBuf, Theme)> = if output.is_dir() {
            themes
                .into_iter()
                .enumerate()
                .map(|(index, theme)| (path(index, theme), theme))
                .collect()
        } else {
            vec![(output.into(), themes.first().copied().unwrap_or_default())]
        };
        for (path, theme) in targets {
            let (data, dropped) =
                rendered(&plot.chart, &path, theme, arguments.size(plot.size), arguments.scale)?;
            if !arguments.quiet {
                say_dropped(&dropped);
            }
            files.push((path, data));
        }
    }
    Ok(files)
}

/// Writes a chart as SVG or PNG, by the suffix of the file; `scale` is PNG pixels per chart pixel.
pub(in crate::cli) fn file(
    chart: &Chart,
    path: &Path,
    theme: Theme,
    size: Size,
    scale: f32,
) -> Result<(), Error> {
    let (data, dropped) = rendered(chart, path, theme, size, scale)?;
    say_dropped(&dropped);
    output::file(path, &data)
}

/// A chart as SVG or PNG, and the labels for which there was no room.
fn rendered(
    chart: &Chart,
    path: &Path,
    theme: Theme,
    size: Size,
    scale: f32,
) -> Result<(Vec<u8>, Vec<String>), Error> {
    let is_png = path.as_os_str() != "-" && is_png(path)?;
    // A PNG cannot follow the colours of a page.
    let theme = if is_png && theme == Theme::Auto { Theme::Light } else { theme };
    let failed = |error: drawing::PlotError| Error::new(error.to_string());
    let drawing = drawing::svg(chart, theme, size).map_err(failed)?;
    let data = if is_png {
        drawing::png(&drawing.svg, scale).map_err(failed)?
    } else {
        drawing.svg.into_bytes()
    };
    Ok((data, drawing.dropped_labels))
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

/// Says the notes of charts and what they do not show, each line once, with the name of its chart if they are named.
fn say_notes(charts: &[Plot], are_named: bool, option: &str) {
    let mut known: Vec<String> = Vec::new();
    for plot in charts {
        let panels = match &plot.shown {
            Shown::Accuracy(panels, ..) => &panels[..],
            Shown::Growth(..) | Shown::Stages(_) => &[],
        };
        let omissions = panels.iter().flat_map(|panel| &panel.omissions);
        let omissions = omissions.map(|omissions| omissions.line(option));
        for line in plot.notes.iter().cloned().chain(omissions) {
            if known.contains(&line) {
                continue;
            }
            let name = if are_named { format!("{}: ", plot.name) } else { String::new() };
            output::say(&format!("{name}{line}\n"));
            known.push(line);
        }
    }
}

fn say_dropped(labels: &[String]) {
    for label in labels {
        output::say(&format!("no room for the label {label:?}: try a larger --size\n"));
    }
}
