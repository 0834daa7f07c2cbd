//! Depthwise convolutions as an operation of burn's processor backend, with a backward pass. burn computes the gradient
//! of their weights by one convolution for each channel, which took a third of a training step.

// The macro writes paths that start with `burn`.
use burn_core as burn;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::autodiff::{Autodiff, NodeId};
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    AutodiffBackend, Backend, Dispatch, Flex, FlexDevice, TensorMetadata, backend_extension,
};
use burn::tensor::{Tensor, TensorData};
use burn_nn::PaddingConfig2d;
use burn_nn::conv::Conv2d;

use crate::search::training::planes::{Planes, Window};

/// The window of a depthwise convolution without bias on a map of these sides; `None` for other layers.
pub(super) fn window(layer: &Conv2d, sides: [usize; 2]) -> Option<Window> {
    let [outputs, inputs, _, _] = layer.weight.lazy_shape().dims();
    if inputs != 1 || layer.groups != outputs || layer.bias.is_some() {
        return None;
    }
    let padding = match layer.padding {
        PaddingConfig2d::Valid => [0; 4],
        PaddingConfig2d::Explicit(top, left, bottom, right) => [top, left, bottom, right],
        PaddingConfig2d::Same => {
            let [rows, columns] = [0, 1].map(|axis| same_padding(layer, sides, axis));
            [rows[0], columns[0], rows[1], columns[1]]
        }
    };
    let Conv2d { kernel_size: kernel, stride, dilation, .. } = *layer;
    Some(Window { kernel, stride, dilation, padding })
}

/// The zeros before and behind a side: as many as give an output for every stride. The larger half comes behind.
fn same_padding(layer: &Conv2d, sides: [usize; 2], axis: usize) -> [usize; 2] {
    let stride = layer.stride[axis];
    let reach = (sides[axis].div_ceil(stride).max(1) - 1) * stride + layer.kernel_size[axis];
    let zeros = reach.saturating_sub(sides[axis]);
    [zeros / 2, zeros - zeros / 2]
}

/// Convolves `[image, channel, row, column]` with weights `[channel, 1, row, column]`.
pub(super) fn depthwise(map: Tensor<4>, weight: Tensor<4>, window: Window) -> Tensor<4> {
    let output = Dispatch::depthwise(map.into_dispatch(), weight.into_dispatch(), window);
    Tensor::from_dispatch(output)
}

/// Backends with depthwise convolutions.
#[backend_extension(Flex, Autodiff)]
pub(super) trait DepthwiseBackend: Backend {
    fn depthwise(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self>;

    /// The gradients of map and weight, from that of the output.
    fn depthwise_backward(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        window: Window,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}

impl DepthwiseBackend for Flex {
    fn depthwise(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        let shape = map.shape().dims::<4>();
        let planes = Planes::new(shape, window);
        let (map, weight) = (map.to_contiguous(), weight.to_contiguous());
        let output = planes.forward(map.storage(), weight.storage());
        tensor(output, planes.output_shape())
    }

    fn depthwise_backward(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        window: Window,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (shape, weight_shape) = (map.shape().dims::<4>(), weight.shape().dims::<4>());
        let planes = Planes::new(shape, window);
        let [map, weight, gradient] = [map, weight, gradient].map(|one| one.to_contiguous());
        let (of_map, of_weight) =
            planes.backward(map.storage(), weight.storage(), gradient.storage());
        (tensor(of_map, shape), tensor(of_weight, weight_shape))
    }
}

fn tensor(values: Vec<f32>, shape: [usize; 4]) -> FloatTensor<Flex> {
    Flex::float_from_data(TensorData::new(values, shape), &FlexDevice)
}

impl<B: DepthwiseBackend, C: CheckpointStrategy> DepthwiseBackend for Autodiff<B, C> {
    fn depthwise(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        let nodes = [map.node(), weight.node()];
        match DepthwiseStep.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut step) => {
                let state = (step.checkpoint(&map), step.checkpoint(&weight), window);
                let output = B::depthwise(map.into_primitive(), weight.into_primitive(), window);
                step.finish(state, output)
            }
            OpsKind::UnTracked(step) => {
                step.finish(B::depthwise(map.into_primitive(), weight.into_primitive(), window))
            }
        }
    }

    /// Gradients of gradients are not needed.
    fn depthwise_backward(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        window: Window,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (map, weight) = (map.into_primitive(), weight.into_primitive());
        let gradient = gradient.into_primitive();
        let (of_map, of_weight) = B::depthwise_backward(map, weight, gradient, window);
        (Self::from_inner(of_map), Self::from_inner(of_weight))
    }
}

/// The backward step.
#[derive(Debug)]
struct DepthwiseStep;

impl<B: DepthwiseBackend> Backward<B, 2> for DepthwiseStep {
    /// Map and weight, and the window.
    type State = (NodeId, NodeId, Window);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let (map, weight, window) = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let map = checkpointer.retrieve_node_output(map);
        let weight = checkpointer.retrieve_node_output(weight);
        let (of_map, of_weight) = B::depthwise_backward(map, weight, gradient, window);
        for (node, gradient) in ops.parents.into_iter().zip([of_map, of_weight]) {
            if let Some(node) = node {
                gradients.register::<B>(node.id, gradient);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;
    use burn_nn::conv::Conv2dConfig;

    use super::*;

    /// Output and gradients of a layer, by `convolve`.
    fn results(
        layer: &Conv2d,
        map: &Tensor<4>,
        convolve: impl Fn(&Conv2d, Tensor<4>) -> Tensor<4>,
    ) -> [Vec<f32>; 3] {
        let map = map.clone().require_grad();
        let output = convolve(layer, map.clone());
        // Outputs weigh differently, so that no gradient is right by accident.
        let loss = (output.clone() * output.clone() * output.clone()).sum();
        let gradients = loss.backward();
        let of_map = map.grad(&gradients).expect("the map's gradient");
        let of_weight = layer.weight.val().grad(&gradients).expect("the weights' gradient");
        [output.inner(), of_map, of_weight]
            .map(|tensor| tensor.into_data().try_to_vec().expect("32-bit floats"))
    }

    #[test]
    fn an_own_operation_is_what_burn_computes() {
        let device = crate::search::training::training_loop::device().autodiff();
        let explicit = PaddingConfig2d::Explicit(1, 1, 1, 1);
        for (kernel, stride, padding, sides) in [
            (3, 1, PaddingConfig2d::Same, [8, 8]),
            (3, 2, PaddingConfig2d::Same, [9, 8]),
            (5, 2, PaddingConfig2d::Same, [7, 12]),
            (3, 2, explicit, [8, 5]),
        ] {
            let config = Conv2dConfig::new([6, 6], [kernel, kernel]).with_groups(6);
            let config = config.with_stride([stride, stride]).with_padding(padding);
            let layer = config.with_bias(false).init(&device);
            let [height, width] = sides;
            let spread = Distribution::Uniform(-1.0, 1.0);
            let map = Tensor::<4>::random([2, 6, height, width], spread, &device);
            let own = results(&layer, &map, |layer, map| {
                let window = window(layer, sides).expect("a depthwise convolution");
                depthwise(map, layer.weight.val(), window)
            });
            let of_burn = results(&layer, &map, Conv2d::forward);
            for (own, of_burn) in own.iter().zip(&of_burn) {
                assert_eq!(own.len(), of_burn.len());
                let far = own.iter().zip(of_burn).find(|(a, b)| (*a - *b).abs() > 1e-3);
                assert_eq!(far, None, "kernel {kernel}, stride {stride}, {sides:?}");
            }
        }
    }
}
