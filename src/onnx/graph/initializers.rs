//! The initializers of a graph: which of them are counted already, and which may be trained.

use crate::counting::ledger::Event;
use crate::onnx::file::model::Tensor;
use crate::onnx::value::{Value, checked, elements, sizes};

/// Every initializer, by its index.
#[derive(Default)]
pub(crate) struct Initializers(Vec<Initializer>);

#[derive(Clone, Copy)]
struct Initializer {
    elements: u64,
    /// Whether it may be an embedding; weights of layers are trained in any case.
    is_embedding: bool,
    is_counted: bool,
}

impl Initializers {
    /// Adds a tensor of the file and returns it as a value.
    pub(crate) fn add(&mut self, tensor: &Tensor) -> Result<Value, String> {
        let dims = sizes(&tensor.dims).and_then(checked);
        let dims = dims.map_err(|what| format!("initializer `{}`: {what}", tensor.name))?;
        let elements = elements(&dims);
        // A single number is a constant of the graph, unless its name is that of a module's parameter.
        let is_embedding = tensor.is_float && (elements > 1 || tensor.name.contains('.'));
        let index = self.push(elements, is_embedding);
        let value = Value::constant(dims, tensor.numbers.clone(), tensor.is_float);
        Ok(Value { initializers: Some(vec![index]), ..value })
    }

    /// Adds a tensor exported as a Constant node: it is trained only as the weights of a layer.
    pub(crate) fn add_constant(&mut self, elements: u64) -> usize {
        self.push(elements, false)
    }

    /// Adds an initializer's second name: it was a separate tensor until the exporter merged equal ones.
    pub(crate) fn duplicate(&mut self, index: usize) -> usize {
        let found = self.0.get(index).copied();
        found.map_or(index, |found| self.push(found.elements, found.is_embedding))
    }

    /// Counts one part of an initializer that has the same numbers for each image of a batch; `part` is that part.
    pub(crate) fn divide(&mut self, part: &Value, batch: u64) {
        for index in part.initializers.iter().flatten() {
            let whole = part.elements().saturating_mul(batch);
            if let Some(found) = self.0.get_mut(*index).filter(|found| found.elements == whole) {
                found.elements = part.elements();
            }
        }
    }

    /// The elements of an initializer that count as `event`; `None` if it is counted already or not trained.
    pub(crate) fn count(&mut self, index: usize, event: Event) -> Option<u64> {
        let found = self.0.get_mut(index)?;
        let is_trained = event != Event::Embeddings || found.is_embedding;
        if !is_trained || found.is_counted {
            return None;
        }
        found.is_counted = true;
        Some(found.elements)
    }

    fn push(&mut self, elements: u64, is_embedding: bool) -> usize {
        self.0.push(Initializer { elements, is_embedding, is_counted: false });
        self.0.len() - 1
    }
}
