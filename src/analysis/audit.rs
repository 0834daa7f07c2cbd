//! Published figures against counted ones: reproduced to the printed precision, under which convention
//! and at which input; or not, and by how much.

use std::ops::RangeInclusive;

use crate::analysis::explain::extend;
use crate::counting::convention::Convention;
use crate::counting::ledger::{Cost, Event};
use crate::counting::shape::Shape;
use crate::counting::units::Figure;
use crate::error::Error;
use crate::families::family::{ExactCounts, Family, Member, Request};

/// How far around its own input a figure is looked for, as a share of the input's side.
const REACH: f64 = 0.25;

/// A count farther than this from a figure makes it worth asking whether it belongs to another member.
const FAR: f64 = 0.05;

/// A count nearer than this to a figure is a likely owner of it.
const NEAR: f64 = 0.01;

/// Everything that a family's spec claims, and what became of it.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The family's name.
    pub family: String,
    /// Figures as printed.
    pub figures: Vec<Finding>,
    /// Integers claimed as exact.
    pub exact: Vec<Comparison>,
}

/// A printed figure and the count.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The network's address.
    pub network: String,
    /// Its input.
    pub input: Shape<u64>,
    /// What the figure counts: params, MACs or activations.
    pub quantity: &'static str,
    /// The figure.
    pub figure: Figure,
    /// Where it is printed.
    pub source: String,
    /// The convention of the count below: the one that gives the figure, or the quantity's first.
    pub convention: String,
    /// The count under it.
    pub counted: u128,
    /// Whether the figure is reproduced.
    pub verdict: Verdict,
}

/// Whether a figure is reproduced.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The count rounds to the figure.
    Rounds,
    /// The count under the quantity's first convention does not, and that under another does: which
    /// may say what was counted, or be a coincidence.
    RoundsOtherwise,
    /// The count gives the figure with its further digits cut off.
    CutOff,
    /// Neither.
    Off {
        /// Sides of a square input near its own, in pixels, where the count rounds to the figure.
        sides: Vec<RangeInclusive<u64>>,
        /// Another member whose count is near the figure, and that count.
        rather: Option<(String, u128)>,
    },
}

/// An integer that is claimed as exact and the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The network's address.
    pub network: String,
    /// What is claimed: params, macs, a convention's name.
    pub what: String,
    /// The claim.
    pub claimed: u64,
    /// The count; none where no convention has that name.
    pub counted: Option<u128>,
    /// Where the claim was read or measured.
    pub source: String,
}

/// A member with its count at its own input.
struct Counted<'f> {
    member: &'f Member,
    input: Shape<u64>,
    cost: Cost<u64>,
}

impl Audit {
    /// Holds everything that a family's spec claims against the counts.
    pub fn of(family: &Family, conventions: &[Convention]) -> Result<Audit, Error> {
        let mut members = Vec::new();
        for member in family.all_members() {
            let request = Request { member: Some(member), ..Request::BASELINE };
            let network = family.network(&request)?.network;
            let input = network.input().clone();
            members.push(Counted { member, input, cost: network.cost() });
        }
        let auditor = Auditor { family, conventions, members: &members };
        let figures = members.iter().flat_map(|counted| auditor.figures(counted)).collect();
        let exact = members.iter().flat_map(|counted| auditor.exact(counted)).collect();
        Ok(Audit { family: family.name.clone(), figures, exact })
    }

    /// Whether every integer claimed as exact is what is counted.
    #[must_use]
    pub fn exact_holds(&self) -> bool {
        self.exact.iter().all(Comparison::holds)
    }
}

impl Comparison {
    /// Whether the claim is what is counted.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.counted == Some(u128::from(self.claimed))
    }
}

struct Auditor<'a, 'f> {
    family: &'f Family,
    conventions: &'a [Convention],
    members: &'a [Counted<'f>],
}

impl Auditor<'_, '_> {
    fn figures(&self, counted: &Counted) -> Vec<Finding> {
        let mut findings = Vec::new();
        for published in &counted.member.published {
            let figures = [
                ("params", &published.params),
                ("MACs", &published.macs),
                ("activations", &published.activations),
            ];
            for (quantity, figure) in figures {
                let Some(figure) = figure else { continue };
                findings.extend(self.finding(counted, quantity, figure, &published.source));
            }
        }
        findings
    }

    fn finding(
        &self,
        counted: &Counted,
        quantity: &'static str,
        figure: &Figure,
        source: &str,
    ) -> Option<Finding> {
        let of_quantity = |c: &&Convention| c.quantity == quantity;
        let value = |convention: &Convention| convention.value(&counted.cost, 1);
        let fits = |c: &&Convention| figure.fits(value(c) as f64);
        let first = self.conventions.iter().find(of_quantity)?;
        let fitting = self.conventions.iter().filter(of_quantity).find(fits);
        let convention = fitting.unwrap_or(first);
        let verdict = if fitting == Some(first) {
            Verdict::Rounds
        } else if fitting.is_some() {
            Verdict::RoundsOtherwise
        } else if figure.fits_cut_off(value(first) as f64) {
            Verdict::CutOff
        } else {
            Verdict::Off {
                sides: self.sides(counted, first, figure),
                rather: self.rather(counted, first, figure),
            }
        };
        Some(Finding {
            network: self.family.address(counted.member),
            input: counted.input.clone(),
            quantity,
            figure: figure.clone(),
            source: source.into(),
            convention: convention.name.clone(),
            counted: value(convention),
            verdict,
        })
    }

    /// Where near its own input the count rounds to the figure; params are the same at every size.
    fn sides(
        &self,
        counted: &Counted,
        convention: &Convention,
        figure: &Figure,
    ) -> Vec<RangeInclusive<u64>> {
        let mut sides = Vec::new();
        let Shape { height, width, .. } = counted.input;
        if convention.quantity == "params" || height != width {
            return sides;
        }
        let reach =
            crate::counting::scalar::whole_number((height as f64 * REACH).floor()).unwrap_or(0);
        for side in (height - reach).max(1)..=height + reach {
            let request = Request {
                member: Some(counted.member),
                image: Some([side; 2]),
                ..Request::BASELINE
            };
            let Ok(scaled) = self.family.network(&request) else { continue };
            if figure.fits(convention.value(&scaled.network.cost(), 1) as f64) {
                extend(&mut sides, side);
            }
        }
        sides
    }

    /// Another of the family's own members that the figure fits much better.
    fn rather(
        &self,
        counted: &Counted,
        convention: &Convention,
        figure: &Figure,
    ) -> Option<(String, u128)> {
        let off = |value: u128| figure.distance(value as f64) / figure.value.max(1.0);
        if off(convention.value(&counted.cost, 1)) < FAR {
            return None;
        }
        let others = self.members.iter().filter(|other| other.member.library().is_none());
        let values = others.map(|other| (other.member, convention.value(&other.cost, 1)));
        let nearest = values.min_by(|a, b| off(a.1).total_cmp(&off(b.1)));
        let (member, value) = nearest.filter(|(_, value)| off(*value) < NEAR)?;
        Some((self.family.address(member), value))
    }

    fn exact(&self, counted: &Counted) -> Vec<Comparison> {
        counted.member.exact.iter().flat_map(|exact| self.comparisons(counted, exact)).collect()
    }

    fn comparisons(&self, counted: &Counted, exact: &ExactCounts) -> Vec<Comparison> {
        let cost = &counted.cost;
        let comparison = |what: &str, claimed: u64, counted_value: Option<u128>| Comparison {
            network: self.family.address(counted.member),
            what: what.into(),
            claimed,
            counted: counted_value,
            source: exact.source.clone(),
        };
        let totals = [
            ("params", exact.params, Event::PARAMS),
            ("norm_stats", exact.norm_stats, Event::STATISTICS),
            ("macs", exact.macs, Event::MACS),
            ("activations", exact.activations, Event::ACTIVATIONS),
        ];
        let claimed = |(what, claimed, events): (&str, Option<u64>, &[Event])| {
            Some(comparison(what, claimed?, Some(cost.total(events))))
        };
        let mut comparisons: Vec<Comparison> = totals.into_iter().filter_map(claimed).collect();
        for (name, claimed) in &exact.counts {
            let convention = self.conventions.iter().find(|c| c.is_called(name));
            let value = convention.map(|convention| convention.value(cost, 1));
            comparisons.push(comparison(name, *claimed, value));
        }
        comparisons
    }
}
