//! Activations and norms that were exported operator by operator, each found and counted as one layer.
//!
//! x·σ(x) is SiLU, x·(1 + erf(x/√2))/2 is GELU, x·clip(x + 3, 0, 6)/6 is hard swish, and (x − mean)/√(variance + ε) is
//! layer norm. Each intermediate value carries the part of the formula that is computed so far.

use crate::counting::layer::{Activation, Layer};
use crate::counting::ledger::Event;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Extendable, Form, Partial, Value};

/// No formula takes more operators.
const MAX_LAYERS: usize = 16;

/// The step of a formula that a node computes.
struct Step {
    /// The part of the formula computed so far, if it may go on.
    form: Option<Form>,
    /// The layer that the formula computes, if it may end here.
    fused: Option<Fused>,
    /// The id of the value that the formula is a function of.
    of: usize,
    /// The layers that computed the earlier steps.
    layers: Vec<usize>,
}

#[derive(Clone, Copy)]
enum Fused {
    Activation(Activation),
    LayerNorm,
}

/// Counts a node as the activation or norm that it completes, and records on its output how far a formula is.
pub(crate) fn fuse(call: &Call, mut inference: Inference) -> Inference {
    let step = step(call).filter(|step| step.layers.len() <= MAX_LAYERS);
    let (Some(step), Some(output)) = (step, inference.outputs.first_mut()) else {
        return inference;
    };
    match step.fused {
        Some(Fused::Activation(activation)) => {
            let layer = Layer::Activation(activation);
            inference.cost = Some(LayerCost::elementwise(&layer, &output.dims));
            inference.replaces.clone_from(&step.layers);
        }
        Some(Fused::LayerNorm) => {
            let events = vec![(Event::PlainLayerNormElements, output.elements())];
            let cost = LayerCost::events("norm", &output.dims, &output.dims, events);
            let extendable = Some(Extendable::NormWithoutScale);
            inference.cost = Some(LayerCost { extendable, ..cost });
            inference.replaces.clone_from(&step.layers);
        }
        None => {}
    }
    output.partial = step.form.map(|form| Partial { form, of: step.of, layers: step.layers });
    inference
}

fn step(call: &Call) -> Option<Step> {
    let value = call.optional(0)?;
    let takes_one = matches!(call.operator, Operator::Clip | Operator::ReduceMean);
    let Some(other) = call.optional(1).filter(|_| !takes_one) else {
        return unary_step(call.operator, value);
    };
    let is_symmetric = matches!(call.operator, Operator::Add | Operator::Mul);
    let swapped = || is_symmetric.then(|| binary_step(call.operator, other, value))?;
    binary_step(call.operator, value, other).or_else(swapped)
}

fn unary_step(operator: Operator, value: &Value) -> Option<Step> {
    let form = value.partial.as_ref().map(|partial| partial.form);
    match (operator, form) {
        (Operator::Sigmoid, _) => Some(begin(value, Form::Sigmoid)),
        (Operator::HardSigmoid, _) => Some(begin(value, Form::HardSigmoid)),
        (Operator::Erf, Some(Form::Scaled)) => extend(value, Form::Erf),
        (Operator::Clip, Some(Form::Shifted)) => extend(value, Form::Clipped),
        (Operator::ReduceMean, Some(Form::Squared)) => extend(value, Form::Variance),
        (Operator::ReduceMean, _) => Some(begin(value, Form::Mean)),
        (Operator::Sqrt, Some(Form::Variance)) => extend(value, Form::Deviation),
        _ => None,
    }
}

fn binary_step(operator: Operator, one: &Value, other: &Value) -> Option<Step> {
    use Operator::{Div, Mul};
    let Some(partial) = &one.partial else { return with_number(operator, one, other) };
    let is_of_other = partial.of == other.id;
    let other_form = other.partial.as_ref().filter(|other| other.of == partial.of);
    let other_form = other_form.map(|partial| partial.form);
    let activation = |activation| end(&[one, other], Fused::Activation(activation));
    match (operator, partial.form) {
        (Mul, Form::Sigmoid) if is_of_other => activation(Activation::Silu),
        (Mul, Form::HardSigmoid) if is_of_other => activation(Activation::HardSwish),
        (Mul, Form::Clipped) if is_of_other => extend(one, Form::SixHardSwish),
        (Mul, Form::ErfPlusOne) if is_of_other => extend(one, Form::TwiceGelu),
        (Mul, Form::ErfPlusOne) if other_form == Some(Form::Scaled) => activation(Activation::Gelu),
        (Mul, Form::Centred) if one.id == other.id => extend(one, Form::Squared),
        (Div, Form::Centred) if other_form == Some(Form::Deviation) => {
            end(&[one, other], Fused::LayerNorm)
        }
        _ => with_number(operator, one, other),
    }
}

/// A value and a number, or a value and its mean.
fn with_number(operator: Operator, one: &Value, other: &Value) -> Option<Step> {
    use Operator::{Add, Div, Mul, Pow, Sub};
    if let (Sub, Some(mean)) = (operator, &other.partial)
        && mean.form == Form::Mean
        && mean.of == one.id
    {
        return Some(Step { layers: mean.layers.clone(), ..begin(one, Form::Centred) });
    }
    let number = other.single()?;
    let equals = |constant: f64| (number - constant).abs() < 1e-4;
    let form = one.partial.as_ref().map(|partial| partial.form);
    let activation = |activation| end(&[one], Fused::Activation(activation));
    match (operator, form) {
        (Mul, Some(Form::TwiceGelu)) if equals(0.5) => activation(Activation::Gelu),
        (Mul, Some(Form::SixHardSwish)) if equals(1.0 / 6.0) => activation(Activation::HardSwish),
        (Div, Some(Form::SixHardSwish)) if equals(6.0) => activation(Activation::HardSwish),
        (Mul, Some(Form::Clipped)) if equals(1.0 / 6.0) => hard_sigmoid(one),
        (Div, Some(Form::Clipped)) if equals(6.0) => hard_sigmoid(one),
        (Add, Some(Form::Erf)) if equals(1.0) => extend(one, Form::ErfPlusOne),
        (Add, Some(Form::Variance)) => extend(one, Form::Variance),
        (Pow, Some(Form::Centred)) if equals(2.0) => extend(one, Form::Squared),
        (Add, _) if equals(3.0) => Some(begin(one, Form::Shifted)),
        (Mul | Div, _) => Some(begin(one, Form::Scaled)),
        _ => None,
    }
}

/// A hard sigmoid, which may go on to a hard swish.
fn hard_sigmoid(one: &Value) -> Option<Step> {
    let step = end(&[one], Fused::Activation(Activation::HardSigmoid))?;
    Some(Step { form: Some(Form::HardSigmoid), ..step })
}

fn begin(value: &Value, form: Form) -> Step {
    Step { form: Some(form), fused: None, of: value.id, layers: Vec::new() }
}

fn extend(value: &Value, form: Form) -> Option<Step> {
    let Partial { of, layers, .. } = value.partial.clone()?;
    Some(Step { form: Some(form), fused: None, of, layers })
}

fn end(values: &[&Value], fused: Fused) -> Option<Step> {
    let partials: Vec<&Partial> =
        values.iter().filter_map(|value| value.partial.as_ref()).collect();
    let of = partials.first()?.of;
    let same = partials.iter().filter(|partial| partial.of == of);
    let layers = same.flat_map(|partial| partial.layers.clone()).collect();
    Some(Step { form: None, fused: Some(fused), of, layers })
}
