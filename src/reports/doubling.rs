//! Which α, β and γ double the time of a family on devices.

use crate::analysis::time::{Deployment, Doubling, Exponents};
use crate::families::scaling::Coefficients;
use crate::reports::declared::DOUBLING;
use crate::reports::time::certainty;
use crate::reports::{Cell, Report, Section, column, hidden};

/// A strategy and how the time grows with it.
#[derive(Clone, Debug)]
pub struct DoublingRow {
    /// The strategy's name.
    pub strategy: String,
    /// How the time grows.
    pub doubling: Doubling,
}

/// A device, and how the time of a family grows on it.
#[derive(Clone, Debug)]
pub struct DoublingOnDevice {
    /// The device, and how networks run on it.
    pub deployment: Deployment,
    /// The powers of depth, width and resolution with which MACs, activations and the time grow.
    pub exponents: [Exponents; 3],
    /// One row for each strategy.
    pub rows: Vec<DoublingRow>,
}

/// A note on what the table does not say.
const NOT_ACCURACY: &str =
    "These are costs alone: nothing here says which of these networks is more accurate.";

/// A note on the table.
const POWERS: &str = "The growth at each step of φ is the power of φ nearest to the networks built, and `off by` the \
                      furthest of them from it: repeats, channels and pixels are whole. The α, β and γ that double the \
                      time share it between depth, width and resolution in the strategy's proportions.";

/// The report of `phiscale scale` with --cost time.
#[must_use]
pub fn doubling(name: &str, devices: &[DoublingOnDevice], phis: &[f64], batch: u32) -> Report {
    let head = vec![
        (column("network", "network"), Cell::text(name)),
        (column("batch", "images in a batch"), Cell::integer(batch)),
        (column("phi", "φ"), Cell::text(words(phis))),
    ];
    let sections = vec![Section::record(None, head), strategies(devices), exponents(devices)];
    let mut notes = vec![POWERS.to_string(), NOT_ACCURACY.into()];
    for one in devices {
        let Deployment { device, mode, .. } = &one.deployment;
        let expected = one.deployment.expected;
        let lines = certainty(device, *mode, batch, expected);
        notes.push(format!("{}: {}", device.title, lines.join(" ")));
    }
    Report::new(&DOUBLING, sections, notes)
}

/// `1, 2, 3`.
fn words(phis: &[f64]) -> String {
    let phis: Vec<String> = phis.iter().map(|phi| Cell::factor(*phi).shown()).collect();
    phis.join(", ")
}

fn strategies(devices: &[DoublingOnDevice]) -> Section {
    let columns = vec![
        column("device", "device"),
        hidden("dtype"),
        hidden("compiled"),
        column("strategy", "strategy"),
        column("macs_per_step", "MACs per φ"),
        column("time_per_step", "time per φ"),
        column("off_percent", "off by"),
        column("alpha", "α"),
        column("beta", "β"),
        column("gamma", "γ"),
        column("macs_while_doubling", "MACs while time doubles"),
    ];
    let rows = devices.iter().flat_map(|one| {
        let Deployment { device, mode, .. } = &one.deployment;
        one.rows.iter().map(move |row| {
            let factor = |of: fn(&Coefficients) -> f64| {
                row.doubling.coefficients.as_ref().map_or(Cell::Missing, |it| Cell::factor(of(it)))
            };
            let macs = row.doubling.macs_while_time_doubles();
            vec![
                Cell::text(&device.name),
                Cell::text(mode.dtype.name()),
                Cell::Bool(mode.compiled),
                Cell::text(&row.strategy),
                Cell::ratio(row.doubling.macs),
                Cell::ratio(row.doubling.time),
                Cell::Real { value: row.doubling.off * 100.0, decimals: 1, unit: " %" },
                factor(|it| it.alpha),
                factor(|it| it.beta),
                factor(|it| it.gamma),
                macs.map_or(Cell::Missing, Cell::ratio),
            ]
        })
    });
    let mut section = Section::rows("strategies", columns, rows.collect());
    section.title = Some("The α, β and γ that double the time of a batch at each step of φ".into());
    section
}

/// The powers of depth, width and resolution with which the time of each device grows; MACs and activations first.
fn exponents(devices: &[DoublingOnDevice]) -> Section {
    let columns = vec![
        column("cost", "cost"),
        column("device", "device"),
        column("depth", "depth"),
        column("width", "width"),
        column("resolution", "resolution"),
    ];
    let power = |value: f64| Cell::Real { value, decimals: 2, unit: "" };
    let row = |cost: &str, device: Option<&str>, powers: &Exponents| {
        vec![
            Cell::text(cost),
            device.map_or(Cell::Missing, Cell::text),
            power(powers.depth),
            power(powers.width),
            power(powers.resolution),
        ]
    };
    let counted = devices.first().into_iter().flat_map(|one| {
        let [macs, activations, _] = &one.exponents;
        [row("MACs", None, macs), row("activations", None, activations)]
    });
    let timed =
        devices.iter().map(|one| row("time", Some(&one.deployment.device.name), &one.exponents[2]));
    let mut section = Section::rows("exponents", columns, counted.chain(timed).collect());
    section.title =
        Some("The power of each dimension with which a cost grows, the others as they are".into());
    section
}
