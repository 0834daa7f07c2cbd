//! Scaled dot-product attention as one operator (ONNX 1.18, operator set 23).

use crate::counting::ledger::Event;
use crate::onnx::call::{Call, whole};
use crate::onnx::effect::{Counted, Effect, shape};
use crate::onnx::value::{Value, checked, written};

/// Queries against keys, a softmax over the scores, and the values weighed by it. Keys and values of earlier tokens
/// come first, where there are any; the scores are never kept in full.
pub(super) fn attention(call: &Call) -> Result<Effect, String> {
    let (queries, keys, values) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let heads = |name: &str| call.int(name).map(whole).transpose();
    let query = Split::of(queries, heads("q_num_heads")?)?;
    let (key, value) =
        (Split::of(keys, heads("kv_num_heads")?)?, Split::of(values, heads("kv_num_heads")?)?);
    let past =
        call.optional(4).map_or(Ok(0), |past| Split::of(past, None).map(|past| past.tokens))?;
    if query.size != key.size || key.tokens != value.tokens || key.heads != value.heads {
        let [one, other, third] = [queries, keys, values].map(|value| written(&value.dims));
        return Err(format!(
            "queries of {one}, keys of {other} and values of {third} do not go together"
        ));
    }
    let seen = key.tokens.saturating_add(past);
    let scores =
        checked(vec![query.batch, query.heads, query.tokens, seen])?.iter().product::<u64>();
    let dims = match &queries.dims[..] {
        [batch, heads, tokens, _] => vec![*batch, *heads, *tokens, value.size],
        dims => vec![dims[0], dims[1], query.heads.saturating_mul(value.size)],
    };
    let dims = checked(dims)?;
    let out = dims.iter().product::<u64>();
    let macs = scores.saturating_mul(query.size.saturating_add(value.size));
    let events = vec![
        (Event::MatmulMacs, macs),
        (Event::QueryScales, queries.elements()),
        (Event::SoftmaxElements, scores),
        (Event::MatmulOutputs, scores.saturating_add(out)),
    ];
    let counted = Counted::events(shape(&queries.dims), shape(&dims), events).kind("attention");
    let kept = |heads: &Split| Value::map(vec![heads.batch, heads.heads, seen, heads.size]);
    let outputs = vec![Value::map(dims), kept(&key), kept(&value)];
    Ok(Effect { outputs, ..Effect::of(Value::default(), counted) })
}

/// Tokens by head.
struct Split {
    batch: u64,
    heads: u64,
    tokens: u64,
    /// Features of a head.
    size: u64,
}

impl Split {
    /// Heads are an axis of their own, or lie side by side in the last one.
    fn of(value: &Value, heads: Option<u64>) -> Result<Self, String> {
        match (&value.dims[..], heads) {
            ([batch, heads, tokens, size], _) => {
                Ok(Split { batch: *batch, heads: *heads, tokens: *tokens, size: *size })
            }
            ([batch, tokens, features], Some(heads))
                if heads > 0 && features.is_multiple_of(heads) =>
            {
                Ok(Split { batch: *batch, heads, tokens: *tokens, size: features / heads })
            }
            _ => Err(format!("{} has no heads", written(&value.dims))),
        }
    }
}
