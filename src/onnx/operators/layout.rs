//! Operators on maps N×H×W×C, whose channels are the last axis.

use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::Inference;
use crate::onnx::value::Value;

/// An operator on maps N×C×H×W.
type Function = fn(&Call) -> Result<Inference, String>;

/// An operator whose inputs at the indices `maps`, and whose output, have channels last.
pub(crate) fn channels_last(
    call: &Call,
    maps: &[usize],
    function: Function,
) -> Result<Inference, String> {
    let turned = |index: &usize| call.optional(*index).map(channels_second);
    let turned: Vec<Option<Value>> = maps.iter().map(turned).collect();
    let mut inputs = call.inputs.clone();
    for (index, value) in maps.iter().zip(&turned) {
        if let Some(input) = inputs.get_mut(*index) {
            *input = value.as_ref();
        }
    }
    let mut inference = function(&Call { inputs, ..*call })?;
    for output in &mut inference.outputs {
        if let [_, rest @ ..] = &mut output.dims[..] {
            rest.rotate_left(rest.len().min(1));
        }
    }
    Ok(inference)
}

/// The same where the attribute `channels_last` is set.
pub(crate) fn either(call: &Call, maps: &[usize], function: Function) -> Result<Inference, String> {
    let is_last = call.int("channels_last").is_some_and(|flag| flag != 0);
    if is_last { channels_last(call, maps, function) } else { function(call) }
}

fn channels_second(map: &Value) -> Value {
    let mut map = map.clone();
    if let [_, rest @ ..] = &mut map.dims[..] {
        rest.rotate_right(rest.len().min(1));
    }
    map
}
