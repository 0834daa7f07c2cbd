//! Baselines: counts saved in a file, to compare later counts with.

mod comparison;
mod file;
mod settings;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::counting::layer::Settings;
use crate::counting::ledger::{Event, Ledger};
use crate::counting::network::{Network, PlacedLayer};
use crate::counting::shape::Shape;
pub use comparison::{BaselineComparison, LayerChange, TotalChange};
pub(crate) use file::BASELINE;
pub use file::{read, write};

/// The counts of one network, fine enough to say what changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkCounts {
    /// The network's address.
    pub network: String,
    /// The shape of the network's input.
    pub input: MapShape,
    /// The totals for one image.
    pub totals: Totals,
    /// The layers; equal repeats share an entry.
    pub layers: Vec<LayerCounts>,
}

/// The stored values of a network or layer, and its cost for one image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Trained parameters.
    pub params: u64,
    /// Stored statistics of norms.
    pub norm_stats: u64,
    /// Multiply-adds.
    pub macs: u64,
    /// Output elements of convolutions, linear layers and products of maps.
    pub activations: u64,
}

/// The counts of one layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerCounts {
    /// The layer's path: `stem/conv`.
    pub name: String,
    /// The layer's kind: `conv`.
    pub kind: String,
    /// How often the layer is repeated.
    pub repeats: u64,
    /// The shape of the input.
    pub input: MapShape,
    /// The shape of the output.
    pub output: MapShape,
    /// Kernel, stride, groups and the like; `None` if the file was written before they were saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// The totals of all repeats together, for one image.
    pub totals: Totals,
}

/// The shape of a feature map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapShape {
    /// Channels.
    pub channels: u64,
    /// Rows, in pixels.
    pub height: u64,
    /// Columns, in pixels.
    pub width: u64,
}

impl NetworkCounts {
    /// Counts a network.
    #[must_use]
    pub fn new(name: &str, network: &Network<u64>) -> Self {
        let layer = |placed: &PlacedLayer| LayerCounts {
            name: placed.path.clone(),
            kind: placed.layer.kind().into(),
            repeats: placed.times,
            input: MapShape::new(&placed.input),
            output: MapShape::new(&placed.output),
            settings: Some(placed.settings()),
            totals: Totals::new(&placed.ledger()),
        };
        NetworkCounts {
            network: name.into(),
            input: MapShape::new(network.input()),
            totals: Totals::new(&network.ledger()),
            layers: network.layers().iter().map(layer).collect(),
        }
    }
}

impl MapShape {
    fn new(shape: &Shape<u64>) -> Self {
        MapShape { channels: shape.channels, height: shape.height, width: shape.width }
    }
}

/// Writes `channels × height × width`.
impl fmt::Display for MapShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}×{}", self.channels, self.height, self.width)
    }
}

impl Totals {
    fn new(cost: &Ledger<u64>) -> Self {
        let total = |events| cost.sum(events);
        Totals {
            params: total(Event::PARAMS),
            norm_stats: total(Event::STATISTICS),
            macs: total(Event::MACS),
            activations: total(Event::ACTIVATIONS),
        }
    }

    /// The totals with their JSON keys.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 4] {
        [
            ("params", self.params),
            ("norm_stats", self.norm_stats),
            ("macs", self.macs),
            ("activations", self.activations),
        ]
    }
}
