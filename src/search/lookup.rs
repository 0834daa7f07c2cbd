//! Finding what names a candidate among thousands.

use std::collections::HashMap;

use crate::search::Candidate;
use crate::search::variant::Identity;

/// Things that name candidates, by their variants.
#[derive(Debug)]
pub struct Lookup<'a, T>(HashMap<String, Vec<(Identity<'a>, &'a T)>>);

impl<'a, T> Lookup<'a, T> {
    /// `identity` says which candidate a thing names.
    pub fn new(all: &'a [T], identity: fn(&T) -> Identity<'_>) -> Lookup<'a, T> {
        let mut found: HashMap<String, Vec<(Identity, &T)>> = HashMap::new();
        for one in all {
            let identity = identity(one);
            found.entry(identity.variant.key()).or_default().push((identity, one));
        }
        Lookup(found)
    }

    /// Those that name a candidate, in their order.
    #[must_use]
    pub fn of(&self, candidate: &Candidate) -> impl DoubleEndedIterator<Item = &'a T> {
        let alike = self.0.get(&candidate.variant.key());
        let named = alike.into_iter().flatten().filter(|(identity, _)| candidate.is(*identity));
        named.map(|(_, one)| *one)
    }

    /// Whether one of them names a candidate.
    #[must_use]
    pub fn has(&self, candidate: &Candidate) -> bool {
        self.of(candidate).next().is_some()
    }
}
