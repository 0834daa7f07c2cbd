//! Steps that compose others, and calls of blocks.

use crate::counting::layer::LayerKind;
use crate::counting::ledger::Part;
use crate::error::Diagnostic;
use crate::families::block::{Formula, Operation, Step};
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::reached::{Reached, outputs};

use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::place::Written;
use crate::reports::pytorch::program::{Layout, unsupported};
use crate::reports::pytorch::uses::all_steps;

impl<'t, 'f> Body<'_, 't, 'f> {
    /// Writes a step where its condition holds; the variable with the result.
    pub(super) fn always(
        &mut self,
        step: &'f Step,
        holding: &[Reached<'t, 'f>],
        now: &str,
        to: &str,
        state: &mut State,
    ) -> Result<String, Diagnostic> {
        match &step.operation {
            Operation::Layer(kind, given) => {
                match self.layer(step, *kind, given, holding, state)? {
                    Written::Nothing => return Ok(now.into()),
                    Written::Module { code, label, is_on_vector } => {
                        let now =
                            if is_on_vector { format!("{now}.flatten(1)") } else { now.into() };
                        self.call_module(step, label, &code, &now, to)?;
                    }
                    Written::Function(before, after) => {
                        self.assign(to, &Code::text(format!("{before}{now}{after}")));
                    }
                }
                Ok(to.into())
            }
            Operation::Block { .. } => match self.module(step, holding, state)? {
                Some((code, label)) => {
                    self.call_module(step, label, &code, now, to)?;
                    Ok(to.into())
                }
                None => Err(unsupported(step, "a block beside the main path cannot be called")),
            },
            Operation::Chain(steps)
            | Operation::Part(Part::Main | Part::Fused | Part::Function, steps) => {
                self.within(step, |body| body.steps(steps, now, to, state))
            }
            Operation::Part(Part::Auxiliary, _) => {
                Err(unsupported(step, "an auxiliary branch must be all that a stage's block does"))
            }
            Operation::Residual { body, shortcut, skip } => {
                let skip = skip.as_ref();
                self.within(step, |class| {
                    class.residual(step, [body, shortcut], skip, holding, [now, to], state)
                })
            }
            Operation::Gate(steps) => self.within(step, |body| body.gate(steps, now, to, state)),
            Operation::Crop(steps) => self.within(step, |body| body.crop(steps, now, to, state)),
            Operation::Concat(branches) => {
                self.within(step, |body| body.concat(step, branches, holding, [now, to], state))
            }
            Operation::Branches { .. } => {
                Err(unsupported(step, "a number of branches that is computed cannot be written"))
            }
            Operation::Repeat { .. } => match self.module(step, holding, state)? {
                Some((code, label)) => {
                    self.call_module(step, label, &code, now, to)?;
                    Ok(to.into())
                }
                None => Err(unsupported(step, "only modules in a row can be repeated")),
            },
        }
    }

    fn residual(
        &mut self,
        step: &'f Step,
        [body, shortcut]: [&'f [Step]; 2],
        skip: Option<&'f Formula>,
        holding: &[Reached<'t, 'f>],
        [now, to]: [&str; 2],
        state: &mut State,
    ) -> Result<String, Diagnostic> {
        let skips = skip.map_or(Some(true), |skip| self.write(holding, state).holds(skip));
        if skips == Some(false) {
            return self.steps(body, now, to, state);
        }
        let mut beside = state.clone();
        let [out, other] = [self.free("out"), self.free("shortcut")];
        let computed = self.steps(body, now, &out, state)?;
        let added = self.steps(shortcut, now, &other, &mut beside)?;
        if beside.layout != state.layout {
            return Err(unsupported(step, "its branches lay out the map differently"));
        }
        let sum = format!("{added} + {computed}");
        let code = match skip.filter(|_| skips.is_none()) {
            None => Code::text(sum),
            Some(_) if !shortcut.is_empty() => {
                return Err(unsupported(step, "`skip` changes beside a shortcut with steps"));
            }
            Some(skip) => {
                let text = self.write(holding, &beside).formula(skip)?.text;
                let flag = self.stored(&text, "skip");
                Code::Choice(Code::text(sum).into(), flag, Code::text(computed).into())
            }
        };
        self.assign(to, &code);
        self.release(&[&out, &other]);
        Ok(to.into())
    }

    fn gate(
        &mut self,
        steps: &'f [Step],
        now: &str,
        to: &str,
        state: &State,
    ) -> Result<String, Diagnostic> {
        let gate = self.free("gate");
        let result = self.steps(steps, now, &gate, &mut state.clone())?;
        self.assign(to, &Code::text(format!("{now} * {result}")));
        self.release(&[&gate]);
        Ok(to.into())
    }

    fn crop(
        &mut self,
        steps: &'f [Step],
        now: &str,
        to: &str,
        state: &mut State,
    ) -> Result<String, Diagnostic> {
        let pads = all_steps(steps).into_iter().any(|step| {
            let acts = |(_, visit): &Reached| visit.node.is_some();
            let is_pad = matches!(step.operation, Operation::Layer(LayerKind::Pad, _));
            is_pad && self.reached(step).iter().any(acts)
        });
        if !pads {
            return self.steps(steps, now, to, state);
        }
        let padded = self.free("padded");
        let result = self.steps(steps, now, &padded, state)?;
        let text = format!("{result}[:, :, : {now}.shape[2], : {now}.shape[3]]");
        self.assign(to, &Code::text(text));
        Ok(to.into())
    }

    fn concat(
        &mut self,
        step: &'f Step,
        branches: &'f [Vec<Step>],
        holding: &[Reached<'t, 'f>],
        [now, to]: [&str; 2],
        state: &mut State,
    ) -> Result<String, Diagnostic> {
        let variables: Vec<String> = branches.iter().map(|_| self.free("branch")).collect();
        let (mut results, mut channels) = (Vec::new(), Vec::new());
        for (steps, branch) in branches.iter().zip(&variables) {
            let mut beside = state.clone();
            results.push(self.steps(steps, now, branch, &mut beside)?);
            channels.push(beside.channels);
            if beside.layout != Layout::Map {
                return Err(unsupported(step, "branches are stacked along the channels of maps"));
            }
        }
        let list = Code::List(results.iter().map(Code::text).collect());
        self.assign(to, &Code::call("torch.cat", vec![list, Code::text("1")]));
        self.release(&variables.iter().map(String::as_str).collect::<Vec<_>>());
        let named = self.channels(step, &outputs(holding));
        state.channels = named.unwrap_or_else(|_| channels.join(" + "));
        Ok(to.into())
    }

    /// A step as one module, if it can be written so, and what to call it.
    pub(super) fn module(
        &mut self,
        step: &'f Step,
        holding: &[Reached<'t, 'f>],
        state: &mut State,
    ) -> Result<Option<(Code, &'f str)>, Diagnostic> {
        match &step.operation {
            Operation::Layer(kind, given) => {
                let before = state.clone();
                match self.layer(step, *kind, given, holding, state)? {
                    Written::Module { code, label, is_on_vector: false } => Ok(Some((code, label))),
                    Written::Module { .. } | Written::Function(..) | Written::Nothing => {
                        *state = before;
                        Ok(None)
                    }
                }
            }
            Operation::Chain(steps) => {
                let label = if step.name.is_empty() { "layers" } else { &*step.name };
                Ok(self.sequential(steps, state)?.map(|code| (code, label)))
            }
            Operation::Repeat { body, times } => self.repeat(step, body, times, holding, state),
            Operation::Block { block, output, settings } => {
                self.block(step, *block, output.as_ref(), settings, holding, state)
            }
            Operation::Residual { .. }
            | Operation::Gate(_)
            | Operation::Crop(_)
            | Operation::Part(..)
            | Operation::Concat(_)
            | Operation::Branches { .. } => Ok(None),
        }
    }

    /// Steps that always run, as one module.
    fn sequential(
        &mut self,
        steps: &'f [Step],
        state: &mut State,
    ) -> Result<Option<Code>, Diagnostic> {
        let mut modules = Vec::new();
        for step in steps {
            let reached = self.reached(step);
            let holding = reached.iter().filter(|(_, visit)| visit.holds).count();
            match holding {
                0 => continue,
                _ if holding < reached.len() => return Ok(None),
                _ => {}
            }
            match self.module(step, &reached, state)? {
                Some((code, _)) => modules.push(code),
                None => return Ok(None),
            }
        }
        Ok(match modules.len() {
            0 => None,
            1 => modules.pop(),
            _ => Some(Code::call("nn.Sequential", modules)),
        })
    }

    fn repeat(
        &mut self,
        step: &'f Step,
        body: &'f [Step],
        times: &'f Formula,
        holding: &[Reached<'t, 'f>],
        state: &mut State,
    ) -> Result<Option<(Code, &'f str)>, Diagnostic> {
        let times = self.write(holding, state).count(times)?;
        let before = state.clone();
        let Some(code) = self.sequential(body, state)? else { return Ok(None) };
        let changes = holding.iter().any(|(_, visit)| {
            visit.node.as_ref().is_some_and(|node| !node.output().same(&visit.input))
        });
        if changes || before.layout != state.layout {
            return Err(unsupported(step, "a repeat that changes its map cannot be written"));
        }
        *state = before;
        let item = Code::Listed(code.into(), format!("for _ in range({times})"));
        let all = Code::Prefixed("*".into(), item.into());
        Ok(Some((Code::call("nn.Sequential", vec![all]), "layers")))
    }
}
