//! How `__init__` writes the channels of a map.

use crate::error::Diagnostic;
use crate::families::block::{GIVEN, IN, OUT, Step, Value};
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::expression::Named;
use crate::reports::pytorch::program::unsupported;
use crate::reports::pytorch::reached::Reached;

impl<'t, 'f> Body<'_, 't, 'f> {
    /// How `__init__` writes channels: a name with these values in the calls, or else a number.
    pub(super) fn channels(
        &self,
        step: &Step,
        known: &[(usize, u64)],
    ) -> Result<String, Diagnostic> {
        let slots = [OUT, IN].into_iter().chain(GIVEN.len()..self.names.len());
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
}
