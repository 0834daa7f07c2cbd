//! Figures as publications print them: of members of a family, and of networks that have no layer spec.

use crate::counting::measure::Measure;
use crate::counting::units::Figure;
use crate::error::{Diagnostic, Error, Source};
pub use crate::families::accuracy::{Accuracy, Uncertainty};
use crate::families::declared::{Key, Table, Takes};
use crate::families::spec::reader::{self, Item, Reader};

/// What a publication prints about one network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    /// Where it is printed, with the version.
    pub source: String,
    /// Trained parameters.
    pub params: Option<Figure>,
    /// Multiply-adds per image; many publications call them FLOPs.
    pub macs: Option<Figure>,
    /// Output elements of convolutions and linear layers per image.
    pub activations: Option<Figure>,
    /// ImageNet top-1 accuracy in percent.
    pub top1: Option<f64>,
    /// ImageNet top-5 accuracy in percent.
    pub top5: Option<f64>,
    /// How uncertain the top-1 accuracy is, if known.
    pub top1_uncertainty: Option<Uncertainty>,
    /// How uncertain the top-5 accuracy is, if known.
    pub top5_uncertainty: Option<Uncertainty>,
}

/// A network in a file of published figures.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedNetwork {
    /// Its name in the file.
    pub name: String,
    /// The address of a spec that counts it, such as `resnet:50`.
    pub address: Option<String>,
    /// Its printed figures.
    pub figures: Published,
}

impl Published {
    /// An accuracy in percent.
    #[must_use]
    pub fn accuracy(&self, of: Accuracy) -> Option<f64> {
        match of {
            Accuracy::Top1 => self.top1,
            Accuracy::Top5 => self.top5,
        }
    }

    /// How uncertain an accuracy is, if known.
    #[must_use]
    pub fn uncertainty(&self, of: Accuracy) -> Option<Uncertainty> {
        match of {
            Accuracy::Top1 => self.top1_uncertainty,
            Accuracy::Top5 => self.top5_uncertainty,
        }
    }

    /// The same costs with the accuracies of another publication, and its source.
    #[must_use]
    pub fn with_accuracies_of(self, other: &Published) -> Published {
        let Published { params, macs, activations, .. } = self;
        Published { params, macs, activations, ..other.clone() }
    }

    /// Whether params, MACs or activations are printed.
    #[must_use]
    pub fn has_cost(&self) -> bool {
        self.params.is_some() || self.macs.is_some() || self.activations.is_some()
    }

    /// The printed cost; `None` for memory, which papers do not print.
    #[must_use]
    pub fn cost(&self, measure: Measure) -> Option<f64> {
        let (figure, factor) = match measure {
            Measure::Macs => (&self.macs, 1.0),
            Measure::Flops => (&self.macs, 2.0),
            Measure::Params => (&self.params, 1.0),
            Measure::Activations => (&self.activations, 1.0),
            Measure::Memory => return None,
        };
        figure.as_ref().map(|figure| factor * figure.value)
    }
}

/// The keys of a file of published figures.
pub(crate) const FILE: Table = Table::new(&[&[
    Key::required("title", Takes::Text, "What the figures are of."),
    Key::required("source", Takes::Text, "Where they are printed, with the version."),
    Key::new("about", Takes::Text, "Remarks for readers of the file."),
    Key::required(
        "network",
        Takes::Table(&Table::named(&Takes::Table(&NETWORK))),
        "Networks, by name.",
    ),
]]);

const NETWORK: Table = Table {
    one_of: &[&["params", "macs", "activations", "spec"]],
    ..Table::new(&[
        &[
            Key::new("source", Takes::Text, "Where its figures are printed, if elsewhere."),
            Key::new(
                "spec",
                Takes::Text,
                "The address of a spec that counts it, such as resnet:50.",
            ),
            Key::new("input", Takes::Whole(1), "Side of an image in pixels."),
        ],
        &COSTS,
        &ACCURACIES,
    ])
};

/// Printed costs.
pub(crate) const COSTS: [Key; 3] = [
    Key::new("params", FIGURE, "Trained params as printed, such as \"5.3M\"."),
    Key::new("macs", FIGURE, "Multiply-adds per image as printed, such as \"0.39B\"."),
    Key::new("activations", FIGURE, "Activations per image as printed, in elements."),
];

/// Printed accuracies.
pub(crate) const ACCURACIES: [Key; 2] = [
    Key::new("top1", Takes::Percent, "ImageNet top-1 accuracy, in percent."),
    Key::new("top5", Takes::Percent, "ImageNet top-5 accuracy, in percent."),
];

/// What [`Figure::parse`] reads.
const FIGURE: Takes = Takes::Matching(r"^\s*[0-9.][0-9._,]*\s*[TBGMKk]?\s*$");

/// Reads a file of published figures; `path` is its name in messages.
pub fn read(path: &str, text: &str) -> Result<Vec<PublishedNetwork>, Error> {
    reader::read(&Source::new(path, text), "the file", &FILE, |mut reader| {
        reader.required_text("title");
        let source = reader.required_text("source").map_or("", |source| source.value);
        reader.text("about");
        let table = reader.required("network");
        let table = table.and_then(|item| reader.reader("network", item, "`network`"));
        reader.finish(&[]);
        let table = table?;
        let networks = table.rest().into_iter();
        let networks =
            networks.filter_map(|(name, item)| network(name.value, item, source, &table));
        Some(networks.collect())
    })
}

fn network(name: &str, item: Item, source: &str, table: &Reader) -> Option<PublishedNetwork> {
    let mut reader = table.reader(name, item, format!("network `{name}`"))?;
    let source = reader.text("source").map_or(source, |source| source.value);
    let figures = figures(&mut reader, source);
    let address = reader.text("spec").map(|spec| spec.value.to_string());
    reader.integer("input");
    if !figures.has_cost() && address.is_none() {
        let label = "needs `params`, `macs`, `activations` or `spec`";
        reader.problem(format!("{} has no cost", reader.what), reader.span, label);
    }
    reader.finish(&[]);
    Some(PublishedNetwork { name: name.to_string(), address, figures })
}

/// The figures in a table.
pub(crate) fn figures(reader: &mut Reader, source: &str) -> Published {
    Published {
        source: source.to_string(),
        top1: percent(reader, "top1"),
        top5: percent(reader, "top5"),
        ..costs(reader)
    }
}

/// The costs in a table.
pub(crate) fn costs(reader: &mut Reader) -> Published {
    Published {
        params: figure(reader, "params"),
        macs: figure(reader, "macs"),
        activations: figure(reader, "activations"),
        ..Published::default()
    }
}

/// The value of a key as a percentage.
fn percent(reader: &mut Reader, key: &str) -> Option<f64> {
    let item = reader.item(key)?;
    percentage(reader, key, item)
}

/// A value of a key as a percentage.
pub(crate) fn percentage(reader: &Reader, key: &str, item: Item) -> Option<f64> {
    let number = item.number().filter(|number| number.is_finite());
    let percent = reader.numeric(key, item, "a finite number", number)?;
    if let Some(help) = misread_percent(percent.value) {
        reader.problem(format!("`{key}` must be {help}"), percent.span, "a fraction");
        return Some(percent.value);
    }
    if (0.0..=100.0).contains(&percent.value) {
        return Some(percent.value);
    }
    reader.problem(format!("`{key}` must be a percentage from 0 to 100"), percent.span, "here");
    None
}

fn figure(reader: &mut Reader, key: &str) -> Option<Figure> {
    let text = reader.text(key)?;
    let figure = Figure::parse(text.value);
    if figure.is_none() {
        let message = format!("`{}` is not a figure", text.value);
        let problem = Diagnostic::new(message).at(text.span, "here");
        let help = "write figures as printed: \"5.3M\", \"0.39B\", \"5,288,548\"";
        reader.problems.add(problem.help(help));
    }
    figure
}

/// How to write a percentage that was probably given as a fraction: hardly any accuracy is below 1 %.
pub(crate) fn misread_percent(value: f64) -> Option<String> {
    // Rounded, since 0.631 × 100 is not exactly 63.1.
    let percent = (value * 1e8).round() / 1e6;
    (value > 0.0 && value < 1.0).then(|| format!("in percent: {percent}, not {value}"))
}
