//! Where Model Explorer shows layers, and what it shows there.

use std::fs::File;

use phiscale::memory::Dtype;
use phiscale::reports::{CountColumn, CountedNetwork, Format, count, model_explorer};
use phiscale::{Network, Scale, convention};
use serde_json::Value;

/// Files with their number of nodes that cost multiply-adds. Names of nodes were compared with those that
/// model-explorer-onnx 0.4.2 gives.
const FILES: [(&str, usize); 6] = [
    ("dynamo", 10),
    ("keras", 4),
    ("mobilenet_v3_small", 54),
    ("transformer", 8),
    ("transformer-dynamo", 8),
    ("unfolded", 10),
];

fn network(name: &str) -> Network {
    let file = File::open(format!("tests/onnx/{name}.onnx")).expect("a file");
    phiscale::onnx::network(file).expect("a network")
}

fn with_counted<T>(network: &Network, then: impl FnOnce(&CountedNetwork) -> T) -> T {
    then(&CountedNetwork {
        name: "the network",
        title: "",
        source: "",
        network,
        scale: Scale::BASELINE,
        phi: None,
        batch: 3,
        notes: &[],
        convention: &convention("torchinfo").expect("a convention"),
        per: None,
        dtype: Dtype::Fp32,
        sort: None,
        reverse: false,
        units: None,
        training: None,
    })
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn the_values_of_all_nodes_add_up_to_the_total() {
    for (name, with_macs) in FILES {
        let network = network(name);
        let report = json(&with_counted(&network, |counted| count(counted).write(Format::Json)));
        for column in CountColumn::COUNTS {
            let data = with_counted(&network, |counted| model_explorer(counted, column));
            let data = json(&data.expect("node data"));
            let (graph, data) = data.as_object().and_then(|data| data.iter().next()).expect("one");
            let values = data["results"].as_object().expect("results").values();
            let values: Vec<u64> = values.filter_map(|node| node["value"].as_u64()).collect();
            let total = match column {
                CountColumn::Reported => &report["reported"]["value"],
                column => &report["totals"][column.key()],
            };
            assert_eq!(total.as_u64(), Some(values.iter().sum()), "{name} {column:?}");
            assert_eq!(graph, if name == "keras" { "tf2onnx" } else { "main_graph" });
            if column == CountColumn::Macs {
                assert_eq!(values.len(), with_macs, "{name}");
            }
        }
    }
}

#[test]
fn a_column_that_counts_nothing_is_an_error() {
    let found =
        with_counted(&network("dynamo"), |counted| model_explorer(counted, CountColumn::Depth));
    assert_eq!(found.expect_err("a refusal").message(), "`depth` is not a count");
}
