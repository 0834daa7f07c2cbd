//! How fast charts are drawn and rasterised.

#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use phiscale::charts::drawing::{Chart, Look, draw};

mod pictures;

/// Pixels per inch that make a PNG of 1600 pixels from a chart of 960.
const DPI: f64 = 160.0;

fn drawn(chart: &Chart) -> String {
    draw(chart, &Look::default()).expect("a chart").svg().expect("a picture")
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
    let drawing = draw(&pictures::networks(), &Look::default()).expect("a chart");
    group.bench_function("25 networks, PNG of 1600 × 1120", |bencher| {
        bencher.iter(|| black_box(&drawing).png(DPI).expect("a picture"));
    });
    group.bench_function("25 networks, PDF", |bencher| {
        bencher.iter(|| black_box(&drawing).pdf());
    });
    group.finish();
}

criterion_group!(benches, charts);
criterion_main!(benches);
