//! The training of small trees, against numbers worked out by hand.

use super::*;
use crate::counting::layer::{
    Activation, AdaptivePool, Conv, Dropout, Flatten, Layer, Linear, Norm, NormKind, Padding,
    PoolStyle, Take, Window,
};
use crate::counting::ledger::Part;
use crate::counting::network::Stage;
use crate::counting::node::Node;
use crate::counting::shape::Shape;

fn map(channels: u64) -> Shape {
    Shape { channels, height: 2, width: 2 }
}

fn node(input: &Shape, layer: Layer) -> Node {
    Node::layer("layer", input, layer).expect("a layer that fits")
}

/// A 1 × 1 convolution of a map of 2 × 2.
fn conv(from: u64, to: u64, groups: u64) -> Node {
    let (kernel, stride, dilation) = ([1; 2], [1; 2], [1; 2]);
    let window = Window { kernel, stride, dilation, padding: Padding::Same, ceil: false };
    let conv = Conv::new(&from, to, groups, window, false).expect("groups divide");
    node(&map(from), Layer::Conv(conv))
}

fn activation(channels: u64, activation: Activation) -> Node {
    node(&map(channels), Layer::Activation(activation))
}

fn batch_norm(channels: u64) -> Node {
    let norm = Norm { kind: NormKind::Batch, scale: true, shift: true };
    node(&map(channels), Layer::Norm(norm))
}

fn chain(nodes: Vec<Node>) -> Node {
    Node::chain(&nodes[0].input().clone(), nodes).expect("a chain")
}

fn network(nodes: Vec<Node>) -> Network {
    let input = nodes[0].input().clone();
    let stage = |node| Stage { name: "stage".into(), repeats: 1, node };
    Network::new(input, nodes.into_iter().map(stage).collect()).expect("a network")
}

fn kept(nodes: Vec<Node>) -> Kept {
    of(&network(vec![chain(nodes)])).total().kept
}

#[test]
fn the_first_layer_needs_no_gradient_of_its_input() {
    let training = of(&network(vec![chain(vec![conv(8, 16, 1), conv(16, 16, 1)])]));
    let backward: Vec<u128> = training.layers.iter().map(|layer| layer.backward_macs).collect();
    assert_eq!(backward, [4 * 8 * 16, 2 * 4 * 16 * 16]);
    assert_eq!(training.total().forward_macs, 4 * 8 * 16 + 4 * 16 * 16);
}

#[test]
fn all_branches_that_read_the_image_need_no_gradient_of_it() {
    let branches = vec![conv(8, 8, 1), chain(vec![activation(8, Activation::Relu), conv(8, 4, 1)])];
    let concat = Node::concat(&map(8), branches).expect("maps of one size");
    let total = of(&network(vec![concat])).total();
    assert_eq!(total.backward_macs, total.forward_macs);
    // The image, and what the activation makes of it: nothing before them is trained.
    assert_eq!(total.kept.elements, 32 + 32);
}

#[test]
fn pytorch_counts_the_weights_of_groups_as_those_of_one_group() {
    let total = of(&network(vec![chain(vec![conv(8, 8, 1), conv(8, 8, 8)])])).total();
    assert_eq!(total.backward_macs, 4 * 64 + 2 * 4 * 8);
    assert_eq!(total.torch_backward_macs, 4 * 64 + 4 * 8 + 8 * 4 * 8);
}

#[test]
fn a_map_that_several_layers_keep_is_kept_once() {
    // The image, and the result of the ReLU, which the second convolution reads.
    let relu = kept(vec![conv(8, 8, 1), activation(8, Activation::Relu), conv(8, 8, 1)]);
    assert_eq!(relu.elements, 32 + 32);
    // SiLU keeps its input; the convolution keeps SiLU's result.
    let silu = kept(vec![conv(8, 8, 1), activation(8, Activation::Silu), conv(8, 8, 1)]);
    assert_eq!(silu.elements, 32 + 32 + 32);
}

#[test]
fn a_view_keeps_all_of_the_map_behind_it() {
    let take = node(&map(8), Layer::Take(Take { channels: 4, from: 0 }));
    assert_eq!(kept(vec![conv(8, 8, 1), take, conv(4, 4, 1)]).elements, 32 + 32);
    let flatten = node(&map(8), Layer::Flatten(Flatten));
    let linear = Linear { input: 32, output: 5, bias: true };
    let linear = node(&Shape::single(32), Layer::Linear(linear));
    let relu = activation(8, Activation::Relu);
    assert_eq!(kept(vec![conv(8, 8, 1), relu, flatten, linear]).elements, 32 + 32);
}

#[test]
fn the_images_of_a_batch_share_the_statistics_of_batch_norms() {
    let kept = kept(vec![conv(8, 8, 1), batch_norm(8)]);
    assert_eq!((kept.elements, kept.batch_statistics), (32 + 32, 16));
    assert_eq!(kept.bytes(4, 10), 10 * 64 * 4 + 64);
    assert_eq!(kept.bytes(2, 10), 10 * 64 * 2 + 64);
}

#[test]
fn a_gate_keeps_both_factors_and_dropout_its_noise() {
    let size = AdaptivePool { size: [1; 2], style: PoolStyle::Squeeze };
    let pool = node(&map(8), Layer::AdaptivePool(size));
    let gate = Node::gate(pool).expect("a value for each channel");
    assert_eq!(kept(vec![conv(8, 8, 1), gate]).elements, 32 + 32 + 8);
    for (dropout, noise) in [(0.5, 32), (0.0, 0)] {
        let layer = |per_image| Layer::Dropout(Dropout { rate: dropout, per_image });
        assert_eq!(kept(vec![conv(8, 8, 1), node(&map(8), layer(false))]).elements, 32 + noise);
        let branches = u128::from(dropout > 0.0);
        assert_eq!(kept(vec![conv(8, 8, 1), node(&map(8), layer(true))]).elements, 32 + branches);
    }
}

#[test]
fn auxiliary_parts_are_trained() {
    let auxiliary = Node::part(Part::Auxiliary, conv(8, 4, 1));
    let total = of(&network(vec![chain(vec![conv(8, 8, 1), auxiliary])])).total();
    assert_eq!(total.backward_macs, 4 * 64 + 2 * 4 * 32);
}

#[test]
fn repeats_cost_what_they_cost_written_out() {
    let block = || {
        let body = chain(vec![batch_norm(8), activation(8, Activation::Silu), conv(8, 8, 1)]);
        let identity = Node::chain(&map(8), Vec::new()).expect("the identity");
        Node::residual(body, identity).expect("same shape")
    };
    for times in [1, 2, 3, 7] {
        let repeat = Node::repeat(conv(8, 8, 1), block(), times).expect("same shape");
        let network = network(vec![repeat, block()]);
        let [closed, written] = [&network, &network.unrolled()].map(|network| of(network).total());
        assert_eq!(closed, written, "{times} repeats");
    }
}

#[test]
fn checkpoints_keep_the_inputs_of_stages_and_the_largest_stage() {
    let stages = vec![
        chain(vec![conv(8, 8, 1), batch_norm(8)]),
        chain(vec![conv(8, 8, 1), batch_norm(8), activation(8, Activation::Silu)]),
    ];
    let training = of(&network(stages));
    let bytes =
        |checkpoint| kept_bytes(&training, Settings { checkpoint, ..Settings::default() }, 1);
    // The image, the output of the first stage, and three maps of the second with statistics.
    assert_eq!(bytes(Checkpoint::Stages), Some(4 * (32 + 32 + 2 * 32 + 16)));
    assert_eq!(bytes(Checkpoint::None), Some(4 * (2 * 32 + 16 + 3 * 32 + 16)));
}

#[test]
fn a_step_has_weights_gradients_the_optimizer_and_maps() {
    let network = network(vec![conv(8, 8, 1)]);
    let training = of(&network);
    let step = |optimizer, precision| {
        let settings = Settings { optimizer, precision, checkpoint: Checkpoint::None };
        memory(&network, &training, settings, 3).expect("a known memory")
    };
    let full = step(Optimizer::AdamW, Precision::Full);
    assert_eq!((full.weights, full.gradients, full.optimizer), (256, 256, 512));
    assert_eq!((full.kept, full.map_gradients), (3 * 128, 3 * 256));
    assert_eq!(full.peak, 256 + 256 + 512 + 384 + 768);
    let mixed = step(Optimizer::Momentum, Precision::Mixed);
    assert_eq!((mixed.weights, mixed.gradients, mixed.optimizer), (256 + 128, 256, 256));
    assert_eq!(mixed.kept, 3 * 64);
}

#[test]
fn the_largest_batch_fits_and_one_image_more_does_not() {
    let network = network(vec![chain(vec![conv(8, 8, 1), batch_norm(8)])]);
    let (training, settings) = (of(&network), Settings::default());
    let needs = |batch| memory(&network, &training, settings, batch).map_or(0, |step| step.peak);
    for limit in [needs(1), needs(5), needs(6) - 1] {
        let batch = largest_batch(&network, &training, settings, limit).expect("one image fits");
        assert!(needs(batch) <= limit && needs(batch + 1) > limit);
    }
    assert_eq!(largest_batch(&network, &training, settings, needs(1) - 1), None);
}

#[test]
fn while_the_first_stages_maps_are_large_the_last_have_no_gradients_of_maps_left() {
    let network = network(vec![conv(8, 8, 1), conv(8, 32, 1)]);
    let step = memory(&network, &of(&network), Settings::default(), 1).expect("a known memory");
    let weights = 4 * (64 + 256);
    // In the second stage both inputs are kept; in the first all gradients of params are there.
    let [second, first] = [4 * (2 * 32 + 256 + 32 + 128), 4 * (32 + 64 + 256 + 64)];
    assert_eq!(step.peak, weights + second.max(first));
    assert!(step.peak < weights + step.gradients + step.kept + step.map_gradients);
}
