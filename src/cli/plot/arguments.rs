//! The arguments of `phiscale plot`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use phiscale::charts::Captions;
use phiscale::charts::drawing::{Length, Size, TextForm, Theme, Unit};
use phiscale::onnx::Options;
use phiscale::published::Accuracy;
use phiscale::reports::Format;
use phiscale::{Diagnostic, Error};

use super::choices::{TEXT_FORMS, THEMES, X_AXES, XAxis, Y_AXES, YAxis, one_of};
use super::run::{KindArguments, RunArguments};
use crate::cli::arguments::{CoefficientArguments, FORMATS, Image, OpenArguments, Values, choice};

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Families or networks, the hero first: bundled specs, paths or ONNX files. Or chart files, or a folder of them. Or
    /// the CSV of a sweep, and a family to mark in it.
    #[arg(value_name = "SPEC|CHART", required = true)]
    pub(super) names: Vec<String>,
    /// The x axis. The y axis is accuracy or, against φ, cost growth; of a sweep, another cost.
    #[arg(long, value_parser = one_of(&X_AXES), value_name = "AXIS", help_heading = "Chart")]
    pub(super) x: Option<XAxis>,
    /// The accuracy on the y axis [default: top1]; of a sweep, the cost [default: activations].
    #[arg(long, value_parser = one_of(&Y_AXES), value_name = "AXIS", help_heading = "Chart")]
    pub(super) y: Option<YAxis>,
    #[command(flatten)]
    pub(super) kind: KindArguments,
    /// Use accuracies with these words in their source, such as `torchvision`.
    #[arg(long, value_name = "WORDS", help_heading = "Chart")]
    pub(super) accuracy: Option<String>,
    /// Draw the law of each line: the accuracies to expect of larger networks, as a band (`phiscale law`).
    #[arg(long, help_heading = "Chart")]
    pub(super) law: bool,
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
    /// Size in pixels, or for paper in `in`, `mm` or `cm`: 3.3x2.4in, `one-column`, `two-columns` [default: 960x672,
    /// or that of the chart file].
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
    /// TrueType or OpenType font instead of the built-in one; a second --font is for bold text.
    #[arg(long, value_name = "FILE", help_heading = "Look")]
    pub(super) font: Vec<PathBuf>,
    /// How an SVG holds its text; a PDF embeds its fonts.
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
    /// PNG pixels per pixel of `--size`: 2 is --dpi 192.
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
    /// Text above the sources at the bottom; `none` leaves out both.
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
    #[command(flatten)]
    pub(super) run: RunArguments,
}

impl Arguments {
    /// How ONNX files are read.
    pub(super) fn import(&self) -> Options {
        self.open.import(self.input)
    }
}

impl Arguments {
    /// Refuses options that a chart file has keys for.
    pub(super) fn check_for_chart_files(&self) -> Result<(), Error> {
        let key = |name: &str, value: &str| Some(format!("{name} = \"{value}\""));
        let x = self.x.map(|axis| match axis {
            XAxis::Cost(measure) => ("--x", key("x", measure.key())),
            XAxis::Estimate(estimate) => ("--x", key("x", estimate.key())),
            XAxis::Phi => ("--x", key("chart", "growth")),
        });
        let y = self.accuracy_axis()?.map(|y| ("--y", key("y", y.key())));
        let stages = self.kind.stages.then(|| ("--stages", key("chart", "stages")));
        let roofline = self.kind.roofline.then(|| ("--roofline", key("chart", "roofline")));
        let measured = self.kind.measured.then(|| ("--measured", key("chart", "measured")));
        let device = self.run.device().map(|name| ("--device", key("device", name)));
        let words = self.accuracy.as_ref().map(|words| ("--accuracy", key("accuracy", words)));
        let law = self.law.then(|| ("--law", Some("law = true".to_string())));
        let of_growth = self.of_growth().map(|name| (name, None));
        let given = x.or(y).or(stages).or(roofline).or(measured).or(device).or(words);
        let Some((name, written)) = given.or(law).or(of_growth) else {
            return Ok(());
        };
        let problem = Diagnostic::new(format!("{name} cannot be used with a chart file"));
        Err(match written {
            Some(key) => problem.help(format!("write `{key}` in it")),
            None => problem.help(
                "a chart file of cost growth has the keys family, phi, target and convention",
            ),
        }
        .into())
    }

    /// The accuracy on the y axis, if one is given; a cost is for sweeps.
    pub(super) fn accuracy_axis(&self) -> Result<Option<Accuracy>, Error> {
        match self.y {
            None => Ok(None),
            Some(YAxis::Accuracy(accuracy)) => Ok(Some(accuracy)),
            Some(YAxis::Cost(cost)) => {
                let message = format!("--y {} has no effect on this chart", cost.key());
                let help = "it belongs to a chart of a sweep: phiscale plot s.csv";
                Err(Diagnostic::new(message).help(help).into())
            }
        }
    }

    /// The first option given that only a chart of cost growth uses.
    pub(super) fn of_growth(&self) -> Option<&'static str> {
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
        let y = self.accuracy_axis()?.map(|_| "--y");
        let law = self.law.then_some("--law");
        match (self.of_growth(), of_accuracy.or(y).or(law)) {
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

    /// Pixels per inch of a PNG of this size.
    pub(super) fn dpi(&self, size: Size) -> f64 {
        let scaled = self.scale.map(|scale| scale * Unit::Inch.pixels());
        self.dpi.or(scaled).unwrap_or_else(|| default_dpi(size))
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

/// Pixels per inch of a PNG for screens, or for paper.
pub(super) fn default_dpi(size: Size) -> f64 {
    if size.unit == Unit::Pixel { 2.0 * Unit::Inch.pixels() } else { 300.0 }
}
