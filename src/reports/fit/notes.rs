//! Notes about a fitted network: what limits it, and what did not scale.

use super::Fitted;
use crate::analysis::budget::{Budgets, Limited, Usage};
use crate::analysis::fit::FitOutcome;
use crate::counting::ledger::Event;
use crate::counting::measure::Measure;
use crate::counting::memory;
use crate::counting::network::{Network, Stage};
use crate::counting::units::{grouped, three_digits};
use crate::reports::Cell;
use crate::reports::time::{memory_note, time_limit_notes};

/// The last stage is mentioned if it has at least this share of the params.
const DOMINANT: f64 = 1.0 / 3.0;

/// The notes that apply to this outcome.
pub(super) fn notes(fitted: &Fitted) -> Vec<String> {
    let outcome = fitted.outcome;
    let limit = if outcome.fit.usage.fits() { next(outcome) } else { nothing_fits(outcome) };
    let memory = match fitted.budgets.training {
        Some(_) => {
            "Memory is that of a training step: what eager PyTorch keeps for the backward pass, and an upper bound of the \
             gradients; what single operations need while they run is left out."
        }
        None => {
            "Memory is what an ideal engine needs: it frees a map after its last use, works in place where it can \
             and uses no workspace. A real engine needs more."
        }
    };
    let memory = fitted.budgets.is_limited(Measure::Memory).then(|| memory.into());
    let alternatives = (fitted.alternatives.len() > 1).then(|| {
        "To choose another network, use --strategy, --round-repeats and --input; --write-spec writes it as a spec."
            .into()
    });
    let time = fitted.budgets.time.as_ref().map(|limit| {
        let Budgets { dtype, batch, .. } = *fitted.budgets;
        let memory = memory::of(&outcome.fit.scaled.network, dtype, batch).total() as f64;
        let mut notes = time_limit_notes(limit, std::iter::empty(), batch);
        notes.extend(memory_note(&limit.deployment.device, memory));
        notes
    });
    let notes = [
        Some(limit),
        larger_image(fitted),
        single_layers(fitted),
        classifier(fitted),
        memory,
        alternatives,
    ];
    notes.into_iter().flatten().chain(time.into_iter().flatten()).collect()
}

fn nothing_fits(outcome: &FitOutcome) -> String {
    let minus = |text: String| text.replace('-', "−");
    let [low, high] = outcome.range.map(|end| minus(three_digits(end)));
    let nearest = minus(outcome.fit.phi.to_string());
    let fit = &outcome.fit;
    let with = exceeded(&fit.usage);
    let nothing = format!("Nothing from φ = {low} to {high} fits.");
    match (outcome.smallest, &outcome.above) {
        (Some(smallest), Some(above)) if !(fit.from..=fit.to).contains(&smallest) => {
            let (smallest, exceeded) = (minus(smallest.to_string()), exceeded(above));
            format!(
                "{nothing} The nearest is φ = {nearest}, with {with}. Even the smallest, φ = {smallest}, has {exceeded}."
            )
        }
        _ => format!("{nothing} The nearest, and the smallest, is φ = {nearest}, with {with}."),
    }
}

/// What limits the network: a budget, or the end of the range.
fn next(outcome: &FitOutcome) -> String {
    match &outcome.above {
        Some(above) => format!("The next larger network has {}.", exceeded(above)),
        None => {
            format!("No budget binds: the search ended at φ = {}.", three_digits(outcome.range[1]))
        }
    }
}

/// The largest images that fit at the fitted depth and width or more.
fn larger_image(fitted: &Fitted) -> Option<String> {
    let requested = fitted.alternatives.iter().skip(1).take_while(|one| {
        one.strategy == fitted.strategy && one.repeats == fitted.family.rule.depth
    });
    let network = &fitted.outcome.fit.scaled.network;
    let is_at_least = |other: &Network<u64>| {
        let mut stages = other.stages().iter().zip(network.stages());
        stages.all(|(other, own)| {
            other.repeats >= own.repeats && other.output().channels >= own.output().channels
        })
    };
    let requested = requested.filter(|one| {
        let outcome = one.outcome.as_ref();
        outcome.is_ok_and(|outcome| is_at_least(&outcome.fit.scaled.network))
    });
    let side = network.input().height;
    let image = requested.filter_map(|one| one.image.filter(|[other, _]| *other > side));
    let image = image.map(|[height, width]| format!("{height}×{width}")).next()?;
    Some(format!(
        "The budgets leave room for a larger image at this depth and width: up to {image} px."
    ))
}

/// The budgets that are exceeded, and by how much.
fn exceeded(usage: &Usage) -> String {
    let over = usage.uses.iter().filter(|one| !one.fits());
    let exceeded = over.map(|one| {
        let used = match one.limited {
            Limited::Cost(measure) => format!("{} {}", grouped(one.used), measure.unit()),
            Limited::Time => {
                format!("a time of {}", Cell::limited(Limited::Time, one.used).shown())
            }
        };
        let share = one.share() * 100.0;
        // One byte too many is still too many, which 100 % would hide.
        let share = if share < 100.05 { "just over 100".into() } else { format!("{share:.1}") };
        format!("{used}, {share} % of the budget")
    });
    exceeded.collect::<Vec<_>>().join("; and ")
}

/// Below the baseline, stages of one block do not shrink further.
fn single_layers(fitted: &Fitted) -> Option<String> {
    let scaled = &fitted.outcome.fit.scaled;
    let specs = fitted.request.member.map_or(&fitted.family.stages, |member| &member.stages);
    let follows = |stage: &&Stage<u64>| {
        let mut specs = specs.iter().filter(|spec| spec.depth.is_some() && !spec.fixed_depth);
        specs.any(|spec| spec.name == stage.name)
    };
    let stages: Vec<_> = scaled.network.stages().iter().filter(follows).collect();
    let single = stages.iter().filter(|stage| stage.repeats == 1).count();
    (scaled.scale.depth < 1.0 && single > 0).then(|| {
        format!(
            "{single} of the {} stages that scale with depth have one repeat left: a smaller depth cannot shrink \
             them further.",
            stages.len()
        )
    })
}

/// Classes do not scale, so in a small network their layer has most of the params.
fn classifier(fitted: &Fitted) -> Option<String> {
    let network = &fitted.outcome.fit.scaled.network;
    let last = network.stages().len().checked_sub(1)?;
    let name = &network.stages()[last].name;
    let params = network.stage_ledger(last).total(Event::PARAMS) as f64;
    let share = params / network.ledger().total(Event::PARAMS) as f64;
    let scale = fitted.outcome.fit.scaled.scale;
    let is_smaller = scale.depth < 1.0 || scale.width < 1.0;
    (is_smaller && share >= DOMINANT).then(|| {
        format!(
            "The last stage, {name}, has {} % of the params, because the classes do not scale.",
            three_digits(share * 100.0)
        )
    })
}
