//! Charts that need no file: of families, and of the stages of networks.

use rayon::prelude::*;

use phiscale::analysis::comparison::{self, Asked, breakdown, compare};
use phiscale::analysis::growth::{CostRule, Growth};
use phiscale::charts::{self, Compared, Look};
use phiscale::counting::measure::Measure;
use phiscale::error::Error;
use phiscale::families::family::{Family, Member, Request};
use phiscale::families::sketch::{Naming, Style, Weight};
use phiscale::reports;

use super::arguments::AxisName;
use super::{Arguments, Drawn, write};
use crate::cli::Ended;
use crate::cli::network::{Import, convention, load_any};

/// The values of φ on a chart of cost growth.
const PHIS: [f64; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

pub(super) fn run(arguments: &Arguments) -> Ended {
    if arguments.stages {
        return one(arguments, &stages(arguments)?);
    }
    let import = arguments.import();
    // All are read at the same time, and the first mistake is the first name's.
    let families: Vec<_> =
        arguments.names.par_iter().map(|address| family(address, &import)).collect();
    let families = families.into_iter().collect::<Result<Vec<Family>, Error>>()?;
    let Some(folder) = arguments.output.as_ref().filter(|path| path.is_dir()) else {
        let axis = arguments.x.unwrap_or(AxisName::Macs);
        return one(arguments, &draw(arguments, &families, axis)?);
    };
    let has_rule = families[0].rule.coefficients.is_some() || arguments.coefficients.are_given();
    let axes = match arguments.x {
        Some(axis) => vec![axis],
        None if has_rule => vec![AxisName::Macs, AxisName::Params, AxisName::Phi],
        None => vec![AxisName::Macs, AxisName::Params],
    };
    let charts = axes.into_iter().map(|axis| draw(arguments, &families, axis));
    let mut charts = charts.collect::<Result<Vec<Drawn>, Error>>()?;
    without_repeats(&mut charts);
    for drawn in &charts {
        write::say_left_out(drawn, false);
    }
    write::into_folder(arguments, &charts, folder)?;
    write::numbers(arguments, &charts)
}

fn one(arguments: &Arguments, drawn: &Drawn) -> Ended {
    write::say_left_out(drawn, false);
    write::one(arguments, drawn, arguments.output.as_deref())
}

/// What is left out of several charts is said once.
fn without_repeats(charts: &mut [Drawn]) {
    let mut said: Vec<String> = Vec::new();
    for drawn in charts {
        drawn.left_out.retain(|reason| !said.contains(reason));
        said.extend(drawn.left_out.iter().cloned());
    }
}

fn family(address: &str, import: &Import) -> Result<Family, Error> {
    let (family, member) = load_any(address, import)?;
    match family.named(member)? {
        None => Ok(family),
        Some(_) => Err(Error::new("a chart shows families whole: name the spec without a member")),
    }
}

fn draw(arguments: &Arguments, families: &[Family], axis: AxisName) -> Result<Drawn, Error> {
    let Some(measure) = axis.measure() else {
        return growth(arguments, &families[0], families.len());
    };
    let asked: Vec<Asked> = families
        .iter()
        .enumerate()
        .map(|(index, family)| Asked {
            name: None,
            style: style(index == 0),
            accuracy: arguments.accuracy.clone(),
            as_printed: false,
            members: vec![comparison::Member::Family(family)],
        })
        .collect();
    let comparison = compare(&asked, measure).map_err(|(_, error)| error)?;
    let left_out = comparison.left_out.clone();
    let look = Look { title: None, measure, front: None, arrows: 3, accuracies: None, costs: None };
    let points = reports::points(&[(None, &comparison)], measure);
    let compared = [Compared { title: None, comparison }];
    let chart = charts::accuracy(&compared, &look)?;
    let members = families.iter().map(reports::own_members);
    let mut numbers = members.collect::<Result<Vec<_>, _>>()?;
    if arguments.csv.is_some() {
        numbers.insert(0, points);
    }
    let name = format!("{}-{}", families[0].name, measure.key());
    Ok(Drawn { name, chart, numbers, left_out, size: None, themes: Vec::new() })
}

fn style(is_first: bool) -> Style {
    let weight = if is_first { Weight::Hero } else { Weight::Other };
    Style { weight, line: true, naming: Naming::Points, in_front: !is_first }
}

fn growth(arguments: &Arguments, family: &Family, count: usize) -> Result<Drawn, Error> {
    if count > 1 && arguments.x == Some(AxisName::Phi) {
        return Err(Error::new("a chart of cost growth shows one family"));
    }
    let rule = CostRule {
        coefficients: arguments.coefficients.resolve(family)?,
        target: Some(arguments.target),
        tolerance: f64::INFINITY,
        cumulative: false,
    };
    let phis = arguments.phi.as_ref().map_or(&PHIS[..], |phis| &phis.0);
    of_growth(family, rule, phis, &arguments.convention)
}

/// The chart of a family's cost growth.
pub(super) fn of_growth(
    family: &Family,
    rule: CostRule,
    phis: &[f64],
    name: &str,
) -> Result<Drawn, Error> {
    let convention = convention(name)?;
    let growth = Growth::measure(family, rule, phis, &convention)?;
    let chart = charts::growth(family, &growth, &convention);
    let numbers = vec![reports::cost_rule(&family.name, &growth, &convention)];
    let name = format!("{}-phi", family.name);
    Ok(Drawn { name, chart, numbers, left_out: Vec::new(), size: None, themes: Vec::new() })
}

/// The chart of where the cost of networks sits.
fn stages(arguments: &Arguments) -> Result<Drawn, Error> {
    let import = arguments.import();
    let networks = arguments.names.iter().map(|address| load_any(address, &import));
    let networks = networks.collect::<Result<Vec<_>, Error>>()?;
    let measures = [Measure::Macs, Measure::Params, Measure::Activations];
    let members = networks.iter().map(|(family, member)| Ok((family, family.named(*member)?)));
    let mut drawn = of_stages(&members.collect::<Result<Vec<_>, Error>>()?, &measures)?;
    drawn.name = format!("{}-stages", networks[0].0.name);
    Ok(drawn)
}

/// The chart of where the cost of networks sits, in each of some measures.
pub(super) fn of_stages(
    networks: &[(&Family, Option<&Member>)],
    measures: &[Measure],
) -> Result<Drawn, Error> {
    let by_map = networks.len() > 1;
    let mut counted = Vec::new();
    for (family, member) in networks {
        let member = *member;
        let name = member.map_or(family.title.clone(), |member| family.print_name(member));
        let request = Request { member, ..Request::BASELINE };
        let scaled = family.network(&request)?;
        counted.push((name, scaled.network));
    }
    let of = |measure: Measure| {
        let bars = counted.iter();
        let bars = bars.map(|(name, network)| breakdown(name, network, measure, by_map));
        (measure, bars.collect::<Vec<_>>())
    };
    let mut sources: Vec<&str> =
        networks.iter().map(|(family, _)| family.source.as_str()).collect();
    sources.dedup();
    let breakdowns: Vec<_> = measures.iter().copied().map(of).collect();
    Ok(Drawn {
        name: "stages".into(),
        chart: charts::stages(&breakdowns, by_map, &sources),
        numbers: vec![reports::shares(&breakdowns)],
        left_out: Vec::new(),
        size: None,
        themes: Vec::new(),
    })
}
