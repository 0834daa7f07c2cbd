//! The largest network within budgets, and other ways to spend them.

mod notes;

use crate::analysis::budget::{Budgets, Limited, TimeLimit};
use crate::analysis::fit::{Alternative, FitOutcome, PublishedFit};
use crate::analysis::time::Deployment;
use crate::counting::measure::Measure;
use crate::counting::memory;
use crate::counting::network::{Network, Stage};
use crate::families::family::{Family, Request};
use crate::families::rounding::Rounding;
use crate::reports::count::{total_columns, total_fields, totals};
use crate::reports::declared::FIT;
use crate::reports::training;
use crate::reports::{Cell, Column, Report, Section, column, hidden};
use notes::notes;

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
    ];
    let (time, batch) = (fitted.budgets.time.as_ref(), fitted.budgets.batch);
    sections.extend(
        time.map(|limit| Section::record(Some("time"), time_fields(limit, network, batch))),
    );
    sections.extend([networks(fitted), budgets(fitted.outcome), stages(network)]);
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
    outcome.binding().map_or(Cell::Missing, |one| Cell::text(one.limited.name()))
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
    if let Some(settings) = budgets.training {
        return training::memory_fields(network, settings, budgets.batch);
    }
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

fn time_fields(limit: &TimeLimit, network: &Network<u64>, batch: u32) -> Vec<(Column, Cell)> {
    let Deployment { device, mode, .. } = &limit.deployment;
    let seconds = limit.deployment.seconds(network);
    vec![
        (column("seconds", "time of a batch (ms)"), Cell::milliseconds(seconds)),
        (hidden("device"), Cell::text(&device.name)),
        (column("device_title", "device"), Cell::text(&device.title)),
        (hidden("compiled"), Cell::Bool(mode.compiled)),
        (column("batch", "images in a batch"), Cell::integer(batch)),
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
    let binding = outcome.binding().map(|one| one.limited);
    let rows = outcome.fit.usage.uses.iter().map(|one| {
        let left = i128::try_from(one.allowed).ok().zip(i128::try_from(one.used).ok());
        let left = left.map(|(allowed, used)| match one.limited {
            Limited::Cost(_) => Cell::signed(allowed - used),
            Limited::Time => Cell::Nanoseconds(allowed - used),
        });
        vec![
            Cell::text(one.limited.in_full()),
            Cell::limited(one.limited, one.allowed),
            Cell::limited(one.limited, one.used),
            share(one.share()),
            left.unwrap_or(Cell::Missing),
            Cell::Bool(Some(one.limited) == binding),
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
    let mut columns = vec![
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
    ];
    columns.extend(fitted.budgets.time.as_ref().map(|_| column("seconds", "time (ms)")));
    columns.extend([column("used_percent", "largest share"), column("binds", "binds")]);
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
    let mut cells = vec![
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
    ];
    let time = budgets.time.as_ref();
    cells.extend(time.map(|limit| Cell::milliseconds(limit.deployment.seconds(network))));
    cells.extend([share(fit.usage.share()), binding(outcome)]);
    cells
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
