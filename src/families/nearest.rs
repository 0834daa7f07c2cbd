//! What an unknown name was probably meant to be.

use std::collections::BTreeSet;

use crate::families::names::{Named, all, called, in_library, plain};
use crate::families::spec::bundled_libraries;

/// Maximum names to suggest.
const MAX_SUGGESTED: usize = 3;

/// Minimum letters of a name that others resemble.
const MIN_LETTERS: usize = 3;

/// Maximum parts of a name whose combinations are looked for.
const MAX_PARTS: usize = 8;

/// The networks and families that an unknown name was probably meant to be, the likeliest first: the one that is a part
/// of the name, or else those that differ in the fewest letters, or else those that begin with the name.
pub(crate) fn nearest(name: &str) -> Vec<Named<'static>> {
    let mut found = part(name);
    if found.is_empty() {
        found = resembling(name);
    }
    found.truncate(MAX_SUGGESTED);
    found
}

/// The network in a name with a tag, or with the names of modules: `resnet50` in `resnet50.a1_in1k`, and
/// `torchvision/resnet50` in `torchvision.models.resnet50`.
fn part(name: &str) -> Vec<Named<'static>> {
    let marks = name.match_indices(['.', ':', '/']).map(|(at, _)| at);
    let ends: Vec<usize> = marks.chain([name.len()]).collect();
    let parts = ends.len();
    if !(2..=MAX_PARTS).contains(&parts) {
        return Vec::new();
    }
    let start = |part: usize| part.checked_sub(1).map_or(0, |before| ends[before] + 1);
    let words = (0..parts).map(|part| &name[start(part)..ends[part]]);
    let library = words.into_iter().find_map(library);
    for length in (1..parts).rev() {
        for first in 0..=parts - length {
            let part = &name[start(first)..ends[first + length - 1]];
            let of_library = library.map(|library| in_library(library, part));
            let found = of_library.filter(|found| !found.is_empty());
            let found = found.unwrap_or_else(|| called(part));
            if !found.is_empty() {
                return found;
            }
        }
    }
    Vec::new()
}

/// The networks and families whose names resemble this one; of a library, if the name says which.
fn resembling(name: &str) -> Vec<Named<'static>> {
    let (library, name) = match name.split_once('/') {
        Some((of, network)) => (library(of), network),
        None => (None, name),
    };
    let name = plain(&name.replace(':', "_"));
    let letters = name.chars().count();
    if letters < MIN_LETTERS {
        return Vec::new();
    }
    let (mut near, mut longer) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for (known, named) in all() {
        let known = plain(&known);
        let is_of = |library| {
            named
                .member
                .is_some_and(|member| member.split_once('/').is_some_and(|(of, _)| of == library))
        };
        // Of equal names, the first: a family's own.
        if library.is_some_and(|library| !is_of(library)) || seen.contains(&known) {
            continue;
        }
        let (all, limit) = (known.chars().count(), (letters / 5).max(1));
        if known.starts_with(&name) {
            longer.push((all - letters, named));
        }
        if all.abs_diff(letters) <= limit {
            let distance = strsim::osa_distance(&name, &known);
            if distance <= limit {
                near.push((distance, named));
            }
        }
        seen.insert(known);
    }
    let nearest = near.iter().map(|(distance, _)| *distance).min();
    near.retain(|(distance, _)| Some(*distance) == nearest);
    let mut found = if near.is_empty() { longer } else { near };
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().map(|(_, named)| named).collect()
}

fn library(name: &str) -> Option<&'static str> {
    bundled_libraries().into_iter().find(|library| library.eq_ignore_ascii_case(name))
}
