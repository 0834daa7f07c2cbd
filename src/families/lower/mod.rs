//! Lowering: from a family and a request to a network, in exact integers or in closed form.

pub(super) mod stage;
mod trace;

use crate::counting::network::{Network, Stage};
use crate::counting::polynomial::Polynomial;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::error::{Diagnostic, Error, Label};
use crate::families::block::trace::Trace;
use crate::families::block::{Builder, Formula};
use crate::families::family::{Family, Member, Request, Scaled, StageSpec};
use crate::families::scaling::{AtScale, ClosedForm, Coefficients, Reading, Scale, is_one};
use stage::{Scopes, repeats, stage, width};
pub(crate) use trace::Traced;

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
        let plain = AtScale::new(self.rule, Scale::BASELINE)?;
        self.build_with(&mut Builder::new(reading, &self.blocks, classes), member, &plain, input)
    }

    /// [`Family::build`] with a builder, and a reading of the baseline.
    fn build_with<'f, R: Reading>(
        &'f self,
        builder: &mut Builder<'f, R>,
        member: Option<&'f Member>,
        plain: &'f AtScale,
        input: Shape<R::Scalar>,
    ) -> Result<Network<R::Scalar>, Error> {
        let (stages, constants) = self.written(member);
        let mut scopes = Scopes::new(constants, builder.reading, plain, builder.classes)?;
        let mut built: Vec<Stage<R::Scalar>> = Vec::with_capacity(stages.len());
        let mut problems = Vec::new();
        let mut shape = input.clone();
        for spec in stages {
            let width = width(spec, &scopes);
            let known = width.as_ref().ok().cloned().flatten();
            let stage = width.and_then(|width| stage(spec, &mut scopes, width, builder, &shape));
            match stage {
                Ok(None) => {}
                Ok(Some(stage)) => {
                    shape = stage.node.output().clone();
                    built.push(stage);
                    builder.trace.iter_mut().for_each(Trace::end_stage);
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

/// Adds the stage to a mistake in its block. The stage comes first if the block is not in the user's file.
fn in_stage(spec: &StageSpec, mut problem: Diagnostic) -> Diagnostic {
    let label = Label { span: spec.span.clone(), text: format!("in stage `{}`", spec.name) };
    match problem.labels.first() {
        Some(first) if first.span.source == spec.span.source => problem.labels.push(label),
        _ => problem.labels.insert(0, label),
    }
    problem
}
