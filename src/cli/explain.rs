//! `phiscale explain`

use clap::Args;
use phiscale::analysis::explain;
use phiscale::counting::units::Figure;
use phiscale::error::Error;
use phiscale::reports::{self, Subject};

use super::arguments::{ImportArguments, InputArguments, Output, ScaleArguments};
use super::network::{convention, load_at};
use super::{Ended, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The network: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx.
    #[arg(value_name = "NETWORK")]
    network: String,
    /// Show where two conventions differ, event by event.
    #[arg(long, num_args = 2, value_names = ["CONVENTION", "CONVENTION"])]
    between: Option<Vec<String>>,
    /// Name the conventions, and the input sizes, that give a number somebody reported: 401.7M, 0.39B.
    #[arg(long, value_name = "NUMBER", conflicts_with = "between", allow_hyphen_values = true)]
    given: Option<String>,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    import: ImportArguments,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let figure = arguments.given.as_deref().map(figure).transpose()?;
    let import = arguments.import.import(arguments.input.input);
    let (family, member) = load_at(&arguments.network, &import)?;
    let member = family.named(member)?;
    let request = arguments.input.request(member, arguments.scale.resolve()?);
    let scaled = family.network(&request)?;
    let mut notes = scaled.notes;
    if family.imported.is_some() {
        notes.push(OF_MODULES.into());
    }
    let name = member.map_or(family.name.clone(), |member| family.address(member));
    let subject = Subject {
        name: &name,
        input: scaled.network.input().clone(),
        cost: scaled.network.cost(),
        batch: arguments.input.batch,
        notes: &notes,
    };
    let report = if let Some(figure) = figure {
        let conventions = phiscale::families::spec::conventions()?;
        let candidates = explain::given(&family, &request, &figure, &conventions, subject.batch)?;
        reports::given(&subject, &figure, &candidates)
    } else if let Some([left, right]) = arguments.between.as_deref() {
        let (left, right) = (convention(left)?, convention(right)?);
        let differences = explain::between(&subject.cost, &left, &right, subject.batch);
        reports::between(&subject, [&left, &right], &differences)
    } else {
        let conventions = phiscale::families::spec::conventions()?;
        reports::explain(&subject, &explain::numbers(&subject.cost, &conventions, subject.batch))
    };
    output::report(&report, &arguments.output)
}

/// What a file does not say.
const OF_MODULES: &str = "counters of PyTorch's modules (thop, ptflops, torchinfo, DeepSpeed) see modules, and a file has \
                          operators: each is taken for a module of its own";

/// Words that people put behind a number.
const UNITS: [&str; 9] =
    ["macs", "mac", "flops", "flop", "params", "parameters", "activations", "madds", "mult-adds"];

/// A number as it was reported: `401.7M`, `4.1 GMACs`, `25.6M params`.
fn figure(text: &str) -> Result<Figure, Error> {
    let lower = text.trim().to_lowercase();
    let unit = UNITS.iter().find(|unit| lower.ends_with(*unit));
    let number = unit.and_then(|unit| text.trim().get(..lower.len() - unit.len()));
    let number = number.unwrap_or(text).trim_end();
    Figure::parse(number).filter(|figure| figure.value > 0.0).ok_or_else(|| {
        Error::new(format!(
            "`{text}` is no reported number: they are written as printed, 401.7M, 0.39B, 385,814,752"
        ))
    })
}
