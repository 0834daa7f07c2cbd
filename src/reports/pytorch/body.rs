//! The submodules and the `forward` of a class, step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::error::Diagnostic;
use crate::families::block::trace::Call;
use crate::families::block::{BRANCH, CHANNELS, Step, Value};
use crate::families::scaling::AtScale;
use crate::reports::pytorch::code::{Code, line};
use crate::reports::pytorch::expression::Named;
use crate::reports::pytorch::program::{Layout, Program, unsupported};
use crate::reports::pytorch::reached::{Reached, outputs};
use crate::reports::pytorch::step_writer::StepWriter;
use crate::reports::pytorch::term::bracketed;

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
    pub(super) taken: BTreeSet<String>,
    /// The attributes that hold a value, by its expression.
    pub(super) stored: BTreeMap<String, String>,
    /// The names of the steps around.
    pub(super) prefix: Vec<String>,
    init_level: usize,
    forward_level: usize,
}

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
}
