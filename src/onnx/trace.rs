//! Formulas that an export writes out operator by operator: the activation or norm that they are as a whole.
//!
//! x·σ(x) is SiLU, x·(1 + erf(x/√2))/2 is GELU, x·clip(x + 3, 0, 6)/6 is hard swish, and (x − mean)/√(variance + ε) is
//! layer norm. A trace says how far along one of them a value is.

use crate::counting::layer::Activation;
use crate::onnx::call::Call;
use crate::onnx::value::Value;

/// How far along a formula a value is.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    /// What has been done so far.
    pub(super) form: Form,
    /// The value that the formula begins with.
    pub(super) of: usize,
    /// The steps that it took.
    pub(super) steps: Vec<usize>,
}

/// What has been done to x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// x times or over a number.
    Scaled,
    /// σ(x).
    Sigmoid,
    /// clip(x + 3, 0, 6)/6.
    HardSigmoid,
    /// erf of x over a number.
    Erf,
    /// The same plus 1.
    ErfPlusOne,
    /// x times that.
    TwiceGelu,
    /// x + 3.
    Shifted,
    /// clip(x + 3, 0, 6).
    Clipped,
    /// x times that.
    SixHardSwish,
    /// The mean of x.
    Mean,
    /// x less its mean.
    Centred,
    /// The square of that.
    Squared,
    /// The mean of the square, with or without ε.
    Variance,
    /// Its root.
    Deviation,
}

/// What a node adds to a formula.
#[derive(Debug)]
pub(super) struct Found {
    /// How far it is, where it goes on.
    pub(super) part: Option<Form>,
    /// What it is as a whole, where it ends here.
    pub(super) whole: Option<Whole>,
    /// The value that it begins with.
    pub(super) of: usize,
    /// The steps that it took before.
    pub(super) steps: Vec<usize>,
}

/// A formula as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    /// An activation.
    Activation(Activation),
    /// A layer norm, whose scale and shift may follow.
    LayerNorm,
}

/// A formula of more steps than this is none of those.
const MOST_STEPS: usize = 16;

/// What the node adds to a formula that one of its inputs is part of, or begins.
pub(super) fn follow(call: &Call) -> Option<Found> {
    found(call).filter(|found| found.steps.len() <= MOST_STEPS)
}

fn found(call: &Call) -> Option<Found> {
    let value = call.optional(0)?;
    let operator = call.node.operator.as_str();
    let Some(other) = call.optional(1).filter(|_| operator != "Clip" && operator != "ReduceMean")
    else {
        return alone(operator, value);
    };
    let turned = matches!(operator, "Add" | "Mul").then_some((other, value));
    [Some((value, other)), turned]
        .into_iter()
        .flatten()
        .find_map(|(one, other)| pair(operator, one, other))
}

fn alone(operator: &str, value: &Value) -> Option<Found> {
    let form = value.trace.as_ref().map(|trace| trace.form);
    match (operator, form) {
        ("Sigmoid", _) => Some(begun(value, Form::Sigmoid)),
        ("HardSigmoid", _) => Some(begun(value, Form::HardSigmoid)),
        ("Erf", Some(Form::Scaled)) => goes_on(value, Form::Erf),
        ("Clip", Some(Form::Shifted)) => goes_on(value, Form::Clipped),
        ("ReduceMean", Some(Form::Squared)) => goes_on(value, Form::Variance),
        ("ReduceMean", _) => Some(begun(value, Form::Mean)),
        ("Sqrt", Some(Form::Variance)) => goes_on(value, Form::Deviation),
        _ => None,
    }
}

fn pair(operator: &str, one: &Value, other: &Value) -> Option<Found> {
    let Some(trace) = &one.trace else { return with_number(operator, one, other) };
    let begins_with_other = trace.of == other.id;
    let other_form =
        other.trace.as_ref().filter(|other| other.of == trace.of).map(|trace| trace.form);
    let activation = |activation| ends(&[one, other], Whole::Activation(activation));
    match (operator, trace.form) {
        ("Mul", Form::Sigmoid) if begins_with_other => activation(Activation::Silu),
        ("Mul", Form::HardSigmoid) if begins_with_other => activation(Activation::HardSwish),
        ("Mul", Form::Clipped) if begins_with_other => goes_on(one, Form::SixHardSwish),
        ("Mul", Form::ErfPlusOne) if begins_with_other => goes_on(one, Form::TwiceGelu),
        ("Mul", Form::ErfPlusOne) if other_form == Some(Form::Scaled) => {
            activation(Activation::Gelu)
        }
        ("Mul", Form::Centred) if one.id == other.id => goes_on(one, Form::Squared),
        ("Div", Form::Centred) if other_form == Some(Form::Deviation) => {
            ends(&[one, other], Whole::LayerNorm)
        }
        _ => with_number(operator, one, other),
    }
}

/// A value and a number, or a value and its mean.
fn with_number(operator: &str, one: &Value, other: &Value) -> Option<Found> {
    if let ("Sub", Some(mean)) = (operator, &other.trace)
        && mean.form == Form::Mean
        && mean.of == one.id
    {
        let (of, steps) = (one.id, mean.steps.clone());
        return Some(Found { part: Some(Form::Centred), whole: None, of, steps });
    }
    let number = other.single()?;
    let is = |wanted: f64| (number - wanted).abs() < 1e-4;
    let form = one.trace.as_ref().map(|trace| trace.form);
    let activation = |activation| ends(&[one], Whole::Activation(activation));
    match (operator, form) {
        ("Mul", Some(Form::TwiceGelu)) if is(0.5) => activation(Activation::Gelu),
        ("Mul", Some(Form::SixHardSwish)) if is(1.0 / 6.0) => activation(Activation::HardSwish),
        ("Div", Some(Form::SixHardSwish)) if is(6.0) => activation(Activation::HardSwish),
        ("Mul", Some(Form::Clipped)) if is(1.0 / 6.0) => hard_sigmoid(one),
        ("Div", Some(Form::Clipped)) if is(6.0) => hard_sigmoid(one),
        ("Add", Some(Form::Erf)) if is(1.0) => goes_on(one, Form::ErfPlusOne),
        ("Add", Some(Form::Variance)) => goes_on(one, Form::Variance),
        ("Pow", Some(Form::Centred)) if is(2.0) => goes_on(one, Form::Squared),
        ("Add", _) if is(3.0) => Some(begun(one, Form::Shifted)),
        ("Mul" | "Div", _) => Some(begun(one, Form::Scaled)),
        _ => None,
    }
}

/// It may end here, or go on to a hard swish.
fn hard_sigmoid(one: &Value) -> Option<Found> {
    let found = ends(&[one], Whole::Activation(Activation::HardSigmoid))?;
    Some(Found { part: Some(Form::HardSigmoid), ..found })
}

fn begun(value: &Value, form: Form) -> Found {
    Found { part: Some(form), whole: None, of: value.id, steps: Vec::new() }
}

fn goes_on(value: &Value, form: Form) -> Option<Found> {
    let trace = value.trace.as_ref()?;
    Some(Found { part: Some(form), whole: None, of: trace.of, steps: trace.steps.clone() })
}

fn ends(values: &[&Value], whole: Whole) -> Option<Found> {
    let traces: Vec<&Trace> = values.iter().filter_map(|value| value.trace.as_ref()).collect();
    let of = traces.first()?.of;
    let steps = traces.iter().filter(|trace| trace.of == of).flat_map(|trace| trace.steps.clone());
    Some(Found { part: None, whole: Some(whole), of, steps: steps.collect() })
}
