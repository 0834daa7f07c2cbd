//! Numbers in a file that fit only the input size it was exported with.
//!
//! An exporter may write indices, ends of slices, sizes and kernels as numbers that it computed from the size of its
//! input. At another size most of them make a node fail, but some only select something else. Such a number is the same
//! at both sizes, although the axis that it is for has another length.

use crate::onnx::file::model::{Model, Node};
use crate::onnx::graph::inferred::{Values, label};
use crate::onnx::numbers::Numbers;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::{Call, Effort};
use crate::onnx::value::{axis, elements, shape_text};

/// Pools of a larger stride usually pool to a given size.
const MAX_USUAL_STRIDE: i64 = 3;

/// Fails at the first node that fits only the size in the file. Returns the nodes of which that cannot be told.
///
/// `stated` are the values at the size that the file states, `asked` those at the size asked for.
pub(crate) fn check(model: &Model, stated: &Values, asked: &Values) -> Result<Vec<String>, String> {
    let (mut doubtful, effort) = (Vec::new(), Effort::default());
    for (index, node) in model.graph.nodes.iter().enumerate() {
        let Some(operator) = Operator::of(node) else { continue };
        let both = Both {
            stated: call(node, operator, stated, &effort),
            asked: call(node, operator, asked, &effort),
        };
        let changed = both.changed();
        if changed.is_empty() || !both.is_known() {
            continue;
        }
        let output = |values: &'_ Values| {
            Some(values.get(node.outputs.first()?.as_str())?.as_ref()?.dims.clone())
        };
        let checked = match (operator, output(stated), output(asked)) {
            (Operator::Reshape, Some(stated), Some(asked)) => both.check_reshape(&stated, &asked),
            _ => both.check(&changed),
        };
        checked.map_err(|what| format!("{}: {what}", label(node, index)))?;
        doubtful.extend(both.is_doubtful(&changed).then(|| label(node, index)));
    }
    Ok(doubtful)
}

fn call<'a>(
    node: &'a Node,
    operator: Operator,
    values: &'a Values,
    effort: &'a Effort,
) -> Call<'a> {
    let value = |name: &String| values.get(name.as_str())?.as_ref();
    let inputs = node.inputs.iter().map(value).collect();
    Call { operator, node, inputs, effort }
}

/// A node at the size that the file states and at the size asked for.
struct Both<'a> {
    stated: Call<'a>,
    asked: Call<'a>,
}

/// An axis whose length is not that in the file.
#[derive(Clone, Copy)]
struct Changed {
    axis: usize,
    stated: u64,
    asked: u64,
}

impl Both<'_> {
    /// Fails where numbers of the node are the same at both sizes, but fit only one of them.
    fn check(&self, changed: &[Changed]) -> Result<(), String> {
        match self.stated.operator {
            Operator::Gather => {
                let rank = self.stated.input(0)?.dims.len();
                let at = axis(self.stated.int("axis").unwrap_or(0), rank)?;
                on(changed, at).map_or(Ok(()), |changed| self.check_indices(changed, 0, 1))
            }
            Operator::GatherElements | Operator::GatherND => self.check_table(changed),
            Operator::Slice => self.check_slice(changed),
            Operator::TopK => {
                let Some(count) = self.same_ints("k", 1) else { return Ok(()) };
                let is_all = |changed: &&Changed| count.contains(&changed.stated.cast_signed());
                refuse("its `k`", changed.iter().find(is_all))
            }
            Operator::Resize => {
                refuse("`sizes`", self.same_ints("sizes", 3).and_then(|_| changed.first()))
            }
            Operator::AveragePool | Operator::MaxPool => self.check_pool(changed),
            _ => Ok(()),
        }
    }

    /// Whether no input is unknown at either size.
    fn is_known(&self) -> bool {
        let names = &self.stated.node.inputs;
        let inputs = self.stated.inputs.iter().zip(&self.asked.inputs);
        names
            .iter()
            .zip(inputs)
            .all(|(name, (stated, asked))| name.is_empty() || (stated.is_some() && asked.is_some()))
    }

    /// The axes of the first input that have another length.
    fn changed(&self) -> Vec<Changed> {
        let (Some(stated), Some(asked)) = (self.stated.optional(0), self.asked.optional(0)) else {
            return Vec::new();
        };
        let pairs = stated.dims.iter().zip(&asked.dims).enumerate();
        let all =
            pairs.map(|(axis, (stated, asked))| Changed { axis, stated: *stated, asked: *asked });
        all.filter(|changed| changed.stated != changed.asked).collect()
    }

    /// Integers of an attribute or an input, if they are the same at both sizes.
    fn same_ints(&self, name: &str, input: usize) -> Option<&[i64]> {
        let stated = self.stated.optional_ints(name, input).ok()??;
        let asked = self.asked.optional_ints(name, input).ok()??;
        (stated == asked).then_some(stated)
    }

    /// Constant indices along an axis: every `step`-th from `first` on.
    fn check_indices(&self, changed: Changed, first: usize, step: usize) -> Result<(), String> {
        let (Some(stated), Some(asked)) = (self.stated.optional(1), self.asked.optional(1)) else {
            return Ok(());
        };
        if !asked.is_constant || stated.dims != asked.dims {
            return Ok(());
        }
        let is_fixed = match (&stated.numbers, &asked.numbers) {
            (Some(Numbers::Ints(stated)), Some(asked)) => {
                let mut along = stated.iter().skip(first).step_by(step);
                asked.ints() == Some(stated)
                    && along.any(|index| changed.is_past_middle(index.saturating_add(1)))
            }
            _ => asked.elements() > step as u64,
        };
        refuse("its indices", Some(&changed).filter(|_| is_fixed))
    }

    /// Indices that have an element for each one of the output.
    fn check_table(&self, changed: &[Changed]) -> Result<(), String> {
        let (value, indices) = (self.stated.input(0)?, self.stated.input(1)?);
        if self.stated.operator == Operator::GatherElements {
            let at = axis(self.stated.int("axis").unwrap_or(0), value.dims.len())?;
            let other = changed.iter().find(|changed| changed.axis != at);
            let is_same = self.asked.input(1)?.dims == indices.dims;
            refuse("the shape of its indices", other.filter(|_| is_same))?;
            return on(changed, at).map_or(Ok(()), |changed| self.check_indices(changed, 0, 1));
        }
        let batch = usize::try_from(self.stated.int("batch_dims").unwrap_or(0)).unwrap_or(0);
        let depth = indices.dims.last().copied().unwrap_or(1).max(1);
        let depth = usize::try_from(depth).unwrap_or(usize::MAX);
        for changed in changed {
            if let Some(column) = changed.axis.checked_sub(batch).filter(|column| *column < depth) {
                self.check_indices(*changed, column, depth)?;
            }
        }
        Ok(())
    }

    fn check_slice(&self, changed: &[Changed]) -> Result<(), String> {
        let rank = self.stated.input(0)?.dims.len();
        let axes = self.stated.optional_ints("axes", 3)?;
        for (name, input) in [("starts", 1), ("ends", 2)] {
            for (index, number) in
                self.same_ints(name, input).unwrap_or_default().iter().enumerate()
            {
                let at = match axes {
                    Some(axes) => axis(axes.get(index).copied().unwrap_or(0), rank)?,
                    None => index,
                };
                let Some(changed) = on(changed, at) else { continue };
                let is_inside = *number <= changed.stated.cast_signed();
                // A slice to the end in the file goes to the end of a shorter axis too.
                let is_cut = input == 1 || *number < changed.asked.cast_signed();
                let is_fixed = is_inside && is_cut && changed.is_past_middle(*number);
                refuse(&format!("`{name}`"), Some(&changed).filter(|_| is_fixed))?;
            }
        }
        Ok(())
    }

    /// Axes that were merged or split together in the file have to be so at the other size.
    fn check_reshape(&self, stated: &[u64], asked: &[u64]) -> Result<(), String> {
        let Some(shape) = self.same_ints("shape", 1) else { return Ok(()) };
        let (from, to) = (&self.stated.input(0)?.dims, &self.asked.input(0)?.dims);
        if from.len() != to.len() || stated.len() != asked.len() {
            return Ok(());
        }
        let is_torn = |(one, other): (usize, usize)| {
            elements(&from[..one]) == elements(&stated[..other])
                && elements(&to[..one]) != elements(&asked[..other])
        };
        let mut places =
            (0..from.len()).flat_map(|one| (0..stated.len()).map(move |other| (one, other)));
        if places.any(is_torn) {
            let (from, to) = (shape_text(from), shape_text(to));
            return Err(format!(
                "its shape {shape:?} fits the {from} in the file, but here it is {to}"
            ));
        }
        Ok(())
    }

    /// A pool to one pixel has the size of its map as kernel, and no padding.
    fn check_pool(&self, changed: &[Changed]) -> Result<(), String> {
        let kernel = self.stated.sizes("kernel_shape")?.unwrap_or_default();
        if self.stated.ints("pads").is_some_and(|pads| pads.iter().any(|pad| *pad != 0)) {
            return Ok(());
        }
        let is_whole = |changed: &&Changed| {
            let side = changed.axis.checked_sub(2).and_then(|at| kernel.get(at));
            changed.stated > 1 && side == Some(&changed.stated)
        };
        refuse("the sides of its kernel", changed.iter().find(is_whole))
    }

    /// Whether the node may have pads or a kernel that were computed from the size in the file: pads that differ by one
    /// fit only even sizes or only odd ones, and a pool whose windows tile the map may be one to a given size.
    fn is_doubtful(&self, changed: &[Changed]) -> bool {
        let operator = self.stated.operator;
        let is_pad = operator == Operator::Pad;
        let is_pool = matches!(operator, Operator::AveragePool | Operator::MaxPool);
        if !is_pad && !is_pool && operator != Operator::Conv {
            return false;
        }
        let row = |name: &str| self.stated.ints(name).unwrap_or_default();
        let (strides, kernel) = (row("strides"), row("kernel_shape"));
        let pads = self.same_ints("pads", if is_pad { 1 } else { usize::MAX }).unwrap_or_default();
        let (before, after) = pads.split_at(pads.len() / 2);
        changed.iter().any(|changed| {
            let Some(at) = changed.axis.checked_sub(if is_pad { 0 } else { 2 }) else {
                return false;
            };
            let stride = strides.get(at).copied().unwrap_or(1);
            let is_odd = changed.stated.abs_diff(changed.asked) % 2 == 1;
            let is_uneven = is_odd && before.get(at) != after.get(at) && (is_pad || stride > 1);
            let is_tiled = is_pool
                && stride > MAX_USUAL_STRIDE
                && kernel.get(at) == Some(&stride)
                && changed.stated.is_multiple_of(stride.unsigned_abs());
            is_uneven || is_tiled
        })
    }
}

impl Changed {
    /// Whether this many elements from the first are half of the axis in the file, or more.
    fn is_past_middle(self, count: i64) -> bool {
        count > 0 && count.unsigned_abs().saturating_mul(2) >= self.stated
    }
}

fn on(changed: &[Changed], axis: usize) -> Option<Changed> {
    changed.iter().find(|changed| changed.axis == axis).copied()
}

/// Fails where an axis is given.
fn refuse(what: &str, changed: Option<&Changed>) -> Result<(), String> {
    let Some(Changed { axis, stated, asked }) = changed else { return Ok(()) };
    Err(format!(
        "{what} fit the {stated} elements that axis {axis} has in the file, but here it has {asked}"
    ))
}
