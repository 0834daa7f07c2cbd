//! Node data for Model Explorer: a count of every node of an ONNX file, shown on its graph.
//!
//! The format is that of `ModelNodeData` in ai-edge-model-explorer 0.1. A file has one number per node.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};

use crate::counting::ledger::{Event, Ledger};
use crate::counting::node::GraphPlace;
use crate::error::{Diagnostic, Error};
use crate::reports::columns::CountColumn;
use crate::reports::count::{CountedNetwork, is_bound, total_columns};
use crate::reports::{Cell, json};

/// The lightest and the darkest colours of nodes, and those between: `YlOrRd` of ColorBrewer.
const GRADIENT: [Stop; 5] = [
    Stop { stop: 0.0, color: "#ffffb2" },
    Stop { stop: 0.25, color: "#fecc5c" },
    Stop { stop: 0.5, color: "#fd8d3c" },
    Stop { stop: 0.75, color: "#f03b20" },
    Stop { stop: 1.0, color: "#bd0026" },
];

/// Node data for Model Explorer, as JSON: what each node of an ONNX file costs, in the order of the network.
///
/// The column is one of [`CountColumn::COUNTS`]. Values are exact, those that grow with the batch are for all of it, and
/// their sum is the network's. Nodes that cost nothing are left out; Model Explorer shows them without a colour.
///
/// Fails for a network that was not read from an ONNX file, and for a column that is not a count.
pub fn model_explorer(counted: &CountedNetwork, column: CountColumn) -> Result<String, Error> {
    let mut nodes: Vec<(&GraphPlace, u128)> = Vec::new();
    let mut indices: HashMap<&str, usize> = HashMap::new();
    for layer in counted.network.layers() {
        let place = layer.place.as_ref().ok_or_else(|| not_a_file(counted.name))?;
        let value = value(&layer.ledger(), column, counted).ok_or_else(|| not_a_count(column))?;
        let index = *indices.entry(&place.node).or_insert(nodes.len());
        match nodes.get_mut(index) {
            Some((_, sum)) => *sum += value,
            None => nodes.push((place, value)),
        }
    }
    let graph = nodes.first().map(|(place, _)| &*place.graph);
    nodes.retain(|(_, value)| *value > 0);
    let results = nodes
        .iter()
        .map(|(place, value)| (&*place.node, NodeData { value: Cell::integer(*value) }));
    let results = results.collect();
    let data = GraphData { name: name(column, counted), results, gradient: &GRADIENT };
    Ok(json::write(&BTreeMap::from_iter(graph.map(|graph| (graph, data)))))
}

/// The amount in a column; `None` if it has another content.
fn value(cost: &Ledger, column: CountColumn, counted: &CountedNetwork) -> Option<u128> {
    use CountColumn::{
        Activations, Depth, Family, Flops, Input, Macs, Network, NormStats, Params, Reported,
        Resolution, Width,
    };
    let images = u128::from(counted.batch);
    match column {
        Params => Some(cost.total(Event::PARAMS)),
        NormStats => Some(cost.total(Event::STATISTICS)),
        Macs => Some(cost.total(Event::MACS) * images),
        Flops => Some(2 * cost.total(Event::MACS) * images),
        Activations => Some(cost.total(Event::ACTIVATIONS) * images),
        Reported => Some(counted.convention.value(cost, counted.batch)),
        Network | Family | Input | Depth | Width | Resolution => None,
    }
}

fn not_a_file(name: &str) -> Error {
    let problem = Diagnostic::new(format!("Model Explorer shows ONNX files, and {name} is a spec"));
    problem.help(format!("the layers of a spec: phiscale count {name} --per layer")).into()
}

fn not_a_count(column: CountColumn) -> Error {
    let names = CountColumn::COUNTS.map(CountColumn::key).join(", ");
    let problem = Diagnostic::new(format!("`{}` is not a count", column.key()));
    problem.help(format!("the counts of a node: {names}")).into()
}

/// The heading of a column of counts.
fn name(column: CountColumn, counted: &CountedNetwork) -> String {
    let is_bound = is_bound(&counted.network.ledger());
    let mut columns = total_columns(is_bound).into_iter();
    let header = columns.find(|known| known.key == column.key()).and_then(|known| known.header);
    header.unwrap_or_else(|| {
        let (quantity, name) = (&counted.convention.quantity, &counted.convention.name);
        let bound = if is_bound { ", at least" } else { "" };
        format!("{quantity} ({name}){bound}")
    })
}

#[derive(Serialize)]
struct GraphData<'a> {
    name: String,
    #[serde(serialize_with = "entries")]
    results: Vec<(&'a str, NodeData)>,
    gradient: &'a [Stop],
}

#[derive(Serialize)]
struct NodeData {
    value: Cell,
}

/// A colour for nodes whose value is at this place between the lowest, 0, and the highest, 1.
#[derive(Serialize)]
struct Stop {
    stop: f64,
    #[serde(rename = "bgColor")]
    color: &'static str,
}

fn entries<S: Serializer>(entries: &[(&str, NodeData)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(node, data)| (node, data)))
}
