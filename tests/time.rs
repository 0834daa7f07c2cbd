//! The time of networks on devices: what the kernels add up to, and how times depend on device, mode and batch.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use phiscale::device::{self, Device, Mode};
use phiscale::kernels;
use phiscale::memory::Dtype;
use phiscale::{Network, Request, find, time};

/// Every bundled family's baseline and members.
fn networks() -> Vec<(String, Network)> {
    let mut networks = Vec::new();
    for family in find::families().expect("the bundled families") {
        let baseline = family.network(&Request::BASELINE).expect("a baseline").network;
        networks.push((family.name.clone(), baseline));
        for member in family.members.iter().chain(&family.library_members) {
            let request = Request { member: Some(member), ..Request::BASELINE };
            let network = family.network(&request).expect("a member").network;
            networks.push((family.address(member), network));
        }
    }
    networks
}

fn bytes(network: &Network, mode: Mode) -> f64 {
    time::loads(network, mode, 3).iter().map(|(_, load)| load.bytes).sum()
}

const EAGER: Mode = Mode { dtype: Dtype::Fp32, compiled: false, training: false };
const COMPILED: Mode = Mode { compiled: true, ..EAGER };
const TRAINING: Mode = Mode { training: true, ..EAGER };

#[test]
fn kernels_do_the_multiply_adds_of_the_network_and_read_its_params() {
    for (name, network) in networks() {
        let kernels = kernels::of(&network);
        let macs: u64 = kernels.iter().map(|kernel| kernel.macs * kernel.times).sum();
        assert_eq!(macs, network.macs(), "{name}");
        let stored = kernels.iter().map(|kernel| kernel.stored * u128::from(kernel.times));
        let (stored, ledger) = (stored.sum::<u128>(), network.ledger());
        let all = ledger.total(phiscale::Event::PARAMS) + ledger.total(phiscale::Event::STATISTICS);
        assert!(stored <= all, "{name}: {stored} of {all}");
    }
}

/// Repeats share an entry, and a repeat written out moves as much.
#[test]
fn repeats_move_as_much_as_when_they_are_written_out() {
    for (name, network) in networks() {
        for mode in [EAGER, COMPILED, TRAINING] {
            let [closed, unrolled] = [&network, &network.unrolled()].map(|one| bytes(one, mode));
            assert!((closed - unrolled).abs() <= 1e-9 * unrolled, "{name}: {closed} {unrolled}");
        }
    }
}

#[test]
fn fused_networks_move_less_and_training_moves_more() {
    for (name, network) in networks() {
        let [eager, compiled, training] =
            [EAGER, COMPILED, TRAINING].map(|mode| bytes(&network, mode));
        assert!(compiled <= eager, "{name}");
        assert!(2.0 * eager < training && training < 8.0 * eager, "{name}");
    }
}

/// A stem of EfficientNet-B0 by hand, in elements: 3×224×224 in, 32×112×112 out.
#[test]
fn a_stem_by_hand() {
    let b0 = phiscale::network("efficientnet:b0").expect("a network");
    let kernels = kernels::of(&b0);
    let map = 32 * 112 * 112;
    let found: Vec<_> =
        kernels[..3].iter().map(|one| (one.read, one.written, one.stored)).collect();
    assert_eq!(found, [(3 * 224 * 224, map, 864), (map, map, 128), (map, map, 0)]);
    // Compiled, the activation runs within the norm: together they read the map once and write it once.
    let loads = time::loads(&b0, Mode { dtype: Dtype::Int8, ..COMPILED }, 1);
    let found: Vec<f64> = loads[1..3].iter().map(|(_, load)| load.bytes).collect();
    assert_eq!(found, [2.0 * map as f64 + 128.0, 0.0]);
    assert_eq!(loads[2].1.launches.to_bits(), 0.0f64.to_bits());
}

#[test]
fn a_concat_is_a_copy_and_a_view_is_free() {
    let densenet = phiscale::network("densenet:121").expect("a network");
    let kernels = kernels::of(&densenet);
    let concat = kernels.iter().find(|kernel| kernel.kind == "concat").expect("a concat");
    assert_eq!((concat.read, concat.written), (96 * 56 * 56, 96 * 56 * 56));
    assert!(kernels.iter().all(|kernel| kernel.kind != "dropout" && kernel.kind != "flatten"));
}

#[test]
fn larger_batches_take_longer_and_are_no_slower_for_each_image() {
    let b0 = phiscale::network("efficientnet:b0").expect("a network");
    for device in device::devices().expect("the bundled devices") {
        for peak in &device.peaks {
            let mode = Mode { dtype: peak.dtype, ..EAGER };
            let seconds = |batch| time::of(&b0, &device, mode, batch).expect("a time").seconds();
            let times = [1, 2, 8, 64, 1024].map(|batch| (f64::from(batch), seconds(batch)));
            for pair in times.windows(2) {
                let [(few, before), (many, after)] = [pair[0], pair[1]];
                assert!(before < after && after / many <= before / few * (1.0 + 1e-12));
            }
        }
    }
}

#[test]
fn a_calibration_is_read_as_it_is_written() {
    for device in device::devices().expect("the bundled devices") {
        let path = format!("{}/specs/devices/{}.toml", env!("CARGO_MANIFEST_DIR"), device.name);
        let text = std::fs::read_to_string(path).expect("its file");
        for calibration in &device.calibrations {
            let written = device.recalibrated(&text, calibration).expect("a file");
            let read = Device::parse(&device.name, "written", &written).expect("a device");
            assert_eq!(read.peaks, device.peaks);
            assert_eq!(read.calibration(calibration.mode), Some(calibration), "{}", device.name);
        }
    }
}

#[test]
fn what_a_network_does_not_fit_is_said_and_what_a_device_lacks_is_an_error() {
    let h100 = device::device("H100").expect("a device");
    let mode = Mode { dtype: Dtype::Fp16, ..EAGER };
    let b7 = phiscale::network("efficientnet:b7").expect("a network");
    assert!(time::of(&b7, &h100, mode, 1).is_ok());
    let laptop = device::device("i7-12700h").expect("a device");
    let error = time::of(&b7, &laptop, mode, 1).expect_err("no fp16").to_string();
    assert!(error.contains("no peak for fp16") && error.contains("it has: fp32"), "{error}");
}
