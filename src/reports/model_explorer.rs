//! Node data for Model Explorer: a count of every node of an ONNX file, shown on its graph.
//!
//! The format is that of `ModelNodeData` in ai-edge-model-explorer 0.1. A file has one number per node.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};

use crate::counting::ledger::Ledger;
use crate::counting::node::GraphPlace;
use crate::error::{Diagnostic, Error};
use crate::reports::columns::CountColumn;
use crate::reports::count::{CountedNetwork, is_bound, total_columns, totals};
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
    let Some(index) = CountColumn::COUNTS.iter().position(|count| *count == column) else {
        let names = CountColumn::COUNTS.map(CountColumn::key).join(", ");
        let problem = Diagnostic::new(format!("nodes have no `{}`", column.key()));
        return Err(problem.help(format!("what they have: {names}")).into());
    };
    let nodes = nodes(counted)?;
    let results = nodes.iter().map(|(place, cost)| {
        (&*place.node, NodeData { value: counts(cost, counted).swap_remove(index) })
    });
    let results = results.filter(|(_, data)| data.value != Cell::integer(0_u32)).collect();
    let data = GraphData { name: name(index, counted), results, gradient: &GRADIENT };
    let graph = nodes.first().map(|(place, _)| &*place.graph);
    Ok(json::write(&BTreeMap::from_iter(graph.map(|graph| (graph, data)))))
}

/// The nodes of the file with what they cost: layers of one node together.
fn nodes<'a>(counted: &CountedNetwork<'a>) -> Result<Vec<(&'a GraphPlace, Ledger)>, Error> {
    let mut nodes: Vec<(&GraphPlace, Ledger)> = Vec::new();
    let mut indices: HashMap<&str, usize> = HashMap::new();
    for layer in counted.network.layers() {
        let Some(place) = &layer.place else {
            let message = format!("{} is not an ONNX file, whose graph has nodes", counted.name);
            let help =
                "Model Explorer shows the graphs of files; --format json has the layers of a spec";
            return Err(Diagnostic::new(message).help(help).into());
        };
        let index = *indices.entry(&place.node).or_insert(nodes.len());
        match nodes.get_mut(index) {
            Some((_, cost)) => cost.increase(&layer.ledger()),
            None => nodes.push((place, layer.ledger())),
        }
    }
    Ok(nodes)
}

/// The counts of a node, in the order of [`CountColumn::COUNTS`].
fn counts(cost: &Ledger, counted: &CountedNetwork) -> Vec<Cell> {
    let mut counts = totals(cost, counted.batch);
    counts.push(Cell::integer(counted.convention.value(cost, counted.batch)));
    counts
}

/// The heading of a count.
fn name(index: usize, counted: &CountedNetwork) -> String {
    let convention = counted.convention;
    let columns = total_columns(is_bound(&counted.network.ledger()));
    let header = columns.into_iter().nth(index).and_then(|column| column.header);
    header.unwrap_or_else(|| format!("{} ({})", convention.quantity, convention.name))
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
