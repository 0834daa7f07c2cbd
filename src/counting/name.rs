//! Names of nodes, which many nodes share.

use std::ops::Deref;
use std::sync::Arc;

/// A part of a path, cheap to clone; empty if it adds nothing.
#[derive(Clone, Debug)]
pub enum Name {
    /// A name that the program knows.
    Known(&'static str),
    /// A name of an input, shared by all nodes that are made of one step.
    Shared(Arc<str>),
}

impl Default for Name {
    fn default() -> Self {
        Name::Known("")
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Name::Known(name) => name,
            Name::Shared(name) => name,
        }
    }
}

impl From<&'static str> for Name {
    fn from(name: &'static str) -> Self {
        Name::Known(name)
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Name::Shared(name.into())
    }
}
