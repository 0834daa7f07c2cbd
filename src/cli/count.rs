//! `phiscale count`: the cost of one network.

use clap::Args;
use phiscale::reports::{CountedNetwork, Per};
use phiscale::{Diagnostic, Error, Model, Scale, reports, spec};

use super::arguments::{
    CoefficientArguments, ImportArguments, InputArguments, Output, ScaleArguments, choice,
};
use super::network::load;
use super::{Ended, output};

/// Maximum rows of an unrolled table; a longer one would take gigabytes of memory.
const MAX_ROWS: u64 = 100_000;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The network: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx.
    #[arg(value_name = "NETWORK")]
    network: String,
    /// Break the count down by stage or by layer.
    #[arg(long, value_parser = choice(&BREAKDOWNS))]
    per: Option<Per>,
    /// Give every repeat its own row.
    #[arg(long, requires = "per")]
    unroll: bool,
    /// Scale by d = α^φ, w = β^φ, r = γ^φ.
    #[arg(
        long,
        value_name = "X",
        allow_hyphen_values = true,
        conflicts_with_all = ["depth", "width", "resolution"],
        help_heading = "Scaling"
    )]
    phi: Option<f64>,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    import: ImportArguments,
    /// The counting convention of the reported number (`phiscale list --conventions`).
    #[arg(long, value_name = "NAME", default_value = "conv-linear")]
    convention: String,
    #[command(flatten)]
    output: Output,
}

const BREAKDOWNS: [(&str, &str, Per); 2] = [
    ("layer", "One row for each layer; equal repeats share one", Per::Layer),
    ("stage", "One row for each stage", Per::Stage),
];

pub(super) fn run(arguments: &Arguments) -> Ended {
    let convention = spec::convention(&arguments.convention)?;
    let import = arguments.import.import(arguments.input.input);
    let (model, member) = load(&arguments.network, &import)?;
    let member = model.named(member)?;
    let (scale, note) = scale(arguments, &model)?;
    let mut scaled = model.network(&arguments.input.request(member, scale))?;
    scaled.notes.extend(note);
    let layers = scaled.network.layer_count();
    if arguments.unroll && layers > MAX_ROWS {
        let message =
            format!("unrolled, the network has {layers} layers; the limit is {MAX_ROWS} rows");
        return Err(Error::from(
            Diagnostic::new(message).help("without --unroll, equal repeats share a row"),
        ));
    }
    let network = if arguments.unroll { scaled.network.unrolled() } else { scaled.network };
    let name = model.address(member);
    let counted = CountedNetwork {
        name: &name,
        title: model.title(),
        source: model.source(),
        network: &network,
        scale: scaled.scale,
        phi: arguments.phi,
        batch: arguments.input.batch,
        notes: &scaled.notes,
        convention: &convention,
        per: arguments.per,
    };
    output::report(&reports::count(&counted), &arguments.output)
}

/// The multipliers, and a note on coefficients that nobody chose.
fn scale(arguments: &Arguments, model: &Model) -> Result<(Scale, Option<String>), Error> {
    match arguments.phi {
        Some(phi) if phi.is_finite() => {
            let chosen = arguments.coefficients.one(model.family()?)?;
            Ok((chosen.at(phi)?, chosen.note))
        }
        Some(phi) => Err(Error::new(format!("φ is {phi}; it must be a finite number"))),
        None if arguments.coefficients.are_given() => {
            let problem = Diagnostic::new("α, β and γ have no effect without φ");
            Err(problem.help("add --phi, or give --depth, --width and --resolution").into())
        }
        None => Ok((arguments.scale.resolve()?, None)),
    }
}
