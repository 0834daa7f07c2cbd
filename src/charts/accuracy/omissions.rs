//! The networks that a chart does not show, in one line for each family or series.

use crate::analysis::accuracy::{LeftOut, Reason};
use crate::counting::units::grouped;
use crate::families::accuracy::Accuracy;

/// More names than this are not listed, only counted.
const MAX_NAMES: usize = 3;

/// More sources than this are not listed, only counted.
const MAX_SOURCES: usize = 2;

/// What a chart does not show of a family or a series.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Omissions {
    /// The name of the family or of the series.
    pub of: String,
    /// How many of its networks are drawn.
    pub drawn: usize,
    /// Those that are not.
    pub left_out: Vec<LeftOut>,
}

impl Omissions {
    /// All of it in one line. `option` stands before the words that would take another source: `--accuracy `.
    #[must_use]
    pub fn line(&self, option: &str) -> String {
        let mut kinds: Vec<Vec<&LeftOut>> = Vec::new();
        for left_out in &self.left_out {
            match kinds.iter_mut().find(|alike| alike[0].is_like(left_out)) {
                Some(alike) => alike.push(left_out),
                None => kinds.push(vec![left_out]),
            }
        }
        let clauses: Vec<String> = kinds.iter().map(|alike| clause(alike, option)).collect();
        let all = self.drawn + self.left_out.len();
        let [drawn, all] = [self.drawn, all].map(|count| grouped(count as u128));
        format!("{}: {drawn} of {all} networks drawn; {}", self.of, clauses.join(", "))
    }
}

impl LeftOut {
    /// Whether both are left out for the same kind of reason.
    fn is_like(&self, other: &LeftOut) -> bool {
        let other_source = |one: &LeftOut| matches!(one.reason, Reason::OtherSource(_));
        self.reason == other.reason || (other_source(self) && other_source(other))
    }
}

/// The networks that are left out for one kind of reason, and that reason.
fn clause(alike: &[&LeftOut], option: &str) -> String {
    let (count, is_one) = (alike.len(), alike.len() == 1);
    let who = if count > MAX_NAMES {
        grouped(count as u128)
    } else {
        listed(&alike.iter().map(|one| one.network.as_str()).collect::<Vec<_>>(), "and")
    };
    let verb = |one, several| if is_one { one } else { several };
    let has = verb("has", "have");
    match &alike[0].reason {
        Reason::NoAccuracy(Accuracy::Top1, None) => format!("{who} {has} no published accuracy"),
        Reason::NoAccuracy(Accuracy::Top5, None) => format!("{who} {has} no top-5 accuracy"),
        Reason::NoAccuracy(y, Some(words)) => {
            format!("{who} {has} no {} of {words:?}", y.in_words())
        }
        Reason::OtherSource(_) => {
            format!("{who} {has} another source: {option}{}", sources(alike))
        }
        Reason::NoCost(measure) => format!("{who} {has} no published {}", measure.name()),
        Reason::NoLayers => format!("{who} {has} no layers to estimate from"),
        Reason::OutsideAxes => format!("{who} {} outside the axes", verb("is", "are")),
    }
}

/// The other sources, that of most networks first.
fn sources(alike: &[&LeftOut]) -> String {
    let mut sources: Vec<(&str, usize)> = Vec::new();
    for left_out in alike {
        let Reason::OtherSource(source) = &left_out.reason else { continue };
        match sources.iter_mut().find(|(known, _)| known == source) {
            Some((_, count)) => *count += 1,
            None => sources.push((source, 1)),
        }
    }
    sources.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut names: Vec<String> =
        sources.iter().take(MAX_SOURCES).map(|(source, _)| format!("{source:?}")).collect();
    if sources.len() > MAX_SOURCES {
        names.push(format!("{} more", sources.len() - MAX_SOURCES));
    }
    listed(&names, "or")
}

/// `a, b and c`.
pub(super) fn listed<T: AsRef<str>>(names: &[T], word: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!("{} {word} {last}", others.join(", "))
        }
        _ => names.concat(),
    }
}
