//! The series of a family: its published members of one kind, scaled in one way, with accuracies of one source.

use std::collections::BTreeMap;

use crate::analysis::accuracy::{Candidate, Fixed, lines};
use crate::analysis::law::series::{MeasuredPoint, Series};
use crate::error::{Diagnostic, Error};
use crate::families::family::{Family, Member, Request};
use crate::families::scaling::Scale;

/// A series of a family.
pub struct FamilySeries<'a> {
    /// Its networks by their addresses, with their MACs and top-1 accuracies.
    pub series: Series,
    /// The name of its members' kind: that of the family, or of a series in its spec.
    pub kind: String,
    pub(super) members: Vec<&'a Member>,
    pub(super) fixed: Fixed,
}

/// Every series of a family, and what is in none.
pub struct SeriesOfFamily<'a> {
    /// The series.
    pub series: Vec<FamilySeries<'a>>,
    /// Networks of one kind and source that no series joins: their spec says so, or each is scaled in another way.
    pub unjoined: Vec<Series>,
}

/// A published accuracy of a member.
struct Published<'a> {
    member: &'a Member,
    accuracy: f64,
    source: &'a str,
    macs: f64,
}

/// The series of a family by the top-1 accuracies in its spec.
pub fn family_series(family: &Family) -> Result<SeriesOfFamily<'_>, Error> {
    let published = published(family)?;
    check_repeated(family, &published)?;
    let candidate = |(index, one): (usize, &Published)| {
        Candidate::of(family, one.member, one.source, one.macs, index)
    };
    let lines = lines(published.iter().enumerate().filter_map(candidate).collect());
    let mut is_joined = vec![false; published.len()];
    let mut series = Vec::new();
    for line in &lines {
        line.indices.iter().for_each(|index| is_joined[*index] = true);
        let joined: Vec<&Published> =
            line.indices.iter().filter_map(|index| published.get(*index)).collect();
        series.extend(joined_series(family, &joined, line.fixed));
    }
    // In the order of their first members in the spec.
    series.sort_by_key(|(first, _)| *first);
    let series = series.into_iter().map(|(_, series)| series).collect();
    let unjoined = published.iter().zip(is_joined).filter(|(_, is_joined)| !is_joined);
    Ok(SeriesOfFamily { series, unjoined: unjoined_series(family, unjoined.map(|(one, _)| one)) })
}

/// Every published accuracy with its network's MACs.
fn published(family: &Family) -> Result<Vec<Published<'_>>, Error> {
    let mut published = Vec::new();
    for member in family.all_members() {
        let accuracies = member.published.iter();
        let accuracies = accuracies.filter_map(|one| Some((one.top1?, one.source.as_str())));
        let accuracies: Vec<(f64, &str)> = accuracies.collect();
        if accuracies.is_empty() {
            continue;
        }
        let macs = macs(family, &Request { member: Some(member), ..Request::BASELINE })?;
        let one = |(accuracy, source)| Published { member, accuracy, source, macs };
        published.extend(accuracies.into_iter().map(one));
    }
    Ok(published)
}

/// MACs of one image.
pub(super) fn macs(family: &Family, request: &Request) -> Result<f64, Error> {
    Ok(family.network(request)?.network.macs() as f64)
}

/// Fails where a member has two accuracies of one source.
fn check_repeated(family: &Family, published: &[Published]) -> Result<(), Error> {
    let mut known: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    let mut problems = Vec::new();
    for one in published {
        let other = *known.entry((&one.member.name, one.source)).or_insert(one.accuracy);
        if (other - one.accuracy).abs() > 0.0 {
            let address = family.address(one.member);
            let message = format!(
                "{address} has two top-1 accuracies of one source: {other} and {}",
                one.accuracy
            );
            let problem = Diagnostic::new(message).at(&one.member.span, "this member");
            problems.push(problem.help(format!(
                "both are from {:?}; trainings that differ have sources that differ",
                one.source
            )));
        }
    }
    Error::check(problems)
}

/// A series, and the place of its first member in the spec.
fn joined_series<'a>(
    family: &'a Family,
    joined: &[&Published<'a>],
    fixed: Fixed,
) -> Option<(usize, FamilySeries<'a>)> {
    let first = joined.first()?.member;
    let kind = first.series.as_deref().unwrap_or(&family.title).to_string();
    let name = kind.clone() + &fixed_part(family, first, fixed);
    let series = Series::new(&name, &shared_source(joined), points(family, joined));
    let members: Vec<&Member> = joined.iter().map(|one| one.member).collect();
    let place = family.all_members().position(|member| member.name == first.name);
    Some((place.unwrap_or_default(), FamilySeries { series, kind, members, fixed }))
}

fn points(family: &Family, published: &[&Published]) -> Vec<MeasuredPoint> {
    let point = |one: &&Published| MeasuredPoint {
        network: family.address(one.member),
        cost: one.macs,
        accuracy: one.accuracy,
        place: None,
    };
    published.iter().map(point).collect()
}

/// What a series' name says of what its networks share.
fn fixed_part(family: &Family, first: &Member, fixed: Fixed) -> String {
    match fixed {
        Fixed::Nothing => String::new(),
        Fixed::Image => {
            let [height, width] = first.image.unwrap_or([family.input.height, family.input.width]);
            format!(" at {height}×{width}")
        }
        Fixed::Scale => {
            let Scale { width, depth, .. } = first.scale();
            let depth =
                if (depth - 1.0).abs() < 1e-9 { String::new() } else { format!(", depth {depth}") };
            format!(" at width {width}{depth}")
        }
    }
}

/// The networks that no line joins, by kind and source.
fn unjoined_series<'p, 'a: 'p>(
    family: &Family,
    unjoined: impl Iterator<Item = &'p Published<'a>>,
) -> Vec<Series> {
    let mut groups: BTreeMap<(String, String), Vec<&Published>> = BTreeMap::new();
    for one in unjoined {
        let kind = one.member.series.as_deref().unwrap_or(&family.title);
        groups.entry((kind.to_string(), one.source.to_string())).or_default().push(one);
    }
    let series = groups
        .iter()
        .map(|((kind, source), group)| Series::new(kind, source, points(family, group)));
    series.collect()
}

/// What the sources share: `torchvision 0.29.2, ResNet…_Weights.IMAGENET1K_V1`.
fn shared_source(joined: &[&Published]) -> String {
    let Some((first, others)) = joined.split_first() else { return String::new() };
    let first: Vec<char> = first.source.chars().collect();
    let (mut before, mut after) = (first.len(), first.len());
    for other in others {
        let shared = first.iter().zip(other.source.chars()).take_while(|(a, b)| **a == *b).count();
        before = before.min(shared);
        let ends = first.iter().rev().zip(other.source.chars().rev());
        after = after.min(ends.take_while(|(a, b)| **a == *b).count());
    }
    if before == first.len() {
        return first.into_iter().collect();
    }
    let end = first.len() - after.min(first.len() - before);
    let [start, end]: [String; 2] =
        [&first[..before], &first[end..]].map(|part| part.iter().collect());
    format!("{start}…{end}")
}
