//! Scaled dot-product attention as one operator (operator set 23, ONNX 1.18).

use crate::counting::ledger::Event;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Value, checked, elements, shape_text, size};

/// softmax(q·kᵀ/√d)·v for every head. Cached keys and values of earlier tokens come first.
pub(crate) fn attention(call: &Call) -> Result<Inference, String> {
    let (queries, keys, values) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let heads = |name: &str| call.int(name).map(size).transpose();
    let query = Projection::of(queries, heads("q_num_heads")?)?;
    let key_heads = heads("kv_num_heads")?;
    let (key, value) = (Projection::of(keys, key_heads)?, Projection::of(values, key_heads)?);
    let past = call.optional(4).map(|past| Projection::of(past, None)).transpose()?;
    if query.size != key.size || key.tokens != value.tokens || key.heads != value.heads {
        let [queries, keys, values] = [queries, keys, values].map(|value| shape_text(&value.dims));
        return Err(format!(
            "queries of {queries}, keys of {keys} and values of {values} do not fit together"
        ));
    }
    let context = key.tokens.saturating_add(past.map_or(0, |past| past.tokens));
    let scores = elements(&checked(vec![query.batch, query.heads, query.tokens, context])?);
    let dims = checked(match &queries.dims[..] {
        [batch, heads, tokens, _] => vec![*batch, *heads, *tokens, value.size],
        dims => vec![dims[0], dims[1], query.heads.saturating_mul(value.size)],
    })?;
    let events = vec![
        (Event::MatmulMacs, scores.saturating_mul(query.size.saturating_add(value.size))),
        (Event::QueryScales, queries.elements()),
        (Event::SoftmaxElements, scores),
        (Event::MatmulOutputs, scores.saturating_add(elements(&dims))),
    ];
    let cost = LayerCost::events("attention", &queries.dims, &dims, events);
    let all = |heads: &Projection| Value::map(vec![heads.batch, heads.heads, context, heads.size]);
    let outputs = vec![Value::map(dims), all(&key), all(&value)];
    Ok(Inference { cost: Some(cost), ..Inference::free(outputs) })
}

/// The shape of queries, keys or values.
struct Projection {
    batch: u64,
    heads: u64,
    tokens: u64,
    /// Features of a head.
    size: u64,
}

impl Projection {
    /// Heads are the second of four axes, or lie side by side in the last of three.
    fn of(value: &Value, heads: Option<u64>) -> Result<Self, String> {
        match (&value.dims[..], heads) {
            (&[batch, heads, tokens, size], _) => Ok(Projection { batch, heads, tokens, size }),
            (&[batch, tokens, features], Some(heads))
                if heads > 0 && features.is_multiple_of(heads) =>
            {
                Ok(Projection { batch, heads, tokens, size: features / heads })
            }
            (dims, Some(heads)) => {
                Err(format!("{} cannot be split into {heads} heads", shape_text(dims)))
            }
            (dims, None) => {
                Err(format!("the number of heads of {} is not given", shape_text(dims)))
            }
        }
    }
}
