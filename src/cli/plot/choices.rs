//! The values of options that have one of a few names.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use phiscale::charts::drawing::{TextForm, Theme};
use phiscale::published::Accuracy;
use phiscale::{Estimate, Measure};

/// The x axis of a chart: a cost, an estimate, or φ with cost growth on the y axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum XAxis {
    Cost(Measure),
    Estimate(Estimate),
    Phi,
}

/// Every x axis with its name and help.
pub(super) const X_AXES: [(&str, XAxis, &str); 8] = [
    ("macs", XAxis::Cost(Measure::Macs), "Multiply-adds"),
    ("flops", XAxis::Cost(Measure::Flops), "Twice the multiply-adds"),
    ("params", XAxis::Cost(Measure::Params), "Trained parameters"),
    (
        "activations",
        XAxis::Cost(Measure::Activations),
        "Output elements of convolutions and linear layers",
    ),
    ("memory", XAxis::Cost(Measure::Memory), "Bytes of weights and peak activations"),
    ("time", XAxis::Estimate(Estimate::Time), "Estimated milliseconds on --device"),
    (
        "intensity",
        XAxis::Estimate(Estimate::Intensity),
        "FLOPs per byte read or written on --device",
    ),
    ("phi", XAxis::Phi, "The compound coefficient φ"),
];

/// The y axis of a chart: an accuracy, or the second cost of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YAxis {
    Accuracy(Accuracy),
    Cost(Measure),
}

/// Every y axis with its name and help.
pub(super) const Y_AXES: [(&str, YAxis, &str); 6] = [
    ("top1", YAxis::Accuracy(Accuracy::Top1), "The right class is the likeliest"),
    ("top5", YAxis::Accuracy(Accuracy::Top5), "The right class is among the five likeliest"),
    ("macs", YAxis::Cost(Measure::Macs), "Multiply-adds, of a sweep"),
    ("flops", YAxis::Cost(Measure::Flops), "Twice the multiply-adds, of a sweep"),
    ("params", YAxis::Cost(Measure::Params), "Trained parameters, of a sweep"),
    ("activations", YAxis::Cost(Measure::Activations), "Output elements, of a sweep"),
];

/// Every theme with its name and help.
pub(super) const THEMES: [(&str, Theme, &str); 3] = [
    ("light", Theme::Light, "Dark on white"),
    ("dark", Theme::Dark, "Light on black"),
    ("auto", Theme::Auto, "Follows the page that shows the SVG; a PNG is light"),
];

/// Every form of text in an SVG with its name and help.
pub(super) const TEXT_FORMS: [(&str, TextForm, &str); 2] = [
    ("embedded", TextForm::Embedded, "Text, with the glyphs that it uses"),
    ("paths", TextForm::Paths, "Outlines, for programs that ignore embedded fonts"),
];

/// A parser of one of a few names, each with its value and help.
pub(super) fn one_of<T: Copy + Send + Sync + 'static>(
    choices: &'static [(&str, T, &str)],
) -> impl TypedValueParser<Value = T> {
    let names = choices.iter().map(|(name, _, help)| PossibleValue::new(*name).help(*help));
    PossibleValuesParser::new(names).try_map(move |name| {
        let chosen = choices.iter().find(|(known, ..)| *known == name);
        chosen.map(|(_, value, _)| *value).ok_or("unknown name")
    })
}
