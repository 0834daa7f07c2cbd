//! Search spaces: specs in which values are to be chosen.
//!
//! A choice is resolved in the text: the chosen value takes the place of the list. What is left is an ordinary spec, with
//! its comments, which the ordinary reader reads; so whatever a spec can say, a space can choose.

mod alternatives;
mod bundled;
mod declared;
mod find;
mod resolve;
mod settings;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::{Diagnostic, Error, Source};
use crate::families::family::Family;
use crate::families::spec;
use crate::families::spec::reader::{self, Problems};
pub use bundled::{bundled_space, bundled_space_names, bundled_spaces};
pub(super) use declared::SPACE;
pub(super) use find::is_space;
pub use settings::{SpaceSettings, TargetConstraint};

/// A spec in which values are to be chosen.
#[derive(Clone, Debug)]
pub struct SearchSpace {
    /// Its name: `proxy`, or the path of its file.
    pub name: String,
    /// Its name in print.
    pub title: String,
    /// Where it was published.
    pub source: String,
    /// What is to be chosen, in the order of the text.
    pub choices: Vec<Choice>,
    /// What a design in it is to reach.
    pub settings: SpaceSettings,
    text: Source,
    /// What no network's spec contains: the table of the settings, and the line of the schema.
    cut: Vec<Range<usize>>,
}

/// What is to be chosen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Choice {
    /// Its stage and key: `stage1.kernel`.
    pub name: String,
    /// What can be chosen, at least one.
    pub alternatives: Vec<Alternative>,
}

/// One value of a choice.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Alternative {
    /// The value, as in TOML.
    pub value: String,
    /// The value in short: `mbconv(expand=3, se=0.25)`.
    pub label: String,
    /// What choosing it replaces in the text of the space, and by what.
    replaced: Range<usize>,
    written: Vec<Written>,
}

/// A piece of text, and where it is in the space.
#[derive(Clone, Debug)]
struct Written {
    text: String,
    place: Range<usize>,
}

impl SearchSpace {
    /// Reads a space. `name` is its name in journals, `path` the text's name in messages. Fails with every mistake in
    /// the text, including every alternative that gives no network by itself.
    pub fn parse(name: &str, path: &str, text: &str) -> Result<SearchSpace, Error> {
        let source = Source::new(path, text);
        let (root, mistakes) = reader::table(&source);
        Error::check(mistakes)?;
        let problems = Problems::default();
        let root = root.get_ref();
        let found = find::choices(root, &source, &problems);
        let settings = settings::read(root, &source, &problems);
        problems.check()?;
        let text_of =
            |key: &str| root.get(key).and_then(|value| value.get_ref().as_str()).map(String::from);
        let space = SearchSpace {
            name: name.into(),
            title: text_of("title").unwrap_or_else(|| name.into()),
            source: text_of("source").unwrap_or_default(),
            choices: found,
            settings: settings.0,
            cut: resolve::schema_line(text).into_iter().chain(settings.1).collect(),
            text: source.clone(),
        };
        if space.choices.is_empty() {
            let help = "write a value to choose as `{ choose = [3, 5] }`";
            let problem = Diagnostic::new(format!("{path} has nothing to choose")).help(help);
            return Err(problem.into());
        }
        if bundled::text(name) != Some(text) {
            space.check()?;
        }
        Ok(space)
    }

    /// How many combinations of alternatives there are; `u128::MAX` stands for that many or more.
    #[must_use]
    pub fn combinations(&self) -> u128 {
        let counts = self.choices.iter().map(|choice| choice.alternatives.len() as u128);
        counts.fold(1, u128::saturating_mul)
    }

    /// The chosen values by the name of the choice. `picks` has the index of an alternative for each choice.
    #[must_use]
    pub fn values(&self, picks: &[usize]) -> BTreeMap<String, String> {
        let chosen = self.choices.iter().zip(picks);
        let named = chosen.filter_map(|(choice, pick)| {
            Some((choice.name.clone(), choice.alternatives.get(*pick)?.value.clone()))
        });
        named.collect()
    }

    /// The alternatives with these values; `None` if the space has other choices or other values.
    #[must_use]
    pub fn picks(&self, values: &BTreeMap<String, String>) -> Option<Vec<usize>> {
        let pick = |choice: &Choice| {
            let value = values.get(&choice.name)?;
            choice.alternatives.iter().position(|one| one.value == *value)
        };
        let picks: Option<Vec<usize>> = self.choices.iter().map(pick).collect();
        picks.filter(|_| values.len() == self.choices.len())
    }

    /// The text of the spec that the chosen alternatives leave, which stands alone.
    #[must_use]
    pub fn spec(&self, picks: &[usize]) -> String {
        self.resolved(picks).text
    }

    /// The spec that the chosen alternatives leave, as a family without members. A mistake in it is shown at its place in
    /// the text of the space.
    pub fn family(&self, picks: &[usize]) -> Result<Family, Error> {
        let resolved = self.resolved(picks);
        let parsed = spec::parse(&self.name, self.text.name(), &resolved.text);
        parsed.map_err(|error| resolved.at_home(error, &self.text))
    }

    fn resolved(&self, picks: &[usize]) -> resolve::Resolved {
        let chosen = self.choices.iter().zip(picks);
        let chosen = chosen.filter_map(|(choice, pick)| choice.alternatives.get(*pick));
        resolve::resolve(self.text.text(), &self.cut, chosen)
    }

    /// Fails if an alternative gives no network with the first alternatives of all other choices.
    fn check(&self) -> Result<(), Error> {
        let first = vec![0; self.choices.len()];
        self.family(&first)?;
        let mut problems: Vec<Diagnostic> = Vec::new();
        for (index, choice) in self.choices.iter().enumerate() {
            for (pick, alternative) in choice.alternatives.iter().enumerate().skip(1) {
                let mut picks = first.clone();
                picks[index] = pick;
                let Err(error) = self.family(&picks) else { continue };
                let help = format!("where {} is {}", choice.name, alternative.value);
                problems.extend(error.help(&help).into_problems());
            }
        }
        Error::check(problems)
    }
}

#[cfg(test)]
mod tests;
