//! A table of several networks, one row for each.

use std::collections::{HashMap, VecDeque};

use phiscale::onnx::Options;
use phiscale::reports::{CountedRow, Counts, Format, Report, Units};
use phiscale::{Convention, Diagnostic, Error, Model, reports};

use super::{Arguments, MAX_ROWS, counted, name_of};
use crate::cli::Caller;
use crate::cli::files::{in_library, is_onnx, load, load_any, split};

/// Maximum number of models kept loaded for further networks of theirs.
const MAX_LOADED: usize = 256;

/// One row for each network. All are counted before anything is written.
pub(super) fn answer(
    arguments: &Arguments,
    networks: &[String],
    convention: &Convention,
    units: Option<Units>,
    caller: &Caller,
) -> Result<Report, Error> {
    check_table(arguments, networks)?;
    let mut loaded = Loaded::new(arguments, networks, caller);
    let mut known: HashMap<&str, CountedRow> = HashMap::new();
    let mut rows = Vec::with_capacity(networks.len());
    for address in networks {
        let row = match known.get(address.as_str()) {
            Some(row) => row.clone(),
            None => loaded.row(arguments, address, convention).map_err(|error| {
                let names_it = error.message().contains(address.as_str());
                if names_it { error } else { error.in_context(address) }
            })?,
        };
        known.entry(address).or_insert_with(|| row.clone());
        rows.push(row);
    }
    let is_narrow = arguments.output.is(Format::Latex);
    let table = Counts {
        columns: &arguments.columns,
        is_narrow,
        sort: arguments.sort,
        reverse: arguments.reverse,
        convention,
        batch: arguments.input.batch,
        units,
    };
    Ok(reports::counts(rows, &table))
}

/// Fails where the arguments cannot make a table.
fn check_table(arguments: &Arguments, networks: &[String]) -> Result<(), Error> {
    let problem = |message: String, help: &str| Err(Diagnostic::new(message).help(help).into());
    let count = networks.len();
    if arguments.per.is_some() {
        let message = match count {
            1 => "--per breaks one network down; --columns is for a table of networks".into(),
            _ => format!("--per breaks one network down, not {count}"),
        };
        let help = match count {
            1 => "leave out --columns; --sort, --reverse and --units work with --per",
            _ => "count each network on its own, or leave out --per",
        };
        return problem(message, help);
    }
    if arguments.training.settings().is_some() {
        let message = match count {
            1 => "--training is for one network; --columns and --sort are for a table of several"
                .into(),
            _ => format!("--training is for one network, not {count}"),
        };
        return problem(message, "count each network on its own, or leave out --training");
    }
    if count as u64 > MAX_ROWS {
        let message = format!("{count} networks are given; the limit is {MAX_ROWS} rows");
        return problem(message, "count them in several tables");
    }
    if let Some(index) = networks.iter().position(String::is_empty) {
        let message = format!("network {} of {count} has an empty name", index + 1);
        return problem(message, "leave it out; `phiscale list` shows the bundled families");
    }
    for (index, column) in arguments.columns.iter().enumerate() {
        if arguments.columns[..index].contains(column) {
            let name = name_of(*column);
            return problem(format!("column `{name}` is given twice"), "give each column once");
        }
    }
    Ok(())
}

/// Families kept for further networks of theirs: each spec is read once.
struct Loaded<'a> {
    families: VecDeque<(String, Model)>,
    import: Options,
    /// Whether the options for ONNX files are for some of the networks.
    has_onnx: bool,
    caller: &'a Caller<'a>,
}

impl<'c> Loaded<'c> {
    fn new(arguments: &Arguments, networks: &[String], caller: &'c Caller<'c>) -> Self {
        let import = arguments.import.import(arguments.input.image.input);
        let has_onnx = networks.iter().any(|address| is_onnx(address));
        Loaded { families: VecDeque::new(), import, has_onnx, caller }
    }

    fn row(
        &mut self,
        arguments: &Arguments,
        address: &str,
        convention: &Convention,
    ) -> Result<CountedRow, Error> {
        let row = |model: &Model, member: Option<&str>| {
            counted(arguments, model, member, convention, |counted| CountedRow::new(&counted))
        };
        if let Some((model, member)) = self.find(address) {
            return row(model, member);
        }
        let load = if self.has_onnx { load_any } else { load };
        let (model, member) = load(address, &self.import, self.caller)?;
        let row = row(&model, member)?;
        if !is_onnx(address) {
            if self.families.len() == MAX_LOADED {
                self.families.pop_front();
            }
            self.families.push_back((split(address).0.into(), model));
        }
        Ok(row)
    }

    /// The loaded family that has this network, and its member's name: a spec is found by its name, a library's network
    /// by the member that has exactly that name.
    fn find<'a>(&self, address: &'a str) -> Option<(&Model, Option<&'a str>)> {
        if in_library(address).is_some() {
            let of_library = self.families.iter().map(|(_, model)| model).find(|model| {
                let member = model.family().ok().and_then(|family| family.member(address));
                member.is_some_and(|member| member.name == address)
            });
            return of_library.map(|model| (model, Some(address)));
        }
        let (spec, member) = split(address);
        let named = self.families.iter().find(|(name, _)| name == spec);
        named.map(|(_, model)| (model, member))
    }
}
