//! docs/law.md and docs/law.csv show how well laws predict the largest networks of every bundled series of at least five.
//!
//! `LAW=overwrite cargo test --test law_page` writes the figures anew.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use phiscale::law::{HeldOut, MeasuredPoint, Series, family_series};
use phiscale::{family, find};

/// Shorter series are not in the table: what is left of them has no law.
const FEWEST: usize = 5;

/// From so many networks on, two are held out.
const FEWEST_FOR_TWO: usize = 7;

/// Series of trainings that another series of the table has too: other digits, or a library's copy of the weights.
const REPEATED: [(&str, &str); 3] = [
    ("RegNetX", "facebookresearch/pycls"),
    ("RegNetY", "facebookresearch/pycls"),
    ("RegNetX", "pycls_in1k"),
];

/// A series, and its networks that were held out.
struct Row {
    series: Series,
    held_out: Vec<HeldOut>,
}

/// What the whole table comes to.
struct Summary {
    series: usize,
    networks: usize,
    /// The mean of |predicted − measured|, in points.
    miss: f64,
    held: usize,
    /// The same mean for a straight line in the logarithm of MACs, and for the accuracy of the largest network left.
    simpler: [f64; 2],
    /// The median width of an interval, in points.
    width: f64,
}

/// What a line through accuracies against the logarithm of MACs says at a cost, by least squares.
fn straight(fitted: &[MeasuredPoint], cost: f64) -> f64 {
    let count = fitted.len() as f64;
    let mean = |value: fn(&MeasuredPoint) -> f64| fitted.iter().map(value).sum::<f64>() / count;
    let (x, y) = (mean(|one| one.cost.ln()), mean(|one| one.accuracy));
    let sum = |term: &dyn Fn(&MeasuredPoint) -> f64| fitted.iter().map(term).sum::<f64>();
    let slope = sum(&|one| (one.cost.ln() - x) * (one.accuracy - y))
        / sum(&|one| (one.cost.ln() - x).powi(2));
    y + slope * (cost.ln() - x)
}

/// The accuracy of the largest network, whatever the cost.
fn last(fitted: &[MeasuredPoint], _: f64) -> f64 {
    fitted.last().expect("a network").accuracy
}

impl Row {
    /// How far another way to predict is off for each network that was held out.
    fn misses(&self, predict: fn(&[MeasuredPoint], f64) -> f64) -> Vec<f64> {
        let (fitted, held_out) = self.series.without_largest(self.held_out.len());
        let miss = |one: MeasuredPoint| (predict(&fitted.networks, one.cost) - one.accuracy).abs();
        held_out.into_iter().map(miss).collect()
    }

    fn is_repeated(&self) -> bool {
        let Series { name, source, .. } = &self.series;
        REPEATED.iter().any(|(known, words)| known == name && source.contains(words))
    }
}

impl Summary {
    fn of<'r>(rows: impl Iterator<Item = &'r Row> + Clone) -> Self {
        let networks: Vec<&HeldOut> = rows.clone().flat_map(|row| &row.held_out).collect();
        let width = |one: &&HeldOut| one.prediction.high - one.prediction.low;
        let mut widths: Vec<f64> = networks.iter().map(width).collect();
        widths.sort_by(f64::total_cmp);
        let simpler = [straight, last].map(|predict| {
            let misses = rows.clone().flat_map(|row| row.misses(predict));
            misses.sum::<f64>() / networks.len() as f64
        });
        Summary {
            series: rows.count(),
            networks: networks.len(),
            miss: networks.iter().map(|one| one.miss().abs()).sum::<f64>() / networks.len() as f64,
            held: networks.iter().filter(|one| one.is_held()).count(),
            simpler,
            width: widths[widths.len() / 2],
        }
    }

    fn line(&self, what: &str) -> String {
        let Summary { series, networks, miss, held, simpler: [straight, last], width } = self;
        let share = 100.0 * *held as f64 / *networks as f64;
        format!(
            "| {what} | {series} | {networks} | {miss:.2} | {held} of {networks} ({share:.0} %) | {width:.1} | {straight:.2} | {last:.2} |\n"
        )
    }
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for family in find::families().expect("families") {
        let found = family_series(&family).expect("series");
        for series in found.series.into_iter().map(|one| one.series) {
            let length = series.networks.len();
            if length < FEWEST {
                continue;
            }
            let count = if length >= FEWEST_FOR_TWO { 2 } else { 1 };
            let (_, held_out) = HeldOut::of(&series, count).map_err(|no| no.reason).expect("a law");
            rows.push(Row { series, held_out });
        }
    }
    rows
}

fn figures(rows: &[Row]) -> String {
    let mut text = "| | Series | Networks held out | Mean miss (points) | Within the 95 % interval | Median width (points) | Mean miss of a straight line in log C | of the last accuracy |\n\
                    |---|---|---|---|---|---|---|---|\n"
        .to_string();
    text += &Summary::of(rows.iter()).line("all");
    let own = rows.iter().filter(|row| !row.is_repeated());
    text += &Summary::of(own).line("each training once");
    text += "\n| Series | Accuracies from | Fitted | Held out | Predicted | 95 % interval | Measured | Miss | Within |\n\
             |---|---|---|---|---|---|---|---|---|\n";
    for Row { series, held_out } in rows {
        let fitted = series.networks.len() - held_out.len();
        for one in held_out {
            let HeldOut { network, prediction, .. } = one;
            let _ = writeln!(
                text,
                "| {} | {} | {fitted} | {} | {:.2} | {:.2} to {:.2} | {} | {} | {} |",
                series.name,
                series.source,
                network.network,
                prediction.accuracy,
                prediction.low,
                prediction.high,
                network.accuracy,
                signed(one.miss()),
                if one.is_held() { "yes" } else { "**no**" },
            );
        }
    }
    text
}

fn signed(points: f64) -> String {
    format!("{points:+.2}").replace('-', "−")
}

fn csv(rows: &[Row]) -> String {
    let mut text =
        "series,source,fitted,network,macs,top1,low,high,measured,miss,held\n".to_string();
    for Row { series, held_out } in rows {
        let fitted = series.networks.len() - held_out.len();
        for one in held_out {
            let HeldOut { network, prediction, .. } = one;
            let _ = writeln!(
                text,
                "{},\"{}\",{fitted},{},{},{:.3},{:.3},{:.3},{},{:.3},{}",
                series.name,
                series.source,
                network.network,
                network.cost,
                prediction.accuracy,
                prediction.low,
                prediction.high,
                network.accuracy,
                one.miss(),
                one.is_held(),
            );
        }
    }
    text
}

#[test]
fn the_page_has_the_predictions_of_the_bundled_series() {
    const BEGIN: &str = "<!-- figures: begin -->\n";
    const END: &str = "<!-- figures: end -->";
    let rows = rows();
    for summary in
        [Summary::of(rows.iter()), Summary::of(rows.iter().filter(|row| !row.is_repeated()))]
    {
        assert!(summary.series >= 10 && summary.miss <= 0.5, "{}", summary.line("all"));
        assert!(summary.held as f64 >= 0.9 * summary.networks as f64, "{}", summary.line("all"));
    }
    assert_eq!(rows.iter().filter(|row| row.is_repeated()).count(), REPEATED.len());
    let path = root("docs/law.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(BEGIN).expect("where the figures begin");
    let (written, after) = rest.split_once(END).expect("where the figures end");
    let (figures, csv) = (figures(&rows), csv(&rows));
    if std::env::var_os("LAW").is_some_and(|wanted| wanted == "overwrite") {
        let page = format!("{before}{BEGIN}{figures}{END}{after}");
        fs::write(&path, page).expect("a page that can be written");
        return fs::write(root("docs/law.csv"), csv).expect("a table that can be written");
    }
    let stale = "is stale: LAW=overwrite cargo test --test law_page";
    assert_eq!(written, figures, "docs/law.md {stale}");
    let committed = fs::read_to_string(root("docs/law.csv")).expect("the table");
    assert_eq!(committed, csv, "docs/law.csv {stale}");
}

#[test]
fn regnetx_and_regnety_are_two_series_and_so_are_the_two_parts_of_efficientnetv2() {
    let names = |name: &str| {
        let family = family(name).expect("a bundled family");
        let found = family_series(&family).expect("series");
        let rows: Vec<(String, usize)> = found
            .series
            .into_iter()
            .map(|one| (one.series.name, one.series.networks.len()))
            .collect();
        rows
    };
    let regnet = names("regnet");
    assert_eq!(regnet[..2], [("RegNetX".to_string(), 12), ("RegNetY".to_string(), 12)]);
    let v2 = names("efficientnetv2");
    assert_eq!(v2[..2], [("EfficientNetV2-B".to_string(), 4), ("EfficientNetV2".to_string(), 3)]);
}
