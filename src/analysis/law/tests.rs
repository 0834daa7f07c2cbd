//! Laws of known series, and of series that have none.

use super::*;

fn series(networks: &[(f64, f64)]) -> Series {
    let point = |(index, (cost, accuracy)): (usize, &(f64, f64))| MeasuredPoint {
        network: format!("n{index}"),
        cost: *cost,
        accuracy: *accuracy,
        place: None,
    };
    Series::new("a series", "", networks.iter().enumerate().map(point).collect())
}

/// EfficientNet-B0 to B7 (arXiv:1905.11946v5, Table 2), with MACs as phiscale counts them.
const EFFICIENTNET: [(f64, f64); 8] = [
    (0.386e9, 77.1),
    (0.687e9, 79.1),
    (0.994e9, 80.1),
    (1.827e9, 81.6),
    (4.394e9, 82.9),
    (10.266e9, 83.6),
    (19.068e9, 84.0),
    (37.746e9, 84.3),
];

#[test]
fn b6_and_b7_follow_from_the_smaller_ones() {
    let (law, held_out) = HeldOut::of(&series(&EFFICIENTNET), 2).expect("a law");
    assert_eq!(law.degrees_of_freedom, 3);
    for (one, expected) in held_out.iter().zip([84.07, 84.39]) {
        assert!((one.prediction.accuracy - expected).abs() < 0.01, "{one:?}");
        assert!(one.is_held() && one.miss().abs() < 0.1, "{one:?}");
        assert!(one.prediction.high - one.prediction.low < 1.5, "{one:?}");
    }
}

#[test]
fn a_law_is_the_same_every_time_and_in_every_order() {
    let mut reversed = EFFICIENTNET;
    reversed.reverse();
    let [one, other] = [EFFICIENTNET, reversed]
        .map(|networks| Law::of(&series(&networks)).expect("a law").predict(75e9));
    assert_eq!(one, other);
}

#[test]
fn the_floor_is_less_certain_than_a_prediction() {
    let law = Law::of(&series(&EFFICIENTNET[..6])).expect("a law");
    let ((floor_low, floor_high), next) = (law.floor(), law.predict(19e9));
    assert!(floor_high - floor_low > 1.5 * (next.high - next.low));
    let (low, high) = law.exponent();
    assert!(low < law.curve.exponent && law.curve.exponent < high);
}

#[test]
fn fewer_networks_give_wider_intervals() {
    let width = |networks: &[(f64, f64)]| {
        let next = Law::of(&series(networks)).expect("a law").predict(37.746e9);
        next.high - next.low
    };
    assert!(width(&EFFICIENTNET[..4]) > 2.0 * width(&EFFICIENTNET[..7]));
}

#[test]
fn what_has_no_law_is_refused_with_the_reason() {
    let refused = |networks: &[(f64, f64)]| Law::of(&series(networks)).err().expect("no law");
    let small = refused(&EFFICIENTNET[..3]);
    assert!(small.is_small && small.problem.message.contains("3 networks of different cost"));
    let equal = [(1e9, 70.0), (1e9, 71.0), (2e9, 72.0), (3e9, 73.0)];
    assert!(refused(&equal).is_small);
    let falling = refused(&[(1e9, 80.0), (2e9, 79.0), (3e9, 78.0), (4e9, 77.5)]);
    assert!(!falling.is_small && falling.problem.message.contains("does not rise with cost"));
    let free = refused(&[(0.0, 70.0), (1e9, 71.0), (2e9, 72.0), (3e9, 73.0)]);
    assert!(free.problem.message.contains("the cost of n0 is 0"), "{:?}", free.problem);
    let above = refused(&[(1e9, 70.0), (2e9, 171.0), (3e9, 72.0), (4e9, 73.0)]);
    assert!(above.problem.message.contains("must be a percentage"), "{:?}", above.problem);
    let scattered = [(1e9, 60.0), (2e9, 80.0), (3e9, 62.0), (4e9, 81.0), (5e9, 61.0), (6e9, 82.0)];
    let scattered = refused(&scattered);
    assert!(scattered.problem.message.starts_with("no law fits"), "{:?}", scattered.problem);
}
