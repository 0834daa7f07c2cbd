//! The arguments of `phiscale plot`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use phiscale::Measure;
use phiscale::charts::Captions;
use phiscale::charts::drawing::{Length, Size, TextForm, Theme, Unit};
use phiscale::onnx::Options;
use phiscale::published::Accuracy;
use phiscale::reports::Format;
use phiscale::{Diagnostic, Error};

use crate::cli::arguments::{CoefficientArguments, FORMATS, Image, OpenArguments, Values, choice};

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Families or networks, the hero first: bundled specs, paths or ONNX files. Or chart files, or a folder of them.
    #[arg(value_name = "SPEC|CHART", required = true)]
    pub(super) names: Vec<String>,
    /// The x axis. The y axis is accuracy or, against φ, cost growth.
    #[arg(long, value_parser = one_of(&X_AXES), value_name = "AXIS", help_heading = "Chart")]
    pub(super) x: Option<XAxis>,
    /// The accuracy on the y axis [default: top1].
    #[arg(long, value_parser = one_of(&Y_AXES), value_name = "ACCURACY", help_heading = "Chart")]
    pub(super) y: Option<Accuracy>,
    /// Show the cost of networks by stage.
    #[arg(long, conflicts_with_all = ["x", "y", "accuracy"], help_heading = "Chart")]
    pub(super) stages: bool,
    /// Use accuracies with these words in their source, such as `torchvision`.
    #[arg(long, value_name = "WORDS", help_heading = "Chart")]
    pub(super) accuracy: Option<String>,
    /// Values of φ on a chart of cost growth [default: 0..=7].
    #[arg(long, value_name = "PHIS", allow_hyphen_values = true, help_heading = "Chart")]
    pub(super) phi: Option<Values>,
    /// Factor by which one step of φ should multiply the cost [default: 2].
    #[arg(long, value_name = "X", help_heading = "Chart")]
    pub(super) target: Option<f64>,
    #[command(flatten)]
    pub(super) coefficients: CoefficientArguments,
    /// What a chart of cost growth counts (`phiscale list --conventions`) [default: conv-linear].
    #[arg(long, value_name = "NAME", help_heading = "Chart")]
    pub(super) convention: Option<String>,
    /// Colours for a light or a dark page, or for both in one SVG [default: light, or that of the chart file].
    #[arg(long, value_parser = one_of(&THEMES), value_name = "THEME", help_heading = "Look")]
    pub(super) theme: Option<Theme>,
    /// Size in pixels, or for paper: 3.3x2.4in, 84x60mm, `one-column`, `two-columns` [default: 960x672, or that of
    /// the chart file].
    #[arg(
        long,
        value_parser = Size::from_str,
        value_name = "WxH",
        allow_hyphen_values = true,
        help_heading = "Look"
    )]
    pub(super) size: Option<Size>,
    /// Size of most text; lines and markers follow it [default: 14px, or 8pt for paper].
    #[arg(
        long,
        value_parser = Length::from_str,
        value_name = "SIZE",
        allow_hyphen_values = true,
        help_heading = "Look"
    )]
    pub(super) font_size: Option<Length>,
    /// TrueType or OpenType font instead of the built-in one; a second one is for bold text.
    #[arg(long, value_name = "FILE", help_heading = "Look")]
    pub(super) font: Vec<PathBuf>,
    /// How an SVG holds its text.
    #[arg(
        long,
        value_parser = one_of(&TEXT_FORMS),
        value_name = "FORM",
        default_value = "embedded",
        help_heading = "Look"
    )]
    pub(super) text: TextForm,
    /// Pixels per inch of a PNG [default: 300 for paper, else 192].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Look")]
    dpi: Option<f64>,
    /// PNG pixels per chart pixel: 2 is --dpi 192.
    #[arg(
        long,
        value_name = "X",
        conflicts_with = "dpi",
        allow_hyphen_values = true,
        help_heading = "Look"
    )]
    scale: Option<f64>,
    /// The title instead of the computed one; `none` for none.
    #[arg(long, value_name = "TEXT", help_heading = "Look")]
    pub(super) title: Option<String>,
    /// A line before the sources at the bottom; `none` for neither.
    #[arg(long, value_name = "TEXT", help_heading = "Look")]
    note: Option<String>,
    /// Leave out the sources at the bottom.
    #[arg(long, help_heading = "Look")]
    no_sources: bool,
    /// Write to FILE.svg, FILE.pdf or FILE.png, and print a table of what was drawn. An existing folder gets the charts
    /// of MACs, params and φ, or those of all chart files, as SVG. Without this, the SVG goes to standard
    /// output.
    #[arg(short, long, value_name = "FILE|FOLDER", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// Form of the printed table [default: table]; that of the chart is the suffix of `--output`.
    #[arg(long, value_parser = choice(&FORMATS), help_heading = "Output")]
    pub(super) format: Option<Format>,
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

/// Every accuracy with its name and help.
const Y_AXES: [(&str, Accuracy, &str); 2] = [
    ("top1", Accuracy::Top1, "The right class is the likeliest"),
    ("top5", Accuracy::Top5, "The right class is among the five likeliest"),
];

/// Every theme with its name and help.
const THEMES: [(&str, Theme, &str); 3] = [
    ("light", Theme::Light, "Dark on white"),
    ("dark", Theme::Dark, "Light on black"),
    ("auto", Theme::Auto, "Follows the page that shows the SVG; a PNG is light"),
];

/// Every form of text in an SVG with its name and help.
const TEXT_FORMS: [(&str, TextForm, &str); 2] = [
    ("embedded", TextForm::Embedded, "Text, with the glyphs that it uses"),
    ("paths", TextForm::Paths, "Outlines, for programs that ignore embedded fonts"),
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

impl Arguments {
    /// Refuses options that a chart file sets itself.
    pub(super) fn check_for_chart_files(&self) -> Result<(), String> {
        let of_all = [
            self.x.map(|_| "--x"),
            self.y.map(|_| "--y"),
            self.stages.then_some("--stages"),
            self.accuracy.as_ref().map(|_| "--accuracy"),
            self.of_growth(),
        ];
        match of_all.into_iter().flatten().next() {
            Some(name) => {
                Err(format!("{name} cannot be used with a chart file, which sets it itself"))
            }
            None => Ok(()),
        }
    }

    /// The first option given that only a chart of cost growth uses.
    fn of_growth(&self) -> Option<&'static str> {
        let phi = self.phi.as_ref().map(|_| "--phi");
        let target = self.target.map(|_| "--target");
        let convention = self.convention.as_ref().map(|_| "--convention");
        phi.or(target).or(self.coefficients.given()).or(convention)
    }

    /// Refuses options that no chart uses: only charts of cost growth have a φ, only those of accuracy a source.
    pub(super) fn check_effects(&self, has_growth: bool, has_accuracy: bool) -> Result<(), Error> {
        let without = |name: &str, help: &str| {
            Err(Diagnostic::new(format!("{name} has no effect on this chart")).help(help).into())
        };
        let of_accuracy = self.accuracy.as_ref().map(|_| "--accuracy");
        match (self.of_growth(), of_accuracy.or(self.y.map(|_| "--y"))) {
            (Some(name), _) if !has_growth => {
                without(name, "it belongs to a chart of cost growth: --x phi")
            }
            (_, Some(name)) if !has_accuracy => {
                without(name, "it belongs to a chart of accuracy: --x macs")
            }
            _ => Ok(()),
        }
    }

    /// Refuses a form of the table where the chart, or the CSV, is printed instead of it.
    pub(super) fn check_table(&self) -> Result<(), Error> {
        let is_stdout = |path: &PathBuf| path.as_os_str() == "-";
        let takes = |what: &str, help: &str| Err(Diagnostic::new(what).help(help).into());
        let is_chart = self.output.as_ref().is_none_or(is_stdout);
        let is_csv = self.csv.as_ref().is_some_and(is_stdout);
        if is_chart && (self.format.is_some() || is_csv) {
            let help = "write the chart to a file to get the table: -o FILE.svg";
            return takes("the chart goes to standard output, so no table is printed", help);
        }
        if is_csv && self.format.is_some_and(|format| format != Format::Csv) {
            return takes("--csv - prints the table as CSV", "leave out --format, or name a file");
        }
        Ok(())
    }

    /// The captions in the arguments.
    pub(super) fn captions(&self) -> Captions {
        let (title, note) = (self.title.clone(), self.note.clone());
        Captions { title, subtitle: None, note, without_sources: self.no_sources }
    }

    /// Pixels per inch of a PNG.
    pub(super) fn dpi(&self, size: Size) -> f64 {
        let on_screen = Unit::Inch.pixels();
        let by_default = if size.unit == Unit::Pixel { 2.0 * on_screen } else { 300.0 };
        self.dpi.or(self.scale.map(|scale| scale * on_screen)).unwrap_or(by_default)
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
