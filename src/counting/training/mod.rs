//! Training: multiply-adds of the backward pass, and what is kept in memory for it.
//!
//! What is kept is what eager PyTorch keeps on a processor: each layer declares it beside its memory
//! (`counting/layer/saved.rs`), and a walk through the tree counts each map once, however many layers keep it.

mod step;
mod walk;

pub use step::{
    Checkpoint, Optimizer, Precision, Settings, StepMemory, kept_bytes, largest_batch, memory,
};

use crate::counting::network::Network;

/// The training of a network, layer by layer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Training {
    /// One entry for each of the network's layers, in their order; all its repeats together.
    pub layers: Vec<LayerTraining>,
    /// One entry for each of the network's stages.
    pub stages: Vec<StageTraining>,
    /// Whether it is known what training keeps; an imported graph does not say.
    pub is_kept_known: bool,
}

/// What training one layer costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerTraining {
    /// Multiply-adds of the forward pass, for one image.
    pub forward_macs: u128,
    /// Multiply-adds of the backward pass, for one image.
    pub backward_macs: u128,
    /// The same as PyTorch's `FlopCounterMode` counts them: the gradients of a grouped convolution's weights as if it
    /// had one group (PyTorch 2.15, torch/utils/flop_counter.py, `conv_backward_flop`).
    pub torch_backward_macs: u128,
    /// What it is the first layer to keep for the backward pass.
    pub kept: Kept,
}

/// What is kept for the backward pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Elements of maps for one image.
    pub elements: u128,
    /// Statistics for one image, which stay in full precision.
    pub statistics: u128,
    /// Indices for one image.
    pub indices: u128,
    /// Statistics that all images of a batch share.
    pub batch_statistics: u128,
}

/// What training one stage needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTraining {
    /// Trained params.
    pub params: u128,
    /// What it is the first stage to keep for the backward pass.
    pub kept: Kept,
    /// Elements of its input for one image; 0 if the stage after it has the same.
    pub input: u128,
    /// What it keeps besides its input.
    pub kept_besides: Kept,
    /// Elements of the gradients of maps that are alive at once in its backward pass, for one image: never more than
    /// this.
    pub map_gradients: u128,
}

/// Bytes of a number in full precision.
const FULL: u128 = 4;

/// Bytes of an index.
const INDEX: u128 = 8;

/// The training of a network.
#[must_use]
pub fn of(network: &Network) -> Training {
    walk::training(network)
}

impl Training {
    /// Everything together.
    #[must_use]
    pub fn total(&self) -> LayerTraining {
        let mut total = LayerTraining::default();
        for layer in &self.layers {
            total.increase(layer);
        }
        total
    }
}

impl LayerTraining {
    /// Adds another layer to this one.
    pub fn increase(&mut self, other: &LayerTraining) {
        let add = |sum: &mut u128, more: u128| *sum = sum.saturating_add(more);
        add(&mut self.forward_macs, other.forward_macs);
        add(&mut self.backward_macs, other.backward_macs);
        add(&mut self.torch_backward_macs, other.torch_backward_macs);
        self.kept.increase(&other.kept);
    }
}

impl Kept {
    /// Adds what another layer keeps.
    pub fn increase(&mut self, other: &Kept) {
        let add = |sum: &mut u128, more: u128| *sum = sum.saturating_add(more);
        add(&mut self.elements, other.elements);
        add(&mut self.statistics, other.statistics);
        add(&mut self.indices, other.indices);
        add(&mut self.batch_statistics, other.batch_statistics);
    }

    /// Bytes that grow with the batch, for one image; `element` is the bytes of an element of a map.
    #[must_use]
    pub fn bytes_per_image(&self, element: u128) -> u128 {
        let elements = self.elements.saturating_mul(element);
        let statistics = self.statistics.saturating_mul(FULL);
        elements.saturating_add(statistics).saturating_add(self.indices.saturating_mul(INDEX))
    }

    /// Bytes that the images of a batch share.
    #[must_use]
    pub fn bytes_per_batch(&self) -> u128 {
        self.batch_statistics.saturating_mul(FULL)
    }

    /// Bytes for a whole batch.
    #[must_use]
    pub fn bytes(&self, element: u128, batch: u32) -> u128 {
        let images = self.bytes_per_image(element).saturating_mul(u128::from(batch));
        images.saturating_add(self.bytes_per_batch())
    }
}

#[cfg(test)]
mod tests;
