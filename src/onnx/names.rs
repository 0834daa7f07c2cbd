//! What the layers of a graph are called, and which stage each belongs to.

use std::collections::{HashMap, HashSet};

use crate::onnx::model::{Model, Operation};
use crate::onnx::walk::Step;

/// A part of a network that holds more of its layers than this, of a hundred, is shown by its own parts.
const LARGEST_PART: usize = 80;

/// How often a part is taken apart.
const MOST_LEVELS: usize = 2;

/// A layer's name and stage.
#[derive(Debug)]
pub(super) struct Name {
    /// The whole path: "layer1.0.conv2".
    pub(super) path: String,
    /// The part of the path that it shares with its stage.
    pub(super) stage: String,
}

/// A name for every step, each once.
pub(super) fn names(model: &Model, steps: &[Step]) -> Vec<Name> {
    let stored: HashSet<&str> =
        model.graph.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    let nodes = steps.iter().filter_map(|step| model.graph.nodes.get(step.node));
    let scopes: Vec<(String, &Operation)> =
        nodes.map(|node| (scope(node, &stored), node)).collect();
    let prefix = common(&scopes.iter().map(|(scope, _)| scope.as_str()).collect::<Vec<_>>());
    let scopes: Vec<(&str, &Operation)> =
        scopes.iter().map(|(scope, node)| (inside(scope, &prefix), *node)).collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    for (scope, _) in &scopes {
        *times.entry(scope).or_default() += 1;
    }
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut stages = Stages::of(&scopes.iter().map(|(scope, _)| *scope).collect::<Vec<_>>());
    let name = |(scope, node): &(&str, &Operation)| {
        let is_alone = !scope.is_empty() && times.get(scope) == Some(&1);
        let path = match (is_alone, scope.is_empty()) {
            (true, _) => (*scope).to_string(),
            (false, true) => own(node).to_string(),
            (false, false) => format!("{scope}/{}", own(node)),
        };
        let count = taken.entry(path.clone()).or_default();
        *count += 1;
        let path = if *count > 1 { format!("{path}:{count}") } else { path };
        Name { path, stage: stages.next(scope) }
    };
    scopes.iter().map(name).collect()
}

/// The module that a node was exported from, as its framework names it.
fn scope(node: &Operation, stored: &HashSet<&str>) -> String {
    // Weights keep their module's name also where a norm was folded into it.
    let mut weights = node.inputs.iter().skip(1).filter(|input| stored.contains(input.as_str()));
    let of_weights = weights.clone().find_map(|name| name.strip_suffix(".weight"));
    let weights = weights.find(|name| name.contains('/'));
    if let (
        Some(module),
        "Conv" | "ConvTranspose" | "Gemm" | "MatMul" | "BatchNormalization" | "LayerNormalization",
    ) = (of_weights, node.operator.as_str())
    {
        return module.into();
    }
    if let Some(scopes) = &node.scopes {
        let scopes: Vec<&str> = scopes
            .split('\'')
            .filter(|part| !matches!(part.trim(), "" | "[" | "]" | ","))
            .collect();
        return scopes.len().checked_sub(2).map_or("", |index| scopes[index]).into();
    }
    // tf2onnx numbers the convolutions that it puts together; their weights keep the module's name.
    let mut named = [Some(&node.name)].into_iter().chain([weights]).flatten();
    let modules = named.find_map(|name| name.trim_start_matches('/').rsplit_once('/'));
    let Some((modules, _)) = modules else { return String::new() };
    let mut path: Vec<&str> = Vec::new();
    for module in modules.split('/') {
        // PyTorch repeats the modules that a module is in: layer1/layer1.0/conv1.
        let repeats = path.last().is_some_and(|last| {
            module.strip_prefix(last).is_some_and(|rest| rest.starts_with('.'))
        });
        if repeats {
            path.pop();
        }
        path.push(module);
    }
    path.join(".")
}

/// What a node is called inside its module.
fn own(node: &Operation) -> &str {
    match node.name.rsplit('/').next() {
        Some(name) if !name.is_empty() && node.scopes.is_none() => name,
        _ => &node.operator,
    }
}

/// The modules that all scopes are in.
fn common(scopes: &[&str]) -> String {
    let mut all = scopes.iter().filter(|scope| !scope.is_empty());
    let Some(first) = all.next() else { return String::new() };
    let mut prefix: Vec<&str> = first.split('.').collect();
    for scope in all {
        let same =
            prefix.iter().zip(scope.split('.')).take_while(|(one, other)| **one == *other).count();
        prefix.truncate(same);
    }
    prefix.join(".")
}

fn inside<'a>(scope: &'a str, prefix: &str) -> &'a str {
    let rest = scope.strip_prefix(prefix).unwrap_or(scope);
    if prefix.is_empty() { scope } else { rest.trim_start_matches('.') }
}

/// Which parts of a network are its stages.
struct Stages {
    /// Parts that are shown by their own parts.
    opened: Vec<String>,
    /// The stage of the layer before.
    last: String,
}

impl Stages {
    fn of(scopes: &[&str]) -> Self {
        let mut stages = Stages { opened: Vec::new(), last: String::new() };
        for _ in 0..MOST_LEVELS {
            let mut sizes: HashMap<&str, usize> = HashMap::new();
            for scope in scopes {
                *sizes.entry(stages.part(scope)).or_default() += 1;
            }
            let largest = sizes.into_iter().max_by_key(|(part, size)| (*size, *part));
            let Some((part, _)) = largest.filter(|(part, size)| {
                let is_whole = scopes.iter().any(|scope| scope == part);
                !part.is_empty() && !is_whole && size * 100 > LARGEST_PART * scopes.len()
            }) else {
                break;
            };
            stages.opened.push(part.to_string());
        }
        stages
    }

    /// The part of a scope that is a stage.
    fn part<'a>(&self, scope: &'a str) -> &'a str {
        let mut end = scope.find('.').unwrap_or(scope.len());
        while end < scope.len() && self.opened.iter().any(|opened| opened == &scope[..end]) {
            end = scope[end + 1..].find('.').map_or(scope.len(), |at| end + 1 + at);
        }
        &scope[..end]
    }

    /// The stage of the next layer; one that is in no module is in the stage of the layer before.
    fn next(&mut self, scope: &str) -> String {
        let part = self.part(scope);
        if !part.is_empty() {
            self.last = part.to_string();
        }
        if self.last.is_empty() { "graph".into() } else { self.last.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, scopes: Option<&str>) -> Operation {
        Operation {
            name: name.into(),
            scopes: scopes.map(Into::into),
            operator: "Conv".into(),
            ..Operation::default()
        }
    }

    #[test]
    fn scopes_are_read_as_each_exporter_writes_them() {
        let none = HashSet::new();
        for (name, scopes, expected) in [
            ("/layer1/layer1.0/conv1/Conv", None, "layer1.0.conv1"),
            ("/features/features.0/features.0.0/Conv", None, "features.0.0"),
            ("/Flatten", None, ""),
            (
                "node_Conv_1",
                Some("['', 'layer1', 'layer1.0', 'layer1.0.relu', 'relu_1']"),
                "layer1.0.relu",
            ),
            ("node_add", Some("['', 'add']"), ""),
            ("model/conv1/Conv2D", None, "model.conv1"),
        ] {
            assert_eq!(scope(&node(name, scopes), &none), expected, "{name}");
        }
        let inputs =
            ["x", "m/conv1/convolution/merged:0", "m/norm1/batchnorm/sub:0"].map(String::from);
        let stored = inputs[1..].iter().map(String::as_str).collect();
        let numbered = Operation { inputs: inputs.to_vec(), ..node("Conv__42", None) };
        assert_eq!(scope(&numbered, &stored), "m.conv1.convolution");
    }

    #[test]
    fn a_part_that_holds_nearly_everything_is_shown_by_its_parts() {
        let scopes = [
            "features.0.0",
            "features.1.0",
            "features.1.1",
            "features.2.0",
            "features.2.1",
            "head",
        ];
        let stages = Stages::of(&scopes);
        assert_eq!(stages.part("features.1.0"), "features.1");
        assert_eq!(stages.part("head"), "head");
    }
}
