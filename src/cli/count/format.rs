//! Where the counts go, and in which format.

use std::path::PathBuf;

use clap::Args;
use phiscale::Error;
use phiscale::reports::Format;

use crate::cli::arguments::choice;
use crate::cli::format::{of_file, with_reports};

#[derive(Args, Debug)]
pub(super) struct CountOutput {
    /// Format of the counts [default: that of FILE's suffix, else table].
    #[arg(long, value_parser = choice(&COUNT_FORMATS), help_heading = "Output")]
    format: Option<CountFormat>,
    /// Write to this file instead of standard output; .json, .csv, .md, .tex, .html and .txt set the format.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
}

/// The format of the counts: that of every report, or data for a viewer of graphs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum CountFormat {
    Report(Format),
    ModelExplorer,
}

const COUNT_FORMATS: [(&str, &str, CountFormat); 7] = with_reports![
    CountFormat,
    (
        "model-explorer",
        "Node data that shows the count of an ONNX file's nodes in Model Explorer",
        CountFormat::ModelExplorer,
    ),
];

impl CountOutput {
    /// Whether the counts are a report in this format.
    pub(super) fn is(&self, format: Format) -> bool {
        self.format().is_ok_and(|own| own == CountFormat::Report(format))
    }

    /// A format that contradicts the file's suffix is an error.
    pub(super) fn format(&self) -> Result<CountFormat, Error> {
        of_file(&COUNT_FORMATS, self.format, self.output.as_deref()).map_err(Error::new)
    }
}
