//! Operands that have the batch in them: what a node reads instead for one image.

use crate::onnx::graph::batch::Batch;
use crate::onnx::numbers::Numbers;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::value::{Value, axis, shape_text};

impl Batch<'_, '_> {
    /// The inputs of a node that have the batch in them, for one image, with their indices.
    pub(crate) fn inputs_of_one(&self, call: &Call) -> Result<Vec<(usize, Value)>, String> {
        use Operator::{Add, Concat, Div, Max, Min, Mul, Pow, Sub, Sum, Where};
        Ok(match call.operator {
            Operator::Reshape | Operator::Expand => self.sizes(call, 1)?.into_iter().collect(),
            Operator::Resize => self.sizes(call, 3)?.into_iter().collect(),
            Operator::ConstantOfShape => self.sizes(call, 0)?.into_iter().collect(),
            Operator::Gather => self.indices(call).into_iter().collect(),
            Add | Concat | Div | Max | Min | Mul | Pow | Sub | Sum | Where => self.joined(call),
            _ => Vec::new(),
        })
    }

    /// Sizes that are an input.
    fn sizes(&self, call: &Call, input: usize) -> Result<Option<(usize, Value)>, String> {
        let (Some(sizes), Some(dims)) = (call.optional(input), self.output_of_one(call)?) else {
            return Ok(None);
        };
        if call.operator == Operator::Resize && sizes.elements() != dims.len() as u64 {
            return Ok(None);
        }
        let numbers = Some(Numbers::Ints(dims.iter().map(|size| size.cast_signed()).collect()));
        Ok(Some((input, Value { numbers, dims: vec![dims.len() as u64], ..sizes.clone() })))
    }

    /// The shape of a node's output for one image, if the batch is in it.
    fn output_of_one(&self, call: &Call) -> Result<Option<Vec<u64>>, String> {
        let dims =
            |names: &[String]| Some(&self.whole.get(names.first()?.as_str())?.as_ref()?.dims);
        let (Some(from), Some(to)) = (dims(&call.node.inputs), dims(&call.node.outputs)) else {
            return Ok(None);
        };
        let stride = call.node.inputs.first().and_then(|name| self.strides.get(name.as_str()));
        let Some(stride) = stride else {
            // A token, or zeros, repeated for each image.
            let is_repeated = match call.operator {
                Operator::ConstantOfShape => true,
                Operator::Expand => from.len() < to.len() || from.first() == Some(&1),
                _ => false,
            };
            let is_repeated = is_repeated && to.first() == Some(&self.size);
            return Ok(is_repeated.then(|| self.divided(to, 0)));
        };
        let place = self.place(if call.operator.is_view() { to } else { from }, *stride);
        let added = if call.operator.is_view() { 0 } else { to.len().saturating_sub(from.len()) };
        let axis = place.map(|place| place.axis + added);
        let axis =
            axis.filter(|axis| to.get(*axis).is_some_and(|size| size.is_multiple_of(self.size)));
        let axis = axis.ok_or_else(|| {
            let (from, to) = (shape_text(from), shape_text(to));
            format!("the images of {from} have no axis in {to}")
        })?;
        Ok(Some(self.divided(to, axis)))
    }

    /// The constant indices of one image, where a Gather has some for each image.
    fn indices(&self, call: &Call) -> Option<(usize, Value)> {
        let (dims, place) = self.images(call.node.inputs.first()?)?;
        let at = axis(call.int("axis").unwrap_or(0), dims.len()).ok()?;
        let indices = call.optional(1).filter(|indices| indices.is_constant)?;
        let is_for_each = at == place.axis && indices.dims.first() == Some(&self.size);
        // The images follow each other if no two places of an image have another image between them.
        let follow = place.apart == dims[at] / self.size;
        let of_one =
            Value { numbers: None, dims: self.divided(&indices.dims, 0), ..indices.clone() };
        (is_for_each && follow).then_some((1, of_one))
    }

    /// Constants that were repeated for each image, where they are joined with images.
    fn joined(&self, call: &Call) -> Vec<(usize, Value)> {
        let names = &call.node.inputs;
        let images = names.iter().find_map(|name| self.images(name));
        let Some((dims, place)) = images else { return Vec::new() };
        let (length, from_end) = (dims[place.axis], dims.len() - place.axis);
        let repeated = |(index, name): (usize, &String)| {
            let value = call.optional(index).filter(|value| value.is_constant)?;
            let at = value.dims.len().checked_sub(from_end)?;
            let is_whole = !self.strides.contains_key(name.as_str()) && value.dims[at] == length;
            let dims = self.divided(&value.dims, at);
            is_whole.then(|| (index, Value { numbers: None, dims, ..value.clone() }))
        };
        names.iter().enumerate().filter_map(repeated).collect()
    }
}
