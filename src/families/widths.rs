//! Numbers of channels that a stage gives as they are: they do not scale with width, and a user should know.

use std::collections::BTreeSet;

use crate::families::block::fixed::{Dependence, channels, dependence, given};
use crate::families::block::{Formula, Setting};
use crate::families::family::{Family, Member, StageSpec};

impl Family {
    /// A sentence for each parameter that is a number of channels and stays as it is when the network is widened,
    /// unless its stage says with `hold` that this is meant.
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
        for stage in stages.iter().filter(|stage| !stage.fixed_width) {
            for (parameter, value) in self.fixed_of(stage, &names) {
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
        found.into_iter().map(sentence).collect()
    }

    /// The fixed numbers of channels of one stage: parameter and value.
    fn fixed_of(&self, stage: &StageSpec, names: &[Dependence]) -> Vec<(&str, String)> {
        let Some(block) = self.blocks.get(stage.block) else { return Vec::new() };
        let set = |index: usize| stage.settings.iter().find(|(of, _)| *of == index);
        let parameters: Vec<Dependence> = (0..block.parameters.len())
            .map(|index| Dependence {
                scales: set(index).is_some_and(|(_, formula)| dependence(formula, names).scales),
                parameters: BTreeSet::from([index]),
            })
            .collect();
        let fixed = channels(block, &self.blocks, &parameters).into_iter();
        let fixed = fixed.filter(|index| !stage.fixed_parameters.contains(index));
        let described = fixed.filter_map(|index| {
            let parameter = block.parameters.get(index)?;
            let default = || parameter.default.as_ref().and_then(number);
            let value = set(index).map_or_else(default, |(_, formula)| Some(written(formula)))?;
            Some((parameter.name.as_str(), value))
        });
        described.collect()
    }
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
