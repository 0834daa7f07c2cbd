//! `phiscale scale`: a family at other scales.

use clap::Args;
use phiscale::exponents::MeasuredGrowth;
use phiscale::memory::Dtype;
use phiscale::reports::{DoublingOnDevice, DoublingRow, ScaledRow};
use phiscale::time::{Deployment, doubling, exponents};
use phiscale::{Diagnostic, Error, Family, Member, Scale, reports};

use super::arguments::{
    Chosen, CoefficientArguments, InputArguments, Output, ScaleArguments, Values, choice,
};
use super::device::{COSTS, Cost, DTYPES, DeviceArguments, no_device};
use super::files::load_family;

use super::{Answer, Caller};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family, or a member whose multipliers are 1: SPEC[:MEMBER].
    #[arg(value_name = "NETWORK")]
    network: String,
    /// Values of φ: 3, 0,0.5,1, 0..=7, 0..8, or 0..=7:0.5. Without φ and multipliers, the published members.
    #[arg(
        long,
        value_name = "PHIS",
        allow_hyphen_values = true,
        conflicts_with_all = ["depth", "width", "resolution"],
        help_heading = "Scaling"
    )]
    phi: Option<Values>,
    #[command(flatten)]
    coefficients: CoefficientArguments,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    cost: CostArguments,
    #[command(flatten)]
    pub(super) output: Output,
}

/// What the growth of a cost is asked of.
#[derive(Args, Clone, Debug)]
struct CostArguments {
    /// The cost that is to grow; with time, the report says which α, β and γ double it.
    #[arg(long, value_parser = choice(&COSTS), value_name = "COST", default_value = "macs", help_heading = "Time")]
    cost: Cost,
    /// The devices: names of bundled ones, or paths of device files, with commas between them.
    #[arg(long, value_name = "DEVICES", value_delimiter = ',', help_heading = "Time")]
    device: Vec<String>,
    /// Type of weights and activations, instead of that of each device's measurements.
    #[arg(long, value_parser = choice(&DTYPES), value_name = "TYPE", requires = "device", help_heading = "Time")]
    dtype: Option<Dtype>,
    /// Run elementwise layers within the layer before them, as engines that compile networks do.
    #[arg(long, requires = "device", help_heading = "Time")]
    compiled: bool,
}

impl CostArguments {
    /// Whether time is asked for; an error if it is not, and a device is given.
    fn is_time(&self) -> Result<bool, Error> {
        if self.cost == Cost::Macs && !self.device.is_empty() {
            let problem = Diagnostic::new("--device has no effect without --cost time");
            return Err(problem.help("`phiscale time` gives the time of one network").into());
        }
        Ok(self.cost == Cost::Time)
    }

    fn deployments(&self, batch: u32) -> Result<Vec<Deployment>, Error> {
        let deployment = |name: &String| {
            let device = Some(name.clone());
            let one = DeviceArguments { device, compiled: self.compiled };
            let (device, mode) = one.load(self.dtype)?.ok_or_else(|| no_device("a time"))?;
            Deployment::new(device, mode, batch)
        };
        if self.device.is_empty() {
            return Err(no_device("a time").into());
        }
        self.device.iter().map(deployment).collect()
    }
}

/// The φ of the networks that show how time grows: up to 16 times the MACs.
const STEPS: [f64; 4] = [1.0, 2.0, 3.0, 4.0];

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let (family, member) = load_family(&arguments.network, caller)?;
    let member = family.named(member)?;
    caller.say_all(arguments.phi.iter().flat_map(|phis| &phis.notes));
    if arguments.cost.is_time()? {
        return on_devices(arguments, &family, member);
    }
    let (rows, note) = rows(arguments, &family, member)?;
    let mut report = reports::scale(&rows, arguments.input.batch);
    report.notes.extend(note);
    Ok(Answer::of(report))
}

/// Which α, β and γ double the time on each device.
fn on_devices(
    arguments: &Arguments,
    family: &Family,
    member: Option<&Member>,
) -> Result<Answer, Error> {
    let deployments = arguments.cost.deployments(arguments.input.batch)?;
    if arguments.scale.are_given() {
        let message = "--depth, --width and --resolution have no effect with --cost time";
        return Err(Error::new(message));
    }
    let phis = match &arguments.phi {
        Some(phis) => phis.values.iter().copied().filter(|phi| *phi != 0.0).collect(),
        None => STEPS.to_vec(),
    };
    if phis.is_empty() {
        return Err(Error::new("--cost time needs a φ that is not 0: time has to grow"));
    }
    let batch = arguments.input.batch;
    let chosen = arguments.coefficients.compared(family)?;
    let request = (family, arguments.input.request(member, Scale::BASELINE));
    let on_device = |deployment: Deployment| {
        let row = |chosen: &Chosen| {
            let doubling = doubling(request, chosen.coefficients, &phis, &deployment)?;
            let strategy = chosen.strategy.clone().unwrap_or_else(|| "custom".into());
            Ok::<_, Error>(DoublingRow { strategy, doubling })
        };
        let rows = chosen.iter().map(row).collect::<Result<_, _>>()?;
        let exponents = exponents(request, &deployment)?;
        Ok(DoublingOnDevice { deployment, exponents, rows })
    };
    let devices = deployments.into_iter().map(on_device).collect::<Result<Vec<_>, Error>>()?;
    Ok(Answer::of(reports::doubling(&arguments.network, &devices, &phis, batch)))
}

/// The rows, and a note on coefficients that nobody chose.
type Rows = Result<(Vec<ScaledRow>, Option<String>), Error>;

fn rows(arguments: &Arguments, family: &Family, member: Option<&Member>) -> Rows {
    if let Some(phis) = &arguments.phi {
        return at_phis(arguments, family, member, &phis.values);
    }
    if arguments.coefficients.are_given() {
        return Err(Error::new("α, β, γ and strategies have no effect without --phi"));
    }
    if arguments.scale.are_given() || member.is_some() || family.members.is_empty() {
        return Ok((vec![row(arguments, family, member, arguments.scale.resolve(true)?)?], None));
    }
    let members = family.members.iter();
    let rows = members.map(|member| row(arguments, family, Some(member), Scale::BASELINE));
    Ok((rows.collect::<Result<_, _>>()?, None))
}

/// Every φ under every strategy, with the growth counted and predicted.
fn at_phis(arguments: &Arguments, family: &Family, member: Option<&Member>, phis: &[f64]) -> Rows {
    let baseline = row(arguments, family, member, Scale::BASELINE)?.scaled.network.ledger();
    let mut rows = Vec::new();
    let all = arguments.coefficients.all(family)?;
    for chosen in &all {
        for phi in phis {
            let mut row = row(arguments, family, member, chosen.at(*phi)?)?;
            let cost = row.scaled.network.ledger();
            row.growth = Some(MeasuredGrowth::new(&chosen.coefficients, *phi, &baseline, &cost));
            row.phi = Some(*phi);
            row.strategy.clone_from(&chosen.strategy);
            rows.push(row);
        }
    }
    Ok((rows, all.into_iter().find_map(|chosen| chosen.note)))
}

fn row(
    arguments: &Arguments,
    family: &Family,
    member: Option<&Member>,
    scale: Scale,
) -> Result<ScaledRow, Error> {
    let request = arguments.input.request(member, scale);
    let scaled = family.network(&request)?;
    let name = member.map_or(family.name.clone(), |member| family.address(member));
    Ok(ScaledRow { name, strategy: None, phi: None, scaled, growth: None })
}
