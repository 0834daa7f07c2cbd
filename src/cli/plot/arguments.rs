//! The arguments of `phiscale plot`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use phiscale::charts::drawing::{Size, Theme};
use phiscale::counting::measure::Measure;
use phiscale::families::sketch::Paper;

use crate::cli::arguments::{CoefficientArguments, DimensionArguments, FormatName, Image, Phis};
use crate::cli::network::Import;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The families, the hero first: bundled specs, paths, or ONNX files; or chart files, or a folder of them.
    #[arg(value_name = "SPEC|CHART", required = true)]
    pub(super) names: Vec<String>,
    /// What is on the x axis; accuracy is on the y axis, and cost growth where x is φ.
    #[arg(long, value_enum, value_name = "AXIS")]
    pub(super) x: Option<AxisName>,
    /// Show where the cost of networks sits, stage by stage.
    #[arg(long, conflicts_with_all = ["x", "accuracy"])]
    pub(super) stages: bool,
    /// Take the accuracies whose source has these words, such as `torchvision`.
    #[arg(long, value_name = "WORDS")]
    pub(super) accuracy: Option<String>,
    /// Values of φ on a chart of cost growth [default: 0..=7].
    #[arg(long, value_name = "PHIS", allow_hyphen_values = true)]
    pub(super) phi: Option<Phis>,
    /// What one step of φ should multiply the cost by.
    #[arg(long, value_name = "X", default_value = "2")]
    pub(super) target: f64,
    #[command(flatten)]
    pub(super) coefficients: CoefficientArguments,
    /// What a chart of cost growth counts (`phiscale list --conventions`).
    #[arg(long, value_name = "NAME", default_value = "conv-linear")]
    pub(super) convention: String,
    /// Colours for a light or a dark page, or for both in one SVG [default: light, or as the chart file
    /// says].
    #[arg(long, value_enum)]
    pub(super) theme: Option<ThemeName>,
    /// Size of the chart in pixels [default: 960x672, or as the chart file says].
    #[arg(long, value_name = "WxH")]
    pub(super) size: Option<SizeArgument>,
    /// Pixels of a PNG to one of the chart.
    #[arg(long, value_name = "X", default_value = "2")]
    pub(super) scale: f32,
    /// Write to FILE.svg or FILE.png and print the numbers behind the chart; an existing folder gets the
    /// charts of MACs, params and φ, or those of all chart files. Without it, the SVG goes to standard
    /// output.
    #[arg(short, long, value_name = "FILE|FOLDER")]
    pub(super) output: Option<PathBuf>,
    /// Form of the numbers printed behind a chart that is written to a file.
    #[arg(long, value_enum, default_value = "table")]
    pub(super) format: FormatName,
    /// Write the numbers behind the chart to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
    /// Height and width of the image that goes into ONNX files, in pixels, in place of their own.
    #[arg(long, value_name = "H[xW]", help_heading = "ONNX files")]
    input: Option<Image>,
    #[command(flatten)]
    dimensions: DimensionArguments,
}

impl Arguments {
    /// How ONNX files are read; specs are as they are.
    pub(super) fn import(&self) -> Import {
        self.dimensions.import(self.input)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum AxisName {
    /// Multiply-adds
    Macs,
    /// Twice the multiply-adds
    Flops,
    /// Trained parameters
    Params,
    /// Output elements of convolutions and linear layers
    Activations,
    /// Bytes of weights and peak activations
    Memory,
    /// The compound coefficient φ
    Phi,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ThemeName {
    /// Dark on white
    Light,
    /// Light on black
    Dark,
    /// As the page is that shows the SVG; a PNG is light
    Auto,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct SizeArgument(Size);

impl std::str::FromStr for SizeArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (width, height) = text.split_once('x').ok_or("a size is WxH, in pixels")?;
        let side =
            |side: &str| side.parse().map_err(|_| format!("`{side}` is no number of pixels"));
        Ok(SizeArgument(Size { width: side(width)?, height: side(height)? }))
    }
}

impl AxisName {
    /// What is counted on the axis; φ is no count.
    pub(super) fn measure(self) -> Option<Measure> {
        match self {
            AxisName::Macs => Some(Measure::Macs),
            AxisName::Flops => Some(Measure::Flops),
            AxisName::Params => Some(Measure::Params),
            AxisName::Activations => Some(Measure::Activations),
            AxisName::Memory => Some(Measure::Memory),
            AxisName::Phi => None,
        }
    }
}

impl Arguments {
    /// What a chart file says itself cannot be an argument as well.
    pub(super) fn are_for_a_chart_file(&self) -> Result<(), String> {
        let given = [
            ("--x", self.x.is_some()),
            ("--stages", self.stages),
            ("--accuracy", self.accuracy.is_some()),
            ("--phi", self.phi.is_some()),
            ("--alpha, --beta, --gamma or --strategy", self.coefficients.are_given()),
        ];
        match given.iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => {
                Err(format!("a chart file says itself what it shows: leave out {name}"))
            }
            None => Ok(()),
        }
    }

    /// The size asked for, or the chart's own.
    pub(super) fn size(&self, own: Option<[u32; 2]>) -> Size {
        match (self.size, own) {
            (Some(SizeArgument(size)), _) => size,
            (None, Some([width, height])) => Size { width, height },
            (None, None) => Size::default(),
        }
    }

    /// The themes asked for, or the chart's own.
    pub(super) fn themes(&self, own: &[Paper]) -> Vec<Theme> {
        let theme = |paper: &Paper| match paper {
            Paper::Light => Theme::Light,
            Paper::Dark => Theme::Dark,
            Paper::Auto => Theme::Auto,
        };
        match self.theme {
            Some(ThemeName::Light) => vec![Theme::Light],
            Some(ThemeName::Dark) => vec![Theme::Dark],
            Some(ThemeName::Auto) => vec![Theme::Auto],
            None if own.is_empty() => vec![Theme::Light],
            None => own.iter().map(theme).collect(),
        }
    }
}
