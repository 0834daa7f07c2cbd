//! The columns of a network of a sweep, which are the same in a report and in a line.

use crate::analysis::sweep::{Axes, Sweep, SweptNetwork, Total};
use crate::reports::{Cell, Column, column};

/// How the networks of one sweep are written.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The names of the networks, if there are several.
    names: Vec<String>,
    has_phi: bool,
}

impl Row {
    pub(super) fn new(sweep: &Sweep) -> Self {
        let names: Vec<String> = sweep.names().collect();
        let names = if names.len() > 1 { names } else { Vec::new() };
        Row { names, has_phi: matches!(sweep.axes(), Axes::Compound(_)) }
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        let network = (!self.names.is_empty()).then(|| column("network", "network"));
        let compound = self.has_phi.then(|| {
            [("phi", "φ"), ("alpha", "α"), ("beta", "β"), ("gamma", "γ")]
                .map(|(key, header)| column(key, header))
        });
        let measured = [
            column("depth", "d"),
            column("width", "w"),
            column("resolution", "r"),
            column("input", "input"),
            column("params", "params (trained)"),
            column("macs", "MACs (conv-linear)"),
            column("flops", "FLOPs (2 × MACs)"),
            column("activations", "activations (elements)"),
        ];
        network.into_iter().chain(compound.into_iter().flatten()).chain(measured).collect()
    }

    /// The cells under [`Row::columns`].
    pub(super) fn cells(&self, network: &SweptNetwork) -> impl Iterator<Item = Cell> + use<> {
        let SweptNetwork { point, scale, input, totals } = network;
        let name = self.names.get(point.network).map(Cell::text);
        let compound = point
            .compound
            .map(|(phi, one)| [phi, one.alpha, one.beta, one.gamma].map(Cell::factor));
        let total = |total: Total| total.in_totals(totals);
        let measured = [
            Cell::factor(scale.depth),
            Cell::factor(scale.width),
            Cell::factor(scale.resolution),
            Cell::Shape(input.clone()),
            Cell::integer(total(Total::Params)),
            Cell::integer(total(Total::Macs)),
            Cell::integer(2 * u128::from(total(Total::Macs))),
            Cell::integer(total(Total::Activations)),
        ];
        name.into_iter().chain(compound.into_iter().flatten()).chain(measured)
    }
}
