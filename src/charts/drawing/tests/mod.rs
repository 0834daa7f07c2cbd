//! Whole charts: well-formed for any names, and the same bytes every time.

#![allow(clippy::unwrap_used, clippy::panic)]

mod arrows;
mod bands;
mod hostile;
mod paper;
mod random;

use super::*;
use resvg::usvg::roxmltree::Document;

/// A drawing as SVG, and the texts that it left out.
#[derive(Debug, PartialEq)]
struct Drawn {
    svg: String,
    omitted: Vec<Omitted>,
}

fn in_theme(theme: Theme) -> Look {
    Look { theme, ..Look::default() }
}

fn svg(chart: &Chart, theme: Theme, size: Size) -> Result<Drawn, PlotError> {
    let drawing = draw(chart, &Look { size, ..in_theme(theme) })?;
    Ok(Drawn { svg: drawing.svg()?, omitted: drawing.omitted })
}

fn png(chart: &Chart, theme: Theme, dpi: f64) -> Vec<u8> {
    draw(chart, &in_theme(theme)).unwrap().png(dpi).unwrap()
}

fn axis(label: &str, scale: Scale, ticks: Ticks) -> Axis {
    Axis { label: label.to_owned(), scale, ticks, ..Axis::default() }
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
        ..Series::default()
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
    assert_eq!(png(&chart, Theme::Light, 96.0), png(&chart, Theme::Light, 96.0));
}

#[test]
fn end_labels_that_do_not_fit_are_reported() {
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
    assert_eq!(written + drawing.omitted.len(), 60);
    assert!(written > 10);
}

/// One bar of a stem and a head.
fn stacked(lengths: Vec<f64>) -> Chart {
    let names = ["stem", "head"];
    let segment =
        |(name, value): (&str, f64)| Segment { name: name.to_owned(), value, ..Segment::default() };
    let segments = names.into_iter().zip(lengths).map(segment).collect();
    let bars = vec![Bar { name: "B0".to_owned(), segments }];
    let y = axis("Share by stage", Scale::Linear, Ticks::Plain);
    Chart {
        title: "The head is large".to_owned(),
        panels: vec![Panel { y, bars, ..Panel::default() }],
        x: axis("Share", Scale::Linear, Ticks::Percent),
        ..Chart::default()
    }
}

#[test]
fn bars_start_at_zero_and_their_segments_are_named_in_bar_and_legend() {
    let drawing = svg(&stacked(vec![20.0, 80.0]), Theme::Light, Size::default()).unwrap();
    for name in ["stem", "head"] {
        assert_eq!(drawing.svg.matches(&format!(">{name}</text>")).count(), 2, "{name}");
        assert!(drawing.svg.contains(&format!("<title>{name}</title>")));
    }
    assert!(drawing.svg.contains(">0%</text>"));
}

#[test]
fn one_file_follows_the_colour_scheme_and_its_png_is_light() {
    let chart = chart(vec![series("hero", Role::Hero, family())]);
    let auto = svg(&chart, Theme::Auto, Size::default()).unwrap().svg;
    assert!(auto.contains("@media (prefers-color-scheme:dark)"));
    assert_eq!(png(&chart, Theme::Auto, 48.0), png(&chart, Theme::Light, 48.0));
    assert_follows(&chart);
}

#[test]
fn given_colours_follow_the_colour_scheme() {
    let given = |name: &str, light: &str, dark: &str| Series {
        colour: Some(Colour {
            light: Colour::parse(light).unwrap(),
            dark: Colour::parse(dark).unwrap(),
        }),
        shape: Some(MarkerShape::Circle),
        ..series(name, Role::Other, family())
    };
    let chart = chart(vec![
        series("hero", Role::Hero, family()),
        // One colour on dark and on light, which is also the hero's on light.
        given("a", "#2568BE", "#2568BE"),
        // The colours of ink and paper.
        given("b", "#1A1A1A", "#F0F"),
        given("c", "#FFFFFF", "#FFFFFF"),
        given("d", "#FFFFFF", "#000000"),
    ]);
    assert_follows(&chart);
    // A light chart has the colours as they are given.
    let light = svg(&chart, Theme::Light, Size::default()).unwrap().svg;
    for colour in ["#2568BE", "#1A1A1A", "#FFFFFF"] {
        assert!(
            light.contains(&format!("fill=\"{colour}\" stroke=\"#FFFFFF\" stroke-width=\"1.5\""))
        );
    }
    let named: Vec<String> = faint_colours(&chart, Theme::Auto);
    assert_eq!(named.len(), 3, "{named:?}");
    assert!(named[0].starts_with("c: #FFFFFF has a contrast of 1.0:1 with the light background"));
}

/// With the rules for dark pages applied, a chart equals the dark one.
fn assert_follows(chart: &Chart) {
    let [auto, dark] =
        [Theme::Auto, Theme::Dark].map(|theme| svg(chart, theme, Size::default()).unwrap().svg);
    let root = Document::parse(&auto).unwrap().root_element().attribute("id").unwrap().to_owned();
    let mut followed = auto;
    for (light, dark) in Encoding::of(chart).light_to_dark() {
        let (light, dark) = (svg::document::hex(light), svg::document::hex(dark));
        for attribute in ["fill", "stroke"] {
            let rule = format!("#{root} [{attribute}=\"{light}\"]{{{attribute}:{dark}}}");
            assert!(followed.contains(&rule), "{rule}");
            followed = followed.replace(&rule, "");
        }
        // A mark in front, so that no later rule changes it again.
        followed = followed.replace(&format!("=\"{light}\""), &format!("=\"dark{dark}\""));
    }
    let followed = followed.replace("=\"dark#", "=\"#");
    let body = |svg: &str| svg[svg.find("<rect").unwrap()..].to_owned();
    assert_eq!(body(&followed), body(&dark));
}

#[test]
fn small_multiples_share_axes_and_have_titles() {
    let mut grid = chart(Vec::new());
    let panel = |title: &str, lower: f64| {
        let mut points = family();
        points[0].y = lower;
        let series = vec![series("hero", Role::Hero, points)];
        let y = axis("top-1 accuracy", Scale::Linear, Ticks::Percent);
        Panel { y, series, title: Some(title.to_owned()), ..Panel::default() }
    };
    grid.panels = vec![panel("left", 77.0), panel("right", 71.0)];
    grid.columns = 2;
    let drawing = svg(&grid, Theme::Light, Size::default()).unwrap();
    assert_eq!(drawing.svg.matches(">80%</text>").count(), 1, "the right one has no numbers");
    assert_eq!(drawing.svg.matches(">1B</text>").count(), 2);
    assert!(drawing.svg.contains(">left</text>") && drawing.svg.contains(">right</text>"));
    let rows = |svg: &str| svg.matches("top-1 accuracy").count();
    assert_eq!(rows(&drawing.svg), 1);
    grid.panels[1].x = Some(axis("Params", Scale::Log, Ticks::Si));
    let drawing = svg(&grid, Theme::Light, Size::default()).unwrap();
    assert!(drawing.svg.contains("Params (log scale)") && drawing.svg.contains("MACs per image"));
}

#[test]
fn a_cloud_has_hover_texts_without_labels_and_a_kept_label_is_written() {
    let cloud = |index: u32| {
        let x = 1e9 * (1.0 + f64::from(index) / 300.0);
        point(x, 76.0 + f64::from(index * 7 % 50) / 10.0, &format!("dot {index}"))
    };
    let cloud = series("cloud", Role::Muted, (0..300).map(cloud).collect());
    let kept = Point { keep_label: true, ..point(1.4e9, 78.0, "on the front") };
    let front = series("front", Role::Other, vec![kept]);
    let drawing = svg(&chart(vec![cloud, front]), Theme::Light, Size::default()).unwrap();
    assert_eq!(drawing.svg.matches("<title>dot ").count(), 300);
    assert!(!drawing.svg.contains(">dot 1</text>") && drawing.omitted.is_empty());
    assert!(drawing.svg.contains(">on the front</text>"));
}

#[test]
fn two_points_at_the_same_position_are_both_visible() {
    let at = |name: &str, x: f64| series(name, Role::Other, vec![point(x, 80.0, name)]);
    let separate = svg(&chart(vec![at("a", 1e9), at("b", 2e9)]), Theme::Light, Size::default());
    let same = svg(&chart(vec![at("a", 1e9), at("b", 1e9)]), Theme::Light, Size::default());
    let circles = |svg: String| svg.matches("<circle").count();
    assert_eq!(circles(same.unwrap().svg), circles(separate.unwrap().svg) + 1, "a ring");
}

#[test]
fn notes_are_written_in_an_empty_corner() {
    let mut noted = chart(vec![series("hero", Role::Hero, family())]);
    noted.panels[0].notes = vec!["Published numbers.".to_owned()];
    let drawing = svg(&noted, Theme::Light, Size::default()).unwrap();
    assert!(drawing.svg.contains(">Published numbers.</text>"));
    assert!(drawing.omitted.is_empty());
    noted.panels[0].notes = vec!["A very long note. ".repeat(90)];
    let tiny = svg(&noted, Theme::Light, Size::pixels(300, 260)).unwrap();
    assert!(
        tiny.omitted
            .iter()
            .any(|one| matches!(one, Omitted::Label(text) if text.starts_with("A very")))
    );
}
