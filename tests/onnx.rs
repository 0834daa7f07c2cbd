//! ONNX files: every operator's shapes and costs, exporters' habits, and files that are broken.

// A test ends where something is not as it should be.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation
)]

#[path = "onnx/short.rs"]
mod short;
#[path = "onnx/write.rs"]
mod write;

use std::collections::BTreeSet;
use std::io::Cursor;

use phiscale::cost::Event;
use phiscale::onnx::{Built, Imported, Sizes, operators};
use write::File;

fn built(file: &File) -> Result<Built, String> {
    let imported = Imported::read(Cursor::new(file.bytes()), Sizes::default(), false);
    imported.and_then(|imported| imported.build(None)).map_err(|problem| problem.message)
}

/// What a node puts out, by the ReLUs behind it; its params, and its multiply-adds.
fn counted(file: &File) -> Result<(Vec<String>, u128, u128), String> {
    let network = built(file)?.network;
    let seen = network.placed().iter().filter(|placed| placed.path.starts_with("Relu"));
    let shapes = seen.map(|placed| placed.output.to_string()).collect();
    let cost = network.cost();
    Ok((shapes, cost.total(Event::PARAMS), cost.total(Event::MACS)))
}

/// An operator, what goes in, its settings, what comes out, params, multiply-adds.
type Case =
    (&'static str, &'static [&'static str], &'static str, &'static [&'static str], u128, u128);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Convolutions: padded, strided, dilated, grouped, of one and three axes, and with the framework's own padding.
    ("Conv", &["1x3x8x8", "w4x3x3x3", "w4"], "pads=1,1,1,1 strides=2,2", &["4×4×4"], 112, 1728),
    ("Conv", &["1x3x8x8", "w4x3x3x3"], "kernel_shape=3,3", &["4×6×6"], 108, 3888),
    ("Conv", &["1x4x9x9", "w4x1x3x3"], "group=4 dilations=2,2", &["4×5×5"], 36, 900),
    ("Conv", &["1x3x9x8", "w4x3x3x3"], "auto_pad=SAME_UPPER strides=2,2", &["4×5×4"], 108, 2160),
    ("Conv", &["1x3x8x8", "w4x3x3x3"], "auto_pad=VALID strides=2,2", &["4×3×3"], 108, 972),
    ("Conv", &["1x3x8x8", "w4x3x3x3"], "pads=0,0,1,1 strides=2,2", &["4×4×4"], 108, 1728),
    ("Conv", &["1x2x10", "w5x2x3"], "", &["8×5×1"], 30, 240),
    ("Conv", &["1x1x4x4x4", "w2x1x2x2x2"], "", &["2×9×3"], 16, 432),
    ("QLinearConv", &["1x3x8x8", "f1", "i0", "w4x3x3x3", "f1", "i0", "f1", "i0", "w4"], "", &["4×6×6"], 112, 3888),
    ("ConvTranspose", &["1x4x5x5", "w4x2x3x3", "w2"], "strides=2,2 pads=1,1,1,1 output_padding=1,1", &["2×10×10"], 74, 1800),
    ("ConvTranspose", &["1x4x5x5", "w4x2x2x2"], "strides=2,2", &["2×10×10"], 32, 800),
    ("ConvTranspose", &["1x4x5x5", "w4x1x3x3"], "group=2 output_shape=11,11 strides=2,2", &["2×11×11"], 36, 900),
    // Products of matrices.
    ("Gemm", &["1x20", "w10x20", "w10"], "transB=1", &["10×1×1"], 210, 200),
    ("Gemm", &["1x20", "w20x10"], "", &["10×1×1"], 200, 200),
    ("Gemm", &["5x20", "20x7"], "", &["7×5×1"], 0, 700),
    ("MatMul", &["1x6x20", "w20x10"], "", &["10×6×1"], 200, 1200),
    ("MatMul", &["w10x20", "1x20x6"], "", &["6×10×1"], 200, 1200),
    ("MatMul", &["1x2x6x4", "1x2x4x6"], "", &["2×6×6"], 0, 288),
    ("MatMul", &["1x6x4", "4"], "", &["6×1×1"], 0, 24),
    ("Einsum", &["1x2x6x4", "1x2x5x4"], "equation=bhid,bhjd->bhij", &["2×6×5"], 0, 240),
    ("Einsum", &["1x6x4", "w4x3"], "equation=bic,cd->bid", &["3×6×1"], 12, 72),
    ("Einsum", &["1x6x4"], "equation=bij->bji", &["6×4×1"], 0, 0),
    // Norms.
    ("BatchNormalization", &["1x8x4x4", "w8", "w8", "w8", "w8"], "", &["8×4×4"], 16, 0),
    ("LayerNormalization", &["1x6x8", "w8", "w8"], "axis=-1", &["8×6×1"], 16, 0),
    ("RMSNormalization", &["1x6x8", "w8"], "axis=-1", &["8×6×1"], 8, 0),
    ("GroupNormalization", &["1x8x4x4", "w8", "w8"], "num_groups=2", &["8×4×4"], 16, 0),
    ("InstanceNormalization", &["1x8x4x4", "w8", "w8"], "", &["8×4×4"], 16, 0),
    ("Softmax", &["1x2x6x6"], "axis=-1", &["2×6×6"], 0, 0),
    ("LogSoftmax", &["1x10"], "", &["10×1×1"], 0, 0),
    // Pools, with windows that hang over the edge and without.
    ("MaxPool", &["1x8x7x7"], "kernel_shape=2,2 strides=2,2", &["8×3×3"], 0, 0),
    ("MaxPool", &["1x8x7x7"], "kernel_shape=2,2 strides=2,2 ceil_mode=1", &["8×4×4"], 0, 0),
    ("MaxPool", &["1x8x7x7"], "kernel_shape=3,3 strides=2,2 auto_pad=SAME_LOWER", &["8×4×4"], 0, 0),
    // The last window would start in the padding behind the map, so that it is none.
    ("MaxPool", &["1x8x4x4"], "kernel_shape=1,1 strides=3,3 pads=1,1,1,1 ceil_mode=1", &["8×2×2"], 0, 0),
    ("AveragePool", &["1x8x7x7"], "kernel_shape=3,3 strides=2,2 pads=1,1,1,1", &["8×4×4"], 0, 0),
    ("GlobalAveragePool", &["1x8x7x7"], "", &["8×1×1"], 0, 0),
    ("GlobalMaxPool", &["1x8x7x7"], "", &["8×1×1"], 0, 0),
    // Means and other reductions; axes as a setting and as an input.
    ("ReduceMean", &["1x8x7x7"], "axes=2,3 keepdims=1", &["8×1×1"], 0, 0),
    ("ReduceMean", &["1x8x7x7", "i-1,-2"], "keepdims=0", &["8×1×1"], 0, 0),
    ("ReduceMean", &["1x8x7x7"], "noop_with_empty_axes=1", &["8×7×7"], 0, 0),
    ("ReduceSum", &["1x8x7x7", "i1,"], "keepdims=0", &["7×7×1"], 0, 0),
    ("ReduceMax", &["1x8x7x7"], "axes=[1]", &["1×7×7"], 0, 0),
    ("ReduceMin", &["1x8x7x7"], "axes=[1]", &["1×7×7"], 0, 0),
    ("ReduceProd", &["1x8x7x7"], "axes=[1]", &["1×7×7"], 0, 0),
    ("ReduceL1", &["1x8x7x7"], "axes=[1]", &["1×7×7"], 0, 0),
    ("ReduceL2", &["1x8x7x7"], "axes=[1]", &["1×7×7"], 0, 0),
    ("ReduceSumSquare", &["1x8x7x7"], "axes=[1]", &["1×7×7"], 0, 0),
    // Pairs, broadcast.
    ("Add", &["1x8x4x4", "1x8x4x4"], "", &["8×4×4"], 0, 0),
    ("Add", &["1x8x4x4", "w8x1x1"], "", &["8×4×4"], 8, 0),
    ("Sub", &["1x8x4x4", "1x1x1x4"], "", &["8×4×4"], 0, 0),
    ("Mul", &["1x8x1x1", "1x8x4x4"], "", &["8×4×4"], 0, 0),
    ("Mul", &["1x6x8", "w8"], "", &["8×6×1"], 8, 0),
    ("Mul", &["1x6x8", "f0.5"], "", &["8×6×1"], 0, 0),
    ("Div", &["1x6x8", "f8"], "", &["8×6×1"], 0, 0),
    ("Pow", &["1x6x8", "f2"], "", &["8×6×1"], 0, 0),
    ("Mod", &["1x6x8", "f2"], "", &["8×6×1"], 0, 0),
    ("Max", &["1x6x8", "f0", "1x1x8"], "", &["8×6×1"], 0, 0),
    ("Min", &["1x6x8", "f6"], "", &["8×6×1"], 0, 0),
    ("Sum", &["1x6x8", "1x6x8", "1x6x8"], "", &["8×6×1"], 0, 0),
    ("PRelu", &["1x8x4x4", "w8x1x1"], "", &["8×4×4"], 8, 0),
    ("And", &["1x8", "1x8"], "", &["8×1×1"], 0, 0),
    ("Or", &["1x8", "1x8"], "", &["8×1×1"], 0, 0),
    ("Xor", &["1x8", "1x8"], "", &["8×1×1"], 0, 0),
    ("Where", &["1x8", "1x8", "1x8"], "", &["8×1×1"], 0, 0),
    // Names for the same, and other types.
    ("Identity", &["1x8x4x4"], "", &["8×4×4"], 0, 0),
    ("Dropout", &["1x8x4x4"], "", &["8×4×4"], 0, 0),
    ("Cast", &["1x8x4x4"], "to=10", &["8×4×4"], 0, 0),
    ("CastLike", &["1x8x4x4", "1x8"], "", &["8×4×4"], 0, 0),
    ("QuantizeLinear", &["1x8x4x4", "f0.1", "i0"], "", &["8×4×4"], 0, 0),
    ("DequantizeLinear", &["1x8x4x4", "f0.1", "i0"], "", &["8×4×4"], 0, 0),
    // Arrangements.
    ("Reshape", &["1x8x4x4", "i0,2,-1"], "", &["64×2×1"], 0, 0),
    ("Reshape", &["1x8x4x4", "i1,128"], "allowzero=1", &["128×1×1"], 0, 0),
    ("Flatten", &["1x8x4x4"], "", &["128×1×1"], 0, 0),
    ("Flatten", &["1x8x4x4"], "axis=-2", &["16×8×1"], 0, 0),
    ("Transpose", &["1x8x6x4"], "perm=0,2,3,1", &["6×4×8"], 0, 0),
    ("Transpose", &["4x6"], "", &["4×6×1"], 0, 0),
    ("Squeeze", &["1x8x1x1", "i2,3"], "", &["8×1×1"], 0, 0),
    ("Squeeze", &["1x8x1x4"], "", &["4×8×1"], 0, 0),
    ("Unsqueeze", &["1x8", "i-1,2"], "", &["8×1×1"], 0, 0),
    ("Unsqueeze", &["1x8"], "axes=[0]", &["8×1×1"], 0, 0),
    ("Expand", &["1x8x1x1", "i1,1,4,4"], "", &["8×4×4"], 0, 0),
    ("Tile", &["1x8x2x2", "i1,1,2,3"], "", &["8×4×6"], 0, 0),
    ("Pad", &["1x8x4x4", "i0,0,1,1,0,0,2,2"], "", &["8×7×7"], 0, 0),
    ("Pad", &["1x8x4x4"], "pads=0,0,1,1,0,0,-1,-1", &["8×4×4"], 0, 0),
    ("Slice", &["1x8x7x7", "i1,", "i-1,", "i3,"], "", &["8×7×5"], 0, 0),
    ("Slice", &["1x8x7x7", "i-1,", "i-9223372036854775808,", "i2,", "i-2,"], "", &["8×4×7"], 0, 0),
    ("Slice", &["1x8x7x7"], "starts=0,0 ends=9223372036854775807,3 axes=2,3", &["8×7×3"], 0, 0),
    ("Split", &["1x8x4x4", "i2,6"], "axis=1", &["2×4×4", "6×4×4"], 0, 0),
    ("Split", &["1x7x4x4"], "axis=1", &["4×4×4", "3×4×4"], 0, 0),
    ("Concat", &["1x8x4x4", "1x3x4x4"], "axis=1", &["11×4×4"], 0, 0),
    ("Concat", &["1x6x8", "w1x1x8"], "axis=-2", &["8×7×1"], 8, 0),
    ("Gather", &["1x6x8", "i0"], "axis=1", &["8×1×1"], 0, 0),
    ("Gather", &["w10x8", "i1,2,3"], "", &[], 0, 0),
    ("GatherND", &["1x6x8", "i0,5"], "", &["8×1×1"], 0, 0),
    ("ScatterND", &["6x8", "i2,", "8"], "", &["8×6×1"], 0, 0),
    ("Resize", &["1x8x4x4", "", "f1,1,2,1.5"], "mode=nearest", &["8×8×6"], 0, 0),
    ("Resize", &["1x8x4x4", "", "", "i1,8,9,7"], "", &["8×9×7"], 0, 0),
    ("Upsample", &["1x8x4x4", "f1,1,2,2"], "", &["8×8×8"], 0, 0),
    ("DepthToSpace", &["1x8x4x4"], "blocksize=2", &["2×8×8"], 0, 0),
    ("SpaceToDepth", &["1x8x4x4"], "blocksize=2", &["32×2×2"], 0, 0),
];

/// Functions of each element keep the shape.
const UNARY: &[&str] = &[
    "Abs",
    "Acos",
    "Asin",
    "Atan",
    "Ceil",
    "Celu",
    "Clip",
    "Cos",
    "Elu",
    "Erf",
    "Exp",
    "Floor",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "IsInf",
    "IsNaN",
    "LeakyRelu",
    "Log",
    "Mish",
    "Neg",
    "Not",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Sigmoid",
    "Sign",
    "Sin",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Swish",
    "Tan",
    "Tanh",
];

/// Operators of the numbers that shapes are made of; `numbers_of_shapes_are_computed` is about them.
const OF_NUMBERS: &[&str] = &[
    "Constant",
    "ConstantOfShape",
    "Equal",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "Range",
    "Shape",
    "Size",
];

#[test]
fn every_operator_has_the_shapes_and_the_cost_that_it_should() {
    for (operator, inputs, settings, shapes, params, macs) in CASES {
        let file = short::file(operator, inputs, settings, shapes.len().max(1));
        let found = counted(&file);
        let shapes: Vec<String> = shapes.iter().map(ToString::to_string).collect();
        if shapes.is_empty() {
            continue;
        }
        assert_eq!(found, Ok((shapes, *params, *macs)), "{operator} {inputs:?} {settings}");
    }
    for operator in UNARY {
        let found = counted(&short::file(operator, &["1x8x4x4"], "", 1));
        let shapes = found.map(|(shapes, ..)| shapes.last().cloned());
        assert_eq!(shapes, Ok(Some("8×4×4".into())), "{operator}");
    }
}

#[test]
fn no_operator_is_without_a_case() {
    let cases = CASES.iter().map(|(operator, ..)| *operator);
    let tried: BTreeSet<&str> =
        cases.chain(UNARY.iter().copied()).chain(OF_NUMBERS.iter().copied()).collect();
    let known: BTreeSet<&str> = operators().collect();
    assert_eq!(tried, known);
}
