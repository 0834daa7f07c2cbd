//! The members of a family whose accuracy is from one source.

use crate::analysis::accuracy::{LeftOut, NamedNetwork, Reason, Selection};
use crate::analysis::model::Model;
use crate::error::{Diagnostic, Error};
use crate::families::family::{Family, Member, Request};

/// The most sources listed in a message.
const MOST_SOURCES: usize = 8;

/// The members whose accuracy is from the selected source. Without a selection it is that of the first accuracy: other
/// sources train in other ways.
pub(super) fn networks<'a>(
    model: &'a Model,
    family: &'a Family,
    selection: &Selection,
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<(&'a Member, NamedNetwork<'a>)>, Error> {
    let (members, source) = match selection.accuracy {
        Some(words) => (with_accuracy(family, selection, words)?, None),
        None => (family.members.iter().collect(), Some(first_source(family)?)),
    };
    let prefix = shared_prefix(&members);
    let mut networks = Vec::new();
    for member in members {
        let found = match source {
            None => selection.accuracy_of(member),
            Some(source) => {
                member.published.iter().find(|one| one.top1.is_some() && one.source == source)
            }
        };
        let Some(published) = found else {
            let reason = member.accuracy().map_or(Reason::NoAccuracy(None), |(_, source)| {
                Reason::OtherSource(source.to_string())
            });
            left_out.push(LeftOut { network: member.name.clone(), reason });
            continue;
        };
        let network = NamedNetwork {
            label: member.name[prefix..].to_string(),
            title: family.print_name(member),
            counted: Some((model, Request { member: Some(member), ..Request::BASELINE })),
            figures: published.clone(),
        };
        networks.push((member, network));
    }
    Ok(networks)
}

fn first_source(family: &Family) -> Result<&str, Error> {
    let source = family.members.iter().find_map(Member::accuracy);
    source.map(|(_, source)| source).ok_or_else(|| {
        let message = format!("no member of {} has a published top-1 accuracy", family.name);
        let problem = Diagnostic::new(message)
            .help("a chart of accuracy needs `published = { top1 = …, source = … }` in the spec");
        let elsewhere = family.library_members.iter().filter(|member| member.accuracy().is_some());
        let mut libraries: Vec<&str> = elsewhere.filter_map(Member::library).collect();
        libraries.dedup();
        let hint = |library: &&str| format!("or take a library's: --accuracy {library}");
        libraries.iter().map(hint).fold(problem, Diagnostic::help).into()
    })
}

/// A graph has no members, and nothing in an ONNX file says how accurate it is.
pub(super) fn without_accuracy(model: &Model) -> Error {
    Diagnostic::new(format!("{} has no accuracy", model.name()))
        .help("a chart file can give it one: { network = \"FILE.onnx\", top1 = …, source = \"…\" }")
        .help("or show the cost of its stages: --stages")
        .into()
}

/// The family's own members whose accuracy has these words in its source, or else the libraries'.
fn with_accuracy<'a>(
    family: &'a Family,
    selection: &Selection,
    words: &str,
) -> Result<Vec<&'a Member>, Error> {
    for members in [&family.members, &family.library_members] {
        let found = members.iter().filter(|member| selection.accuracy_of(member).is_some());
        let found: Vec<_> = found.collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let published = family.all_members().flat_map(|member| &member.published);
    let published = published.filter(|published| published.top1.is_some());
    let mut sources: Vec<&str> = published.map(|published| published.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let message = format!("no accuracy of {} has {words:?} in its source", family.name);
    let mut problem = Diagnostic::new(message);
    for source in sources.iter().take(MOST_SOURCES) {
        problem = problem.help(format!("a source: {source}"));
    }
    Err(problem.into())
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
