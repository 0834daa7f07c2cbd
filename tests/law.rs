//! Laws of bundled families and of any numbers: what comes next, what is refused, and that a chart draws what is printed.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::ffi::OsString;
use std::sync::atomic::AtomicBool;

use phiscale::cli::{Caller, answer, charts};
use phiscale::law::{FamilySeries, HeldOut, Law, MeasuredPoint, Series, family_series};
use phiscale::{Family, family, find};
use proptest::prelude::*;

fn named<'f>(family: &'f Family, source: &str) -> FamilySeries<'f> {
    let series = family_series(family).expect("series").series;
    series.into_iter().find(|one| one.series.source.contains(source)).expect("a series")
}

fn series(networks: &[(f64, f64)]) -> Series {
    let point = |(cost, accuracy): &(f64, f64)| MeasuredPoint {
        network: "n".into(),
        cost: *cost,
        accuracy: *accuracy,
        place: None,
    };
    Series::new("any", "", networks.iter().map(point).collect())
}

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

/// What a command line answers, with what it says.
fn asked<T>(ask: impl FnOnce(&Caller) -> T) -> T {
    let (say, stop) = (|_: &str| (), AtomicBool::new(false));
    ask(&Caller { say: &say, progress: &say, stop: &stop, reads_stdin: false })
}

#[test]
fn after_b7_come_b8_two_steps_of_phi_and_l2() {
    let family = family("efficientnet").expect("a family");
    let next = named(&family, "Tan & Le").next(&family).expect("networks");
    let found: Vec<(&str, Option<f64>)> =
        next.iter().map(|one| (one.network.as_str(), one.phi)).collect();
    let expected = [
        ("efficientnet:b8", None),
        ("efficientnet", Some(8.0)),
        ("efficientnet", Some(9.0)),
        ("efficientnet:l2", None),
    ];
    assert_eq!(found, expected);
    assert!(next.windows(2).all(|pair| pair[0].macs < pair[1].macs));
}

#[test]
fn a_member_of_another_kind_or_library_does_not_come_next() {
    let family = family("regnet").expect("a family");
    for one in family_series(&family).expect("series").series {
        let library = one.series.networks[0].network.split_once('/').map(|(name, _)| name);
        for next in one.next(&family).expect("networks") {
            let other = next.network.split_once('/').map(|(name, _)| name);
            assert_eq!(library, other, "{}", next.network);
            let letter = if one.kind == "RegNetX" { 'x' } else { 'y' };
            assert!(next.network.to_lowercase().contains(letter), "{}", next.network);
        }
    }
}

#[test]
fn every_bundled_series_has_a_law_that_rises_or_a_reason() {
    for family in find::families().expect("families") {
        for one in family_series(&family).expect("series").series {
            let Ok(law) = Law::of(&one.series) else { continue };
            let largest = one.series.networks.last().expect("a network").cost;
            let predicted = [1.0, 2.0, 4.0].map(|factor| law.predict(factor * largest));
            assert!(predicted.windows(2).all(|pair| pair[0].accuracy <= pair[1].accuracy));
            assert!(
                predicted.iter().all(|one| one.low <= one.accuracy && one.accuracy <= one.high)
            );
        }
    }
}

#[test]
fn a_chart_says_what_the_command_predicts() {
    let line = "phiscale plot efficientnet --law";
    let drawn = asked(|caller| charts(words(line), caller)).expect("a chart").remove(0);
    let line = "phiscale law efficientnet --accuracy Tan --macs 75491768384,150983536768";
    let answer = asked(|caller| answer(words(line), caller)).expect("a report");
    let csv = answer.report.write(phiscale::reports::Format::Csv);
    let phrase = |(row, at): (&str, &str)| {
        let numbers: Vec<f64> =
            row.split(',').skip(4).take(3).map(|one| one.parse().expect("a number")).collect();
        format!("{:.1}% ({:.1}% to {:.1}%) at {at}", numbers[0], numbers[1], numbers[2])
    };
    let phrases: Vec<String> = csv.lines().skip(1).zip(["75.5B", "151B"]).map(phrase).collect();
    let said = format!("Law of EfficientNet: {}", phrases.join(", "));
    assert!(drawn.chart.description.contains(&said), "{said}: {}", drawn.chart.description);
    let [band] = &drawn.chart.panels[0].bands[..] else { panic!("one band") };
    let last = band.points.last().expect("a place");
    let row: Vec<&str> = csv.lines().last().expect("a row").split(',').collect();
    for (drawn, printed) in last[1..].iter().zip(&row[5..7]) {
        assert!((drawn - printed.parse::<f64>().expect("a number")).abs() < 1e-6);
    }
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        1e6..1e12,
        0.0..100.0,
        Just(0.0),
        Just(-1.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(1e-300),
        Just(1e300),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_numbers_give_a_law_or_a_reason(
        networks in prop::collection::vec((any_number(), any_number()), 0..9),
        count in 0_usize..9,
    ) {
        for law in [Law::of(&series(&networks)), HeldOut::of(&series(&networks), count).map(|(law, _)| law)] {
            match law {
                Ok(law) => {
                    let one = law.predict(1e10);
                    prop_assert!(one.low <= one.high && (0.0..=100.0).contains(&one.accuracy));
                }
                Err(no_law) => prop_assert!(!no_law.reason.is_empty()),
            }
        }
    }

    #[test]
    fn series_that_rise_have_a_law(
        steps in prop::collection::vec((1.2_f64..4.0, 0.05_f64..3.0), 4..12),
        (cost, accuracy) in (1e6_f64..1e9, 20.0_f64..60.0),
    ) {
        let mut networks = vec![(cost, accuracy)];
        for (factor, gain) in steps {
            let (cost, accuracy) = networks[networks.len() - 1];
            networks.push((cost * factor, accuracy + gain));
        }
        match Law::of(&series(&networks)) {
            Ok(law) => {
                let largest = networks[networks.len() - 1].0;
                let [one, other] = [2.0, 4.0].map(|factor| law.predict(factor * largest));
                prop_assert!(one.accuracy <= other.accuracy && one.low <= one.high);
                prop_assert!(one.low >= 0.0 && other.high <= 100.0);
            }
            Err(no_law) => prop_assert!(no_law.reason.contains("points off"), "{}", no_law.reason),
        }
    }
}
