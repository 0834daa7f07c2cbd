//! The cost of networks by stage.

use crate::counting::measure::Measure;
use crate::counting::network::{Network, Stage};

/// One network's cost by stage.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Breakdown {
    /// The network's name.
    pub name: String,
    /// The total cost, in units of the measure.
    pub total: u128,
    /// Its stages, in order, or groups of them.
    pub parts: Vec<StageCost>,
}

/// The cost of a stage, or of all stages with maps of one size.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StageCost {
    /// The stage's name, or the size of the maps: `1/8`.
    pub name: String,
    /// The names of the stages, separated by commas.
    pub stages: String,
    /// The cost, in units of the measure.
    pub cost: u128,
}

/// The cost of a network by stage or, to compare networks of different families, by the size of the stages' output
/// maps.
#[must_use]
pub fn breakdown(name: &str, network: &Network<u64>, measure: Measure, by_map: bool) -> Breakdown {
    let mut parts: Vec<StageCost> = Vec::new();
    let mut total = 0;
    for (index, stage) in network.stages().iter().enumerate() {
        let cost = measure.in_ledger(&network.stage_ledger(index)).unwrap_or_default();
        total += cost;
        let name = if by_map { map_size(network, stage) } else { stage.name.clone() };
        match parts.iter_mut().find(|part| part.name == name) {
            Some(part) => {
                part.cost += cost;
                part.stages = format!("{}, {}", part.stages, stage.name);
            }
            None => parts.push(StageCost { name, stages: stage.name.clone(), cost }),
        }
    }
    Breakdown { name: name.to_string(), total, parts }
}

/// `1/8` for maps of an eighth of the input's height. Tokens and layers after the last map have no such size.
pub(super) fn map_size(network: &Network<u64>, stage: &Stage<u64>) -> String {
    let (input_height, map) = (network.input().height, stage.node.output());
    match (map.height, map.width) {
        (0 | 1, _) => "classifier".into(),
        (_, 1) => "tokens".into(),
        (height, _) => {
            let halvings = (input_height as f64 / height as f64).log2().round().max(0.0);
            format!("1/{}", halvings.exp2())
        }
    }
}
