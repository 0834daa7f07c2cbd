//! Published figures compared with counts: reproduced to the printed precision, under which convention and
//! at which input, or missed and by how much.

use std::ops::RangeInclusive;

use crate::analysis::explain::extend;
use crate::counting::convention::Convention;
use crate::counting::ledger::{Event, Ledger};
use crate::counting::shape::Shape;
use crate::counting::units::Figure;
use crate::counting::whole::whole_number;
use crate::error::Error;
use crate::families::family::{ExactCounts, Family, Member, Request};

/// How far from the member's own input to look for a figure, as a share of the side.
const REACH: f64 = 0.25;

/// If the count is farther than this from a figure, the figure may belong to another member.
const FAR: f64 = 0.05;

/// A member whose count is nearer than this to a figure is its likely owner.
const NEAR: f64 = 0.01;

/// Everything that a family's spec claims about its members, compared with the counts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Audit {
    /// The family's name: `efficientnet`.
    pub family: String,
    /// Figures as a publication prints them.
    pub figures: Vec<Finding>,
    /// Integers claimed as exact.
    pub exact: Vec<ExactClaim>,
}

/// A printed figure and the count that is compared with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The network's address.
    pub network: String,
    /// The shape of the network's input.
    pub input: Shape<u64>,
    /// The quantity of the figure: params, MACs or activations.
    pub quantity: &'static str,
    /// The figure as printed.
    pub figure: Figure,
    /// The publication that prints the figure.
    pub source: String,
    /// The convention of `counted`: the first that gives the figure, or else the quantity's first.
    pub convention: String,
    /// The count under that convention.
    pub counted: u128,
    /// Whether the figure is reproduced.
    pub verdict: Verdict,
}

/// Whether a figure is reproduced.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The count rounds to the figure.
    Rounds,
    /// Only the count under another convention rounds to the figure, which may be what was counted, or a
    /// coincidence.
    RoundsOtherwise,
    /// The count gives the figure if its further digits are cut off.
    CutOff,
    /// No convention gives the figure.
    Off {
        /// Sides of square inputs, in pixels, near the member's own at which the count rounds to the figure.
        sides: Vec<RangeInclusive<u64>>,
        /// Another member whose count is near the figure, and its count.
        rather: Option<(String, u128)>,
    },
}

/// An integer that a spec claims as exact, and the count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExactClaim {
    /// The network's address.
    pub network: String,
    /// The quantity: params, macs or a convention's name.
    pub what: String,
    /// The integer that the spec claims.
    pub claimed: u64,
    /// The count; `None` if no convention has that name.
    pub counted: Option<u128>,
    /// Where the integer was read or measured.
    pub source: String,
}

/// A member with its count at its own input.
struct CountedMember<'f> {
    member: &'f Member,
    input: Shape<u64>,
    cost: Ledger<u64>,
}

impl Audit {
    /// Compares everything that a family's spec claims with the counts.
    pub fn new(family: &Family, conventions: &[Convention]) -> Result<Audit, Error> {
        let mut members = Vec::new();
        for member in family.all_members() {
            let request = Request { member: Some(member), ..Request::BASELINE };
            let network = family.network(&request)?.network;
            let input = network.input().clone();
            members.push(CountedMember { member, input, cost: network.ledger() });
        }
        let auditor = Auditor { family, conventions, members: &members };
        let figures = members.iter().flat_map(|counted| auditor.figures(counted)).collect();
        let exact = members.iter().flat_map(|counted| auditor.exact(counted)).collect();
        Ok(Audit { family: family.name.clone(), figures, exact })
    }

    /// Whether the spec claims nothing that could be compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty() && self.exact.is_empty()
    }

    /// Whether every integer claimed as exact equals the count.
    #[must_use]
    pub fn exact_claims_match(&self) -> bool {
        self.exact.iter().all(ExactClaim::matches)
    }
}

impl ExactClaim {
    /// Whether the claim equals the count.
    #[must_use]
    pub fn matches(&self) -> bool {
        self.counted == Some(u128::from(self.claimed))
    }
}

struct Auditor<'a, 'f> {
    family: &'f Family,
    conventions: &'a [Convention],
    members: &'a [CountedMember<'f>],
}

impl Auditor<'_, '_> {
    fn figures(&self, counted: &CountedMember) -> Vec<Finding> {
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
        counted: &CountedMember,
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

    /// Sides near the member's own at which the count rounds to the figure; params do not depend on them.
    fn sides(
        &self,
        counted: &CountedMember,
        convention: &Convention,
        figure: &Figure,
    ) -> Vec<RangeInclusive<u64>> {
        let mut sides = Vec::new();
        let Shape { height, width, .. } = counted.input;
        if convention.quantity == "params" || height != width {
            return sides;
        }
        let reach = whole_number((height as f64 * REACH).floor()).unwrap_or(0);
        for side in (height - reach).max(1)..=height + reach {
            let request = Request {
                member: Some(counted.member),
                image: Some([side; 2]),
                ..Request::BASELINE
            };
            let Ok(scaled) = self.family.network(&request) else { continue };
            if figure.fits(convention.value(&scaled.network.ledger(), 1) as f64) {
                extend(&mut sides, side);
            }
        }
        sides
    }

    /// Another of the family's own members that the figure fits much better.
    fn rather(
        &self,
        counted: &CountedMember,
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

    fn exact(&self, counted: &CountedMember) -> Vec<ExactClaim> {
        counted.member.exact.iter().flat_map(|exact| self.claims(counted, exact)).collect()
    }

    fn claims(&self, counted: &CountedMember, exact: &ExactCounts) -> Vec<ExactClaim> {
        let cost = &counted.cost;
        let claim = |what: &str, claimed: u64, counted_value: Option<u128>| ExactClaim {
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
            Some(claim(what, claimed?, Some(cost.total(events))))
        };
        let mut claims: Vec<ExactClaim> = totals.into_iter().filter_map(claimed).collect();
        for (name, claimed) in &exact.counts {
            let convention = self.conventions.iter().find(|c| c.is_called(name));
            let value = convention.map(|convention| convention.value(cost, 1));
            claims.push(claim(name, *claimed, value));
        }
        claims
    }
}
