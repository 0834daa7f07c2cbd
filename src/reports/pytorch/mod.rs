//! A network as a Python module that builds it in PyTorch: a class for each block, and one for the network, whose
//! submodules have the names of stages and steps.

mod additions;
mod attributes;
mod body;
mod call;
mod channels;
mod class;
mod code;
mod composite;
mod expression;
mod layer;
mod learned;
mod names;
mod network;
mod place;
mod pool;
mod program;
mod reached;
mod rearranged;
mod slots;
mod step_writer;
mod term;
mod uses;
mod window;

use std::fmt::Write;

use crate::counting::ledger::Event;
use crate::counting::units::grouped;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::lower::Traced;
use crate::reports::pytorch::additions::Addition;
use crate::reports::pytorch::code::{docstring, function, line};
use crate::reports::pytorch::program::{Class, Program};
use crate::reports::pytorch::uses::is_word_in;

/// The text of a Python module that builds the requested network: `build()` returns it, `INPUT` is the shape of an
/// image, and as a program it prints the number of params and the output's shape. `name` is what the docstring calls
/// the network.
///
/// # Errors
///
/// If the network cannot be built, or has what the module cannot say: a block that calls itself, a computed number of
/// branches, or a name that Python or PyTorch uses.
pub fn pytorch(family: &Family, request: &Request, name: &str) -> Result<String, Error> {
    let readings = family.readings(request)?;
    let traced = family.traced(request, &readings)?;
    let mut program = Program::new(&traced, &family.blocks, &readings[0]);
    let network = network::network(&mut program, family, request, &class_name(family, request))?;
    let mut parts = additions(&program);
    parts.extend(program.classes.iter().map(|class| class.lines.clone()));
    parts.push(network.lines);
    parts.push(build(&network.name, &network.taken));
    parts.push(lines_of(include_str!("additions/main.py")));
    let input = traced.scaled.network.input();
    let input = [input.channels, input.height, input.width].map(|side| side.to_string());
    Ok(module(&head(family, &traced, name), &input.join(", "), &parts))
}

/// The class of a network: `EfficientNetB0`, or a library's name.
fn class_name(family: &Family, request: &Request) -> String {
    // A spec without a title has its path instead.
    let title = family.title.rsplit(['/', '\\']).next().unwrap_or_default();
    let title = title.trim_end_matches(".toml");
    names::class(&match request.member {
        None => title.to_string(),
        Some(member) => match member.name.split_once('/') {
            Some((_, name)) => name.to_string(),
            None => format!("{title}_{}", member.name),
        },
    })
}

/// What the classes need and PyTorch lacks.
fn additions(program: &Program) -> Vec<Vec<String>> {
    let uses_divisible = |class: &Class| is_word_in("divisible", &class.lines);
    let needs_divisible = program.classes.iter().any(uses_divisible);
    let divisible = needs_divisible.then_some(Addition::Divisible);
    let needed = program.additions.iter().copied().chain(divisible);
    needed.map(|addition| lines_of(addition.text())).collect()
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(String::from).collect()
}

/// The module's docstring: the network, its counts, and where it comes from.
fn head(family: &Family, traced: &Traced, name: &str) -> Vec<String> {
    let network = &traced.scaled.network;
    let ledger = network.ledger();
    let total = |events| grouped(ledger.total(events));
    let first = format!("{name}: {} params, {} MACs.", total(Event::PARAMS), total(Event::MACS));
    let input = network.input();
    let counts = format!(
        "Counted for one image of {}×{}×{} (channels×height×width), with multiply-adds of convolutions, linear layers \
         and attention as MACs; {} activations. Source of the architecture: {}.",
        input.channels,
        input.height,
        input.width,
        total(Event::ACTIVATIONS),
        family.source
    );
    let scale = traced.scaled.scale;
    let scaled = format!(
        "Scaled from the baseline: depth × {}, width × {}, resolution × {}.",
        rounded(scale.depth),
        rounded(scale.width),
        rounded(scale.resolution)
    );
    let written = "Written by phiscale export; weights are random, as PyTorch's layers make them. `python` runs this \
                   file: it prints the number of params and the output's shape, and --onnx FILE writes an ONNX file.";
    vec![first, counts, scaled, written.into()]
}

fn rounded(multiplier: f64) -> String {
    let text = format!("{multiplier:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

fn build(class: &str, taken: &[String]) -> Vec<String> {
    let mut lines = function(0, "build", taken, class);
    lines.extend(docstring(1, &["The network with random weights.".into()]));
    let given = if taken.is_empty() { "" } else { "classes" };
    lines.push(line(1, &format!("return {class}({given})")));
    lines
}

/// The text of a module of these parts, with what they import.
fn module(head: &[String], input: &str, parts: &[Vec<String>]) -> String {
    let uses = |name: &str| parts.iter().any(|lines| is_word_in(name, lines));
    let mut text = docstring(0, head).join("\n");
    text.push_str("\n\nimport argparse\n");
    if uses("math") {
        text.push_str("import math\n");
    }
    text.push_str("\nimport torch\nfrom torch import Tensor, nn\n");
    if uses("F") {
        text.push_str("from torch.nn import functional as F\n");
    }
    let _ = write!(text, "\n# Channels, height and width of an image.\nINPUT = ({input})\n");
    for part in parts {
        let _ = write!(text, "\n\n{}\n", part.join("\n"));
    }
    text.push_str("\n\nif __name__ == \"__main__\":\n    main()\n");
    text
}
