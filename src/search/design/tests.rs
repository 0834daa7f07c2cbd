use std::collections::BTreeMap;

use super::*;
use crate::families::spec::space::{TargetConstraint, bundled_space};

fn networks() -> DesignNetworks {
    DesignNetworks::new(bundled_space("table").expect("a bundled space"), None)
}

fn design(networks: &DesignNetworks, seed: u64) -> Design<'_> {
    Design {
        networks,
        objective: Objective::of(Target::Macs(130_000.0), &networks.space.settings),
        methods: vec![Method::Evolution, Method::Random],
        candidates: 24,
        generation: 6,
        population: 8,
        sample: 3,
        rungs: vec![1, 2, 4],
        seed,
        final_runs: 2,
    }
}

/// An accuracy that follows from the candidate alone.
fn accuracy(candidate: &Candidate) -> f64 {
    let epochs = candidate.variant.epochs.unwrap_or_default() as f64;
    let seed = candidate.variant.seed.unwrap_or_default() as f64;
    50.0 + (candidate.params() % 997) as f64 / 40.0 + epochs + seed / 8.0
}

fn measured(candidate: &Candidate) -> MeasuredAccuracy {
    MeasuredAccuracy {
        phi: candidate.phi,
        coefficients: candidate.coefficients,
        variant: candidate.variant.clone(),
        accuracy: accuracy(candidate),
        standard_error: None,
        repeats: None,
    }
}

/// The answer, and every batch that was asked for.
fn answered(
    design: &Design,
    fails: impl Fn(&Candidate) -> bool,
) -> (DesignResult, Vec<Vec<Candidate>>) {
    let (mut known, mut failed, mut batches) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        match design.next(&known, &failed).expect("a design") {
            Next::Done(result) => return (result, batches),
            Next::Measure(batch) => {
                assert!(!batch.is_empty());
                for one in &batch {
                    if fails(one) {
                        failed.push(JournalEntry::new("table", "by hand", one));
                    } else {
                        known.push(measured(one));
                    }
                }
                batches.push(batch);
            }
        }
    }
}

#[test]
fn both_methods_have_the_same_budget_and_begin_alike() {
    let networks = networks();
    let design = design(&networks, 7);
    let (result, batches) = answered(&design, |_| false);
    let [evolution, random] = &result.arms[..] else { panic!("two methods") };
    // Four generations of 6, 3 and 2 networks.
    assert_eq!((evolution.trainings, evolution.epochs), (4 * 11, 4 * (6 + 2 * 3 + 4 * 2)));
    assert_eq!((random.trainings, random.epochs), (evolution.trainings, evolution.epochs));
    assert_eq!(design.epochs_by_generation(), [20, 40, 60, 80]);
    let picks =
        |arm: &ArmResult| arm.individuals.iter().map(|one| one.picks.clone()).collect::<Vec<_>>();
    let (one, other) = (picks(evolution), picks(random));
    assert_eq!(one[..8], other[..8], "the first population");
    assert_ne!(one[8..], other[8..]);
    let asked: Vec<String> = batches.iter().flatten().map(|one| one.variant.key()).collect();
    let mut distinct = asked.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), asked.len(), "a training run was asked for twice");
    let of_choices = |one: &&Candidate| one.variant.images == Some(TestedOn::Validation);
    assert_eq!(batches.iter().flatten().filter(of_choices).count(), result.trainings);
}

#[test]
fn a_method_never_chooses_a_network_twice() {
    let networks = networks();
    for seed in 0..5 {
        for arm in answered(&design(&networks, seed), |_| false).0.arms {
            let found: std::collections::HashSet<usize> =
                arm.individuals.iter().map(|one| one.network.index).collect();
            assert_eq!(found.len(), 24, "{:?}", arm.method);
        }
    }
}

/// With ages, every parent is among the last 8 individuals of the generations before.
#[test]
fn children_differ_in_one_choice_from_one_of_the_youngest() {
    let networks = networks();
    let (result, _) = answered(&design(&networks, 3), |_| false);
    let all = &result.arms[0].individuals;
    for (index, child) in all.iter().enumerate().skip(8) {
        let before = index / 6 * 6;
        let differs_once = |parent: &Individual| {
            parent.picks.iter().zip(&child.picks).filter(|(a, b)| a != b).count() == 1
        };
        assert!(all[before.saturating_sub(8)..before].iter().any(differs_once), "{index}");
    }
}

#[test]
fn only_the_better_half_of_a_generation_goes_on() {
    let networks = networks();
    let design = design(&networks, 11);
    let (result, _) = answered(&design, |_| false);
    for generation in result.arms[1].individuals.chunks(6) {
        let steps: Vec<usize> = generation.iter().map(|one| one.accuracies.len()).collect();
        assert_eq!(steps.iter().filter(|steps| **steps >= 2).count(), 3);
        assert_eq!(steps.iter().filter(|steps| **steps == 3).count(), 2);
        let first = |one: &Individual| design.objective.score(one.accuracies[0], &one.network);
        let (on, out): (Vec<&Individual>, Vec<_>) =
            generation.iter().partition(|one| one.accuracies.len() > 1);
        let worst = on.iter().map(|one| first(one)).fold(f64::INFINITY, f64::min);
        assert!(out.iter().all(|one| first(one) <= worst));
    }
}

#[test]
fn what_fails_goes_no_further_and_is_never_the_best() {
    let networks = networks();
    let fails = |one: &Candidate| one.variant.choices["stage1.kernel"] == "5";
    let (result, _) = answered(&design(&networks, 1), fails);
    for arm in &result.arms {
        assert!(arm.individuals.iter().any(|one| one.has_failed));
        assert!(arm.individuals.iter().all(|one| !one.has_failed || one.accuracies.is_empty()));
        let best = arm.best.map(|best| &arm.individuals[best]).expect("some did not fail");
        assert_eq!(networks.space.values(&best.picks)["stage1.kernel"], "3");
    }
    let (nothing, _) = answered(&design(&networks, 1), |_| true);
    assert!(nothing.measured.is_empty() && nothing.comparison.is_none());
}

#[test]
fn an_equal_network_is_known_by_any_of_its_choices() {
    let networks = networks();
    let design = design(&networks, 1);
    let Next::Measure(batch) = design.next(&[], &[]).expect("a batch") else { panic!("a batch") };
    let absent = |one: &&Candidate| one.variant.choices["stage2.present"] == "false";
    let one = batch.iter().find(absent).expect("a network without the stage");
    let mut known = measured(one);
    known.variant.choices.insert("stage2.kernel".into(), "5".into());
    let Next::Measure(rest) = design.next(&[known.clone()], &[]).expect("a batch") else {
        panic!("a batch")
    };
    assert_eq!(rest.len(), batch.len() - 1);
    // Under either name, it has one accuracy.
    let mut other = measured(one);
    other.accuracy += 1.0;
    let error = design.next(&[known, other], &[]).expect_err("a contradiction");
    assert!(error.message().contains("contradict each other: after 1 epoch,"), "{error}");
}

#[test]
fn the_objective_is_that_of_the_paper() {
    let networks = networks();
    let network = networks.network(&[0; 9]).expect("a network");
    let macs = network.macs() as f64;
    let soft = Objective::of(Target::Macs(macs / 2.0), &networks.space.settings);
    assert!((soft.score(80.0, &network) - 80.0 * 2f64.powf(-0.07)).abs() < 1e-9);
    assert!(soft.allows(&network));
    let hard = Objective { constraint: TargetConstraint::Hard, ..soft };
    assert!(!hard.allows(&network) && (hard.score(80.0, &network) - 80.0).abs() < 1e-12);
    let wide = Objective { target: Target::Macs(macs), ..hard };
    assert!(wide.allows(&network));
    let limits = Limits { max_params: Some(1), ..Limits::default() };
    assert!(!Objective { limits, ..wide }.allows(&network));
}

#[test]
fn constraints_without_a_network_are_an_error() {
    let networks = networks();
    let mut design = design(&networks, 1);
    assert_eq!(
        design.size().expect("a size").within,
        WithinConstraints::Counted { networks: 272, within: 272, invalid: 0 }
    );
    design.objective.constraint = TargetConstraint::Hard;
    design.objective.target = Target::Macs(10.0);
    let error = design.size().expect_err("nothing");
    assert!(error.message().contains("no network of the space table is within"), "{error}");
    assert!(error.to_string().contains("at most 10 MACs"), "{error}");
    assert!(design.next(&[], &[]).is_err());
    design.objective.target = Target::Macs(1e9);
    design.candidates = 300;
    let (mut known, mut error) = (Vec::new(), None);
    while error.is_none() {
        match design.next(&known, &[]) {
            Ok(Next::Measure(batch)) => known.extend(batch.iter().map(measured)),
            Ok(Next::Done(_)) => panic!("more networks than there are"),
            Err(found) => error = Some(found),
        }
    }
    let error = error.expect("an error").to_string();
    assert!(error.contains("272 were found, and --candidates asks for 300"), "{error}");
}

/// Where choices are independent, evolution's score after the whole budget is significantly higher.
#[test]
fn evolution_finds_more_than_random_search_where_choices_are_independent() {
    let networks = networks();
    let design = Design { final_runs: 0, candidates: 48, ..design(&networks, 0) };
    let design = Design { objective: Objective { exponent: 0.0, ..design.objective }, ..design };
    let ones = |choices: &BTreeMap<String, String>| {
        choices
            .values()
            .filter(|value| ["12", "24", "2", "5", "4"].contains(&value.as_str()))
            .count()
    };
    let table: Vec<MeasuredAccuracy> = design
        .whole()
        .expect("all networks")
        .iter()
        .map(|one| MeasuredAccuracy {
            accuracy: 40.0 + ones(&one.variant.choices) as f64,
            ..measured(one)
        })
        .collect();
    assert_eq!(table.len(), 272 * 3);
    let replay = design.replay(0..40, &table).expect("a replay");
    assert_eq!((replay.seeds, replay.networks, replay.budgets.len()), (40, 272, 8));
    let last = replay.budgets.last().expect("budgets").score;
    assert!(last.is_significant() && last.difference.mean > 0.2, "{last:?}");
    let first = replay.budgets.first().expect("budgets").score;
    assert!(first.difference.mean.abs() < 1e-12, "both begin alike: {first:?}");
}
