//! Sweeps: the totals of very many networks of a family.

mod bins;
mod density;
mod front;
mod points;
mod totals;

pub use bins::Cells;
pub use density::{CountedPoint, Density};
pub use front::Front;
pub use points::{Axes, Draw, MAX_POINTS, Point};
pub(crate) use points::{drawn, split_mix};
pub use totals::{Limits, Total, Totals};

use std::ops::Range;

use crate::counting::shape::Shape;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::plan::Plan;
use crate::families::scaling::{Scale, is_one};
use points::Points;

/// The networks of a family at many points, known by their index: members vary slowest, then the axes in their order.
#[derive(Clone, Debug)]
pub struct Sweep<'f> {
    family: &'f Family,
    networks: Vec<Request<'f>>,
    /// A plan for each of the networks.
    plans: Vec<Plan<'f, 3>>,
    points: Points,
    limits: Limits,
}

/// A network of a sweep.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SweptNetwork {
    /// The point that it is at.
    pub point: Point,
    /// Its multipliers, as [`Scaled`](crate::families::family::Scaled) has them: the resolution is its input's height
    /// over the baseline's.
    pub scale: Scale,
    /// Its input.
    pub input: Shape,
    /// Its totals.
    pub totals: Totals,
}

/// How many points were counted.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Tally {
    /// Networks within the limits.
    pub kept: u64,
    /// Points that give no network.
    pub without_network: u64,
    /// The first of those, by index, and why it gives none.
    pub first: Option<(u64, Error)>,
}

/// Counts the networks of a sweep; each thread needs one of its own.
#[derive(Clone, Debug)]
pub struct Counter<'s> {
    sweep: &'s Sweep<'s>,
    plans: Vec<Plan<'s, 3>>,
}

impl<'f> Sweep<'f> {
    /// A sweep over a family's baseline or members, whose requests give all but the scale. Fails for a member that was
    /// made by multipliers, if there are others than 1, and for no points or more than [`MAX_POINTS`].
    pub fn new(
        family: &'f Family,
        networks: Vec<Request<'f>>,
        axes: Axes,
        draw: Option<Draw>,
    ) -> Result<Self, Error> {
        let points = Points::new(networks.len(), axes, draw)?;
        let lists = || points.axes().lists().iter();
        if lists().flatten().any(|value| !is_one(*value)) {
            networks
                .iter()
                .filter_map(|network| network.member)
                .try_for_each(|member| family.scalable(member))?;
        }
        let plan = |request: &Request<'f>| Plan::new(family, *request, totals::EVENTS);
        let plans = networks.iter().map(plan).collect::<Result<_, _>>()?;
        Ok(Sweep { family, networks, plans, points, limits: Limits::default() })
    }

    /// The same sweep, without the networks that are not within limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Sweep { limits, ..self }
    }

    /// The family.
    #[must_use]
    pub fn family(&self) -> &'f Family {
        self.family
    }

    /// What varies.
    #[must_use]
    pub fn axes(&self) -> &Axes {
        self.points.axes()
    }

    /// How many points it has.
    #[must_use]
    pub fn points(&self) -> u64 {
        self.points.count()
    }

    /// The address of each baseline or member, by the index in [`Point::network`].
    pub fn names(&self) -> impl Iterator<Item = String> {
        let name = |request: &Request| match request.member {
            Some(member) => self.family.address(member),
            None => self.family.name.clone(),
        };
        self.networks.iter().map(name)
    }

    /// What counts its networks.
    #[must_use]
    pub fn counter(&self) -> Counter<'_> {
        Counter { sweep: self, plans: self.plans.clone() }
    }

    /// A sentence for each number of channels that stays as it is when networks are widened, if some are.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let is_widened = match self.axes() {
            Axes::Multipliers([_, widths, _]) => widths.iter().any(|width| !is_one(*width)),
            Axes::Compound([phis, _, betas, _]) => {
                betas.iter().any(|beta| !is_one(*beta)) && phis.iter().any(|phi| *phi != 0.0)
            }
        };
        let mut notes: Vec<String> = Vec::new();
        for network in self.networks.iter().filter(|_| is_widened) {
            let more = self.family.fixed_channels(network.member);
            notes.extend(more.into_iter().filter(|note| !notes.contains(note)).collect::<Vec<_>>());
        }
        notes
    }

    /// The network at a point, with these totals.
    fn network(&self, point: &Point, totals: &Totals) -> Result<SweptNetwork, Error> {
        let request = Request { scale: point.scale, ..self.networks[point.network] };
        let (scale, input) = self.family.dimensions(&request)?;
        Ok(SweptNetwork { point: *point, scale, input, totals: *totals })
    }

    /// A point in words: `depth × 1.2, width × 1, resolution × 1`.
    #[must_use]
    pub fn describe(&self, index: u64) -> String {
        let Point { network, compound, scale } = self.points.get(index);
        let Scale { depth, width, resolution } = scale;
        let point = match compound {
            None => format!("depth × {depth}, width × {width}, resolution × {resolution}"),
            Some((phi, one)) => {
                format!("φ = {phi}, α = {}, β = {}, γ = {}", one.alpha, one.beta, one.gamma)
            }
        };
        match self.networks[network].member {
            Some(member) => format!("{} at {point}", self.family.address(member)),
            None => point,
        }
    }
}

impl Counter<'_> {
    /// Counts the points with these indices, and gives index and totals of the networks within the limits to `found`, in
    /// order. Points that give no network are left out and tallied.
    pub fn count(&mut self, indices: Range<u64>, mut found: impl FnMut(u64, &Totals)) -> Tally {
        self.walk(indices, |index, _, totals| found(index, totals))
    }

    /// The same, with the point and the input of each network.
    pub fn networks(
        &mut self,
        indices: Range<u64>,
        mut found: impl FnMut(SweptNetwork),
    ) -> Result<Tally, Error> {
        let sweep = self.sweep;
        let mut failure = None;
        let tally = self.walk(indices, |_, point, totals| match sweep.network(point, totals) {
            Ok(network) => found(network),
            Err(error) => failure = Some(error),
        });
        failure.map_or(Ok(tally), Err)
    }

    fn walk(&mut self, indices: Range<u64>, mut found: impl FnMut(u64, &Point, &Totals)) -> Tally {
        let mut tally = Tally::default();
        for index in indices {
            let point = self.sweep.points.get(index);
            let image = self.sweep.networks[point.network].image;
            match self.plans[point.network].totals(point.scale, image) {
                Ok(totals) if self.sweep.limits.hold(&totals) => {
                    tally.kept += 1;
                    found(index, &point, &totals);
                }
                Ok(_) => {}
                Err(error) => tally.miss(index, error),
            }
        }
        tally
    }
}

impl Tally {
    fn miss(&mut self, index: u64, error: Error) {
        self.without_network += 1;
        self.first.get_or_insert((index, error));
    }

    /// Adds the count of other points.
    pub fn add(&mut self, other: Tally) {
        self.kept += other.kept;
        self.without_network += other.without_network;
        let is_earlier = |one: &(u64, Error)| self.first.as_ref().is_none_or(|own| one.0 < own.0);
        if let Some(first) = other.first.filter(is_earlier) {
            self.first = Some(first);
        }
    }
}
