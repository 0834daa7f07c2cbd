//! Charts without a chart file: of families, and of the stages of networks.

use rayon::prelude::*;

use phiscale::accuracy::{Curve, Selection};
use phiscale::charts::{AccuracyOptions, AccuracyPanel, GrowthRequest, StagesRequest, Style};
use phiscale::growth::{CostRule, Growth};
use phiscale::onnx::Options;
use phiscale::stages::breakdown;
use phiscale::{Error, Family, Measure, Member, Model, Request, charts, spec};

use super::arguments::XAxis;
use super::{Arguments, Plot, Shown};
use crate::cli::network::load_any;

/// The charts that the arguments ask for: one, or those of a folder.
pub(super) fn draw(arguments: &Arguments) -> Result<Vec<Plot>, Error> {
    if arguments.stages {
        return Ok(vec![stages(arguments)?]);
    }
    let import = arguments.import();
    // Loaded in parallel; the error reported is that of the first name that fails.
    let models: Vec<_> =
        arguments.names.par_iter().map(|address| load_whole(address, &import)).collect();
    let models = models.into_iter().collect::<Result<Vec<Model>, Error>>()?;
    let is_folder = arguments.output.as_ref().is_some_and(|path| path.is_dir());
    let macs = XAxis::Cost(Measure::Macs);
    let axes = match arguments.x {
        Some(axis) => vec![axis],
        None if !is_folder => vec![macs],
        None => {
            let family = models[0].family();
            let is_published = family.is_ok_and(|family| family.rule.coefficients.is_some());
            let has_rule = is_published || arguments.coefficients.are_given();
            let phi = has_rule.then_some(XAxis::Phi);
            [macs, XAxis::Cost(Measure::Params)].into_iter().chain(phi).collect()
        }
    };
    axes.into_iter().map(|axis| against(axis, arguments, &models)).collect()
}

fn load_whole(address: &str, import: &Options) -> Result<Model, Error> {
    let (model, member) = load_any(address, import)?;
    match model.named(member)? {
        None => Ok(model),
        Some(_) => Err(Error::new("a chart shows whole families: name the spec without a member")),
    }
}

/// The chart of families against one axis.
fn against(axis: XAxis, arguments: &Arguments, models: &[Model]) -> Result<Plot, Error> {
    let measure = match axis {
        XAxis::Cost(measure) => measure,
        XAxis::Phi => return growth(arguments, models[0].family()?, models.len()),
    };
    let accuracy = arguments.accuracy.as_deref();
    let selection = Selection { measure, accuracy, as_printed: false };
    let curve = |(index, model): (usize, &Model)| {
        let mut curve = Curve::default();
        curve.add_family(None, model, &selection)?;
        Ok((model.name().to_string(), Style::curve(index == 0), curve))
    };
    let curves: Vec<_> = models.par_iter().enumerate().map(curve).collect();
    let curves = curves.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let options = AccuracyOptions::new(measure);
    let panels = vec![AccuracyPanel::new(None, curves, &options)];
    let chart = charts::accuracy(&panels, &options)?;
    let name = format!("{}-{}", models[0].name(), measure.key());
    Ok(Plot { name, ..Plot::new(chart, Shown::Accuracy(panels, measure)) })
}

fn growth(arguments: &Arguments, family: &Family, count: usize) -> Result<Plot, Error> {
    if count > 1 && arguments.x == Some(XAxis::Phi) {
        return Err(Error::new("a chart of cost growth shows one family"));
    }
    let chosen = arguments.coefficients.one(family)?;
    let rule = CostRule {
        target: Some(arguments.target),
        tolerance: f64::INFINITY,
        ..CostRule::new(chosen.coefficients)
    };
    let phis = arguments.phi.as_ref().map_or(&GrowthRequest::PHIS[..], |phis| &phis.0);
    let mut plot = growth_plot(family, rule, phis, &arguments.convention)?;
    plot.notes.extend(chosen.note);
    Ok(plot)
}

/// The chart of a family's cost growth.
pub(super) fn growth_plot(
    family: &Family,
    rule: CostRule,
    phis: &[f64],
    name: &str,
) -> Result<Plot, Error> {
    let convention = spec::convention(name)?;
    let growth = Growth::measure(family, rule, phis, &convention)?;
    let chart = charts::growth(family, &growth, &convention);
    let notes = family.notes_at_widths(phis.iter().map(|phi| rule.coefficients.at(*phi).width));
    let name = format!("{}-phi", family.name);
    let shown = Shown::Growth(family.name.clone(), Box::new(growth), convention);
    Ok(Plot { name, notes, ..Plot::new(chart, shown) })
}

/// The chart of the cost of networks by stage.
fn stages(arguments: &Arguments) -> Result<Plot, Error> {
    let import = arguments.import();
    let networks = arguments.names.iter().map(|address| load_any(address, &import));
    let networks = networks.collect::<Result<Vec<_>, Error>>()?;
    let members = networks.iter().map(|(model, member)| Ok((model, model.named(*member)?)));
    let members = members.collect::<Result<Vec<_>, Error>>()?;
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
