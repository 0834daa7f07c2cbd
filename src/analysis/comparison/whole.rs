//! The curve of a whole family: the members whose accuracy is of one source.

use crate::analysis::comparison::place::{placed, printed};
use crate::analysis::comparison::{Asked, Counted, Known, Placed};
use crate::counting::measure::Measure;
use crate::error::{Diagnostic, Error};
use crate::families::family::{self, Family, Published};
use crate::families::scaling::Scale;

/// A curve shows one way of training: members whose accuracy has another source than the one asked for,
/// or the family's first, are left out.
pub(super) fn whole_family(
    asked: &Asked,
    family: &Family,
    measure: Measure,
    left_out: &mut Vec<String>,
) -> Result<Vec<Placed>, Error> {
    let (members, source) = match &asked.accuracy {
        Some(words) => (with_accuracy(family, words)?, words.as_str()),
        None => (family.members.iter().collect(), first_source(family)?),
    };
    let mut points = Vec::new();
    let prefix = shared_prefix(&members);
    for member in members {
        let found = match asked.accuracy {
            Some(_) => find(member, source),
            None => member.published.iter().find(|one| one.top1.is_some() && one.source == source),
        };
        let Some(published) = found else {
            left_out.push(why_left_out(family, member));
            continue;
        };
        let known = Known {
            label: Some(member.name[prefix..].to_string()),
            network: Some(Counted { family, member: Some(member), scale: Scale::BASELINE }),
            printed: printed(published),
            accuracy: published.top1.map(|top1| (top1, published.source.clone())),
        };
        points.extend(
            placed(asked, &known, measure, left_out)?
                .map(|placed| Placed { title: family.print_name(member), ..placed }),
        );
    }
    Ok(points)
}

fn why_left_out(family: &Family, member: &family::Member) -> String {
    let address = family.address(member);
    match member.accuracy() {
        Some((_, from)) => format!("{address}: its accuracy has another source ({from})"),
        None => format!("{address}: no published accuracy"),
    }
}

fn first_source(family: &Family) -> Result<&str, Error> {
    let source = family.members.iter().find_map(family::Member::accuracy);
    source.map(|(_, source)| source).ok_or_else(|| {
        if family.imported.is_some() {
            let message = format!("{} is a network without an accuracy", family.name);
            let help =
                "a chart file gives it one: { network = \"FILE.onnx\", top1 = …, source = \"…\" }";
            let help = [help, "--stages shows where its cost sits"].map(String::from).to_vec();
            return Diagnostic { help, ..Diagnostic::new(message) }.into();
        }
        let message = format!("no member of {} has a published top-1 accuracy", family.name);
        let help = "a chart of accuracy needs `published = { top1 = …, source = … }` in the spec";
        Diagnostic::new(message).help(help).into()
    })
}

/// The family's own members whose accuracy has these words in its source, or else the libraries'.
fn with_accuracy<'a>(family: &'a Family, words: &str) -> Result<Vec<&'a family::Member>, Error> {
    for members in [&family.members, &family.library_members] {
        let found: Vec<_> = members.iter().filter(|member| find(member, words).is_some()).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let published = family.all_members().flat_map(|member| &member.published);
    let mut sources: Vec<&str> = published
        .filter(|published| published.top1.is_some())
        .map(|published| published.source.as_str())
        .collect();
    sources.sort_unstable();
    sources.dedup();
    let message = format!("no accuracy of {} has a source with the words {words:?}", family.name);
    let mut problem = Diagnostic::new(message);
    for source in sources.iter().take(8) {
        problem = problem.help(format!("there is: {source}"));
    }
    Err(problem.into())
}

/// The first published accuracy with these words in its source.
pub(super) fn find<'a>(member: &'a family::Member, words: &str) -> Option<&'a Published> {
    let words = words.to_lowercase();
    let mut published = member.published.iter().filter(|published| published.top1.is_some());
    published.find(|published| published.source.to_lowercase().contains(&words))
}

/// How many bytes the names share that say nothing: `torchvision/efficientnet_` of `…_b0` and `…_b1`.
fn shared_prefix(members: &[&family::Member]) -> usize {
    let Some((first, others)) = members.split_first() else { return 0 };
    let Some(library) = first.name.find('/').map(|slash| slash + 1) else { return 0 };
    let shared = first.name.bytes().enumerate().take_while(|(index, byte)| {
        others.iter().all(|other| other.name.as_bytes().get(*index) == Some(byte))
    });
    let shared = shared.count();
    let word = first.name.get(..shared).and_then(|shared| shared.rfind(['_', '-', '/']));
    word.map_or(0, |end| end + 1).max(if others.is_empty() { library } else { 0 })
}
