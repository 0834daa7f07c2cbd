//! Reading `[scaling]`: the coefficients and how dimensions are rounded.

use crate::families::declared::{Key, Table, Takes};
use crate::families::rounding::{ChannelRounding, ResolutionRounding, Rounding};
use crate::families::scaling::{Coefficients, Rule};
use crate::families::spec::reader::Reader;

const ROUNDINGS: [Rounding; 4] =
    [Rounding::Floor, Rounding::Nearest, Rounding::NearestEven, Rounding::Ceil];

pub(super) const SCALING: Table = Table::new(&[&[
    Key::new("source", Takes::Text, "Who published α, β and γ."),
    Key::new("alpha", Takes::Positive, "α: each step of φ multiplies the depth by it.")
        .needs(&["beta", "gamma"]),
    Key::new("beta", Takes::Positive, "β: each step of φ multiplies the width by it.")
        .needs(&["alpha", "gamma"]),
    Key::new("gamma", Takes::Positive, "γ: each step of φ multiplies the resolution by it.")
        .needs(&["alpha", "beta"]),
    Key::new("width", Takes::Table(&WIDTH), "How numbers of channels are rounded."),
    Key::new("depth", Takes::Table(&DEPTH), "How numbers of repeats are rounded."),
    Key::new("resolution", Takes::Table(&RESOLUTION), "How sizes of images are rounded."),
]]);

const WIDTH: Table = Table::new(&[&[
    Key::new("divisor", Takes::Whole(1), "Channels become a multiple of it (8)."),
    Key::new("minimum", Takes::Whole(1), "The fewest channels (the divisor)."),
    Key::new(
        "keep",
        Takes::Between(0.0, 1.0),
        "One multiple more where less than this share of the channels would remain (0.9).",
    ),
    ROUND,
]]);

const DEPTH: Table = Table::new(&[&[ROUND]]);

const RESOLUTION: Table = Table::new(&[&[
    Key::new("divisor", Takes::Whole(1), "Sides become a multiple of it, in pixels (1)."),
    ROUND,
]]);

const ROUND: Key = Key::new(
    "round",
    Takes::Words(|| ROUNDINGS.map(Rounding::name).to_vec()),
    "The direction: down, to the nearest (halves up or to even), or up.",
);

/// Reads the rule and who published its coefficients; without a table, the default one.
pub(super) fn rule(reader: &mut Reader) -> Option<(Rule, Option<String>)> {
    if !reader.has("scaling") {
        reader.item("scaling");
        return Some((Rule::DEFAULT, None));
    }
    let mut scaling = reader.table("scaling", "`scaling`")?;
    let source = scaling.text("source").map(|source| source.value.to_string());
    let coefficients = coefficients(&mut scaling);
    let width = width(&mut scaling);
    let depth =
        scaling.table("depth", "`scaling.depth`").map_or(Rule::DEFAULT.depth, |mut depth| {
            let round = rounding(&mut depth, Rule::DEFAULT.depth);
            depth.finish(&[]);
            round
        });
    let resolution = resolution(&mut scaling);
    scaling.finish(&[]);
    Some((Rule { coefficients, width, depth, resolution }, source))
}

fn coefficients(scaling: &mut Reader) -> Option<Coefficients> {
    if !["alpha", "beta", "gamma"].iter().any(|key| scaling.has(key)) {
        for key in ["alpha", "beta", "gamma"] {
            scaling.item(key);
        }
        return None;
    }
    let mut coefficient = |key| {
        scaling.required(key);
        scaling.positive(key).map(|value| value.value)
    };
    let (alpha, beta, gamma) = (coefficient("alpha"), coefficient("beta"), coefficient("gamma"));
    Some(Coefficients { alpha: alpha?, beta: beta?, gamma: gamma? })
}

fn width(scaling: &mut Reader) -> ChannelRounding {
    let Some(mut width) = scaling.table("width", "`scaling.width`") else {
        return Rule::DEFAULT.width;
    };
    let divisor = width.integer("divisor").map_or(8, |divisor| divisor.value);
    let minimum = width.integer("minimum").map_or(divisor, |minimum| minimum.value);
    let keep = match width.number("keep") {
        None => Rule::DEFAULT.width.keep,
        Some(keep) if (0.0..=1.0).contains(&keep.value) => keep.value,
        Some(keep) => {
            width.problem("`keep` must be a share from 0 (no guard) to 1", keep.span, "not this");
            0.0
        }
    };
    let rounding = rounding(&mut width, Rule::DEFAULT.width.rounding);
    width.finish(&[]);
    ChannelRounding { divisor, minimum, keep, rounding }
}

fn resolution(scaling: &mut Reader) -> ResolutionRounding {
    let table = scaling.table("resolution", "`scaling.resolution`");
    let Some(mut resolution) = table else {
        return Rule::DEFAULT.resolution;
    };
    let divisor = resolution.integer("divisor").map_or(1, |divisor| divisor.value);
    let rounding = rounding(&mut resolution, Rule::DEFAULT.resolution.rounding);
    resolution.finish(&[]);
    ResolutionRounding { divisor, rounding }
}

fn rounding(reader: &mut Reader, default: Rounding) -> Rounding {
    let Some(round) = reader.text("round") else {
        return default;
    };
    let known = ROUNDINGS.iter().find(|known| known.name() == round.value);
    if let Some(rounding) = known {
        return *rounding;
    }
    let names = ROUNDINGS.map(Rounding::name);
    let problem = crate::error::Diagnostic::new(format!("unknown rounding `{}`", round.value));
    reader.problems.add(problem.at(round.span, "here").known("roundings", round.value, &names));
    default
}
