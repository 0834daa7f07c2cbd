//! Charts of accuracy from outside: what is printed is what is drawn, lines join networks of one kind, and little is said
//! about the rest.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use phiscale::accuracy::{Curve, NetworkPoint, Selection};
use phiscale::published::Accuracy;
use phiscale::{Family, Measure, Member, Model, find};

/// A network in a chart: its name, its cost, its accuracy.
type Network = (String, u64, String);

#[test]
fn the_numbers_printed_are_the_numbers_drawn() {
    let commands: [&[&str]; 7] = [
        &["efficientnet", "resnet", "--accuracy", "torchvision"],
        &["efficientnet", "resnet", "mobilenetv2", "--x", "params"],
        &["efficientnet", "resnet", "--y", "top5"],
        &["mobilenetv2", "--accuracy", "tensorflow/models"],
        &["vit", "regnet", "--accuracy", "timm", "--x", "activations"],
        &["tests/charts/zigzag.toml"],
        &["plots/torchvision-memory.toml"],
    ];
    for command in commands {
        let folder = tempfile::tempdir().expect("a folder");
        let (svg, csv) = (folder.path().join("a.svg"), folder.path().join("a.csv"));
        let files =
            ["-o", &svg.to_string_lossy(), "--csv", &csv.to_string_lossy()].map(str::to_string);
        let output = plot(command, &files);
        let drawn = marks(&fs::read_to_string(&svg).expect("the chart"));
        let table = fs::read_to_string(&csv).expect("the table");
        assert_eq!(drawn, rows(&table), "{command:?}");
        assert!(drawn.len() > 5, "{command:?}");
        // The same table in another form.
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for (name, cost, _) in &drawn {
            let is_row = |line: &&str| line.contains(name) && line.contains(&grouped(*cost));
            assert!(text.lines().any(|line| is_row(&line)), "{name} in {text}");
        }
        let again =
            plot(command, &["-o".into(), svg.to_string_lossy().into(), "--format=csv".into()]);
        assert_eq!(String::from_utf8_lossy(&again.stdout), table, "{command:?}");
    }
}

#[test]
fn error_bars_printed_are_error_bars_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let [svg, top5] = ["a.svg", "top5.svg"].map(|name| folder.path().join(name));
    let chart = fs::read_to_string("tests/charts/repeats.toml").expect("a chart file");
    let chart =
        chart.replace("\"repeats.csv\"", &format!("{:?}", absolute("tests/charts/repeats.csv")));
    for (kind, path, networks, bars) in [("top1", &svg, 5, 3), ("top5", &top5, 3, 2)] {
        let file = folder.path().join("a.toml");
        fs::write(&file, format!("y = \"{kind}\"\n{chart}")).expect("a chart file");
        let arguments = ["-o".into(), path.to_string_lossy().into_owned(), "--format=csv".into()];
        let output = plot(&[&file.to_string_lossy()], &arguments);
        let table = String::from_utf8_lossy(&output.stdout).into_owned();
        let header = format!("series,network,macs,counted,{kind},standard_error,repeats,source");
        assert!(table.contains(&header), "{table}");
        let drawn = fs::read_to_string(path).expect("the chart");
        assert!(drawn.contains(" accuracy ± standard error (axis starts at"));
        let rows = records(&table);
        let marks: Vec<Mark> = drawn.lines().filter_map(|line| mark(line, kind)).collect();
        assert_eq!((marks.len(), rows.len()), (networks, networks), "{kind}");
        let scale = points_per_pixel(&marks);
        let has_bar = |mark: &&Mark| mark.error.is_some();
        assert_eq!(marks.iter().filter(has_bar).count(), bars, "{kind}");
        for mark in &marks {
            let row = rows.iter().find(|row| row[2] == mark.name).expect("a row");
            assert!(is_rounded(&mark.accuracy, &row[5]), "{mark:?} {row:?}");
            let Some(error) = &mark.error else {
                assert_eq!((&row[6], &row[7]), ("", ""), "{mark:?}");
                continue;
            };
            assert!(is_rounded(error, &row[6]), "{mark:?} {row:?}");
            // The bar, and a cap at both its ends.
            let [low, high] = bar(&drawn, mark).expect("a bar");
            let expected = 2.0 * row[6].parse::<f64>().expect("an error") / scale;
            assert!(((low - high) - expected).abs() < 0.3, "{mark:?}");
            assert!((f64::midpoint(low, high) - mark.at[1]).abs() < 0.7, "{mark:?}");
            for end in [low, high] {
                let cap = format!("M{} {end}H{}", mark.at[0] - 4.0, mark.at[0] + 4.0);
                assert!(drawn.contains(&cap), "{cap}");
            }
        }
    }
}

/// A marker of a chart with error bars.
#[derive(Debug)]
struct Mark {
    name: String,
    at: [f64; 2],
    accuracy: String,
    error: Option<String>,
}

fn mark(line: &str, kind: &str) -> Option<Mark> {
    let (at, name) = mark_at(line)?;
    let accuracy = line.split(", ").last()?.split(" % ").next()?;
    let end = if kind == "top1" { " % top-1<" } else { " % top-5<" };
    assert!(line.contains(end), "{line}");
    let (accuracy, error) = accuracy
        .split_once(" ± ")
        .map_or((accuracy, None), |(accuracy, error)| (accuracy, Some(error.to_string())));
    Some(Mark { name: name.to_string(), at, accuracy: accuracy.to_string(), error })
}

/// The height of a pixel in percentage points, by the two marks farthest apart.
fn points_per_pixel(marks: &[Mark]) -> f64 {
    let mut marks: Vec<(f64, f64)> = marks
        .iter()
        .map(|mark| (mark.at[1], mark.accuracy.parse().expect("an accuracy")))
        .collect();
    marks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let [(top, most), .., (bottom, least)] = marks[..] else { return 0.0 };
    (most - least) / (bottom - top)
}

/// The lower and the upper end of the vertical line through a marker.
fn bar(svg: &str, mark: &Mark) -> Option<[f64; 2]> {
    let mut paths = svg.lines().filter_map(|line| line.strip_prefix("<path d=\"M"));
    paths.find_map(|path| {
        let (from, to) = path.split('"').next()?.split_once('V')?;
        let [x, low] = numbers(from).try_into().ok()?;
        let [high] = numbers(to).try_into().ok()?;
        let is_through = (x - mark.at[0]).abs() < 0.15 && low > mark.at[1] && high < mark.at[1];
        // A grid line has no end near the marker.
        (is_through && path.contains("stroke-width=\"1.4\"")).then_some([low, high])
    })
}

/// Whether a number is another one, rounded to its decimals.
fn is_rounded(rounded: &str, exact: &str) -> bool {
    let decimals = rounded.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let exact: f64 = exact.parse().expect("a number");
    format!("{exact:.decimals$}") == rounded
}

fn absolute(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_string_lossy().into_owned()
}

#[test]
fn the_charts_of_a_folder_share_one_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = folder.path().join("a.csv");
    let files = ["-o", &folder.path().to_string_lossy(), "--csv", &csv.to_string_lossy()]
        .map(str::to_string);
    let output = plot(&["mobilenetv2", "convnext"], &files);
    let table = fs::read_to_string(&csv).expect("the table");
    let networks = table.lines().count() - 1;
    assert_eq!(networks, 2 + 4);
    let costs = ",MobileNetV2,MobileNetV2-1.0-224,300774272,3504872,true,72,";
    assert!(table.contains(costs), "{table}");
    for (chart, cost) in [("macs", 3), ("params", 4)] {
        let svg = fs::read_to_string(folder.path().join(format!("mobilenetv2-{chart}.svg")));
        let drawn = marks(&svg.expect("the chart"));
        let rows = records(&table).into_iter().map(|row| row[cost].to_string());
        let drawn: BTreeSet<String> = drawn.iter().map(|(_, cost, _)| cost.to_string()).collect();
        assert_eq!(drawn, rows.collect());
    }
    // What both charts leave out is said once.
    let expected = "mobilenetv2: 2 of 25 networks drawn; 23 have another source: --accuracy \"tensorflow/models, \
                    research/slim/nets/mobilenet/README.md\" or \"Tan & Le 2019 (arXiv:1905.11946v5), Table 3\"\n\
                    convnext: 4 of 9 networks drawn; XL has another source: --accuracy \"Liu et al. 2022 \
                    (arXiv:2201.03545), as in facebookresearch/ConvNeXt, README.md, after ImageNet-22K\", \
                    4 have no published accuracy\n";
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(said.lines().count(), 2 + 2, "{said}");
    let quiet = plot(&["mobilenetv2", "convnext", "--quiet"], &files);
    assert_eq!(String::from_utf8_lossy(&quiet.stderr), "");
    assert_eq!(quiet.stdout, output.stdout);
}

#[test]
fn growth_is_drawn_and_not_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let svg = folder.path().join("a.svg").to_string_lossy().into_owned();
    let arguments = ["efficientnet", "--x", "phi", "--phi", "0,1"];
    let output = plot(&arguments, &["-o".into(), svg.clone(), "--format=csv".into()]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let start = "family,convention,phi,depth,width,resolution,input,params,counted,ratio,promised,";
    assert!(text.starts_with(start), "{text}");
    assert!(
        text.contains("efficientnet,conv-linear,1,1.2,1.1,1.15,3x258x258,9109994,992629472,2.57")
    );
    assert_eq!(text.lines().count(), 3);
    let drawn = fs::read_to_string(&svg).expect("the chart");
    assert!(drawn.contains("φ = 1: 992,629,472 counted"));
    let text = plot(&arguments, &["-o".into(), svg]);
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    for word in ["inf", "toleran", "passes", "target"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

/// Once a zigzag through ResNet, ResNeXt and Wide ResNet.
#[test]
fn the_chart_that_misled_joins_each_series_by_itself() {
    let expected = BTreeSet::from([
        "efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 efficientnet_b4 efficientnet_b5 \
         efficientnet_b6 efficientnet_b7"
            .to_string(),
        "resnet18 resnet34 resnet50 resnet101 resnet152".to_string(),
        "wide_resnet50_2 wide_resnet101_2".to_string(),
    ]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.svg");
    let arguments = ["-o".into(), path.to_string_lossy().into_owned()];
    for chart in [
        &["efficientnet", "resnet", "--accuracy", "torchvision"][..],
        &["tests/charts/zigzag.toml"],
    ] {
        plot(chart, &arguments);
        let svg = fs::read_to_string(&path).expect("the chart");
        assert_eq!(joined(&svg), expected, "{chart:?}");
    }
}

/// For every bundled family, with every source of accuracies, and against every cost.
#[test]
fn a_line_joins_networks_of_one_series_scaled_in_one_way() {
    let mut joined = BTreeSet::new();
    for family in find::families().expect("the bundled families") {
        let (name, sources) = (family.name.clone(), sources(&family));
        let model = Model::Family(family);
        for (measure, accuracy) in Measure::ALL
            .into_iter()
            .flat_map(|measure| sources.iter().map(move |one| (measure, one)))
        {
            let accuracy = accuracy.as_deref();
            let selection =
                Selection { cost: &measure.into(), accuracy, as_printed: false, y: Accuracy::Top1 };
            let mut curve = Curve::default();
            if curve.add_family(None, &model, &selection).is_err() {
                continue;
            }
            for line in curve.series.iter().flat_map(|(_, points)| lines(points)) {
                let family = model.family().expect("a family");
                line.windows(2).for_each(|pair| check(family, pair[0], pair[1]));
                joined.insert((name.clone(), line.len()));
            }
        }
    }
    for expected in
        [("efficientnet", 8), ("resnet", 5), ("mobilenetv2", 6), ("vgg", 4), ("regnet", 12)]
    {
        let (name, length) = expected;
        assert!(joined.contains(&(name.to_string(), length)), "{expected:?} in {joined:?}");
    }
}

/// Two neighbours on a line: costs rise, nothing is scaled down, and both are of one series.
fn check(family: &Family, from: &NetworkPoint, to: &NetworkPoint) {
    let [a, b] = [from, to].map(|point| {
        let is_it = |member: &&Member| {
            let has_source = member.published.iter().any(|one| one.source == point.source);
            has_source && family.print_name(member) == point.title
        };
        family.all_members().find(is_it).expect("a member")
    });
    let names = (&from.title, &to.title);
    assert!(from.cost < to.cost, "{names:?}");
    assert_eq!(a.series, b.series, "{names:?}");
    assert!(a.line && b.line, "{names:?}");
    assert!(a.width.unwrap_or(1.0) <= b.width.unwrap_or(1.0), "{names:?}");
    assert!(a.depth.unwrap_or(1.0) <= b.depth.unwrap_or(1.0), "{names:?}");
    let size = |member: &Member| member.image.unwrap_or([family.input.height; 2]);
    assert!(size(a) <= size(b), "{names:?}");
}

#[test]
fn networks_that_were_trained_in_other_ways_are_not_joined() {
    let model = Model::Family(find::family("regnet").expect("a family"));
    let (measure, accuracy) = (Measure::Macs, Some("timm"));
    let mut curve = Curve::default();
    let added = curve.add_family(
        None,
        &model,
        &Selection { cost: &measure.into(), accuracy, as_printed: false, y: Accuracy::Top1 },
    );
    added.expect("accuracies");
    let trainings = |line: &[&NetworkPoint]| -> BTreeSet<String> {
        line.iter()
            .map(|point| point.source.rsplit('.').next().unwrap_or_default().into())
            .collect()
    };
    let all: Vec<_> = curve.series.iter().flat_map(|(_, points)| lines(points)).collect();
    assert!(all.len() > 3);
    assert!(all.iter().all(|line| trainings(line).len() == 1), "{all:?}");
    assert!(all.iter().any(|line| trainings(line).contains("pycls_in1k")));
    assert!(all.iter().any(|line| trainings(line).contains("tv2_in1k")));
}

#[test]
fn a_thousand_families_and_points_are_drawn_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("many.toml");
    let stage = "input = { size = 32 }\n[[stage]]\nname = \"stem\"\nblock = \"conv_norm_activation\"\nwidth = 8\nkernel = 3\n";
    let members = (0..1000).map(|number| {
        let width = 1.0 + f64::from(number) / 8.0;
        format!("[member.m{number}]\nwidth = {width:?}\npublished = {{ top1 = 50.5, source = \"me\" }}\n")
    });
    fs::write(&path, stage.to_string() + &members.collect::<String>()).expect("a spec");
    let svg = folder.path().join("a.svg").to_string_lossy().into_owned();
    let output = plot(
        &[&path.to_string_lossy()],
        &["-o".into(), svg.clone(), "-q".into(), "--format=csv".into()],
    );
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(table.lines().count(), 1001);
    assert_eq!(marks(&fs::read_to_string(&svg).expect("the chart")).len(), 1000);
    let member = "[member.one]\npublished = { top1 = 50.5, source = \"me\" }\n";
    let families = (0..1000).map(|number| {
        let path = folder.path().join(format!("{number}.toml"));
        fs::write(&path, stage.to_string() + member).expect("a spec");
        path.to_string_lossy().into_owned()
    });
    let families: Vec<String> = families.collect();
    let families: Vec<&str> = families.iter().map(String::as_str).collect();
    let output = plot(&families, &["-o".into(), svg, "-q".into(), "--format=csv".into()]);
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1001);
}

/// The table of a chart, as CSV, and what is said of it.
fn drawn(arguments: &[&str]) -> (Vec<Vec<String>>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let svg = folder.path().join("a.svg").to_string_lossy().into_owned();
    let output = plot(arguments, &["-o".into(), svg, "--format=csv".into()]);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows = records(&table).into_iter();
    let rows = rows.map(|row| row.iter().map(str::to_string).collect()).collect();
    (rows, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_family_without_accuracies_of_the_source_is_left_out() {
    let source = "Tan & Le 2019 (arXiv:1905.11946v5), Table 3";
    let families = ["efficientnet", "resnet", "mobilenetv2"];
    let (rows, said) = drawn(&[&families[..], &["--accuracy", source]].concat());
    assert!(
        rows.iter().any(|row| row[1] == "ResNet") && rows.iter().any(|row| row[1] == "MobileNetV2")
    );
    assert!(!rows.iter().any(|row| row[1] == "EfficientNet"));
    let line = said.lines().find(|line| line.starts_with("efficientnet: 0 of 14 networks drawn;"));
    assert!(
        line.is_some_and(|line| line.contains(&format!("have no accuracy of {source:?}"))),
        "{said}"
    );
    // Without a source, a family whose accuracies are all a library's.
    let (rows, said) = drawn(&["vit", "efficientnet"]);
    assert!(!rows.is_empty() && rows.iter().all(|row| row[1] == "EfficientNet"));
    assert!(
        said.contains("vit: 0 of ") && said.contains("another source: --accuracy \"t"),
        "{said}"
    );
}

#[test]
fn members_that_are_named_are_drawn_in_the_series_of_their_family() {
    let (rows, _) = drawn(&["efficientnet_b0", "resnet50", "efficientnet:b1", "mobilenet_v2"]);
    let names: Vec<[&str; 2]> = rows.iter().map(|row| [&*row[1], &*row[2]]).collect();
    let expected = [
        ["EfficientNet", "EfficientNet-B0"],
        ["EfficientNet", "EfficientNet-B1"],
        ["ResNet", "ResNet-50"],
    ];
    assert_eq!(names[..3], expected);
    assert!(names[3..].iter().all(|[series, _]| *series == "MobileNetV2") && names.len() > 4);
    // Once, however it is named.
    let (all, _) = drawn(&["efficientnet"]);
    let (again, said) = drawn(&["efficientnet", "efficientnet:b0", "efficientnet"]);
    assert_eq!(again, all);
    assert!(said.starts_with("efficientnet: 8 of 14 networks drawn; "), "{said}");
    let (library, _) =
        drawn(&["torchvision/resnet50", "torchvision/resnet18", "torchvision/resnet50"]);
    assert_eq!(library.len(), 2);
    let (_, said) = drawn(&["efficientnet:b0", "torchvision/efficientnet_b1"]);
    assert!(
        said.starts_with(
            "efficientnet: 1 of 2 networks drawn; torchvision/efficientnet_b1 has another source: "
        ),
        "{said}"
    );
}

#[test]
fn parts_of_a_source_are_listed_with_commas() {
    let folder = tempfile::tempdir().expect("a folder");
    let chart = folder.path().join("a.toml");
    let point = |part: u32| {
        let figures =
            format!("macs = \"{part}B\", top1 = 7{part}, source = \"A 2019, Table {part}\"");
        format!("{{ label = \"n{part}\", {figures} }}")
    };
    let points = [2, 7, 3].map(point).join(", ");
    let text = format!("chart = \"accuracy\"\n[[series]]\nname = \"a\"\nnetworks = [{points}]\n");
    fs::write(&chart, text).expect("a chart file");
    let output = plot(&[&chart.to_string_lossy()], &[]);
    let svg = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(svg.contains("A 2019, Table 2, Table 3 and Table 7"), "{svg}");
}

#[test]
fn counted_costs_are_whole_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let svg = folder.path().join("a.svg").to_string_lossy().into_owned();
    let output = plot(&["efficientnet:b0"], &["-o".into(), svg, "--format=json".into()]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["points"][0]["macs"].as_u64(), Some(385_814_752), "{report}");
}

#[test]
fn a_growth_chart_says_whose_constants_it_uses() {
    let folder = tempfile::tempdir().expect("a folder");
    let svg = folder.path().join("a.svg").to_string_lossy().into_owned();
    for (arguments, has, lacks) in [
        (&["efficientnet"][..], "scaled by d = 1.2^φ, w = 1.1^φ, r = 1.15^φ", "target"),
        (
            &["mobilenetv3"],
            "scaled by the strategy dwr, d = 1.2599^φ, w = 1.1225^φ, r = 1.1225^φ,",
            "promised",
        ),
        (&["efficientnet", "--strategy", "d"], "scaled by the strategy d, d = 2^φ,", "promised"),
        (
            &["efficientnet", "--alpha", "1.33333333"],
            "scaled by chosen constants, d = 1.3333^φ,",
            "promised",
        ),
    ] {
        plot(arguments, &["--x=phi".into(), "-o".into(), svg.clone(), "-q".into()]);
        let drawn = fs::read_to_string(&svg).expect("the chart");
        // Long texts are broken into lines, the last of them first.
        let lines = drawn.lines().filter(|line| line.contains("font-size=\"13\"")).rev();
        let text = |line: &str| line.split(['>', '<']).nth(2).unwrap_or_default().to_string();
        let lines: Vec<String> = lines.map(text).collect();
        let note = lines.join(" ");
        assert!(note.contains(has), "{has}: {note}");
        assert!(!drawn.contains(lacks), "{lacks} in {arguments:?}");
    }
}

/// The lines that join points, each in order of cost.
fn lines(points: &[NetworkPoint]) -> Vec<Vec<&NetworkPoint>> {
    let mut lines: BTreeMap<usize, Vec<&NetworkPoint>> = BTreeMap::new();
    for point in points {
        if let Some(line) = point.line {
            lines.entry(line).or_default().push(point);
        }
    }
    let mut lines: Vec<_> = lines.into_values().collect();
    for line in &mut lines {
        line.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    }
    lines
}

/// No words, every source, and the beginnings of sources that several have in common.
fn sources(family: &Family) -> BTreeSet<Option<String>> {
    let published = family.all_members().flat_map(|member| &member.published);
    let published = published.filter(|one| one.top1.is_some());
    let words = published.flat_map(|one| {
        let start = one.source.split([',', ' ']).next().unwrap_or_default();
        [one.source.clone(), start.to_string()].map(Some)
    });
    let everything = [None, Some(String::new())];
    words.chain(everything).collect()
}

/// What the hover texts of markers say.
fn marks(svg: &str) -> Vec<Network> {
    let texts = svg.split("<title>").skip(1).filter_map(|rest| rest.split("</title>").next());
    let mark = |text: &str| {
        let (name, numbers) = text.rsplit_once(": ")?;
        let (cost, accuracy) = numbers.rsplit_once(", ")?;
        let cost: String = cost.split(' ').next()?.chars().filter(char::is_ascii_digit).collect();
        let accuracy = accuracy.split_once(" % top-")?.0;
        Some((name.to_string(), cost.parse().ok()?, accuracy.to_string()))
    };
    // A marker behind others has a ring with the same text.
    let marks: BTreeSet<Network> = texts.filter_map(mark).collect();
    marks.into_iter().collect()
}

/// The networks in a table of points.
fn rows(table: &str) -> Vec<Network> {
    let rows = records(table)
        .into_iter()
        .map(|row| (row[2].to_string(), row[3].parse().expect("a cost"), row[5].to_string()));
    rows.collect::<BTreeSet<_>>().into_iter().collect()
}

fn records(table: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.records().map(|row| row.expect("a row")).collect()
}

/// The names of the networks at the corners of each line between markers.
fn joined(svg: &str) -> BTreeSet<String> {
    let marks: Vec<([f64; 2], &str)> = svg.lines().filter_map(mark_at).collect();
    let paths = svg.lines().filter(|line| !line.contains("<title>"));
    let paths = paths.filter_map(|line| line.strip_prefix("<path d=\"M")?.split('"').next());
    let corners = |path: &str| -> Vec<[f64; 2]> {
        path.split('L').filter_map(|corner| numbers(corner).try_into().ok()).collect()
    };
    let name = |at: &[f64; 2]| {
        let distance = |mark: &&([f64; 2], &str)| (mark.0[0] - at[0]).hypot(mark.0[1] - at[1]);
        let nearest = marks.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        (distance(&nearest) < 3.0).then_some(nearest.1)
    };
    let line = |path: &str| -> Option<String> {
        let corners = corners(path);
        let names: Option<Vec<&str>> = corners.iter().map(name).collect();
        names.filter(|names| names.len() > 1).map(|names| names.join(" "))
    };
    paths.filter_map(line).collect()
}

/// About the middle of a marker, and its network.
fn mark_at(line: &str) -> Option<([f64; 2], &str)> {
    let name = line.split("<title>").nth(1)?.split(':').next()?;
    if let Some(circle) = line.strip_prefix("<circle cx=\"") {
        let mut parts = circle.split('"');
        let (x, y) = (parts.next()?.parse().ok()?, parts.nth(1)?.parse().ok()?);
        return Some(([x, y], name));
    }
    let path = line.strip_prefix("<path d=\"M")?.split('"').next()?;
    let is_ring = line.contains("fill=\"none\"");
    let (mut xs, mut ys, mut at) = (Vec::new(), Vec::new(), [0.0, 0.0]);
    let steps =
        path.trim_end_matches('Z').replace('H', "\nH").replace('V', "\nV").replace('L', "\nL");
    for part in steps.lines() {
        let values = numbers(part.trim_start_matches(['H', 'V', 'L']));
        match (part.chars().next()?, &values[..]) {
            ('H', [x]) => at[0] = *x,
            ('V', [y]) => at[1] = *y,
            (_, [x, y]) => at = [*x, *y],
            _ => {}
        }
        xs.push(at[0]);
        ys.push(at[1]);
    }
    let middle = |values: &[f64]| {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        f64::midpoint(least, most)
    };
    (!is_ring).then(|| ([middle(&xs), middle(&ys)], name))
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(' ').filter_map(|number| number.parse().ok()).collect()
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn plot(arguments: &[&str], more: &[String]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_phiscale"))
        .arg("plot")
        .args(arguments)
        .args(more)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .expect("phiscale runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}
