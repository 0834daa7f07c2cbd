//! A node with its operator and the values it reads.

use std::cell::Cell;

use crate::onnx::file::model::{Attribute, Node, Tensor};
use crate::onnx::numbers::{MAX_WORK, Numbers};
use crate::onnx::operators::Operator;
use crate::onnx::value::{Value, sizes};

pub(crate) struct Call<'a> {
    pub(crate) operator: Operator,
    pub(crate) node: &'a Node,
    /// `None` for an omitted optional input.
    pub(crate) inputs: Vec<Option<&'a Value>>,
    pub(crate) effort: &'a Effort,
}

/// What nodes ask for and spend before the network runs.
#[derive(Debug, Default)]
pub(crate) struct Effort {
    /// Numbers that all nodes of the graph have read and written so far.
    spent: Cell<usize>,
    /// Whether the current node has asked for numbers that are only known when the network runs.
    pub(crate) lacks_numbers: Cell<bool>,
}

impl<'a> Call<'a> {
    /// An input that the operator requires.
    pub(crate) fn input(&self, index: usize) -> Result<&'a Value, String> {
        self.optional(index).ok_or_else(|| format!("input {} is missing", index + 1))
    }

    /// An input that may be omitted.
    pub(crate) fn optional(&self, index: usize) -> Option<&'a Value> {
        self.inputs.get(index).copied().flatten()
    }

    /// A bias, unless it is a literal number: exporters add zeros where a layer has no bias.
    pub(crate) fn bias(&self, index: usize) -> Option<&'a Value> {
        self.optional(index).filter(|value| value.is_stored() || !value.is_constant)
    }

    /// Every input that is not omitted.
    pub(crate) fn given(&self) -> Vec<&'a Value> {
        self.inputs.iter().copied().flatten().collect()
    }

    /// Whether every input is the same for every input of the graph.
    pub(crate) fn is_constant(&self) -> bool {
        let mut given = self.inputs.iter().flatten().peekable();
        given.peek().is_some() && given.all(|value| value.is_constant)
    }

    fn attribute(&self, name: &str) -> Option<&'a Attribute> {
        self.node.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// An attribute that is a tensor.
    pub(crate) fn tensor(&self, name: &str) -> Option<Tensor> {
        self.attribute(name)?.tensor()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        let Attribute::Text(text) = self.attribute(name)? else { return None };
        Some(text)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        let Attribute::Int(value) = self.attribute(name)? else { return None };
        Some(*value)
    }

    pub(crate) fn float(&self, name: &str) -> Option<f64> {
        let Attribute::Float(value) = self.attribute(name)? else { return None };
        Some(*value)
    }

    pub(crate) fn ints(&self, name: &str) -> Option<&'a [i64]> {
        let Attribute::List(Numbers::Ints(values)) = self.attribute(name)? else { return None };
        Some(values)
    }

    pub(crate) fn floats(&self, name: &str) -> Option<&'a [f64]> {
        let Attribute::List(Numbers::Floats(values, _)) = self.attribute(name)? else {
            return None;
        };
        Some(values)
    }

    /// An attribute that is a list of sizes.
    pub(crate) fn sizes(&self, name: &str) -> Result<Option<Vec<u64>>, String> {
        self.ints(name).map(sizes).transpose()
    }

    /// Integers that are an attribute in older operator sets and an input in newer ones.
    pub(crate) fn optional_ints(&self, name: &str, index: usize) -> Result<Option<&[i64]>, String> {
        if let Some(ints) = self.ints(name) {
            return Ok(Some(ints));
        }
        let Some(value) = self.optional(index) else { return Ok(None) };
        let ints = value.numbers.as_ref().and_then(Numbers::ints);
        ints.map(Some).ok_or_else(|| self.lacks(name))
    }

    /// Notes that so many numbers are read and written; an error if the graph has too many.
    pub(crate) fn spend(&self, numbers: usize) -> Result<(), String> {
        let spent = &self.effort.spent;
        spent.set(spent.get().saturating_add(numbers));
        if spent.get() <= MAX_WORK {
            return Ok(());
        }
        Err(format!("the numbers of the graph's shapes are more than {MAX_WORK}"))
    }

    /// The error for numbers that are only known when the network runs.
    pub(crate) fn lacks(&self, name: &str) -> String {
        if let Err(what) = self.spend(0) {
            return format!("`{name}` is not computed: {what}");
        }
        self.effort.lacks_numbers.set(true);
        format!("`{name}` is only known when the network runs")
    }

    /// The same, where the operator requires them.
    pub(crate) fn required_ints(&self, name: &str, index: usize) -> Result<&[i64], String> {
        self.optional_ints(name, index)?.ok_or_else(|| format!("`{name}` is missing"))
    }

    /// A single integer that is an input.
    pub(crate) fn required_int(&self, name: &str, index: usize) -> Result<i64, String> {
        let ints = self.required_ints(name, index)?;
        ints.first().copied().ok_or_else(|| format!("`{name}` is empty"))
    }
}
