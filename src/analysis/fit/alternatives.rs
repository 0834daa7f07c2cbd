//! Other ways to spend the same budgets: strategies, roundings of repeats, and images whose sides the
//! strides divide.

use crate::analysis::budget::Budgets;
use crate::analysis::fit::path::ScalingPath;
use crate::analysis::fit::search::FitOutcome;
use crate::counting::layer::Layer;
use crate::counting::ledger::Part;
use crate::counting::network::Network;
use crate::counting::node::{Kind, Node};
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::rounding::Rounding;
use crate::families::scaling::Coefficients;
use crate::families::strategy::Strategy;

/// The strategies that the requested one is compared with.
const COMPARED: [&str; 5] = ["d", "w", "r", "dwr", "dWr"];

/// How many multiples of the stride around the fitted side are tried.
const SIDES: u64 = 4;

/// A strategy, a rounding and an image, and the largest network that they give within the budgets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Alternative {
    /// The strategy's name.
    pub strategy: String,
    /// How repeats are rounded.
    pub repeats: Rounding,
    /// Height and width of the image in pixels, if they do not come from φ.
    pub image: Option<[u64; 2]>,
    /// The largest network that fits; if none does, the nearest.
    pub outcome: Result<FitOutcome, Error>,
}

/// All alternatives, the requested strategy and its outcome first.
#[must_use]
pub fn alternatives(
    path: &ScalingPath,
    strategy: &str,
    budgets: &Budgets,
    outcome: &FitOutcome,
) -> Vec<Alternative> {
    let ScalingPath { family, request, coefficients } = *path;
    let rounding = family.rule.depth;
    let mut other_rounding = family.clone();
    other_rounding.rule.depth =
        if rounding == Rounding::Ceil { Rounding::Nearest } else { Rounding::Ceil };
    let fit = |strategy: &str, coefficients, request: Request, family: &Family| Alternative {
        strategy: strategy.into(),
        repeats: family.rule.depth,
        image: request.image,
        outcome: ScalingPath { family, request, coefficients }.largest(budgets),
    };
    let mut all = vec![Alternative {
        strategy: strategy.into(),
        repeats: rounding,
        image: request.image,
        outcome: Ok(outcome.clone()),
    }];
    let strategies = compared(strategy, coefficients, request.image.is_some());
    for (index, (name, coefficients)) in strategies.iter().enumerate() {
        if index > 0 {
            all.push(fit(name, *coefficients, request, family));
        }
        if scales(coefficients.alpha) {
            all.push(fit(name, *coefficients, request, &other_rounding));
        }
    }
    if request.image.is_none() && (scales(coefficients.alpha) || scales(coefficients.beta)) {
        let sides = sides(&outcome.fit.scaled.network);
        let with = |side| Request { image: Some([side; 2]), ..request };
        all.extend(sides.into_iter().map(|side| fit(strategy, coefficients, with(side), family)));
    }
    all
}

/// The requested strategy and those that differ from it; with a given image, only those that do more than
/// resize.
fn compared(name: &str, requested: Coefficients, is_sized: bool) -> Vec<(String, Coefficients)> {
    let named = COMPARED.iter().filter_map(|name| Strategy::parse(name).ok());
    let named = named.map(|strategy| (strategy.name.clone(), strategy.coefficients()));
    let different = named.filter(|(_, coefficients)| {
        *coefficients != requested
            && !(is_sized && !scales(coefficients.alpha) && !scales(coefficients.beta))
    });
    std::iter::once((name.to_string(), requested)).chain(different).collect()
}

fn scales(coefficient: f64) -> bool {
    (coefficient - 1.0).abs() > f64::EPSILON
}

/// The multiples of the total stride around the side of a square input, without that side itself.
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

/// By what factor the strides on a node's main path shrink the side of its map.
fn stride(node: &Node<u64>) -> u64 {
    match node.kind() {
        Kind::Layer(Layer::Conv(layer)) => layer.window.stride[0],
        Kind::Layer(Layer::Pool(layer)) => layer.window.stride[0],
        Kind::Layer(Layer::SpaceToDepth(layer)) => layer.side,
        Kind::Layer(_) | Kind::Gate(_) | Kind::Part(Part::Auxiliary, _) | Kind::Graph(_) => 1,
        Kind::Chain(nodes) => nodes.iter().map(stride).fold(1, u64::saturating_mul),
        Kind::Residual { body, .. } | Kind::Part(_, body) => stride(body),
        Kind::Concat(branches) => branches.first().map_or(1, stride),
        Kind::Repeat { first, .. } | Kind::Growing { first, .. } => stride(first),
    }
}
