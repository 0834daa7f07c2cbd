//! The charts that are timed: what papers print, and more points than any paper prints.

use phiscale::charts::drawing::{
    Arrow, Axis, Bar, Chart, Line, Panel, Point, Role, Scale, Segment, Series, Ticks,
};

/// Networks of EfficientNet's Table 2 (v5): family, name, billions of multiply-adds, top-1.
const NETWORKS: [(&str, &str, f64, f64); 25] = [
    ("EfficientNet", "EfficientNet-B0", 0.39, 77.1),
    ("EfficientNet", "B1", 0.70, 79.1),
    ("EfficientNet", "B2", 1.0, 80.1),
    ("EfficientNet", "B3", 1.8, 81.6),
    ("EfficientNet", "B4", 4.2, 82.9),
    ("EfficientNet", "B5", 9.9, 83.6),
    ("EfficientNet", "B6", 19.0, 84.0),
    ("EfficientNet", "EfficientNet-B7", 37.0, 84.3),
    ("ResNet", "ResNet-50", 4.1, 76.0),
    ("ResNet", "ResNet-101", 7.8, 77.4),
    ("ResNet", "ResNet-152", 11.0, 77.8),
    ("ResNet", "ResNeXt-101", 32.0, 80.9),
    ("ResNet", "SENet", 42.0, 82.7),
    ("DenseNet", "DenseNet-169", 3.5, 76.2),
    ("DenseNet", "DenseNet-201", 4.3, 77.4),
    ("DenseNet", "DenseNet-264", 6.0, 77.9),
    ("Inception", "Inception-v3", 5.7, 78.8),
    ("Inception", "Xception", 8.4, 79.0),
    ("Inception", "Inception-v4", 13.0, 80.0),
    ("Inception", "Inception-ResNet-v2", 13.0, 80.1),
    ("Inception", "PolyNet", 35.0, 81.3),
    ("NAS-designed", "NASNet-A", 24.0, 82.7),
    ("NAS-designed", "AmoebaNet-A", 23.0, 82.8),
    ("NAS-designed", "PNASNet", 25.0, 82.9),
    ("NAS-designed", "AmoebaNet-C", 41.0, 83.5),
];

/// 25 networks, all named, the front of the older ones and three ratios.
pub fn networks() -> Chart {
    let mut series: Vec<Series> = Vec::new();
    for (family, name, billions, top1) in NETWORKS {
        if series.last().is_none_or(|series| series.name != family) {
            let role = if series.is_empty() { Role::Hero } else { Role::Other };
            let line = if role == Role::Hero { Line::Solid } else { Line::None };
            let name = family.to_owned();
            series.push(Series { name, role, line, marker: true, ..Series::default() });
        }
        let tip = format!("{name}: {billions}B multiply-adds, {top1} % top-1");
        let (x, label) = (billions * 1e9, Some(name.to_owned()));
        if let Some(last) = series.last_mut() {
            last.points.push(Point { x, y: top1, label, tip, ..Point::default() });
        }
    }
    series.push(front(&series[1..]));
    let arrow = |from: f64, to: f64, y: f64, label: &str| Arrow {
        from: (from * 1e9, y),
        to: (to * 1e9, y),
        label: label.to_owned(),
    };
    let arrows = vec![
        arrow(13.0, 1.0, 80.1, "13× fewer"),
        arrow(35.0, 1.8, 81.3, "19× fewer"),
        arrow(41.0, 9.9, 83.5, "4.1× fewer"),
    ];
    Chart {
        title: "EfficientNet reaches at least the same ImageNet accuracy with 4 to 19 times fewer FLOPs"
            .to_owned(),
        description: "Scatter chart of 25 networks: ImageNet top-1 accuracy from 76 to 84.3 % against \
                      0.39 to 42 billion multiply-adds."
            .to_owned(),
        panels: vec![Panel { y: top1(), series, arrows, ..Panel::default() }],
        x: multiply_adds(),
        source: "Source: Tan & Le 2019 (arXiv:1905.11946v5), Table 2; published numbers.".to_owned(),
        ..Chart::default()
    }
}

/// A cloud of `count` points, each with a name if `named`.
pub fn cloud(count: u32, named: bool) -> Chart {
    let point = |index: u32| {
        let golden = (f64::from(index) * 0.618_034).fract();
        let other = (f64::from(index) * 0.754_878).fract();
        let (x, noise) = (10_f64.powf(8.0 + 3.0 * golden), other * other);
        let y = 86.0 - 14.0 * (1.0 - golden).powi(2) - 12.0 * noise;
        let name = format!("model-{index:04}");
        let tip = format!("{name}: {y:.1} %");
        Point { x, y, label: named.then_some(name), tip, ..Point::default() }
    };
    let role = if named { Role::Other } else { Role::Muted };
    let cloud = Series {
        name: format!("{count} other networks"),
        role,
        marker: true,
        points: (0..count).map(point).collect(),
        ..Series::default()
    };
    let mut chart = networks();
    chart.panels[0].series.truncate(1);
    chart.panels[0].series.push(cloud);
    chart.panels[0].arrows.clear();
    chart
}

/// Four panels that share their axes.
pub fn grid() -> Chart {
    let mut chart = networks();
    let all = chart.panels[0].series.clone();
    let panel = |index: usize| {
        let mut series = vec![all[0].clone(), all[index].clone()];
        for point in series[0].points.iter_mut().skip(1) {
            point.label = point.label.take().map(|name| name.replace("EfficientNet-", ""));
        }
        Panel { y: top1(), series, title: Some(all[index].name.clone()), ..Panel::default() }
    };
    chart.panels = (1..5).map(panel).collect();
    chart.columns = 2;
    chart
}

/// Where the cost of four networks sits, by stage.
pub fn bars() -> Chart {
    let stages = ["stem", "stage 1", "stage 2", "stage 3", "stage 4", "stage 5", "stage 6", "head"];
    let bar = |(name, shift): (&str, f64)| {
        let weights: Vec<f64> =
            (0..8).map(|stage| 1.0 + (f64::from(stage) * shift).sin().abs() * 3.0).collect();
        let total: f64 = weights.iter().sum();
        let part = |(stage, weight): (&&str, &f64)| {
            let value = 100.0 * weight / total;
            let tip = format!("{name}, {stage}: {value:.1} %");
            Segment {
                name: (*stage).to_owned(),
                value,
                label: Some(format!("{stage} {value:.0}%")),
                tip,
            }
        };
        Bar { name: name.to_owned(), segments: stages.iter().zip(&weights).map(part).collect() }
    };
    let panel = |title: &str, shift: f64| Panel {
        title: Some(title.to_owned()),
        y: Axis { label: "Share by stage".to_owned(), ..Axis::default() },
        bars: [("B0", 0.5), ("B4", 0.6), ("B7", 0.7), ("ResNet-50", 0.9)]
            .map(|(name, own)| bar((name, own + shift)))
            .to_vec(),
        ..Panel::default()
    };
    Chart {
        title: "Most of the multiply-adds sit in the middle, most of the weights at the end"
            .to_owned(),
        description:
            "Stacked bars of four networks: the share of multiply-adds and of parameters in \
                      each of 8 stages, from 2 to 20 %."
                .to_owned(),
        panels: vec![panel("MACs", 0.0), panel("Params", 0.35)],
        columns: 2,
        x: Axis {
            label: "Share of the whole network".to_owned(),
            ticks: Ticks::Percent,
            range: Some((0.0, 100.0)),
            ..Axis::default()
        },
        source: "Source: made up for timing.".to_owned(),
        ..Chart::default()
    }
}

fn multiply_adds() -> Axis {
    let label = "FLOPs per image (multiply-adds, log scale)".to_owned();
    Axis { label, scale: Scale::Log, ticks: Ticks::Si, ..Axis::default() }
}

fn top1() -> Axis {
    let label = "ImageNet top-1 accuracy".to_owned();
    Axis { label, ticks: Ticks::Percent, ..Axis::default() }
}

/// The best accuracy at each cost, as steps.
fn front(series: &[Series]) -> Series {
    let mut points: Vec<Point> = series.iter().flat_map(|series| series.points.clone()).collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(b.y.total_cmp(&a.y)));
    let mut best = f64::NEG_INFINITY;
    points.retain(|point| {
        let better = point.y > best;
        best = best.max(point.y);
        better
    });
    for point in &mut points {
        (point.label, point.tip) = (None, String::new());
    }
    let name = "best of the others at each cost".to_owned();
    Series { name, role: Role::Guide, line: Line::Step, points, ..Series::default() }
}
