//! The names of a graph's layers and stages, taken from the modules they were exported from.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::onnx::file::model::{Model, Node};
use crate::onnx::graph::inferred::GraphLayer;
use crate::onnx::operators::Operator;

/// A module with more than this share of the layers, in percent, is split into its submodules to make stages.
const MAX_STAGE: usize = 80;

/// Maximum number of modules that are split.
const MAX_SPLITS: usize = 2;

/// Maximum bytes of the modules of all layers: layers that share a weight have its module in their names.
const MAX_BYTES: usize = 1 << 26;

/// The names of layers and stages.
#[derive(Debug)]
pub(crate) struct Names {
    /// Of each layer, its name with all modules, "layer1.0.conv2", and the index of its stage.
    pub(crate) layers: Vec<(String, usize)>,
    /// The modules that are stages: "layer1".
    pub(crate) stages: Vec<String>,
}

/// A name for every layer, each used once.
pub(crate) fn names(model: &Model, layers: &[GraphLayer]) -> Result<Names, String> {
    let modules = modules(model, layers)?;
    let prefix = common_prefix(&modules.iter().map(|(module, _)| &**module).collect::<Vec<_>>());
    let modules: Vec<(&str, &Node)> =
        modules.iter().map(|(module, node)| (without_prefix(module, &prefix), *node)).collect();
    let mut layer_counts: HashMap<&str, usize> = HashMap::new();
    for (module, _) in &modules {
        *layer_counts.entry(module).or_default() += 1;
    }
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut stages = Stages::of(&modules.iter().map(|(module, _)| *module).collect::<Vec<_>>());
    let name = |(module, node): &(&str, &Node)| {
        let is_only_layer = !module.is_empty() && layer_counts.get(module) == Some(&1);
        let path = match (is_only_layer, module.is_empty()) {
            (true, _) => (*module).to_string(),
            (false, true) => node_name(node).to_string(),
            (false, false) => format!("{module}/{}", node_name(node)),
        };
        let count = taken.entry(path.clone()).or_default();
        *count += 1;
        let path = if *count > 1 { format!("{path}:{count}") } else { path };
        (path, stages.next(module))
    };
    Ok(Names { layers: modules.iter().map(name).collect(), stages: stages.names })
}

/// The module of each layer, with its node.
fn modules<'m>(
    model: &'m Model,
    layers: &[GraphLayer<'m>],
) -> Result<Vec<(Cow<'m, str>, &'m Node)>, String> {
    let stored = stored(model);
    let mut bytes = 0;
    let module = |layer: &GraphLayer<'m>| {
        let module = module(layer.node, layer.operator, &stored);
        bytes += module.len();
        if bytes > MAX_BYTES {
            return Err(format!("the modules of layers take more than {MAX_BYTES} bytes"));
        }
        Ok((module, layer.node))
    };
    layers.iter().map(module).collect()
}

/// Every stored tensor, and those that are one transposed, by the name of the stored one.
fn stored(model: &Model) -> HashMap<&str, &str> {
    let tensors = model.graph.initializers.iter().map(|tensor| tensor.name.as_str());
    let mut stored: HashMap<&str, &str> = tensors.map(|name| (name, name)).collect();
    for node in &model.graph.nodes {
        if let ("Transpose", [input], [output]) =
            (&*node.op_type, &node.inputs[..], &node.outputs[..])
            && let Some(name) = stored.get(input.as_str())
        {
            stored.insert(output, name);
        }
    }
    stored
}

/// The module that a node was exported from, as its framework names it.
fn module<'m>(
    node: &'m Node,
    operator: Option<Operator>,
    stored: &HashMap<&str, &'m str>,
) -> Cow<'m, str> {
    use Operator::{
        BatchNormalization, Conv, ConvTranspose, DeformConv, FusedConv, FusedGemm, Gemm,
        LayerNormalization, MatMul,
    };
    let weights = node.inputs.iter().skip(1).filter_map(|name| stored.get(name.as_str()).copied());
    // Weights keep their module's name even where a norm was folded into them.
    if let (
        Some(module),
        Some(
            Conv | ConvTranspose | DeformConv | FusedConv | FusedGemm | Gemm | MatMul
            | BatchNormalization | LayerNormalization,
        ),
    ) = (weights.clone().find_map(|name| name.strip_suffix(".weight")), operator)
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
    // tf2onnx numbers the convolutions that it fuses; their weights keep the module's name.
    let mut named = std::iter::once(node.name.as_str())
        .chain(weights.filter(|name| name.contains('/')).take(1));
    let modules = named.find_map(|name| name.trim_start_matches('/').rsplit_once('/'));
    let Some((modules, _)) = modules else { return "".into() };
    let mut path: Vec<&str> = Vec::new();
    for module in modules.split('/') {
        // PyTorch repeats the outer modules: layer1/layer1.0/conv1.
        let repeats = path.last().is_some_and(|last| {
            module.strip_prefix(last).is_some_and(|rest| rest.starts_with('.'))
        });
        if repeats {
            path.pop();
        }
        path.push(module);
    }
    path.join(".").into()
}

/// A node's name inside its module.
fn node_name(node: &Node) -> &str {
    match node.name.rsplit('/').next() {
        Some(name) if !name.is_empty() && node.scopes.is_none() => name,
        _ => &node.op_type,
    }
}

/// The outer modules that all layers share.
fn common_prefix(modules: &[&str]) -> String {
    let all = modules.iter().filter(|module| !module.is_empty());
    let Some(first) = all.clone().next() else { return String::new() };
    let mut prefix: Vec<&str> = first.split('.').collect();
    for module in all.clone() {
        let pairs = prefix.iter().zip(module.split('.'));
        let same = pairs.take_while(|(one, other)| **one == *other).count();
        prefix.truncate(same);
    }
    // Where a module inside another has all layers, its own name stays.
    if prefix.len() > 1 && all.clone().all(|module| module.split('.').count() == prefix.len()) {
        prefix.pop();
    }
    prefix.join(".")
}

fn without_prefix<'a>(module: &'a str, prefix: &str) -> &'a str {
    let rest = module.strip_prefix(prefix).unwrap_or(module);
    if prefix.is_empty() { module } else { rest.trim_start_matches('.') }
}

/// The modules that are stages.
struct Stages {
    /// Modules whose submodules are stages instead.
    split: Vec<String>,
    /// Those found so far, in the order of their first layers.
    names: Vec<String>,
    indices: HashMap<String, usize>,
    /// The index of the previous layer's.
    last: Option<usize>,
}

impl Stages {
    fn of(modules: &[&str]) -> Self {
        let mut stages =
            Stages { split: Vec::new(), names: Vec::new(), indices: HashMap::new(), last: None };
        for _ in 0..MAX_SPLITS {
            let mut sizes: HashMap<&str, usize> = HashMap::new();
            for module in modules {
                *sizes.entry(stages.stage(module)).or_default() += 1;
            }
            let largest = sizes.into_iter().max_by_key(|(stage, size)| (*size, *stage));
            let Some((stage, _)) = largest.filter(|(stage, size)| {
                let is_layer = modules.contains(stage);
                !stage.is_empty() && !is_layer && size * 100 > MAX_STAGE * modules.len()
            }) else {
                break;
            };
            stages.split.push(stage.to_string());
        }
        stages
    }

    /// The part of a module's path that names its stage.
    fn stage<'a>(&self, module: &'a str) -> &'a str {
        let mut end = module.find('.').unwrap_or(module.len());
        while end < module.len() && self.split.iter().any(|split| split == &module[..end]) {
            end = module[end + 1..].find('.').map_or(module.len(), |at| end + 1 + at);
        }
        &module[..end]
    }

    /// The index of the next layer's stage; a layer outside all modules is in the stage of the previous one.
    fn next(&mut self, module: &str) -> usize {
        let stage = self.stage(module);
        let index = match (stage, self.last) {
            ("", Some(last)) => last,
            ("", None) => self.index("graph"),
            _ => self.index(stage),
        };
        self.last = Some(index);
        index
    }

    fn index(&mut self, stage: &str) -> usize {
        if let Some(index) = self.indices.get(stage) {
            return *index;
        }
        self.indices.insert(stage.into(), self.names.len());
        self.names.push(stage.into());
        self.names.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, scopes: Option<&str>) -> Node {
        Node { name: name.into(), scopes: scopes.map(Into::into), ..Node::default() }
    }

    fn module_of(node: &Node, stored: &HashMap<&str, &str>) -> String {
        module(node, Some(Operator::Conv), stored).into_owned()
    }

    #[test]
    fn modules_are_read_as_each_exporter_writes_them() {
        let none = HashMap::new();
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
            assert_eq!(module_of(&node(name, scopes), &none), expected, "{name}");
        }
        let inputs =
            ["x", "m/conv1/convolution/merged:0", "m/norm1/batchnorm/sub:0"].map(String::from);
        let stored = inputs[1..].iter().map(|name| (name.as_str(), name.as_str())).collect();
        let numbered = Node { inputs: inputs.to_vec(), ..node("Conv__42", None) };
        assert_eq!(module_of(&numbered, &stored), "m.conv1.convolution");
    }

    #[test]
    fn a_module_of_nearly_all_layers_is_split_into_stages() {
        let modules = [
            "features.0.0",
            "features.1.0",
            "features.1.1",
            "features.2.0",
            "features.2.1",
            "head",
        ];
        let stages = Stages::of(&modules);
        assert_eq!(stages.stage("features.1.0"), "features.1");
        assert_eq!(stages.stage("head"), "head");
    }

    #[test]
    fn outer_modules_that_all_layers_share_are_left_out() {
        assert_eq!(common_prefix(&["model.a.conv", "model.a.norm", ""]), "model.a");
        assert_eq!(common_prefix(&["model.conv", "model.conv", ""]), "model");
        assert_eq!(common_prefix(&["conv", "conv"]), "conv");
        assert_eq!(common_prefix(&["", ""]), "");
    }
}
