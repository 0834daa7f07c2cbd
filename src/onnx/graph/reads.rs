//! What a node reads, and what that makes of its cost.

use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::LayerCost;
use crate::onnx::value::{Origin, Value, shape};

/// What a node reads.
pub(super) struct Reads {
    /// The memory of its inputs, without constants.
    pub(super) memory: Vec<usize>,
    /// Where the stored elements among its data come from.
    pub(super) origins: Vec<Origin>,
    /// Whether all of its inputs are constant.
    pub(super) is_constant: bool,
    pub(super) is_quantisation: bool,
    /// The shape of its first input.
    input: Shape<u64>,
}

impl Reads {
    pub(super) fn of(call: &Call) -> Self {
        let given = || call.inputs.iter().flatten();
        let maps = given().filter(|value| !value.is_constant);
        let data = call.inputs.iter().enumerate();
        let data = data.filter(|(index, _)| call.operator.reads_data(*index));
        Reads {
            memory: maps.map(|value| value.memory).collect(),
            origins: data.filter_map(|(_, value)| value.as_ref()?.origin).collect(),
            is_constant: call.is_constant(),
            is_quantisation: given().any(|value| value.is_quantisation),
            input: shape(call.optional(0).map_or(&[], |value| &value.dims[..])),
        }
    }

    /// The cost of a node. What is computed from constants alone costs nothing, except for products, which frameworks
    /// compute in every pass; stored data that is not a parameter of the layer is an embedding.
    pub(super) fn cost(&self, cost: Option<LayerCost>, outputs: &[Value]) -> Option<LayerCost> {
        let is_product =
            |cost: &LayerCost| cost.events.iter().any(|(event, _)| Event::MACS.contains(event));
        let cost = cost.filter(|cost| !self.is_constant || is_product(cost));
        if self.is_constant && cost.is_none() || self.origins.is_empty() {
            return cost;
        }
        let output = outputs.first().map_or(&[][..], |output| &output.dims);
        let free = || LayerCost {
            input: self.input.clone(),
            ..LayerCost::events("embedding", &[], output, Vec::new())
        };
        let mut cost = cost.unwrap_or_else(free);
        let is_parameter =
            |origin: &Origin| cost.parameters.iter().any(|(known, _)| known == origin);
        let others: Vec<Origin> =
            self.origins.iter().copied().filter(|origin| !is_parameter(origin)).collect();
        cost.parameters.extend(others.into_iter().map(|origin| (origin, Event::Embeddings)));
        Some(cost)
    }
}
