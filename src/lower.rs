//! Lowering: from a family and a request to a network, in exact integers or in closed form.

use crate::block::{Arguments, Block, Builder, QuantityOf, Scope, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Label};
use crate::family::{Family, Member, Request, Scaled, StageSpec};
use crate::network::{Network, Stage};
use crate::polynomial::Polynomial;
use crate::scalar::{Quantity, Scalar};
use crate::scaling::{AtScale, ClosedForm, Reading, Scale, ScalingError};
use crate::shape::Shape;

impl Family {
    /// The network that is asked for, in exact integers.
    pub fn network(&self, request: &Request) -> Result<Scaled, Diagnostics> {
        let (scale, image) = self.resolve(request)?;
        let reading = AtScale::new(self.rule, scale).map_err(plain)?;
        let input = Shape {
            channels: self.input.channels,
            height: self.pixels(image, 0, &reading)?,
            width: self.pixels(image, 1, &reading)?,
        };
        let resolution = match image {
            Some([height, _]) => height as f64 / self.input.height as f64,
            None => scale.resolution,
        };
        let stages = request.member.map_or(&self.stages, |member| &member.stages);
        let classes = request.classes.unwrap_or(self.classes);
        let network = self.build(stages, &reading, input, classes).map_err(|mut problems| {
            // The spec's own mistakes are all told; what a scale does to one stage it does to most.
            if request.scale != Scale::BASELINE || request.image.is_some() {
                problems.truncate(1);
            }
            problems
        })?;
        Ok(Scaled { network, scale: Scale { resolution, ..scale } })
    }

    /// The family's closed form: the baseline, or a member without multipliers of its own, as
    /// polynomials in depth, width and resolution.
    pub fn closed_form(&self, member: Option<&Member>) -> Result<Network<Polynomial>, Diagnostics> {
        let side = |base| ClosedForm.side(base).map_err(plain);
        let input = Shape {
            channels: Polynomial::whole(self.input.channels),
            height: side(self.input.height)?,
            width: side(self.input.width)?,
        };
        let stages = member.map_or(&self.stages, |member| &member.stages);
        self.build(stages, &ClosedForm, input, self.classes)
    }

    /// A member's own multipliers, or the request's; both together have no agreed meaning.
    fn resolve(&self, request: &Request) -> Result<(Scale, Option<[u64; 2]>), Diagnostics> {
        let Some(member) = request.member else {
            return Ok((request.scale, request.image));
        };
        if member.width.is_none() && member.depth.is_none() {
            let own = if request.scale == Scale::BASELINE { member.image } else { None };
            return Ok((request.scale, request.image.or(own)));
        }
        if request.scale != Scale::BASELINE {
            let name = &member.name;
            let message =
                format!("{name} has multipliers of its own and cannot be scaled once more");
            let address = self.address(member);
            let help =
                format!("scale the baseline (`{}`), or ask for `{address}` alone", self.name);
            return Err(vec![Diagnostic::new(message).help(help)]);
        }
        let scale = Scale {
            depth: member.depth.unwrap_or(1.0),
            width: member.width.unwrap_or(1.0),
            resolution: 1.0,
        };
        Ok((scale, request.image.or(member.image)))
    }

    fn pixels(
        &self,
        image: Option<[u64; 2]>,
        axis: usize,
        reading: &AtScale,
    ) -> Result<u64, Diagnostics> {
        let base = [self.input.height, self.input.width][axis];
        match image {
            Some(image) => Ok(image[axis]),
            None => reading.side(base).map_err(plain),
        }
    }

    /// Builds stage after stage. A stage that cannot be built is reported and left out, so that the
    /// mistakes of later stages come out as well.
    fn build<R: Reading>(
        &self,
        stages: &[StageSpec],
        reading: &R,
        input: Shape<R::Scalar>,
        classes: u64,
    ) -> Result<Network<R::Scalar>, Diagnostics> {
        let image = [input.height.exact(), input.width.exact()];
        let mut builder = Builder::new(reading, &self.blocks, classes, image);
        let mut built: Vec<Stage<R::Scalar>> = Vec::with_capacity(stages.len());
        let mut problems = Vec::new();
        let mut shape = input.clone();
        for spec in stages {
            match stage(spec, &mut builder, &shape) {
                Ok(stage) => {
                    shape = stage.node.output().clone();
                    built.push(stage);
                }
                Err(problem) => {
                    problems.push(problem);
                    if let Some(width) = spec.width {
                        shape = shape.with_channels(R::Scalar::whole(width));
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Network::new(input, built).map_err(|error| vec![Diagnostic::new(error.to_string())])
    }
}

fn stage<R: Reading>(
    spec: &StageSpec,
    builder: &mut Builder<R>,
    input: &Shape<R::Scalar>,
) -> Result<Stage<R::Scalar>, Diagnostic> {
    let scaling = |error: ScalingError| in_stage(spec, Diagnostic::new(error.to_string()));
    let width = spec.width.map(|width| {
        if spec.holds_width { Ok(R::Scalar::whole(width)) } else { builder.reading.channels(width) }
    });
    let output = width.transpose().map_err(scaling)?.map(|width| width.to_quantity());
    let times = match spec.depth {
        None => R::Scalar::whole(1),
        Some(depth) if spec.holds_depth => R::Scalar::whole(depth),
        Some(depth) => builder.reading.repeats(depth).map_err(scaling)?,
    };
    let block = &builder.blocks[spec.block];
    let stride = block.parameter("stride");
    let node = builder.repeat(&times, spec.span, input, |builder, first, input| {
        let mut settings = settings(spec, block, builder, input, output.as_ref())?;
        if let (false, Some(stride)) = (first, stride) {
            settings[stride] = Some(Value::Number(QuantityOf::<R>::constant(1.0)));
        }
        let arguments = Arguments { output: output.clone(), first, settings };
        builder.block(block, &arguments, input)
    });
    let node = node.map_err(|problem| in_stage(spec, problem))?;
    let node = if spec.depth.is_some() { node } else { node.named("") };
    Ok(Stage { name: spec.name.clone(), repeats: times, node })
}

/// The values of the block's parameters: what the stage sets, evaluated on its input.
fn settings<R: Reading>(
    spec: &StageSpec,
    block: &Block,
    builder: &Builder<R>,
    input: &Shape<R::Scalar>,
    output: Option<&QuantityOf<R>>,
) -> Result<Vec<Option<Value<QuantityOf<R>>>>, Diagnostic> {
    // What a stage sets holds for all its repeats: it cannot ask for `first`.
    let values = builder.given(input, output, None);
    let scope = Scope { reading: builder.reading, values };
    let mut settings = vec![None; block.parameters.len()];
    for (index, formula) in &spec.settings {
        settings[*index] = Some(formula.evaluate(&scope)?);
    }
    Ok(settings)
}

/// Adds the stage to a mistake in its block; the stage comes first where the block stands in another
/// file than the user's.
fn in_stage(spec: &StageSpec, mut problem: Diagnostic) -> Diagnostic {
    let label = Label { span: spec.span, text: format!("in stage `{}`", spec.name) };
    match problem.labels.first() {
        Some(first) if first.span.source == spec.span.source => problem.labels.push(label),
        _ => problem.labels.insert(0, label),
    }
    problem
}

#[allow(clippy::needless_pass_by_value)] // it is a function for map_err
fn plain(error: ScalingError) -> Diagnostics {
    vec![Diagnostic::new(error.to_string())]
}
