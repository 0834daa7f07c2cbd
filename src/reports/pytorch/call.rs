//! Calls of blocks: their classes with arguments.

use crate::error::Diagnostic;
use crate::families::block::{CLASSES, FIRST, Formula, GIVEN, IN, OUT, Step, Value};
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::reached::{Reached, outputs};

use crate::reports::pytorch::class::class_of;
use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::layer::activation_class;
use crate::reports::pytorch::program::{Argument, unsupported};

impl<'t, 'f> Body<'_, 't, 'f> {
    /// A call of a block: its class with arguments.
    pub(super) fn block(
        &mut self,
        step: &'f Step,
        block: usize,
        output: Option<&'f Formula>,
        settings: &'f [(usize, Formula)],
        holding: &[Reached<'t, 'f>],
        state: &mut State,
    ) -> Result<Option<(Code, &'f str)>, Diagnostic> {
        self.name_channels(step, holding, state);
        let blocks = self.program.blocks;
        let block = &blocks[block];
        let index = class_of(self.program, block, state.layout)?;
        let class = self.program.classes[index].clone();
        if class.is_auxiliary {
            return Ok(None);
        }
        let mut arguments = Vec::new();
        for argument in &class.arguments {
            let setting = argument.slot.checked_sub(GIVEN.len()).and_then(|parameter| {
                settings.iter().find(|(index, _)| *index == parameter).map(|(_, formula)| formula)
            });
            let formula = if argument.slot == OUT { output } else { setting };
            arguments.extend(self.argument(step, argument, formula, holding, state)?);
        }
        let known = outputs(holding);
        let written = output.map(|output| self.write(holding, state).numbers(output));
        let is_output = written.is_some_and(|numbers| {
            numbers.iter().zip(&known).all(|(one, (_, known))| *one == Some(*known as f64))
        });
        let is_input = holding
            .iter()
            .zip(&known)
            .all(|((_, visit), (_, channels))| visit.input.channels == *channels);
        match output.filter(|_| is_output) {
            Some(output) => state.channels = self.write(holding, state).count(output)?,
            None if is_input => {}
            None => state.channels = self.channels(step, &known)?,
        }
        state.layout = class.output;
        Ok(Some((Code::call(class.name, arguments), block.name.as_str())))
    }

    /// An argument of a call, unless its default does.
    fn argument(
        &self,
        step: &Step,
        argument: &Argument<'f>,
        formula: Option<&'f Formula>,
        holding: &[Reached<'t, 'f>],
        state: &State,
    ) -> Result<Option<Code>, Diagnostic> {
        let writer = self.write(holding, state);
        let text = match (argument.slot, formula) {
            (IN, _) => state.channels.clone(),
            (CLASSES, _) => "classes".into(),
            (FIRST, _) => "True".into(),
            (_, None) if argument.default.is_some() => return Ok(None),
            (_, None) => {
                let message =
                    format!("`{}` of the block that it calls is not given", argument.name);
                return Err(unsupported(step, message));
            }
            (_, Some(formula)) if argument.is_scaled => {
                writer.scaled(formula).ok_or_else(|| {
                    unsupported(step, format!("`{}` scales in the block", argument.name))
                })?
            }
            (_, Some(formula))
                if argument.is_activation() && writer.activation(formula).is_some() =>
            {
                writer.activation(formula).unwrap_or_default().into()
            }
            (_, Some(formula)) => {
                let term = writer.formula(formula)?;
                match &term.constant {
                    Some(value) if argument.default.as_ref() == Some(value) => return Ok(None),
                    Some(Value::Word(word)) if argument.is_activation() => {
                        activation_class(word).into()
                    }
                    _ if argument.kind == "int" => term.count(),
                    _ => term.text,
                }
            }
        };
        Ok(Some(argument.given(text)))
    }
}
