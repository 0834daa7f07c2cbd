//! How fast charts are drawn and rasterised.

#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use phiscale::charts::drawing;
use phiscale::charts::drawing::{Chart, Size, Theme};

mod pictures;

/// Pixels of the PNG's width to one of the chart's: 1600 of 960.
const SCALE: f32 = 1600.0 / 960.0;

fn drawn(chart: &Chart) -> String {
    drawing::svg(chart, Theme::Light, Size::default()).expect("a chart").svg
}

fn charts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("charts");
    group.sample_size(20);
    for (name, chart) in [
        ("25 networks, all named", pictures::networks()),
        ("four panels", pictures::grid()),
        ("bars of two times four networks", pictures::bars()),
        ("a cloud of 1,300 points", pictures::cloud(1300, false)),
        ("1,300 points that all have a name", pictures::cloud(1300, true)),
        ("10,000 points that all have a name", pictures::cloud(10_000, true)),
    ] {
        group.bench_function(format!("{name}, SVG"), |bencher| {
            bencher.iter(|| drawn(black_box(&chart)));
        });
    }
    let svg = drawn(&pictures::networks());
    group.bench_function("25 networks, PNG of 1600 × 1120", |bencher| {
        bencher.iter(|| drawing::png(black_box(&svg), SCALE).expect("a picture"));
    });
    group.finish();
}

criterion_group!(benches, charts);
criterion_main!(benches);
