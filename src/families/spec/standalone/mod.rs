//! Writing one network as a spec of its own: final widths and repeats, and the blocks that it uses.
//!
//! Its baseline is the network, so nothing in it is rounded; `scaled(…)` keeps its number as it was scaled, and the
//! network can be scaled further. The text is read back: a network that it does not give is an error.

mod own_blocks;
mod stages;

use std::fmt::Write;

use crate::counting::network::{Network, Stage};
use crate::error::Error;
use crate::families::family::{Family, Request, Scaled};
use crate::families::scaling::{Coefficients, Rule};
use crate::families::spec;
use crate::families::spec::toml_text::{Toml, key, lines, quoted};
use own_blocks::{Entries, unwritable};
use stages::{Stages, stages, with_defaults};

/// The text of a spec whose baseline is this network, without members; `title` names it, `about` says how it was made. Fails if a block
/// of the family's own uses the width in a way that cannot be written.
pub fn standalone(
    family: &Family,
    request: &Request,
    scaled: &Scaled,
    title: &str,
    about: &str,
) -> Result<String, Error> {
    let Family { name, source, input, .. } = family;
    let network = &scaled.network;
    let classes = family.classes_of(request);
    let Stages { blocks, entries: stages } =
        stages(family, &Request { scale: scaled.scale, ..*request })?;
    let size = match [network.input().height, network.input().width] {
        [height, width] if height == width => Toml::number(height),
        both => Toml::List(both.into_iter().map(Toml::number).collect()),
    };
    let input = Toml::Table(vec![
        ("channels".into(), Toml::number(input.channels)),
        ("size".into(), size),
        ("classes".into(), Toml::number(classes)),
    ]);
    let head = [("title", title), ("source", source), ("about", about)];
    let head = head.into_iter().filter(|(_, text)| !text.is_empty());
    let head: Vec<String> = head.map(|(key, text)| format!("{key} = {}\n", quoted(text))).collect();
    let head = head.concat();
    let mut text = format!("{head}\n{}", lines(&[("input".into(), input)]));
    let _ = write!(text, "\n[scaling]\n{}", lines(&rule(&family.rule)));
    let (defaults, stages) = with_defaults(family, stages);
    if !defaults.is_empty() {
        let _ = write!(text, "\n[defaults]\n{}", lines(&defaults));
    }
    for (block, entries) in blocks {
        let _ = write!(text, "\n[block.{}]\n{}", key(&block), lines(&entries));
    }
    for stage in stages {
        let _ = write!(text, "\n[[stage]]\n{}", lines(&stage.entries));
    }
    let read = spec::parse(name, name, &text).and_then(|read| read.network(&Request::BASELINE));
    if read.is_ok_and(|read| is_same(&read.network, network)) {
        return Ok(text);
    }
    Err(unwritable(family, "its text counts to another network"))
}

fn is_same(one: &Network<u64>, other: &Network<u64>) -> bool {
    let stage = |stage: &Stage<u64>| (stage.name.clone(), stage.repeats, stage.output().clone());
    let stages = |network: &Network<u64>| network.stages().iter().map(stage).collect::<Vec<_>>();
    one.ledger() == other.ledger() && one.input() == other.input() && stages(one) == stages(other)
}

fn rule(rule: &Rule) -> Entries {
    let Rule { coefficients, width, depth, resolution } = rule;
    let round = |name| ("round".to_string(), Toml::Text(String::from(name)));
    let mut entries = Entries::new();
    if let Some(Coefficients { alpha, beta, gamma }) = coefficients {
        let named = [("alpha", alpha), ("beta", beta), ("gamma", gamma)];
        entries.extend(named.map(|(key, value)| (key.into(), Toml::number(value))));
    }
    entries.extend([
        (
            "width".into(),
            Toml::Table(vec![
                ("divisor".into(), Toml::number(width.divisor)),
                ("minimum".into(), Toml::number(width.minimum)),
                ("keep".into(), Toml::number(width.keep)),
                round(width.rounding.name()),
            ]),
        ),
        ("depth".into(), Toml::Table(vec![round(depth.name())])),
        (
            "resolution".into(),
            Toml::Table(vec![
                ("divisor".into(), Toml::number(resolution.divisor)),
                round(resolution.rounding.name()),
            ]),
        ),
    ]);
    entries
}
