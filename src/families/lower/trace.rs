//! A requested network with what building it did.

use crate::counting::network::Stage;
use crate::error::Error;
use crate::families::block::Builder;
use crate::families::block::trace::{Call, Trace};
use crate::families::family::{Family, Request, Scaled};
use crate::families::scaling::{AtScale, Scale};

/// A network and the calls of blocks that built it.
#[derive(Debug)]
pub(crate) struct Traced<'f> {
    pub(crate) scaled: Scaled,
    /// Every call, the outer one before those within it.
    pub(crate) calls: Vec<Call<'f, AtScale>>,
    /// The calls of each stage's own block: all repeats, or the first and one that stands for the others.
    pub(crate) stages: Vec<Vec<usize>>,
}

impl Family {
    /// The readings in which [`Family::traced`] builds: at the request's scale, and at the baseline.
    pub(crate) fn readings(&self, request: &Request) -> Result<[AtScale; 2], Error> {
        let reading = |scale| AtScale::new(self.rule, scale);
        Ok([reading(self.resolve(request)?)?, reading(Scale::BASELINE)?])
    }

    /// The requested network in `readings`, and the calls that built it.
    pub(crate) fn traced<'f>(
        &'f self,
        request: &Request<'f>,
        readings: &'f [AtScale; 2],
    ) -> Result<Traced<'f>, Error> {
        let [reading, plain] = readings;
        let (scale, input) = self.dimensions(request)?;
        let mut builder = Builder::new(reading, &self.blocks, self.classes_of(request));
        builder.trace = Some(Trace::default());
        let network = self.build_with(&mut builder, request.member, plain, input)?;
        let Trace { calls, stages, .. } = builder.trace.unwrap_or_default();
        Ok(Traced { scaled: Scaled { network, scale, notes: Vec::new() }, calls, stages })
    }
}

impl Traced<'_> {
    /// Each stage with the calls of its block.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (&Stage<u64>, &[usize])> {
        let calls = self.stages.iter().map(Vec::as_slice);
        self.scaled.network.stages().iter().zip(calls)
    }
}
