//! `phiscale export`: a network as a program or as a spec.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use phiscale::{Error, Family, Request, Scale, reports, spec};

use super::arguments::{CoefficientArguments, ImageArguments, ScaleArguments};
use super::files::load_family;
use super::values::one_phi;
use super::{Caller, Ended, Outcome, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The network: SPEC[:MEMBER] or LIBRARY/NETWORK.
    #[arg(value_name = "NETWORK")]
    network: String,
    /// What to write it as.
    #[arg(long, value_enum, value_name = "TARGET")]
    to: Target,
    /// Scale by d = α^φ, w = β^φ, r = γ^φ.
    #[arg(
        long,
        value_name = "X",
        value_parser = one_phi,
        allow_hyphen_values = true,
        conflicts_with_all = ["depth", "width", "resolution"],
        help_heading = "Scaling"
    )]
    phi: Option<f64>,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    image: ImageArguments,
    /// Write to this file instead of standard output.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Target {
    /// A Python module that builds it in PyTorch; run as a program, it writes ONNX
    Pytorch,
    /// A spec of this one network, with the blocks that it uses
    Toml,
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    let path = arguments.output.as_deref();
    output::text(&text(arguments, caller)?, path)?;
    if let Some(file) = path.filter(|path| path.as_os_str() != "-").map(Path::display) {
        caller.say(&match arguments.to {
            Target::Pytorch => format!("wrote {file}; build it with: python {file}"),
            Target::Toml => format!("wrote {file}; count it with: phiscale count {file}"),
        });
    }
    Ok(Outcome::Passed)
}

/// The program or spec.
pub(super) fn text(arguments: &Arguments, caller: &Caller) -> Result<String, Error> {
    let (family, member) = load_family(&arguments.network, caller)?;
    let Arguments { phi, scale, coefficients, .. } = arguments;
    let (scale, note) = coefficients.scale(*phi, scale, || Ok(&family))?;
    caller.say_all(note.iter().map(|note| format!("note: {note}")));
    let request = arguments.image.request(family.named(member)?, scale);
    match arguments.to {
        Target::Pytorch => {
            reports::pytorch(&family, &request, &title(arguments, &family, &request))
        }
        Target::Toml => toml(arguments, &family, &request),
    }
}

/// The network's name in print.
fn title(arguments: &Arguments, family: &Family, request: &Request) -> String {
    let name = request.member.map_or_else(|| family.title.clone(), |one| family.print_name(one));
    match arguments.phi {
        Some(phi) => format!("{name} at φ = {phi}"),
        None if request.scale != Scale::BASELINE => format!("{name}, scaled"),
        None => name,
    }
}

fn toml(arguments: &Arguments, family: &Family, request: &Request) -> Result<String, Error> {
    let scaled = family.network(request)?;
    let Scale { depth, width, resolution } = scaled.scale;
    let about = format!(
        "phiscale export: {}, depth × {depth}, width × {width}, resolution × {resolution}",
        arguments.network
    );
    spec::standalone(family, request, &scaled, &title(arguments, family, request), &about)
}
