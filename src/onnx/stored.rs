//! The stored tensors of a graph: which of them were counted, and which may be learned.

use crate::counting::ledger::Event;
use crate::onnx::call::whole;
use crate::onnx::model::Tensor;
use crate::onnx::value::{Value, checked};

/// Every stored tensor, by its index.
#[derive(Default)]
pub(super) struct Tensors(Vec<Stored>);

#[derive(Clone, Copy)]
struct Stored {
    elements: u64,
    /// Whether it is learned wherever it stands, and not only as weights.
    is_learned_anywhere: bool,
    is_counted: bool,
}

impl Tensors {
    /// Adds a tensor of the file and returns it as a value.
    pub(super) fn add(&mut self, tensor: &Tensor) -> Result<Value, String> {
        let refused = |what: String| format!("the stored tensor `{}`: {what}", tensor.name);
        let dims = tensor.dims.iter().map(|dim| whole(*dim)).collect::<Result<_, _>>();
        let dims = dims.and_then(checked).map_err(refused)?;
        let elements = dims.iter().product::<u64>();
        // A single number is a constant of the graph, unless it is called as a module's parameter is.
        let is_learned_anywhere = tensor.is_float && (elements > 1 || tensor.name.contains('.'));
        let (numbers, is_float) = (tensor.numbers.clone(), tensor.is_float);
        let stored = Some(vec![self.push(elements, is_learned_anywhere)]);
        Ok(Value { dims, numbers, stored, is_float, ..Value::default() })
    }

    /// Adds weights that an exporter wrote as a constant of the graph: no other constant is learned.
    pub(super) fn constant(&mut self, elements: u64) -> usize {
        self.push(elements, false)
    }

    /// Adds a tensor under a further name: it was one of its own before an exporter saw that both are equal.
    pub(super) fn again(&mut self, index: usize) -> usize {
        match self.0.get(index) {
            Some(Stored { elements, is_learned_anywhere, .. }) => {
                self.push(*elements, *is_learned_anywhere)
            }
            None => index,
        }
    }

    /// The values of a tensor that is read as something learned, when that is so for the first time.
    pub(super) fn count(&mut self, index: usize, as_what: Event) -> Option<u64> {
        let tensor = self.0.get_mut(index)?;
        let is_meant = as_what != Event::Embeddings || tensor.is_learned_anywhere;
        if !is_meant || tensor.is_counted {
            return None;
        }
        tensor.is_counted = true;
        Some(tensor.elements)
    }

    fn push(&mut self, elements: u64, is_learned_anywhere: bool) -> usize {
        self.0.push(Stored { elements, is_learned_anywhere, is_counted: false });
        self.0.len() - 1
    }
}
