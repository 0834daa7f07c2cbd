//! Lowering: from a family and a request to a network, in exact integers or in closed form.

use crate::counting::network::{Network, Stage};
use crate::counting::node::Node;
use crate::counting::polynomial::Polynomial;
use crate::counting::scalar::{Quantity, Scalar};
use crate::counting::shape::Shape;
use crate::error::{Diagnostic, Error, Label};
use crate::families::block::{Builder, Formula, GIVEN, QuantityOf, Scope, Slots, Value, count};
use crate::families::family::{Family, Member, Request, Scaled, StageSpec};
use crate::families::scaling::{AtScale, ClosedForm, Coefficients, Reading, Scale, is_one};

impl Family {
    /// The requested network, in exact integers.
    pub fn network(&self, request: &Request) -> Result<Scaled, Error> {
        let scale = self.resolve(request)?;
        let scaled = self.network_in(request, &AtScale::new(self.rule, scale)?)?;
        let is_widened = !is_one(scale.width);
        let notes = if is_widened { self.fixed_channels(request.member) } else { Vec::new() };
        Ok(Scaled { notes, ..scaled })
    }

    /// The family's own α, β and γ; fails if it was published without them.
    pub fn coefficients(&self) -> Result<Coefficients, Error> {
        self.rule.coefficients.ok_or_else(|| {
            let message = format!("{} was published without α, β and γ", self.title);
            let help = "choose those of a strategy, such as `Strategy::parse(\"dwr\")`";
            Diagnostic::new(message).help(help).into()
        })
    }

    /// The baseline scaled by the family's own α, β and γ.
    pub fn at_phi(&self, phi: f64) -> Result<Network, Error> {
        let request = Request { scale: self.coefficients()?.at(phi), ..Request::BASELINE };
        Ok(self.network(&request)?.network)
    }

    /// The requested network in a given reading, such as one that records the dimensions it is asked for.
    pub fn network_in<R: Reading<Scalar = u64>>(
        &self,
        request: &Request,
        reading: &R,
    ) -> Result<Scaled, Error> {
        let (scale, input) = self.dimensions_in(request, reading)?;
        let built = self.build(request.member, reading, input, self.classes_of(request));
        // A spec's own mistakes are all reported; what a scale breaks in one stage, it breaks in most.
        let is_changed = request.scale != Scale::BASELINE || request.image.is_some();
        let network = built.map_err(|error| if is_changed { error.first() } else { error })?;
        Ok(Scaled { network, scale, notes: Vec::new() })
    }

    /// The multipliers and the input of the requested network, which is not built.
    pub(crate) fn dimensions(&self, request: &Request) -> Result<(Scale, Shape), Error> {
        let reading = AtScale::new(self.rule, self.resolve(request)?)?;
        self.dimensions_in(request, &reading)
    }

    fn dimensions_in<R: Reading<Scalar = u64>>(
        &self,
        request: &Request,
        reading: &R,
    ) -> Result<(Scale, Shape), Error> {
        let scale = self.resolve(request)?;
        let input = Shape {
            channels: self.input.channels,
            height: self.pixels(request, 0, reading)?,
            width: self.pixels(request, 1, reading)?,
        };
        let over_baseline = |height: u64| height as f64 / self.input.height as f64;
        let resolution = match request.image {
            Some([height, _]) => over_baseline(height),
            None => scale.resolution * over_baseline(self.base_image(request.member)[0]),
        };
        Ok((Scale { resolution, ..scale }, input))
    }

    /// The family's closed form: the baseline, or a member that is scaled from its own image, as polynomials in
    /// depth, width and resolution.
    pub fn closed_form(&self, member: Option<&Member>) -> Result<Network<Polynomial>, Error> {
        self.closed_form_in(member, &ClosedForm)
    }

    /// The closed form in a given reading, such as one that rounds some dimensions at a scale.
    pub fn closed_form_in<R: Reading<Scalar = Polynomial>>(
        &self,
        member: Option<&Member>,
        reading: &R,
    ) -> Result<Network<Polynomial>, Error> {
        let [height, width] = self.base_image(member);
        let input = Shape {
            channels: Polynomial::whole(self.input.channels),
            height: reading.side(height)?,
            width: reading.side(width)?,
        };
        let classes = member.and_then(|member| member.classes).unwrap_or(self.classes);
        self.build(member, reading, input, classes)
    }

    /// The width, if it has one, and the repeats of every stage of the requested network.
    pub(crate) fn stage_sizes(
        &self,
        request: &Request,
        reading: &AtScale,
    ) -> Result<Vec<(Option<u64>, u64)>, Error> {
        let (stages, constants) = self.written(request.member);
        let plain = AtScale::new(self.rule, Scale::BASELINE)?;
        let classes = self.classes_of(request);
        let scopes = Scopes::new(constants, reading, &plain, classes)?;
        let size = |stage| Ok((width(stage, &scopes)?, repeats(stage, &scopes)?));
        stages.iter().map(size).collect()
    }

    /// The classes of the requested network.
    pub(crate) fn classes_of(&self, request: &Request) -> u64 {
        let of_member = request.member.and_then(|member| member.classes);
        request.classes.or(of_member).unwrap_or(self.classes)
    }

    /// The stages and constants of a member, or the baseline's.
    pub(crate) fn written<'f>(
        &'f self,
        member: Option<&'f Member>,
    ) -> (&'f [StageSpec], &'f [(String, Formula)]) {
        match member {
            Some(member) => (&member.stages, &member.constants),
            None => (&self.stages, &self.constants),
        }
    }

    /// A member's own multipliers or the request's; both together have no agreed meaning.
    pub(super) fn resolve(&self, request: &Request) -> Result<Scale, Error> {
        let Some(member) = request.member else { return Ok(request.scale) };
        let scale = member.scale();
        if scale == Scale::BASELINE {
            return Ok(request.scale);
        }
        if request.scale != Scale::BASELINE {
            self.scalable(member)?;
        }
        Ok(scale)
    }

    /// Fails if the member was made by multipliers other than 1: it would be rounded twice.
    pub fn scalable(&self, member: &Member) -> Result<(), Error> {
        let Scale { depth, width, .. } = member.scale();
        let multipliers = [("depth", depth), ("width", width)].into_iter();
        let multipliers = multipliers.filter(|(_, multiplier)| !is_one(*multiplier));
        let multipliers: Vec<String> =
            multipliers.map(|(name, multiplier)| format!("{name} × {multiplier}")).collect();
        if multipliers.is_empty() {
            return Ok(());
        }
        let message = format!(
            "{} is already scaled, by {}, and cannot be scaled again",
            self.address(member),
            multipliers.join(" and ")
        );
        let help =
            format!("scale the baseline, `{}`, or a member whose multipliers are 1", self.name);
        Err(Diagnostic::new(message).help(help).into())
    }

    /// Height and width of the image from which a member, or the baseline, is scaled.
    fn base_image(&self, member: Option<&Member>) -> [u64; 2] {
        let own = member.and_then(|member| member.image);
        own.unwrap_or([self.input.height, self.input.width])
    }

    pub(super) fn pixels<R: Reading<Scalar = u64>>(
        &self,
        request: &Request,
        axis: usize,
        reading: &R,
    ) -> Result<u64, Diagnostic> {
        match request.image {
            Some(image) => Ok(image[axis]),
            None => reading.side(self.base_image(request.member)[axis]),
        }
    }

    /// Builds stage after stage. One that cannot be built is reported and skipped, so that mistakes in later
    /// stages are found too.
    fn build<R: Reading>(
        &self,
        member: Option<&Member>,
        reading: &R,
        input: Shape<R::Scalar>,
        classes: u64,
    ) -> Result<Network<R::Scalar>, Error> {
        let (stages, constants) = self.written(member);
        let mut builder = Builder::new(reading, &self.blocks, classes);
        let plain = AtScale::new(self.rule, Scale::BASELINE)?;
        let mut scopes = Scopes::new(constants, reading, &plain, classes)?;
        let mut built: Vec<Stage<R::Scalar>> = Vec::with_capacity(stages.len());
        let mut problems = Vec::new();
        let mut shape = input.clone();
        for spec in stages {
            let width = width(spec, &scopes);
            let known = width.as_ref().ok().cloned().flatten();
            let stage =
                width.and_then(|width| stage(spec, &mut scopes, width, &mut builder, &shape));
            match stage {
                Ok(None) => {}
                Ok(Some(stage)) => {
                    shape = stage.node.output().clone();
                    built.push(stage);
                }
                Err(problem) => {
                    problems.push(in_stage(spec, problem));
                    if let Some(width) = known {
                        shape = shape.with_channels(width);
                    }
                }
            }
        }
        Error::check(problems)?;
        if built.is_empty() {
            return Err(Error::new("the network has no stages: every depth is 0"));
        }
        Ok(Network::new(input, built)?)
    }
}

/// The values of names in stages' expressions, at the scale and at the baseline.
pub(super) struct Scopes<'a, R: Reading> {
    pub(super) scaled: Scope<'a, 'a, R>,
    pub(super) baseline: Scope<'a, 'a, AtScale>,
}

impl<'a, R: Reading> Scopes<'a, R> {
    fn new(
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
pub(super) fn constant_values<'f, R: Reading>(
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
pub(super) fn width<'f, R: Reading>(
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
pub(super) fn baseline_width<'f>(
    spec: &'f StageSpec,
    baseline: &Scope<'_, 'f, AtScale>,
) -> Result<Option<u64>, Diagnostic> {
    spec.width.as_ref().map(|width| count(width, baseline, "the width")).transpose()
}

/// How often the stage repeats its block; 0 leaves the stage out.
pub(super) fn repeats<'f, R: Reading>(
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
pub(super) fn baseline_repeats<'f>(
    spec: &'f StageSpec,
    baseline: &Scope<'_, 'f, AtScale>,
) -> Result<u64, Diagnostic> {
    spec.depth.as_ref().map_or(Ok(1), |depth| count(depth, baseline, "the depth"))
}

/// Whether the stage repeats its block as often at every depth.
pub(super) fn is_depth_fixed(spec: &StageSpec, baseline_repeats: u64) -> bool {
    spec.depth.is_none() || spec.fixed_depth || baseline_repeats == 0
}

fn stage<'f, R: Reading>(
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
pub(super) struct StageBlocks<'b, 'a, R: Reading> {
    pub(super) spec: &'a StageSpec,
    /// The values of names in the stage's settings.
    pub(super) scope: &'b mut Scope<'a, 'a, R>,
    /// The output channels, if the stage has a width.
    pub(super) output: Option<QuantityOf<R>>,
    pub(super) builder: &'b mut Builder<'a, R>,
}

impl<R: Reading> StageBlocks<'_, '_, R> {
    /// All repeats of the block.
    pub(super) fn repeated(
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
    pub(super) fn one(
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

/// Adds the stage to a mistake in its block. The stage comes first if the block is not in the user's file.
fn in_stage(spec: &StageSpec, mut problem: Diagnostic) -> Diagnostic {
    let label = Label { span: spec.span.clone(), text: format!("in stage `{}`", spec.name) };
    match problem.labels.first() {
        Some(first) if first.span.source == spec.span.source => problem.labels.push(label),
        _ => problem.labels.insert(0, label),
    }
    problem
}
