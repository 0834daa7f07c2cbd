//! Numbers of channels that a stage gives as they are: they do not scale with width, and a user should know.

use std::collections::BTreeSet;

use crate::families::block::fixed::{Dependence, FixedChannels, Literal, dependence, given};
use crate::families::block::{Block, Formula, Setting};
use crate::families::family::{Family, Member, StageSpec};
use crate::families::scaling::is_one;

impl Family {
    /// What [`fixed_channels`](Self::fixed_channels) says, if a network is made at any width multiplier but 1.
    #[must_use]
    pub fn notes_at_widths(&self, widths: impl IntoIterator<Item = f64>) -> Vec<String> {
        let is_widened = widths.into_iter().any(|width| !is_one(width));
        if is_widened { self.fixed_channels(None) } else { Vec::new() }
    }

    /// A sentence for each number of channels that stays as it is when the network is widened: a parameter, unless its
    /// stage says with `hold` that this is meant, or a number in a step of the spec's own blocks.
    #[must_use]
    pub fn fixed_channels(&self, member: Option<&Member>) -> Vec<String> {
        let (stages, constants) = match member {
            Some(member) => (&member.stages, &member.constants),
            None => (&self.stages, &self.constants),
        };
        let mut names = given();
        for (_, formula) in constants {
            names.push(dependence(formula, &names));
        }
        let mut found: Vec<(&str, Vec<String>)> = Vec::new();
        let mut literals: Vec<String> = Vec::new();
        for stage in stages.iter().filter(|stage| !stage.fixed_width) {
            let Some(block) = self.blocks.get(stage.block) else { continue };
            let fixed = block.fixed_channels(&self.blocks);
            for literal in self.own_literals(fixed) {
                if !literals.contains(&literal) {
                    literals.push(literal);
                }
            }
            for (parameter, value) in fixed_of(stage, block, fixed, &names) {
                let place = format!("{} ({value})", stage.name);
                match found.iter_mut().find(|(name, _)| *name == parameter) {
                    Some((_, places)) => places.push(place),
                    None => found.push((parameter, vec![place])),
                }
            }
        }
        let sentence = |(parameter, places): (&str, Vec<String>)| {
            let (stage, places) =
                (if places.len() == 1 { "stage" } else { "stages" }, places.join(", "));
            format!(
                "`{parameter}` does not scale with width in {stage} {places}: write it as scaled(…) if it should, or \
                 name it in `hold` if it should not."
            )
        };
        found.into_iter().map(sentence).chain(literals).collect()
    }

    /// A sentence for each number in a step of a block in the spec itself. A single channel is a map, such as a gate's,
    /// and the classes are the same at every width.
    fn own_literals(&self, fixed: &FixedChannels) -> Vec<String> {
        let own = fixed.literals.iter().filter(|literal| {
            let is_meant =
                literal.number <= 1.0 || (literal.number - self.classes as f64).abs() < 0.5;
            literal.span.source == self.spec && !is_meant
        });
        let sentence = |literal: &Literal| {
            let Literal { block, key, number, span } = literal;
            format!(
                "`{key} = {number}` in block `{block}` (line {}) does not scale with width: write it as scaled({number}) \
                 if it should, or as a parameter that stages name in `hold` if it should not.",
                span.line()
            )
        };
        own.map(sentence).collect()
    }
}

/// The parameters of the block of a stage that are fixed numbers of channels, with their values, where `names` says
/// what the names in the stage's expressions depend on.
fn fixed_of<'b>(
    stage: &StageSpec,
    block: &'b Block,
    fixed: &FixedChannels,
    names: &[Dependence],
) -> Vec<(&'b str, String)> {
    let set = |index: usize| stage.settings.iter().find(|(of, _)| *of == index);
    let scales =
        |index: &usize| set(*index).is_some_and(|(_, formula)| dependence(formula, names).scales);
    let fixed = fixed.parameters.iter().filter(|together| !together.iter().any(scales));
    let fixed: BTreeSet<usize> = fixed.flatten().copied().collect();
    let fixed = fixed.into_iter().filter(|index| !stage.fixed_parameters.contains(index));
    let described = fixed.filter_map(|index| {
        let parameter = block.parameters.get(index)?;
        let default = || parameter.default.as_ref().and_then(number);
        let value = set(index).map_or_else(default, |(_, formula)| Some(written(formula)))?;
        Some((parameter.name.as_str(), value))
    });
    described.collect()
}

fn number(setting: &Setting) -> Option<String> {
    match setting {
        Setting::Number(number) => Some(number.to_string()),
        Setting::Bool(_) | Setting::Word(_) => None,
    }
}

/// A formula as it is written, without quotes.
fn written(formula: &Formula) -> String {
    let span = &formula.span;
    let text = span.source.text().get(span.start..span.end).unwrap_or_default();
    text.trim_matches(['"', '\'']).to_string()
}
