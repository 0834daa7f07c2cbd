//! The layers of a network under the roof of a device (Williams et al. 2009, doi:10.1145/1498765.1498785): what each does
//! for a byte that it moves, and how fast.

use crate::analysis::stages::map_size;
use crate::analysis::time::{Bound, Deployment, loads};
use crate::counting::network::Network;

/// A network with more stages than this is grouped by the size of its maps.
const MAX_STAGES: usize = 6;

/// A network's layers under the roof of a device.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Roofline {
    /// The network's name.
    pub name: String,
    /// How it runs.
    pub run: Deployment,
    /// Whether layers are grouped by the size of their stages' maps, not by stage.
    pub by_map: bool,
    /// The layers with multiply-adds, in the order of the forward pass; equal repeats share one entry.
    pub layers: Vec<RooflineLayer>,
    /// Seconds for a batch, of all layers.
    pub seconds: f64,
    /// The share of them in layers that are bound by memory.
    pub bound_by_memory: f64,
}

/// A layer with multiply-adds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RooflineLayer {
    /// Its path.
    pub path: String,
    /// The kind of layer.
    pub kind: String,
    /// The name of its stage, or the size of the stage's maps: `1/8`.
    pub group: String,
    /// Whether its arithmetic is not a product of matrices: a depthwise convolution.
    pub is_vector: bool,
    /// FLOPs for a batch: 2 × multiply-adds.
    pub flops: f64,
    /// Bytes read and written for a batch.
    pub bytes: f64,
    /// Seconds for a batch.
    pub seconds: f64,
    /// What bounds it.
    pub bound: Bound,
}

impl Roofline {
    /// The layers of a network that runs like this.
    #[must_use]
    pub fn of(name: &str, network: &Network, run: &Deployment) -> Self {
        let stages = network.stages();
        let by_map = stages.len() > MAX_STAGES;
        let group = |index: usize| match stages.get(index) {
            Some(stage) if by_map => map_size(network, stage),
            Some(stage) => stage.name.clone(),
            None => String::new(),
        };
        let (mut layers, mut seconds, mut by_memory) = (Vec::new(), 0.0, 0.0);
        for (kernel, load) in loads(network, run.mode, run.batch) {
            let parts = run.rates.time(&load);
            let bound = parts.bound();
            seconds += parts.seconds;
            by_memory += if bound == Bound::Memory { parts.seconds } else { 0.0 };
            if load.flops > 0.0 && load.bytes > 0.0 {
                layers.push(RooflineLayer {
                    path: kernel.path.to_string(),
                    kind: kernel.kind.to_string(),
                    group: group(kernel.stage),
                    is_vector: load.is_vector,
                    flops: load.flops,
                    bytes: load.bytes,
                    seconds: parts.seconds,
                    bound,
                });
            }
        }
        let bound_by_memory = by_memory / seconds;
        let (name, run) = (name.to_string(), run.clone());
        Roofline { name, run, by_map, layers, seconds, bound_by_memory }
    }
}

impl RooflineLayer {
    /// FLOPs for each byte.
    #[must_use]
    pub fn intensity(&self) -> f64 {
        self.flops / self.bytes
    }

    /// FLOPs in a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.flops / self.seconds
    }
}
