//! What the user says of stored tensors: which are trained, and which are not.

use wildmatch::WildMatch;

use crate::error::Diagnostic;
use crate::onnx::file::model::{Attribute, Model};

/// Patterns of names, in which `*` stands for any text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trained(Vec<(WildMatch, bool)>);

impl Trained {
    /// The patterns for a model's tensors. A pattern without a tensor is an error, and so is a tensor that is both
    /// trained and not.
    pub(crate) fn new(
        model: &Model,
        trained: &[String],
        not_trained: &[String],
    ) -> Result<Trained, Diagnostic> {
        let patterns = |all: &[String], says: bool| -> Vec<(WildMatch, bool)> {
            all.iter().map(|pattern| (WildMatch::new(pattern), says)).collect()
        };
        let all = Trained([patterns(trained, true), patterns(not_trained, false)].concat());
        if all.0.is_empty() {
            return Ok(all);
        }
        let names = names(model);
        if let Some(pattern) = all.unmatched(&names) {
            let problem = Diagnostic::new(format!("no tensor of the file is named `{pattern}`"));
            return Err(problem.nearest(&pattern, &names));
        }
        let is_both = |name: &&str| {
            let says =
                |expected| all.0.iter().any(|(by, says)| *says == expected && by.matches(name));
            says(true) && says(false)
        };
        match names.iter().find(|name| is_both(name)) {
            Some(name) => Err(Diagnostic::new(format!("`{name}` is said to be trained and not"))),
            None => Ok(all),
        }
    }

    /// What the user says of a tensor, if anything.
    pub(crate) fn says(&self, name: &str) -> Option<bool> {
        self.0.iter().find(|(pattern, _)| pattern.matches(name)).map(|(_, says)| *says)
    }

    fn unmatched(&self, names: &[&str]) -> Option<String> {
        let is_used = |pattern: &WildMatch| names.iter().any(|name| pattern.matches(name));
        self.0.iter().find(|(pattern, _)| !is_used(pattern)).map(|(pattern, _)| pattern.to_string())
    }
}

/// The names of all tensors that a file stores, in initializers and in Constant nodes, those of branches included.
fn names(model: &Model) -> Vec<&str> {
    let graphs = model.graphs();
    let initializers = graphs.iter().flat_map(|graph| &graph.initializers);
    let constants = graphs.iter().flat_map(|graph| &graph.nodes).filter(|node| {
        node.op_type == "Constant"
            && node.attributes.iter().any(|(_, value)| !matches!(value, Attribute::Text(_)))
    });
    let constants = constants.filter_map(|node| node.outputs.first()).map(String::as_str);
    initializers.map(|tensor| tensor.name.as_str()).chain(constants).collect()
}
