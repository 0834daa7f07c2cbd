//! Hostile input gives a good chart or a clear error, never a panic or broken XML.

use super::*;

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
        png(&hostile, Theme::Light, 24.0);
    }
}

#[test]
fn values_without_a_position_are_errors_that_name_the_point() {
    let cases = [
        (
            0.0,
            "The x value of \"B1\" in series \"rivals\" is 0: a logarithmic axis needs values above zero.",
        ),
        (
            f64::NAN,
            "The x value of \"B1\" in series \"rivals\" is NaN: it must be a finite number.",
        ),
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
    for (width, height) in [(0, 0), (90, 600), (600, 60), (9000, 600), (u32::MAX, u32::MAX)] {
        let refused = svg(&fine, Theme::Light, Size::pixels(width, height));
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

fn drawn(chart: &Chart) -> Drawn {
    let drawing = svg(chart, Theme::Auto, Size::default()).unwrap();
    Document::parse(&drawing.svg).unwrap();
    assert!(!drawing.svg.contains("NaN") && !drawing.svg.contains("inf"));
    drawing
}

#[test]
fn a_long_label_is_shortened_at_its_point_and_whole_in_its_hover_text() {
    let long = "a-name-of-two-hundred-letters/".repeat(7);
    let drawing = drawn(&chart(vec![series("long", Role::Other, vec![point(1e9, 80.0, &long)])]));
    assert!(drawing.svg.contains("…</text>"));
    assert!(drawing.svg.contains(&format!("<title>{long}\n80 at")));
    assert_eq!(drawing.omitted, [Omitted::Label(long.clone())], "a cut label is named");
}

#[test]
fn one_point_and_many_equal_points_are_drawn() {
    let one = drawn(&chart(vec![series("one", Role::Hero, vec![point(1e9, 80.0, "B0")])]));
    assert!(one.omitted.is_empty());
    let names = ["a", "b", "c", "d", "e"];
    let equal = names.map(|name| series(name, Role::Other, vec![point(1e9, 80.0, name)]));
    let drawing = drawn(&chart(equal.to_vec()));
    for name in names {
        assert!(drawing.svg.contains(&format!("<title>{name}\n")), "{name} cannot be hovered");
    }
    assert!(drawing.svg.matches(">a</text>").count() >= 1);
}

#[test]
fn infinite_values_and_nan_are_refused_everywhere() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut charts = vec![
            chart(vec![series("x", Role::Other, vec![point(bad, 70.0, "B1")])]),
            chart(vec![series("y", Role::Muted, vec![point(1e9, bad, "B1")])]),
            chart(vec![series("hero", Role::Hero, family())]),
            stacked(vec![1.0, bad]),
        ];
        charts[2].panels[0].arrows.push(Arrow { from: (bad, 80.0), ..Arrow::default() });
        for chart in charts {
            let refused = svg(&chart, Theme::Light, Size::default());
            assert!(matches!(refused, Err(PlotError::BadValue { .. })), "{bad} {refused:?}");
        }
    }
}

#[test]
fn bars_need_finite_lengths_and_an_axis_with_zero() {
    assert!(svg(&stacked(vec![0.0, 0.0]), Theme::Light, Size::default()).is_ok());
    let negative = svg(&stacked(vec![1.0, -1.0]), Theme::Light, Size::default()).unwrap_err();
    assert_eq!(
        negative.to_string(),
        "The x value of \"head\" in series \"B0\" is -1: a segment's length must be \
         finite and not negative."
    );
    let mut logarithmic = stacked(vec![1.0, 1.0]);
    logarithmic.x.scale = Scale::Log;
    assert!(svg(&logarithmic, Theme::Light, Size::default()).is_err());
}

#[test]
fn ten_thousand_named_points_keep_the_hero_and_report_the_rest() {
    let many = (0..10_000_u32).map(|index| {
        let (x, y) = (f64::from(index % 101), f64::from(index * 37 % 9973));
        point(1e8 + 1e8 * x, 70.0 + y / 1e3, &format!("network {index}"))
    });
    let many = series("many", Role::Other, many.collect());
    let drawing = drawn(&chart(vec![many, series("hero", Role::Hero, family())]));
    let is_name = |line: &&str| line.contains(">network ") && line.ends_with("</text>");
    let written = drawing.svg.lines().filter(is_name).count();
    assert_eq!(drawing.omitted.len() + written, 10_000);
    for name in ["B0", "B1", "B2", "B3"] {
        assert!(drawing.svg.contains(&format!(">{name}</text>")), "{name}");
    }
}
