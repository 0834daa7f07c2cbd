//! Activations and norms that an export writes out operator by operator, found and counted as one layer.
//!
//! x·σ(x) is SiLU, x·(1 + erf(x/√2))/2 is GELU, x·clip(x + 3, 0, 6)/6 is hard swish, and (x − mean)/√(variance + ε) is
//! layer norm. Each intermediate value carries the part of the formula that is computed so far.

use crate::counting::layer::{Activation, Layer};
use crate::counting::ledger::Event;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Extendable, Form, Partial, Value};

/// None of the formulas takes more operators.
const MAX_LAYERS: usize = 16;

/// A step of a formula that a node computes.
struct Step {
    /// The part that is computed with it, where the formula may go on.
    form: Option<Form>,
    /// The layer that the formula is, where it may end here.
    whole: Option<Whole>,
    /// The id of the value that the formula is a function of.
    of: usize,
    /// The layers that computed it before.
    layers: Vec<usize>,
}

#[derive(Clone, Copy)]
enum Whole {
    Activation(Activation),
    LayerNorm,
}

/// Counts a node as the whole activation or norm that ends with it, and notes on its output how far one is.
pub(crate) fn fuse(call: &Call, mut inference: Inference) -> Inference {
    let step = step(call).filter(|step| step.layers.len() <= MAX_LAYERS);
    let (Some(step), Some(output)) = (step, inference.outputs.first_mut()) else {
        return inference;
    };
    match step.whole {
        Some(Whole::Activation(activation)) => {
            let layer = Layer::Activation(activation);
            inference.cost = Some(LayerCost::elementwise(&layer, &output.dims));
            inference.replaces.clone_from(&step.layers);
        }
        Some(Whole::LayerNorm) => {
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
        return of_one(call.operator, value);
    };
    let is_symmetric = matches!(call.operator, Operator::Add | Operator::Mul);
    let swapped = || is_symmetric.then(|| of_two(call.operator, other, value))?;
    of_two(call.operator, value, other).or_else(swapped)
}

fn of_one(operator: Operator, value: &Value) -> Option<Step> {
    let form = value.partial.as_ref().map(|partial| partial.form);
    match (operator, form) {
        (Operator::Sigmoid, _) => Some(begin(value, Form::Sigmoid)),
        (Operator::HardSigmoid, _) => Some(begin(value, Form::HardSigmoid)),
        (Operator::Erf, Some(Form::Scaled)) => go_on(value, Form::Erf),
        (Operator::Clip, Some(Form::Shifted)) => go_on(value, Form::Clipped),
        (Operator::ReduceMean, Some(Form::Squared)) => go_on(value, Form::Variance),
        (Operator::ReduceMean, _) => Some(begin(value, Form::Mean)),
        (Operator::Sqrt, Some(Form::Variance)) => go_on(value, Form::Deviation),
        _ => None,
    }
}

fn of_two(operator: Operator, one: &Value, other: &Value) -> Option<Step> {
    use Operator::{Div, Mul};
    let Some(partial) = &one.partial else { return with_number(operator, one, other) };
    let is_of_other = partial.of == other.id;
    let other_form = other.partial.as_ref().filter(|other| other.of == partial.of);
    let other_form = other_form.map(|partial| partial.form);
    let activation = |activation| end(&[one, other], Whole::Activation(activation));
    match (operator, partial.form) {
        (Mul, Form::Sigmoid) if is_of_other => activation(Activation::Silu),
        (Mul, Form::HardSigmoid) if is_of_other => activation(Activation::HardSwish),
        (Mul, Form::Clipped) if is_of_other => go_on(one, Form::SixHardSwish),
        (Mul, Form::ErfPlusOne) if is_of_other => go_on(one, Form::TwiceGelu),
        (Mul, Form::ErfPlusOne) if other_form == Some(Form::Scaled) => activation(Activation::Gelu),
        (Mul, Form::Centred) if one.id == other.id => go_on(one, Form::Squared),
        (Div, Form::Centred) if other_form == Some(Form::Deviation) => {
            end(&[one, other], Whole::LayerNorm)
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
    let is = |wanted: f64| (number - wanted).abs() < 1e-4;
    let form = one.partial.as_ref().map(|partial| partial.form);
    let activation = |activation| end(&[one], Whole::Activation(activation));
    match (operator, form) {
        (Mul, Some(Form::TwiceGelu)) if is(0.5) => activation(Activation::Gelu),
        (Mul, Some(Form::SixHardSwish)) if is(1.0 / 6.0) => activation(Activation::HardSwish),
        (Div, Some(Form::SixHardSwish)) if is(6.0) => activation(Activation::HardSwish),
        (Mul, Some(Form::Clipped)) if is(1.0 / 6.0) => hard_sigmoid(one),
        (Div, Some(Form::Clipped)) if is(6.0) => hard_sigmoid(one),
        (Add, Some(Form::Erf)) if is(1.0) => go_on(one, Form::ErfPlusOne),
        (Add, Some(Form::Variance)) => go_on(one, Form::Variance),
        (Pow, Some(Form::Centred)) if is(2.0) => go_on(one, Form::Squared),
        (Add, _) if is(3.0) => Some(begin(one, Form::Shifted)),
        (Mul | Div, _) => Some(begin(one, Form::Scaled)),
        _ => None,
    }
}

/// A hard sigmoid, which may go on to a hard swish.
fn hard_sigmoid(one: &Value) -> Option<Step> {
    let step = end(&[one], Whole::Activation(Activation::HardSigmoid))?;
    Some(Step { form: Some(Form::HardSigmoid), ..step })
}

fn begin(value: &Value, form: Form) -> Step {
    Step { form: Some(form), whole: None, of: value.id, layers: Vec::new() }
}

fn go_on(value: &Value, form: Form) -> Option<Step> {
    let Partial { of, layers, .. } = value.partial.clone()?;
    Some(Step { form: Some(form), whole: None, of, layers })
}

fn end(values: &[&Value], whole: Whole) -> Option<Step> {
    let partials: Vec<&Partial> =
        values.iter().filter_map(|value| value.partial.as_ref()).collect();
    let of = partials.first()?.of;
    let same = partials.iter().filter(|partial| partial.of == of);
    let layers = same.flat_map(|partial| partial.layers.clone()).collect();
    Some(Step { form: None, whole: Some(whole), of, layers })
}
