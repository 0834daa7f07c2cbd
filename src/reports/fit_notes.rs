//! What there is to say about a fitted network: where it ends, and what did not scale.

use crate::analysis::budget::Usage;
use crate::analysis::fit::Found;
use crate::counting::ledger::Event;
use crate::counting::network::Stage;
use crate::counting::units::{grouped, three_digits};
use crate::reports::fit::Fitted;

/// From this share of the params on, the last stage is worth a word.
const DOMINANT: f64 = 1.0 / 3.0;

/// The notes, as far as they are true of what was found.
pub(super) fn notes(fitted: &Fitted) -> Vec<String> {
    let found = fitted.found;
    let outcome = if found.fit.usage.fits() { next(found) } else { nothing_fits(found) };
    let memory = fitted.budgets.memory.map(|_| {
        "Memory is that of an engine that frees a map after its last use, works in place where it can and \
         needs no working space; a real one holds more."
            .into()
    });
    let ways = (!fitted.ways.is_empty()).then(|| {
        "Every way can be asked for by --strategy, --round-repeats and --input, and then written as a spec."
            .into()
    });
    [Some(outcome), single_layers(fitted), classifier(fitted), memory, ways]
        .into_iter()
        .flatten()
        .collect()
}

fn nothing_fits(found: &Found) -> String {
    let minus = |text: String| text.replace('-', "−");
    let [low, high] = found.range.map(|end| minus(three_digits(end)));
    let nearest = minus(found.fit.phi.to_string());
    let passed = passed(&found.fit.usage);
    format!("Nothing from φ = {low} to {high} fits. The nearest is φ = {nearest}, with {passed}.")
}

/// What keeps a larger network from fitting: a budget, or the end of the range.
fn next(found: &Found) -> String {
    match &found.above {
        Some(above) => format!("The next larger network has {}.", passed(above)),
        None => format!(
            "No budget binds: φ = {} is the end of the range that is searched.",
            three_digits(found.range[1])
        ),
    }
}

/// The limits that are passed, and by how much.
fn passed(usage: &Usage) -> String {
    let passed = usage.uses.iter().filter(|one| !one.fits());
    let written = passed.map(|one| {
        let (used, unit) = (grouped(one.used), one.quantity.unit());
        let share = one.share() * 100.0;
        // A byte too much is still too much: 100 % would say otherwise.
        let share = if share < 100.05 { "just over 100".into() } else { format!("{share:.1}") };
        format!("{used} {unit}, {share} % of the budget")
    });
    written.collect::<Vec<_>>().join("; and ")
}

/// Below the baseline, stages of one layer keep it.
fn single_layers(fitted: &Fitted) -> Option<String> {
    let scaled = &fitted.found.fit.scaled;
    let specs = fitted.request.member.map_or(&fitted.family.stages, |member| &member.stages);
    let follows = |stage: &&Stage<u64>| {
        let mut specs = specs.iter().filter(|spec| spec.depth.is_some() && !spec.holds_depth);
        specs.any(|spec| spec.name == stage.name)
    };
    let stages: Vec<_> = scaled.network.stages().iter().filter(follows).collect();
    let single = stages.iter().filter(|stage| stage.repeats == 1).count();
    (scaled.scale.depth < 1.0 && single > 0).then(|| {
        format!(
            "{single} of the {} stages that scale with depth have one layer, the least there is: a smaller depth \
             takes nothing more from them.",
            stages.len()
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
