//! `phiscale explain`: what every counting tool would report for a network, and why.

use clap::Args;
use phiscale::reports::ExplainedNetwork;
use phiscale::{Error, Figure, Model, explain, reports, spec};

use super::arguments::{ImportArguments, InputArguments, Output, ScaleArguments};
use super::files::load;
use super::{Answer, Caller};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The network: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx.
    #[arg(value_name = "NETWORK")]
    network: String,
    /// Show where two conventions differ, event by event.
    #[arg(long, num_args = 2, value_names = ["CONVENTION", "CONVENTION"])]
    between: Option<Vec<String>>,
    /// Find the conventions and input sizes that give a reported number: 401.7M, 0.39B.
    #[arg(long, value_name = "NUMBER", conflicts_with = "between", allow_hyphen_values = true)]
    given: Option<String>,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    import: ImportArguments,
    #[command(flatten)]
    pub(super) output: Output,
}

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let figure = arguments.given.as_deref().map(figure).transpose()?;
    let import = arguments.import.import(arguments.input.image.input);
    let (model, member) = load(&arguments.network, &import, caller)?;
    let member = model.named(member)?;
    let request = arguments.input.request(member, arguments.scale.resolve(true)?);
    let scaled = model.network(&request)?;
    let mut notes = scaled.notes;
    if matches!(model, Model::Graph(_)) {
        notes.push(MODULES_NOTE.into());
    }
    let name = model.address(member);
    let network = ExplainedNetwork {
        name: &name,
        input: scaled.network.input().clone(),
        cost: scaled.network.ledger(),
        batch: arguments.input.batch,
        notes: &notes,
    };
    let report = if let Some(figure) = figure {
        let conventions = spec::conventions()?;
        let candidates = explain::given(&model, &request, &figure, &conventions, network.batch)?;
        reports::given(&network, &figure, &candidates)
    } else if let Some([left, right]) = arguments.between.as_deref() {
        let (left, right) = (spec::convention(left)?, spec::convention(right)?);
        let differences = explain::between(&network.cost, &left, &right, network.batch);
        reports::between(&network, [&left, &right], &differences)
    } else {
        let conventions = spec::conventions()?;
        reports::explain(&network, &explain::numbers(&network.cost, &conventions, network.batch))
    };
    Ok(Answer::of(report))
}

/// Why module counters may differ on an imported graph.
const MODULES_NOTE: &str = "thop, ptflops, torchinfo and DeepSpeed count PyTorch modules, but the file contains \
                            operators: each operator is counted as a module";

/// Units that people write after a number.
const UNITS: [&str; 9] =
    ["macs", "mac", "flops", "flop", "params", "parameters", "activations", "madds", "mult-adds"];

/// Parses a reported number: `401.7M`, `4.1 GMACs`, `25.6M params`.
fn figure(text: &str) -> Result<Figure, Error> {
    let lower = text.trim().to_lowercase();
    let unit = UNITS.iter().find(|unit| lower.ends_with(*unit));
    let number = unit.and_then(|unit| text.trim().get(..lower.len() - unit.len()));
    let number = number.unwrap_or(text).trim_end();
    Figure::parse(number).filter(|figure| figure.value > 0.0).ok_or_else(|| {
        Error::new(format!(
            "`{text}` is not a number as tools report it, such as 401.7M, 0.39B or 385,814,752"
        ))
    })
}
