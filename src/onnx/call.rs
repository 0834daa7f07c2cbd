//! An operator at its place: its settings and what goes in.

use crate::onnx::model::{Attribute, Operation, Tensor};
use crate::onnx::numbers::Numbers;
use crate::onnx::value::Value;

/// A node with the values that it reads.
pub(super) struct Call<'a> {
    /// The node.
    pub(super) node: &'a Operation,
    /// What goes in; none where it is left out.
    pub(super) inputs: Vec<Option<&'a Value>>,
}

impl<'a> Call<'a> {
    /// An input that has to be there.
    pub(super) fn input(&self, index: usize) -> Result<&'a Value, String> {
        self.optional(index).ok_or_else(|| format!("its input {} is missing", index + 1))
    }

    /// An input that may be left out.
    pub(super) fn optional(&self, index: usize) -> Option<&'a Value> {
        self.inputs.get(index).copied().flatten()
    }

    /// A bias: one that is made of a number is none, as exporters add zeros where there was no bias.
    pub(super) fn bias(&self, index: usize) -> Option<&'a Value> {
        self.optional(index).filter(|value| value.is_stored() || !value.is_constant())
    }

    /// Every input that is there.
    pub(super) fn given(&self) -> impl Iterator<Item = &'a Value> {
        self.inputs.iter().copied().flatten()
    }

    fn attribute(&self, name: &str) -> Option<&'a Attribute> {
        self.node.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A setting that is a whole number.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        match self.attribute(name) {
            Some(Attribute::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// A setting that is a floating-point number.
    pub(super) fn float(&self, name: &str) -> Option<f64> {
        match self.attribute(name) {
            Some(Attribute::Float(value)) => Some(*value),
            _ => None,
        }
    }

    /// A setting that is a row of whole numbers.
    pub(super) fn ints(&self, name: &str) -> Option<Vec<i64>> {
        match self.attribute(name) {
            Some(Attribute::Ints(values)) => Some(values.clone()),
            _ => None,
        }
    }

    /// A setting that is a row of floating-point numbers.
    pub(super) fn reals(&self, name: &str) -> Option<Vec<f64>> {
        match self.attribute(name) {
            Some(Attribute::Reals(values)) => Some(values.clone()),
            _ => None,
        }
    }

    /// A setting that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        match self.attribute(name) {
            Some(Attribute::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A setting that is a tensor.
    pub(super) fn tensor(&self, name: &str) -> Option<&'a Tensor> {
        match self.attribute(name) {
            Some(Attribute::Tensor(tensor)) => Some(tensor),
            _ => None,
        }
    }

    /// Whole numbers that older files have as a setting and newer ones as an input.
    pub(super) fn numbers(&self, name: &str, index: usize) -> Result<Option<Vec<i64>>, String> {
        if let Some(values) = self.ints(name) {
            return Ok(Some(values));
        }
        match self.optional(index) {
            None => Ok(None),
            Some(value) => self.known(value, name).map(Some),
        }
    }

    /// The numbers of an input that a shape depends on.
    pub(super) fn known(&self, value: &Value, what: &str) -> Result<Vec<i64>, String> {
        let missing = || format!("the numbers of its {what} are only known when the network runs");
        let whole = value.numbers.as_ref().and_then(Numbers::whole);
        whole.map(<[i64]>::to_vec).ok_or_else(missing)
    }
}

/// A number of elements or pixels, from one that may not be negative.
pub(super) fn whole(value: i64) -> Result<u64, String> {
    u64::try_from(value).map_err(|_| format!("{value} is no size"))
}
