//! Bands: where they end, and in which colours.

use super::*;

/// A chart with a band that reaches far above and below its points.
fn banded(low: f64, high: f64) -> Chart {
    let mut chart = chart(vec![series("hero", Role::Hero, family())]);
    let points = [(0.39e9, 1.0), (1e9, 0.5), (4e9, 1.0)];
    let points = points.map(|(x, share)| [x, 80.0 + share * low, 80.0 + share * high]);
    let (series, tip) = ("hero".to_owned(), "a law".to_owned());
    chart.panels[0].bands = vec![Band { series, points: points.to_vec(), tip }];
    chart
}

/// The attribute of the first element with a fill.
fn filled<'d>(document: &'d Document<'d>, fill: &str) -> Option<&'d str> {
    let mut elements = document.descendants();
    elements.find(|one| one.attribute("fill") == Some(fill))?.attribute("d")
}

#[test]
fn a_band_ends_at_the_border_of_the_plot_and_does_not_widen_the_axis() {
    let near = svg(&banded(-0.1, 0.1), Theme::Light, Size::default()).unwrap();
    let far = svg(&banded(-70.0, 15.0), Theme::Light, Size::default()).unwrap();
    for drawing in [&near, &far] {
        assert!(drawing.svg.contains("78%") && !drawing.svg.contains("60%"));
        let document = Document::parse(&drawing.svg).unwrap();
        assert!(filled(&document, "#E8EFF8").is_some());
    }
    // All edges of the far band leave the plot, but for the place in the middle.
    let edges = |drawing: &Drawn| drawing.svg.matches("stroke=\"#2568BE\"").count();
    assert!(edges(&near) > edges(&far));
}

#[test]
fn a_band_follows_the_colours_of_a_page() {
    let drawing = svg(&banded(-1.0, 1.0), Theme::Auto, Size::default()).unwrap();
    Document::parse(&drawing.svg).unwrap();
    assert!(drawing.svg.contains("[fill=\"#E8EFF8\"]{fill:#1F2836}"), "{}", drawing.svg);
    let without =
        svg(&chart(vec![series("hero", Role::Hero, family())]), Theme::Auto, Size::default());
    assert!(!without.unwrap().svg.contains("#E8EFF8"));
}

#[test]
fn a_band_without_a_position_is_an_error_that_names_its_series() {
    for (low, high) in [(f64::NAN, 1.0), (-1.0, f64::INFINITY)] {
        let error = svg(&banded(low, high), Theme::Light, Size::default()).unwrap_err();
        assert!(error.to_string().contains("a band in series \"hero\""), "{error}");
    }
}
