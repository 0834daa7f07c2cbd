//! Whole charts: well-formed whatever the names, the same bytes every time, errors
//! that name the culprit.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use resvg::usvg::roxmltree::Document;

fn axis(label: &str, scale: Scale, ticks: Ticks) -> Axis {
    Axis { label: label.to_owned(), scale, ticks, range: None }
}

fn point(x: f64, y: f64, label: &str) -> Point {
    Point {
        x,
        y,
        label: Some(label.to_owned()),
        tip: format!("{label}\n{y} at {x}"),
        ..Point::default()
    }
}

fn series(name: &str, role: Role, points: Vec<Point>) -> Series {
    Series {
        name: name.to_owned(),
        role,
        line: Line::Solid,
        marker: true,
        stems: false,
        points,
        end_label: None,
    }
}

fn chart(series: Vec<Series>) -> Chart {
    Chart {
        title: "Accuracy rises with cost".to_owned(),
        description: "Accuracy in per cent against multiply-adds.".to_owned(),
        subtitle: None,
        panels: vec![Panel {
            y: axis("top-1 accuracy", Scale::Linear, Ticks::Percent),
            series,
            arrows: Vec::new(),
            ..Panel::default()
        }],
        x: axis("MACs per image", Scale::Log, Ticks::Si),
        source: "Source: made up.".to_owned(),
        ..Chart::default()
    }
}

fn family() -> Vec<Point> {
    let rows = [(0.39e9, 77.1, "B0"), (0.7e9, 79.1, "B1"), (1e9, 80.1, "B2"), (1.8e9, 81.6, "B3")];
    rows.map(|(x, y, label)| point(x, y, label)).to_vec()
}

#[test]
fn a_chart_is_described_and_every_point_has_a_hover_title() {
    let drawing =
        svg(&chart(vec![series("hero", Role::Hero, family())]), Theme::Light, Size::default())
            .unwrap();
    let document = Document::parse(&drawing.svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let ids: Vec<_> = root.children().filter_map(|child| child.attribute("id")).collect();
    assert_eq!(root.attribute("aria-labelledby"), Some(ids.join(" ").as_str()));
    assert_eq!(document.descendants().filter(|node| node.has_tag_name("circle")).count(), 4);
    let titles = document.descendants().filter(|node| node.has_tag_name("title")).count();
    assert_eq!(titles, 5, "the chart's own and one for each point");
    assert!(drawing.svg.contains("(log scale)") && drawing.svg.contains("axis starts at 76.5%"));
}

#[test]
fn the_same_chart_gives_the_same_bytes_and_themes_differ() {
    let chart = chart(vec![series("hero", Role::Hero, family())]);
    let light = svg(&chart, Theme::Light, Size::default()).unwrap();
    assert_eq!(light, svg(&chart, Theme::Light, Size::default()).unwrap());
    assert_ne!(light, svg(&chart, Theme::Dark, Size::default()).unwrap());
    assert_eq!(png(&light.svg, 1.0).unwrap(), png(&light.svg, 1.0).unwrap());
}

#[test]
fn hostile_names_give_a_well_formed_chart_with_their_text_kept() {
    let long = "a name of two hundred letters ".repeat(7);
    let names = [
        "<script>alert(1)</script>",
        "a & b \"q\" 'r'",
        "🚀👩‍👩‍👧",
        "שלום مرحبا",
        "ctrl\u{0}\u{1b}\u{7f}\u{9b}\u{ffff}",
        "two\nlines\tand\rtabs",
        "]]><!-- ",
        "漢字",
        "\u{202e}reversed",
        "   ",
        "",
        &long,
    ];
    for name in names {
        let mut hostile = chart(vec![
            series(name, Role::Other, vec![point(1e8, 70.0, name)]),
            series("b", Role::Hero, family()),
        ]);
        hostile.title = name.to_owned();
        hostile.description = name.to_owned();
        hostile.subtitle = Some(name.to_owned());
        hostile.source = name.to_owned();
        hostile.x.label = name.to_owned();
        hostile.x.ticks = Ticks::Named(name.chars().take(20).collect());
        hostile.panels[0].series[0].end_label = Some(name.to_owned());
        let drawing = svg(&hostile, Theme::Light, Size::default()).unwrap();
        let document =
            Document::parse(&drawing.svg).unwrap_or_else(|error| panic!("{name:?}: {error}"));
        assert!(!document.descendants().any(|node| node.has_tag_name("script")));
        png(&drawing.svg, 0.25).unwrap();
    }
}

#[test]
fn values_without_a_place_are_errors_that_name_the_point() {
    let cases = [
        (
            0.0,
            "The x value of \"B1\" in series \"rivals\" is 0: a logarithmic axis needs values above zero.",
        ),
        (f64::NAN, "The x value of \"B1\" in series \"rivals\" is NaN: it is not a finite number."),
    ];
    for (x, message) in cases {
        let bad = chart(vec![series("rivals", Role::Other, vec![point(x, 70.0, "B1")])]);
        assert_eq!(svg(&bad, Theme::Light, Size::default()).unwrap_err().to_string(), message);
    }
    let nothing = svg(&chart(Vec::new()), Theme::Light, Size::default()).unwrap_err();
    assert_eq!(
        nothing.to_string(),
        "The chart has nothing to draw: the panel \"top-1 accuracy\" has no points."
    );
}

#[test]
fn odd_canvases_and_ranges_are_errors() {
    let mut fine = chart(vec![series("hero", Role::Hero, family())]);
    for (width, height) in [(0, 0), (239, 600), (9000, 600), (u32::MAX, u32::MAX)] {
        let refused = svg(&fine, Theme::Light, Size { width, height });
        assert!(matches!(refused, Err(PlotError::BadSize { .. })), "{width} {height}");
    }
    for range in [(0.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
        fine.x.range = Some(range);
        assert!(
            matches!(svg(&fine, Theme::Light, Size::default()), Err(PlotError::BadRange { .. })),
            "{range:?}"
        );
    }
}

#[test]
fn more_end_names_than_fit_are_reported() {
    let many = (0..60).map(|index| {
        let mut one = series("guide", Role::Guide, family());
        for point in &mut one.points {
            point.label = None;
        }
        one.end_label = Some(format!("guide {index}"));
        one
    });
    let drawing = svg(&chart(many.collect()), Theme::Light, Size::default()).unwrap();
    let written = (0..60).filter(|index| drawing.svg.contains(&format!(">guide {index}<"))).count();
    assert_eq!(written + drawing.dropped_labels.len(), 60);
    assert!(written > 10);
}

/// A small congruential generator: the tests are the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.roll(choices.len())].clone()
    }
}

fn random_chart(dice: &mut Dice) -> Chart {
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
    };
    for _ in 0..=dice.roll(3) {
        let y = Axis {
            label: dice.of(&texts).to_owned(),
            scale: dice.of(&scales),
            ticks: dice.of(&ticks),
            range: dice.of(&ranges),
        };
        let all = (0..=dice.roll(9)).map(|_| {
            let points = (0..dice.roll(12))
                .map(|_| point(dice.of(few), dice.of(few), dice.of(&texts)))
                .collect();
            let mut one =
                series(dice.of(&texts), dice.of(&[Role::Hero, Role::Other, Role::Guide]), points);
            one.line = dice.of(&[Line::None, Line::Solid, Line::Dashed, Line::Dotted, Line::Step]);
            (one.marker, one.stems) = (dice.roll(2) == 0, dice.roll(4) == 0);
            one.end_label = dice.of(&[None, Some("end".to_owned())]);
            one
        });
        let series = all.collect();
        let arrow = Arrow {
            y: dice.of(few),
            from_x: dice.of(few),
            to_x: dice.of(few),
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
        let size = Size { width: dice.of(&sides), height: dice.of(&sides) };
        if let Ok(drawing) = svg(&chart, dice.of(&[Theme::Light, Theme::Dark]), size) {
            Document::parse(&drawing.svg).unwrap();
            assert!(!drawing.svg.contains("NaN") && !drawing.svg.contains("inf\""));
            drawn += 1;
        }
    }
    assert!(drawn > 15, "only {drawn} of 150 were drawn");
}
