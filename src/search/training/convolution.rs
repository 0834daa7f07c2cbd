//! How convolutions are computed.

use burn_core::tensor::Tensor;
use burn_nn::PaddingConfig2d;
use burn_nn::conv::Conv2d;

use crate::search::training::depthwise;

/// A convolution, by the fastest way that there is for its kind.
pub(super) fn convolution(layer: &Conv2d, map: Tensor<4>) -> Tensor<4> {
    let [_, _, height, width] = map.dims();
    match depthwise::window(layer, [height, width]) {
        Some(window) => depthwise::depthwise(map, layer.weight.val(), window),
        None if is_pointwise(layer) => pointwise(layer, map),
        None => layer.forward(map),
    }
}

/// Whether every output element depends on one position of the input.
fn is_pointwise(layer: &Conv2d) -> bool {
    let padding = [PaddingConfig2d::Same, PaddingConfig2d::Explicit(0, 0, 0, 0)];
    (layer.kernel_size, layer.stride, layer.groups) == ([1, 1], [1, 1], 1)
        && padding.contains(&layer.padding)
}

/// A 1 × 1 convolution as a product of matrices, which burn computes faster, above all backward.
fn pointwise(layer: &Conv2d, map: Tensor<4>) -> Tensor<4> {
    let [images, channels, height, width] = map.dims();
    let weight = layer.weight.val();
    let [outputs, ..] = weight.dims();
    let weight = weight.reshape([1, outputs, channels]);
    let product = match (height, width) {
        (1, 1) => map.reshape([1, images, channels]).matmul(weight.swap_dims(1, 2)),
        _ => weight.matmul(map.reshape([images, channels, height * width])),
    };
    let output = product.reshape([images, outputs, height, width]);
    match &layer.bias {
        Some(bias) => output + bias.val().reshape([1, outputs, 1, 1]),
        None => output,
    }
}
