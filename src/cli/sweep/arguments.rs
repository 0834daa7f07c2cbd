//! The arguments of `phiscale sweep`, and the sweep that they ask for.

use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use phiscale::reports::{Format, LineFormat};
use phiscale::sweep::{Axes, Draw, Limits, Sweep, Total};
use phiscale::{Coefficients, Diagnostic, Error, Family, Measure, Member, Scale};

use crate::cli::Caller;
use crate::cli::arguments::{
    CoefficientArguments, ImageArguments, PositiveValues, Values, check_resolution, choice,
};
use crate::cli::budget::{LeastArguments, MostArguments};
use crate::cli::format::{of_file, with_reports};

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The family, or a member whose multipliers are 1: SPEC[:MEMBER].
    #[arg(value_name = "NETWORK")]
    pub(super) network: String,
    #[command(flatten)]
    axes: AxisArguments,
    #[command(flatten)]
    points: PointArguments,
    #[command(flatten)]
    most: MostArguments,
    #[command(flatten)]
    least: LeastArguments,
    /// Only the Pareto front of these two costs: the networks that no other undercuts in one without exceeding it in the
    /// other. Of networks of equal costs, the first.
    #[arg(long, value_parser = choice(&COSTS), value_delimiter = ',', value_name = "COST,COST", help_heading = "Output")]
    front: Vec<Measure>,
    #[command(flatten)]
    image: ImageArguments,
    #[command(flatten)]
    pub(super) output: SweepOutput,
}

/// What varies. Points are sorted by member, then by resolution, width and depth, or by φ, γ, β and α: the last of them
/// varies fastest, whatever the order of the options.
#[derive(Args, Debug)]
struct AxisArguments {
    /// Depth multipliers: 3, 1,1.5,2, 1..=3:0.02. Depth varies fastest, then width, then resolution.
    #[arg(long, value_name = "VALUES", help_heading = "Points")]
    depth: Option<PositiveValues>,
    /// Width multipliers.
    #[arg(long, value_name = "VALUES", help_heading = "Points")]
    width: Option<PositiveValues>,
    /// Resolution multipliers.
    #[arg(long, value_name = "VALUES", conflicts_with = "input", help_heading = "Points")]
    resolution: Option<PositiveValues>,
    /// Values of φ. α varies fastest, then β, then γ, then φ.
    #[arg(
        long,
        value_name = "PHIS",
        allow_hyphen_values = true,
        conflicts_with_all = ["depth", "width", "resolution"],
        help_heading = "Points"
    )]
    phi: Option<Values>,
    /// Depth multipliers at φ = 1, instead of the spec's.
    #[arg(long, value_name = "VALUES", requires = "phi", help_heading = "Points")]
    alpha: Option<PositiveValues>,
    /// Width multipliers at φ = 1, instead of the spec's.
    #[arg(long, value_name = "VALUES", requires = "phi", help_heading = "Points")]
    beta: Option<PositiveValues>,
    /// Resolution multipliers at φ = 1, instead of the spec's.
    #[arg(long, value_name = "VALUES", requires = "phi", help_heading = "Points")]
    gamma: Option<PositiveValues>,
    /// Share a doubling of cost between depth, width and resolution, as in `phiscale scale`.
    #[arg(
        long,
        value_name = "NAME",
        requires = "phi",
        conflicts_with_all = ["alpha", "beta", "gamma"],
        help_heading = "Points"
    )]
    strategy: Option<String>,
    /// Members of the family, each at every point; `all` stands for all of its own.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Points")]
    members: Vec<String>,
}

/// Which of the points are counted.
#[derive(Args, Debug)]
struct PointArguments {
    /// Draw N points from all combinations, each as likely as any other. Point i depends on the seed and i alone.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Points")]
    random: Option<u64>,
    /// The seed of --random [default: 0].
    #[arg(long, value_name = "N", requires = "random", help_heading = "Points")]
    seed: Option<u64>,
    /// Only the points with these indices, from 0: 1000..2000 (without 2000), 1000..=1999, or 1000.. (to the last). The
    /// rows of 0..1000 and those of 1000.. are the rows of all: CSV has a header where the range starts at 0.
    #[arg(long, value_name = "A..B", help_heading = "Points")]
    range: Option<PointRange>,
}

/// Where the networks go, and in which format.
#[derive(Args, Debug)]
pub(super) struct SweepOutput {
    /// Format [default: that of FILE's suffix, else csv; of a front, table]. CSV and JSON lines are written while networks
    /// are counted; the others hold at most 100,000.
    #[arg(long, value_parser = choice(&SWEEP_FORMATS), help_heading = "Output")]
    format: Option<SweepFormat>,
    /// Write to this file instead of standard output; .csv, .jsonl, .json, .md, .tex, .html and .txt set the format.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
}

/// The format of a sweep: that of every report, or a line of JSON for each network.
#[derive(Clone, Copy, Debug, PartialEq)]
enum SweepFormat {
    Report(Format),
    JsonLines,
}

const SWEEP_FORMATS: [(&str, &str, SweepFormat); 7] = with_reports![
    SweepFormat,
    ("jsonl", "A JSON object on a line for each network", SweepFormat::JsonLines),
];

const COSTS: [(&str, &str, Measure); 4] = [
    ("macs", "Multiply-adds", Measure::Macs),
    ("flops", "Twice the multiply-adds", Measure::Flops),
    ("params", "Trained parameters", Measure::Params),
    ("activations", "Output elements of convolutions and linear layers", Measure::Activations),
];

/// The two costs of a front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Front {
    pub(super) measures: [Measure; 2],
    pub(super) totals: [Total; 2],
}

/// How a sweep is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Written {
    /// Line by line.
    Lines(LineFormat),
    /// As a report.
    Report(Format),
}

impl Arguments {
    /// The sweep that is asked for, and a note on coefficients that nobody chose.
    pub(super) fn sweep<'f>(
        &self,
        family: &'f Family,
        member: Option<&'f Member>,
        caller: &Caller,
    ) -> Result<(Sweep<'f>, Option<String>), Error> {
        let members = self.axes.members(family, member)?;
        let (axes, note) = self.axes.axes(family, self.image.input.is_none(), caller)?;
        let requests =
            members.into_iter().map(|member| self.image.request(member, Scale::BASELINE));
        let draw =
            self.points.random.map(|points| Draw { points, seed: self.points.seed.unwrap_or(0) });
        let sweep = Sweep::new(family, requests.collect(), axes, draw)?;
        Ok((sweep.within(self.limits()?), note))
    }

    fn limits(&self) -> Result<Limits, Error> {
        let most = self.most.limits().map(|(measure, most)| (measure, None, Some(most)));
        let least = self.least.limits().map(|(measure, least)| (measure, Some(least), None));
        most.chain(least).try_fold(Limits::default(), |limits, (measure, least, most)| {
            limits.within(measure, least, most)
        })
    }

    /// The indices of the points that are counted.
    pub(super) fn range(&self, sweep: &Sweep) -> Result<Range<u64>, Error> {
        let all = sweep.points();
        let Some(PointRange { start, end }) = self.points.range else { return Ok(0..all) };
        let end = end.unwrap_or(all);
        if start >= all || end > all {
            let message = format!("--range is not within the sweep, which has {all} points");
            return Err(Diagnostic::new(message).help(format!("its points are 0..{all}")).into());
        }
        Ok(start..end)
    }

    /// The front that is asked for, if one is.
    pub(super) fn front(&self) -> Result<Option<Front>, Error> {
        let problem = match self.front[..] {
            [] => return Ok(None),
            [one, other] => {
                let totals = [Total::of(one)?.0, Total::of(other)?.0];
                if totals[0] != totals[1] {
                    return Ok(Some(Front { measures: [one, other], totals }));
                }
                format!("--front {},{}: both order networks alike", one.key(), other.key())
            }
            _ => format!("--front takes two costs, not {}", self.front.len()),
        };
        let help = "name two of macs, params and activations: --front params,activations";
        Err(Diagnostic::new(problem).help(help).into())
    }

    /// How the networks are written. A format that contradicts the file's suffix is an error.
    pub(super) fn written(&self) -> Result<Written, Error> {
        let is_front = !self.front.is_empty();
        let mut formats = SWEEP_FORMATS;
        if !is_front {
            // The first format is that of a file without a known suffix.
            formats.sort_by_key(|(.., format)| *format != SweepFormat::Report(Format::Csv));
        }
        let output = &self.output;
        match of_file(&formats, output.format, output.output.as_deref()).map_err(Error::new)? {
            SweepFormat::JsonLines if is_front => {
                let problem = Diagnostic::new("a front is a report, which has no format jsonl");
                Err(problem.help("--format json has all of it").into())
            }
            SweepFormat::JsonLines => Ok(Written::Lines(LineFormat::Json)),
            SweepFormat::Report(Format::Csv) if !is_front => Ok(Written::Lines(LineFormat::Csv)),
            SweepFormat::Report(format) => Ok(Written::Report(format)),
        }
    }
}

impl AxisArguments {
    /// The members whose networks are swept, `None` for the baseline.
    fn members<'f>(
        &self,
        family: &'f Family,
        member: Option<&'f Member>,
    ) -> Result<Vec<Option<&'f Member>>, Error> {
        match (&self.members[..], member) {
            ([], member) => Ok(vec![member]),
            (_, Some(member)) => {
                let address = family.address(member);
                let message = format!("{address} is one member, and --members names others");
                let help = format!("leave out one of both, or give {}", family.name);
                Err(Diagnostic::new(message).help(help).into())
            }
            ([all], None) if all == "all" => Ok(family.members.iter().map(Some).collect()),
            (names, None) => names.iter().map(|name| family.named(Some(name))).collect(),
        }
    }

    fn axes(
        &self,
        family: &Family,
        takes_input: bool,
        caller: &Caller,
    ) -> Result<(Axes, Option<String>), Error> {
        let [depth, width, resolution] =
            [&self.depth, &self.width, &self.resolution].map(Option::as_ref);
        let [alpha, beta, gamma] = [&self.alpha, &self.beta, &self.gamma].map(Option::as_ref);
        for list in [depth, width, resolution, alpha, beta, gamma].into_iter().flatten() {
            caller.say_all(&list.0.notes);
        }
        if let Some(phi) = &self.phi {
            caller.say_all(&phi.notes);
            let lists = [alpha, beta, gamma];
            let chosen =
                CoefficientArguments::of_lists(self.strategy.as_ref(), lists).one(family)?;
            let Coefficients { alpha: a, beta: b, gamma: c } = chosen.coefficients;
            let axes = [phi.values.clone(), values(gamma, c), values(beta, b), values(alpha, a)];
            return Ok((Axes::Compound(axes), chosen.note));
        }
        if depth.or(width).or(resolution).is_none() && self.members.is_empty() {
            let problem = Diagnostic::new("a sweep needs something that varies");
            let help = "give --depth, --width or --resolution, --phi, or --members";
            return Err(problem.help(help).into());
        }
        let axes = [resolution, width, depth].map(|list| values(list, 1.0));
        axes[0].iter().try_for_each(|value| check_resolution(*value, takes_input))?;
        Ok((Axes::Multipliers(axes), None))
    }
}

/// The values of an axis, or the one that it has without any.
fn values(list: Option<&PositiveValues>, otherwise: f64) -> Vec<f64> {
    list.map_or_else(|| vec![otherwise], |list| list.0.values.clone())
}

/// Indices of points, from the first to before the end; without an end, to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PointRange {
    start: u64,
    end: Option<u64>,
}

impl FromStr for PointRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let index = |text: &str| {
            let digits = text.trim().replace('_', "");
            let number = digits.parse::<u64>().ok().filter(|_| !digits.starts_with('+'));
            number.ok_or_else(|| {
                format!(
                    "`{text}` is not the index of a point; write 1000..2000, 1000..=1999 or 1000.."
                )
            })
        };
        let (start, end) = text.split_once("..").ok_or_else(|| {
            format!("`{text}` is not a range of points; write 1000..2000, 1000..=1999 or 1000..")
        })?;
        let end = match end.strip_prefix('=') {
            Some(last) => Some(index(last)?.saturating_add(1)),
            None if end.trim().is_empty() => None,
            None => Some(index(end)?),
        };
        let start = index(start)?;
        if end.is_some_and(|end| end <= start) {
            return Err(format!("`{text}` contains no point: it must end above its start"));
        }
        Ok(PointRange { start, end })
    }
}
