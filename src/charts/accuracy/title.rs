//! The title of a chart of accuracy: the finding, which is true of all points drawn.

use crate::analysis::accuracy::{CostClaim, NetworkPoint, front};
use crate::analysis::cost::Estimate;
use crate::analysis::time::Deployment;
use crate::charts::accuracy::omissions::listed;
use crate::charts::accuracy::words::{accuracy_name, capitalised, percent, times};
use crate::charts::accuracy::{AccuracyOptions, AccuracyPanel, AccuracySeries};
use crate::counting::units::three_digits;
use crate::error::{Diagnostic, Error};

/// Fewer points of accuracy than this would be written as none.
const LEAST_GAIN: f64 = 0.05;

/// The finding: computed, or the title in the options with its numbers filled in.
pub(super) fn title(
    panels: &[AccuracyPanel],
    claims: &[Option<CostClaim>],
    options: &AccuracyOptions,
) -> Result<String, Error> {
    match (&options.title, panels, claims) {
        (Some(title), _, _) => filled(title, panels, claims),
        (None, [panel], [Some(claim)]) => {
            let others = panel.series.iter().filter(|series| !series.is_hero()).count();
            Ok(of_claim(claim, others, options))
        }
        (None, [panel], _) => match options.cost.estimate() {
            Some((Estimate::Intensity, run)) => Ok(of_intensity(panel, run)),
            _ => Ok(of_one_panel(panels, options)),
        },
        _ => Ok(of_several_panels(panels, options)),
    }
}

/// The claim as a sentence; `others` is the number of series that it is against.
fn of_claim(claim: &CostClaim, others: usize, options: &AccuracyOptions) -> String {
    let (name, less) = (options.cost.name(), options.cost.less());
    let accuracy = options.y.in_words();
    let heroes = listed(&distinct(claim.ratios.iter().map(|found| found.hero.0)), "or");
    let (least, most) = claim.range();
    let factor = match (times(least), times(most)) {
        (least, most) if least == most => format!("{most}×"),
        (least, most) => format!("{least} to {most} times"),
    };
    let than = match distinct(claim.ratios.iter().map(|found| found.other.0))[..] {
        [name] => format!(" than {name}"),
        _ if others > 1 => " than the others".into(),
        _ => String::new(),
    };
    if claim.is_everywhere {
        return format!(
            "{heroes} reaches at least the same {accuracy} with {factor} {less} {name}{than}"
        );
    }
    let (from, to) = claim.accuracies();
    let place = match (percent(from), percent(to)) {
        (from, to) if from == to => format!("At {from} {accuracy}"),
        (from, to) => format!("From {from} to {to} {accuracy}"),
    };
    let behind = match (claim.is_behind_below, claim.is_behind_above) {
        (false, false) => "",
        (true, false) => ", but is not always ahead at lower accuracy",
        (false, true) => ", but is not always ahead at higher accuracy",
        (true, true) => ", but is not always ahead at other accuracies",
    };
    format!("{place}, {heroes} needs {factor} {less} {name}{than}{behind}")
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Without a claim against the others: what the hero is by itself.
fn of_one_panel(panels: &[AccuracyPanel], options: &AccuracyOptions) -> String {
    let series = panels.iter().flat_map(|panel| &panel.series);
    let heroes: Vec<_> = series.filter(|series| series.is_hero()).collect();
    let finding = match heroes[..] {
        [hero] => of_one_series(hero, options),
        _ => None,
    };
    finding.unwrap_or_else(|| what_is_shown(panels, options))
}

/// How many networks the device could keep busy with arithmetic.
fn of_intensity(panel: &AccuracyPanel, run: &Deployment) -> String {
    let ridge = run.ridge();
    let all = panel.points().count();
    let above = panel.points().filter(|point| point.cost >= ridge).count();
    let networks = match (above, all) {
        (0, _) => "No network reaches".into(),
        (above, all) if above == all => "Every network reaches".into(),
        (1, all) => format!("1 of {all} networks reaches"),
        (above, all) => format!("{above} of {all} networks reach"),
    };
    format!(
        "{networks} the {} FLOPs per byte that keep the arithmetic of the {} busy",
        three_digits(ridge),
        run.device.title
    )
}

/// What is on the axes, where nothing is found.
fn what_is_shown(panels: &[AccuracyPanel], options: &AccuracyOptions) -> String {
    format!("{} against {}", accuracy_name(panels, options.y), options.cost.name())
}

/// What the series' line with the most networks gains from its first to its last; `None` where no line joins any.
fn of_one_series(series: &AccuracySeries, options: &AccuracyOptions) -> Option<String> {
    let (accuracy, cost) = (options.y.in_words(), options.cost.name());
    let of_line = |line: usize| series.points.iter().filter(move |point| point.line == Some(line));
    let lines = series.points.iter().filter_map(|point| point.line);
    let longest = lines.rev().max_by_key(|line| of_line(*line).count())?;
    let (first, last) = (of_line(longest).next()?, of_line(longest).next_back()?);
    if last.cost <= first.cost {
        return None;
    }
    let (gain, factor) = (points(last.accuracy - first.accuracy), times(last.cost / first.cost));
    let (from, to) = (&first.title, &last.label);
    Some(format!("From {from} to {to}: {gain} points of {accuracy} for {factor}× the {cost}"))
}

/// The hero's most accurate network beside the most accurate of the others, in each panel: how much more accurate it
/// is, and how much more it costs.
fn of_several_panels(panels: &[AccuracyPanel], options: &AccuracyOptions) -> String {
    let heroes = panels.iter().flat_map(|panel| &panel.series).filter(|series| series.is_hero());
    let names = distinct(heroes.map(|series| series.name.as_str()));
    let gains: Option<Vec<Gain>> = panels.iter().map(gain).collect();
    let gains = gains.filter(|gains| gains.iter().all(|gain| gain.points >= LEAST_GAIN));
    let (Some(gains), [name]) = (gains, &names[..]) else {
        return what_is_shown(panels, options);
    };
    let (least, most) = range(gains.iter().map(|gain| gain.points)).unwrap_or_default();
    let by = match (points(least), points(most)) {
        (least, most) if least == most => most,
        (least, most) => format!("{least} to {most}"),
    };
    let (_, cost) = range(gains.iter().map(|gain| gain.cost)).unwrap_or_default();
    let (name, unit) = (capitalised(name), options.cost.name());
    let cost = if cost <= 1.0 {
        format!("no more {unit}")
    } else {
        format!("up to {}× the {unit}", times(cost))
    };
    format!("{name} ends {by} points above the best of the others, with {cost}")
}

/// The most accurate hero beside the most accurate of the others.
struct Gain {
    /// How many points of accuracy it has more.
    points: f64,
    /// How many times as much it costs.
    cost: f64,
}

fn gain(panel: &AccuracyPanel) -> Option<Gain> {
    let best = |is_hero: bool| front(panel.named(is_hero).into_iter().map(|(_, point)| point));
    let (hero, other) = (*best(true).last()?, *best(false).last()?);
    Some(Gain { points: hero.accuracy - other.accuracy, cost: hero.cost / other.cost })
}

/// The title of a chart file, with the numbers that it asks for.
fn filled(
    title: &str,
    panels: &[AccuracyPanel],
    claims: &[Option<CostClaim>],
) -> Result<String, Error> {
    let all = |claim: &CostClaim| claim.is_everywhere.then(|| claim.range());
    let found = match claims {
        [claim] => claim.as_ref().and_then(all).map(|(least, most)| (times(least), times(most))),
        _ => {
            let gains: Option<Vec<Gain>> = panels.iter().map(gain).collect();
            let ends = gains.and_then(|gains| range(gains.iter().map(|gain| gain.points)));
            ends.map(|(least, most)| (points(least), points(most)))
        }
    };
    let below = range(panels.iter().flat_map(below));
    let below = below.map(|(least, most)| (points(least), points(most)));
    let reason = match (claims, claims.iter().flatten().next()) {
        ([_], Some(claim)) => {
            let (from, to) = claim.accuracies();
            let (from, to) = (percent(from), percent(to));
            format!("the hero costs at least twice less than all others only from {from} to {to}")
        }
        ([_], None) => "the hero nowhere costs at least twice less than all others".to_string(),
        _ => "not every panel has a hero and others".to_string(),
    };
    let title = fill(title, ["{least}", "{most}"], found, &reason)?;
    let reason = "no hero costs at least as much as one of the others";
    fill(&title, ["{least_below}", "{most_below}"], below, reason)
}

/// The title with two numbers in the place of their names; without numbers, an error if it has one of the names.
fn fill(
    title: &str,
    [least, most]: [&str; 2],
    numbers: Option<(String, String)>,
    reason: &str,
) -> Result<String, Error> {
    if !title.contains(least) && !title.contains(most) {
        return Ok(title.to_string());
    }
    let Some(numbers) = numbers else {
        let message =
            format!("there is no number for `{least}` and `{most}` in the title: {reason}");
        let help = "without `title`, the chart says what is true of its points";
        return Err(Diagnostic::new(message).help(help).into());
    };
    Ok(title.replace(least, &numbers.0).replace(most, &numbers.1))
}

/// How many points each hero is below the best of the others that costs no more.
fn below(panel: &AccuracyPanel) -> Vec<f64> {
    let front = front(panel.front_candidates());
    let gap = |hero: &NetworkPoint| {
        let best = front.iter().rev().find(|best| best.cost <= hero.cost)?;
        Some(best.accuracy - hero.accuracy)
    };
    panel.heroes().filter_map(gap).collect()
}

/// The smallest and the largest number.
fn range(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let widen = |range: Option<(f64, f64)>, number: f64| {
        let (least, most) = range.unwrap_or((number, number));
        Some((least.min(number), most.max(number)))
    };
    numbers.fold(None, widen)
}

/// Percentage points of accuracy.
fn points(points: f64) -> String {
    format!("{points:.1}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::accuracy::{InSeries, cost_claim};
    use crate::counting::measure::Measure;
    use proptest::prelude::*;

    fn network((cost, top1): (u16, u16)) -> NetworkPoint {
        NetworkPoint { line: Some(0), ..NetworkPoint::at(f64::from(cost), f64::from(top1)) }
    }

    fn family() -> impl Strategy<Value = Vec<NetworkPoint>> {
        let rows = prop::collection::vec((1u16..90, 60u16..75), 1..7);
        rows.prop_map(|rows| rows.into_iter().map(network).collect())
    }

    fn named<'a>(name: &'a str, points: &'a [NetworkPoint]) -> Vec<InSeries<'a>> {
        points.iter().map(|point| (name, point)).collect()
    }

    /// The numbers in a sentence.
    fn numbers(sentence: &str) -> Vec<f64> {
        let words = sentence.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
        words.filter_map(|word| word.parse().ok()).collect()
    }

    /// Whether a number is written as precisely as titles write it.
    fn is_written_as(exact: f64, written: f64) -> bool {
        (exact - written).abs() <= if exact < 9.95 { 0.0501 } else { 0.501 }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_sentence_says_what_the_claim_holds(
            heroes in family(), left in family(), right in family()
        ) {
            let others = [named("left", &left), named("right", &right)].concat();
            let Some(claim) = cost_claim(&named("hero", &heroes), &others) else { return Ok(()) };
            let sentence = of_claim(&claim, 2, &AccuracyOptions::new(Measure::Params.into()));
            let ((least, most), (from, to)) = (claim.range(), claim.accuracies());
            let mut expected = Vec::new();
            if !claim.is_everywhere {
                expected.push(from);
                expected.extend((percent(from) != percent(to)).then_some(to));
            }
            expected.push(least);
            expected.extend((times(least) != times(most)).then_some(most));
            let found = numbers(&sentence);
            prop_assert_eq!(found.len(), expected.len(), "{}", sentence);
            let mut pairs = found.iter().zip(&expected);
            prop_assert!(pairs.all(|(found, exact)| is_written_as(*exact, *found)), "{}", sentence);
            // Whatever the sentence names as beaten is, in all of the range.
            let cheapest = |points: &[NetworkPoint], top1: f64| {
                let reaching = points.iter().filter(|point| point.accuracy >= top1);
                reaching.map(|point| point.cost).fold(f64::INFINITY, f64::min)
            };
            for other in left.iter().chain(&right).filter(|other| (from..=to).contains(&other.accuracy)) {
                prop_assert!(other.cost / cheapest(&heroes, other.accuracy) >= least, "{}", sentence);
            }
            let is_lost = |other: &NetworkPoint| other.cost <= cheapest(&heroes, other.accuracy);
            let lost: Vec<f64> = left.iter().chain(&right).filter(|other| is_lost(other))
                .map(|other| other.accuracy).collect();
            let (below, above) = (lost.iter().any(|top1| *top1 < from), lost.iter().any(|top1| *top1 > to));
            let end = sentence.split_once("not always ahead ").map(|(_, end)| end);
            let place = match (below, above) {
                (false, false) => None,
                (true, false) => Some("at lower accuracy"),
                (false, true) => Some("at higher accuracy"),
                (true, true) => Some("at other accuracies"),
            };
            // A network off the front can be cheaper than every hero only where one on the front is, too.
            prop_assert_eq!(end, place, "{}", sentence);
            for (name, points) in [("left", &left), ("right", &right)] {
                let is_named = sentence.contains(&format!(" than {name}"));
                let reaches = points.iter().any(|point| point.accuracy >= from);
                prop_assert!(!is_named || reaches, "{}", sentence);
            }
        }
    }

    fn panel(heroes: &[(u16, u16)], others: &[(u16, u16)]) -> AccuracyPanel {
        let series = [true, false].map(|is_hero| {
            let rows = if is_hero { heroes } else { others };
            let points = rows.iter().copied().map(network).collect();
            let name = if is_hero { "ours" } else { "theirs" }.to_string();
            let curve = usize::from(!is_hero);
            AccuracySeries { name, curve, style: crate::charts::Style::curve(is_hero), points }
        });
        AccuracyPanel { title: None, dataset: None, series: series.into(), omissions: Vec::new() }
    }

    #[test]
    fn a_gain_in_several_panels_is_written_with_its_cost() {
        let wins = || panel(&[(5, 70), (12, 73)], &[(10, 71), (20, 72)]);
        let title = |last| {
            of_several_panels(&[wins(), last], &AccuracyOptions::new(Measure::Params.into()))
        };
        let dearer = title(panel(&[(30, 74)], &[(20, 72)]));
        assert_eq!(
            dearer,
            "Ours ends 1.0 to 2.0 points above the best of the others, with up to 1.5× the params"
        );
        let cheaper = title(wins());
        assert_eq!(
            cheaper,
            "Ours ends 1.0 points above the best of the others, with no more params"
        );
        let none = title(panel(&[(30, 72)], &[(20, 72)]));
        assert_eq!(none, "ImageNet top-1 accuracy against params");
    }

    #[test]
    fn numbers_in_a_title_are_true_or_an_error() {
        let options = |title: &str| AccuracyOptions {
            title: Some(title.to_string()),
            ..AccuracyOptions::new(Measure::Params.into())
        };
        let title = |panel: AccuracyPanel, text: &str| {
            let claim = cost_claim(&panel.named(true), &panel.named(false));
            let title = title(std::slice::from_ref(&panel), &[claim], &options(text));
            title.map_err(|error| error.to_string())
        };
        let wins = || panel(&[(5, 70), (8, 73)], &[(10, 69), (20, 72)]);
        let filled = title(wins(), "{least} to {most} times fewer");
        assert_eq!(filled.unwrap(), "2.0 to 2.5 times fewer");
        let loses = || panel(&[(5, 70)], &[(4, 72), (20, 73)]);
        assert!(title(loses(), "{most} times fewer").unwrap_err().contains("nowhere"));
        assert_eq!(title(loses(), "{most_below} points below").unwrap(), "2.0 points below");
        let partly = panel(&[(5, 70)], &[(10, 69), (20, 73)]);
        assert!(title(partly, "{least} times fewer").unwrap_err().contains("only from 69.0%"));
        assert!(title(panel(&[(5, 70)], &[(9, 71)]), "{least_below}").is_err());
    }
}
