//! Which members of a family a line joins: those of one series, trained in one way and scaled in one way.

use std::collections::BTreeMap;

use crate::families::family::{Family, Member};

/// What decides about the line of a member.
pub(in crate::analysis) struct Candidate {
    /// Its index among the points.
    index: usize,
    series: String,
    training: String,
    image: [u64; 2],
    /// Its multipliers of width and depth.
    scale: [f64; 2],
    cost: f64,
}

/// Points that one line joins.
pub(in crate::analysis) struct Line {
    /// The indices of the points, in order of cost.
    pub(in crate::analysis) indices: Vec<usize>,
    /// What is the same for all of them, besides series and training.
    pub(in crate::analysis) fixed: Fixed,
}

/// What does not change along a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analysis) enum Fixed {
    /// Anything may grow.
    Nothing,
    /// The size of images.
    Image,
    /// The multipliers of width and depth.
    Scale,
}

impl Candidate {
    /// `None` if the spec says that no line joins the member.
    pub(in crate::analysis) fn of(
        family: &Family,
        member: &Member,
        source: &str,
        cost: f64,
        index: usize,
    ) -> Option<Self> {
        member.line.then(|| Candidate {
            index,
            series: member.series.clone().unwrap_or_default(),
            training: training(member, source),
            image: member.image.unwrap_or([family.input.height, family.input.width]),
            scale: [member.width.unwrap_or(1.0), member.depth.unwrap_or(1.0)],
            cost,
        })
    }

    /// Whether a line that ends here, along which this does not change, could go on to `next`, trained in the same way.
    pub(in crate::analysis) fn leads_to(&self, next: &Candidate, fixed: Fixed) -> bool {
        let is_fixed = match fixed {
            Fixed::Nothing => true,
            Fixed::Image => self.image == next.image,
            Fixed::Scale => self.scale.map(f64::to_bits) == next.scale.map(f64::to_bits),
        };
        is_fixed && self.series == next.series && self.is_below(next)
    }

    /// Whether `next` costs more and is nowhere scaled less.
    fn is_below(&self, next: &Candidate) -> bool {
        let sides = self.image.iter().zip(next.image).all(|(side, next)| *side <= next);
        let scales = self.scale.iter().zip(next.scale).all(|(scale, next)| *scale <= next);
        self.cost < next.cost && sides && scales
    }
}

/// The source without the network's own name: equal for all networks that were trained in the same way.
/// `ResNet18_Weights.IMAGENET1K_V1` and `ResNet34_Weights.IMAGENET1K_V1` differ in nothing else.
fn training(member: &Member, source: &str) -> String {
    let name = member.name.rsplit('/').next().unwrap_or_default().to_lowercase();
    let source = source.to_lowercase();
    if name.is_empty() {
        return source;
    }
    let mut rest = String::new();
    let mut end = 0;
    for (at, found) in source.match_indices(&name) {
        let is_word = |neighbour: Option<char>| !neighbour.is_some_and(char::is_alphanumeric);
        let after = at + found.len();
        if is_word(source[..at].chars().next_back()) && is_word(source[after..].chars().next()) {
            rest.push_str(&source[end..at]);
            end = after;
        }
    }
    rest + &source[end..]
}

/// The lines. If one line cannot join all members of a series,
/// such as multipliers of width at several resolutions, there is one for each resolution, and then, for what is left,
/// one for each width and depth. What is still left is not joined.
pub(in crate::analysis) fn lines(mut candidates: Vec<Candidate>) -> Vec<Line> {
    candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut lines = Vec::new();
    let kind = |one: &Candidate| (one.series.clone(), one.training.clone());
    take(&mut candidates, &mut lines, Fixed::Nothing, kind);
    take(&mut candidates, &mut lines, Fixed::Image, |one| (kind(one), one.image));
    take(&mut candidates, &mut lines, Fixed::Scale, |one| (kind(one), one.scale.map(f64::to_bits)));
    lines
}

/// Takes those groups out of the candidates that a line can join.
fn take<K: Ord>(
    candidates: &mut Vec<Candidate>,
    lines: &mut Vec<Line>,
    fixed: Fixed,
    key: impl Fn(&Candidate) -> K,
) {
    let mut groups: BTreeMap<K, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates.drain(..) {
        groups.entry(key(&candidate)).or_default().push(candidate);
    }
    for group in groups.into_values() {
        let is_line = group.len() > 1 && group.windows(2).all(|pair| pair[0].is_below(&pair[1]));
        if is_line {
            let indices = group.iter().map(|candidate| candidate.index).collect();
            lines.push(Line { indices, fixed });
        } else {
            candidates.extend(group);
        }
    }
}
