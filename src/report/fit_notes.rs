//! What there is to say about a fitted network: where it ends, and what did not scale.

use crate::cost::Event;
use crate::fit::Found;
use crate::network::Stage;
use crate::report::fit::Fitted;
use crate::units::{grouped, three_digits};

/// From this share of the params on, the last stage is worth a word.
const DOMINANT: f64 = 1.0 / 3.0;

/// The notes, as far as they are true of what was found.
pub(super) fn notes(fitted: &Fitted) -> Vec<String> {
    let found = fitted.found;
    let outcome =
        if found.fit.usage.fits() { at_the_end(found) } else { Some(nothing_fits(found)) };
    let memory = fitted.budgets.memory.map(|_| {
        "Memory is that of an engine that frees a map after its last use, works in place where it can and \
         needs no working space; a real one holds more."
            .into()
    });
    [outcome, single_layers(fitted), classifier(fitted), memory].into_iter().flatten().collect()
}

fn nothing_fits(found: &Found) -> String {
    let [low, high] = found.range;
    let mut text = format!(
        "Nothing from φ = {} to {} fits. The nearest is φ = {}",
        three_digits(low),
        three_digits(high),
        found.fit.phi
    );
    for one in found.fit.usage.uses.iter().filter(|one| !one.fits()) {
        let (used, allowed) = (grouped(one.used), grouped(one.allowed));
        let share = three_digits(one.share());
        let name = one.quantity.in_full();
        text += &format!("; {name}: {used}, {share} times the budget of {allowed}");
    }
    text + "."
}

/// Where the range of φ ends before a budget does.
fn at_the_end(found: &Found) -> Option<String> {
    let [_, high] = found.range;
    (found.fit.to >= high).then(|| {
        format!(
            "No budget binds: φ = {} is the end of the range that is searched.",
            three_digits(high)
        )
    })
}

/// Below the baseline, stages of one layer keep it.
fn single_layers(fitted: &Fitted) -> Option<String> {
    let scaled = &fitted.found.fit.scaled;
    let depth = scaled.scale.depth;
    let specs = fitted.request.member.map_or(&fitted.family.stages, |member| &member.stages);
    let scales = |stage: &&Stage<u64>| {
        let mut specs = specs.iter().filter(|spec| spec.depth.is_some() && !spec.holds_depth);
        specs.any(|spec| spec.name == stage.name)
    };
    let stages: Vec<_> = scaled.network.stages().iter().filter(scales).collect();
    let single = stages.iter().filter(|stage| stage.repeats == 1).count();
    (depth < 1.0 && single > 0).then(|| {
        format!(
            "{single} of the {} stages that scale with depth have one layer, and no depth takes that away: below \
             the baseline, repeats shrink by less than d = {}.",
            stages.len(),
            three_digits(depth)
        )
    })
}

/// Classes do not scale: in a small network their layer is most of the params.
fn classifier(fitted: &Fitted) -> Option<String> {
    let network = &fitted.found.fit.scaled.network;
    let last = network.stages().len().checked_sub(1)?;
    let name = &network.stages()[last].name;
    let params = network.stage_cost(last).total(Event::PARAMS) as f64;
    let share = params / network.cost().total(Event::PARAMS) as f64;
    let scale = fitted.found.fit.scaled.scale;
    let is_smaller = scale.depth < 1.0 || scale.width < 1.0;
    (is_smaller && share >= DOMINANT).then(|| {
        format!(
            "The last stage, {name}, holds {} % of the params: its classes do not scale.",
            three_digits(share * 100.0)
        )
    })
}
