//! Writing charts, and the numbers behind them.

use std::path::{Path, PathBuf};

use phiscale::Error;
use phiscale::charts::drawing;
use phiscale::charts::drawing::{Chart, Look, Omitted, PlotError, Theme};
use phiscale::reports::Format;

use super::arguments::default_dpi;
use super::omitted::{self, Advice};
use super::{Arguments, Plot, Plots, Shown, page, table};
use crate::cli::overwrite::refuse_read;
use crate::cli::{Caller, Ended, Outcome, output};

/// A form of a chart's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Scalable Vector Graphics, as text in UTF-8.
    Svg,
    /// Portable Document Format, with embedded fonts.
    Pdf,
    /// Portable Network Graphics.
    Png,
}

/// Draws every chart, then writes all files or none. Then it prints the table of what was drawn, or the chart that goes
/// to standard output.
pub(super) fn all(arguments: &Arguments, plots: &Plots, caller: &Caller) -> Ended {
    let Plots { charts, are_named, are_files } = plots;
    let report = table::of(charts, *are_named);
    let mut files = drawn(arguments, charts, *are_files, caller)?;
    let on_stdout = files.pop_if(|(path, _)| path.as_os_str() == "-");
    let (drawn, csv) = (files.len(), arguments.csv.as_ref());
    let csv = csv.map(|path| table::csv(&report).map(|text| (path, text))).transpose()?;
    let is_printed = |path: &PathBuf| path.as_os_str() == "-";
    files.extend(
        csv.iter()
            .filter(|(path, _)| !is_printed(path))
            .map(|(path, text)| ((*path).clone(), text.clone().into_bytes())),
    );
    let read: Vec<PathBuf> = charts.iter().flat_map(|plot| plot.read.clone()).collect();
    refuse_read(files.iter().map(|(path, _)| path), &read)?;
    output::files(&files)?;
    if !arguments.quiet {
        say_notes(plots, caller);
        for (path, _) in &files[..drawn] {
            caller.say(&format!("wrote {}", path.display()));
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
fn drawn(
    arguments: &Arguments,
    charts: &[Plot],
    are_files: bool,
    caller: &Caller,
) -> Result<Vec<(PathBuf, Vec<u8>)>, Error> {
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
            let form = if path.as_os_str() == "-" { Form::Svg } else { form_of(&path)? };
            let look = page::look(arguments, theme, &plot.page);
            let dpi = arguments.dpi(look.size);
            let (data, mut omitted) = rendered(&plot.chart, look, form, dpi)?;
            if arguments.quiet {
                // What no font has is wrong in the picture, not only left out.
                omitted.retain(|one| matches!(one, Omitted::Characters(_)));
            }
            omitted::say(&omitted, advice(plot, &omitted, are_files), caller);
            files.push((path, data));
        }
    }
    Ok(files)
}

/// What makes room for labels: keys of a chart file hide the names of networks, but not what stands on arrows.
fn advice(plot: &Plot, omitted: &[Omitted], is_file: bool) -> Advice {
    let is_accuracy = matches!(plot.shown, Shown::Accuracy(..));
    let arrows = plot.chart.panels.iter().flat_map(|panel| &panel.arrows);
    let arrows: Vec<&str> = arrows.map(|arrow| &*arrow.label).collect();
    let is_name =
        |one: &Omitted| matches!(one, Omitted::Label(label) if !arrows.contains(&&**label));
    if is_file && is_accuracy && omitted.iter().any(is_name) {
        Advice::SizeOrNames
    } else {
        Advice::Size
    }
}

/// Writes a chart by the suffix of the file, in the default size.
pub(in crate::cli) fn file(
    chart: &Chart,
    path: &Path,
    theme: Theme,
    caller: &Caller,
) -> Result<(), Error> {
    let look = Look { theme, ..Look::default() };
    let dpi = default_dpi(look.size);
    let (data, omitted) = rendered(chart, look, form_of(path)?, dpi)?;
    omitted::say(&omitted, Advice::None, caller);
    output::file(path, &data)
}

/// A chart in one form, and the texts for which there was no room.
pub(super) fn rendered(
    chart: &Chart,
    look: Look,
    form: Form,
    dpi: f64,
) -> Result<(Vec<u8>, Vec<Omitted>), Error> {
    // Neither a PNG nor a PDF can follow the colours of a page.
    let follows = form == Form::Svg || look.theme != Theme::Auto;
    let look = if follows { look } else { Look { theme: Theme::Light, ..look } };
    let failed = |error: PlotError| Error::new(error.to_string());
    let drawing = drawing::draw(chart, &look).map_err(failed)?;
    let data = match form {
        Form::Svg => drawing.svg().map(String::into_bytes),
        Form::Pdf => Ok(drawing.pdf()),
        Form::Png => drawing.png(dpi),
    };
    Ok((data.map_err(failed)?, drawing.omitted))
}

/// Refuses a file name of no known form before anything is drawn.
pub(super) fn check_output(arguments: &Arguments) -> Result<(), Error> {
    match arguments.output.as_deref() {
        Some(path) if !path.is_dir() && path.as_os_str() != "-" => form_of(path).map(|_| ()),
        _ => Ok(()),
    }
}

/// The form of a chart's file, by its suffix.
pub(in crate::cli) fn form_of(path: &Path) -> Result<Form, Error> {
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).map(str::to_lowercase);
    match suffix.as_deref() {
        Some("svg") => Ok(Form::Svg),
        Some("pdf") => Ok(Form::Pdf),
        Some("png") => Ok(Form::Png),
        _ => {
            let path = path.display();
            let message = format!("cannot write {path}: a chart is an .svg, .pdf or .png file");
            Err(Error::new(message))
        }
    }
}

/// Says the notes of charts, each line once, with the name of its chart if they are named.
fn say_notes(plots: &Plots, caller: &Caller) {
    let mut known: Vec<String> = Vec::new();
    for plot in &plots.charts {
        for line in notes(plot, plots.are_files) {
            if known.contains(&line) {
                continue;
            }
            let name = if plots.are_named { format!("{}: ", plot.name) } else { String::new() };
            caller.say(&format!("{name}{line}"));
            known.push(line);
        }
    }
}

/// The notes of a chart, and what it does not show.
pub(super) fn notes(plot: &Plot, is_file: bool) -> Vec<String> {
    let panels = match &plot.shown {
        Shown::Accuracy(panels, ..) => &panels[..],
        _ => &[],
    };
    let option = if is_file { "accuracy = " } else { "--accuracy " };
    let omissions = panels.iter().flat_map(|panel| &panel.omissions);
    let omissions = omissions.map(|omissions| omissions.line(option));
    plot.notes.iter().cloned().chain(omissions).collect()
}
