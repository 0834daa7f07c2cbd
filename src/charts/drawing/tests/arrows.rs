//! Arrows end at markers, and their labels lie on free ground.

use super::random::Dice;
use super::*;
use crate::charts::drawing::labels::Labels;
use crate::charts::drawing::marks::points::{has_markers, markers};
use crate::charts::drawing::marks::series::vertices;

/// A chart of rising curves, with arrows between markers of its series.
fn random_chart(dice: &mut Dice) -> Chart {
    let roles = [Role::Hero, Role::Other, Role::Other, Role::Muted];
    let all = (0..2 + dice.roll(4)).map(|number| {
        let (mut x, mut y) = (1e8, 70.0);
        let points = (0..2 + dice.roll(6)).map(|index| {
            x *= 1.0 + dice.roll(40) as f64 / 10.0;
            y += dice.roll(30) as f64 / 10.0;
            point(x, y, &format!("network {number}-{index}"))
        });
        let points = points.collect();
        let mut one = series(&format!("series {number}"), roles[number.min(3)], points);
        one.line = dice.of(&[Line::Solid, Line::None, Line::Step]);
        one
    });
    let mut chart = chart(all.collect());
    let panel = &mut chart.panels[0];
    for _ in 0..dice.roll(5) {
        let [to, from] = [0, 1].map(|number| {
            let points = &panel.series[number].points;
            let point = &points[dice.roll(points.len())];
            (point.x, point.y)
        });
        panel.arrows.push(Arrow { from, to, label: format!("{}× fewer", 2 + dice.roll(20)) });
    }
    chart
}

#[test]
fn arrows_end_at_markers_and_their_labels_are_crossed_by_nothing() {
    let (mut dice, mut placed, mut left_out) = (Dice(11), 0, 0);
    for round in 0..120 {
        let chart = random_chart(&mut dice);
        let size = dice.of(&[(960, 672), (600, 420), (1400, 900)]);
        let look = Look { size: Size::pixels(size.0, size.1), ..Look::default() };
        let canvas = Canvas::new(&look);
        let encoding = Encoding::of(&chart);
        let frames = layout::lay_out(&chart, &encoding, &canvas).unwrap().frames;
        let (panel, frame) = (&chart.panels[0], &frames[0]);
        let ordered: Vec<&Series> = panel.series.iter().collect();
        let markers = markers(&ordered, panel.is_dense, frame, &encoding, 1.0);
        let labels = Labels::of(panel, frame, &markers, &canvas, false);
        let is_arrow = |label: &&String| label.ends_with("fewer");
        let dropped = labels.dropped.iter().filter(is_arrow).count();
        assert_eq!(labels.arrows.len() + dropped, panel.arrows.len());
        (placed, left_out) = (placed + labels.arrows.len(), left_out + dropped);
        for (index, arrow) in labels.arrows.iter().enumerate() {
            let ([tip, ..], label) = (arrow.head, arrow.label);
            let is_end = |series: &Series, end: Pixel| {
                let ends = series.points.iter().map(|point| frame.position(point.x, point.y));
                has_markers(series)
                    && ends.into_iter().any(|at| (at.0 - end.0).hypot(at.1 - end.1) < 10.1)
            };
            assert!(is_end(&panel.series[0], tip), "round {round}: the head is in empty space");
            let [start, _] = arrow.shaft[0];
            assert!(is_end(&panel.series[1], start), "round {round}: the start is");
            for series in &panel.series {
                let vertices = vertices(series, frame);
                let mut segments = vertices.windows(2);
                assert!(!segments.any(|pair| label.meets([pair[0], pair[1]])), "round {round}");
            }
            assert!(markers.iter().all(|marker| label.distance(marker.at) > marker.radius));
            for (number, other) in labels.arrows.iter().enumerate() {
                assert!(other.shaft.iter().all(|part| !label.meets(*part)), "round {round}");
                assert!(number == index || !label.overlaps(&other.label), "round {round}");
            }
            let mut texts = labels.at_points.iter();
            assert!(texts.all(|one| !label.overlaps(&one.rect)), "round {round}");
            assert!(frame.plot.expanded(1.0).contains(&label) || label.right > frame.plot.right);
        }
    }
    assert!(placed > 100 && left_out > 10, "{placed} placed, {left_out} left out");
}

#[test]
fn an_arrow_whose_label_has_no_room_is_left_out_and_reported() {
    let mut crowded = chart(vec![
        series("hero", Role::Hero, family()),
        series("other", Role::Other, vec![point(0.8e9, 79.0, "near")]),
    ]);
    let arrow = Arrow { from: (0.8e9, 79.0), to: (0.7e9, 79.1), label: "1.1× fewer".to_owned() };
    crowded.panels[0].arrows.push(arrow);
    let drawing = svg(&crowded, Theme::Light, Size::default()).unwrap();
    assert_eq!(drawing.omitted, [Omitted::Label("1.1× fewer".into())]);
    assert!(!drawing.svg.contains("1.1× fewer"));
}
