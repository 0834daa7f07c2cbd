//! What the layers of a network ask of a device, for one batch.

use crate::analysis::time::training::Passes;
use crate::counting::kernels::{self, Kernel};
use crate::counting::network::Network;
use crate::families::device::Mode;

/// What a layer asks of a device for one batch, all its repeats together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// FLOPs: 2 × multiply-adds.
    pub flops: f64,
    /// Whether its arithmetic is not a product of matrices: a depthwise convolution.
    pub is_vector: bool,
    /// Bytes read and written.
    pub bytes: f64,
    /// How often a kernel is launched for it; 0 if it runs within the layer before it.
    pub launches: f64,
}

/// Every layer with its load.
#[must_use]
pub fn loads(network: &Network, mode: Mode, batch: u32) -> Vec<(Kernel<'_>, Load)> {
    let mut kernels = kernels::of(network);
    let mut is_fused = vec![false; kernels.len()];
    if mode.compiled {
        for index in 1..kernels.len() {
            is_fused[index] = fuse(&mut kernels, index);
        }
    }
    let first = kernels.iter().position(|kernel| kernel.product.is_some());
    let loads = kernels.into_iter().zip(is_fused).enumerate().map(|(index, (kernel, is_fused))| {
        let forward = forward(&kernel, is_fused, mode, batch);
        if !mode.training {
            return (kernel, forward);
        }
        let passes = Passes::of(kernel.work, first == Some(index));
        let load = passes.load(&forward, kernel.stored as f64 * kernel.times as f64);
        (kernel, load)
    });
    loads.collect()
}

/// Runs a kernel within the one before it, if both are elementwise.
fn fuse(kernels: &mut [Kernel], index: usize) -> bool {
    let Some(fusion) = kernels[index].fusion.filter(|_| kernels[index - 1].is_elementwise) else {
        return false;
    };
    kernels[index].read = kernels[index].read.saturating_sub(fusion.read);
    let before = &mut kernels[index - 1];
    before.written = before.written.saturating_sub(fusion.written);
    true
}

fn forward(kernel: &Kernel, is_fused: bool, mode: Mode, batch: u32) -> Load {
    let (times, images) = (kernel.times as f64, f64::from(batch));
    let moved = kernel.read.saturating_add(kernel.written) as f64 * images + kernel.stored as f64;
    Load {
        flops: 2.0 * kernel.macs as f64 * images * times,
        is_vector: kernel.product.is_some_and(|product| product.is_depthwise),
        bytes: moved * mode.dtype.bytes() as f64 * times,
        launches: if is_fused { 0.0 } else { times },
    }
}
