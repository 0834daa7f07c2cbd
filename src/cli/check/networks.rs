//! Networks as they are: their counts compared with budgets and with a baseline.

use std::path::{Path, PathBuf};

use clap::Args;
use phiscale::baseline::NetworkCounts;
use phiscale::budget::Budgets;
use phiscale::check::{Check, CheckKind};
use phiscale::{Diagnostic, Error, Member, Model, Request, baseline, reports};

use super::baseline::{compare, read_baseline};
use super::{Checked, CheckedNetwork};
use crate::cli::arguments::{Image, OpenArguments};
use crate::cli::budget::BudgetArguments;
use crate::cli::files::{exact, load};
use crate::cli::{Caller, output};

#[derive(Args, Clone, Debug)]
pub(super) struct NetworkArguments {
    #[command(flatten)]
    pub(super) budgets: BudgetArguments,
    /// Images in a forward pass, for memory and time; the other budgets are for one image. Default: 1.
    #[arg(long, value_name = "N", help_heading = "Budgets", value_parser = clap::value_parser!(u32).range(1..))]
    batch: Option<u32>,
    /// Compare with the counts saved in this file.
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    baseline: Option<PathBuf>,
    /// Save the counts to this file, layer by layer.
    #[arg(long, value_name = "FILE", help_heading = "Baseline", conflicts_with = "baseline")]
    save: Option<PathBuf>,
    /// Height and width of the input in pixels, instead of the network's own.
    #[arg(long, value_name = "H[xW]", help_heading = "Baseline")]
    input: Option<Image>,
    #[command(flatten)]
    open: OpenArguments,
}

pub(super) fn run(
    arguments: &NetworkArguments,
    address: Option<&str>,
    tolerance: f64,
    caller: &Caller,
) -> Result<Checked, Error> {
    let saved = arguments.baseline.as_deref().map(read_baseline).transpose()?;
    let networks = match (address, &saved) {
        (Some(address), _) => arguments.all(address, caller)?,
        (None, Some(saved)) => arguments.of_baseline(saved, caller)?,
        (None, None) => return Err(Error::new("give a network, or a --baseline of networks")),
    };
    let budgets = if arguments.budgets.are_given() {
        arguments.budgets.budgets(arguments.batch())?
    } else {
        Budgets::default()
    };
    let within = |checked: &CheckedNetwork| {
        reports::budget_checks(
            &checked.address,
            &budgets.usage(&checked.network),
            checked.place.as_ref(),
        )
    };
    let exact = address.map(exact);
    let mut checks: Vec<_> = networks.iter().flat_map(within).collect();
    let comparisons = saved.map_or_else(Vec::new, |saved| {
        compare(&saved, &networks, exact.as_deref(), tolerance, &mut checks)
    });
    match &arguments.save {
        Some(path) => checks.extend(networks.iter().map(|network| saved_to(path, network))),
        None if checks.is_empty() => {
            return Err(Error::new("nothing was checked: the baseline contains no network"));
        }
        None => {}
    }
    let mut report = reports::network_checks(&checks, &comparisons);
    report.notes.extend(networks.iter().flat_map(CheckedNetwork::notes));
    if let Some(limit) = &budgets.time {
        let checked = networks.iter().map(|one| (one.address.as_str(), &one.network));
        report.notes.extend(reports::time_limit_notes(limit, checked, budgets.batch));
    }
    if let Some(path) = &arguments.save {
        let counts = networks.iter().map(CheckedNetwork::counts).collect();
        output::file(path, baseline::write(counts).as_bytes())?;
    }
    Ok(Checked { report, checks })
}

fn saved_to(path: &Path, network: &CheckedNetwork) -> Check {
    Check {
        network: network.address.clone(),
        name: "saved".into(),
        kind: CheckKind::Saved,
        passes: true,
        message: format!("counts saved to {}", path.display()),
        details: Vec::new(),
        place: None,
    }
}

impl NetworkArguments {
    /// Whether there are budgets, a baseline to compare with, or counts to save.
    pub(super) fn are_given(&self) -> bool {
        self.baseline.is_some() || self.save.is_some() || self.budgets.are_given()
    }

    pub(super) fn have_a_baseline(&self) -> bool {
        self.baseline.is_some()
    }

    /// Whether an input size is given, which the cost rule cannot use.
    pub(super) fn have_an_input(&self) -> bool {
        self.input.is_some() || self.open.are_given()
    }

    /// Fails where an option says how networks run, and nothing that is checked depends on it. Time does.
    pub(super) fn check_running(&self, is_time: bool) -> Result<(), Error> {
        let batch = self.batch.filter(|_| !self.budgets.depend_on_batch());
        let running = self.budgets.first_about_running().filter(|_| !self.budgets.are_given());
        let problem = match (batch, running) {
            _ if is_time => return Ok(()),
            (Some(batch), _) => Diagnostic::new(format!(
                "--batch {batch} is for --max-memory and --max-time, which are not given"
            ))
            .help("the other budgets are for one image: leave --batch out, or add one of these"),
            (None, Some(option)) => Diagnostic::new(format!("{option} has no effect here"))
                .help("it is for --max-time, --max-memory and --cost time"),
            (None, None) => return Ok(()),
        };
        Err(problem.into())
    }

    /// Images in a batch.
    pub(super) fn batch(&self) -> u32 {
        self.batch.unwrap_or(1)
    }

    /// The member at this address, or the family's baseline and all of its members.
    fn all(&self, address: &str, caller: &Caller) -> Result<Vec<CheckedNetwork>, Error> {
        let (model, name) = load(address, &self.open.import(self.input), caller)?;
        let members = match (&model, model.named(name)?) {
            (Model::Family(family), None) => family.members.as_slice(),
            (_, member) => return Ok(vec![self.count(&model, member)?]),
        };
        let members = std::iter::once(None).chain(members.iter().map(Some));
        members.map(|member| self.count(&model, member)).collect()
    }

    /// Every network of a baseline that still exists.
    fn of_baseline(
        &self,
        saved: &[NetworkCounts],
        caller: &Caller,
    ) -> Result<Vec<CheckedNetwork>, Error> {
        let mut found = Vec::new();
        for NetworkCounts { network, .. } in saved {
            let help = format!(
                "the baseline contains {network}; if its spec has moved, give the new path"
            );
            found.extend(self.one(network, caller).map_err(|error| error.help(&help))?);
        }
        Ok(found)
    }

    /// The network at this address; `None` if its family no longer has the member, which the comparison
    /// then reports.
    fn one(&self, address: &str, caller: &Caller) -> Result<Option<CheckedNetwork>, Error> {
        let (model, name) = load(address, &self.open.import(self.input), caller)?;
        match model.named(name) {
            Ok(member) => self.count(&model, member).map(Some),
            Err(_) => Ok(None),
        }
    }

    fn count(&self, model: &Model, member: Option<&Member>) -> Result<CheckedNetwork, Error> {
        let image = self.input.map(|image| image.0);
        let scaled = model.network(&Request { member, image, ..Request::BASELINE })?;
        let stages = model.stages(member);
        let first = stages.first().map(|stage| &stage.span);
        Ok(CheckedNetwork {
            address: model.address(member),
            network: scaled.network,
            notes: scaled.notes,
            place: member.map_or(first, |member| Some(&member.span)).cloned(),
            stages: stages.iter().map(|stage| (stage.name.clone(), stage.span.clone())).collect(),
        })
    }
}
