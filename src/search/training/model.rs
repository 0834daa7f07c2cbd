//! A network as a burn module, built from the tree that is counted.

// The macro writes paths that start with `burn`.
use burn_core as burn;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{Device, Tensor, activation};
use burn_nn::conv::{Conv2d, ConvTranspose2d};
use burn_nn::pool::{
    AdaptiveAvgPool2d, AdaptiveAvgPool2dConfig, AvgPool2d, AvgPool2dConfig, MaxPool2d,
    MaxPool2dConfig,
};
use burn_nn::{
    BatchNorm, BatchNormConfig, GroupNorm, GroupNormConfig, Initializer, LayerNorm,
    LayerNormConfig, Linear, LinearConfig,
};

use crate::counting::layer::{
    Activation, Layer, Norm, NormKind, Pool, PoolKind, UpsampleMode, Window,
};
use crate::counting::ledger::Part;
use crate::counting::network::Network;
use crate::counting::node::{Kind, Node};
use crate::counting::shape::Shape;
use crate::error::Error;
use crate::search::training::convolution::convolution;
use crate::search::training::layers::{
    conv, padding_config, pair, size, transposed_conv, unsupported,
};

/// A trainable network.
#[derive(Module, Debug)]
pub(super) struct Model {
    stages: Vec<Submodule>,
}

/// A node of the network's tree with its weights.
#[derive(Module, Debug)]
enum Submodule {
    Conv(Conv2d),
    TransposedConv(ConvTranspose2d),
    Linear(Linear),
    BatchNorm(BatchNorm),
    LayerNorm(LayerNorm),
    GroupNorm(GroupNorm),
    Scale(Param<Tensor<1>>),
    MaxPool(MaxPool2d),
    AveragePool(AvgPool2d),
    AdaptivePool(AdaptiveAvgPool2d),
    Fixed(Fixed),
    /// In sequence.
    Chain(Vec<Submodule>),
    /// The sum of the branches.
    Residual(Vec<Submodule>),
    /// The input times the output of the chain.
    Gate(Vec<Submodule>),
    /// The outputs of the branches, joined along the channels.
    Concat(Vec<Submodule>),
}

/// An operation without weights.
#[derive(Module, Debug)]
struct Fixed {
    #[module(skip)]
    operation: Operation,
}

#[derive(Clone, Debug)]
enum Operation {
    Activation(Activation),
    /// Dropout, which a few epochs of training do not need.
    Identity,
    Flatten,
    /// The first channels.
    Take {
        from: usize,
        channels: usize,
    },
    /// Channels shuffled between this many groups.
    Shuffle(usize),
    /// Turns the pixels of square cells into channels; the side of a cell in pixels.
    SpaceToDepth(usize),
    /// To this height and width, in pixels.
    Upsample(UpsampleMode, [usize; 2]),
}

impl Model {
    /// The network with random weights.
    pub(super) fn new(network: &Network<u64>, device: &Device) -> Result<Model, Error> {
        let stages = network.stages().iter().map(|stage| Submodule::new(&stage.node, device));
        Ok(Model { stages: stages.collect::<Result<_, _>>()? })
    }

    /// Number of trained parameters.
    pub(super) fn params(&self) -> u64 {
        let mut counter = ParamCounter(0);
        self.visit(&mut counter);
        counter.0
    }

    /// Draws all random weights now instead of at their first use.
    pub(super) fn initialise(&self) {
        self.visit(&mut Initialise);
    }

    /// Maps images, `[image, channel, row, column]`, to class scores, `[image, class]`.
    pub(super) fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let [count, ..] = images.dims();
        let scores = self.stages.iter().fold(images, |map, stage| stage.forward(map));
        let [_, channels, height, width] = scores.dims();
        scores.reshape([count, channels * height * width])
    }
}

/// Counts trained parameters, without the running means and variances of batch norms.
struct ParamCounter(u64);

impl ModuleVisitor for ParamCounter {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // Reading an uninitialised weight would initialise it.
        if !param.is_initialized() || param.is_require_grad() {
            self.0 += param.lazy_shape().num_elements() as u64;
        }
    }
}

/// Initialises every weight.
struct Initialise;

impl ModuleVisitor for Initialise {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let _ = param.val();
    }
}

impl Submodule {
    fn new(node: &Node<u64>, device: &Device) -> Result<Submodule, Error> {
        let each = |nodes: &[Node<u64>]| {
            nodes.iter().map(|node| Submodule::new(node, device)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match node.kind() {
            Kind::Layer(layer) => Submodule::layer(layer, [node.input(), node.output()], device)?,
            Kind::Chain(nodes) => Submodule::Chain(each(nodes)?),
            Kind::Residual { body, shortcut } => Submodule::Residual(vec![
                Submodule::new(body, device)?,
                Submodule::new(shortcut, device)?,
            ]),
            Kind::Gate(body) => Submodule::Gate(vec![Submodule::new(body, device)?]),
            Kind::Concat(branches) => Submodule::Concat(each(branches)?),
            Kind::Part(Part::Auxiliary, _) => {
                return Err(unsupported("auxiliary classifiers"));
            }
            Kind::Part(Part::Main | Part::Function | Part::Fused, body) => {
                Submodule::new(body, device)?
            }
            Kind::Repeat { first, rest, times } => {
                let later = (1..*times).map(|_| Submodule::new(rest, device));
                let all = std::iter::once(Submodule::new(first, device)).chain(later);
                Submodule::Chain(all.collect::<Result<_, _>>()?)
            }
            Kind::Graph(_) => return Err(unsupported("imported graphs")),
            Kind::Growing { .. } => {
                return Err(unsupported("closed forms of growing repeats"));
            }
        })
    }

    fn layer(
        layer: &Layer<u64>,
        [input, output]: [&Shape<u64>; 2],
        device: &Device,
    ) -> Result<Self, Error> {
        let fixed = |operation| Submodule::Fixed(Fixed { operation });
        let channels = size(input.channels)?;
        Ok(match layer {
            Layer::Conv(layer) => Submodule::Conv(conv(layer, channels)?.init(device)),
            Layer::TransposedConv(layer) => {
                Submodule::TransposedConv(transposed_conv(layer, channels)?.init(device))
            }
            Layer::Linear(layer) => {
                let config = LinearConfig::new(size(layer.input)?, size(layer.output)?);
                Submodule::Linear(config.with_bias(layer.bias).init(device))
            }
            Layer::Norm(layer) => norm(*layer, channels, device)?,
            Layer::Activation(layer) => fixed(Operation::Activation(*layer)),
            Layer::Pool(layer) => pool(*layer)?,
            Layer::AdaptivePool(layer) => {
                let [height, width] = layer.size;
                let output = [size(height)?, size(width)?];
                Submodule::AdaptivePool(AdaptiveAvgPool2dConfig::new(output).init())
            }
            Layer::Upsample(layer) => {
                let sides = [size(output.height)?, size(output.width)?];
                fixed(Operation::Upsample(layer.mode, sides))
            }
            Layer::Dropout(_) => fixed(Operation::Identity),
            Layer::Flatten(_) => fixed(Operation::Flatten),
            Layer::Take(layer) => {
                fixed(Operation::Take { from: size(layer.from)?, channels: size(layer.channels)? })
            }
            Layer::Shuffle(layer) => fixed(Operation::Shuffle(size(layer.groups)?)),
            Layer::SpaceToDepth(layer) => fixed(Operation::SpaceToDepth(size(layer.side)?)),
            // ConvNeXt starts at 10⁻⁶, which would stall the first epochs.
            Layer::LearnedScale(_) => Submodule::Scale(Initializer::Ones.init([channels], device)),
            Layer::Tokens(_)
            | Layer::ClassToken(_)
            | Layer::Attention(_)
            | Layer::Pad(_)
            | Layer::Crop(_)
            | Layer::Join(_)
            | Layer::Operator(_) => {
                return Err(unsupported(&format!("layer `{}`", layer.kind())));
            }
        })
    }

    fn forward(&self, map: Tensor<4>) -> Tensor<4> {
        match self {
            Submodule::Conv(layer) => convolution(layer, map),
            Submodule::TransposedConv(layer) => layer.forward(map),
            Submodule::Linear(layer) => channels_first(layer.forward(channels_last(map))),
            Submodule::BatchNorm(layer) => layer.forward(map),
            Submodule::LayerNorm(layer) => channels_first(layer.forward(channels_last(map))),
            Submodule::GroupNorm(layer) => layer.forward(map),
            Submodule::Scale(scale) => {
                let scale = scale.val();
                let [channels] = scale.dims();
                map * scale.reshape([1, channels, 1, 1])
            }
            Submodule::MaxPool(layer) => layer.forward(map),
            Submodule::AveragePool(layer) => layer.forward(map),
            Submodule::AdaptivePool(layer) => layer.forward(map),
            Submodule::Fixed(fixed) => fixed.operation.forward(map),
            Submodule::Chain(modules) => in_sequence(modules, map),
            Submodule::Residual(branches) => {
                let sum = branches.iter().map(|branch| branch.forward(map.clone()));
                sum.reduce(|sum, branch| sum + branch).unwrap_or(map)
            }
            Submodule::Gate(body) => map.clone() * in_sequence(body, map),
            Submodule::Concat(branches) => {
                let outputs = branches.iter().map(|branch| branch.forward(map.clone()));
                Tensor::cat(outputs.collect(), 1)
            }
        }
    }
}

impl Operation {
    fn forward(&self, map: Tensor<4>) -> Tensor<4> {
        let [images, channels, height, width] = map.dims();
        match *self {
            Operation::Activation(function) => activate(function, map),
            Operation::Identity => map,
            Operation::Flatten => map.reshape([images, channels * height * width, 1, 1]),
            Operation::Take { from, channels } => map.narrow(1, from, channels),
            Operation::Shuffle(groups) => map
                .reshape([images, groups, channels / groups, height * width])
                .swap_dims(1, 2)
                .reshape([images, channels, height, width]),
            Operation::Upsample(mode, sides) => {
                let mode = match mode {
                    UpsampleMode::Nearest => InterpolateMode::Nearest,
                    UpsampleMode::Bilinear => InterpolateMode::Bilinear,
                };
                let options = InterpolateOptions::new(mode).with_output_size(sides);
                interpolate(map, options.with_align_corners(false))
            }
            Operation::SpaceToDepth(side) => {
                let (rows, columns) = (height / side, width / side);
                map.reshape([images, channels, rows, side, columns, side])
                    .permute([0, 3, 5, 1, 2, 4])
                    .reshape([images, channels * side * side, rows, columns])
            }
        }
    }
}

fn in_sequence(modules: &[Submodule], map: Tensor<4>) -> Tensor<4> {
    modules.iter().fold(map, |map, module| module.forward(map))
}

fn channels_last(map: Tensor<4>) -> Tensor<4> {
    map.permute([0, 2, 3, 1])
}

fn channels_first(map: Tensor<4>) -> Tensor<4> {
    map.permute([0, 3, 1, 2])
}

fn activate(function: Activation, map: Tensor<4>) -> Tensor<4> {
    let hard_sigmoid = |map: Tensor<4>| (map + 3.0).clamp(0.0, 6.0) / 6.0;
    match function {
        Activation::Relu => activation::relu(map),
        Activation::Relu6 => map.clamp(0.0, 6.0),
        Activation::Silu => activation::silu(map),
        Activation::Sigmoid => activation::sigmoid(map),
        Activation::HardSwish => map.clone() * hard_sigmoid(map),
        Activation::HardSigmoid => hard_sigmoid(map),
        Activation::Gelu => activation::gelu(map),
    }
}

fn norm(layer: Norm, channels: usize, device: &Device) -> Result<Submodule, Error> {
    let is_affine = layer.scale && layer.shift;
    Ok(match layer.kind {
        NormKind::Batch if is_affine => {
            Submodule::BatchNorm(BatchNormConfig::new(channels).init(device))
        }
        NormKind::Layer if is_affine => {
            Submodule::LayerNorm(LayerNormConfig::new(channels).init(device))
        }
        NormKind::Group(groups) if is_affine => {
            Submodule::GroupNorm(GroupNormConfig::new(size(groups)?, channels).init(device))
        }
        // The images have mean 0 and variance 1 already.
        NormKind::Input => Submodule::Fixed(Fixed { operation: Operation::Identity }),
        NormKind::Batch | NormKind::Layer | NormKind::Group(_) => {
            return Err(unsupported("norms without scale and shift"));
        }
    })
}

fn pool(layer: Pool) -> Result<Submodule, Error> {
    let Window { kernel, stride, dilation, padding, ceil } = layer.window;
    let (kernel, stride, padding) = (pair(kernel)?, pair(stride)?, padding_config(padding)?);
    match layer.kind {
        PoolKind::Max => {
            let config = MaxPool2dConfig::new(kernel).with_strides(stride).with_padding(padding);
            let config = config.with_dilation(pair(dilation)?).with_ceil_mode(ceil);
            Ok(Submodule::MaxPool(config.init()))
        }
        PoolKind::Average if dilation == [1, 1] => {
            let config = AvgPool2dConfig::new(kernel).with_strides(stride).with_padding(padding);
            Ok(Submodule::AveragePool(config.with_ceil_mode(ceil).init()))
        }
        PoolKind::Average => Err(unsupported("dilated average pools")),
    }
}
