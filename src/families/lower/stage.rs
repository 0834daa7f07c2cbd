//! The stages of a network: their widths and repeats, and their blocks.

use crate::counting::network::Stage;
use crate::counting::node::Node;
use crate::counting::scalar::{Quantity, Scalar};
use crate::counting::shape::Shape;
use crate::error::Diagnostic;
use crate::families::block::{Builder, Formula, GIVEN, QuantityOf, Scope, Slots, Value, count};
use crate::families::family::StageSpec;
use crate::families::scaling::{AtScale, Reading};

/// The values of names in stages' expressions, at the scale and at the baseline.
pub(in crate::families) struct Scopes<'a, R: Reading> {
    pub(in crate::families) scaled: Scope<'a, 'a, R>,
    pub(in crate::families) baseline: Scope<'a, 'a, AtScale>,
}

impl<'a, R: Reading> Scopes<'a, R> {
    pub(super) fn new(
        constants: &'a [(String, Formula)],
        reading: &'a R,
        plain: &'a AtScale,
        classes: u64,
    ) -> Result<Self, Diagnostic> {
        Ok(Scopes {
            scaled: Scope { reading, values: constant_values(constants, reading, classes)? },
            baseline: Scope { reading: plain, values: constant_values(constants, plain, classes)? },
        })
    }
}

/// The values of the given names, of which only `classes` is known before a block, and of the constants, each of which may
/// use those before it.
pub(in crate::families) fn constant_values<'f, R: Reading>(
    constants: &'f [(String, Formula)],
    reading: &R,
    classes: u64,
) -> Result<Slots<'f, R>, Diagnostic> {
    let classes = Value::Number(QuantityOf::<R>::constant(classes as f64));
    let values = GIVEN.map(|name| (name == "classes").then(|| classes.clone())).to_vec();
    let mut scope = Scope { reading, values };
    for (_, formula) in constants {
        let value = formula.evaluate(&scope)?;
        scope.values.push(Some(value));
    }
    Ok(scope.values)
}

/// The stage's output channels, if it has a width: the baseline's, scaled unless it is held.
pub(in crate::families) fn width<'f, R: Reading>(
    spec: &'f StageSpec,
    scopes: &Scopes<'f, R>,
) -> Result<Option<R::Scalar>, Diagnostic> {
    let Some(width) = &spec.width else { return Ok(None) };
    if spec.fixed_width {
        return count(width, &scopes.scaled, "the width").map(Some);
    }
    let base = baseline_width(spec, &scopes.baseline)?;
    base.map(|base| scopes.scaled.reading.channels(base)).transpose()
}

/// The stage's width at the baseline, if it has one.
pub(in crate::families) fn baseline_width<'f>(
    spec: &'f StageSpec,
    baseline: &Scope<'_, 'f, AtScale>,
) -> Result<Option<u64>, Diagnostic> {
    spec.width.as_ref().map(|width| count(width, baseline, "the width")).transpose()
}

/// How often the stage repeats its block; 0 leaves the stage out.
pub(in crate::families) fn repeats<'f, R: Reading>(
    spec: &'f StageSpec,
    scopes: &Scopes<'f, R>,
) -> Result<R::Scalar, Diagnostic> {
    let base = baseline_repeats(spec, &scopes.baseline)?;
    if is_depth_fixed(spec, base) {
        return Ok(R::Scalar::whole(base));
    }
    scopes.scaled.reading.repeats(base)
}

/// How often the stage repeats its block at the baseline.
pub(in crate::families) fn baseline_repeats<'f>(
    spec: &'f StageSpec,
    baseline: &Scope<'_, 'f, AtScale>,
) -> Result<u64, Diagnostic> {
    spec.depth.as_ref().map_or(Ok(1), |depth| count(depth, baseline, "the depth"))
}

/// Whether the stage repeats its block as often at every depth.
pub(in crate::families) fn is_depth_fixed(spec: &StageSpec, baseline_repeats: u64) -> bool {
    spec.depth.is_none() || spec.fixed_depth || baseline_repeats == 0
}

pub(super) fn stage<'f, R: Reading>(
    spec: &'f StageSpec,
    scopes: &mut Scopes<'f, R>,
    width: Option<R::Scalar>,
    builder: &mut Builder<'f, R>,
    input: &Shape<R::Scalar>,
) -> Result<Option<Stage<R::Scalar>>, Diagnostic> {
    let output = width.map(|width| width.to_quantity());
    let times = repeats(spec, scopes)?;
    if times.exact() == 0 {
        return Ok(None);
    }
    let mut blocks = StageBlocks { spec, scope: &mut scopes.scaled, output, builder };
    let node = blocks.repeated(&times, input)?;
    let node = if spec.depth.is_some() { node } else { node.named("") };
    Ok(Some(Stage { name: spec.name.clone(), repeats: times, node }))
}

/// What the blocks of one stage are built with.
pub(in crate::families) struct StageBlocks<'b, 'a, R: Reading> {
    pub(in crate::families) spec: &'a StageSpec,
    /// The values of names in the stage's settings.
    pub(in crate::families) scope: &'b mut Scope<'a, 'a, R>,
    /// The output channels, if the stage has a width.
    pub(in crate::families) output: Option<QuantityOf<R>>,
    pub(in crate::families) builder: &'b mut Builder<'a, R>,
}

impl<R: Reading> StageBlocks<'_, '_, R> {
    /// All repeats of the block.
    pub(in crate::families) fn repeated(
        &mut self,
        times: &R::Scalar,
        input: &Shape<R::Scalar>,
    ) -> Result<Node<R::Scalar>, Diagnostic> {
        let StageBlocks { spec, scope, output, builder } = self;
        builder.repeat(times, &spec.span, input, |builder, first, input| {
            StageBlocks { spec, scope, output: output.clone(), builder }.one(first, input)
        })
    }

    /// The first block, or one of those after it.
    pub(in crate::families) fn one(
        &mut self,
        first: bool,
        input: &Shape<R::Scalar>,
    ) -> Result<Node<R::Scalar>, Diagnostic> {
        let StageBlocks { spec, scope, output, builder } = self;
        // The member may be another family's.
        let foreign =
            || Diagnostic::new(format!("stage `{}` belongs to another family", spec.name));
        let block = builder.blocks.get(spec.block).ok_or_else(foreign)?;
        // A stage's settings hold for all its repeats, so they cannot use `first`.
        let given = builder.given(input, output.clone(), None);
        scope.values.iter_mut().zip(given).for_each(|(slot, value)| *slot = value);
        let mut values = builder.slots(block, input, output.clone(), first);
        for (index, formula) in &spec.settings {
            let value = formula.evaluate(scope)?;
            if let Some(setting) = values.get_mut(GIVEN.len() + index) {
                *setting = Some(value);
            }
        }
        if let (false, Some(stride)) = (first, block.parameter("stride")) {
            values[GIVEN.len() + stride] = Some(Value::Number(QuantityOf::<R>::constant(1.0)));
        }
        builder.block(block, values, input)
    }
}
