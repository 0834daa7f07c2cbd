//! `phiscale plot`: charts of families and chart files.

mod arguments;
mod choices;
mod families;
mod file;
mod loader;
mod measured;
mod omitted;
mod page;
mod run;
mod series;
mod sweep;
mod table;
mod write;

pub(super) use arguments::Arguments;
pub use write::Form;
pub(super) use write::{file, form_of};

use std::path::{Path, PathBuf};

use phiscale::charts::drawing::{Chart, Look, Theme, faint_colours};
use phiscale::charts::{AccuracyPanel, file as chart_file};
use phiscale::growth::Growth;
use phiscale::published::Accuracy;
use phiscale::reports::Report;
use phiscale::stages::Breakdown;
use phiscale::sweep::Density;
use phiscale::time::calibrate::MeasuredTimes;
use phiscale::time::{CostGrowth, Roofline};
use phiscale::{Convention, Cost, Diagnostic, Error, Measure};

use arguments::default_dpi;
use page::Page;

use super::{Caller, Ended, output};
use crate::cli::files::{is_onnx, read};

/// Maximum size of a chart file, in bytes.
const MAX_CHART_BYTES: u64 = 1 << 20;

/// A chart to be written, with its name and what it shows.
struct Plot {
    /// The name of its file, without suffix.
    name: String,
    chart: Chart,
    shown: Shown,
    /// Notes on coefficients that nobody chose, and on channels that do not scale.
    notes: Vec<String>,
    /// The size and the text in its chart file.
    page: Page,
    /// The themes in its chart file.
    themes: Vec<Theme>,
    /// The files that its chart file names.
    read: Vec<PathBuf>,
}

impl Plot {
    fn new(chart: Chart, shown: Shown) -> Self {
        Plot {
            name: String::new(),
            chart,
            shown,
            notes: Vec::new(),
            page: Page::default(),
            themes: Vec::new(),
            read: Vec::new(),
        }
    }
}

/// What a chart shows, by its kind.
enum Shown {
    Accuracy(Vec<AccuracyPanel>, Cost, Accuracy),
    /// The growth of the family with this name.
    Growth(String, Box<Growth>, Convention),
    /// The costs of the family with this name.
    CostGrowth(String, Box<CostGrowth>),
    Stages(Vec<(Measure, Vec<Breakdown>)>),
    Roofline(Box<Roofline>),
    MeasuredTimes(Box<MeasuredTimes>),
    Sweep(Box<Density>),
}

/// The kind of input that the arguments name.
enum Input {
    /// Specs, and networks in them.
    Families,
    /// Chart files, each with its text.
    ChartFiles(Vec<(PathBuf, String)>),
    /// The CSV of a sweep.
    Sweep(String),
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    arguments.check_table()?;
    write::check_output(arguments)?;
    let takes_several = arguments.output.as_ref().is_some_and(|folder| folder.is_dir());
    write::all(arguments, &plots(arguments, caller, takes_several)?, caller)
}

/// A chart that is not written yet.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DrawnChart {
    /// The name of its file, without suffix.
    pub name: String,
    /// What is drawn.
    pub chart: Chart,
    /// How it looks.
    pub look: Look,
    /// The numbers that are drawn.
    pub report: Report,
    /// What the chart leaves out, and what its reader has to know.
    pub notes: Vec<String>,
}

impl DrawnChart {
    /// The chart in a form, a PNG with so many pixels per inch: without `dpi`, 300 for paper, else 192. A PNG and a PDF
    /// cannot follow the colours of a page, so theirs are the light ones.
    pub fn written(&self, form: Form, dpi: Option<f64>) -> Result<Vec<u8>, Error> {
        let dpi = dpi.unwrap_or_else(|| default_dpi(self.look.size));
        write::rendered(&self.chart, self.look.clone(), form, dpi).map(|(data, _)| data)
    }

    /// Writes the chart to a file, by its suffix: .svg, .pdf or .png. A file that is there is replaced.
    pub fn save(&self, path: &Path, dpi: Option<f64>) -> Result<(), Error> {
        output::file(path, &self.written(form_of(path)?, dpi)?)
    }
}

/// The charts that the arguments ask for, each in its first theme.
pub(super) fn charts(arguments: &Arguments, caller: &Caller) -> Result<Vec<DrawnChart>, Error> {
    let Plots { charts, are_files, .. } = plots(arguments, caller, true)?;
    let drawn = charts.into_iter().map(|plot| {
        let theme = arguments.themes(&plot.themes).first().copied().unwrap_or_default();
        DrawnChart {
            look: page::look(arguments, theme, &plot.page),
            report: table::of(std::slice::from_ref(&plot), false),
            notes: write::notes(&plot, are_files),
            name: plot.name,
            chart: plot.chart,
        }
    });
    Ok(drawn.collect())
}

/// What the arguments ask for.
struct Plots {
    charts: Vec<Plot>,
    /// Whether they come from chart files.
    are_files: bool,
    /// Whether the table and the notes name each chart.
    are_named: bool,
}

/// `takes_several`: whether there is room for more than one chart.
fn plots(arguments: &Arguments, caller: &Caller, takes_several: bool) -> Result<Plots, Error> {
    let fonts = page::fonts(&arguments.font, |path| page::font(path))?;
    let input = if arguments.kind.measured { Input::Families } else { input(arguments, caller)? };
    let are_files = matches!(input, Input::ChartFiles(_));
    let (mut charts, are_named) = match input {
        Input::Families => (families::draw(arguments, caller)?, false),
        Input::Sweep(path) => (vec![sweep::draw(&path, arguments, caller)?], false),
        Input::ChartFiles(files) if files.len() > 1 && !takes_several => {
            arguments.check_for_chart_files()?;
            return Err(needs_folder());
        }
        Input::ChartFiles(files) => (draw_all(arguments, &files, caller)?, files.len() > 1),
    };
    for plot in &mut charts {
        if !fonts.is_empty() {
            plot.page.fonts.clone_from(&fonts);
        }
        if let Shown::Accuracy(panels, ..) = &plot.shown {
            plot.notes.extend(panels.iter().filter_map(AccuracyPanel::doubts));
            plot.notes.extend(panels.iter().filter_map(AccuracyPanel::foreign_data));
        }
        let themes = arguments.themes(&plot.themes);
        let faint = themes.iter().flat_map(|theme| faint_colours(&plot.chart, *theme));
        plot.notes.extend(faint.collect::<Vec<_>>());
    }
    Ok(Plots { charts, are_files, are_named })
}

fn needs_folder() -> Error {
    Error::new("several charts need an existing folder: `-o FOLDER`")
}

fn draw_all(
    arguments: &Arguments,
    files: &[(PathBuf, String)],
    caller: &Caller,
) -> Result<Vec<Plot>, Error> {
    arguments.check_for_chart_files()?;
    let mut charts = Vec::new();
    for (index, (path, text)) in files.iter().enumerate() {
        let (number, count) = (index + 1, files.len());
        if !arguments.quiet {
            (caller.progress)(&format!("drawing {} ({number} of {count})", path.display()));
        }
        charts.push(file::draw(path, text, arguments.import(), arguments.captions(), caller));
    }
    (caller.progress)("");
    charts.into_iter().collect()
}

/// Chart files, those of a folder, a sweep, or specs. A TOML file with the key `chart` is a chart file.
fn input(arguments: &Arguments, caller: &Caller) -> Result<Input, Error> {
    for name in &arguments.names {
        if sweep::is_sweep(name, caller)? {
            return Ok(Input::Sweep(name.clone()));
        }
    }
    let mut files = Vec::new();
    let mut specs = 0;
    for name in &arguments.names {
        let path = Path::new(name);
        if is_font(path) {
            let problem =
                Diagnostic::new(format!("{name} is a font, neither a spec nor a chart file"));
            return Err(problem
                .help(format!("give each font its own --font: --font {name}"))
                .into());
        }
        if path.is_dir() {
            files.extend(in_folder(path)?);
        } else if path.is_file() && !is_onnx(name) {
            let text = read(name, MAX_CHART_BYTES, "a chart file")?;
            if chart_file::is_chart_file(&text) {
                files.push((path.into(), text));
            } else {
                specs += 1;
            }
        } else {
            specs += 1;
        }
    }
    match (specs, files.is_empty()) {
        (0, false) => Ok(Input::ChartFiles(files)),
        (_, true) => Ok(Input::Families),
        (_, false) => Err(Error::new("specs and chart files cannot be drawn together")),
    }
}

/// Whether the name of a file is that of a font.
fn is_font(path: &Path) -> bool {
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
    let suffix = suffix.to_lowercase();
    ["ttf", "otf", "ttc", "woff", "woff2"].contains(&&*suffix)
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
        if chart_file::is_chart_file(&text) {
            files.push((path, text));
        }
    }
    if files.is_empty() {
        let message = format!("{} has no chart files", folder.display());
        return Err(Error::new(message));
    }
    Ok(files)
}
