//! What was printed about networks that have no layer spec: their costs and accuracies, with sources.

use crate::counting::units::Figure;
use crate::error::Span;

/// A file of published figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// What it is called.
    pub title: String,
    /// Its networks, in order.
    pub networks: Vec<PublishedNetwork>,
}

/// A network as a publication prints it.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedNetwork {
    /// Its name there.
    pub name: String,
    /// Its address, where a spec has it: its costs can then be counted.
    pub address: Option<String>,
    /// Its costs as printed.
    pub printed: Printed,
    /// ImageNet top-1 accuracy in percent.
    pub top1: Option<f64>,
    /// ImageNet top-5 accuracy in percent.
    pub top5: Option<f64>,
    /// Pixels of a side of its input.
    pub input: Option<u64>,
    /// Where all of that is printed, with the version.
    pub source: String,
    /// Where it is written.
    pub span: Span,
}

/// Costs as somebody printed them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Printed {
    /// Parameters.
    pub params: Option<Figure>,
    /// Multiply-adds, whatever the publication calls them.
    pub macs: Option<Figure>,
    /// Output elements of convolutions and linear layers.
    pub activations: Option<Figure>,
}

impl Printed {
    /// Whether nothing is printed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.params.is_none() && self.macs.is_none() && self.activations.is_none()
    }
}

impl Publication {
    /// The network with this name, whatever its case.
    #[must_use]
    pub fn network(&self, name: &str) -> Option<&PublishedNetwork> {
        self.networks.iter().find(|network| network.name.eq_ignore_ascii_case(name))
    }
}
