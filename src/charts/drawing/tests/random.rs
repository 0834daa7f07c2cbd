//! Random charts are drawn well-formed or refused.

use super::*;

/// A small congruential generator: the tests are the same on every run.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    pub fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.roll(choices.len())].clone()
    }
}

pub fn random_chart(dice: &mut Dice) -> Chart {
    let values = [
        1.0,
        1.0,
        2.5,
        80.0,
        81.0,
        1e9,
        3e9,
        0.0,
        -5.0,
        1e-300,
        5e-324,
        1e149,
        f64::MAX,
        f64::NAN,
        1.000_000_000_1,
    ];
    let tame = dice.roll(4) > 0;
    let few = if tame { &values[..7] } else { &values[..] };
    let texts = ["", "B0", "🚀", "a long name that goes on and on and on and on", "<&>", "\u{0}"];
    let scales = [Scale::Linear, Scale::Log];
    let ticks =
        [Ticks::Plain, Ticks::Si, Ticks::Percent, Ticks::Times, Ticks::Named("φ".to_owned())];
    let ranges = [None, None, Some((0.5, 100.0)), Some((1.0, 1.000_000_01)), Some((-1.0, 5.0))];
    let mut chart = chart(Vec::new());
    chart.panels.clear();
    chart.x = Axis {
        label: dice.of(&texts).to_owned(),
        scale: dice.of(&scales),
        ticks: dice.of(&ticks),
        range: dice.of(&ranges),
        ..Axis::default()
    };
    chart.columns = dice.roll(4);
    for _ in 0..=dice.roll(3) {
        let y = Axis {
            label: dice.of(&texts).to_owned(),
            scale: dice.of(&scales),
            ticks: dice.of(&ticks),
            range: dice.of(&ranges),
            ..Axis::default()
        };
        let all = (0..=dice.roll(9)).map(|_| {
            let points = (0..dice.roll(12))
                .map(|_| point(dice.of(few), dice.of(few), dice.of(&texts)))
                .collect();
            let mut one = series(
                dice.of(&texts),
                dice.of(&[Role::Hero, Role::Other, Role::Guide, Role::Muted]),
                points,
            );
            one.line = dice.of(&[Line::None, Line::Solid, Line::Dashed, Line::Dotted, Line::Step]);
            (one.marker, one.stems) = (dice.roll(2) == 0, dice.roll(4) == 0);
            one.end_label = dice.of(&[None, Some("end".to_owned())]);
            one
        });
        let series = all.collect();
        let arrow = Arrow {
            from: (dice.of(few), dice.of(few)),
            to: (dice.of(few), dice.of(few)),
            label: "2× fewer".to_owned(),
        };
        let arrows = if dice.roll(2) == 0 { vec![arrow] } else { Vec::new() };
        chart.panels.push(Panel {
            y,
            series,
            arrows,
            height_share: dice.of(few),
            ..Panel::default()
        });
    }
    chart
}

#[test]
fn random_charts_are_drawn_well_formed_or_refused() {
    let mut dice = Dice(7);
    let mut drawn = 0;
    for _ in 0..150 {
        let chart = random_chart(&mut dice);
        let sides = [240, 500, 960, 2000];
        let size = Size::pixels(dice.of(&sides), dice.of(&sides));
        if let Ok(drawing) = svg(&chart, dice.of(&[Theme::Light, Theme::Dark, Theme::Auto]), size) {
            Document::parse(&drawing.svg).unwrap();
            assert!(!drawing.svg.contains("NaN") && !drawing.svg.contains("inf\""));
            drawn += 1;
        }
    }
    assert!(drawn > 15, "only {drawn} of 150 were drawn");
}
