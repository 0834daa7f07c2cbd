//! The gap between 2^φ and the count: its parts multiply to the whole, for every family and every φ.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use phiscale::device::Device;
use phiscale::growth::{CostRule, Growth, GrowthStep};
use phiscale::time::{Deployment, TimeGrowth};
use phiscale::{Convention, Family, Strategy, spec};

fn family(name: &str) -> Family {
    let text = spec::bundled(name).expect("a bundled spec");
    spec::parse(name, name, text).expect("a spec without mistakes")
}

/// The family's own rule, or an even share where it was published without one.
fn rule(family: &Family) -> CostRule {
    let even = Strategy::parse("dwr").expect("a strategy").coefficients();
    let coefficients = family.rule.coefficients.unwrap_or(even);
    CostRule::new(coefficients)
}

fn convention(name: &str) -> Convention {
    let conventions = spec::conventions().expect("conventions");
    conventions.into_iter().find(|convention| convention.name == name).expect("a convention")
}

fn growth(family: &Family, phis: &[f64], convention: &Convention) -> Option<Growth> {
    Growth::measure(family, rule(family), phis, convention).ok()
}

/// The family at every φ that it has a network at: some families do not take some input sizes (windows do not divide
/// them), and then each φ is asked for alone.
fn steps(family: &Family, convention: &Convention) -> Vec<GrowthStep> {
    let phis: Vec<f64> = (-4..=8).map(f64::from).collect();
    match growth(family, &phis, convention) {
        Some(growth) => growth.steps,
        None => {
            let alone = phis.iter().filter_map(|phi| growth(family, &[*phi], convention));
            alone.flat_map(|growth| growth.steps).collect()
        }
    }
}

/// The same for time, on a device for which nothing is free and on one where arithmetic and traffic overlap.
#[test]
fn the_causes_multiply_to_the_growth_of_time() {
    let texts =
        [include_str!("pages/devices/board.toml"), include_str!("pages/devices/processor.toml")];
    for text in texts {
        let device = Device::parse("device", "device.toml", text).expect("a device");
        let mode = device.calibrations[0].mode;
        let deployment = Deployment::new(device, mode, 8).expect("a peak");
        for name in spec::bundled_names() {
            let family = family(name);
            let timed = [0.5, 1.0, 4.0].iter().filter_map(|phi| {
                TimeGrowth::measure(&family, rule(&family), &[*phi], &deployment).ok()
            });
            let mut seen = 0;
            for growth in timed {
                let baseline = growth.baseline.seconds;
                let steps = growth.steps.iter().map(|step| (step.causes, step.work));
                let members = growth.members.iter().map(|member| (member.causes, member.work));
                for (causes, work) in steps.chain(members) {
                    let off = causes.whole() / (work.seconds / baseline) - 1.0;
                    assert!(off.abs() < 1e-9, "{name}: {causes:?} {work:?}");
                    let parts: f64 = work.parts.iter().sum();
                    assert!(work.seconds <= parts * (1.0 + 1e-9), "{name}: {work:?}");
                    seen += 1;
                }
            }
            assert!(seen > 0, "{name}");
        }
    }
}

#[test]
fn the_parts_of_the_gap_multiply_to_the_whole() {
    let conventions = ["conv-linear", "params", "activations"].map(convention);
    let mut compared = 0;
    for name in spec::bundled_names() {
        let family = family(name);
        // MACs everywhere; what else can be counted, where the paper's own rule is.
        let of_all = if family.rule.coefficients.is_some() { 3 } else { 1 };
        for convention in &conventions[..of_all] {
            let steps = steps(&family, convention);
            assert!(!steps.is_empty(), "{name} has no network at any φ");
            for step in steps {
                let gap = step.gap.as_ref().unwrap_or_else(|| panic!("{name}: no closed form"));
                let whole = step.ratio / step.promised;
                let off = (gap.whole() / whole - 1.0).abs();
                let what = format!("{name}, φ = {}, {}", step.phi, convention.name);
                assert!(off < 1e-9, "{what}: {} and not {whole}", gap.whole());
                let terms: f64 = gap.monomials.iter().map(|(_, share)| share).sum();
                assert!((1.0 + terms - gap.terms).abs() < 1e-9, "{what}: {terms}");
                compared += 1;
            }
        }
    }
    assert!(compared > 400, "only {compared} gaps were split");
}

#[test]
fn at_phi_0_there_is_no_gap() {
    for name in spec::bundled_names() {
        let growth = growth(&family(name), &[0.0], &convention("conv-linear")).expect("a baseline");
        for part in growth.steps[0].gap.as_ref().expect("a closed form").factors() {
            assert!((part - 1.0).abs() < 1e-9, "{name}: {part}");
        }
    }
}

/// What EfficientNet's own rule misses at φ = 1 is the rounding up of repeats, most of all.
#[test]
fn one_more_layer_in_every_stage_outweighs_the_rest_at_phi_1() {
    let growth = growth(&family("efficientnet"), &[1.0], &convention("conv-linear"));
    let step = growth.expect("a count").steps.remove(0);
    let gap = step.gap.expect("a closed form");
    assert!(gap.repeats > 1.2 && gap.repeats > gap.maps);
    let best = step.advice.first().expect("an alternative");
    assert!(best.change.contains("nearest") && (best.ratio - 2.050).abs() < 1e-3, "{best:?}");
}

/// A block that grows otherwise from its sixth repeat on has no polynomial; it is counted all the same.
#[test]
fn what_no_polynomial_follows_is_counted_without_a_split() {
    let text = "source = 'a test'\ninput = { size = 32 }\n\
                [block.grow]\nsteps = [{ conv = 'in + if(in < 64, 8, 16)', kernel = 3 }]\n\
                [[stage]]\nname = 'a'\nblock = 'grow'\ndepth = 12\n";
    let family = spec::parse("one", "one.toml", text).expect("a spec");
    let growth = growth(&family, &[0.0, 1.0], &convention("conv-linear")).expect("counts");
    assert!(growth.no_closed_form.is_some() && growth.shares.is_empty());
    assert!(growth.steps.iter().all(|step| step.gap.is_none()));
    assert!(growth.steps[1].ratio > 1.0);
}
