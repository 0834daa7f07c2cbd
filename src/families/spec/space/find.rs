//! Finding the choices in the text of a space.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Diagnostic, Source};
use crate::families::spec::reader::{self, Item, Problems, Span, span};
use crate::families::spec::space::Choice;
use crate::families::spec::space::alternatives::{Slot, alternatives, presence, splices};
use crate::families::spec::space::declared::{CHOOSE, PRESENT};

/// The mistake of a space that was taken for a spec, if it is one.
pub(in crate::families::spec) fn is_space(source: &Source) -> Option<Diagnostic> {
    let (root, _) = reader::table(source);
    let problems = Problems::default();
    let first = choices(root.get_ref(), source, &problems).into_iter().next()?;
    let place = first.alternatives.first()?.replaced.clone();
    let message = format!("this is a search space, not a spec: `{}` is to be chosen", first.name);
    let problem = Diagnostic::new(message).at(span(place, source), "a choice");
    let help = format!("`phiscale design {}` searches it, and writes specs", source.name());
    Some(problem.help(help))
}

/// Every choice, in the order of the text. What is wrong with one goes to the problems.
pub(super) fn choices(root: &DeTable, source: &Source, problems: &Problems) -> Vec<Choice> {
    let mut finder = Finder { source, problems, found: Vec::new() };
    for (key, value) in in_order(root) {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("design" | "block", _) => {}
            ("stage", DeValue::Array(stages)) => {
                for (index, stage) in stages.iter().enumerate() {
                    finder.stage(index, stage);
                }
            }
            (name, _) => finder.value(name, None, key, value),
        }
    }
    let mut found = finder.found;
    found.sort_by_key(|choice| choice.alternatives.first().map(|one| one.replaced.start));
    found
}

/// A key with its value.
type Pair<'t> = (&'t Spanned<Cow<'t, str>>, &'t Spanned<DeValue<'t>>);

fn in_order<'t>(table: &'t DeTable<'t>) -> Vec<Pair<'t>> {
    let mut entries: Vec<Pair> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

struct Finder<'a> {
    source: &'a Source,
    problems: &'a Problems,
    found: Vec<Choice>,
}

impl<'a> Finder<'a> {
    /// The choices of a stage: in place of its values, of tables of keys, and whether it is there.
    fn stage(&mut self, index: usize, stage: &Spanned<DeValue>) {
        let DeValue::Table(table) = stage.get_ref() else { return };
        let named = table.get("name").and_then(|name| name.get_ref().as_str());
        let stage_name = named.map_or_else(|| format!("stage{}", index + 1), String::from);
        for (key, value) in in_order(table) {
            let place = (stage, table);
            match (key.get_ref().as_ref(), value.get_ref()) {
                (PRESENT, DeValue::Table(choice)) if choice.contains_key(CHOOSE) => {
                    let name = format!("{stage_name}.{PRESENT}");
                    let slot = self.slot(&name, PRESENT, key, value);
                    let found = presence(&slot, choice, place);
                    self.add(name, found);
                }
                (CHOOSE, _) => {
                    let slot = self.slot(&stage_name, CHOOSE, key, value);
                    let found = splices(&slot, place);
                    self.add(format!("{stage_name}.{}", slot.subject()), found);
                }
                (name, _) => self.value(name, Some(&stage_name), key, value),
            }
        }
    }

    /// The choice that a value is, or those in it.
    fn value(
        &mut self,
        key_name: &str,
        within: Option<&str>,
        key: &Spanned<Cow<str>>,
        value: &Spanned<DeValue>,
    ) {
        let DeValue::Table(table) = value.get_ref() else { return };
        let name = within.map_or_else(|| key_name.into(), |within| format!("{within}.{key_name}"));
        if table.contains_key(CHOOSE) {
            let slot = self.slot(&name, key_name, key, value);
            if key_name == "name" {
                let message = "the name of a stage cannot be chosen: it names the choices in it";
                self.problems.add(Diagnostic::new(message).at(slot.place, "here"));
                return;
            }
            let found = alternatives(&slot, table);
            self.add(name, found);
            return;
        }
        for (key, value) in in_order(table) {
            self.value(key.get_ref(), Some(&name), key, value);
        }
    }

    fn add(&mut self, name: String, alternatives: Option<Vec<super::Alternative>>) {
        let Some(alternatives) = alternatives.filter(|found| !found.is_empty()) else { return };
        if self.found.iter().any(|known| known.name == name) {
            let place = alternatives[0].replaced.clone();
            let problem = Diagnostic::new(format!("two choices are named {name}"));
            let problem = problem.at(span(place, self.source), "the second");
            self.problems.add(problem.help("give the stage another name"));
            return;
        }
        self.found.push(Choice { name, alternatives });
    }

    fn slot<'s>(
        &self,
        name: &'s str,
        key_name: &'s str,
        key: &Spanned<Cow<str>>,
        value: &'s Spanned<DeValue<'s>>,
    ) -> Slot<'s, 'a> {
        let place: Span<'a> = Item::place(value, self.source);
        let (source, problems) = (self.source, self.problems);
        Slot { name, key_name, key: key.span(), value, place, source, problems }
    }
}
