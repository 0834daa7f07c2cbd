//! The mistakes of a text, collected while it is read.

use std::cell::{Cell, RefCell};

use crate::error::{Diagnostic, Error};

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: RefCell<Vec<Diagnostic>>,
    harmless: Cell<usize>,
}

impl Problems {
    /// Adds a mistake, once: what several members share is not repeated for each.
    pub(crate) fn add(&self, problem: Diagnostic) {
        let mut found = self.found.borrow_mut();
        if !found.contains(&problem) {
            found.push(problem);
        }
    }

    /// Adds a mistake that does not affect how the rest of the spec is read.
    pub(super) fn add_harmless(&self, problem: Diagnostic) {
        let before = self.found.borrow().len();
        self.add(problem);
        self.harmless.set(self.harmless.get() + self.found.borrow().len() - before);
    }

    pub(super) fn are_none(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// Whether any mistake leaves the meaning of the spec open.
    pub(crate) fn are_severe(&self) -> bool {
        self.found.borrow().len() > self.harmless.get()
    }

    /// Fails with all mistakes, if there are any.
    pub(crate) fn check(self) -> Result<(), Error> {
        Error::check(self.found.into_inner())
    }
}
