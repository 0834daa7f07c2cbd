//! The tensors that a graph stores: which of them are trained, and which are counted already.
//!
//! A file does not say what was trained. An initializer was, and a Constant node's tensor was not, unless the use or the
//! elements of the tensor tell otherwise; a user who knows better names it.

pub(crate) mod tensor;

use crate::counting::ledger::Event;
use crate::onnx::file::model::Tensor;
use crate::onnx::graph::stored::tensor::{Doubt, Role, Source, StoredTensor, is_path, is_word};
use crate::onnx::graph::trained::Trained;
use crate::onnx::value::{Origin, Value, checked, elements, sizes};

/// Every stored tensor of a graph, and every combination of them that a value is computed from.
#[derive(Default)]
pub(crate) struct StoredTensors {
    trained: Trained,
    tensors: Vec<StoredTensor>,
    origins: Vec<Sources>,
    /// In the order in which the graph uses the tensors.
    pub(crate) doubts: Vec<Doubt>,
}

#[derive(Debug)]
enum Sources {
    Tensor(usize),
    /// Several origins; with the roles that all their tensors have been counted in.
    Several {
        origins: Vec<Origin>,
        is_counted: [bool; 2],
    },
}

impl StoredTensors {
    pub(crate) fn new(trained: Trained) -> Self {
        StoredTensors { trained, ..StoredTensors::default() }
    }

    /// Adds an initializer and returns it as a value.
    pub(crate) fn add(&mut self, tensor: &Tensor) -> Result<Value, String> {
        let dims = sizes(&tensor.dims).and_then(checked);
        let dims = dims.map_err(|what| format!("initializer `{}`: {what}", tensor.name))?;
        let origin = self.store(&tensor.name, tensor, elements(&dims), Source::Parameter);
        let value = Value::constant(dims, tensor.numbers.clone(), tensor.is_float);
        Ok(Value { origin: Some(origin), ..value })
    }

    /// Adds the tensor of a Constant node, unless it is a number without the name of a parameter.
    pub(crate) fn add_literal(&mut self, name: &str, tensor: &Tensor) -> Option<Origin> {
        let elements = elements(&sizes(&tensor.dims).ok()?);
        let is_stored = (tensor.is_float || tensor.is_quantised) && elements > 1;
        let is_parameter = is_path(name);
        let source = if is_parameter { Source::Parameter } else { Source::Literal };
        (is_stored || is_parameter).then(|| self.store(name, tensor, elements, source))
    }

    fn store(&mut self, name: &str, tensor: &Tensor, elements: u64, source: Source) -> Origin {
        self.push(StoredTensor {
            name: name.into(),
            is_named: is_path(name) || is_word(name),
            elements,
            pattern: tensor.pattern,
            is_number: tensor.is_float || tensor.is_quantised,
            source,
            said: self.trained.says(name),
            is_counted: false,
            is_noted: false,
        })
    }

    fn push(&mut self, tensor: StoredTensor) -> Origin {
        self.tensors.push(tensor);
        self.origins.push(Sources::Tensor(self.tensors.len() - 1));
        Origin(self.origins.len() - 1)
    }

    /// A second name of an initializer: it was a separate tensor until the exporter merged equal ones.
    pub(crate) fn duplicate(&mut self, origin: Origin) -> Option<Origin> {
        let Some(Sources::Tensor(index)) = self.origins.get(origin.0) else { return None };
        let tensor = self.tensors.get(*index)?;
        let copy = StoredTensor { is_counted: false, ..tensor.clone() };
        Some(self.push(copy))
    }

    /// Counts one part of a tensor that has the same numbers for each image of a batch; `part` is that part.
    pub(crate) fn divide(&mut self, part: &Value, batch: u64) {
        let Some(Sources::Tensor(index)) = part.origin.and_then(|at| self.origins.get(at.0)) else {
            return;
        };
        let whole = part.elements().saturating_mul(batch);
        if let Some(found) = self.tensors.get_mut(*index).filter(|found| found.elements == whole) {
            found.elements = part.elements();
        }
    }

    /// The origin of a value that is computed from values of these origins.
    pub(crate) fn join(&mut self, mut origins: Vec<Origin>) -> Option<Origin> {
        origins.sort_unstable();
        origins.dedup();
        if origins.len() <= 1 {
            return origins.pop();
        }
        self.origins.push(Sources::Several { origins, is_counted: [false; 2] });
        Some(Origin(self.origins.len() - 1))
    }

    /// The trained elements of an origin that are not counted yet, as `event`. Among stored values alone there is no
    /// layer whose weights a tensor would be: each is then trained or not by itself.
    pub(crate) fn count(&mut self, origin: Origin, event: Event, is_among_stored: bool) -> u64 {
        let is_parameter = event != Event::Embeddings && !is_among_stored;
        let mut found = 0u64;
        let mut open = vec![origin];
        while let Some(at) = open.pop() {
            match self.origins.get_mut(at.0) {
                Some(Sources::Tensor(index)) => {
                    let index = *index;
                    let is_whole = at == origin && event != Event::Embeddings;
                    let role = Role { event, is_parameter, is_whole };
                    found = found.saturating_add(self.count_tensor(index, role));
                }
                Some(Sources::Several { origins, is_counted }) => {
                    // Parameters of a layer are all counted at once; then none is left to count as anything.
                    let [as_parameter, as_any] = is_counted;
                    let is_done = *as_parameter || *as_any && !is_parameter;
                    if !is_done {
                        open.extend(origins.iter());
                    }
                    *as_parameter |= is_parameter;
                    *as_any = true;
                }
                None => {}
            }
        }
        found
    }

    fn count_tensor(&mut self, index: usize, role: Role) -> u64 {
        let Some(tensor) = self.tensors.get_mut(index).filter(|tensor| !tensor.is_counted) else {
            return 0;
        };
        let (is_trained, doubt) = tensor.judge(role);
        let said = tensor.said;
        let elements = match said {
            None if role.event == Event::Embeddings => tensor.trained_elements(),
            _ => tensor.elements,
        };
        if let Some(kind) = doubt.filter(|_| said.is_none() && !tensor.is_noted) {
            tensor.is_noted = true;
            self.doubts.push(Doubt { kind, name: tensor.name.clone(), elements });
        }
        tensor.is_counted = said.unwrap_or(is_trained);
        if tensor.is_counted { elements } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_is_counted_once_however_values_share_it() {
        let mut stored = StoredTensors::default();
        let tensor = |name: &str, elements| Tensor {
            name: name.into(),
            dims: vec![elements],
            is_float: true,
            ..Tensor::default()
        };
        let mut add = |name, elements| {
            stored.add(&tensor(name, elements)).expect("a tensor").origin.expect("an origin")
        };
        let (one, other) = (add("one", 3), add("other", 5));
        let both = stored.join(vec![one, other]).expect("an origin");
        let all = stored.join(vec![both, one]).expect("an origin");
        assert_eq!(stored.join(vec![one, one]), Some(one));
        assert_eq!(stored.count(one, Event::ConvBiases, false), 3);
        assert_eq!(stored.count(all, Event::Embeddings, false), 5);
        assert_eq!(stored.count(both, Event::ConvWeights, false), 0);
    }
}
