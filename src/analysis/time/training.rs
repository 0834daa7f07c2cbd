//! What a step of training adds to the forward pass: the backward pass, kernel by kernel, and the update of the params.

use crate::counting::kernels::Work;

/// Bytes that an update moves for each param: SGD with momentum reads the param, its gradient and its momentum, and
/// writes the param and its momentum, 4 bytes each.
pub(super) const UPDATE_BYTES: f64 = 5.0 * 4.0;

/// How much of a layer's forward pass a whole step takes, forward pass included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Passes {
    /// Times the arithmetic.
    pub(super) flops: f64,
    /// Times the traffic.
    pub(super) bytes: f64,
    /// Times the launches.
    pub(super) launches: f64,
}

impl Passes {
    /// `is_first`: whether the layer reads the image, whose gradient nobody needs.
    pub(super) fn of(work: Work, is_first: bool) -> Self {
        let [flops, bytes, launches] = match work {
            // The gradient of its input and that of its weights, each as expensive as the forward pass.
            Work::Product if is_first => [2.0, 2.0, 2.0],
            Work::Product => [3.0, 3.0, 3.0],
            // Two gradients for each of both products, and the scores once more (Dao 2023, arXiv:2307.08691, section 3.1).
            Work::Attention => [3.5, 3.0, 2.0],
            // Forward: two reads, for the statistics and the norm, and a write. Backward: input and gradient, twice, and
            // a write. 8 maps instead of 2.
            Work::BatchNorm => [3.0, 4.0, 4.0],
            // Backward: input and gradient, for the gradient of the input and for those of scale and shift, and a write.
            Work::Norm => [3.0, 3.5, 3.0],
            // Backward: the gradient of the map (3 maps), that of the gate as a product and a sum (4), and the sum of both
            // gradients of the map (3). 12 maps instead of 2.
            Work::Multiply => [3.0, 6.0, 5.0],
            // Backward: input and gradient read, and a write: 5 maps instead of 2.
            Work::Elementwise => [2.0, 2.5, 2.0],
            // Of a sum, the gradients of both branches are added: 6 maps instead of 3.
            Work::Add | Work::Copy => [2.0, 2.0, 2.0],
        };
        Passes { flops, bytes, launches }
    }
}
