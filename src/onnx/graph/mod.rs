//! From a model to layers: every node in order, with its output shapes, its events and its memory.

mod batch;
pub(crate) mod dependence;
pub(crate) mod fixed;
mod folding;
mod inference;
pub(crate) mod inferred;
pub(crate) mod inputs;
mod layers;
pub(crate) mod liveness;
pub(crate) mod names;
pub(crate) mod notes;
mod reads;
pub(crate) mod sizes;
pub(crate) mod stored;
pub(crate) mod traffic;
pub(crate) mod trained;

use crate::onnx::file::model::Model;
use crate::onnx::graph::batch::Batch;
use crate::onnx::graph::inference::GraphInference;
use crate::onnx::graph::inferred::{Choices, Inferred};
use crate::onnx::graph::inputs::Inputs;

/// Infers every shape and every layer of a graph from its inputs.
pub(crate) fn infer<'m>(
    model: &'m Model,
    inputs: &Inputs,
    choices: &Choices,
) -> Result<Inferred<'m>, String> {
    GraphInference::new(model, inputs, choices)?.run(model, &mut None)
}

/// The layers of one image, where `whole` are those of the whole batch; an error says why there are none.
pub(crate) fn one_image<'m>(
    model: &'m Model,
    inputs: &Inputs,
    choices: &Choices,
    whole: &Inferred<'m>,
) -> Result<Inferred<'m>, String> {
    let inputs_of_one = inputs.one_image();
    let mut batch = Some(Batch::new(inputs, &whole.values));
    let one = GraphInference::new(model, &inputs_of_one, choices)?.run(model, &mut batch)?;
    batch.map_or(Ok(()), |batch| batch.check_costs(whole, &one))?;
    Ok(one)
}
