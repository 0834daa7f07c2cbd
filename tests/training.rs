//! Training against PyTorch: multiply-adds of both passes, and the bytes kept between them.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use phiscale::training::{self, Checkpoint, Optimizer, Precision, Settings, Training};

/// Where phiscale keeps something else, and why: each with the share of PyTorch's bytes.
const KNOWN: [(&str, &str, f64); 1] = [(
    // Cells pad maps for pools, and concatenate two maps for one reader.
    "timm/nasnetalarge",
    "copies of maps for padding in cells, which its spec does not have",
    0.9762,
)];

struct Measured {
    network: String,
    forward: u128,
    backward: u128,
    image: u128,
    batch: u128,
}

fn measured() -> Vec<Measured> {
    let mut table = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(include_str!("data/training.csv").as_bytes());
    let rows = table.records().map(|row| {
        let row = row.expect("a row");
        let number = |column: usize| row[column].parse().expect("a whole number");
        Measured {
            network: row[0].into(),
            forward: number(1),
            backward: number(2),
            image: number(3),
            batch: number(4),
        }
    });
    rows.collect()
}

fn trained(name: &str) -> Training {
    training::of(&phiscale::network(name).expect(name))
}

#[test]
fn multiply_adds_are_those_of_pytorchs_counter() {
    let measured = measured();
    assert_eq!(measured.len(), 117);
    for Measured { network, forward, backward, .. } in measured {
        let total = trained(&network).total();
        assert_eq!(
            (total.forward_macs, total.torch_backward_macs),
            (forward, backward),
            "{network}"
        );
    }
}

#[test]
fn kept_bytes_are_those_that_autograd_keeps_or_the_difference_is_named() {
    for Measured { network, image, batch, .. } in measured() {
        let kept = trained(&network).total().kept;
        let bytes = (kept.bytes_per_image(4), kept.bytes_per_batch());
        match KNOWN.iter().find(|(name, ..)| *name == network) {
            Some((_, why, share)) => {
                let found = bytes.0 as f64 / image as f64;
                assert!((found - share).abs() < 1e-3, "{network}: {found}, {why}");
            }
            None => assert_eq!(bytes, (image, batch), "{network}"),
        }
    }
}

#[test]
fn the_training_of_repeats_is_that_of_the_network_written_out() {
    for name in ["torchvision/resnet50", "timm/efficientnet_b0", "torchvision/swin_t", "vit:b-16"] {
        let network = phiscale::network(name).expect(name);
        let [closed, written] =
            [&network, &network.unrolled()].map(|network| training::of(network).total());
        assert_eq!(closed, written, "{name}");
    }
}

#[test]
fn checkpoints_and_smaller_types_never_need_more() {
    for name in ["torchvision/resnet50", "efficientnet:b3", "densenet", "torchvision/vit_b_16"] {
        let network = phiscale::network(name).expect(name);
        let training = training::of(&network);
        let kept = |checkpoint, precision| {
            let settings = Settings { optimizer: Optimizer::Sgd, precision, checkpoint };
            training::kept_bytes(&training, settings, 8).expect("a known memory")
        };
        let all = kept(Checkpoint::None, Precision::Full);
        assert!(kept(Checkpoint::Stages, Precision::Full) <= all, "{name}");
        assert!(kept(Checkpoint::None, Precision::Mixed) <= all, "{name}");
    }
}

#[test]
fn the_largest_batch_is_the_largest() {
    let network = phiscale::network("resnet:50").expect("a network");
    let training = training::of(&network);
    let settings = Settings { optimizer: Optimizer::AdamW, ..Settings::default() };
    let needs = |batch| {
        training::memory(&network, &training, settings, batch).expect("a known memory").peak
    };
    for limit in [1_000_000_000, 24_000_000_000, 80_000_000_000] {
        let batch = training::largest_batch(&network, &training, settings, limit);
        let batch = batch.expect("one image fits");
        assert!(needs(batch) <= limit && limit < needs(batch + 1), "{limit}");
    }
    assert_eq!(training::largest_batch(&network, &training, settings, 1_000_000), None);
}
