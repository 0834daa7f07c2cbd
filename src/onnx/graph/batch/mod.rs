//! One image of a batch that a file was exported with.
//!
//! Exporters write the batch into shapes, so a graph does not simply run with one image. It is inferred twice: with the
//! whole batch, as the file states it, and with one image, where a shape that has the batch in it gets that of one image.
//! Every value and every cost of the whole batch must then be that of one image times the batch, or the images cannot
//! be told apart.

mod operands;

use std::collections::HashMap;

use crate::counting::ledger::Event;
use crate::onnx::file::model::Node;
use crate::onnx::graph::inferred::{Inferred, Values};
use crate::onnx::graph::inputs::Inputs;
use crate::onnx::operators::Operator;
use crate::onnx::value::{elements, shape_text};

/// Where the images of a batch are in each value.
pub(crate) struct Batch<'m, 'w> {
    size: u64,
    /// The values of the whole batch.
    whole: &'w Values<'m>,
    /// How many elements apart two images are in a value of the whole batch; a value that is missing has no images.
    strides: HashMap<&'m str, u64>,
}

/// The axis of a value that has the images, and how many places apart two of them are on it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    axis: usize,
    apart: u64,
}

impl<'m, 'w> Batch<'m, 'w> {
    /// The images in the inputs; `whole` are the values of the whole batch.
    pub(crate) fn new(inputs: &Inputs, whole: &'w Values<'m>) -> Self {
        let mut strides = HashMap::new();
        for input in inputs.all.iter().filter(|input| inputs.is_batched(input)) {
            let name = whole.get_key_value(input.name.as_str()).map(|(name, _)| *name);
            strides.extend(name.map(|name| (name, elements(&input.dims[1..]))));
        }
        Batch { size: inputs.batch, whole, strides }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Finds the images in the outputs of a node; `values` are those of one image.
    pub(crate) fn track(
        &mut self,
        node: &'m Node,
        operator: Operator,
        values: &Values,
    ) -> Result<(), String> {
        let sources: Vec<(&Vec<u64>, Place)> =
            node.inputs.iter().filter_map(|name| self.images(name)).collect();
        let view = node.inputs.first().and_then(|name| self.strides.get(name.as_str()).copied());
        let view = view.filter(|_| operator.is_view());
        let mut found = Vec::new();
        for name in node.outputs.iter().map(String::as_str) {
            let (Some(Some(whole)), Some(Some(one))) = (self.whole.get(name), values.get(name))
            else {
                continue;
            };
            if whole.dims == one.dims {
                if sources.is_empty() || one.is_constant {
                    continue;
                }
                return Err(format!(
                    "the output {} is the same for one image",
                    shape_text(&one.dims)
                ));
            }
            let stride = match (self.divided_axis(&whole.dims, &one.dims), view) {
                (Some(_), Some(stride)) => Some(stride),
                (Some(axis), None) => self.stride(&whole.dims, axis, &sources),
                (None, _) => None,
            };
            let stride = stride.ok_or_else(|| {
                let (whole, one) = (shape_text(&whole.dims), shape_text(&one.dims));
                format!("the output is {whole} for the batch and {one} for one image")
            })?;
            found.push((name, stride));
        }
        self.strides.extend(found);
        Ok(())
    }

    /// The only axis that differs, if it is that of the whole batch.
    fn divided_axis(&self, whole: &[u64], one: &[u64]) -> Option<usize> {
        let mut differing =
            (0..whole.len().max(one.len())).filter(|axis| whole.get(*axis) != one.get(*axis));
        let (axis, None) = (differing.next()?, differing.next()) else { return None };
        let product = one.get(axis)?.checked_mul(self.size);
        (whole.len() == one.len() && product == whole.get(axis).copied()).then_some(axis)
    }

    /// How far apart two images are on an axis: as far as on the axis of the same length that they come from.
    fn stride(&self, dims: &[u64], axis: usize, sources: &[(&Vec<u64>, Place)]) -> Option<u64> {
        let same = sources.iter().filter(|(from, place)| from[place.axis] == dims[axis]);
        let mut apart: Vec<u64> = same.map(|(_, place)| place.apart).collect();
        apart.dedup();
        let apart = match apart[..] {
            _ if dims[axis] == self.size => 1,
            [apart] => apart,
            _ => return None,
        };
        Some(apart.saturating_mul(elements(&dims[axis + 1..])))
    }

    /// The shape of a value of the whole batch and the place of the images in it, if it has any.
    fn images(&self, name: &str) -> Option<(&Vec<u64>, Place)> {
        let dims = &self.whole.get(name)?.as_ref()?.dims;
        Some((dims, self.place(dims, *self.strides.get(name)?)?))
    }

    /// The place of images that are `stride` elements apart.
    fn place(&self, dims: &[u64], stride: u64) -> Option<Place> {
        let all = stride.saturating_mul(self.size);
        let mut after = 1u64;
        for (axis, size) in dims.iter().enumerate().rev() {
            let through = after.saturating_mul(*size);
            if stride.is_multiple_of(after) && through.is_multiple_of(all) {
                return stride.checked_div(after).map(|apart| Place { axis, apart });
            }
            after = through;
        }
        None
    }

    fn divided(&self, dims: &[u64], axis: usize) -> Vec<u64> {
        let size =
            |(index, size): (usize, &u64)| if index == axis { size / self.size } else { *size };
        dims.iter().enumerate().map(size).collect()
    }

    /// Checks that every layer of the whole batch costs as much as that of one image times the batch.
    pub(crate) fn check_costs(&self, whole: &Inferred, one: &Inferred) -> Result<(), String> {
        let mut pairs = whole.layers.iter().zip(&one.layers);
        let is_same = pairs.all(|(whole, one)| std::ptr::eq(whole.node, one.node));
        if whole.layers.len() != one.layers.len() || !is_same {
            return Err("the layers of one image are others than those of the batch".into());
        }
        for (whole, one) in whole.layers.iter().zip(&one.layers) {
            let node = one.node;
            let has_images =
                node.outputs.iter().any(|name| self.strides.contains_key(name.as_str()));
            let times = |event: Event| if has_images && grows(event) { self.size } else { 1 };
            let expected = one
                .cost
                .events
                .iter()
                .map(|(event, amount)| (*event, amount.saturating_mul(times(*event))));
            let stored = |(event, _): &(Event, u64)| !event.is_stored();
            if !expected.filter(stored).eq(whole.cost.events.iter().copied().filter(stored)) {
                let (name, operator) = (&node.name, &node.op_type);
                return Err(format!(
                    "the cost of `{name}` ({operator}) does not grow with the batch"
                ));
            }
        }
        Ok(())
    }
}

/// Whether an event happens once for each image.
fn grows(event: Event) -> bool {
    use Event::{LinearParamUses, NormParamUses, UnknownOperators};
    !event.is_stored() && !matches!(event, LinearParamUses | NormParamUses | UnknownOperators)
}
