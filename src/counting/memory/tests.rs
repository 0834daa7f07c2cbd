//! The memory of small trees, against numbers worked out by hand.

use super::*;
use crate::counting::layer::{Activation, AdaptivePool, Layer, PoolStyle, Take};
use crate::counting::network::Stage;

fn map(channels: u64) -> Shape<u64> {
    Shape { channels, height: 2, width: 2 }
}

fn node(name: &'static str, input: &Shape<u64>, layer: Layer<u64>) -> Node<u64> {
    Node::layer(name, input, layer).expect("a layer that fits")
}

fn relu(channels: u64) -> Node<u64> {
    node("relu", &map(channels), Layer::Activation(Activation::Relu))
}

fn shuffle(channels: u64) -> Node<u64> {
    node("shuffle", &map(channels), Layer::Shuffle(crate::counting::layer::Shuffle { groups: 1 }))
}

fn identity(channels: u64) -> Node<u64> {
    Node::chain(&map(channels), Vec::new()).expect("the identity")
}

fn chain(nodes: Vec<Node<u64>>) -> Node<u64> {
    Node::chain(&nodes[0].input().clone(), nodes).expect("a chain")
}

/// The peak in elements, and where it is.
fn peak(node: Node<u64>) -> (u128, String) {
    let input = node.input().clone();
    let stage = Stage { name: "stage".into(), repeats: 1, node };
    let memory = of(&Network::new(input, vec![stage]).expect("a network"), Dtype::Int8, 1);
    (memory.peak_activation_bytes, memory.at)
}

#[test]
fn a_layer_needs_its_input_and_its_output_unless_it_works_in_place() {
    assert_eq!(peak(shuffle(8)), (64, "stage/shuffle".into()));
    assert_eq!(peak(relu(8)), (32, "stage/relu".into()));
    let take = node("take", &map(8), Layer::Take(Take { channels: 4, from: 0 }));
    assert_eq!(peak(chain(vec![relu(8), take, shuffle(4)])).0, 32);
}

#[test]
fn a_residual_holds_its_input_while_the_body_runs() {
    // The ReLU cannot write over what the shortcut needs; the shuffle then needs 32 more.
    let residual = |body| Node::residual(body, identity(8)).expect("same shape");
    assert_eq!(peak(residual(relu(8))).0, 64);
    assert_eq!(peak(residual(chain(vec![relu(8), shuffle(8)]))), (96, "stage/shuffle".into()));
    // A projection runs beside the finished body, and may free the input.
    let projected = Node::residual(relu(8), chain(vec![shuffle(8), shuffle(8)]));
    assert_eq!(peak(projected.expect("same shape")).0, 96);
}

#[test]
fn a_gate_holds_its_input() {
    let size = AdaptivePool { size: [1; 2], style: PoolStyle::Squeeze };
    let squeeze = node("squeeze", &map(8), Layer::AdaptivePool(size));
    assert_eq!(peak(Node::gate(squeeze).expect("a value per channel")).0, 32 + 8);
}

#[test]
fn a_concat_holds_the_finished_branches_and_copies_them() {
    let concat = |branches| Node::concat(&map(8), branches).expect("same size");
    // Both branches and the output: 32 + 32 + 64.
    assert_eq!(peak(concat(vec![shuffle(8), shuffle(8)])).0, 128);
    // An identity branch is the input itself: 32 + 32 + 64.
    assert_eq!(peak(concat(vec![identity(8), shuffle(8)])).0, 128);
    // While the second branch runs: the input, the first branch, and two maps of the second.
    let wide = concat(vec![shuffle(8), chain(vec![shuffle(8), shuffle(8), shuffle(8)])]);
    assert_eq!(peak(wide).0, 128);
}

#[test]
fn repeats_have_the_peak_of_one_and_auxiliary_parts_none() {
    let repeat = Node::repeat(relu(8), shuffle(8), 1000).expect("same shape");
    assert_eq!(peak(repeat).0, 64);
    let auxiliary = Node::part(Part::Auxiliary, shuffle(8));
    assert_eq!(peak(auxiliary).0, 32);
}

#[test]
fn bytes_grow_with_the_type_and_activations_with_the_batch() {
    let stage = Stage { name: "stage".into(), repeats: 1, node: shuffle(8) };
    let network = Network::new(map(8), vec![stage]).expect("a network");
    let memory = of(&network, Dtype::Fp16, 3);
    assert_eq!((memory.weights_bytes, memory.peak_activation_bytes), (0, 64 * 2 * 3));
    assert_eq!(of(&network, Dtype::Fp32, 1).total(), 256);
}
