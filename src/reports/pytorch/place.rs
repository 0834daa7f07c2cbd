//! A layer's step where it was reached, and what it is written as.

use crate::counting::layer::Layer;
use crate::counting::node::{Kind, Node};
use crate::error::Diagnostic;
use crate::families::block::{Given, Step};

use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::program::{Layout, unsupported};
use crate::reports::pytorch::reached::Reached;
use crate::reports::pytorch::step_writer::StepWriter;

/// A layer in PyTorch.
pub(super) enum Written {
    /// It does nothing here.
    Nothing,
    /// A module, what to call it, and whether it takes the one position of a map as a vector.
    Module { code: Code, label: &'static str, is_on_vector: bool },
    /// An expression: what comes before its input and after.
    Function(String, String),
}

impl Written {
    pub(super) fn module(label: &'static str, class: &str, arguments: Vec<Code>) -> Self {
        Written::Module { code: Code::call(class, arguments), label, is_on_vector: false }
    }

    pub(super) fn function(before: impl Into<String>, after: impl Into<String>) -> Self {
        Written::Function(before.into(), after.into())
    }
}

pub(super) type Layered = Result<Written, Diagnostic>;

/// A layer's step, and where it was reached.
pub(super) struct Place<'a, 't, 'f> {
    pub(super) step: &'f Step,
    pub(super) given: &'f [Given],
    pub(super) writer: StepWriter<'f>,
    pub(super) reached: &'a [Reached<'t, 'f>],
    /// The layer where the step was reached and does something.
    pub(super) layers: Vec<&'t Layer>,
    /// How the map lies that it gets.
    pub(super) layout: Layout,
    /// The channels of that map.
    pub(super) channels: String,
}

impl<'f> Place<'_, '_, 'f> {
    pub(super) fn key(&self, name: &str) -> Option<&'f Given> {
        self.given.iter().find(|given| given.key.name == name)
    }

    pub(super) fn needed(&self, name: &str) -> Result<&'f Given, Diagnostic> {
        self.key(name).ok_or_else(|| self.refused(format!("`{name}` is missing")))
    }

    /// The value of a key as an `int`.
    pub(super) fn count(&self, name: &str) -> Result<String, Diagnostic> {
        self.writer.count(&self.needed(name)?.value)
    }

    /// The value of a key.
    pub(super) fn value(&self, name: &str) -> Result<String, Diagnostic> {
        Ok(self.writer.formula(&self.needed(name)?.value)?.text)
    }

    /// The values of a key for rows and columns.
    pub(super) fn pair(&self, name: &str) -> Result<[String; 2], Diagnostic> {
        let given = self.needed(name)?;
        let rows = self.writer.count(&given.value)?;
        let columns = given.columns.as_ref().map(|columns| self.writer.count(columns));
        Ok([rows.clone(), columns.transpose()?.unwrap_or(rows)])
    }

    pub(super) fn refused(&self, message: impl Into<String>) -> Diagnostic {
        unsupported(self.step, message)
    }

    /// What `of` gives for every layer, if that is the same.
    pub(super) fn same<T: PartialEq>(&self, of: impl Fn(&Layer) -> T) -> Option<T> {
        let mut all = self.layers.iter().map(|layer| of(layer));
        let first = all.next()?;
        all.all(|one| one == first).then_some(first)
    }

    /// Whether the map always has a single position.
    pub(super) fn is_single(&self) -> bool {
        self.reached.iter().all(|(_, visit)| visit.input.height == 1 && visit.input.width == 1)
    }
}

/// Two values as one argument.
pub(super) fn paired([rows, columns]: [String; 2]) -> String {
    if rows == columns { rows } else { format!("({rows}, {columns})") }
}

pub(super) fn layer_of(node: &Node<u64>) -> Option<&Layer> {
    match node.kind() {
        Kind::Layer(layer) => Some(layer),
        Kind::Part(_, node) => layer_of(node),
        _ => None,
    }
}

/// A keyword argument, unless it has PyTorch's default.
pub(super) fn flag(name: &str, value: &str, default: &str) -> Option<Code> {
    (value != default).then(|| Code::keyword(name, value))
}
