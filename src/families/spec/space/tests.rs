use super::*;
use crate::families::family::Request;

/// A space with every form of choice.
const SPACE: &str = r#"#:schema space.json
# The space.
title = "Mine"
input = { channels = 1, size = { choose = [8, 16] }, classes = 10 }

[design]
target_macs = 50_000 # aimed at
max_macs = 100_000

[defaults]
activation = "relu"

[[stage]]
name = "stem"
block = "conv_norm_activation"
width = { choose = [0.5, 1], times = 8 } # thin or thick
kernel = { choose = [3, 5] }

# May be left out.
[[stage]]
name = "body"
present = { choose = [true, false] }
width = 12
depth = { choose = [-1, 0], plus = 2 }
stride = 2
choose = [
  { block = "mbconv", expand = 3, kernel = 3, se = { choose = [0] } },
  { block = "conv_norm_activation", kernel = 1 },
]

[[stage]]
name = "classifier"
block = "classifier"
"#;

fn space() -> SearchSpace {
    let text = SPACE.replace(", se = { choose = [0] }", "");
    SearchSpace::parse("mine.toml", "mine.toml", &text).expect("a space")
}

fn mistakes(change: impl Fn(&str) -> String) -> String {
    let text = change(&SPACE.replace(", se = { choose = [0] }", ""));
    SearchSpace::parse("mine.toml", "mine.toml", &text).expect_err("a mistake").to_string()
}

#[test]
fn choices_are_named_by_stage_and_key() {
    let space = space();
    let found: Vec<(String, Vec<&str>)> = space
        .choices
        .iter()
        .map(|choice| {
            let labels = choice.alternatives.iter().map(|one| one.label.as_str());
            (choice.name.clone(), labels.collect())
        })
        .collect();
    let expected = [
        ("input.size", vec!["8", "16"]),
        ("stem.width", vec!["4", "8"]),
        ("stem.kernel", vec!["3", "5"]),
        ("body.present", vec!["true", "false"]),
        ("body.depth", vec!["1", "2"]),
        ("body.block", vec!["mbconv(expand=3, kernel=3)", "conv_norm_activation(kernel=1)"]),
    ];
    assert_eq!(found, expected.map(|(name, labels)| (name.to_string(), labels)));
    assert_eq!(space.combinations(), 64);
    assert_eq!(space.settings.target_macs, Some(50_000));
}

#[test]
fn what_is_chosen_takes_the_place_of_the_choice() {
    let resolved = space().spec(&[1, 0, 1, 0, 1, 0]);
    let expected = r#"# The space.
title = "Mine"
input = { channels = 1, size = 16, classes = 10 }

[defaults]
activation = "relu"

[[stage]]
name = "stem"
block = "conv_norm_activation"
width = 4 # thin or thick
kernel = 5

# May be left out.
[[stage]]
name = "body"
width = 12
depth = 2
stride = 2
block = "mbconv"
expand = 3
kernel = 3

[[stage]]
name = "classifier"
block = "classifier"
"#;
    assert_eq!(resolved, expected);
    let family = space().family(&[1, 0, 1, 0, 1, 0]).expect("a family");
    assert_eq!(family.stages().len(), 3);
}

#[test]
fn a_stage_that_is_left_out_takes_its_choices_along() {
    let family = space().family(&[0, 0, 0, 1, 1, 1]).expect("a family");
    let names: Vec<&str> = family.stages().iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["stem", "classifier"]);
    assert!(space().spec(&[0, 0, 0, 1, 1, 1]).contains("# May be left out.\n\n[[stage]]"));
}

#[test]
fn values_and_alternatives_name_each_other() {
    let space = space();
    let picks = vec![1, 0, 1, 0, 1, 1];
    let values = space.values(&picks);
    assert_eq!(values["stem.width"], "4");
    assert_eq!(values["body.block"], "{ block = \"conv_norm_activation\", kernel = 1 }");
    assert_eq!(space.picks(&values), Some(picks));
    let mut other = values.clone();
    other.insert("stem.width".into(), "5".into());
    assert_eq!(space.picks(&other), None);
    other = values;
    other.insert("more".into(), "5".into());
    assert_eq!(space.picks(&other), None);
}

#[test]
fn mistakes_are_shown_at_their_place_in_the_space() {
    for (from, to, message, place) in [
        ("[3, 5] }", "[] }", "the list is empty", "mine.toml:17:21"),
        ("[3, 5] }", "[3, \"a\"] }", "are of mixed types", "mine.toml:17:25"),
        ("[3, 5] }", "[3, 3] }", "`3` is listed twice for stem.kernel", "mine.toml:17:25"),
        ("[3, 5] }", "5 }", "`choose` of stem.kernel must be a list", "mine.toml:17:21"),
        ("[3, 5] }", "[3, 5], sum = 2 }", "unknown key `sum`", "mine.toml:17:29"),
        (
            "times = 8 }",
            "times = 3 }",
            "would be 0.5 × 3 = 1.5, not a whole number",
            "mine.toml:16:21",
        ),
        ("plus = 2 }", "plus = 0 }", "would be -1 + 0 = -1, not a whole", "mine.toml:24:21"),
        ("plus = 2 }", "plus = \"b\" }", "need numbers", "mine.toml:24:36"),
        ("plus = 2 }", "plus = 2, times = 2 }", "both `plus` and `times`", "mine.toml:24:47"),
        ("[true, false]", "[1, 2]", "chooses between true and false", "mine.toml:22:23"),
        ("target_macs = 50_000", "target_macs = 0", "at least 1", "mine.toml:7:15"),
        ("max_macs = 100_000", "max_mac = 100_000", "unknown key `max_mac`", "mine.toml:8:1"),
        ("max_macs = 100_000", "constraint = \"firm\"", "cannot be `firm`", "mine.toml:8:14"),
        ("kernel = 1 }", "kernel = \"k\" }", "unknown name `k`", "mine.toml:28:46"),
        ("kernel = 1 }", "kernl = 1 }", "unknown key `kernl`", "mine.toml:28:37"),
        ("[3, 5] }", "[3, -5] }", "where stem.kernel is -5", "mine.toml:17:25"),
        (
            "block = \"classifier\"",
            "block = \"clasifier\"",
            "did you mean `classifier`",
            "mine.toml:33:9",
        ),
        (
            "name = \"stem\"",
            "name = { choose = [\"a\", \"b\"] }",
            "cannot be chosen",
            "mine.toml:14:8",
        ),
    ] {
        let found = mistakes(|text| text.replace(from, to));
        assert!(found.contains(message) && found.contains(place), "{from} → {to}:\n{found}");
    }
    let nested = SearchSpace::parse("mine.toml", "mine.toml", SPACE).expect_err("a nested choice");
    assert!(nested.to_string().contains("a choice within the choice of stage `body`"), "{nested}");
}

#[test]
fn a_space_without_choices_and_a_spec_with_one_are_errors() {
    let spec = space().spec(&[0; 6]);
    let error = SearchSpace::parse("mine.toml", "mine.toml", &spec).expect_err("no choices");
    assert!(error.message().contains("has nothing to choose"), "{error}");
    let error = spec::parse("mine.toml", "mine.toml", SPACE).expect_err("a space").to_string();
    assert!(error.contains("this is a search space, not a spec: `input.size`"), "{error}");
    assert!(error.contains("phiscale design mine.toml"), "{error}");
}

/// 432 combinations in each of seven blocks: 4 operations, 2 kernels, 2 ratios, 3 shortcuts, 3 depths and 3 widths.
#[test]
fn the_space_of_mnasnet_is_as_large_as_its_paper_counts() {
    let space = bundled_space("MnasNet").expect("a bundled space");
    assert_eq!(space.combinations(), 432u128.pow(7));
}

#[test]
fn every_alternative_of_a_bundled_space_gives_a_network() {
    for space in bundled_spaces().expect("bundled spaces") {
        space.check().expect("each alternative");
        let family = space.family(&vec![0; space.choices.len()]).expect("a family");
        assert!(family.network(&Request::BASELINE).is_ok(), "{}", space.name);
    }
}

#[test]
fn any_text_gives_a_space_or_an_error() {
    let text = SPACE.replace(", se = { choose = [0] }", "");
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let _ = SearchSpace::parse("mine.toml", "mine.toml", &text[..end]);
        let cut = format!("{}{}", &text[..end], &text[(end + 3).min(text.len())..]);
        let _ = SearchSpace::parse("mine.toml", "mine.toml", &cut);
        let _ = spec::parse("mine.toml", "mine.toml", &cut);
    }
}
