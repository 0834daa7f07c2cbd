//! Which networks of a family come next: beyond the largest of a series.

use crate::analysis::accuracy::{Candidate, Fixed};
use crate::analysis::law::family::{FamilySeries, macs};
use crate::error::Error;
use crate::families::family::{Family, Member, Request};

/// Whole steps of φ that are predicted beyond the largest network of a series.
const STEPS: [f64; 2] = [1.0, 2.0];

/// A network beyond the largest of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct NextNetwork {
    /// The address of the member, or of the family that φ scales.
    pub network: String,
    /// The φ that makes it from the family's baseline, if it is not a member.
    pub phi: Option<f64>,
    /// Its MACs for one image.
    pub macs: f64,
}

impl FamilySeries<'_> {
    /// Whether a φ of the family's rule makes networks like these: they are scaled in depth or width, nothing is fixed, and
    /// they belong to the family's own series.
    #[must_use]
    pub fn is_compound(&self, family: &Family) -> bool {
        let scale = |member: &&Member| (member.width, member.depth);
        let scales: Vec<_> = self.members.iter().map(scale).collect();
        let differs = scales.windows(2).any(|pair| pair[0] != pair[1]);
        let is_own = self.members.iter().all(|member| member.series.is_none());
        family.rule.coefficients.is_some() && self.fixed == Fixed::Nothing && differs && is_own
    }

    /// The published members that go on where the series ends, and, where a rule scales the family, the networks one and two
    /// steps of φ beyond the largest.
    pub fn next(&self, family: &Family) -> Result<Vec<NextNetwork>, Error> {
        let mut next = self.next_members(family)?;
        if self.is_compound(family) {
            next.extend(self.next_phis(family)?);
        }
        next.sort_by(|one, other| one.macs.total_cmp(&other.macs));
        Ok(next)
    }

    /// Members of the same kind, and of the same library, whose accuracy is not in the series.
    fn next_members(&self, family: &Family) -> Result<Vec<NextNetwork>, Error> {
        let Some((last, largest)) = self.members.last().zip(self.series.networks.last()) else {
            return Ok(Vec::new());
        };
        let candidate = |member, cost| Candidate::of(family, member, "", cost, 0);
        let Some(end) = candidate(last, largest.cost) else { return Ok(Vec::new()) };
        let mut next = Vec::new();
        for member in family.all_members().filter(|one| one.library() == last.library()) {
            if self.members.iter().any(|known| known.name == member.name) {
                continue;
            }
            let macs = macs(family, &Request { member: Some(member), ..Request::BASELINE })?;
            if candidate(member, macs).is_some_and(|one| end.leads_to(&one, self.fixed)) {
                next.push(NextNetwork { network: family.address(member), phi: None, macs });
            }
        }
        Ok(next)
    }

    /// The φ that a network of the largest one's cost would have, rounded, and one and two steps more.
    fn next_phis(&self, family: &Family) -> Result<Vec<NextNetwork>, Error> {
        let largest = self.series.networks.last().map_or(0.0, |network| network.cost);
        let Some(coefficients) = family.rule.coefficients else { return Ok(Vec::new()) };
        let baseline = macs(family, &Request::BASELINE)?;
        let reached = ((largest / baseline).ln() / coefficients.growth().ln()).round();
        STEPS.into_iter().map(|step| at_phi(family, reached + step)).collect()
    }
}

/// The family's network at φ.
pub fn at_phi(family: &Family, phi: f64) -> Result<NextNetwork, Error> {
    let coefficients = family
        .rule
        .coefficients
        .ok_or_else(|| Error::new(format!("{} was published without α, β and γ", family.title)))?;
    let scale = coefficients.at(phi).checked()?;
    let macs = macs(family, &Request { scale, ..Request::BASELINE })?;
    Ok(NextNetwork { network: family.name.clone(), phi: Some(phi), macs })
}
