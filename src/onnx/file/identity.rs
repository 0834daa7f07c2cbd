//! Nodes as Model Explorer names them: names in a file may be missing, or used twice.
//!
//! The names are those of its adapter for ONNX, model-explorer-onnx 0.4, which renames nodes with `NameFixPass` of
//! onnx-ir and shows the branches of an `If` in the graph around it (`EmbedIfPass`).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::onnx::file::model::{Attribute, Graph, Model};

/// Maximum memory of the names of nodes in branches, in bytes: each begins with the names of the nodes around it.
const MAX_BYTES: usize = 1 << 26;

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

    fn graph(nodes: Vec<Node>) -> Graph {
        Graph { nodes, ..Graph::default() }
    }

    fn nodes(names: &[&str]) -> Vec<Node> {
        names.iter().map(|name| Node { name: (*name).into(), ..Node::default() }).collect()
    }

    fn branching(name: &str, branches: [Graph; 2]) -> Node {
        let branch = |name: &str, graph| (name.into(), Attribute::Graph(Box::new(graph)));
        let [holds, fails] = branches;
        Node {
            name: name.into(),
            op_type: "If".into(),
            attributes: vec![branch("then_branch", holds), branch("else_branch", fails)],
            ..Node::default()
        }
    }

    fn ids(graph: Graph) -> Result<Vec<Vec<String>>, String> {
        let mut model = Model { graph, ..Model::default() };
        model.identify()?;
        let ids = |graph: &Graph| graph.nodes.iter().map(|node| node.id.to_string()).collect();
        Ok(model.graphs().into_iter().map(ids).collect())
    }

    /// model-explorer-onnx 0.4.2 gives the same.
    #[test]
    fn every_node_has_a_name_that_no_other_has() {
        let mut all = nodes(&["a", "", "a_1", "a"]);
        all.push(branching(
            "if",
            [&["a", "", "a"], &["", "b", ""]].map(|names| graph(nodes(names))),
        ));
        all.extend(nodes(&["", ""]));
        let expected = [
            vec!["a", "node", "a_1", "a_2", "if", "node_2", "node_3"],
            vec!["if/then_branch/a", "if/then_branch/node", "if/then_branch/a_3"],
            vec!["if/else_branch/node", "if/else_branch/b", "if/else_branch/node_1"],
        ];
        assert_eq!(
            ids(graph(all)),
            Ok(expected.map(|ids| ids.iter().map(ToString::to_string).collect()).into())
        );
    }

    #[test]
    fn the_names_in_a_branch_are_limited() {
        let branches = || [graph(nodes(&[""; 64])), Graph::default()];
        let error = ids(graph(vec![branching(&"i".repeat(1 << 20), branches())]));
        assert_eq!(
            error,
            Err("the names of nodes in branches take more than 67108864 bytes".into())
        );
        assert!(ids(graph(vec![branching(&"i".repeat(1 << 19), branches())])).is_ok());
    }
}
