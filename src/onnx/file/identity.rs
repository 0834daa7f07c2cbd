//! Nodes as Model Explorer names them: names in a file may be missing, or used twice.
//!
//! The names are those of its adapter for ONNX, model-explorer-onnx 0.4, which renames nodes with `NameFixPass` of
//! onnx-ir and shows the branches of an `If` in the graph around it (`EmbedIfPass`).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::onnx::file::model::{Attribute, Graph, Model};

/// Maximum memory of the names of nodes in branches, in bytes: each begins with the names of the nodes around it.
const MAX_BYTES: usize = 1 << 28;

impl Model {
    /// Gives every node of the graph and of its branches its id.
    pub(crate) fn identify(&mut self) -> Result<(), String> {
        let mut identities = Identities { renamed: HashMap::new(), bytes: 0 };
        identities.graph(&mut self.graph, "")
    }
}

struct Identities {
    /// How often each name was replaced; one count for all graphs.
    renamed: HashMap<String, usize>,
    bytes: usize,
}

impl Identities {
    /// `around` is what the names in a branch begin with.
    fn graph(&mut self, graph: &mut Graph, around: &str) -> Result<(), String> {
        let mut taken = HashSet::with_capacity(graph.nodes.len());
        for node in &mut graph.nodes {
            let name = self.free_name(&node.name, &taken);
            taken.insert(name.clone());
            node.id = if around.is_empty() { name } else { self.inner(around, &name)? };
            for (attribute, value) in &mut node.attributes {
                if let Attribute::Graph(branch) = value {
                    self.graph(branch, &format!("{}/{attribute}/", node.id))?;
                }
            }
        }
        Ok(())
    }

    fn free_name(&mut self, name: &str, taken: &HashSet<Arc<str>>) -> Arc<str> {
        let name = if name.is_empty() { "node" } else { name };
        let mut free: Arc<str> = name.into();
        while taken.contains(&free) {
            let count = self.renamed.entry(name.into()).or_default();
            *count += 1;
            free = format!("{name}_{count}").into();
        }
        free
    }

    fn inner(&mut self, around: &str, name: &str) -> Result<Arc<str>, String> {
        self.bytes += around.len() + name.len();
        if self.bytes > MAX_BYTES {
            return Err(format!("the names of nodes in branches take more than {MAX_BYTES} bytes"));
        }
        Ok(format!("{around}{name}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::file::model::Node;

    fn node(name: &str) -> Node {
        Node { name: name.into(), ..Node::default() }
    }

    #[test]
    fn ids_are_those_of_the_adapter() {
        let branch = Graph { nodes: ["a", "", "a"].map(node).into(), ..Graph::default() };
        let mut conditional = node("if");
        conditional.attributes = vec![("then_branch".into(), Attribute::Graph(Box::new(branch)))];
        let nodes = [node("a"), node(""), node("a_1"), node("a"), conditional, node(""), node("")];
        let graph = Graph { nodes: nodes.into(), ..Graph::default() };
        let mut model = Model { graph, ..Model::default() };
        model.identify().expect("short names");
        let ids = model
            .graphs()
            .into_iter()
            .map(|graph| graph.nodes.iter().map(|node| node.id.to_string()).collect::<Vec<_>>());
        assert_eq!(
            ids.collect::<Vec<_>>(),
            [
                vec!["a", "node", "a_1", "a_2", "if", "node_1", "node_2"],
                vec!["if/then_branch/a", "if/then_branch/node", "if/then_branch/a_3"],
            ]
        );
    }
}
