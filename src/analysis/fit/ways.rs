//! The ways to spend one budget: strategies, roundings of repeats, and images of sides that the strides
//! divide.

use crate::analysis::budget::Budgets;
use crate::analysis::fit::piece::Subject;
use crate::analysis::fit::search::Found;
use crate::counting::layer::Layer;
use crate::counting::ledger::Part;
use crate::counting::network::Network;
use crate::counting::node::{Kind, Node};
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::rounding::Rounding;
use crate::families::scaling::Coefficients;
use crate::families::strategy::Strategy;

/// The strategies that the asked-for one is compared with.
const COMPARED: [&str; 5] = ["d", "w", "r", "dwr", "dWr"];

/// How many images of other sides are tried: as many multiples of the stride around the fitted side.
const SIDES: u64 = 4;

/// One way to spend a budget, and what it gives.
#[derive(Clone, Debug)]
pub struct Way {
    /// The strategy.
    pub strategy: String,
    /// How repeats are rounded.
    pub repeats: Rounding,
    /// The image, where it is set and does not come from φ.
    pub image: Option<[u64; 2]>,
    /// The largest network that fits; where none does, the nearest.
    pub found: Result<Found, Error>,
}

/// Every way that is compared: the strategy called `name` first, as `subject` has it and `found` it.
#[must_use]
pub fn ways(subject: &Subject, name: &str, budgets: &Budgets, found: &Found) -> Vec<Way> {
    let Subject { family, request, coefficients } = *subject;
    let own = family.rule.depth;
    let other = if own == Rounding::Ceil { Rounding::Nearest } else { Rounding::Ceil };
    let mut otherwise = family.clone();
    otherwise.rule.depth = other;
    let way = |strategy: &str, coefficients, request: Request, family: &Family| Way {
        strategy: strategy.into(),
        repeats: family.rule.depth,
        image: request.image,
        found: Subject { family, request, coefficients }.largest(budgets),
    };
    let (strategy, image, found_by_all) = (name.into(), request.image, Ok(found.clone()));
    let mut ways = vec![Way { strategy, repeats: own, image, found: found_by_all }];
    let strategies = compared(name, coefficients, request.image.is_some());
    for (index, (strategy, coefficients)) in strategies.iter().enumerate() {
        if index > 0 {
            ways.push(way(strategy, *coefficients, request, family));
        }
        if scales(coefficients.alpha) {
            ways.push(way(strategy, *coefficients, request, &otherwise));
        }
    }
    if request.image.is_none() && (scales(coefficients.alpha) || scales(coefficients.beta)) {
        let sides = sides(&found.fit.scaled.network);
        let with = |side| Request { image: Some([side; 2]), ..request };
        ways.extend(sides.into_iter().map(|side| way(name, coefficients, with(side), family)));
    }
    ways
}

/// The asked-for strategy and those that differ from it; with a set image, those that do more than resize.
fn compared(name: &str, own: Coefficients, is_sized: bool) -> Vec<(String, Coefficients)> {
    let named = COMPARED.iter().filter_map(|name| Strategy::parse(name).ok());
    let named = named.map(|strategy| (strategy.name.clone(), strategy.coefficients()));
    let different = named.filter(|(_, coefficients)| {
        *coefficients != own
            && !(is_sized && !scales(coefficients.alpha) && !scales(coefficients.beta))
    });
    std::iter::once((name.to_string(), own)).chain(different).collect()
}

fn scales(coefficient: f64) -> bool {
    (coefficient - 1.0).abs() > f64::EPSILON
}

/// Sides around that of a square network that its strides divide; none where they divide its own.
fn sides(network: &Network<u64>) -> Vec<u64> {
    let input = network.input();
    let stride =
        network.stages().iter().map(|stage| stride(&stage.node)).fold(1, u64::saturating_mul);
    if input.height != input.width || stride <= 1 {
        return Vec::new();
    }
    let below = (input.height / stride).saturating_sub(SIDES / 2 - 1).max(1);
    let sides = (below..below + SIDES).map(|times| times * stride);
    sides.filter(|side| *side != input.height).collect()
}

/// By how much a node makes its map smaller along a side, by the strides of its main path.
fn stride(node: &Node<u64>) -> u64 {
    match node.kind() {
        Kind::Layer(Layer::Conv(layer)) => layer.window.stride[0],
        Kind::Layer(Layer::Pool(layer)) => layer.window.stride[0],
        Kind::Layer(Layer::SpaceToDepth(layer)) => layer.side,
        Kind::Layer(_) | Kind::Gate(_) | Kind::Part(Part::Auxiliary, _) | Kind::Laid(_) => 1,
        Kind::Chain(nodes) => nodes.iter().map(stride).fold(1, u64::saturating_mul),
        Kind::Residual { body, .. } | Kind::Part(_, body) => stride(body),
        Kind::Concat(branches) => branches.first().map_or(1, stride),
        Kind::Repeat { first, .. } | Kind::Growing { first, .. } => stride(first),
    }
}
