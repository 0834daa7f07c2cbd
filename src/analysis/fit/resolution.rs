//! The largest image within budgets at a given depth and width.

use crate::analysis::budget::{Budgets, Usage};
use crate::analysis::fit::path::ScalingPath;
use crate::analysis::fit::search::{Fit, FitOutcome};
use crate::counting::layer::Layer;
use crate::counting::ledger::Part;
use crate::counting::network::Network;
use crate::counting::node::{Kind, Node};
use crate::families::family::Request;

/// No side longer than this many times the fitted one is tried.
const LONGEST: u64 = 64;

/// The fitted depth and width on the largest square image that fits, whose side is a multiple of `step`. `None` if
/// that is not larger than the fitted image, or if no budget limits the image.
///
/// No count falls as the image grows, so the sides are bisected. Sides that give no network are passed over.
pub(super) fn largest(
    path: &ScalingPath,
    budgets: &Budgets,
    outcome: &FitOutcome,
    step: u64,
) -> Option<FitOutcome> {
    let (fitted, step) = (&outcome.fit, step.max(1));
    let input = fitted.scaled.network.input();
    if !fitted.usage.fits() || input.height != input.width {
        return None;
    }
    let at = |times: u64| Some(fit(path, budgets, fitted, times.checked_mul(step)?));
    let mut low = input.height / step;
    let limit = low.max(1).saturating_mul(LONGEST);
    let mut span = 1;
    let (mut best, mut built) = (None, 0);
    // Doubles the distance until a network is too large, then halves it.
    let (mut high, mut above) = loop {
        let times = low.saturating_add(span).min(limit);
        built += 1;
        match at(times)? {
            Some(fit) if fit.usage.fits() => {
                best = Some(fit);
                low = times;
            }
            Some(fit) => break (times, fit.usage),
            None => {}
        }
        if times == limit {
            return None;
        }
        span *= 2;
    };
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let built_below = (low + 1..=middle).rev().find_map(|times| {
            built += 1;
            Some((times, at(times)??))
        });
        match built_below {
            Some((times, fit)) if !fit.usage.fits() => {
                (high, above) = (times, fit.usage);
            }
            Some((_, fit)) => {
                best = Some(fit);
                low = middle;
            }
            None => low = middle,
        }
    }
    let range = outcome.range;
    Some(FitOutcome { fit: best?, above: Some(above), smallest: None, range, built })
}

/// The network of a fit on a square image of this side; `None` if there is none.
fn fit(path: &ScalingPath, budgets: &Budgets, fitted: &Fit, side: u64) -> Option<Fit> {
    let request = Request { image: Some([side; 2]), ..path.request };
    let scaled = ScalingPath { request, ..*path }.at(fitted.phi).ok()?;
    let usage: Usage = budgets.usage(&scaled.network);
    Some(Fit { scaled, usage, ..*fitted })
}

/// The smallest side that the strides on the network's main path divide.
pub(super) fn total_stride(network: &Network<u64>) -> u64 {
    network.stages().iter().map(|stage| stride(&stage.node)).fold(1, u64::saturating_mul)
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
