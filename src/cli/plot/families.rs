//! Charts without a chart file: of families, and of the stages of networks.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use phiscale::accuracy::{Curve, Selection, Wanted};
use phiscale::charts::{AccuracyOptions, AccuracyPanel, GrowthRequest, StagesRequest, Style};
use phiscale::growth::{CostRule, Growth};
use phiscale::onnx::Options;
use phiscale::published::Accuracy;
use phiscale::stages::breakdown;
use phiscale::time::{CostGrowth, Deployment, Roofline};
use phiscale::{Cost, Diagnostic, Error, Family, Measure, Member, Model, Request, charts, spec};

use super::choices::XAxis;
use super::measured::measured_times;
use super::{Arguments, Plot, Shown};
use crate::cli::Caller;
use crate::cli::arguments::Chosen;
use crate::cli::files::{Loaded, load_any};

/// The charts that the arguments ask for, one or those of a folder, with their captions.
pub(super) fn draw(arguments: &Arguments, caller: &Caller) -> Result<Vec<Plot>, Error> {
    let mut plots = if arguments.kind.stages {
        vec![stages(arguments, caller)?]
    } else if arguments.kind.roofline {
        vec![roofline(arguments, caller)?]
    } else if arguments.kind.measured {
        vec![measured_times(arguments, caller)?]
    } else {
        against_axes(arguments, caller)?
    };
    for plot in &mut plots {
        let has_title = matches!(plot.shown, Shown::Accuracy(..));
        arguments.captions().put_on(&mut plot.chart, has_title);
    }
    Ok(plots)
}

fn against_axes(arguments: &Arguments, caller: &Caller) -> Result<Vec<Plot>, Error> {
    let models = load(&arguments.names, &arguments.import(), caller)?;
    let groups = grouped(&models)?;
    let is_folder = arguments.output.as_ref().is_some_and(|path| path.is_dir());
    let macs = XAxis::Cost(Measure::Macs);
    let axes = match arguments.x {
        Some(axis) => vec![axis],
        None if !is_folder => vec![macs],
        None => {
            let family = groups[0].model.family();
            let is_published = family.is_ok_and(|family| family.rule.coefficients.is_some());
            let has_rule = is_published || arguments.coefficients.given().is_some();
            let phi = (has_rule && groups[0].is_whole).then_some(XAxis::Phi);
            [macs, XAxis::Cost(Measure::Params)].into_iter().chain(phi).collect()
        }
    };
    let has_growth = axes.contains(&XAxis::Phi);
    arguments.check_effects(has_growth, axes.iter().any(|axis| *axis != XAxis::Phi))?;
    arguments.run.check(axes.iter().any(|axis| !matches!(axis, XAxis::Cost(_))))?;
    axes.into_iter().map(|axis| against(axis, arguments, &groups, caller)).collect()
}

/// What the addresses name, loaded in parallel; the error reported is that of the first that fails.
fn load<'a>(
    addresses: &'a [String],
    import: &Options,
    caller: &Caller,
) -> Result<Vec<Loaded<'a>>, Error> {
    let models = addresses.par_iter().map(|address| load_any(address, import, caller));
    let models: Vec<_> = models.collect();
    models.into_iter().collect()
}

/// The networks that are wanted of each family, in the order in which families are named first.
fn grouped<'a>(models: &'a [Loaded]) -> Result<Vec<Wanted<'a>>, Error> {
    let mut groups: Vec<Wanted> = Vec::new();
    let mut known = BTreeMap::new();
    for (model, member) in models {
        let index = *known.entry(model.name()).or_insert(groups.len());
        if index == groups.len() {
            groups.push(Wanted { model, is_whole: false, named: Vec::new() });
        }
        let group = &mut groups[index];
        match group.model.named(*member)? {
            None => group.is_whole = true,
            Some(member) => group.named.push(member),
        }
    }
    Ok(groups)
}

/// The chart of networks against one axis. A family without accuracies is left out, unless all are.
fn against(
    axis: XAxis,
    arguments: &Arguments,
    groups: &[Wanted],
    caller: &Caller,
) -> Result<Plot, Error> {
    let cost = match axis {
        XAxis::Cost(measure) => Cost::Counted(measure),
        XAxis::Estimate(estimate) => {
            Cost::Estimated(estimate, Box::new(arguments.run.run(estimate.key())?))
        }
        XAxis::Phi => return growth(arguments, groups, caller),
    };
    let accuracy = arguments.accuracy.as_deref();
    let y = arguments.accuracy_axis()?.unwrap_or_default();
    let selection = Selection { cost: &cost, y, accuracy, as_printed: false };
    let missing: Vec<_> = groups.iter().map(|wanted| wanted.check(&selection).err()).collect();
    let Some(hero) = missing.iter().position(Option::is_none) else {
        let first = missing.into_iter().flatten().next();
        return Err(first.unwrap_or_else(|| Error::new("nothing is named")));
    };
    let curve = |(index, wanted): (usize, &Wanted)| {
        let mut curve = Curve::default();
        match missing[index] {
            None => curve.add_wanted(None, wanted, &selection)?,
            Some(_) => curve.leave_out(wanted, &selection),
        }
        Ok((wanted.model.name().to_string(), Style::curve(index == hero), curve))
    };
    let curves: Vec<_> = groups.par_iter().enumerate().map(curve).collect();
    let curves = curves.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let title = arguments.captions().own_title().map(str::to_string);
    let law = arguments.law;
    let options = AccuracyOptions { title, y, law, ..AccuracyOptions::new(cost.clone()) };
    let panels = vec![AccuracyPanel::new(None, curves, &options)];
    let chart = charts::accuracy(&panels, &options)?;
    let of = match y {
        Accuracy::Top1 => cost.key().to_string(),
        Accuracy::Top5 => format!("{}-{}", cost.key(), y.key()),
    };
    let name = format!("{}-{of}", groups[0].model.name());
    let notes = without_laws(&panels, law);
    Ok(Plot { name, notes, ..Plot::new(chart, Shown::Accuracy(panels, cost, y)) })
}

/// Which lines have no law, where laws are drawn.
pub(super) fn without_laws(panels: &[AccuracyPanel], are_drawn: bool) -> Vec<String> {
    panels.iter().filter(|_| are_drawn).filter_map(AccuracyPanel::without_law).collect()
}

fn growth(arguments: &Arguments, groups: &[Wanted], caller: &Caller) -> Result<Plot, Error> {
    let family = groups[0].model.family()?;
    if arguments.x == Some(XAxis::Phi) && (groups.len() > 1 || !groups[0].named.is_empty()) {
        let message = "a chart of cost growth shows one family, from its baseline";
        let help = format!("name it alone, without a member: {}", family.name);
        return Err(Diagnostic::new(message).help(help).into());
    }
    caller.say_all(arguments.phi.iter().flat_map(|phis| &phis.notes));
    let chosen = arguments.coefficients.one(family)?;
    let phis = arguments.phi.as_ref().map_or(&GrowthRequest::PHIS[..], |phis| &phis.values);
    let target = arguments.target.unwrap_or(2.0);
    if arguments.run.device().is_some() {
        if arguments.convention.is_some() {
            let problem = Diagnostic::new("--convention has no effect with --device");
            return Err(problem.help("MACs are those of conv-linear").into());
        }
        return cost_growth_plot(family, chosen, target, phis, &arguments.run.run("a time")?);
    }
    let convention = arguments.convention.as_deref().unwrap_or("conv-linear");
    growth_plot(family, chosen, target, phis, convention)
}

/// The chart of a family's cost growth.
pub(super) fn growth_plot(
    family: &Family,
    chosen: Chosen,
    target: f64,
    phis: &[f64],
    convention: &str,
) -> Result<Plot, Error> {
    let rule = CostRule {
        target: Some(target),
        tolerance: f64::INFINITY,
        ..CostRule::new(chosen.coefficients)
    };
    let convention = spec::convention(convention)?;
    let growth = Growth::measure(family, rule, phis, &convention)?;
    let chart = charts::growth(family, &growth, chosen.strategy.as_deref(), &convention);
    let widths = phis.iter().map(|phi| chosen.coefficients.at(*phi).width);
    let notes = chosen.note.into_iter().chain(family.notes_at_widths(widths)).collect();
    let name = format!("{}-phi", family.name);
    let shown = Shown::Growth(family.name.clone(), Box::new(growth), convention);
    Ok(Plot { name, notes, ..Plot::new(chart, shown) })
}

/// The chart of a family's growth of MACs, activations, bytes and time.
pub(super) fn cost_growth_plot(
    family: &Family,
    chosen: Chosen,
    target: f64,
    phis: &[f64],
    run: &Deployment,
) -> Result<Plot, Error> {
    let costs = CostGrowth::measure(family, chosen.coefficients, target, phis, run)?;
    let chart = charts::cost_growth(family, &costs, chosen.strategy.as_deref());
    let widths = phis.iter().map(|phi| chosen.coefficients.at(*phi).width);
    let notes = chosen.note.into_iter().chain(family.notes_at_widths(widths)).collect();
    let name = format!("{}-time-by-phi", family.name);
    let shown = Shown::CostGrowth(family.name.clone(), Box::new(costs));
    Ok(Plot { name, notes, ..Plot::new(chart, shown) })
}

/// The chart of the cost of networks by stage.
fn stages(arguments: &Arguments, caller: &Caller) -> Result<Plot, Error> {
    arguments.check_effects(false, false)?;
    arguments.run.check(false)?;
    let import = arguments.import();
    // One after another: standard input can be read once.
    let networks = arguments.names.iter().map(|address| load_any(address, &import, caller));
    let networks = networks.collect::<Result<Vec<_>, Error>>()?;
    let mut members: Vec<(&Model, Option<&Member>)> = Vec::new();
    let mut known = BTreeSet::new();
    for (model, member) in &networks {
        let member = model.named(*member)?;
        if known.insert(model.address(member)) {
            members.push((model, member));
        }
    }
    let name = format!("{}-stages", networks[0].0.name());
    Ok(Plot { name, ..stages_plot(&members, &StagesRequest::MEASURES)? })
}

/// The chart of the cost of networks by stage, in each of the measures.
pub(super) fn stages_plot(
    networks: &[(&Model, Option<&Member>)],
    measures: &[Measure],
) -> Result<Plot, Error> {
    let by_map = networks.len() > 1;
    let mut counted = Vec::new();
    for (model, member) in networks {
        let member = *member;
        let name = model.print_name(member);
        let request = Request { member, ..Request::BASELINE };
        let scaled = model.network(&request)?;
        counted.push((name, scaled.network));
    }
    let of = |measure: Measure| {
        let bars = counted.iter();
        let bars = bars.map(|(name, network)| breakdown(name, network, measure, by_map));
        (measure, bars.collect::<Vec<_>>())
    };
    let mut sources: Vec<&str> = Vec::new();
    for (model, _) in networks {
        if !sources.contains(&model.source()) {
            sources.push(model.source());
        }
    }
    let breakdowns: Vec<_> = measures.iter().copied().map(of).collect();
    let chart = charts::stages(&breakdowns, by_map, &sources);
    Ok(Plot::new(chart, Shown::Stages(breakdowns)))
}

/// The chart of a network's layers under the roof of a device.
fn roofline(arguments: &Arguments, caller: &Caller) -> Result<Plot, Error> {
    arguments.check_effects(false, false)?;
    let [address] = &arguments.names[..] else {
        return Err(Error::new("a roofline shows one network: name it alone"));
    };
    let run = arguments.run.run("a roofline")?;
    let (model, member) = load_any(address, &arguments.import(), caller)?;
    let plot = roofline_plot(&model, model.named(member)?, &run)?;
    Ok(Plot { name: format!("{}-roofline", model.name()), ..plot })
}

/// The chart of the layers of a network that runs like this.
pub(super) fn roofline_plot(
    model: &Model,
    member: Option<&Member>,
    run: &Deployment,
) -> Result<Plot, Error> {
    let request = Request { member, ..Request::BASELINE };
    let network = model.network(&request)?.network;
    let roofline = Roofline::of(&model.print_name(member), &network, run);
    if roofline.layers.is_empty() {
        return Err(Error::new(format!("{} has no layers with multiply-adds", roofline.name)));
    }
    let chart = charts::roofline(&roofline, model.source());
    Ok(Plot::new(chart, Shown::Roofline(Box::new(roofline))))
}
