//! Draws a chart file: loads, counts and plots the networks that it names.

use std::path::Path;

use rayon::prelude::*;

use phiscale::charts::file::ChartKind;
use phiscale::charts::{
    AccuracyOptions, AccuracyPanel, AccuracyRequest, Captions, GrowthRequest, MeasuredTimesRequest,
    RooflineRequest, StagesRequest, file,
};
use phiscale::device::Mode;
use phiscale::onnx::Options;
use phiscale::{Cost, Error, charts};

use super::families::{cost_growth_plot, growth_plot, roofline_plot, stages_plot, without_laws};
use super::loader::{Loader, at};
use super::measured::measured_plot;
use super::page::Page;
use super::series::{addresses, resolve};
use super::{Plot, Shown};
use crate::cli::Caller;
use crate::cli::arguments::Chosen;

/// Draws the chart file at `path`; `captions` replace its own.
pub(super) fn draw(
    path: &Path,
    text: &str,
    import: Options,
    captions: Captions,
    caller: &Caller,
) -> Result<Plot, Error> {
    let file = file::read(&path.to_string_lossy(), text)?;
    let captions = captions.or(file.captions);
    let mut loader = Loader::new(path, import, caller);
    let fonts = loader.fonts(&file.fonts)?;
    let mut plot = match &file.kind {
        ChartKind::Accuracy(request) => accuracy(request, captions.own_title(), &mut loader)?,
        ChartKind::Growth(request) => growth(request, &mut loader)?,
        ChartKind::Stages(request) => stages(request, &mut loader)?,
        ChartKind::Roofline(request) => roofline(request, &mut loader)?,
        ChartKind::MeasuredTimes(request) => measured_times(request, &mut loader)?,
    };
    plot.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    captions.put_on(&mut plot.chart, matches!(file.kind, ChartKind::Accuracy(_)));
    let page = Page { size: file.size, font_size: file.font_size, fonts };
    Ok(Plot { page, themes: file.themes, read: loader.into_read(), ..plot })
}

fn accuracy(
    request: &AccuracyRequest,
    title: Option<&str>,
    loader: &mut Loader,
) -> Result<Plot, Error> {
    request.published.iter().try_for_each(|path| loader.load_published(path))?;
    let mut wanted = Vec::new();
    for series in request.panels.iter().flat_map(|panel| &panel.series) {
        wanted.extend(addresses(series, loader)?);
    }
    loader.load(&wanted)?;
    let title = title.map(str::to_string);
    let options = &mut AccuracyOptions { title, ..request.options.clone() };
    if let Some((estimate, run)) = &request.estimate {
        options.cost = Cost::Estimated(*estimate, Box::new(loader.run(run)?));
    }
    let options = &*options;
    let loader = &*loader;
    let panels = request.panels.iter().map(|panel| {
        // Curves are counted in parallel; the error reported is that of the first series that fails.
        let resolved = panel.series.par_iter().map(|series| resolve(series, options, loader));
        let curves = resolved.collect::<Vec<_>>().into_iter().collect::<Result<Vec<_>, _>>()?;
        let dataset = panel.dataset.clone();
        Ok(AccuracyPanel { dataset, ..AccuracyPanel::new(panel.title.clone(), curves, options) })
    });
    let panels = panels.collect::<Result<Vec<_>, Error>>()?;
    let chart = charts::accuracy(&panels, options)?;
    let notes = without_laws(&panels, options.law);
    let shown = Shown::Accuracy(panels, options.cost.clone(), options.y);
    Ok(Plot { notes, ..Plot::new(chart, shown) })
}

fn growth(request: &GrowthRequest, loader: &mut Loader) -> Result<Plot, Error> {
    loader.load(std::slice::from_ref(&request.family))?;
    let family = loader.model(&request.family)?.family();
    let family = family.map_err(|error| at(error, &request.family.span))?;
    let chosen = Chosen::of(family)?;
    let family = family.clone();
    if let Some(run) = &request.run {
        let run = loader.run(run)?;
        return cost_growth_plot(&family, chosen, request.target, &request.phis, &run);
    }
    let (phis, convention) = (&request.phis, &request.convention.value);
    let plot = growth_plot(&family, chosen, request.target, phis, convention);
    plot.map_err(|error| at(error, &request.convention.span))
}

fn stages(request: &StagesRequest, loader: &mut Loader) -> Result<Plot, Error> {
    loader.load(&request.networks)?;
    let network = |address| Ok((loader.model(address)?, loader.find(address)?.1));
    let networks = request.networks.iter().map(network).collect::<Result<Vec<_>, Error>>()?;
    stages_plot(&networks, &request.measures)
}

fn roofline(request: &RooflineRequest, loader: &mut Loader) -> Result<Plot, Error> {
    loader.load(std::slice::from_ref(&request.network))?;
    let run = loader.run(&request.run)?;
    let (model, member) = loader.find(&request.network)?;
    roofline_plot(model, member, &run)
}

fn measured_times(request: &MeasuredTimesRequest, loader: &mut Loader) -> Result<Plot, Error> {
    let run = loader.run(&request.run)?;
    let path = loader.path(&request.runs);
    let mode = Mode { training: request.training, ..run.mode };
    let plot = measured_plot(&path, run.device, mode, &loader.import, loader.caller);
    plot.map_err(|error| at(error, &request.runs.span))
}
