//! The cost of one network, in total, by stage or by layer.

use crate::counting::convention::Convention;
use crate::counting::ledger::{Event, Ledger, Part};
use crate::counting::memory::{self, Dtype};
use crate::counting::network::{Network, PlacedLayer};
use crate::counting::training::LayerTraining;
use crate::counting::units::grouped;
use crate::families::scaling::Scale;
use crate::reports::columns::CountColumn;
use crate::reports::declared::COUNT;
use crate::reports::training::{self, CountedTraining};
use crate::reports::{Cell, Column, Report, Section, Units, column, hidden, wide};

/// A network and how to report its counts.
#[derive(Clone, Copy, Debug)]
pub struct CountedNetwork<'a> {
    /// The network's address.
    pub name: &'a str,
    /// The family's title: `EfficientNet`.
    pub title: &'a str,
    /// Where the family was published.
    pub source: &'a str,
    /// The network to count.
    pub network: &'a Network<u64>,
    /// The multipliers that made it.
    pub scale: Scale,
    /// The φ that gave the multipliers, if one did.
    pub phi: Option<f64>,
    /// Images in a forward pass.
    pub batch: u32,
    /// Notes about an imported network.
    pub notes: &'a [String],
    /// The convention of the reported number.
    pub convention: &'a Convention,
    /// The rows of the breakdown; `None` for totals alone.
    pub per: Option<Per>,
    /// The number type that bytes of a layer's input and output are counted in.
    pub dtype: Dtype,
    /// The column of counts to sort a breakdown by, the smallest first; `None` for the order of the network.
    pub sort: Option<CountColumn>,
    /// Whether to sort the largest first.
    pub reverse: bool,
    /// The units of counts in text formats; `None` for all digits.
    pub units: Option<Units>,
    /// The training of the network; `None` for a forward pass alone.
    pub training: Option<CountedTraining<'a>>,
}

/// The rows of a breakdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// One row for each layer; equal repeats share one.
    Layer,
    /// One row for each stage.
    Stage,
}

/// The report of `phiscale count`.
#[must_use]
pub fn count(counted: &CountedNetwork) -> Report {
    let cost = counted.network.ledger();
    let source = Some(counted.source).filter(|source| !source.is_empty());
    let source = source.map_or(Cell::Missing, Cell::text);
    let mut sections = vec![
        Section::record(
            None,
            vec![
                (column("network", "network"), Cell::text(counted.name)),
                (column("title", "family"), Cell::text(counted.title)),
                (column("source", "source"), source),
                (column("input", "input"), Cell::Shape(counted.network.input().clone())),
                (column("batch", "images in a batch"), Cell::integer(counted.batch)),
                (hidden("dtype"), Cell::text(counted.dtype.name())),
            ],
        ),
        Section::record(Some("scale"), scale_fields(counted.scale, counted.phi)),
        Section::record(Some("totals"), total_fields(&cost, counted.batch)),
        Section::record(Some("reported"), reported_fields(&cost, counted)),
    ];
    sections.extend(counted.training.as_ref().map(|trained| {
        let is_torch = counted.convention.name == "torch";
        let fields = training::fields(counted.network, trained, counted.batch, is_torch);
        Section::record(Some("training"), fields)
    }));
    sections.extend(counted.per.map(|per| match per {
        Per::Layer => layers(counted, &cost),
        Per::Stage => stages(counted, &cost),
    }));
    let mut report = Report::new(&COUNT, sections, notes(counted));
    if let Some(units) = counted.units {
        units.apply(&mut report, &counted.convention.quantity);
    }
    report
}

/// What a reader of the counts has to know.
pub(super) fn notes(counted: &CountedNetwork) -> Vec<String> {
    let training = counted.training.as_ref();
    let auxiliary = auxiliary_note(counted.network, training.is_some());
    let training = training.map(training::notes).unwrap_or_default();
    counted.notes.iter().cloned().chain(auxiliary).chain(training).collect()
}

/// How many of the params only training uses; `None` if all are used.
fn auxiliary_note(network: &Network<u64>, is_training: bool) -> Option<String> {
    let auxiliary = network.layers().iter().filter(|placed| placed.part == Part::Auxiliary);
    let params: u128 = auxiliary.map(|placed| placed.ledger().total(Event::PARAMS)).sum();
    let params = Some(params).filter(|params| *params > 0).map(grouped)?;
    let effect = if is_training { "the MACs of training have theirs" } else { "they add no MACs" };
    Some(format!(
        "Of the params, {params} are in auxiliary classifiers, which run in training only: {effect}."
    ))
}

fn scale_fields(scale: Scale, phi: Option<f64>) -> Vec<(Column, Cell)> {
    vec![
        (column("depth", "depth d"), Cell::factor(scale.depth)),
        (column("width", "width w"), Cell::factor(scale.width)),
        (column("resolution", "resolution r"), Cell::factor(scale.resolution)),
        (column("phi", "φ"), phi.map_or(Cell::Missing, Cell::factor)),
    ]
}

/// [`totals`] with their columns.
pub(super) fn total_fields(cost: &Ledger<u64>, batch: u32) -> Vec<(Column, Cell)> {
    let mut fields: Vec<_> =
        total_columns(is_bound(cost)).into_iter().zip(totals(cost, batch)).collect();
    fields.extend(bound_fields(cost));
    fields
}

/// Whether unknown operators make every total a lower bound.
pub(super) fn is_bound(cost: &Ledger<u64>) -> bool {
    cost.amount(Event::UnknownOperators) > 0
}

/// The fields that mark totals as lower bounds; empty if they are exact.
pub(super) fn bound_fields(cost: &Ledger<u64>) -> Vec<(Column, Cell)> {
    if !is_bound(cost) {
        return Vec::new();
    }
    vec![
        (column("lower_bound", "every total is a lower bound"), Cell::Bool(true)),
        (
            column("unknown_operators", "operators not counted"),
            Cell::integer(cost.amount(Event::UnknownOperators)),
        ),
    ]
}

/// The columns of [`totals`], marked if the totals are lower bounds.
pub(super) fn total_columns(is_bound: bool) -> Vec<Column> {
    let column = |key, header: &'static str| {
        column(key, if is_bound { format!("{header}, at least") } else { header.into() })
    };
    vec![
        column("params", "params (trained)"),
        column("norm_stats", "norm statistics (stored)"),
        column("macs", "MACs (conv-linear)"),
        column("flops", "FLOPs (2 × MACs)"),
        column("activations", "activations (elements)"),
    ]
}

/// Params and statistics of the network; MACs, FLOPs and activations of the whole batch.
pub(super) fn totals(cost: &Ledger<u64>, batch: u32) -> Vec<Cell> {
    let images = u128::from(batch);
    let macs = cost.total(Event::MACS) * images;
    vec![
        Cell::integer(cost.total(Event::PARAMS)),
        Cell::integer(cost.total(Event::STATISTICS)),
        Cell::integer(macs),
        Cell::integer(2 * macs),
        Cell::integer(cost.total(Event::ACTIVATIONS) * images),
    ]
}

fn reported_fields(cost: &Ledger<u64>, counted: &CountedNetwork) -> Vec<(Column, Cell)> {
    let convention = counted.convention;
    vec![
        (hidden("convention"), Cell::text(&convention.name)),
        (hidden("name"), Cell::text(&convention.quantity)),
        (
            reported_column("value", convention),
            Cell::integer(convention.value(cost, counted.batch)),
        ),
        (wide("formula", format!("{} counts", convention.name)), Cell::text(convention.formula())),
    ]
}

/// The column of the reported number; hidden in text formats if it is the MACs, which the totals have already.
fn reported_column(key: &'static str, convention: &Convention) -> Column {
    if convention.name == "conv-linear" {
        return hidden(key);
    }
    column(key, format!("{} ({})", convention.quantity, convention.name))
}

/// The settings that have a column each in JSON and CSV.
const SETTINGS: [&str; 6] = ["kernel", "stride", "padding", "dilation", "groups", "bias"];

/// Shapes, elements and bytes are for one image and one repeat; counts are for all repeats.
fn layers(counted: &CountedNetwork, network_cost: &Ledger<u64>) -> Section {
    let layers = counted.network.layers();
    let is_repeated = layers.iter().any(|placed| placed.times > 1);
    let each = if is_repeated { ", each repeat" } else { "" };
    let dtype = counted.dtype;
    let mut columns = vec![
        column("name", "layer"),
        column("kind", "kind"),
        column("settings", "settings"),
        column("repeats", "repeats"),
        column("input", format!("input{each}")),
        column("output", format!("output{each}")),
        wide("input_elements", format!("input elements{each}")),
        wide("output_elements", format!("output elements{each}")),
        wide("input_bytes", format!("input bytes ({}){each}", dtype.name())),
        wide("output_bytes", format!("output bytes ({}){each}", dtype.name())),
    ];
    columns.extend(SETTINGS.map(hidden));
    let row = |placed: &PlacedLayer| {
        let settings = placed.settings();
        let elements = [memory::elements(&placed.input), memory::elements(&placed.output)];
        let bytes = elements.map(|elements| elements.saturating_mul(dtype.bytes()));
        let mut row = vec![
            Cell::text(&placed.path),
            Cell::text(placed.layer.kind()),
            Cell::text(settings.in_short()),
            Cell::integer(placed.times),
            Cell::Shape(placed.input.clone()),
            Cell::Shape(placed.output.clone()),
        ];
        row.extend([elements, bytes].concat().into_iter().map(Cell::integer));
        row.extend(SETTINGS.iter().map(|key| Cell::setting(settings.get(key))));
        (row, placed.ledger())
    };
    let trained = counted.training.iter().flat_map(|counted| &counted.training.layers);
    let trained = trained.map(|layer| Some(*layer)).chain(std::iter::repeat(None));
    let rows = layers.iter().map(row).zip(trained);
    let rows = rows.map(|((row, cost), trained)| (row, cost, trained)).collect();
    let first_count = columns.len();
    let mut section = breakdown(columns, rows, network_cost, counted);
    for column in section.columns.iter_mut().skip(first_count) {
        column.is_wide = matches!(column.key.as_ref(), "norm_stats" | "flops");
        if let Some(header) = column.header.as_mut().filter(|_| is_repeated) {
            header.push_str(", all repeats");
        }
    }
    section
}

fn stages(counted: &CountedNetwork, network_cost: &Ledger<u64>) -> Section {
    let columns = vec![
        column("name", "stage"),
        column("repeats", "repeats"),
        column("input", "input"),
        column("output", "output"),
    ];
    let network = counted.network;
    let rows = network.stages().iter().enumerate().map(|(index, stage)| {
        let row = vec![
            Cell::text(&stage.name),
            Cell::integer(stage.repeats),
            Cell::Shape(stage.node.input().clone()),
            Cell::Shape(stage.node.output().clone()),
        ];
        let trained = counted.training.map(|counted| stage_training(network, &counted, index));
        (row, counted.network.stage_ledger(index), trained)
    });
    breakdown(columns, rows.collect(), network_cost, counted)
}

/// The training of all layers of a stage.
fn stage_training(
    network: &Network<u64>,
    counted: &CountedTraining,
    stage: usize,
) -> LayerTraining {
    let layers = network.layers().iter().zip(&counted.training.layers);
    let mut sum = LayerTraining::default();
    layers.filter(|(placed, _)| placed.stage == stage).for_each(|(_, layer)| sum.increase(layer));
    sum
}

/// Adds the counts to each row, and their sums at the bottom.
fn breakdown(
    mut columns: Vec<Column>,
    rows: Vec<(Vec<Cell>, Ledger<u64>, Option<LayerTraining>)>,
    network_cost: &Ledger<u64>,
    counted: &CountedNetwork,
) -> Section {
    let (batch, convention) = (counted.batch, counted.convention);
    let reported = |cost: &Ledger<u64>| Cell::integer(convention.value(cost, batch));
    let mut sums = vec![Cell::text("total")];
    sums.resize(columns.len(), Cell::Missing);
    sums.extend(totals(network_cost, batch));
    sums.push(reported(network_cost));
    let is_bound = is_bound(network_cost);
    columns.extend(total_columns(is_bound));
    columns.push(reported_column("reported", convention));
    let unknown = |cost: &Ledger<u64>| Cell::integer(cost.amount(Event::UnknownOperators));
    if is_bound {
        columns.push(column("unknown_operators", "operators not counted"));
        sums.push(unknown(network_cost));
    }
    let trained = |layer: Option<LayerTraining>| {
        let counted = counted.training.as_ref().zip(layer);
        counted.map(|(counted, layer)| training::cells(counted, &layer, batch)).unwrap_or_default()
    };
    if let Some(counted) = &counted.training {
        columns.extend(training::columns());
        sums.extend(trained(Some(counted.training.total())));
    }
    let rows = rows.into_iter().map(|(mut row, cost, layer)| {
        row.extend(totals(&cost, batch));
        row.push(reported(&cost));
        row.extend(is_bound.then(|| unknown(&cost)));
        row.extend(trained(layer));
        row
    });
    let mut rows: Vec<Vec<Cell>> = rows.collect();
    let key = counted.sort.map(CountColumn::key);
    if let Some(index) = columns.iter().position(|column| Some(column.key.as_ref()) == key) {
        rows.sort_by(|one, other| {
            let order = one[index].order(&other[index]);
            if counted.reverse { order.reverse() } else { order }
        });
    }
    let mut section = Section::rows("layers", columns, rows);
    section.totals = Some(sums);
    section
}
