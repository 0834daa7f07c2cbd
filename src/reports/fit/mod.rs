//! The largest network within budgets, and other ways to spend them.

mod notes;

use crate::analysis::budget::Budgets;
use crate::analysis::fit::{Alternative, FitOutcome, PublishedFit};
use crate::counting::measure::Measure;
use crate::counting::memory;
use crate::counting::network::{Network, Stage};
use crate::families::declared::file::{
    JsonFile, difference_or_null, flag, number, number_or_null, record, shape, shape_or_null, text,
    text_or_null, whole, whole_or_null,
};
use crate::families::declared::{Table, Takes};
use crate::families::family::{Family, Request};
use crate::families::rounding::Rounding;
use crate::reports::count::{COUNTS, TOTALS, total_columns, total_fields, totals};
use crate::reports::declared::{NOTES, rows};
use crate::reports::{Cell, Column, Report, Section, column, hidden};
use notes::notes;

pub(super) const FIT: JsonFile = JsonFile::report(
    "report-fit",
    "phiscale.fit/1",
    "`phiscale fit`: the largest network within budgets, and other ways to spend them",
    &[
        &[
            text("network", "The address of the family or member."),
            text("strategy", "The strategy that scales it."),
            flag("fits", "Whether the network is within every budget."),
            text_or_null("binds", "The cost whose budget binds."),
            number("phi", "φ of the network."),
            number("phi_from", "The lowest φ of the same network."),
            number("phi_to", "The highest φ of the same network."),
            number("searched_from", "The lowest φ that was searched."),
            number("searched_to", "The highest φ that was searched."),
            whole("networks_built", "Networks that were built."),
            number("depth", "The depth multiplier d."),
            number("width", "The width multiplier w."),
            number("resolution", "The resolution multiplier r."),
            shape("input", "The input: channels, and height and width in pixels."),
        ],
        &[
            record("totals", &TOTALS, "The cost for one image."),
            record("memory", &MEMORY, "Memory while it runs."),
            rows(
                "ways",
                &Takes::Table(&WAYS),
                "The network, and with --compare others that use the budgets best.",
            ),
            rows("budgets", &Takes::Table(&BUDGETS), "One row for each budget."),
            rows("stages", &Takes::Table(&STAGES), "One row for each stage of the network."),
            rows(
                "published",
                &Takes::Table(&PUBLISHED),
                "Published networks within the same budgets.",
            )
            .optional(),
            NOTES,
        ],
    ],
);

const MEMORY: Table = Table::new(&[&[
    whole("total_bytes", "Bytes of weights and live activations."),
    whole("weights_bytes", "Bytes of weights."),
    whole("peak_activation_bytes", "Bytes of live activations at the peak."),
    text("at", "The layer of the peak."),
    text("dtype", "The number type of all values."),
    whole("batch", "Images in memory."),
]]);

const WAYS: Table = Table::new(&[&[
    text("strategy", "The strategy."),
    text("repeats", "How repeats are rounded."),
    text("pixels", "Whether φ or the command line sets the image."),
    flag("fits", "Whether it is within every budget."),
    number_or_null("phi", "φ."),
    number_or_null("depth", "The depth multiplier d."),
    number_or_null("width", "The width multiplier w."),
    number_or_null("resolution", "The resolution multiplier r."),
    shape_or_null("input", "The input: channels, and height and width in pixels."),
    whole_or_null("macs", "MACs (conv-linear) per image."),
    whole_or_null("params", "Trained params."),
    whole_or_null("activations", "Activations per image, in elements."),
    whole_or_null("memory_bytes", "Memory in bytes."),
    number_or_null("used_percent", "The largest share of a budget that is used, in percent."),
    text_or_null("binds", "The cost whose budget binds."),
]]);

const BUDGETS: Table = Table::new(&[&[
    text("quantity", "The cost, with its unit."),
    whole("allowed", "The budget."),
    whole("used", "What the network uses."),
    number("used_percent", "Its share of the budget, in percent."),
    difference_or_null("left", "The budget minus what is used."),
    flag("binds", "Whether this budget binds."),
]]);

const STAGES: Table = Table::new(&[&[
    text("name", "The stage."),
    whole("repeats", "Its repeats."),
    shape("output", "The output of the stage."),
]]);

const PUBLISHED: Table = Table::new(&[
    &[
        text("network", "The network's address."),
        shape("input", "The input: channels, and height and width in pixels."),
        number("top1", "Published top-1 accuracy, in percent."),
    ],
    &COUNTS,
    &[text("source", "Where the accuracy was published.")],
]);

/// A request for the largest network, and its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Fitted<'a> {
    /// The address of the family or member.
    pub name: &'a str,
    /// The family that was scaled.
    pub family: &'a Family,
    /// Member, image and classes; the scale comes from φ.
    pub request: Request<'a>,
    /// The budgets to fit into.
    pub budgets: &'a Budgets,
    /// The outcome for the requested strategy.
    pub outcome: &'a FitOutcome,
    /// The strategy's name.
    pub strategy: &'a str,
    /// Ways to spend the budgets, the outcome first; empty without a comparison.
    pub alternatives: &'a [Alternative],
    /// Published networks within the same budgets.
    pub published: &'a [PublishedFit],
}

/// The report of `phiscale fit`.
#[must_use]
pub fn fit(fitted: &Fitted) -> Report {
    let fit = &fitted.outcome.fit;
    let network = &fit.scaled.network;
    let mut sections = vec![
        Section::record(None, head(fitted)),
        Section::record(Some("totals"), total_fields(&network.ledger(), 1)),
        Section::record(Some("memory"), memory_fields(network, fitted.budgets)),
        networks(fitted),
        budgets(fitted.outcome),
        stages(network),
    ];
    if !fitted.alternatives.is_empty() {
        sections.push(published(fitted.published));
    }
    Report::new(&FIT, sections, notes(fitted))
}

/// φ, to 12 decimals.
fn phi(value: f64) -> Cell {
    Cell::Real { value, decimals: 12, unit: "" }
}

fn share(share: f64) -> Cell {
    Cell::Real { value: share * 100.0, decimals: 1, unit: " %" }
}

fn binding(outcome: &FitOutcome) -> Cell {
    outcome.binding().map_or(Cell::Missing, |one| Cell::text(one.measure.name()))
}

fn head(fitted: &Fitted) -> Vec<(Column, Cell)> {
    let FitOutcome { fit, range, built, .. } = fitted.outcome;
    let scale = fit.scaled.scale;
    vec![
        (column("network", "network"), Cell::text(fitted.name)),
        (column("strategy", "strategy"), Cell::text(fitted.strategy)),
        (column("fits", "fits"), Cell::Bool(fit.usage.fits())),
        (column("binds", "binds"), binding(fitted.outcome)),
        (column("phi", "φ"), phi(fit.phi)),
        (hidden("phi_from"), phi(fit.from)),
        (hidden("phi_to"), phi(fit.to)),
        (hidden("searched_from"), phi(range[0])),
        (hidden("searched_to"), phi(range[1])),
        (hidden("networks_built"), Cell::integer(*built as u64)),
        (column("depth", "depth d"), Cell::factor(scale.depth)),
        (column("width", "width w"), Cell::factor(scale.width)),
        (column("resolution", "resolution r"), Cell::factor(scale.resolution)),
        (column("input", "input"), Cell::Shape(fit.scaled.network.input().clone())),
    ]
}

fn memory_fields(network: &Network<u64>, budgets: &Budgets) -> Vec<(Column, Cell)> {
    let memory = memory::of(network, budgets.dtype, budgets.batch);
    vec![
        (column("total_bytes", "memory (bytes)"), Cell::integer(memory.total())),
        (column("weights_bytes", "of which weights"), Cell::integer(memory.weights_bytes)),
        (
            column("peak_activation_bytes", "of which live activations"),
            Cell::integer(memory.peak_activation_bytes),
        ),
        (column("at", "peak at"), Cell::text(memory.at)),
        (column("dtype", "number type"), Cell::text(budgets.dtype.name())),
        (column("batch", "images in memory"), Cell::integer(budgets.batch)),
    ]
}

fn budgets(outcome: &FitOutcome) -> Section {
    let columns = vec![
        column("quantity", "budget"),
        column("allowed", "at most"),
        column("used", "used"),
        column("used_percent", "share"),
        column("left", "left"),
        column("binds", "binds"),
    ];
    let binding = outcome.binding().map(|one| one.measure);
    let rows = outcome.fit.usage.uses.iter().map(|one| {
        let left = i128::try_from(one.allowed).ok().zip(i128::try_from(one.used).ok());
        vec![
            Cell::text(one.measure.in_full()),
            Cell::integer(one.allowed),
            Cell::integer(one.used),
            share(one.share()),
            left.map_or(Cell::Missing, |(allowed, used)| Cell::signed(allowed - used)),
            Cell::Bool(Some(one.measure) == binding),
        ]
    });
    let mut section = Section::rows("budgets", columns, rows.collect());
    section.title = Some("Budgets".into());
    section
}

fn stages(network: &Network<u64>) -> Section {
    let columns =
        vec![column("name", "stage"), column("repeats", "repeats"), column("output", "output")];
    let row = |stage: &Stage<u64>| {
        let output = Cell::Shape(stage.node.output().clone());
        vec![Cell::text(&stage.name), Cell::integer(stage.repeats), output]
    };
    let mut section = Section::rows("stages", columns, network.stages().iter().map(row).collect());
    section.title = Some("The network".into());
    section
}

/// One row for each network, the fitted one first. CSV is this table, because it is the report's first.
fn networks(fitted: &Fitted) -> Section {
    let columns = vec![
        column("strategy", "strategy"),
        column("repeats", "repeats"),
        column("pixels", "pixels"),
        column("fits", "fits"),
        column("phi", "φ"),
        column("depth", "d"),
        column("width", "w"),
        column("resolution", "r"),
        column("input", "input"),
        column("macs", "MACs (conv-linear)"),
        column("params", "params (trained)"),
        column("activations", "activations (elements)"),
        column("memory_bytes", "memory (bytes)"),
        column("used_percent", "largest share"),
        column("binds", "binds"),
    ];
    let row =
        |strategy: &str, repeats: Rounding, image: Option<_>, outcome: Option<&FitOutcome>| {
            let pixels = if image.is_some() { "set" } else { "by φ" };
            let mut row =
                vec![Cell::text(strategy), Cell::text(repeats.name()), Cell::text(pixels)];
            match outcome {
                Some(outcome) => row.extend(outcome_cells(outcome, fitted.budgets)),
                None => row.push(Cell::Bool(false)),
            }
            row.resize(columns.len(), Cell::Missing);
            row
        };
    let alternatives = fitted.alternatives.iter();
    let mut rows: Vec<_> = alternatives
        .map(|one| row(&one.strategy, one.repeats, one.image, one.outcome.as_ref().ok()))
        .collect();
    if rows.is_empty() {
        let (repeats, image) = (fitted.family.rule.depth, fitted.request.image);
        rows.push(row(fitted.strategy, repeats, image, Some(fitted.outcome)));
    }
    let mut section = Section::rows("ways", columns, rows);
    section.title = Some(
        if fitted.outcome.fit.usage.fits() {
            "The network, and others that use the budgets best"
        } else {
            "The nearest network, and others"
        }
        .into(),
    );
    section
}

fn outcome_cells(outcome: &FitOutcome, budgets: &Budgets) -> Vec<Cell> {
    let fit = &outcome.fit;
    let (network, scale) = (&fit.scaled.network, fit.scaled.scale);
    let used = |measure| Cell::integer(budgets.used(measure, network));
    vec![
        Cell::Bool(fit.usage.fits()),
        phi(fit.phi),
        Cell::factor(scale.depth),
        Cell::factor(scale.width),
        Cell::factor(scale.resolution),
        Cell::Shape(network.input().clone()),
        used(Measure::Macs),
        used(Measure::Params),
        used(Measure::Activations),
        used(Measure::Memory),
        share(fit.usage.share()),
        binding(outcome),
    ]
}

/// Published networks within the same budgets, the most accurate first.
fn published(networks: &[PublishedFit]) -> Section {
    let mut columns =
        vec![column("network", "network"), column("input", "input"), column("top1", "top-1 (%)")];
    columns.extend(total_columns(false));
    columns.push(column("source", "accuracy from"));
    let row = |published: &PublishedFit| {
        let mut row = vec![
            Cell::text(&published.network),
            Cell::Shape(published.counted.input().clone()),
            Cell::factor(published.top1),
        ];
        row.extend(totals(&published.counted.ledger(), 1));
        row.push(Cell::Source(published.source.clone()));
        row
    };
    let mut section = Section::rows("published", columns, networks.iter().map(row).collect());
    section.title = Some(
        "Published networks within the same budgets, the most accurate on ImageNet first".into(),
    );
    section
}
