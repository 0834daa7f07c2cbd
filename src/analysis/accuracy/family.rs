//! The members of a family whose accuracy is from one source.

use crate::analysis::accuracy::{LeftOut, NamedNetwork, Reason, Selection};
use crate::analysis::model::Model;
use crate::error::{Diagnostic, Error};
use crate::families::accuracy::Accuracy;
use crate::families::family::{Family, Member, Request};
use crate::families::published::Published;

/// The most sources listed in a message.
const MOST_SOURCES: usize = 8;

/// Which networks of a family are wanted: all of its own, or some that are named, or both.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The family.
    pub model: &'a Model,
    /// Whether all of its own members are wanted.
    pub is_whole: bool,
    /// Members that are named, in order.
    pub named: Vec<&'a Member>,
}

impl<'a> Wanted<'a> {
    /// All members of a family.
    #[must_use]
    pub fn whole(model: &'a Model) -> Self {
        Wanted { model, is_whole: true, named: Vec::new() }
    }

    /// Fails if no network that is wanted has an accuracy from the selected source.
    pub fn check(&self, selection: &Selection) -> Result<(), Error> {
        self.members(selection).map(|_| ())
    }

    /// The members that are wanted, and the one source of their accuracies, unless it is selected by words.
    fn members(&self, selection: &Selection) -> Result<(Vec<&'a Member>, Option<&'a str>), Error> {
        let family = self.model.family().map_err(|_| without_accuracy(self.model, selection.y))?;
        let mut members = match (self.is_whole, selection.accuracy) {
            (true, Some(_)) => with_accuracy(family, selection),
            (true, None) => family.members.iter().collect(),
            (false, _) => Vec::new(),
        };
        for member in &self.named {
            if !members.iter().any(|known| known.name == member.name) {
                members.push(member);
            }
        }
        match selection.accuracy {
            None => {
                let source = self.source(family, &members, selection.y)?;
                Ok((members, Some(source)))
            }
            Some(_) if members.iter().any(|one| selection.accuracy_of(one).is_some()) => {
                Ok((members, None))
            }
            Some(words) => Err(without_words(family, words, selection.y)),
        }
    }

    /// The source of the family's first accuracy, or if none of the members has it, that of their first one.
    fn source(
        &self,
        family: &'a Family,
        members: &[&'a Member],
        y: Accuracy,
    ) -> Result<&'a str, Error> {
        let of_family = family.members.iter().find_map(|member| member.accuracy(y));
        let has = |source: &str| members.iter().any(|member| from(member, source, y).is_some());
        let of_family = of_family.filter(|(_, source)| has(source));
        let found = of_family.or_else(|| members.iter().find_map(|member| member.accuracy(y)));
        let named = if self.is_whole { &[] } else { members };
        found.map(|(_, source)| source).ok_or_else(|| unpublished(family, named, y))
    }

    /// Every network that is wanted as one that is left out.
    pub(super) fn left_out(&self, selection: &Selection) -> Vec<LeftOut> {
        let none = |network: &str| {
            let reason = Reason::NoAccuracy(selection.y, selection.accuracy.map(str::to_string));
            LeftOut { network: network.to_string(), reason }
        };
        let Ok(family) = self.model.family() else { return vec![none(self.model.name())] };
        let own = family.members.iter().filter(|_| self.is_whole);
        let named = self.named.iter().copied();
        let named = named.filter(|one| {
            !(self.is_whole && family.members.iter().any(|own| own.name == one.name))
        });
        let mut left_out: Vec<LeftOut> =
            own.chain(named).map(|member| none(&member.name)).collect();
        if self.is_whole && selection.accuracy.is_none() {
            let elsewhere =
                family.library_members.iter().filter(|one| one.accuracy(selection.y).is_some());
            left_out.extend(elsewhere.filter_map(|member| {
                let reason = Reason::OtherSource(member.library()?.to_string());
                Some(LeftOut { network: member.name.clone(), reason })
            }));
        }
        left_out
    }
}

/// The member's published figures with an accuracy from this source. A library's weights are of one source, though each
/// has its own name behind that of the library.
fn from<'m>(member: &'m Member, source: &str, y: Accuracy) -> Option<&'m Published> {
    let part = |source: &'_ str| match (member.library(), source.split_once(", ")) {
        (Some(_), Some((library, _))) => library.to_string(),
        _ => source.to_string(),
    };
    let source = part(source);
    member.published.iter().find(|one| one.accuracy(y).is_some() && part(&one.source) == source)
}

/// The networks whose accuracy is from the selected source. Without a selection it is that of the first accuracy: other
/// sources train in other ways.
pub(super) fn networks<'a>(
    wanted: &Wanted<'a>,
    family: &'a Family,
    selection: &Selection,
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<(&'a Member, NamedNetwork<'a>)>, Error> {
    let (members, source) = wanted.members(selection)?;
    let prefix = shared_prefix(&members);
    let mut networks = Vec::new();
    for member in members {
        let found = match source {
            None => selection.accuracy_of(member),
            Some(source) => from(member, source, selection.y),
        };
        let Some(published) = found else {
            let reason = match (selection.accuracy, member.accuracy(selection.y)) {
                (None, Some((_, source))) => Reason::OtherSource(source.to_string()),
                (words, _) => Reason::NoAccuracy(selection.y, words.map(str::to_string)),
            };
            left_out.push(LeftOut { network: member.name.clone(), reason });
            continue;
        };
        let network = NamedNetwork {
            label: member.name[prefix..].to_string(),
            title: family.print_name(member),
            counted: Some((wanted.model, Request { member: Some(member), ..Request::BASELINE })),
            figures: published.clone(),
            is_given: false,
        };
        networks.push((member, network));
    }
    Ok(networks)
}

fn unpublished(family: &Family, named: &[&Member], y: Accuracy) -> Error {
    let (name, key) = (y.name(), y.key());
    let addresses: Vec<String> = named.iter().map(|member| family.address(member)).collect();
    let message = match &addresses[..] {
        [] => format!("no member of {} has a published {name} accuracy", family.name),
        [address] => format!("{address} has no published {name} accuracy"),
        several => format!("none of {} has a published {name} accuracy", several.join(", ")),
    };
    let problem = Diagnostic::new(message).help(format!(
        "a chart of accuracy needs `published = {{ {key} = …, source = … }}` in the spec"
    ));
    if !named.is_empty() {
        return problem.into();
    }
    let elsewhere = family.library_members.iter().filter(|member| member.accuracy(y).is_some());
    let mut libraries: Vec<&str> = elsewhere.filter_map(Member::library).collect();
    libraries.dedup();
    let hint = |library: &&str| format!("or take a library's: --accuracy {library}");
    libraries.iter().map(hint).fold(problem, Diagnostic::help).into()
}

/// A graph has no members, and nothing in an ONNX file says how accurate it is.
fn without_accuracy(model: &Model, y: Accuracy) -> Error {
    let (accuracy, key) = (y.in_words(), y.key());
    Diagnostic::new(format!("{} has no {accuracy}", model.name()))
        .help(format!(
            "a chart file can give it one: {{ network = \"FILE.onnx\", {key} = …, source = \"…\" }}"
        ))
        .help("or show the cost of its stages: --stages")
        .into()
}

/// The family's own members whose accuracy has these words in its source, or else the libraries'.
fn with_accuracy<'a>(family: &'a Family, selection: &Selection) -> Vec<&'a Member> {
    let found = [&family.members, &family.library_members].map(|members| {
        let found = members.iter().filter(|member| selection.accuracy_of(member).is_some());
        found.collect::<Vec<_>>()
    });
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn without_words(family: &Family, words: &str, y: Accuracy) -> Error {
    let published = family.all_members().flat_map(|member| &member.published);
    let published = published.filter(|published| published.accuracy(y).is_some());
    let mut sources: Vec<&str> = published.map(|published| published.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let message = format!("no {} of {} has {words:?} in its source", y.in_words(), family.name);
    let mut problem = Diagnostic::new(message);
    for source in sources.iter().take(MOST_SOURCES) {
        problem = problem.help(format!("a source: {source}"));
    }
    problem.into()
}

/// The length in bytes of the prefix that all names share: `torchvision/efficientnet_` of `…_b0` and `…_b1`.
fn shared_prefix(members: &[&Member]) -> usize {
    let Some((first, others)) = members.split_first() else { return 0 };
    let Some(library) = first.name.find('/').map(|slash| slash + 1) else { return 0 };
    let shared = first.name.bytes().enumerate().take_while(|(index, byte)| {
        others.iter().all(|other| other.name.as_bytes().get(*index) == Some(byte))
    });
    let shared = shared.count();
    let word = first.name.get(..shared).and_then(|shared| shared.rfind(['_', '-', '/']));
    word.map_or(0, |end| end + 1).max(if others.is_empty() { library } else { 0 })
}
