//! Where the cost of networks sits: by stage.

use crate::counting::measure::Measure;
use crate::counting::network::{Network, Stage};

/// One network's cost by stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakdown {
    /// What the network is called.
    pub name: String,
    /// Its whole cost.
    pub total: u128,
    /// Its stages, in order.
    pub parts: Vec<Part>,
}

/// A stage, and its share.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its name, or the size of its maps.
    pub place: String,
    /// The stages that are in it.
    pub names: String,
    /// Its cost.
    pub cost: u128,
}

/// The cost of a network by its stages, or by the size of the maps that they put out: networks of
/// different families have the same parts then.
#[must_use]
pub fn breakdown(name: &str, network: &Network<u64>, measure: Measure, by_map: bool) -> Breakdown {
    let mut parts: Vec<Part> = Vec::new();
    let mut total = 0;
    for (index, stage) in network.stages().iter().enumerate() {
        let cost = measure.in_ledger(&network.stage_cost(index)).unwrap_or_default();
        total += cost;
        let place = if by_map { place(network, stage) } else { stage.name.clone() };
        match parts.iter_mut().find(|part| part.place == place) {
            Some(part) => {
                part.cost += cost;
                part.names = format!("{}, {}", part.names, stage.name);
            }
            None => parts.push(Part { place, names: stage.name.clone(), cost }),
        }
    }
    Breakdown { name: name.to_string(), total, parts }
}

/// `1/8` for maps of an eighth of the input's height; tokens have no such size, and neither has what is
/// behind the last map.
fn place(network: &Network<u64>, stage: &Stage<u64>) -> String {
    let (whole, map) = (network.input().height, stage.node.output());
    match (map.height, map.width) {
        (0 | 1, _) => "classifier".into(),
        (_, 1) => "tokens".into(),
        (height, _) => {
            let halvings = (whole as f64 / height as f64).log2().round().max(0.0);
            format!("1/{}", halvings.exp2())
        }
    }
}
