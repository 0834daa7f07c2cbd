//! EfficientNet-B7's ledger by hand: its widths, repeats and strides as numbers, and nothing but
//! arithmetic.

use std::hint::black_box;

/// A stage of MBConv blocks: input and output channels, kernel, stride, expansion, repeats.
const STAGES: [[u64; 6]; 7] = [
    [64, 32, 3, 1, 1, 4],
    [32, 48, 3, 2, 6, 7],
    [48, 80, 5, 2, 6, 7],
    [80, 160, 3, 2, 6, 10],
    [160, 224, 5, 1, 6, 10],
    [224, 384, 5, 2, 6, 13],
    [384, 640, 3, 1, 6, 4],
];

/// Every amount of B7's ledger that is not zero, in ledger order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ledger {
    pub conv_macs: u64,
    pub linear_macs: u64,
    pub conv_bias_adds: u64,
    pub linear_bias_adds: u64,
    pub batch_norm_elements: u64,
    pub silu_elements: u64,
    pub sigmoid_elements: u64,
    pub adaptive_pool_inputs: u64,
    pub adaptive_pool_outputs: u64,
    pub squeeze_inputs: u64,
    pub squeeze_outputs: u64,
    pub residual_adds: u64,
    pub gate_multiplies: u64,
    pub linear_param_uses: u64,
    pub norm_param_uses: u64,
    pub conv_weights: u64,
    pub linear_weights: u64,
    pub conv_biases: u64,
    pub linear_biases: u64,
    pub norm_affine: u64,
    pub norm_statistics: u64,
    pub conv_outputs: u64,
    pub linear_outputs: u64,
}

/// The ledger of B7 at `side` × `side` pixels.
#[inline(never)]
pub fn b7(side: u64) -> Ledger {
    let mut sum = Ledger::default();
    let mut side = side.div_ceil(2);
    conv(&mut sum, side * side, 27, 64, 1);
    sum.silu_elements += side * side * 64;
    for [input, output, kernel, stride, expand, repeats] in black_box(STAGES) {
        let out = side.div_ceil(stride);
        block(&mut sum, [side, out], [input, output], [kernel, expand], 1);
        block(&mut sum, [out, out], [output, output], [kernel, expand], repeats - 1);
        sum.residual_adds += out * out * output * (repeats - 1);
        side = out;
    }
    conv(&mut sum, side * side, 640, 2560, 1);
    sum.silu_elements += side * side * 2560;
    sum.adaptive_pool_inputs += side * side * 2560;
    sum.adaptive_pool_outputs += 2560;
    sum.linear_param_uses += 2_561_000;
    sum.linear_macs += 2_560_000;
    sum.linear_weights += 2_560_000;
    sum.linear_biases += 1000;
    sum.linear_bias_adds += 1000;
    sum.linear_outputs += 1000;
    sum
}

/// One MBConv block, `times` times.
#[inline]
fn block(sum: &mut Ledger, side: [u64; 2], width: [u64; 2], window: [u64; 2], times: u64) {
    let ([side, out], [input, output], [kernel, expand]) = (side, width, window);
    let middle = input * expand;
    let squeezed = input / 4;
    if expand != 1 {
        conv(sum, side * side, input, middle, times);
        sum.silu_elements += side * side * middle * times;
    }
    let elements = out * out * middle * times;
    conv(sum, out * out, kernel * kernel, middle, times);
    sum.silu_elements += elements + squeezed * times;
    sum.sigmoid_elements += middle * times;
    sum.squeeze_inputs += elements;
    sum.squeeze_outputs += middle * times;
    sum.gate_multiplies += elements;
    let gate = 2 * middle * squeezed * times;
    let biases = (middle + squeezed) * times;
    sum.conv_macs += gate;
    sum.conv_weights += gate;
    sum.conv_biases += biases;
    sum.conv_bias_adds += biases;
    sum.conv_outputs += biases;
    conv(sum, out * out, middle, output, times);
}

/// A convolution without bias and its batch norm.
#[inline]
fn conv(sum: &mut Ledger, positions: u64, fan_in: u64, output: u64, times: u64) {
    let weights = fan_in * output * times;
    let elements = positions * output * times;
    sum.conv_macs += positions * weights;
    sum.conv_weights += weights;
    sum.conv_outputs += elements;
    sum.batch_norm_elements += elements;
    sum.norm_param_uses += 2 * output * times;
    sum.norm_affine += 2 * output * times;
    sum.norm_statistics += 2 * output * times;
}

impl Ledger {
    /// The amounts in ledger order.
    pub fn amounts(self) -> [u64; 23] {
        [
            self.conv_macs,
            self.linear_macs,
            self.conv_bias_adds,
            self.linear_bias_adds,
            self.batch_norm_elements,
            self.silu_elements,
            self.sigmoid_elements,
            self.adaptive_pool_inputs,
            self.adaptive_pool_outputs,
            self.squeeze_inputs,
            self.squeeze_outputs,
            self.residual_adds,
            self.gate_multiplies,
            self.linear_param_uses,
            self.norm_param_uses,
            self.conv_weights,
            self.linear_weights,
            self.conv_biases,
            self.linear_biases,
            self.norm_affine,
            self.norm_statistics,
            self.conv_outputs,
            self.linear_outputs,
        ]
    }
}
