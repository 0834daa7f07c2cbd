//! `phiscale count`: the cost of a network, or of several.

use std::collections::{HashMap, VecDeque};

use clap::Args;
use phiscale::memory::Dtype;
use phiscale::onnx::Options;
use phiscale::reports::{
    CountColumn, CountedNetwork, CountedRow, Counts, Format, Per, Unit, Units,
};
use phiscale::{Convention, Diagnostic, Error, Model, Scale, reports, spec};

use super::arguments::{
    CoefficientArguments, ImportArguments, InputArguments, Output, ScaleArguments, choice,
};
use super::budget::DTYPES;
use super::network::{in_library, is_onnx, load, load_any, split};
use super::{Ended, output};

/// Maximum rows of a table; a longer one would take gigabytes of memory.
const MAX_ROWS: u64 = 100_000;

/// Maximum number of models kept loaded for further networks of theirs.
const MAX_LOADED: usize = 256;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The networks: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx. Several make a table with a row for each.
    #[arg(value_name = "NETWORK", required = true)]
    networks: Vec<String>,
    /// Break the count of one network down by stage or by layer.
    #[arg(long, value_parser = choice(&BREAKDOWNS))]
    per: Option<Per>,
    /// Give every repeat its own row.
    #[arg(long, requires = "per")]
    unroll: bool,
    /// Type of the numbers in the bytes of each layer's input and output, with --per layer.
    #[arg(long, value_parser = choice(&DTYPES), value_name = "TYPE", requires = "per", default_value = "fp32")]
    dtype: Dtype,
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
    /// Sort the table of networks by a column, the smallest first.
    #[arg(long, value_name = "COLUMN", value_parser = choice(&COLUMNS), help_heading = "Table")]
    sort: Option<CountColumn>,
    /// Sort the largest first.
    #[arg(long, requires = "sort", help_heading = "Table")]
    reverse: bool,
    /// The columns of the table of networks, in this order.
    #[arg(
        long,
        value_name = "COLUMNS",
        value_parser = choice(&COLUMNS),
        value_delimiter = ',',
        help_heading = "Table"
    )]
    columns: Vec<CountColumn>,
    /// Show counts in K, M, G or T (10^3 to 10^12) with four digits: one letter for all, or one for params and
    /// activations and one for MACs and FLOPs, such as M,G. JSON and CSV have all digits.
    #[arg(long, value_name = "UNIT[,UNIT]", value_parser = choice(&UNITS), value_delimiter = ',', help_heading = "Table")]
    units: Vec<Unit>,
    #[command(flatten)]
    output: Output,
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

const UNITS: [(&str, &str, Unit); 4] = [
    ("K", "Thousands", Unit::K),
    ("M", "Millions", Unit::M),
    ("G", "Billions", Unit::G),
    ("T", "Trillions", Unit::T),
];

pub(super) fn run(arguments: &Arguments) -> Ended {
    let convention = spec::convention(&arguments.convention)?;
    let units = units(&arguments.units)?;
    let is_table = arguments.sort.is_some() || !arguments.columns.is_empty();
    match (&arguments.networks[..], is_table) {
        ([one], false) => single(arguments, one, &convention, units),
        (networks, _) => table(arguments, networks, &convention, units),
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
) -> Ended {
    let import = arguments.import.import(arguments.input.input);
    let (model, member) = load(address, &import)?;
    let report = counted(arguments, &model, member, convention, |counted| {
        let layers = counted.network.layer_count();
        if arguments.unroll && layers > MAX_ROWS {
            let message =
                format!("unrolled, the network has {layers} layers; the limit is {MAX_ROWS} rows");
            let help = "without --unroll, equal repeats share a row";
            return Err(Error::from(Diagnostic::new(message).help(help)));
        }
        let unrolled = arguments.unroll.then(|| counted.network.unrolled());
        let network = unrolled.as_ref().unwrap_or(counted.network);
        Ok(reports::count(&CountedNetwork { network, units, ..counted }))
    })??;
    output::report(&report, &arguments.output)
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
    let (scale, note) = scale(arguments, model)?;
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
        units: None,
    }))
}

/// One row for each network. All are counted before anything is written.
fn table(
    arguments: &Arguments,
    networks: &[String],
    convention: &Convention,
    units: Option<Units>,
) -> Ended {
    check_table(arguments, networks)?;
    let mut loaded = Loaded::new(arguments, networks);
    let mut known: HashMap<&str, CountedRow> = HashMap::new();
    let mut rows = Vec::with_capacity(networks.len());
    for address in networks {
        let row = match known.get(address.as_str()) {
            Some(row) => row.clone(),
            None => loaded.row(arguments, address, convention).map_err(|error| {
                let names_it = error.message().contains(address.as_str());
                if names_it { error } else { error.in_context(address) }
            })?,
        };
        known.entry(address).or_insert_with(|| row.clone());
        rows.push(row);
    }
    let is_narrow = arguments.output.format == Format::Latex;
    let table = Counts {
        columns: &arguments.columns,
        is_narrow,
        sort: arguments.sort,
        reverse: arguments.reverse,
        convention,
        batch: arguments.input.batch,
        units,
    };
    output::report(&reports::counts(rows, &table), &arguments.output)
}

/// Fails where the arguments cannot make a table.
fn check_table(arguments: &Arguments, networks: &[String]) -> Result<(), Error> {
    let problem = |message: String, help: &str| Err(Diagnostic::new(message).help(help).into());
    let count = networks.len();
    if arguments.per.is_some() {
        let message = match count {
            1 => "--per breaks one network down; --sort and --columns make a table of networks"
                .into(),
            _ => format!("--per breaks one network down, not {count}"),
        };
        return problem(message, "count each network on its own, or leave out --per");
    }
    if count as u64 > MAX_ROWS {
        let message = format!("{count} networks are given; the limit is {MAX_ROWS} rows");
        return problem(message, "count them in several tables");
    }
    if let Some(index) = networks.iter().position(String::is_empty) {
        let message = format!("network {} of {count} has an empty name", index + 1);
        return problem(message, "leave it out; `phiscale list` shows the bundled families");
    }
    for (index, column) in arguments.columns.iter().enumerate() {
        if arguments.columns[..index].contains(column) {
            let named = COLUMNS.iter().find(|(.., known)| known == column);
            let name = named.map_or("", |(name, ..)| name);
            return problem(format!("column `{name}` is given twice"), "give each column once");
        }
    }
    Ok(())
}

/// Families kept for further networks of theirs: each spec is read once.
struct Loaded {
    families: VecDeque<(String, Model)>,
    import: Options,
    /// Whether the options for ONNX files are for some of the networks.
    has_onnx: bool,
}

impl Loaded {
    fn new(arguments: &Arguments, networks: &[String]) -> Self {
        let import = arguments.import.import(arguments.input.input);
        let has_onnx = networks.iter().any(|address| is_onnx(address));
        Loaded { families: VecDeque::new(), import, has_onnx }
    }

    fn row(
        &mut self,
        arguments: &Arguments,
        address: &str,
        convention: &Convention,
    ) -> Result<CountedRow, Error> {
        let row = |model: &Model, member: Option<&str>| {
            counted(arguments, model, member, convention, |counted| CountedRow::new(&counted))
        };
        if let Some((model, member)) = self.find(address) {
            return row(model, member);
        }
        let load = if self.has_onnx { load_any } else { load };
        let (model, member) = load(address, &self.import)?;
        let row = row(&model, member)?;
        if !is_onnx(address) {
            if self.families.len() == MAX_LOADED {
                self.families.pop_front();
            }
            self.families.push_back((split(address).0.into(), model));
        }
        Ok(row)
    }

    /// The loaded family that has this network, and its member's name: a spec is found by its name, a library's network
    /// by the member that has exactly that name.
    fn find<'a>(&self, address: &'a str) -> Option<(&Model, Option<&'a str>)> {
        if in_library(address).is_some() {
            let of_library = self.families.iter().map(|(_, model)| model).find(|model| {
                let member = model.family().ok().and_then(|family| family.member(address));
                member.is_some_and(|member| member.name == address)
            });
            return of_library.map(|model| (model, Some(address)));
        }
        let (spec, member) = split(address);
        let named = self.families.iter().find(|(name, _)| name == spec);
        named.map(|(_, model)| (model, member))
    }
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
