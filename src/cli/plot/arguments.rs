//! The arguments of `phiscale plot`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use phiscale::Measure;
use phiscale::charts::drawing::{Size, Theme};
use phiscale::onnx::Options;

use crate::cli::arguments::{CoefficientArguments, FORMATS, Image, OpenArguments, Values, choice};

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Families, the hero first: bundled specs, paths or ONNX files. Or chart files, or a folder of them.
    #[arg(value_name = "SPEC|CHART", required = true)]
    pub(super) names: Vec<String>,
    /// The x axis. The y axis is accuracy or, against φ, cost growth.
    #[arg(long, value_parser = one_of(&X_AXES), value_name = "AXIS", help_heading = "Chart")]
    pub(super) x: Option<XAxis>,
    /// Show the cost of networks by stage.
    #[arg(long, conflicts_with_all = ["x", "accuracy"], help_heading = "Chart")]
    pub(super) stages: bool,
    /// Use accuracies with these words in their source, such as `torchvision`.
    #[arg(long, value_name = "WORDS", help_heading = "Chart")]
    pub(super) accuracy: Option<String>,
    /// Values of φ on a chart of cost growth [default: 0..=7].
    #[arg(long, value_name = "PHIS", allow_hyphen_values = true, help_heading = "Chart")]
    pub(super) phi: Option<Values>,
    /// Factor by which one step of φ should multiply the cost.
    #[arg(long, value_name = "X", default_value = "2", help_heading = "Chart")]
    pub(super) target: f64,
    #[command(flatten)]
    pub(super) coefficients: CoefficientArguments,
    /// What a chart of cost growth counts (`phiscale list --conventions`).
    #[arg(long, value_name = "NAME", default_value = "conv-linear", help_heading = "Chart")]
    pub(super) convention: String,
    /// Colours for a light or a dark page, or for both in one SVG [default: light, or that of the chart file].
    #[arg(long, value_parser = one_of(&THEMES), value_name = "THEME", help_heading = "Look")]
    pub(super) theme: Option<Theme>,
    /// Size of the chart in pixels [default: 960x672, or that of the chart file].
    #[arg(long, value_parser = size, value_name = "WxH", help_heading = "Look")]
    pub(super) size: Option<Size>,
    /// PNG pixels per chart pixel.
    #[arg(long, value_name = "X", default_value = "2", help_heading = "Look")]
    pub(super) scale: f32,
    /// Write to FILE.svg or FILE.png, and print a table of what was drawn. An existing folder gets the charts
    /// of MACs, params and φ, or those of all chart files, as SVG. Without this, the SVG goes to standard
    /// output.
    #[arg(short, long, value_name = "FILE|FOLDER", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// Form of the printed table; that of the chart is the suffix of `--output`.
    #[arg(long, value_parser = choice(&FORMATS), default_value = "table", help_heading = "Output")]
    pub(super) format: phiscale::reports::Format,
    /// Write the same table to this file as CSV.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) csv: Option<PathBuf>,
    /// Print nothing but the table and errors: neither what was left out nor what was written.
    #[arg(short, long, help_heading = "Output")]
    pub(super) quiet: bool,
    /// Height and width of the input image of ONNX files in pixels, instead of their own.
    #[arg(long, value_name = "H[xW]", help_heading = "ONNX files")]
    input: Option<Image>,
    #[command(flatten)]
    open: OpenArguments,
}

impl Arguments {
    /// How ONNX files are read.
    pub(super) fn import(&self) -> Options {
        self.open.import(self.input)
    }
}

/// The x axis of a chart: a cost, or φ with cost growth on the y axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum XAxis {
    Cost(Measure),
    Phi,
}

/// Every x axis with its name and help.
const X_AXES: [(&str, XAxis, &str); 6] = [
    ("macs", XAxis::Cost(Measure::Macs), "Multiply-adds"),
    ("flops", XAxis::Cost(Measure::Flops), "Twice the multiply-adds"),
    ("params", XAxis::Cost(Measure::Params), "Trained parameters"),
    (
        "activations",
        XAxis::Cost(Measure::Activations),
        "Output elements of convolutions and linear layers",
    ),
    ("memory", XAxis::Cost(Measure::Memory), "Bytes of weights and peak activations"),
    ("phi", XAxis::Phi, "The compound coefficient φ"),
];

/// Every theme with its name and help.
const THEMES: [(&str, Theme, &str); 3] = [
    ("light", Theme::Light, "Dark on white"),
    ("dark", Theme::Dark, "Light on black"),
    ("auto", Theme::Auto, "Follows the page that shows the SVG; a PNG is light"),
];

/// A parser of one of a few names, each with its value and help.
fn one_of<T: Copy + Send + Sync + 'static>(
    choices: &'static [(&str, T, &str)],
) -> impl TypedValueParser<Value = T> {
    let names = choices.iter().map(|(name, _, help)| PossibleValue::new(*name).help(*help));
    PossibleValuesParser::new(names).try_map(move |name| {
        let chosen = choices.iter().find(|(known, ..)| *known == name);
        chosen.map(|(_, value, _)| *value).ok_or("unknown name")
    })
}

fn size(text: &str) -> Result<Size, String> {
    let (width, height) = text.split_once('x').ok_or("a size is WxH, in pixels")?;
    let side = |side: &str| side.parse().map_err(|_| format!("`{side}` is not a number of pixels"));
    Ok(Size { width: side(width)?, height: side(height)? })
}

impl Arguments {
    /// Refuses options that a chart file sets itself.
    pub(super) fn check_for_chart_files(&self) -> Result<(), String> {
        let given = [
            ("--x", self.x.is_some()),
            ("--stages", self.stages),
            ("--accuracy", self.accuracy.is_some()),
            ("--phi", self.phi.is_some()),
            ("--alpha, --beta, --gamma or --strategy", self.coefficients.are_given()),
        ];
        match given.iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => {
                Err(format!("{name} cannot be used with a chart file, which sets it itself"))
            }
            None => Ok(()),
        }
    }

    /// The size in the arguments, or that of the chart file.
    pub(super) fn size(&self, of_file: Option<Size>) -> Size {
        self.size.or(of_file).unwrap_or_default()
    }

    /// The theme in the arguments, or those of the chart file.
    pub(super) fn themes(&self, of_file: &[Theme]) -> Vec<Theme> {
        match self.theme {
            Some(theme) => vec![theme],
            None if of_file.is_empty() => vec![Theme::Light],
            None => of_file.to_vec(),
        }
    }
}
