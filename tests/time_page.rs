//! docs/time.md shows how well times are predicted on every measured device, and the device files hold the efficiencies
//! that follow from the bundled measurements.
//!
//! `TIME=overwrite cargo test --test time_page` writes the figures of the page anew.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use phiscale::device::{self, Device, Efficiency, LayerTime, Mode};
use phiscale::memory::Dtype;
use phiscale::time::calibrate::{Agreement, Calibrated, Form, Sample, calibrate, held_out, median};
use phiscale::time::{Load, Rates};
use phiscale::{Family, Network, Request, find, runs};

/// A file of measurements.
struct Measurements {
    device: &'static str,
    file: &'static str,
    mode: Mode,
    heading: &'static str,
    /// Whether the device file has what is fitted to it.
    is_stored: bool,
}

const FP16: Mode = Mode { dtype: Dtype::Fp16, compiled: false, training: false };

const FILES: [Measurements; 6] = [
    Measurements {
        device: "rtx3090",
        file: "rtx3090-fp16",
        mode: FP16,
        heading: "GeForce RTX 3090, fp16",
        is_stored: true,
    },
    Measurements {
        device: "rtx4090",
        file: "rtx4090-fp16",
        mode: FP16,
        heading: "GeForce RTX 4090, fp16",
        is_stored: true,
    },
    Measurements {
        device: "rtx4090",
        file: "rtx4090-fp16-compiled",
        mode: Mode { compiled: true, ..FP16 },
        heading: "GeForce RTX 4090, fp16, compiled",
        is_stored: true,
    },
    Measurements {
        device: "rtx4090",
        file: "rtx4090-fp16-channels-last",
        mode: FP16,
        heading: "GeForce RTX 4090, fp16, channels last",
        is_stored: false,
    },
    Measurements {
        device: "i7-12700h",
        file: "i7-12700h-fp32-compiled",
        mode: Mode { dtype: Dtype::Fp32, compiled: true, training: false },
        heading: "Core i7-12700H, fp32, compiled, batches of one image",
        is_stored: true,
    },
    Measurements {
        device: "rtx3090",
        file: "rtx3090-fp16-training",
        mode: Mode { training: true, ..FP16 },
        heading: "GeForce RTX 3090, fp16, training",
        is_stored: true,
    },
];

/// A network's name, and the size of its images if it is not the network's.
type NameAndImage = (String, Option<[u64; 2]>);

/// The networks counted so far, by address and image, each with its family.
#[derive(Default)]
struct Counted {
    families: BTreeMap<&'static str, Family>,
    networks: BTreeMap<NameAndImage, (&'static str, Network)>,
}

/// A file's networks: with their layers, and with formulas of a few numbers instead.
struct Read {
    device: Device,
    source: String,
    layers: Vec<Sample>,
    macs: Vec<Sample>,
    activations: Vec<Sample>,
    three: Vec<Sample>,
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

impl Counted {
    fn network(&mut self, address: &str, image: Option<[u64; 2]>) -> &(&'static str, Network) {
        let key = (address.to_string(), image);
        if !self.networks.contains_key(&key) {
            let found = find::address(address).expect("a bundled network");
            let family = self
                .families
                .entry(found.spec)
                .or_insert_with(|| found.family().expect("a family"));
            let member = family.named(found.member).expect("a member");
            let request = Request { member, image, ..Request::BASELINE };
            let network = family.network(&request).expect("a network").network;
            self.networks.insert(key.clone(), (found.spec, network));
        }
        &self.networks[&key]
    }
}

fn read(file: &Measurements, counted: &mut Counted) -> Read {
    let path = format!("specs/devices/measured/{}.csv", file.file);
    let text = fs::read_to_string(root(&path)).expect("measurements");
    let runs = runs::read(&path, &text).expect("measurements");
    let device = device::device(file.device).expect("a device");
    let mut read = Read {
        device,
        source: runs.source,
        layers: Vec::new(),
        macs: Vec::new(),
        activations: Vec::new(),
        three: Vec::new(),
    };
    for run in &runs.runs {
        let (family, network) = counted.network(&run.network, run.image);
        let images = f64::from(run.batch);
        let seconds = images / run.images_per_second;
        let sample = Sample::new(&run.network, family, network, file.mode, run.batch, seconds);
        let sample = Sample { image: run.image, ..sample };
        let flops = 2.0 * network.macs() as f64 * images;
        let bytes = network.activations() as f64 * images * file.mode.dtype.bytes() as f64;
        let whole = |load: Load| Sample { loads: vec![load], ..sample.clone() };
        read.macs.push(whole(Load { flops, ..Load::default() }));
        read.activations.push(whole(Load { bytes, ..Load::default() }));
        read.three.push(whole(Load { flops, bytes, launches: images, ..Load::default() }));
        read.layers.push(sample);
    }
    read
}

/// How well times agree with the measured ones, an image each.
fn agreement(predicted: &[f64], samples: &[Sample]) -> Agreement {
    let pair = |(predicted, sample): (&f64, &Sample)| {
        let images = f64::from(sample.batch);
        (predicted / images, sample.seconds / images)
    };
    Agreement::of(&predicted.iter().zip(samples).map(pair).collect::<Vec<_>>())
}

fn row(name: &str, agreement: &Agreement) -> String {
    let Agreement { rho, r_squared, error, within_20 } = agreement;
    let [rho, r_squared] = [rho, r_squared].map(|value| value.expect("times vary"));
    let (error, within) = (100.0 * error, 100.0 * within_20);
    format!("| {name} | {rho:.3} | {r_squared:.3} | {error:.1} % | {within:.0} % |\n")
}

const HEADER: &str = "| Predictor | ρ | R² | Median error | Within 20 % |\n|---|---|---|---|---|\n";
const PLAIN: Form = Form { layer_time: LayerTime::Sum, has_overhead: false };
const THREE: Form = Form { layer_time: LayerTime::Sum, has_overhead: true };

fn section(file: &Measurements, read: &Read, calibrated: &Calibrated) -> String {
    let mut text = format!("### {}\n\n", file.heading);
    let calibration = &calibrated.calibration;
    let batches = match calibration.batches {
        [_, 1] => "one image at a time".to_string(),
        [least, most] => format!("batches of {least} to {most}"),
    };
    let _ = writeln!(
        text,
        "{} networks of {} families, {batches}. Measured: {}.\n",
        calibration.networks, calibration.families, read.source
    );
    let _ = writeln!(text, "![Predicted against measured](../plots/time/{}.svg)\n", file.file);
    text.push_str(HEADER);
    let simple = |samples: &[Sample], form| {
        let (_, predicted) = held_out(samples, &read.device, file.mode, form).expect("a fit");
        agreement(&predicted, samples)
    };
    text.push_str(&row("a·MACs", &simple(&read.macs, PLAIN)));
    text.push_str(&row("b·activations", &simple(&read.activations, PLAIN)));
    text.push_str(&row("a·MACs + b·activations + c", &simple(&read.three, THREE)));
    let data_sheet = agreement(&calibrated.data_sheet, &read.layers);
    text.push_str(&row("layers, data sheet alone", &data_sheet));
    text.push_str(&row("layers, fitted", &calibrated.agreement));
    let Efficiency { matrix, vector, bandwidth, overhead, layer_time } = calibration.efficiency;
    let _ = writeln!(
        text,
        "\nFitted: {:.0} % of the matrix peak, {:.0} % of the vector peak, {:.0} % of the bandwidth, {:.1} µs for a layer; \
         a layer's time is {}.\n",
        100.0 * matrix,
        100.0 * vector,
        100.0 * bandwidth,
        1e6 * overhead,
        match layer_time {
            LayerTime::Sum => "the sum of arithmetic and traffic",
            LayerTime::Slower => "the longer of arithmetic and traffic",
        }
    );
    text + &families(read, calibrated) + &worst(read, calibrated)
}

fn families(read: &Read, calibrated: &Calibrated) -> String {
    let mut ratios: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (sample, predicted) in read.layers.iter().zip(&calibrated.predicted) {
        ratios.entry(&sample.family).or_default().push(predicted / sample.seconds);
    }
    let mut text =
        "| Family | Networks | Median error | Predicted / measured |\n|---|---|---|---|\n"
            .to_string();
    for (family, ratios) in ratios {
        let error = 100.0 * median(ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect());
        let (count, ratio) = (ratios.len(), median(ratios));
        let _ = writeln!(text, "| {family} | {count} | {error:.1} % | {ratio:.2} |");
    }
    text + "\n"
}

fn worst(read: &Read, calibrated: &Calibrated) -> String {
    let ratios = read.layers.iter().zip(&calibrated.predicted);
    let mut ratios: Vec<(f64, &Sample)> =
        ratios.map(|(sample, predicted)| (predicted / sample.seconds, sample)).collect();
    ratios.sort_by(|(one, _), (other, _)| other.ln().abs().total_cmp(&one.ln().abs()));
    let shown = ratios.iter().take(5).map(|(ratio, sample)| {
        let name = sample.network.rsplit('/').next().unwrap_or(&sample.network);
        let size = sample.image.map(|[height, width]| format!(" at {height}×{width}"));
        format!("{name}{} ({ratio:.2})", size.unwrap_or_default())
    });
    format!("The worst five, predicted / measured: {}.\n\n", shown.collect::<Vec<_>>().join(", "))
}

/// From one device to the other, with the efficiencies of the first.
fn transfer(from: (&Measurements, &Read, &Calibrated), to: (&Measurements, &Read)) -> String {
    let (known, read, calibrated) = from;
    let (wanted, other) = to;
    let peak = other.device.peak(wanted.mode.dtype).expect("a peak");
    let predicted = |samples: &[Sample], efficiency| {
        let rates = Rates::new(&other.device, peak, efficiency);
        let times: Vec<f64> = samples.iter().map(|sample| sample.seconds(&rates)).collect();
        agreement(&times, samples)
    };
    let way = format!("{} → {}", known.device, wanted.device);
    let (three, _) = held_out(&read.three, &read.device, known.mode, THREE).expect("a fit");
    let layers = calibrated.calibration.efficiency;
    row(&format!("{way}: a·MACs + b·activations + c"), &predicted(&other.three, three))
        + &row(&format!("{way}: layers"), &predicted(&other.layers, layers))
}

#[test]
fn the_page_and_the_device_files_have_the_figures_of_the_measurements() {
    let mut counted = Counted::default();
    let read: Vec<Read> = FILES.iter().map(|file| read(file, &mut counted)).collect();
    let calibrated: Vec<Calibrated> = FILES
        .iter()
        .zip(&read)
        .map(|(file, read)| {
            calibrate(&read.layers, &read.device, file.mode, &read.source).expect("a calibration")
        })
        .collect();
    for ((file, read), calibrated) in FILES.iter().zip(&read).zip(&calibrated) {
        if file.is_stored {
            let (_, text) = device::file(file.device).expect("a bundled device");
            let text = read.device.recalibrated(text, &calibrated.calibration).expect("a text");
            let fitted = Device::parse(file.device, file.file, &text).expect("a device");
            let [stored, fitted] = [&read.device, &fitted].map(|one| one.calibration(file.mode));
            assert_eq!(
                stored, fitted,
                "specs/devices/{}.toml is stale: see docs/time.md",
                file.device
            );
        }
    }
    let mut figures = String::new();
    for ((file, read), calibrated) in FILES.iter().zip(&read).zip(&calibrated) {
        figures.push_str(&section(file, read, calibrated));
    }
    figures.push_str("### From one device to another\n\n");
    figures.push_str(HEADER);
    let of = |index: usize| (&FILES[index], &read[index], &calibrated[index]);
    figures.push_str(&transfer(of(0), (&FILES[1], &read[1])));
    figures.push_str(&transfer(of(1), (&FILES[0], &read[0])));
    compare(&figures);
}

/// Compares the figures with those on the page, or writes them.
fn compare(figures: &str) {
    const BEGIN: &str = "<!-- figures: begin -->\n";
    const END: &str = "<!-- figures: end -->";
    let path = root("docs/time.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(BEGIN).expect("where the figures begin");
    let (written, after) = rest.split_once(END).expect("where the figures end");
    if std::env::var_os("TIME").is_some_and(|wanted| wanted == "overwrite") {
        let page = format!("{before}{BEGIN}{figures}{END}{after}");
        return fs::write(&path, page).expect("a page that can be written");
    }
    assert_eq!(
        written, figures,
        "docs/time.md is stale: TIME=overwrite cargo test --test time_page"
    );
}
