//! A network as a module of burn, built from the tree that is counted.

// The macro writes paths that start with `burn`.
use burn_core as burn;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{Device, Tensor, activation};
use burn_nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn_nn::pool::{
    AdaptiveAvgPool2d, AdaptiveAvgPool2dConfig, AvgPool2d, AvgPool2dConfig, MaxPool2d,
    MaxPool2dConfig,
};
use burn_nn::{
    BatchNorm, BatchNormConfig, GroupNorm, GroupNormConfig, Initializer, LayerNorm,
    LayerNormConfig, Linear, LinearConfig, PaddingConfig2d,
};
use thiserror::Error;

use crate::counting::layer::{
    Activation, Conv, Layer, Norm, NormKind, Padding, Pool, PoolKind, TransposedConv, UpsampleMode,
    Window,
};
use crate::counting::ledger::Part;
use crate::counting::network::Network;
use crate::counting::node::{Kind, Node};
use crate::counting::shape::Shape;

/// What the built-in trainer cannot train.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the built-in trainer has no {0}")]
pub struct Untrainable(String);

/// A network that can learn.
#[derive(Module, Debug)]
pub(super) struct Model {
    stages: Vec<Piece>,
}

/// A node of the tree, with its weights.
#[derive(Module, Debug)]
enum Piece {
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
    /// One after the other.
    Chain(Vec<Piece>),
    /// The sum of all.
    Residual(Vec<Piece>),
    /// The input times what the chain puts out.
    Gate(Vec<Piece>),
    /// Side by side along the channels.
    Concat(Vec<Piece>),
}

/// What has nothing to learn.
#[derive(Module, Debug)]
struct Fixed {
    #[module(skip)]
    operation: Operation,
}

#[derive(Clone, Debug)]
enum Operation {
    Activation(Activation),
    /// Dropout, which a training of a few epochs does without.
    Identity,
    Flatten,
    /// The first channels.
    Take(usize),
    /// The channels of so many groups mixed.
    Shuffle(usize),
    /// The pixels of cells of this side as channels.
    SpaceToDepth(usize),
    /// To this size.
    Upsample(UpsampleMode, [usize; 2]),
}

impl Model {
    /// The network with weights as they are before training.
    pub(super) fn of(network: &Network<u64>, device: &Device) -> Result<Model, Untrainable> {
        let stages = network.stages().iter().map(|stage| Piece::of(&stage.node, device));
        Ok(Model { stages: stages.collect::<Result<_, _>>()? })
    }

    /// Values that are trained.
    pub(super) fn params(&self) -> u64 {
        let mut trained = Trained(0);
        self.visit(&mut trained);
        trained.0
    }

    /// Draws all weights, which otherwise happens when each is first used.
    pub(super) fn draw(&self) {
        self.visit(&mut Draw);
    }

    /// Images in, `[image, channel, row, column]`; a score for each class out, `[image, class]`.
    pub(super) fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let [count, ..] = images.dims();
        let scores = self.stages.iter().fold(images, |map, stage| stage.forward(map));
        let [_, channels, height, width] = scores.dims();
        scores.reshape([count, channels * height * width])
    }
}

/// Counts values that are trained: the running means and variances of batch norms are not.
struct Trained(u64);

impl ModuleVisitor for Trained {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // Asking a weight that has no value yet would give it one.
        if !param.is_initialized() || param.is_require_grad() {
            self.0 += param.lazy_shape().num_elements() as u64;
        }
    }
}

/// Gives each weight its first value.
struct Draw;

impl ModuleVisitor for Draw {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let _ = param.val();
    }
}

impl Piece {
    fn of(node: &Node<u64>, device: &Device) -> Result<Piece, Untrainable> {
        let each = |nodes: &[Node<u64>]| {
            nodes.iter().map(|node| Piece::of(node, device)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match node.kind() {
            Kind::Layer(layer) => Piece::layer(layer, [node.input(), node.output()], device)?,
            Kind::Chain(nodes) => Piece::Chain(each(nodes)?),
            Kind::Residual { body, shortcut } => {
                Piece::Residual(vec![Piece::of(body, device)?, Piece::of(shortcut, device)?])
            }
            Kind::Gate(body) => Piece::Gate(vec![Piece::of(body, device)?]),
            Kind::Concat(branches) => Piece::Concat(each(branches)?),
            Kind::Part(Part::Auxiliary, _) => {
                return Err(Untrainable("classifier beside the main path".into()));
            }
            Kind::Part(Part::Main | Part::Function | Part::Fused, body) => Piece::of(body, device)?,
            Kind::Repeat { first, rest, times } => {
                let later = (1..*times).map(|_| Piece::of(rest, device));
                let all = std::iter::once(Piece::of(first, device)).chain(later);
                Piece::Chain(all.collect::<Result<_, _>>()?)
            }
            Kind::Laid(_) => return Err(Untrainable("graph of its own".into())),
            Kind::Growing { .. } => return Err(Untrainable("closed form".into())),
        })
    }

    fn layer(
        layer: &Layer<u64>,
        [input, output]: [&Shape<u64>; 2],
        device: &Device,
    ) -> Result<Self, Untrainable> {
        let fixed = |operation| Piece::Fixed(Fixed { operation });
        let channels = whole(input.channels)?;
        Ok(match layer {
            Layer::Conv(layer) => Piece::Conv(conv(layer, channels)?.init(device)),
            Layer::TransposedConv(layer) => {
                Piece::TransposedConv(transposed_conv(layer, channels)?.init(device))
            }
            Layer::Linear(layer) => {
                let config = LinearConfig::new(whole(layer.input)?, whole(layer.output)?);
                Piece::Linear(config.with_bias(layer.bias).init(device))
            }
            Layer::Norm(layer) => norm(*layer, channels, device)?,
            Layer::Activation(layer) => fixed(Operation::Activation(*layer)),
            Layer::Pool(layer) => pool(*layer)?,
            Layer::AdaptivePool(layer) => {
                let [height, width] = layer.size;
                let size = [whole(height)?, whole(width)?];
                Piece::AdaptivePool(AdaptiveAvgPool2dConfig::new(size).init())
            }
            Layer::Upsample(layer) => {
                let sides = [whole(output.height)?, whole(output.width)?];
                fixed(Operation::Upsample(layer.mode, sides))
            }
            Layer::Dropout(_) => fixed(Operation::Identity),
            Layer::Flatten(_) => fixed(Operation::Flatten),
            Layer::Take(layer) => fixed(Operation::Take(whole(layer.channels)?)),
            Layer::Shuffle(layer) => fixed(Operation::Shuffle(whole(layer.groups)?)),
            Layer::SpaceToDepth(layer) => fixed(Operation::SpaceToDepth(whole(layer.side)?)),
            // 10⁻⁶ at the start, as ConvNeXt has it, would let nothing learn in a few epochs.
            Layer::LearnedScale(_) => Piece::Scale(Initializer::Ones.init([channels], device)),
            Layer::Tokens(_)
            | Layer::ClassToken(_)
            | Layer::Attention(_)
            | Layer::Join(_)
            | Layer::Operator(_) => {
                return Err(Untrainable(format!("layer `{}`", layer.kind())));
            }
        })
    }

    fn forward(&self, map: Tensor<4>) -> Tensor<4> {
        match self {
            Piece::Conv(layer) => layer.forward(map),
            Piece::TransposedConv(layer) => layer.forward(map),
            Piece::Linear(layer) => channels_first(layer.forward(channels_last(map))),
            Piece::BatchNorm(layer) => layer.forward(map),
            Piece::LayerNorm(layer) => channels_first(layer.forward(channels_last(map))),
            Piece::GroupNorm(layer) => layer.forward(map),
            Piece::Scale(scale) => {
                let scale = scale.val();
                let [channels] = scale.dims();
                map * scale.reshape([1, channels, 1, 1])
            }
            Piece::MaxPool(layer) => layer.forward(map),
            Piece::AveragePool(layer) => layer.forward(map),
            Piece::AdaptivePool(layer) => layer.forward(map),
            Piece::Fixed(fixed) => fixed.operation.forward(map),
            Piece::Chain(pieces) => chained(pieces, map),
            Piece::Residual(branches) => {
                let sum = branches.iter().map(|branch| branch.forward(map.clone()));
                sum.reduce(|sum, branch| sum + branch).unwrap_or(map)
            }
            Piece::Gate(body) => map.clone() * chained(body, map),
            Piece::Concat(branches) => {
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
            Operation::Activation(function) => activated(function, map),
            Operation::Identity => map,
            Operation::Flatten => map.reshape([images, channels * height * width, 1, 1]),
            Operation::Take(taken) => map.narrow(1, 0, taken),
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

fn chained(pieces: &[Piece], map: Tensor<4>) -> Tensor<4> {
    pieces.iter().fold(map, |map, piece| piece.forward(map))
}

fn channels_last(map: Tensor<4>) -> Tensor<4> {
    map.permute([0, 2, 3, 1])
}

fn channels_first(map: Tensor<4>) -> Tensor<4> {
    map.permute([0, 3, 1, 2])
}

fn activated(function: Activation, map: Tensor<4>) -> Tensor<4> {
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

fn conv(layer: &Conv<u64>, channels: usize) -> Result<Conv2dConfig, Untrainable> {
    let Window { kernel, stride, dilation, padding, .. } = layer.window;
    if padding == Padding::Same && dilation != [1, 1] {
        return Err(Untrainable("dilated convolution with `same` padding".into()));
    }
    let config = Conv2dConfig::new([channels, whole(layer.output)?], pair(kernel)?)
        .with_stride(pair(stride)?)
        .with_dilation(pair(dilation)?)
        .with_groups(whole(layer.groups)?)
        .with_padding(surrounded(padding)?)
        .with_bias(layer.bias)
        // He et al. 2015 (arXiv:1502.01852), equation 10, by what goes out as in EfficientNet.
        .with_initializer(Initializer::KaimingNormal { gain: 2f64.sqrt(), fan_out_only: true });
    Ok(config)
}

fn transposed_conv(
    layer: &TransposedConv<u64>,
    channels: usize,
) -> Result<ConvTranspose2dConfig, Untrainable> {
    let Window { kernel, stride, dilation, padding, .. } = layer.conv.window;
    let Padding::Fixed(padding) = padding else {
        return Err(Untrainable("transposed convolution with `same` padding".into()));
    };
    Ok(ConvTranspose2dConfig::new([channels, whole(layer.conv.output)?], pair(kernel)?)
        .with_stride(pair(stride)?)
        .with_dilation(pair(dilation)?)
        .with_padding(pair(padding)?)
        .with_padding_out(pair(layer.output_padding)?)
        .with_groups(whole(layer.conv.groups)?)
        .with_bias(layer.conv.bias)
        .with_initializer(Initializer::KaimingNormal { gain: 2f64.sqrt(), fan_out_only: false }))
}

fn norm(layer: Norm, channels: usize, device: &Device) -> Result<Piece, Untrainable> {
    let is_whole = layer.scale && layer.shift;
    Ok(match layer.kind {
        NormKind::Batch if is_whole => {
            Piece::BatchNorm(BatchNormConfig::new(channels).init(device))
        }
        NormKind::Layer if is_whole => {
            Piece::LayerNorm(LayerNormConfig::new(channels).init(device))
        }
        NormKind::Group(groups) if is_whole => {
            Piece::GroupNorm(GroupNormConfig::new(whole(groups)?, channels).init(device))
        }
        // Images come with mean 0 and variance 1 already.
        NormKind::Input => Piece::Fixed(Fixed { operation: Operation::Identity }),
        NormKind::Batch | NormKind::Layer | NormKind::Group(_) => {
            return Err(Untrainable("norm without a scale and a shift".into()));
        }
    })
}

fn pool(layer: Pool) -> Result<Piece, Untrainable> {
    let Window { kernel, stride, dilation, padding, ceil } = layer.window;
    let (kernel, stride, padding) = (pair(kernel)?, pair(stride)?, surrounded(padding)?);
    match layer.kind {
        PoolKind::Max => {
            let config = MaxPool2dConfig::new(kernel).with_strides(stride).with_padding(padding);
            let config = config.with_dilation(pair(dilation)?).with_ceil_mode(ceil);
            Ok(Piece::MaxPool(config.init()))
        }
        PoolKind::Average if dilation == [1, 1] => {
            let config = AvgPool2dConfig::new(kernel).with_strides(stride).with_padding(padding);
            Ok(Piece::AveragePool(config.with_ceil_mode(ceil).init()))
        }
        PoolKind::Average => Err(Untrainable("dilated average pool".into())),
    }
}

fn surrounded(padding: Padding) -> Result<PaddingConfig2d, Untrainable> {
    Ok(match padding {
        Padding::Same => PaddingConfig2d::Same,
        Padding::Fixed([rows, columns]) => {
            let (rows, columns) = (whole(rows)?, whole(columns)?);
            PaddingConfig2d::Explicit(rows, columns, rows, columns)
        }
    })
}

fn pair(pair: [u64; 2]) -> Result<[usize; 2], Untrainable> {
    Ok([whole(pair[0])?, whole(pair[1])?])
}

/// A size as a size of memory.
fn whole(number: u64) -> Result<usize, Untrainable> {
    usize::try_from(number).map_err(|_| Untrainable(format!("room for a size of {number}")))
}
