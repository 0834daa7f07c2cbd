//! From a primitive as a block writes it to the layer it is on a map.

use crate::counting::layer::{
    Activation, AdaptivePool, Attention, ClassToken, Conv, Dropout, Flatten, Layer, LearnedScale,
    Linear, Norm, NormKind, Padding, Pool, PoolStyle, Shuffle, SpaceToDepth, Take, Tokens, Window,
};
use crate::counting::scalar::{Quantity, Scalar};
use crate::counting::shape::Shape;
use crate::error::{Diagnostic, Span};
use crate::families::block::build::{count, misfit};
use crate::families::block::{Formula, Primitive, Scope, Value, WindowFormula};
use crate::families::scaling::Reading;

/// A place to build a layer in: the map that goes in, and the step that wants it.
#[derive(Debug)]
pub(super) struct Site<'a, S> {
    /// The shape of the map.
    pub(super) input: &'a Shape<S>,
    /// Where the step is written.
    pub(super) span: &'a Span,
    /// Height and width of the network's input, in pixels: no window may be larger.
    pub(super) image: [u64; 2],
}

/// The layer that a primitive stands for; none for a norm or activation called `none`.
pub(super) fn layer<R: Reading>(
    primitive: &Primitive,
    scope: &Scope<R>,
    site: &Site<R::Scalar>,
) -> Result<Option<Layer<R::Scalar>>, Diagnostic> {
    let channels = &site.input.channels;
    let amount = |formula: &Formula, what: &str| count(formula, scope, what);
    let flag = |formula: &Formula| formula.typed(scope, Value::into_bool);
    Ok(Some(match primitive {
        Primitive::Conv { output, window, groups, bias } => {
            let output = amount(output, "the number of output channels")?;
            let groups = amount(groups, "the number of groups")?;
            let window = self::window(window, scope, site)?;
            let conv = Conv::new(channels, output, groups, window, flag(bias)?);
            Layer::Conv(conv.map_err(|error| misfit(&error, site.span, site.input))?)
        }
        Primitive::Linear { output, bias } => Layer::Linear(Linear {
            input: channels.clone(),
            output: amount(output, "the number of output features")?,
            bias: flag(bias)?,
        }),
        Primitive::Norm { kind, groups, scale, shift } => {
            let Some(kind) = norm(kind, groups, scope)? else { return Ok(None) };
            Layer::Norm(Norm { kind, scale: flag(scale)?, shift: flag(shift)? })
        }
        Primitive::Activation(name) => return Ok(activation(name, scope)?.map(Layer::Activation)),
        Primitive::Pool { kind, window } => {
            Layer::Pool(Pool { kind: *kind, window: self::window(window, scope, site)? })
        }
        Primitive::AdaptivePool { style, size } => Layer::AdaptivePool(AdaptivePool {
            size: pair(size, scope, "the size to pool to")?,
            style: pool_style(style, scope)?,
        }),
        Primitive::Dropout(rate) => Layer::Dropout(dropout(rate, scope)?),
        Primitive::Flatten => Layer::Flatten(Flatten),
        Primitive::Take(taken) => {
            Layer::Take(Take { channels: amount(taken, "the number of channels taken")? })
        }
        Primitive::Shuffle(groups) => {
            Layer::Shuffle(Shuffle { groups: amount(groups, "the number of groups")? })
        }
        Primitive::SpaceToDepth(cell) => {
            Layer::SpaceToDepth(SpaceToDepth { side: amount(cell, "the side of a cell")?.exact() })
        }
        Primitive::LearnedScale => Layer::LearnedScale(LearnedScale),
        Primitive::Tokens { class_token, positions } => {
            Layer::Tokens(Tokens { class_token: flag(class_token)?, positions: flag(positions)? })
        }
        Primitive::ClassToken => Layer::ClassToken(ClassToken),
        Primitive::Attention { heads, window, relative_bias } => {
            let heads = amount(heads, "the number of heads")?.exact();
            let window = window.as_ref().map(|window| amount(window, "the side of a window"));
            let window = window.transpose()?.map(|window| window.exact());
            let attention = Attention::new(channels, heads, window, flag(relative_bias)?);
            Layer::Attention(attention.map_err(|error| misfit(&error, site.span, site.input))?)
        }
    }))
}

fn window<R: Reading>(
    window: &WindowFormula,
    scope: &Scope<R>,
    site: &Site<R::Scalar>,
) -> Result<Window, Diagnostic> {
    let pair = |formulas: &[Formula; 2], what: &str| pair(formulas, scope, what);
    let padding = match &window.padding {
        None => Padding::Same,
        Some(padding) => Padding::Fixed(pair(padding, "the padding")?),
    };
    let window = Window {
        kernel: pair(&window.kernel, "the kernel")?,
        stride: pair(&window.stride, "the stride")?,
        dilation: pair(&window.dilation, "the dilation")?,
        padding,
        ceil: window.ceil,
    };
    let ([rows, columns], [height, width]) = (window.reach(), site.image);
    if rows <= height && columns <= width {
        return Ok(window);
    }
    // Late maps are often smaller than a kernel (B0 at 32 px ends on 1×1), and padding makes up for it;
    // a kernel beyond the whole image is a mistake, whatever the padding.
    let message = format!(
        "a kernel that reaches over {rows}×{columns} pixels is larger than the network's whole input \
         of {height}×{width}"
    );
    Err(Diagnostic::new(message).at(site.span, "in this step"))
}

fn pair<R: Reading>(
    formulas: &[Formula; 2],
    scope: &Scope<R>,
    what: &str,
) -> Result<[u64; 2], Diagnostic> {
    let rows = count(&formulas[0], scope, what)?.exact();
    Ok([rows, count(&formulas[1], scope, what)?.exact()])
}

/// The words for pools that take the whole map, and what they stand for.
pub const WHOLE_MAP_POOLS: [(&str, PoolStyle); 3] =
    [("global", PoolStyle::Pool), ("squeeze", PoolStyle::Squeeze), ("mean", PoolStyle::Mean)];

fn pool_style<R: Reading>(style: &Formula, scope: &Scope<R>) -> Result<PoolStyle, Diagnostic> {
    let word = style.typed(scope, Value::into_word)?;
    let known = WHOLE_MAP_POOLS.iter().find(|(name, _)| *name == word);
    known.map(|(_, style)| *style).ok_or_else(|| {
        let names = WHOLE_MAP_POOLS.map(|(name, _)| name);
        let problem = Diagnostic::new(format!("unknown pool `{word}` of the whole map"));
        let problem =
            problem.at(&style.span, "here").known("pools of the whole map", &word, &names);
        problem.help("`max`, `average` and `adaptive` cannot be a parameter: write them out")
    })
}

/// The words for norms.
pub const NORMS: [&str; 5] = ["batch", "layer", "group", "input", "none"];

fn norm<R: Reading>(
    kind: &Formula,
    groups: &Formula,
    scope: &Scope<R>,
) -> Result<Option<NormKind>, Diagnostic> {
    let word = kind.typed(scope, Value::into_word)?;
    match word.as_str() {
        "batch" => Ok(Some(NormKind::Batch)),
        "layer" => Ok(Some(NormKind::Layer)),
        "group" => Ok(Some(NormKind::Group(count(groups, scope, "the number of groups")?.exact()))),
        "input" => Ok(Some(NormKind::Input)),
        "none" => Ok(None),
        _ => Err(Diagnostic::new(format!("unknown norm `{word}`"))
            .at(&kind.span, "here")
            .known("norms", &word, &NORMS)),
    }
}

fn activation<R: Reading>(
    function: &Formula,
    scope: &Scope<R>,
) -> Result<Option<Activation>, Diagnostic> {
    let word = function.typed(scope, Value::into_word)?;
    if word == "none" {
        return Ok(None);
    }
    let known = Activation::NAMES.iter().find(|(name, _)| *name == word);
    if let Some((_, function)) = known {
        return Ok(Some(*function));
    }
    let names: Vec<&str> =
        Activation::NAMES.iter().map(|(name, _)| *name).chain(["none"]).collect();
    Err(Diagnostic::new(format!("unknown activation `{word}`")).at(&function.span, "here").known(
        "activations",
        &word,
        &names,
    ))
}

fn dropout<R: Reading>(rate: &Formula, scope: &Scope<R>) -> Result<Dropout, Diagnostic> {
    let value = rate.typed(scope, Value::into_number)?.value();
    if (0.0..=1.0).contains(&value) {
        return Ok(Dropout { rate: value });
    }
    let message = format!("a dropout rate lies between 0 and 1, this one is {value}");
    Err(Diagnostic::new(message).at(&rate.span, "here"))
}
