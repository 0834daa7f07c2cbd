//! What is counted of graphs of many nodes: `benches/growth.rs` times the same ones.

use phiscale::{Event, memory};

use crate::built;
use crate::graphs::GRAPHS;
use crate::short::node;
use crate::write::{Attribute, File};

/// Layers, params, multiply-adds and the most elements in memory of each graph with 100 nodes.
const COUNTED: [[u128; 4]; 9] = [
    [100, 0, 0, 128],
    [100, 64, 100 * 8 * 128, 2 * 128],
    [100, 0, 0, 2 * 128],
    [100, 0, 0, 2 * 128],
    [99, 0, 0, 99 * 2 * 128],
    [1, 4, 0, 128],
    [1, 99 * 128, 0, 128],
    [16, 0, 0, 128],
    [50, 0, 0, 128],
];

#[test]
fn graphs_of_many_nodes_are_counted_node_by_node() {
    let counted = GRAPHS.map(|(what, graph)| {
        let network = built(&graph(100)).expect(what).network;
        let (ledger, memory) = (network.ledger(), memory::of(&network, memory::Dtype::Int8, 1));
        let [params, macs] = [Event::PARAMS, Event::MACS].map(|events| ledger.total(events));
        [network.layers().len() as u128, params, macs, memory.peak_activation_bytes]
    });
    assert_eq!(counted, COUNTED);
}

#[test]
fn every_scale_after_a_norm_is_counted() {
    let (_, scales) = GRAPHS[5];
    let ledger = built(&scales(100)).expect("a network").network.ledger();
    assert_eq!(ledger.amount(Event::LayerNormElements), 128);
    assert_eq!(ledger.amount(Event::NormParamUses), 94 * 4);
}

#[test]
fn defaults_and_long_operators_in_every_call_are_refused_before_they_fill_the_memory() {
    let (_, calls) = GRAPHS[8];
    let refused = |change: fn(&mut File)| {
        let mut file = calls(10_000);
        change(&mut file);
        built(&file).expect_err("too much")
    };
    let words = "nodes of more than 268435456 bytes";
    let defaults = refused(|file| {
        let one = |index| (format!("default{index}"), Attribute::Int(0));
        file.functions[0].defaults = (0..1000).map(one).collect();
    });
    assert!(defaults.contains(words), "{defaults}");
    let operators = refused(|file| {
        let long = node(&"Long".repeat(15_000), &["from".into()], &["unused".into()], "");
        file.functions[0].nodes.push(long);
    });
    assert!(operators.contains(words), "{operators}");
}
