//! `phiscale count`: the cost of a network, or of several.

mod format;
mod model_explorer;
mod table;

use clap::Args;
use phiscale::memory::Dtype;
use phiscale::reports::{CountColumn, CountedNetwork, CountedTraining, Per, Unit, Units};
use phiscale::{Convention, Diagnostic, Error, Model, reports, spec, training};

use super::arguments::{
    CoefficientArguments, ImportArguments, InputArguments, Output, ScaleArguments, choice,
};
use super::budget::Bytes;
use super::device::DTYPES;
use super::files::load;
use super::training::TrainingArguments;
use super::values::one_phi;
use super::{Answer, Caller, Ended};
use format::{CountFormat, CountOutput};

/// Maximum rows of a table; a longer one would take gigabytes of memory.
const MAX_ROWS: u64 = 100_000;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The networks: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx. Several make a table with a row for each.
    #[arg(value_name = "NETWORK", required = true)]
    networks: Vec<String>,
    /// Break the count of one network down by stage or by layer.
    #[arg(long, value_parser = choice(&BREAKDOWNS), help_heading = "Breakdown")]
    per: Option<Per>,
    /// Give every repeat its own row.
    #[arg(long, requires = "per", help_heading = "Breakdown")]
    unroll: bool,
    /// Type of the numbers in the bytes of each layer's input and output, with --per layer.
    #[arg(long, value_parser = choice(&DTYPES), value_name = "TYPE", requires = "per", default_value = "fp32", help_heading = "Breakdown")]
    dtype: Dtype,
    /// Scale by d = α^φ, w = β^φ, r = γ^φ.
    #[arg(
        long,
        value_name = "X",
        value_parser = one_phi,
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
    /// Sort the networks by a column, or the layers or stages of --per by a count, the smallest first.
    #[arg(long, value_name = "COLUMN", value_parser = choice(&COLUMNS), help_heading = "Table")]
    sort: Option<CountColumn>,
    /// Sort the largest first.
    #[arg(long, requires = "sort", help_heading = "Table")]
    reverse: bool,
    /// The columns of the table of networks, in this order; for Model Explorer, the one count to show.
    #[arg(
        long,
        value_name = "COLUMNS",
        value_parser = choice(&COLUMNS),
        value_delimiter = ',',
        help_heading = "Table"
    )]
    columns: Vec<CountColumn>,
    /// Show counts in K, M, G or T (10^3 to 10^12; B is G) with four digits: one letter for all, or one for params
    /// and activations and one for MACs and FLOPs, such as M,G. JSON and CSV have all digits.
    #[arg(long, value_name = "UNIT[,UNIT]", value_parser = choice(&UNITS), ignore_case = true, value_delimiter = ',', help_heading = "Table")]
    units: Vec<Unit>,
    #[command(flatten)]
    training: TrainingArguments,
    /// Find the largest batch whose training step needs at most this much memory: 24GB, 24GiB.
    #[arg(
        long,
        value_name = "BYTES",
        requires = "training",
        allow_hyphen_values = true,
        help_heading = "Training"
    )]
    max_memory: Option<Bytes>,
    #[command(flatten)]
    output: CountOutput,
}

const BREAKDOWNS: [(&str, &str, Per); 2] = [
    ("layer", "One row for each layer; equal repeats share one", Per::Layer),
    ("stage", "One row for each stage", Per::Stage),
];

const COLUMNS: [(&str, &str, CountColumn); 12] = [
    ("network", "The name", CountColumn::Network),
    ("family", "The family's title", CountColumn::Family),
    ("input", "Channels, height and width of the input", CountColumn::Input),
    ("depth", "The depth multiplier", CountColumn::Depth),
    ("width", "The width multiplier", CountColumn::Width),
    ("resolution", "The resolution multiplier", CountColumn::Resolution),
    ("params", "Trained params", CountColumn::Params),
    ("norm_stats", "Stored statistics of norms", CountColumn::NormStats),
    ("macs", "Multiply-adds", CountColumn::Macs),
    ("flops", "2 × multiply-adds", CountColumn::Flops),
    ("activations", "Output elements of convolutions and linear layers", CountColumn::Activations),
    ("reported", "The number of --convention", CountColumn::Reported),
];

const UNITS: [(&str, &str, Unit); 5] = [
    ("K", "Thousands", Unit::K),
    ("M", "Millions", Unit::M),
    ("G", "Billions", Unit::G),
    ("B", "Billions, as charts write them", Unit::B),
    ("T", "Trillions", Unit::T),
];

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    let (format, output) = (arguments.output.format()?, arguments.output.output.clone());
    match format {
        CountFormat::Report(format) => {
            answer(arguments, caller)?.written(&Output { format, output })
        }
        CountFormat::ModelExplorer => model_explorer::run(arguments, caller),
    }
}

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let convention = spec::convention(&arguments.convention)?;
    let units = units(&arguments.units)?;
    let is_sorted = arguments.sort.is_some() && arguments.per.is_none();
    match (&arguments.networks[..], is_sorted || !arguments.columns.is_empty()) {
        ([one], false) => single(arguments, one, &convention, units, caller),
        (networks, _) => {
            table::answer(arguments, networks, &convention, units, caller).map(Answer::of)
        }
    }
}

/// The unit of values and the unit of operations.
fn units(letters: &[Unit]) -> Result<Option<Units>, Error> {
    match letters {
        [] => Ok(None),
        [unit] => Ok(Some(Units { values: *unit, operations: *unit })),
        [values, operations] => Ok(Some(Units { values: *values, operations: *operations })),
        more => {
            let problem = Diagnostic::new(format!("--units has {} units; at most 2", more.len()));
            let help =
                "the first is for params and activations, the second for MACs and FLOPs: M,G";
            Err(problem.help(help).into())
        }
    }
}

fn single(
    arguments: &Arguments,
    address: &str,
    convention: &Convention,
    units: Option<Units>,
    caller: &Caller,
) -> Result<Answer, Error> {
    check_sort(arguments)?;
    let import = arguments.import.import(arguments.input.image.input);
    let (model, member) = load(address, &import, caller)?;
    counted(arguments, &model, member, convention, |counted| {
        let layers = counted.network.layer_count();
        if arguments.unroll && layers > MAX_ROWS {
            let message =
                format!("unrolled, the network has {layers} layers; the limit is {MAX_ROWS} rows");
            let help = "without --unroll, equal repeats share a row";
            return Err(Error::from(Diagnostic::new(message).help(help)));
        }
        let unrolled = arguments.unroll.then(|| counted.network.unrolled());
        let network = unrolled.as_ref().unwrap_or(counted.network);
        let Some(settings) = arguments.training.settings() else {
            return Ok(Answer::of(reports::count(&CountedNetwork { network, units, ..counted })));
        };
        let training = training::of(network);
        let limit = arguments.max_memory.map(|bytes| bytes.0);
        if limit.is_some() && !training.is_kept_known {
            return Err(unknown_memory(address));
        }
        let training = CountedTraining::new(network, &training, settings, limit);
        let passes = training.largest.is_none_or(|(_, batch)| batch.is_some());
        let training = Some(training);
        let report = reports::count(&CountedNetwork { network, units, training, ..counted });
        Ok(Answer { report, passes })
    })?
}

fn unknown_memory(address: &str) -> Error {
    let message = format!("how much memory training {address} needs is unknown");
    let help = "a graph for inference does not say what training keeps; leave out --max-memory";
    Diagnostic::new(message).help(help).into()
}

/// Fails where layers or stages cannot be sorted by the column.
fn check_sort(arguments: &Arguments) -> Result<(), Error> {
    let is_count = |column: &CountColumn| CountColumn::COUNTS.contains(column);
    let Some(column) = arguments.sort.filter(|column| !is_count(column)) else { return Ok(()) };
    let problem = Diagnostic::new(format!(
        "layers and stages are sorted by a count, not by `{}`",
        name_of(column)
    ));
    let names = CountColumn::COUNTS.map(name_of).join(", ");
    Err(problem.help(format!("--sort takes one of these with --per: {names}")).into())
}

/// The name of a column on the command line.
fn name_of(column: CountColumn) -> &'static str {
    COLUMNS.iter().find(|(.., known)| *known == column).map_or("", |(name, ..)| name)
}

/// Counts a model's network and hands it on.
fn counted<T>(
    arguments: &Arguments,
    model: &Model,
    member: Option<&str>,
    convention: &Convention,
    then: impl FnOnce(CountedNetwork) -> T,
) -> Result<T, Error> {
    let member = model.named(member)?;
    let Arguments { phi, scale, coefficients, .. } = arguments;
    let (scale, note) = coefficients.scale(*phi, scale, || model.family())?;
    let mut scaled = model.network(&arguments.input.request(member, scale))?;
    scaled.notes.extend(note);
    Ok(then(CountedNetwork {
        name: &model.address(member),
        title: model.title(),
        source: model.source(),
        network: &scaled.network,
        scale: scaled.scale,
        phi: arguments.phi,
        batch: arguments.input.batch,
        notes: &scaled.notes,
        convention,
        per: arguments.per,
        dtype: arguments.dtype,
        sort: arguments.sort,
        reverse: arguments.reverse,
        units: None,
        training: None,
    }))
}
