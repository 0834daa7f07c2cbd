//! How times grow: with repeats not at all; with stages, members, points of a sweep and nodes of an ONNX graph linearly.
//!
//! `cargo bench --bench growth` prints for each input size the time of one call, and how many times that is the time at
//! the size before it. Where the size is ten times as large, linear is 10; where it doubles, 2. `cargo test` runs the
//! smallest size of each once.

#![allow(missing_docs, clippy::expect_used, clippy::print_stdout)]

#[path = "growth/graphs.rs"]
mod graphs;
#[allow(dead_code, clippy::cast_possible_truncation)]
#[path = "../tests/onnx/write.rs"]
mod write;

use std::hint::black_box;
use std::io::Cursor;
use std::time::{Duration, Instant};

use graphs::GRAPHS;
use phiscale::{Event, Family, Plan, Request, Scale, onnx, spec};

/// The time that calls are repeated for at least, unless one takes longer.
const BATCH: Duration = Duration::from_millis(50);

/// Batches, of which the fastest is the least disturbed one.
const BATCHES: usize = 5;

const DOUBLING: [usize; 6] = [10, 20, 40, 80, 160, 320];

const NODES: [usize; 5] = [12_500, 25_000, 50_000, 100_000, 200_000];

fn family(text: &str) -> Family {
    spec::parse("efficientnet", "efficientnet", text).expect("a sound spec")
}

fn efficientnet() -> &'static str {
    spec::bundled("efficientnet").expect("a bundled spec")
}

fn totals(family: &Family, depth: f64) -> u128 {
    let request = Request { scale: Scale { depth, ..Scale::BASELINE }, ..Request::BASELINE };
    family.network(&request).expect("a network").network.ledger().total(Event::MACS)
}

/// EfficientNet with so many stages more.
fn with_stages(count: usize) -> String {
    let stage = |index| {
        format!(
            "[[stage]]\nname = \"more{index}\"\nblock = \"mbconv\"\nwidth = 16\ndepth = 1\nkernel = 3\n\
             stride = 1\nexpand = 1\n\n"
        )
    };
    let more: String = (0..count).map(stage).collect();
    let after = "[[stage]]\nname = \"stage3\"";
    efficientnet().replacen(after, &format!("{more}{after}"), 1)
}

/// EfficientNet with so many members more.
fn with_members(count: usize) -> String {
    let member =
        |index| format!("\n[member.M{index}]\nwidth = 1.5\ndepth = 1.5\nresolution = 256\n");
    let more: String = (0..count).map(member).collect();
    format!("{}{more}", efficientnet())
}

/// The totals of EfficientNet at so many points, width by width.
fn points(family: &Family, count: u32) -> u64 {
    let events = [Event::PARAMS, Event::MACS, Event::ACTIVATIONS];
    let mut plan = Plan::new(family, Request::BASELINE, events).expect("a plan");
    let step = |index: u32| 1.0 + f64::from(index) / 1000.0;
    let at = |index| Scale {
        depth: step(index % 10),
        width: step(index / 1000),
        resolution: step(index / 10 % 100),
    };
    let totals = (0..count).map(|index| plan.totals(at(index), None).expect("totals"));
    totals.fold(0u64, |sum, [_, macs, _]| sum.wrapping_add(macs))
}

/// The time of one call: the fastest of some batches.
fn time<T>(mut call: impl FnMut() -> T) -> Duration {
    let mut fastest = Duration::MAX;
    for _ in 0..BATCHES {
        let (start, mut calls) = (Instant::now(), 0);
        while calls == 0 || start.elapsed() < BATCH {
            black_box(call());
            calls += 1;
        }
        fastest = fastest.min(start.elapsed() / calls);
    }
    fastest
}

/// Sizes at which something is measured: all of them, or the first, once.
struct Bench {
    is_measured: bool,
}

impl Bench {
    /// Prints a line for each size; `prepare` makes what is called and timed.
    fn grows<T, C: FnMut() -> T>(
        &self,
        what: &str,
        sizes: &[usize],
        mut prepare: impl FnMut(usize) -> C,
    ) {
        if !self.is_measured {
            black_box(prepare(sizes[0])());
            return;
        }
        println!("\n{what}");
        let mut before: Option<Duration> = None;
        for size in sizes {
            let now = time(prepare(*size));
            let ratio = before.map(|before| now.as_secs_f64() / before.as_secs_f64());
            let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:6.2} ×"));
            println!("{size:10} {:12.1} µs {ratio}", now.as_secs_f64() * 1e6);
            before = Some(now);
        }
    }
}

fn main() {
    let bench = Bench { is_measured: std::env::args().any(|argument| argument == "--bench") };
    let baseline = family(efficientnet());
    bench.grows("depth of EfficientNet: build and count", &[1, 10, 100, 1000], |depth| {
        let (family, depth) = (&baseline, f64::from(u32::try_from(depth).unwrap_or(u32::MAX)));
        move || totals(family, depth)
    });
    bench.grows("stages of a spec: read, build and count", &DOUBLING, |count| {
        let text = with_stages(count);
        move || totals(&family(&text), 1.0)
    });
    bench.grows("members of a spec: read", &DOUBLING, |count| {
        let text = with_members(count);
        move || family(&text)
    });
    bench.grows("points of a sweep: totals", &[1000, 10_000, 100_000, 1_000_000], |count| {
        let (family, count) = (&baseline, u32::try_from(count).unwrap_or(u32::MAX));
        move || points(family, count)
    });
    for (what, graph) in GRAPHS {
        let what = format!("nodes of an ONNX graph: {what}");
        // The names of 200,000 stored tensors exceed what is read of a file.
        let sizes = if what.contains("stored") { &NODES[..4] } else { &NODES[..] };
        bench.grows(&what, sizes, |count| {
            let bytes = graph(count).bytes();
            move || onnx::network(Cursor::new(&bytes[..])).expect("a network").macs()
        });
    }
}
