//! Settings of burn's layers for counted layers.

use burn_nn::conv::{Conv2dConfig, ConvTranspose2dConfig};
use burn_nn::{Initializer, PaddingConfig2d};

use crate::counting::layer::{Conv, Padding, TransposedConv, Window};
use crate::error::Error;

pub(super) fn conv(layer: &Conv<u64>, channels: usize) -> Result<Conv2dConfig, Error> {
    let Window { kernel, stride, dilation, padding, .. } = layer.window;
    if padding == Padding::Same && dilation != [1, 1] {
        return Err(unsupported("dilated convolutions with `same` padding"));
    }
    let config = Conv2dConfig::new([channels, size(layer.output)?], pair(kernel)?)
        .with_stride(pair(stride)?)
        .with_dilation(pair(dilation)?)
        .with_groups(size(layer.groups)?)
        .with_padding(padding_config(padding)?)
        .with_bias(layer.bias)
        // He et al. 2015 (arXiv:1502.01852), equation 14 (fan-out), as in EfficientNet.
        .with_initializer(Initializer::KaimingNormal { gain: 2f64.sqrt(), fan_out_only: true });
    Ok(config)
}

pub(super) fn transposed_conv(
    layer: &TransposedConv<u64>,
    channels: usize,
) -> Result<ConvTranspose2dConfig, Error> {
    let Window { kernel, stride, dilation, padding, .. } = layer.conv.window;
    let Padding::Fixed(padding) = padding else {
        return Err(unsupported("transposed convolutions with `same` padding"));
    };
    Ok(ConvTranspose2dConfig::new([channels, size(layer.conv.output)?], pair(kernel)?)
        .with_stride(pair(stride)?)
        .with_dilation(pair(dilation)?)
        .with_padding(pair(padding)?)
        .with_padding_out(pair(layer.output_padding)?)
        .with_groups(size(layer.conv.groups)?)
        .with_bias(layer.conv.bias)
        .with_initializer(Initializer::KaimingNormal { gain: 2f64.sqrt(), fan_out_only: false }))
}

pub(super) fn padding_config(padding: Padding) -> Result<PaddingConfig2d, Error> {
    Ok(match padding {
        Padding::Same => PaddingConfig2d::Same,
        Padding::Fixed([rows, columns]) => {
            let (rows, columns) = (size(rows)?, size(columns)?);
            PaddingConfig2d::Explicit(rows, columns, rows, columns)
        }
    })
}

pub(super) fn pair(pair: [u64; 2]) -> Result<[usize; 2], Error> {
    Ok([size(pair[0])?, size(pair[1])?])
}

pub(super) fn size(number: u64) -> Result<usize, Error> {
    usize::try_from(number).map_err(|_| unsupported(&format!("a size of {number}")))
}

pub(super) fn unsupported(what: &str) -> Error {
    Error::new(format!("the built-in trainer does not support {what}"))
}
