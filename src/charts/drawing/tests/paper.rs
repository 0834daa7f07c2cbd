//! Figures for papers: small sizes, PDF, fonts, text as outlines.

use super::random::{Dice, random_chart};
use super::*;
use crate::charts::drawing::font::Metrics;

const BOLD: &[u8] = include_bytes!("../font/DejaVuSans-Bold-subset.ttf");

fn on_paper(size: &str) -> Look {
    Look { size: size.parse().unwrap(), ..Look::default() }
}

/// A hero, and two series with long names, as a paper compares them.
fn comparison() -> Chart {
    let others = [(4e9, 76.0, "ResNet-50"), (11e9, 77.8, "ResNet-152")];
    let small = [(0.3e9, 72.0, "MobileNetV2-1.0-224"), (0.58e9, 74.7, "MobileNetV2-1.4-224")];
    let points = |rows: [(f64, f64, &str); 2]| rows.map(|(x, y, name)| point(x, y, name)).to_vec();
    let mut chart = chart(vec![
        series("EfficientNet", Role::Hero, family()),
        series("ResNet", Role::Other, points(others)),
        series("MobileNetV2", Role::Other, points(small)),
    ]);
    chart.title = "EfficientNet needs 11 to 17 times fewer MACs than ResNet".to_owned();
    chart.source =
        "Costs counted at each network's own input size; accuracies as published. ".repeat(4);
    chart
}

/// The numbers of an SVG's root: width and height as written, and the sides of its view.
fn root(svg: &str) -> (String, String, Vec<f64>) {
    let document = Document::parse(svg).unwrap();
    let attribute = |name| document.root_element().attribute(name).unwrap().to_owned();
    let view = attribute("viewBox").split(' ').skip(2).map(|side| side.parse().unwrap()).collect();
    (attribute("width"), attribute("height"), view)
}

#[test]
fn a_paper_size_is_the_size_of_every_form() {
    let look = on_paper("3.3x2.4in");
    let drawing = draw(&comparison(), &look).unwrap();
    let (width, height, view) = root(&drawing.svg().unwrap());
    assert_eq!((&*width, &*height), ("3.3in", "2.4in"));
    // Text of 14 units is 8 points high.
    let points = 3.3 * 72.0 / view[0] * 14.0;
    assert!((points - 8.0).abs() < 0.01, "{points}");
    let png = drawing.png(300.0).unwrap();
    assert_eq!(png[16..24], [0, 0, 3, 222, 0, 0, 2, 208], "990 by 720 pixels");
    let pdf = drawing.pdf();
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("/MediaBox [0 0 237.6 172.8]"));
    assert_eq!(text.matches("/FontFile2").count(), 2, "the regular and the bold typeface");
    assert_eq!(text.matches("/Type /FontDescriptor").count(), 2);
    assert_eq!(pdf, draw(&comparison(), &look).unwrap().pdf());
}

#[test]
fn labels_are_whole_in_one_column_and_the_note_is_kept_for_the_caption() {
    let drawing = draw(&comparison(), &on_paper("3.3x2.4in")).unwrap();
    let svg = drawing.svg().unwrap();
    assert!(!svg.contains("…</text>"));
    for name in ["B0", "B3", "ResNet-50", "MobileNetV2-1.0-224"] {
        assert!(svg.contains(&format!(">{name}</text>")), "{name}");
    }
    assert!(drawing.omitted.contains(&Omitted::Source(comparison().source)));
}

#[test]
fn short_labels_stand_where_the_whole_ones_find_no_room() {
    let mut crowded = comparison();
    for series in &mut crowded.panels[0].series {
        for (index, point) in series.points.iter_mut().enumerate() {
            point.label = Some(format!("{} in full {index}", series.name));
            point.short_label = Some(format!("{}{index}", &series.name[..1]));
        }
    }
    let svg = draw(&crowded, &on_paper("2x1.5in")).unwrap().svg().unwrap();
    assert!(svg.contains(">E0</text>") && svg.contains(">R1</text>") && svg.contains(">M1</text>"));
    let wide = draw(&crowded, &Look::default()).unwrap().svg().unwrap();
    assert!(wide.contains(">EfficientNet in full 0</text>"));
}

#[test]
fn a_larger_chart_is_drawn_where_a_smaller_one_is() {
    let mut chart = comparison();
    chart.panels = vec![chart.panels[0].clone(); 3];
    chart.columns = 3;
    for (number, panel) in chart.panels.iter_mut().enumerate() {
        panel.title = Some(format!("A panel with a title as long as {number}"));
        panel.x = Some(chart.x.clone());
    }
    for width in (300..700).step_by(20) {
        let mut was_drawn = false;
        for height in (60..500).step_by(20) {
            let look = Look { size: Size::pixels(width, height), ..Look::default() };
            let is_drawn = draw(&chart, &look).is_ok();
            assert!(is_drawn || !was_drawn, "{width} by {height}");
            was_drawn |= is_drawn;
        }
        assert!(was_drawn, "{width}");
    }
}

#[test]
fn a_size_that_is_too_small_says_what_is_needed() {
    let refused = |size: &str| draw(&comparison(), &on_paper(size)).err().unwrap().to_string();
    assert_eq!(
        refused("0.1x0.1in"),
        "A chart of 0.1x0.1in cannot be drawn: with text of this size it needs about 1.2x1.4in."
    );
    assert!(refused("90x9000in").contains("at most 8192 pixels (85 inches)"));
    assert!(draw(&comparison(), &on_paper("1.2x1.5in")).is_ok());
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-9] {
        let font_size = Some(Length { value, unit: Unit::Point });
        let look = Look { font_size, ..Look::default() };
        assert!(matches!(draw(&comparison(), &look), Err(PlotError::BadSize { .. })), "{value}");
    }
}

#[test]
fn outlines_replace_all_text_that_is_drawn() {
    let embedded = draw(&comparison(), &on_paper("two-columns")).unwrap();
    let look = Look { text: TextForm::Paths, ..on_paper("two-columns") };
    let outlines = draw(&comparison(), &look).unwrap();
    let svg = outlines.svg().unwrap();
    assert!(!svg.contains("<text") && !svg.contains("@font-face"));
    assert!(embedded.svg().unwrap().contains("@font-face{font-family:\"DejaVu Sans\";"));
    let titles = |svg: &str| svg.matches("<title>").count();
    assert_eq!(titles(&svg), titles(&embedded.svg().unwrap()), "hover titles stay");
}

/// The bold font with another family's name in its table of names, at both places.
fn renamed(family: &str) -> Font {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let (old, mut new) = (utf16("DejaVu Sans"), utf16(family));
    new.resize(old.len(), 0);
    let mut data = BOLD.to_vec();
    let places: Vec<usize> =
        (0..data.len() - old.len()).filter(|&at| data[at..].starts_with(&old)).collect();
    assert!(!places.is_empty());
    for at in places {
        data[at..at + old.len()].copy_from_slice(&new);
    }
    Font::read(data).unwrap()
}

#[test]
fn a_font_of_the_user_is_measured_and_embedded_once() {
    let fonts = Some(Fonts { regular: renamed("Own Sans 3"), bold: None });
    let look = Look { fonts, ..on_paper("3.3x2.4in") };
    let (own, embedded) = (Metrics::of(look.fonts.as_ref()), Metrics::of(None));
    let style = TextStyle::Label;
    assert!(own.width("EfficientNet", style) > embedded.width("EfficientNet", style));
    let drawing = draw(&comparison(), &look).unwrap();
    let pdf = drawing.pdf();
    let pdf = String::from_utf8_lossy(&pdf);
    assert_eq!(pdf.matches("/FontFile2").count(), 1, "bold text has the same font");
    assert!(pdf.contains("+OwnSans3"));
    let svg = drawing.svg().unwrap();
    assert!(svg.contains("font-family=\"'Own Sans 3', DejaVu Sans, Verdana, sans-serif\""));
    assert!(svg.contains("@font-face{font-family:\"Own Sans 3\";font-weight:1 1000;"));
    assert_ne!(drawing.png(96.0), draw(&comparison(), &on_paper("3.3x2.4in")).unwrap().png(96.0));
}

#[test]
fn family_names_cannot_end_their_quotes() {
    let fonts = Fonts { regular: renamed("a'\"></svg>b"), bold: None };
    let look = Look { fonts: Some(fonts), ..Look::default() };
    let svg = draw(&comparison(), &look).unwrap().svg().unwrap();
    Document::parse(&svg).unwrap();
    assert!(svg.contains("font-family=\"'asvgb', "));
}

#[test]
fn other_files_are_no_fonts() {
    let refused = |data: &[u8]| Font::read(data.to_vec()).unwrap_err().to_string();
    for (data, reason) in [
        (&b""[..], "neither a TrueType nor an OpenType"),
        (b"name,top1\na,80\n", "neither a TrueType nor an OpenType"),
        (b"wOF2....", "a web font"),
        (b"ttcf....", "a collection of fonts"),
    ] {
        assert!(refused(data).contains(reason), "{}", refused(data));
    }
    // A damaged font is refused or drawn, but nothing panics.
    for at in (0..BOLD.len()).step_by(397) {
        let mut damaged = BOLD.to_vec();
        damaged[at] ^= 0xFF;
        let Ok(regular) = Font::read(damaged) else { continue };
        let look = Look { fonts: Some(Fonts { regular, bold: None }), ..Look::default() };
        if let Ok(drawing) = draw(&comparison(), &look) {
            let _ = (drawing.svg(), drawing.pdf());
        }
    }
    // In the table of names, lengths and offsets are added.
    let names = BOLD.windows(4).position(|tag| tag == b"name").unwrap();
    let offset = u32::from_be_bytes(BOLD[names + 8..names + 12].try_into().unwrap()) as usize;
    for field in [6 + 8, 6 + 10] {
        let mut damaged = BOLD.to_vec();
        damaged[offset + field..offset + field + 2].copy_from_slice(&[0xFF, 0xFF]);
        let _ = Font::read(damaged);
    }
    for length in (0..BOLD.len()).step_by(997) {
        let _ = Font::read(BOLD[..length].to_vec());
    }
}

#[test]
fn characters_that_no_font_has_are_named() {
    let mut foreign = comparison();
    foreign.title = "日本のネットワーク".to_owned();
    let omitted = draw(&foreign, &Look::default()).unwrap().omitted;
    assert!(
        omitted.iter().any(|one| matches!(one, Omitted::Characters(text) if text.contains('日')))
    );
}

#[test]
fn random_charts_fit_paper_or_say_what_they_need() {
    let mut dice = Dice(17);
    let mut drawn = 0;
    for _ in 0..120 {
        let chart = random_chart(&mut dice);
        let size = dice.of(&["one-column", "two-columns", "2x2in", "84x60mm", "60x30mm"]);
        match draw(&chart, &on_paper(size)) {
            Ok(drawing) => {
                Document::parse(&drawing.svg().unwrap()).unwrap();
                assert!(drawing.pdf().starts_with(b"%PDF-1."));
                drawn += 1;
            }
            Err(PlotError::BadSize { reason, .. }) => assert!(reason.contains("needs about")),
            Err(_) => {}
        }
    }
    assert!(drawn > 15, "only {drawn} of 120 were drawn");
}
