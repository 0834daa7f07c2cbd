//! The hot paths whose instructions are counted, one function each. `gate` runs them and compares.
//!
//! The arguments in `#[bench]` are made before counting starts, and results are dropped after it has ended.

#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;
use std::io::Cursor;

use gungraun::{library_benchmark, library_benchmark_group, main};
use phiscale::charts::drawing::{Chart, Look, draw};
use phiscale::onnx::{Imported, Options};
use phiscale::{Event, Family, Network, Plan, Request, Scale, spec};

#[path = "../pictures/mod.rs"]
#[expect(dead_code, reason = "one of the pictures is counted, all are timed")]
mod pictures;

const MOBILENET: &[u8] = include_bytes!("../../tests/onnx/mobilenet_v3_small.onnx");

/// What a path is given lives on, so that its end is not counted.
fn lasting<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}

fn text() -> &'static str {
    spec::bundled("efficientnet").expect("a bundled spec")
}

fn parsed(text: &str) -> Family {
    spec::parse("efficientnet", "efficientnet", text).expect("a sound spec")
}

fn efficientnet() -> &'static Family {
    lasting(parsed(text()))
}

fn built(family: &Family) -> Network<u64> {
    let request = Request { member: family.member("b7"), ..Request::BASELINE };
    family.network(&request).expect("a network").network
}

fn b7() -> &'static Network<u64> {
    lasting(built(efficientnet()))
}

/// What a plan is asked.
const ASKED: Scale = Scale { depth: 2.0, width: 1.4, resolution: 1.5 };

/// A plan that has answered before, and last for another network.
fn warm_plan() -> &'static mut Plan<'static, 3> {
    let totals = [Event::MACS, Event::PARAMS, Event::ACTIVATIONS];
    let mut plan = Plan::new(efficientnet(), Request::BASELINE, totals).expect("a plan");
    for scale in [ASKED, Scale::BASELINE] {
        plan.totals(scale, None).expect("totals");
    }
    lasting(plan)
}

fn drawn(chart: &Chart) -> String {
    draw(chart, &Look::default()).expect("a chart").svg().expect("a picture")
}

/// A chart, after one like it was drawn: fonts are read. Other threads are not counted, so that this one draws alone.
fn warm_chart() -> &'static Chart {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("the first pool");
    drawn(&pictures::networks());
    lasting(pictures::networks())
}

#[library_benchmark]
#[bench::efficientnet(text())]
fn read(text: &str) -> Family {
    black_box(parsed(black_box(text)))
}

#[library_benchmark]
#[bench::b7(efficientnet())]
fn build(family: &Family) -> Network<u64> {
    black_box(built(black_box(family)))
}

#[library_benchmark]
#[bench::b7(b7())]
fn count(network: &Network<u64>) -> [u128; 4] {
    let ledger = black_box(network).ledger();
    let totals = [Event::PARAMS, Event::STATISTICS, Event::MACS, Event::ACTIVATIONS];
    black_box(totals.map(|events| ledger.total(events)))
}

#[library_benchmark]
#[bench::efficientnet(warm_plan())]
fn plan(plan: &mut Plan<'static, 3>) -> [u64; 3] {
    black_box(plan.totals(black_box(ASKED), None).expect("totals"))
}

#[library_benchmark]
#[bench::svg(warm_chart())]
fn chart(chart: &Chart) -> String {
    black_box(drawn(black_box(chart)))
}

#[library_benchmark]
#[bench::mobilenet_v3_small(MOBILENET)]
fn onnx(file: &[u8]) -> Network<u64> {
    let imported =
        Imported::read(Cursor::new(black_box(file)), Options::default()).expect("an ONNX file");
    black_box(imported.build(None).expect("a network").network)
}

library_benchmark_group!(name = paths, benchmarks = [read, build, count, plan, chart, onnx]);

main!(library_benchmark_groups = paths);
