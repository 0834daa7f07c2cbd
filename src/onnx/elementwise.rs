//! Functions of each element, of pairs of elements, and of all elements along an axis.

use crate::counting::layer::{Activation, AdaptivePool, Join, Layer, LearnedScale, PoolStyle};
use crate::counting::ledger::Event;
use crate::onnx::call::Call;
use crate::onnx::effect::{Counted, Effect, shape};
use crate::onnx::numbers::Numbers;
use crate::onnx::operator::{Arithmetic, Reduction};
use crate::onnx::trace::{Whole, follow};
use crate::onnx::value::{Made, Value, all_stored, axis, broadcast, checked};

/// One function of each element.
pub(super) fn unary(call: &Call, activation: Option<Activation>) -> Result<Effect, String> {
    let value = call.input(0)?;
    let numbers = value.numbers.as_ref();
    let numbers = match call.node.operator.as_str() {
        "Clip" => numbers.and_then(|numbers| clipped(call, numbers)),
        operator => numbers.and_then(|numbers| numbers.mapped(operator)),
    };
    let stored = value.stored.clone();
    let output =
        Value { numbers, stored, is_float: value.is_float, ..Value::map(value.dims.clone()) };
    if output.is_constant() || !output.is_float {
        return Ok(Effect::free(output));
    }
    let map = shape(&value.dims);
    let activation =
        activation.filter(|activation| *activation != Activation::Relu6 || is_relu6(call));
    let counted = match activation {
        Some(activation) => Counted::layer(&Layer::Activation(activation), map.clone(), map),
        None => other(&value.dims, &value.dims),
    };
    Ok(followed(call, Effect::over(output, counted)))
}

/// Whether a clip is one to 0 and 6.
fn is_relu6(call: &Call) -> bool {
    bound(call, 1, "min") == Some(0.0) && bound(call, 2, "max") == Some(6.0)
}

/// A bound of a clip: a setting first, since version 11 an input.
fn bound(call: &Call, index: usize, name: &str) -> Option<f64> {
    call.optional(index).and_then(Value::single).or(call.float(name))
}

/// Known numbers within the bounds of a clip; whole ones stay whole.
fn clipped(call: &Call, numbers: &Numbers) -> Option<Numbers> {
    let (low, high) = (bound(call, 1, "min"), bound(call, 2, "max"));
    let is_open =
        |index: &usize| call.optional(*index).is_some_and(|value| value.single().is_none());
    if [1, 2].iter().any(is_open) {
        return None;
    }
    let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
    let within = numbers.real().into_iter().map(|value| value.max(low).min(high));
    Some(Numbers::Real(within.collect()).cast(numbers.whole().is_none()))
}

/// One function of pairs of elements, or of as many as there are inputs.
pub(super) fn pairwise(call: &Call, by: Arithmetic) -> Result<Effect, String> {
    let values: Vec<&Value> = call.given().collect();
    let first = *values.first().ok_or("it has no inputs")?;
    let mut dims = first.dims.clone();
    let mut numbers = first.numbers.clone();
    for value in &values[1..] {
        dims = broadcast(&dims, &value.dims)?;
        numbers =
            numbers.zip(value.numbers.as_ref()).and_then(|(one, other)| one.paired(other, by));
    }
    let numbers = numbers.filter(|numbers| numbers.len() as u64 == dims.iter().product::<u64>());
    let is_truth = matches!(by, Arithmetic::Equal | Arithmetic::Greater | Arithmetic::Less);
    let is_float = values.iter().any(|value| value.is_float) && !is_truth;
    let stored = all_stored(&values)?;
    let output = Value { numbers, stored, is_float, ..Value::map(dims) };
    if output.is_constant() || !is_float {
        return Ok(Effect::free(output));
    }
    if let Some(effect) = grown(&values, &output, by) {
        return Ok(effect);
    }
    let counted = joined(&values, &output, by);
    Ok(followed(call, Effect::over(output, counted)))
}

/// A bias after a product, or a scale and a shift after a norm: a part of what made the value.
fn grown(values: &[&Value], output: &Value, by: Arithmetic) -> Option<Effect> {
    let [one, other] = values else { return None };
    let (value, constant) = if other.is_constant() { (one, other) } else { (other, one) };
    let (into, made) = value.made?;
    let is_row = constant.dims.iter().filter(|size| **size != 1).count() <= 1;
    if !constant.is_stored() || !is_row || output.dims != value.dims {
        return None;
    }
    let (elements, length) = (output.elements(), constant.elements());
    let (events, learned) = match (made, by) {
        (Made::Conv, Arithmetic::Add) => (vec![(Event::ConvBiasAdds, elements)], Event::ConvBiases),
        (Made::Linear, Arithmetic::Add) => {
            let events = vec![(Event::LinearBiasAdds, elements), (Event::LinearParamUses, length)];
            (events, Event::LinearBiases)
        }
        (Made::Norm, Arithmetic::Add | Arithmetic::Multiply) => {
            (vec![(Event::NormParamUses, length)], Event::NormAffine)
        }
        _ => return None,
    };
    let map = shape(&output.dims);
    let counted = Counted::events(map.clone(), map, events).learning(Some(constant), learned);
    let made = (made == Made::Norm).then_some((into, made));
    let counted = Counted { into: Some(into), ..counted };
    Some(Effect::over(Value { made, ..output.clone() }, counted))
}

/// Where branches meet, or a learned value comes in.
fn joined(values: &[&Value], output: &Value, by: Arithmetic) -> Counted {
    let map = shape(&output.dims);
    let constant = values.iter().find(|value| value.is_constant());
    // A single number is none that is learned.
    let learned = constant.filter(|value| value.elements() > 1 && value.is_stored());
    let by_layer = |layer: &Layer<u64>| Counted::layer(layer, map.clone(), map.clone());
    let counted = match (by, constant, learned) {
        (Arithmetic::Add, None, _) => by_layer(&Layer::Join(Join::Add)),
        (Arithmetic::Multiply, None, _) => by_layer(&Layer::Join(Join::Multiply)),
        (Arithmetic::Multiply, _, Some(_)) => by_layer(&Layer::LearnedScale(LearnedScale)),
        (Arithmetic::Add, _, Some(_)) => {
            let events = vec![(Event::EmbeddingAdds, output.elements())];
            Counted::events(map.clone(), map.clone(), events).kind("embedding")
        }
        _ => other(&output.dims, &output.dims),
    };
    values.iter().fold(counted, |counted, value| counted.learning(Some(value), Event::Embeddings))
}

/// A choice between two values.
pub(super) fn choice(call: &Call) -> Result<Effect, String> {
    let (which, yes, no) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let dims = broadcast(&broadcast(&which.dims, &yes.dims)?, &no.dims)?;
    let known = (&which.numbers, &yes.numbers, &no.numbers);
    let numbers = match known {
        (Some(which), Some(yes), Some(no)) => which.chosen(yes, no),
        _ => None,
    };
    let numbers = numbers.filter(|numbers| numbers.len() as u64 == dims.iter().product::<u64>());
    let stored = all_stored(&[which, yes, no])?;
    let output = Value { numbers, stored, is_float: yes.is_float, ..Value::map(dims) };
    if output.is_constant() || !output.is_float {
        return Ok(Effect::free(output));
    }
    let counted = other(&output.dims, &output.dims)
        .learning(Some(yes), Event::Embeddings)
        .learning(Some(no), Event::Embeddings);
    Ok(Effect::over(output, counted))
}

/// A mean, sum or extreme over some axes.
pub(super) fn reduce(call: &Call, by: Reduction) -> Result<Effect, String> {
    let value = call.input(0)?;
    let rank = value.dims.len();
    let place = (by == Reduction::Place).then(|| vec![call.int("axis").unwrap_or(0)]);
    let axes = match place {
        Some(axes) => axes,
        None => call.numbers("axes", 1)?.unwrap_or_default(),
    };
    let axes = axes.into_iter().map(|at| axis(at, rank)).collect::<Result<Vec<_>, _>>()?;
    let is_nothing = axes.is_empty() && call.int("noop_with_empty_axes") == Some(1);
    let is_reduced = |at: usize| !is_nothing && (axes.is_empty() || axes.contains(&at));
    let keeps = call.int("keepdims") != Some(0);
    let size = |(at, size): (usize, &u64)| match (is_reduced(at), keeps) {
        (false, _) => Some(*size),
        (true, true) => Some(1),
        (true, false) => None,
    };
    let dims: Vec<u64> = value.dims.iter().enumerate().filter_map(size).collect();
    let numbers = value.numbers.as_ref().filter(|_| dims.iter().product::<u64>() == 1);
    let numbers = numbers.zip(by.arithmetic()).and_then(|(numbers, by)| numbers.reduced(by));
    let (stored, is_float) = (value.stored.clone(), value.is_float && by != Reduction::Place);
    let output = Value { numbers, stored, is_float, ..Value::map(dims) };
    if output.is_constant() || !value.is_float {
        return Ok(Effect::free(output));
    }
    let is_over_map =
        by == Reduction::Mean && rank == 4 && (0..4).all(|at| is_reduced(at) == (at > 1));
    let counted = if is_over_map {
        let layer = Layer::AdaptivePool(AdaptivePool { size: [1; 2], style: PoolStyle::Mean });
        Counted::layer(&layer, shape(&value.dims), shape(&[&value.dims[..2], &[1, 1]].concat()))
    } else {
        other(&value.dims, &output.dims)
    };
    Ok(followed(call, Effect::of(output, counted)))
}

/// A map read at as many places as a second one has rows and columns.
pub(super) fn grid_sample(call: &Call) -> Result<Effect, String> {
    let (map, grid) = (call.input(0)?, call.input(1)?);
    let ([batch, channels, axes @ ..], [_, places @ .., _]) = (&map.dims[..], &grid.dims[..])
    else {
        return Err("it takes a map and a grid".into());
    };
    if axes.len() != places.len() {
        return Err(format!("a grid of {} axes on a map of {}", places.len(), axes.len()));
    }
    let dims = checked([&[*batch, *channels], places].concat())?;
    let counted = other(&dims, &dims);
    let counted = Counted { input: shape(&map.dims), ..counted };
    Ok(Effect::of(Value::map(dims), counted))
}

/// Elements that pass a function that is no layer.
fn other(input: &[u64], output: &[u64]) -> Counted {
    Counted::events(
        shape(input),
        shape(output),
        vec![(Event::OtherElements, input.iter().product())],
    )
}

/// Notes the formula that a node is part of: the walk puts its steps together.
fn followed(call: &Call, mut effect: Effect) -> Effect {
    effect.found = follow(call);
    let whole = effect.found.as_ref().and_then(|found| found.whole);
    if let (Some(counted), Some(whole)) = (&mut effect.counted, whole) {
        let map = counted.output.clone();
        *counted = match whole {
            Whole::Activation(activation) => {
                Counted::layer(&Layer::Activation(activation), map.clone(), map)
            }
            Whole::LayerNorm => {
                let elements = effect.outputs.first().map_or(0, Value::elements);
                let events = vec![(Event::PlainLayerNormElements, elements)];
                Counted::events(map.clone(), map, events).kind("norm").made(Some(Made::Norm))
            }
        };
    }
    effect
}

impl Reduction {
    /// How two numbers become one.
    fn arithmetic(self) -> Option<Arithmetic> {
        match self {
            Reduction::Sum => Some(Arithmetic::Add),
            Reduction::Product => Some(Arithmetic::Multiply),
            Reduction::Minimum => Some(Arithmetic::Minimum),
            Reduction::Maximum => Some(Arithmetic::Maximum),
            Reduction::Mean | Reduction::Place | Reduction::Other => None,
        }
    }
}

/// Numbers as floating-point or whole ones.
pub(super) fn cast(call: &Call) -> Result<Effect, String> {
    let value = call.input(0)?;
    let is_float = match call.node.operator.as_str() {
        "CastLike" => call.input(1)?.is_float,
        _ => matches!(call.int("to"), Some(1 | 10 | 11 | 16..=20)),
    };
    let numbers = value.numbers.as_ref().map(|numbers: &Numbers| numbers.cast(is_float));
    Ok(Effect::free(Value { numbers, is_float, ..value.clone() }))
}
