//! The names of a class's attributes and variables, and the values that `forward` needs.

use crate::error::Diagnostic;
use crate::families::block::Step;
use crate::reports::pytorch::body::Body;
use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::names;

impl Body<'_, '_, '_> {
    /// The name of a submodule for a step: its own, after those of the steps around, or else a label.
    pub(super) fn attribute(&mut self, step: &Step, label: &str) -> Result<String, Diagnostic> {
        let numbered = step.name.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_numbered = numbered == label || step.name.is_empty();
        let own = if is_numbered { label } else { &*step.name };
        let parts: Vec<&str> = self.prefix.iter().map(String::as_str).chain([own]).collect();
        let name = names::attribute(&parts.join("_"), "step", &step.span)?;
        Ok(self.free(&name))
    }

    /// A name that is not taken yet.
    pub(super) fn free(&mut self, wanted: &str) -> String {
        let numbered = (2..).map(|number| format!("{wanted}{number}"));
        let mut names = std::iter::once(wanted.to_string()).chain(numbered);
        let name = names.find(|name| !self.taken.contains(name)).unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }

    /// Runs `attempt`, and takes back what it named if it gives nothing.
    pub(super) fn attempt<T>(
        &mut self,
        attempt: impl FnOnce(&mut Self) -> Result<Option<T>, Diagnostic>,
    ) -> Result<Option<T>, Diagnostic> {
        let (lines, taken, stored) = (self.values.len(), self.taken.clone(), self.stored.clone());
        let result = attempt(self)?;
        if result.is_none() {
            self.values.truncate(lines);
            (self.taken, self.stored) = (taken, stored);
        }
        Ok(result)
    }

    /// Gives names of variables back whose values are not used any more.
    pub(super) fn release(&mut self, names: &[&str]) {
        self.taken.retain(|name| !names.contains(&name.as_str()));
    }

    /// A value for `forward`: itself if it is a number, or else an attribute that holds it.
    pub(super) fn stored(&mut self, text: &str, label: &str) -> String {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.into();
        }
        if let Some(name) = self.stored.get(text) {
            return format!("self.{name}");
        }
        let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let name = self.free(if is_name && names::is_free(text) { text } else { label });
        self.values.extend(Code::text(text).lines(2, &format!("self.{name} = "), ""));
        self.stored.insert(text.into(), name.clone());
        format!("self.{name}")
    }

    /// Runs `inner` with the name of a step before the names of those within it.
    pub(super) fn within<T>(&mut self, step: &Step, inner: impl FnOnce(&mut Self) -> T) -> T {
        let is_named = !step.name.is_empty();
        if is_named {
            self.prefix.push(step.name.to_string());
        }
        let result = inner(self);
        if is_named {
            self.prefix.pop();
        }
        result
    }
}
