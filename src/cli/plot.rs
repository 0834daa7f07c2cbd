//! `phiscale plot`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use phiscale::chart::{self, Cost};
use phiscale::diagnostic::Diagnostic;
use phiscale::growth::{CostRule, Growth};
use phiscale::plot::{self, Chart, Size, Theme};
use phiscale::report::{self, Report};

use super::arguments::{CoefficientArguments, FormatName, Phis};
use super::network::{Loaded, convention, load};
use super::{Ended, Failure, Outcome, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The families, the hero first: bundled specs or paths.
    #[arg(value_name = "SPEC", required = true)]
    families: Vec<String>,
    /// What is on the x axis; accuracy is on the y axis, and cost growth where x is φ.
    #[arg(long, value_enum, value_name = "AXIS")]
    x: Option<AxisName>,
    /// Values of φ on a chart of cost growth.
    #[arg(long, value_name = "PHIS", default_value = "0..=7", allow_hyphen_values = true)]
    phi: Phis,
    /// What one step of φ should multiply the cost by.
    #[arg(long, value_name = "X", default_value = "2")]
    target: f64,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    /// What a chart of cost growth counts (`phiscale list --conventions`).
    #[arg(long, value_name = "NAME", default_value = "conv-linear")]
    convention: String,
    /// Colours for a light or a dark page.
    #[arg(long, value_enum, default_value = "light")]
    theme: ThemeName,
    /// Size of the chart in pixels.
    #[arg(long, value_name = "WxH", default_value = "960x672")]
    size: SizeArgument,
    /// Pixels of a PNG to one of the chart.
    #[arg(long, value_name = "X", default_value = "2")]
    scale: f32,
    /// Write to FILE.svg or FILE.png and print the numbers behind the chart; an existing folder gets the
    /// charts of MACs, params and φ. Without it, the SVG goes to standard output.
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Form of the numbers printed behind a chart that is written to a file.
    #[arg(long, value_enum, default_value = "table")]
    format: FormatName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AxisName {
    /// Multiply-adds
    Macs,
    /// Twice the multiply-adds
    Flops,
    /// Trained parameters
    Params,
    /// Output elements of convolutions and linear layers
    Activations,
    /// The compound coefficient φ
    Phi,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ThemeName {
    /// Dark on white
    Light,
    /// Light on black
    Dark,
}

#[derive(Clone, Copy, Debug)]
struct SizeArgument(Size);

impl std::str::FromStr for SizeArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (width, height) = text.split_once('x').ok_or("a size is WxH, in pixels")?;
        let side =
            |side: &str| side.parse().map_err(|_| format!("`{side}` is no number of pixels"));
        Ok(SizeArgument(Size { width: side(width)?, height: side(height)? }))
    }
}

/// A chart with its name and the numbers behind it.
struct Drawn {
    name: String,
    chart: Chart,
    numbers: Vec<Report>,
    /// Members that have no place in the chart, each with the reason.
    left_out: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let families = arguments.families.iter().map(|address| family(address));
    let families = families.collect::<Result<Vec<Loaded>, Failure>>()?;
    match &arguments.output {
        Some(folder) if folder.is_dir() => into_folder(arguments, &families, folder),
        Some(path) if path.as_os_str() != "-" => into_file(arguments, &families, path),
        _ => {
            let drawn = draw(arguments, &families, arguments.x.unwrap_or(AxisName::Macs))?;
            say_left_out(&drawn.left_out);
            output::stdout(svg(arguments, &drawn.chart)?.as_bytes())?;
            Ok(Outcome::Passed)
        }
    }
}

fn family(address: &str) -> Result<Loaded, Failure> {
    let (loaded, member) = load(address)?;
    match loaded.member(member)? {
        None => Ok(loaded),
        Some(_) => {
            Err(Failure::plain("a chart shows families whole: name the spec without a member"))
        }
    }
}

/// Every chart that the families have the numbers for.
fn into_folder(arguments: &Arguments, families: &[Loaded], folder: &Path) -> Ended {
    let has_rule =
        families[0].family.rule.coefficients.is_some() || arguments.coefficients.are_given();
    let axes = match arguments.x {
        Some(axis) => vec![axis],
        None if has_rule => vec![AxisName::Macs, AxisName::Params, AxisName::Phi],
        None => vec![AxisName::Macs, AxisName::Params],
    };
    // Draw all before writing any: a mistake leaves the folder as it was.
    let mut files = Vec::new();
    let mut numbers: Vec<String> = Vec::new();
    let mut left_out: Vec<String> = Vec::new();
    for axis in axes {
        let drawn = draw(arguments, families, axis)?;
        left_out.extend(drawn.left_out);
        files.push((folder.join(format!("{}.svg", drawn.name)), svg(arguments, &drawn.chart)?));
        for report in &drawn.numbers {
            let text = report.write(arguments.format.into());
            if !numbers.contains(&text) {
                numbers.push(text);
            }
        }
    }
    left_out.sort();
    left_out.dedup();
    say_left_out(&left_out);
    for (path, svg) in &files {
        output::file(path, svg.as_bytes())?;
        output::say(&format!("wrote {}\n", path.display()));
    }
    output::stdout(numbers.join("\n").as_bytes())?;
    Ok(Outcome::Passed)
}

fn into_file(arguments: &Arguments, families: &[Loaded], path: &Path) -> Ended {
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).map(str::to_lowercase);
    let is_png = match suffix.as_deref() {
        Some("svg") => false,
        Some("png") => true,
        _ => {
            let message =
                format!("a chart is an .svg or a .png file, and {} is neither", path.display());
            return Err(Failure::plain(message));
        }
    };
    let drawn = draw(arguments, families, arguments.x.unwrap_or(AxisName::Macs))?;
    say_left_out(&drawn.left_out);
    let svg = svg(arguments, &drawn.chart)?;
    if is_png {
        let picture =
            plot::png(&svg, arguments.scale).map_err(|error| Failure::plain(error.to_string()))?;
        output::file(path, &picture)?;
    } else {
        output::file(path, svg.as_bytes())?;
    }
    output::say(&format!("wrote {}\n", path.display()));
    let numbers = drawn.numbers.iter().map(|report| report.write(arguments.format.into()));
    output::stdout(numbers.collect::<Vec<_>>().join("\n").as_bytes())?;
    Ok(Outcome::Passed)
}

fn say_left_out(left_out: &[String]) {
    for reason in left_out {
        output::say(&format!("left out {reason}\n"));
    }
}

fn draw(arguments: &Arguments, families: &[Loaded], axis: AxisName) -> Result<Drawn, Failure> {
    let cost = match axis {
        AxisName::Macs => Cost::Macs,
        AxisName::Flops => Cost::Flops,
        AxisName::Params => Cost::Params,
        AxisName::Activations => Cost::Activations,
        AxisName::Phi => return growth(arguments, &families[0], families.len()),
    };
    let all: Vec<_> = families.iter().map(|loaded| &loaded.family).collect();
    let drawn = chart::accuracy(&all, cost).map_err(|problems| families[0].failure(problems))?;
    let numbers = families
        .iter()
        .map(|loaded| report::members(&loaded.family).map_err(|problems| loaded.failure(problems)));
    let name = format!("{}-{}", all[0].name, cost.name().to_lowercase());
    let numbers = numbers.collect::<Result<_, _>>()?;
    Ok(Drawn { name, chart: drawn.chart, numbers, left_out: drawn.left_out })
}

fn growth(arguments: &Arguments, loaded: &Loaded, count: usize) -> Result<Drawn, Failure> {
    if count > 1 && arguments.x == Some(AxisName::Phi) {
        return Err(Failure::plain("a chart of cost growth shows one family"));
    }
    let family = &loaded.family;
    let convention = convention(&arguments.convention)?;
    let rule = CostRule {
        coefficients: arguments.coefficients.resolve(family)?,
        target: Some(arguments.target),
        tolerance: f64::INFINITY,
        cumulative: false,
    };
    let growth = Growth::measure(family, rule, &arguments.phi.0, &convention)
        .map_err(|problems| loaded.failure(problems))?;
    let chart = chart::growth(family, &growth, &convention);
    let numbers = vec![report::check(&family.name, &growth, &convention)];
    let name = format!("{}-phi", family.name);
    Ok(Drawn { name, chart, numbers, left_out: Vec::new() })
}

fn svg(arguments: &Arguments, chart: &Chart) -> Result<String, Failure> {
    let theme = match arguments.theme {
        ThemeName::Light => Theme::Light,
        ThemeName::Dark => Theme::Dark,
    };
    let drawing = plot::svg(chart, theme, arguments.size.0)
        .map_err(|error| Failure::from(Diagnostic::new(error.to_string())))?;
    for label in &drawing.dropped_labels {
        output::say(&format!(
            "no room for the label {label:?}; it is in the point's hover title\n"
        ));
    }
    Ok(drawing.svg)
}
