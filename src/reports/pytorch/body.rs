//! The submodules and the `forward` of a class, step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::error::Diagnostic;
use crate::families::block::trace::{Call, Visit};
use crate::families::block::{BRANCH, CHANNELS, Step, Value};
use crate::families::scaling::AtScale;
use crate::reports::pytorch::code::{Code, line};
use crate::reports::pytorch::expression::Named;
use crate::reports::pytorch::names;
use crate::reports::pytorch::program::{Layout, Program, unsupported};
use crate::reports::pytorch::step_writer::StepWriter;

/// A map on its way through a class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub(super) layout: Layout,
    /// Its channels, as `__init__` writes them.
    pub(super) channels: String,
}

/// What is written of a class so far.
pub(super) struct Body<'p, 't, 'f> {
    pub(super) program: &'p mut Program<'t, 'f>,
    pub(super) calls: Vec<&'t Call<'f, AtScale>>,
    /// What stands for each name, by slot.
    pub(super) names: Rc<[Named<'f>]>,
    pub(super) init: Vec<String>,
    pub(super) forward: Vec<String>,
    /// The lines that give `self` values.
    pub(super) values: Vec<String>,
    /// The attributes of `self`, and the variables of `forward`.
    taken: BTreeSet<String>,
    /// The attributes that hold a value, by its expression.
    stored: BTreeMap<String, String>,
    /// The names of the steps around.
    prefix: Vec<String>,
    init_level: usize,
    forward_level: usize,
}

/// A visit and the index of its call.
pub(super) type Reached<'t, 'f> = (usize, &'t Visit<'f, AtScale>);

impl<'p, 't, 'f> Body<'p, 't, 'f> {
    pub(super) fn new(
        program: &'p mut Program<'t, 'f>,
        calls: Vec<&'t Call<'f, AtScale>>,
        names: Vec<Named<'f>>,
    ) -> Self {
        Body {
            program,
            calls,
            names: names.into(),
            init: Vec::new(),
            forward: Vec::new(),
            values: Vec::new(),
            taken: BTreeSet::from(["x".to_string(), "self".to_string()]),
            stored: BTreeMap::new(),
            prefix: Vec::new(),
            init_level: 2,
            forward_level: 2,
        }
    }

    /// Writes steps that read the variable `from` and assign `to`; the variable with the result.
    pub(super) fn steps(
        &mut self,
        steps: &'f [Step],
        from: &str,
        to: &str,
        state: &mut State,
    ) -> Result<String, Diagnostic> {
        let mut now = from.to_string();
        for step in steps {
            now = self.step(step, &now, to, state)?;
        }
        Ok(now)
    }

    fn step(
        &mut self,
        step: &'f Step,
        now: &str,
        to: &str,
        state: &mut State,
    ) -> Result<String, Diagnostic> {
        let reached = self.reached(step);
        let holding: Vec<Reached> =
            reached.iter().filter(|(_, visit)| visit.holds).copied().collect();
        let is_sometimes = holding.len() < reached.len();
        let condition = match &step.when {
            _ if holding.is_empty() => return Ok(now.into()),
            Some(when) if is_sometimes => self.write(&reached, state).formula(when)?,
            _ => return self.always(step, &holding, now, to, state),
        };
        let before = state.clone();
        if let Some((code, label)) = self.attempt(|body| body.module(step, &holding, state))? {
            let identity = Code::text("nn.Identity()");
            let choice = Code::Choice(code.into(), condition.condition(), identity.into());
            self.call_module(step, label, &choice, now, to)?;
        } else {
            self.sometimes(step, &holding, &condition.text, [now, to], state)?;
        }
        if before.layout != state.layout {
            return Err(unsupported(step, "it lays out the map differently in some blocks only"));
        }
        let skipped = reached.iter().filter(|(_, visit)| !visit.holds);
        let skipped = skipped.map(|(call, visit)| (*call, visit.input.channels));
        let known: Vec<(usize, u64)> = outputs(&holding).into_iter().chain(skipped).collect();
        if before.channels != state.channels {
            state.channels = self.channels(step, &known).unwrap_or_else(|_| {
                let (then, otherwise) = (&state.channels, &before.channels);
                format!("{then} if {} else {otherwise}", condition.condition())
            });
        }
        Ok(to.into())
    }

    /// Finds a name for channels that depend on a condition, where it holds or does not.
    pub(super) fn name_channels(
        &self,
        step: &Step,
        reached: &[Reached<'t, 'f>],
        state: &mut State,
    ) {
        if state.channels.contains(" if ") {
            let known: Vec<(usize, u64)> =
                reached.iter().map(|(call, visit)| (*call, visit.input.channels)).collect();
            let named = self.channels(step, &known);
            state.channels = named.unwrap_or_else(|_| state.channels.clone());
        }
    }

    /// A step under a condition that is more than a module.
    fn sometimes(
        &mut self,
        step: &'f Step,
        holding: &[Reached<'t, 'f>],
        condition: &str,
        [now, to]: [&str; 2],
        state: &mut State,
    ) -> Result<(), Diagnostic> {
        let label = &*step.name;
        let flag = format!("has_{}", if label.is_empty() { "step" } else { label });
        let flag = self.stored(condition, &flag);
        let (init_level, forward_level) = (self.init_level, self.forward_level);
        if now != to {
            self.forward.push(line(forward_level, &format!("{to} = {now}")));
        }
        let outer = [std::mem::take(&mut self.init), std::mem::take(&mut self.forward)];
        self.init_level += 1;
        self.forward_level += 1;
        let result = self.always(step, holding, to, to, state)?;
        if result != to {
            self.forward.push(line(self.forward_level, &format!("{to} = {result}")));
        }
        (self.init_level, self.forward_level) = (init_level, forward_level);
        let test = format!("if {flag}:");
        for (lines, (outer, level)) in [&mut self.init, &mut self.forward]
            .into_iter()
            .zip(outer.into_iter().zip([init_level, forward_level]))
        {
            let inner = std::mem::replace(lines, outer);
            if !inner.is_empty() {
                lines.push(line(level, &test));
                lines.extend(inner);
            }
        }
        Ok(())
    }

    /// Adds `self.name = module` and the line that calls it.
    pub(super) fn call_module(
        &mut self,
        step: &Step,
        label: &str,
        code: &Code,
        now: &str,
        to: &str,
    ) -> Result<(), Diagnostic> {
        let name = self.attribute(step, label)?;
        self.init.extend(code.lines(self.init_level, &format!("self.{name} = "), ""));
        self.assign(to, &Code::text(format!("self.{name}({now})")));
        Ok(())
    }

    /// Adds the line that assigns a variable.
    pub(super) fn assign(&mut self, to: &str, code: &Code) {
        self.forward.extend(code.lines(self.forward_level, &format!("{to} = "), ""));
    }

    /// The name of a submodule for a step: its own, after those of the steps around, or else a label.
    fn attribute(&mut self, step: &Step, label: &str) -> Result<String, Diagnostic> {
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

    /// Where a step was reached.
    pub(super) fn reached(&self, step: &Step) -> Vec<Reached<'t, 'f>> {
        let calls = self.calls.iter().enumerate();
        let visits =
            calls.flat_map(|(index, call)| call.visits.iter().map(move |one| (index, one)));
        visits.filter(|(_, visit)| std::ptr::eq(visit.step, step)).collect()
    }

    /// A writer of formulas of a step that was reached so.
    pub(super) fn write(&self, reached: &[Reached<'t, 'f>], state: &State) -> StepWriter<'f> {
        let scope = |(call, visit): &Reached<'t, 'f>| {
            let mut scope = self.program.scope(&self.calls[*call].values);
            scope.values[CHANNELS] = Some(Value::Number(visit.input.channels as f64));
            scope.values[BRANCH].clone_from(&visit.branch);
            scope
        };
        let scopes = reached.iter().map(scope).collect();
        StepWriter { scopes, names: Rc::clone(&self.names), channels: bracketed(&state.channels) }
    }

    /// How `__init__` writes channels: a name with these values in the calls, or else a number.
    pub(super) fn channels(
        &self,
        step: &Step,
        known: &[(usize, u64)],
    ) -> Result<String, Diagnostic> {
        let slots = [1, 0].into_iter().chain(6..self.names.len());
        for slot in slots {
            let Named::Name { text, is_whole: true } = &self.names[slot] else { continue };
            let is_it = |(call, channels): &(usize, u64)| {
                self.calls[*call].values[slot] == Some(Value::Number(*channels as f64))
            };
            if known.iter().all(is_it) {
                return Ok(text.clone());
            }
        }
        match known {
            [(_, first), rest @ ..] if rest.iter().all(|(_, one)| one == first) => {
                Ok(first.to_string())
            }
            _ => Err(unsupported(step, "no name of the block stands for its output channels")),
        }
    }
}

/// The channels that a step puts out in each call.
pub(super) fn outputs(reached: &[Reached]) -> Vec<(usize, u64)> {
    let output = |visit: &Visit<AtScale>| {
        visit.node.as_ref().map_or(visit.input.channels, |node| node.output().channels)
    };
    reached.iter().map(|(call, visit)| (*call, output(visit))).collect()
}

/// A sum in brackets, so that it can be multiplied.
pub(super) fn bracketed(channels: &str) -> String {
    if channels.contains(' ') { format!("({channels})") } else { channels.into() }
}
