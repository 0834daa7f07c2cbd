//! EfficientNet by equation 3, against counts that an independent script made.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use phiscale::internals::Scalar;
use phiscale::{Convention, Event, Family, Request, Rounding, Scale, Scaled, memory, spec};
use proptest::prelude::*;

fn efficientnet() -> Family {
    let text = spec::bundled("efficientnet").expect("a bundled spec");
    spec::parse("efficientnet", "efficientnet", text).expect("a sound spec")
}

fn pycls() -> Convention {
    let conventions = spec::conventions().expect("the conventions");
    conventions.into_iter().find(|convention| convention.name == "pycls").expect("pycls")
}

fn at(family: &Family, scale: Scale) -> Scaled {
    family.network(&Request { scale, ..Request::BASELINE }).expect("a network")
}

fn at_phi(family: &Family, phi: f64) -> Scaled {
    at(family, family.rule.coefficients.expect("α, β and γ").at(phi))
}

#[derive(Debug)]
struct Row {
    phi: f64,
    rounding: Rounding,
    numbers: [u128; 8],
    channels: String,
    repeats: String,
}

fn rows() -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(include_str!("data/equation3.csv").as_bytes());
    let row = |record: csv::StringRecord| Row {
        phi: record[0].parse().expect("φ"),
        rounding: if &record[1] == "ceil" { Rounding::Ceil } else { Rounding::NearestEven },
        numbers: std::array::from_fn(|index| record[index + 2].parse().expect("an integer")),
        channels: record[10].to_string(),
        repeats: record[11].to_string(),
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

#[test]
fn equation_3_from_phi_minus_4_to_8_with_both_roundings_of_depth() {
    let (mut family, pycls) = (efficientnet(), pycls());
    let rows = rows();
    assert!(rows.len() >= 20);
    for row in rows {
        family.rule.depth = row.rounding;
        let network = at_phi(&family, row.phi).network;
        let cost = network.ledger();
        let stages = network.stages();
        let width = |index: usize| u128::from(stages[index].output().channels);
        let counted = [
            u128::from(network.input().height),
            cost.total(Event::PARAMS),
            cost.total(Event::STATISTICS),
            cost.total(Event::MACS),
            pycls.value(&cost, 1),
            cost.total(Event::ACTIVATIONS),
            width(0),
            width(8),
        ];
        assert_eq!(counted, row.numbers, "φ = {}, {:?}", row.phi, row.rounding);
        let body = &stages[1..8];
        let join =
            |numbers: Vec<u64>| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
        let channels = body.iter().map(|stage| stage.output().channels).collect();
        assert_eq!(join(channels), row.channels, "φ = {}", row.phi);
        let repeats = body.iter().map(|stage| stage.repeats).collect();
        assert_eq!(join(repeats), row.repeats, "φ = {}", row.phi);
    }
}

#[test]
fn where_nothing_rounds_the_polynomial_is_the_count() {
    let family = efficientnet();
    let closed_form = family.closed_form(None).expect("a closed form").ledger();
    // Twice and three times as deep, twice and four times as wide, twice as large: all whole.
    for (depth, width, resolution) in [(2.0, 1.0, 1.0), (3.0, 2.0, 1.0), (2.0, 4.0, 2.0)] {
        let cost = at(&family, Scale { depth, width, resolution }).network.ledger();
        for (event, part, polynomial) in closed_form.entries() {
            let polynomial = polynomial.at(depth, width, resolution);
            let exact = *cost.entry(event, part) as f64;
            let off = (polynomial - exact).abs() / exact.max(1.0);
            assert!(off < 1e-9, "{} at d={depth} w={width} r={resolution}", event.name());
        }
    }
}

#[test]
fn b7_costs_the_same_time_for_any_depth_and_the_right_amount() {
    let family = efficientnet();
    let deep = |depth| at(&family, Scale { depth, width: 1.0, resolution: 1.0 }).network;
    let (two, thousand) = (deep(2.0), deep(1000.0));
    assert_eq!(two.layers().len(), thousand.layers().len());
    assert!(thousand.ledger().total(Event::MACS) > 400 * two.ledger().total(Event::MACS));
}

proptest! {
    /// All roundings are monotone, so is the cost in φ.
    #[test]
    fn a_larger_phi_never_costs_less(phi in -6.0..10.0f64, step in 0.0..2.0f64) {
        let family = efficientnet();
        let cost = |phi| at_phi(&family, phi).network.ledger().total(Event::MACS);
        prop_assert!(cost(phi) <= cost(phi + step));
    }

    /// Any multipliers give a network or an error, never a panic or a wrapped count.
    #[test]
    fn any_multiplier_gives_a_network_or_an_error(
        depth in any::<f64>(), width in any::<f64>(), resolution in any::<f64>()
    ) {
        let family = efficientnet();
        let scale = Scale { depth, width, resolution };
        if let Ok(scaled) = family.network(&Request { scale, ..Request::BASELINE }) {
            prop_assert!(scaled.network.ledger().total(Event::PARAMS) > 0);
        }
    }
}

/// What an expression gives is the baseline's: it scales once, however many stages lie before it.
#[test]
fn widths_and_depths_by_expression_scale_once() {
    let text = "source = 'a test'\ninput = { size = 32 }\n\
                [let]\nbase = 16\nlayers = 'base / 8'\n\
                [[stage]]\nname = 'a'\nblock = 'conv_norm_activation'\nkernel = 3\nwidth = 'base'\n\
                [[stage]]\nname = 'b'\nblock = 'conv_norm_activation'\nkernel = 3\nwidth = 'base * 2'\n\
                depth = 'layers'\n\
                [[stage]]\nname = 'c'\nblock = 'conv_norm_activation'\nkernel = 3\n\
                width = 'max(48, scaled(24))'\nhold = ['width']\n";
    let family = spec::parse("one", "one.toml", text).expect("a spec");
    let channels = |scale: Scale| {
        let network = family.network(&Request { scale, ..Request::BASELINE }).expect("a network");
        let stages = network.network.stages().iter();
        stages.map(|stage| (stage.output().channels, stage.repeats)).collect::<Vec<_>>()
    };
    assert_eq!(channels(Scale::BASELINE), [(16, 1), (32, 2), (48, 1)]);
    let wider = Scale { width: 2.0, depth: 3.0, ..Scale::BASELINE };
    assert_eq!(channels(wider), [(32, 1), (64, 6), (48, 1)]);
    let widest = Scale { width: 4.0, ..Scale::BASELINE };
    assert_eq!(channels(widest), [(64, 1), (128, 2), (96, 1)]);
}

#[test]
fn no_bundled_family_has_channels_that_do_not_scale_by_accident() {
    for name in spec::bundled_names() {
        let text = spec::bundled(name).expect("a bundled spec");
        let family = spec::parse(name, name, text).expect("a spec");
        let members = family.all_members().map(Some).chain([None]);
        for member in members {
            assert_eq!(family.fixed_channels(member), [] as [String; 0], "{name} {member:?}");
        }
    }
}

#[test]
fn channels_that_do_not_scale_are_noted_where_the_network_is_widened() {
    let text = include_str!("mistakes/fixed_channels.toml");
    let family = spec::parse("one", "one.toml", text).expect("a spec");
    let notes = |scale: Scale| {
        family.network(&Request { scale, ..Request::BASELINE }).expect("a network").notes
    };
    let [note] = &notes(Scale { width: 2.0, ..Scale::BASELINE })[..] else { panic!("one note") };
    assert!(
        note.starts_with(
            "`middle` does not scale with width in stages conv1 (64), conv2 (32 * 2):"
        )
    );
    assert!(notes(Scale { depth: 2.0, ..Scale::BASELINE }).is_empty());
    assert!(notes(Scale::BASELINE).is_empty());
}

/// One block with as many branches as its stage says.
#[test]
fn the_number_of_branches_is_a_parameter() {
    let branches = |times: &str| {
        let text = format!(
            "source = 'a test'\ninput = {{ size = 8, channels = 12 }}\n\
             [block.own]\nrequired = ['times']\n\
             steps = [{{ branches = [{{ conv = 'branch', kernel = 'branch' }}], times = 'times' }}]\n\
             [[stage]]\nname = 'a'\nblock = 'own'\ntimes = {times}\n"
        );
        let family = spec::parse("one", "one.toml", &text)?;
        let exact = family.network(&Request::BASELINE)?.network;
        let closed_form = family.closed_form(None)?;
        for (event, part, polynomial) in closed_form.ledger().entries() {
            assert_eq!(polynomial.exact(), *exact.ledger().entry(event, part));
        }
        let output = exact.stages()[0].output().channels;
        Ok::<_, phiscale::Error>((output, exact.params()))
    };
    for times in 1..=6u64 {
        let params = (1..=times).map(|branch| 12 * branch * branch * branch).sum::<u64>();
        let found = branches(&times.to_string()).expect("a network");
        assert_eq!(found, (times * (times + 1) / 2, params), "{times}");
    }
    for bad in ["0", "1.5", "'scaled(3)'", "1e15"] {
        assert!(branches(bad).is_err(), "{bad}");
    }
}

#[test]
fn numbered_branches_are_the_branches_written_out() {
    let family = |steps: &str| {
        let text = format!(
            "source = 'a test'\ninput = {{ size = 32, channels = 12 }}\n[block.own]\nsteps = [{steps}]\n\
             [[stage]]\nname = 'a'\nblock = 'own'\nwidth = 16\ndepth = 3\n"
        );
        spec::parse("one", "one.toml", &text).expect("a spec")
    };
    let branch = |index: &str| {
        format!(
            "{{ take = 'in / 4', from = 'in / 4 * ({index} - 1)' }}, \
             {{ conv = 'in / 4 * {index}', kernel = '1 + 2 * {index}' }}"
        )
    };
    let written = [1, 2, 3].map(|index| format!("[{}]", branch(&index.to_string()))).join(", ");
    let end = "{ conv = 'out', kernel = 1 }";
    let numbered = format!("{{ branches = [{}], times = 3 }}, {end}", branch("branch"));
    let (numbered, written) =
        (family(&numbered), family(&format!("{{ concat = [{written}] }}, {end}")));
    for scale in [Scale::BASELINE, Scale { depth: 2.0, width: 3.0, resolution: 1.5 }] {
        let [one, other] = [&numbered, &written].map(|family| at(family, scale).network);
        assert_eq!(one.ledger(), other.ledger());
        let bytes = |network| memory::of(network, memory::Dtype::default(), 1).total();
        assert_eq!(bytes(&one), bytes(&other));
    }
    let [one, other] = [&numbered, &written]
        .map(|family| family.closed_form(None).expect("a closed form").ledger());
    assert_eq!(one, other);
}

#[test]
fn a_scaled_network_with_numbered_branches_is_written_as_a_member() {
    let text = include_str!("../specs/examples/mixnet.toml");
    let family = spec::parse("mixnet", "mixnet.toml", text).expect("a spec");
    let scaled = at(&family, Scale { depth: 1.7, width: 1.4, resolution: 1.2 });
    let (written, name) =
        spec::with_member(&family, &Request::BASELINE, &scaled).expect("a spec with a member");
    let family = spec::parse("mixnet", "mixnet.toml", &written).expect("a sound spec");
    let request = Request { member: family.member(&name), ..Request::BASELINE };
    let read = family.network(&request).expect("a network").network;
    assert_eq!(read.ledger(), scaled.network.ledger());
}

/// A member whose multipliers are 1 is a baseline with its own image; another member cannot be scaled twice.
#[test]
fn a_member_is_scaled_from_its_own_image_if_its_multipliers_are_1() {
    let (mut scaled, mut refused) = (0, 0);
    for family in phiscale::find::families().expect("the bundled families") {
        for member in family.all_members() {
            let request = Request { member: Some(member), ..Request::BASELINE };
            let own = family.network(&request).expect("a network").network;
            let deeper = Scale { depth: 2.0, ..Scale::BASELINE };
            let scaled_up = family.network(&Request { scale: deeper, ..request });
            let is_baseline = [member.width, member.depth]
                .iter()
                .all(|scale| scale.is_none_or(|scale| (scale - 1.0).abs() < 1e-12));
            if !is_baseline {
                let error = scaled_up.expect_err("scaled twice").to_string();
                assert!(error.contains("is already scaled, by "), "{error}");
                refused += 1;
                continue;
            }
            let deeper = scaled_up.expect("a network").network;
            assert_eq!(deeper.input(), own.input(), "{}", family.address(member));
            if member.image.is_some_and(|image| image != [family.input.height, family.input.width])
            {
                let larger = Scale { resolution: 2.0, ..Scale::BASELINE };
                let larger = family.network(&Request { scale: larger, ..request });
                let Ok(larger) = larger else { continue };
                let resolution = own.input().height as f64 / family.input.height as f64;
                assert!(larger.network.input().height >= 2 * own.input().height - 32);
                assert!((larger.scale.resolution - 2.0 * resolution).abs() < 1e-9);
                scaled += 1;
            }
        }
    }
    assert!(scaled > 10 && refused > 10, "{scaled} and {refused}");
}

#[test]
fn b0_is_the_baseline() {
    let family = efficientnet();
    let coefficients = family.rule.coefficients.expect("α, β and γ");
    for phi in [-1.0, 0.0, 0.5, 3.0] {
        let request = Request {
            member: family.member("b0"),
            scale: coefficients.at(phi),
            ..Request::BASELINE
        };
        let b0 = family.network(&request).expect("a network").network;
        let baseline = at_phi(&family, phi).network;
        assert_eq!((b0.input(), b0.ledger()), (baseline.input(), baseline.ledger()), "φ = {phi}");
    }
}
