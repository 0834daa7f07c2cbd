//! How long a plan takes for the totals of one network, for every bundled family, beside building and counting it.
//!
//! `cargo bench --bench plan` prints nanoseconds a network: the least, the median and the most of many passes.

#![allow(missing_docs, clippy::expect_used, clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use phiscale::{Event, Family, Plan, Request, Scale, spec};

/// Networks of a pass, and passes.
const POINTS: usize = 10_000;
const PASSES: usize = 15;

/// Networks that are built for comparison.
const BUILT: usize = 500;

const TOTALS: [&[Event]; 3] = [Event::MACS, Event::PARAMS, Event::ACTIVATIONS];

fn main() {
    // `cargo test` runs each bench once; one pass over few points shows that it works.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let (points, passes) = if is_bench { (POINTS, PASSES) } else { (20, 1) };
    println!("ns a network (least, median, most)");
    println!(
        "{:22}{:>28}{:>28}{:>28}{:>9}",
        "", "random d, w, r, met before", "depth changes fastest", "built and counted", "÷ built"
    );
    for name in spec::bundled_names() {
        let text = spec::bundled(name).expect("a bundled spec");
        let family = spec::parse(name, name, text).expect("a sound spec");
        compare(&family, points, passes);
    }
}

fn compare(family: &Family, points: usize, passes: usize) {
    let (random, grid) = (random(points), grid(points));
    let mut plan = Plan::new(family, Request::BASELINE, TOTALS).expect("a plan");
    let mut planned = |scales: &[Scale]| {
        let mut pass =
            || scales.iter().for_each(|scale| drop(black_box(plan.totals(*scale, None))));
        pass();
        times(scales.len(), passes, pass)
    };
    let [of_random, of_grid] = [planned(&random), planned(&grid)];
    let some = &random[..random.len().min(BUILT)];
    let of_built = times(some.len(), passes, || {
        for scale in some {
            let request = Request { scale: *scale, ..Request::BASELINE };
            let network = family.network(&request);
            drop(black_box(network.map(|scaled| scaled.network.ledger().macs())));
        }
    });
    let cells = [of_random, of_grid, of_built].map(|[least, median, most]| {
        format!("{:>28}", format!("{least:.0}, {median:.0}, {most:.0}"))
    });
    println!("{:22}{}{:>9.0}", family.name, cells.concat(), of_built[0] / of_random[0]);
}

/// Nanoseconds of each of `calls` in a pass: the least, the median and the most of all passes.
fn times(calls: usize, passes: usize, mut pass: impl FnMut()) -> [f64; 3] {
    let mut times: Vec<f64> = (0..passes)
        .map(|_| {
            let start = Instant::now();
            pass();
            start.elapsed().as_secs_f64() * 1e9 / calls as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    [times[0], times[passes / 2], times[passes - 1]]
}

/// Depths from 1 to 3, widths and resolutions from 1 to 2, without order (multiples of the golden ratio's powers).
fn random(points: usize) -> Vec<Scale> {
    let at = |index: usize| {
        let part = |ratio: f64| (index as f64 * ratio).fract();
        Scale {
            depth: 1.0 + 2.0 * part(0.819_172_513_396_164_4),
            width: 1.0 + part(0.671_043_606_703_789_3),
            resolution: 1.0 + part(0.549_700_477_901_939_4),
        }
    };
    (1..=points).map(at).collect()
}

/// A grid over the same ranges: 100 depths for each width, and 10 widths for each resolution.
fn grid(points: usize) -> Vec<Scale> {
    let at = |index: usize| Scale {
        depth: 1.0 + 0.02 * (index % 100) as f64,
        width: 1.0 + 0.1 * (index / 100 % 10) as f64,
        resolution: 1.0 + 0.1 * (index / 1000 % 10) as f64,
    };
    (0..points).map(at).collect()
}
