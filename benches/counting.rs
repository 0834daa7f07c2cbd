//! How fast networks are read, built and counted, beside a floor: B7's totals as plain arithmetic.
//!
//! `cargo bench` runs criterion and prints the ratios at the end.

#![allow(missing_docs, clippy::expect_used, clippy::print_stdout)]

use std::hint::black_box;
use std::io::Cursor;
use std::time::Instant;

use criterion::{Criterion, criterion_group};
use phiscale::device::{self, Mode};
use phiscale::memory::Dtype;
use phiscale::onnx::{Imported, Options};
use phiscale::time::Deployment;
use phiscale::{Event, Family, Ledger, Network, Request, Scale, spec};

mod floor;

fn efficientnet() -> Family {
    let text = spec::bundled("efficientnet").expect("a bundled spec");
    spec::parse("efficientnet", "efficientnet", text).expect("a sound spec")
}

fn member(family: &Family, name: &str) -> Network<u64> {
    let request = Request { member: family.member(name), ..Request::BASELINE };
    family.network(&request).expect("a network").network
}

fn with_repeats(family: &Family, depth: f64) -> Network<u64> {
    let request = Request { scale: Scale { depth, ..Scale::BASELINE }, ..Request::BASELINE };
    family.network(&request).expect("a network").network
}

/// The ledger summed again, by a walk over every stage.
fn walked(network: &Network<u64>) -> Ledger {
    let mut sum = Ledger::zero();
    for index in 0..network.stages().len() {
        sum.increase(&network.stage_ledger(index));
    }
    sum
}

fn totals(network: &Network<u64>) -> [u128; 4] {
    let cost = network.ledger();
    [Event::PARAMS, Event::STATISTICS, Event::MACS, Event::ACTIVATIONS]
        .map(|events| cost.total(events))
}

fn reading(criterion: &mut Criterion) {
    let text = spec::bundled("efficientnet").expect("a bundled spec");
    criterion.bench_function("read the spec", |bencher| {
        bencher.iter(|| spec::parse("e", "e", black_box(text)));
    });
    let family = efficientnet();
    criterion.bench_function("build B7 from the family", |bencher| {
        bencher.iter(|| member(black_box(&family), "b7"));
    });
    criterion.bench_function("build and count φ = 0…7", |bencher| {
        let coefficients = family.rule.coefficients.expect("α, β and γ");
        bencher.iter(|| {
            for phi in 0..=7 {
                let scale = coefficients.at(f64::from(phi));
                let request = Request { scale, ..Request::BASELINE };
                black_box(family.network(&request).expect("a network").network.ledger());
            }
        });
    });
}

fn importing(criterion: &mut Criterion) {
    let file = include_bytes!("../tests/onnx/mobilenet_v3_small.onnx");
    let read = || Imported::read(Cursor::new(black_box(&file[..])), Options::default());
    criterion.bench_function("read an ONNX file of 105 KB", |bencher| bencher.iter(read));
    let imported = read().expect("an ONNX file");
    criterion.bench_function("build the network of an ONNX file", |bencher| {
        bencher.iter(|| black_box(&imported).build(None));
    });
}

fn counting(criterion: &mut Criterion) {
    let family = efficientnet();
    for name in ["b0", "b7"] {
        let network = member(&family, name);
        criterion.bench_function(&format!("walk over {name}, repeats in closed form"), |bencher| {
            bencher.iter(|| walked(black_box(&network)));
        });
        let unrolled = network.unrolled();
        criterion.bench_function(&format!("walk over {name}, repeats written out"), |bencher| {
            bencher.iter(|| walked(black_box(&unrolled)));
        });
    }
    for repeats in [1, 10, 1000] {
        let network = with_repeats(&family, f64::from(repeats));
        criterion.bench_function(&format!("walk over B0 at {repeats} × its depth"), |bencher| {
            bencher.iter(|| walked(black_box(&network)));
        });
    }
    let rtx4090 = device::device("rtx4090").expect("a device");
    let mode = Mode { dtype: Dtype::Fp16, ..Mode::default() };
    let on_device = Deployment::new(rtx4090, mode, 256).expect("a peak");
    let b7 = member(&family, "b7");
    criterion.bench_function("totals of b7", |bencher| bencher.iter(|| totals(black_box(&b7))));
    criterion.bench_function("time of B7 on a device", |bencher| {
        bencher.iter(|| on_device.seconds(black_box(&b7)));
    });
    check_floor(&b7);
    criterion.bench_function("floor: B7 as plain arithmetic", |bencher| {
        bencher.iter(|| floor::b7(black_box(600)));
    });
}

/// The floor counts what the ledger counts.
fn check_floor(b7: &Network<u64>) {
    let counted = b7.ledger();
    let counted = Event::ALL.iter().map(|event| counted.amount(*event));
    let counted: Vec<u64> = counted.filter(|amount| *amount != 0).collect();
    assert_eq!(counted, floor::b7(600).amounts(), "the floor counts something else");
}

/// Nanoseconds of a call and of the floor, measured in turn so that both see the same machine: the
/// fastest of many batches each, which are the least disturbed ones.
fn beside_floor<T>(mut call: impl FnMut() -> T) -> (f64, f64) {
    const BATCH: u32 = 2000;
    fn batch<T>(call: &mut impl FnMut() -> T) -> f64 {
        let start = Instant::now();
        for _ in 0..BATCH {
            black_box(call());
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(BATCH)
    }
    let mut floor = || floor::b7(black_box(600));
    let mut fastest = (f64::INFINITY, f64::INFINITY);
    for _ in 0..50 {
        fastest = (fastest.0.min(batch(&mut call)), fastest.1.min(batch(&mut floor)));
    }
    fastest
}

fn ratios() {
    let family = efficientnet();
    let b7 = member(&family, "b7");
    println!("\nbeside the floor: B7's whole ledger as plain arithmetic");
    let ratio = |what: &str, (time, floor): (f64, f64)| {
        println!("{what:32} {time:8.0} ns   floor {floor:4.0} ns   {:7.2} ×", time / floor);
    };
    ratio("count B7", beside_floor(|| black_box(&b7).ledger()));
    ratio("walk over the stages of B7", beside_floor(|| walked(black_box(&b7))));
    for repeats in [1, 10, 1000] {
        let network = with_repeats(&family, f64::from(repeats));
        let what = format!("walk, B0 at {repeats} × its depth");
        ratio(&what, beside_floor(|| walked(black_box(&network))));
    }
    ratio("build and count B7", beside_floor(|| member(black_box(&family), "b7").ledger()));
}

criterion_group!(benches, reading, importing, counting);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    // `cargo test` runs each bench once; ratios of one run say nothing.
    if std::env::args().any(|argument| argument == "--bench") {
        ratios();
    }
}
