//! Node data for Model Explorer: one count of one ONNX file, node by node.

use phiscale::memory::Dtype;
use phiscale::reports::{CountColumn, Per};
use phiscale::{Diagnostic, Error, reports, spec};

use super::{Arguments, counted, name_of};
use crate::cli::files::load;
use crate::cli::{Caller, Ended, Outcome, output};

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    check_options(arguments)?;
    let convention = spec::convention(&arguments.convention)?;
    let address = one(&arguments.networks, "ONNX file")?;
    let column = match &arguments.columns[..] {
        [] => &CountColumn::Reported,
        columns => one(columns, "column")?,
    };
    let import = arguments.import.import(arguments.input.image.input);
    let (model, member) = load(address, &import, caller)?;
    let data = counted(arguments, &model, member, &convention, |counted| {
        reports::model_explorer(&counted, *column)
    })??;
    output::text(&data, arguments.output.output.as_deref())?;
    Ok(Outcome::Passed)
}

fn one<'a, T>(given: &'a [T], what: &str) -> Result<&'a T, Error> {
    let [one] = given else {
        let message = format!("--format model-explorer takes one {what}, not {}", given.len());
        let help = format!("call it once for each {what}; Model Explorer loads several files");
        return Err(Diagnostic::new(message).help(help).into());
    };
    Ok(one)
}

/// Fails where an option is for tables.
fn check_options(arguments: &Arguments) -> Result<(), Error> {
    let options = [
        ("--per stage", arguments.per == Some(Per::Stage)),
        ("--unroll", arguments.unroll),
        ("--dtype", arguments.dtype != Dtype::Fp32),
        ("--sort", arguments.sort.is_some()),
        ("--units", !arguments.units.is_empty()),
        ("--training", arguments.training.settings().is_some()),
    ];
    let Some((option, _)) = options.into_iter().find(|(_, is_given)| *is_given) else {
        return Ok(());
    };
    let message =
        format!("{option} is for tables; --format model-explorer has a number for each node");
    let names = CountColumn::COUNTS.map(name_of).join(", ");
    let help = format!("leave it out; --columns takes the count to show, one of {names}");
    Err(Diagnostic::new(message).help(help).into())
}
