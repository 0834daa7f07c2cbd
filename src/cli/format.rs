//! Where a report goes, and in which format: by name, or by the suffix of its file.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use phiscale::reports::Format;

/// Where a report goes, and in which format.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) output: Option<PathBuf>,
}

/// What is written on the command line for an [`Output`].
#[derive(Args, Debug)]
struct OutputArguments {
    /// Format of the report [default: that of FILE's suffix, else table].
    #[arg(long, value_parser = choice(&FORMATS), help_heading = "Output")]
    format: Option<Format>,
    /// Write to this file instead of standard output; .json, .csv, .md, .tex, .html and .txt set the format.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

/// The formats of a report: name, help and value.
pub const FORMATS: [(&str, &str, Format); 6] = [
    ("table", "Aligned columns", Format::Table),
    ("json", "One JSON object", Format::Json),
    ("csv", "Comma-separated values", Format::Csv),
    ("markdown", "A Markdown table", Format::Markdown),
    ("latex", "A LaTeX tabular (booktabs)", Format::Latex),
    ("html", "HTML tables, without styles", Format::Html),
];

/// The formats of a report, as those of a command that has more.
macro_rules! with_reports {
    ($kind:ident, $($more:expr),* $(,)?) => {{
        let [table, json, csv, markdown, latex, html] = $crate::cli::FORMATS;
        [
            (table.0, table.1, $kind::Report(table.2)),
            (json.0, json.1, $kind::Report(json.2)),
            (csv.0, csv.1, $kind::Report(csv.2)),
            (markdown.0, markdown.1, $kind::Report(markdown.2)),
            (latex.0, latex.1, $kind::Report(latex.2)),
            (html.0, html.1, $kind::Report(html.2)),
            $($more),*
        ]
    }};
}
pub(super) use with_reports;

/// The formats that a suffix stands for; the first of them is that of a file whose format is not given.
const SUFFIXES: [(&str, &str); 10] = [
    ("json", "json"),
    ("json", "model-explorer"),
    ("jsonl", "jsonl"),
    ("csv", "csv"),
    ("md", "markdown"),
    ("markdown", "markdown"),
    ("tex", "latex"),
    ("html", "html"),
    ("xml", "junit"),
    ("txt", "table"),
];

/// Suffixes of pictures, which no report is.
const PICTURES: [&str; 2] = ["svg", "png"];

/// Parses one of several named values, each with a line of help.
pub(super) fn choice<T: Clone + Send + Sync + 'static>(
    choices: &'static [(&'static str, &'static str, T)],
) -> impl TypedValueParser<Value = T> {
    let possible = choices.iter().map(|(name, help, _)| PossibleValue::new(*name).help(*help));
    PossibleValuesParser::new(possible).try_map(|name| {
        // Only an argument that ignores case lets another case through.
        let chosen = choices.iter().find(|(known, ..)| known.eq_ignore_ascii_case(&name));
        chosen.map(|(.., value)| value.clone()).ok_or("unknown name")
    })
}

/// The format given, else that of the file's suffix, else the first. A file whose suffix contradicts the format, or
/// belongs to a picture, is an error.
pub(super) fn of_file<T: Copy + PartialEq>(
    formats: &[(&'static str, &'static str, T)],
    given: Option<T>,
    path: Option<&Path>,
) -> Result<T, String> {
    let suffix =
        path.and_then(Path::extension).map(|suffix| suffix.to_string_lossy().to_lowercase());
    let suffix = suffix.unwrap_or_default();
    let file = path.unwrap_or(Path::new("")).display();
    if PICTURES.contains(&suffix.as_str()) {
        return Err(format!(
            "{file} is a picture, but this writes a report; `phiscale plot` draws charts"
        ));
    }
    let name_of =
        |format: T| formats.iter().find(|(.., known)| *known == format).map_or("", |known| known.0);
    let by_suffix = SUFFIXES.iter().find(|(known, _)| *known == suffix).and_then(|(_, name)| {
        formats.iter().find(|(known, ..)| known == name).map(|(.., format)| *format)
    });
    let is_named = |format: T| SUFFIXES.contains(&(suffix.as_str(), name_of(format)));
    match (given, by_suffix) {
        // Any format is text.
        (Some(given), Some(other)) if !is_named(given) && suffix != "txt" => Err(format!(
            "--format {} contradicts {file}, whose suffix stands for {}",
            name_of(given),
            name_of(other)
        )),
        (Some(format), _) | (None, Some(format)) => Ok(format),
        (None, None) => Ok(formats[0].2),
    }
}

impl Args for Output {
    fn augment_args(command: Command) -> Command {
        OutputArguments::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        OutputArguments::augment_args_for_update(command)
    }
}

/// The format is settled with the other arguments, so that a contradiction is found before anything is counted.
impl FromArgMatches for Output {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let OutputArguments { format, output } = OutputArguments::from_arg_matches(matches)?;
        let format = of_file(&FORMATS, format, output.as_deref());
        let format =
            format.map_err(|message| clap::Error::raw(ErrorKind::ArgumentConflict, message))?;
        Ok(Output { format, output })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Output::from_arg_matches(matches)?;
        Ok(())
    }
}
