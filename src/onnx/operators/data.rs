//! Which inputs of an operator hold elements that reach its output.

use crate::onnx::operators::Operator;

impl Operator {
    /// Whether an input holds such elements; the others are settings: shapes, indices, bounds, scales of quantisation.
    pub(crate) fn reads_data(self, index: usize) -> bool {
        use Operator::{
            BatchNormalization, Clip, Col2Im, Compress, ConstantOfShape, ConvInteger, CumSum,
            DequantizeLinear, Dropout, DynamicQuantizeLinear, DynamicQuantizeMatMul, Expand,
            EyeLike, Gather, GatherElements, GatherND, MatMulInteger, MatMulIntegerToFloat,
            NonZero, Pad, QGemm, QLinearAdd, QLinearConcat, QLinearConv, QLinearMatMul, QLinearMul,
            QLinearWhere, QuantizeLinear, Range, ReduceL1, ReduceL2, ReduceLogSum, ReduceLogSumExp,
            ReduceMax, ReduceMean, ReduceMin, ReduceProd, ReduceSum, ReduceSumSquare, Reshape,
            Resize, ScatterElements, ScatterND, SequenceAt, Shape, Size, Slice, Split,
            SplitToSequence, Squeeze, Tile, TopK, Trilu, Unsqueeze, Upsample, Where,
        };
        match self {
            ConstantOfShape | EyeLike | NonZero | Range | Shape | Size => false,
            Clip
            | Col2Im
            | Compress
            | CumSum
            | DequantizeLinear
            | Dropout
            | DynamicQuantizeLinear
            | Expand
            | Gather
            | GatherElements
            | GatherND
            | Pad
            | QuantizeLinear
            | ReduceL1
            | ReduceL2
            | ReduceLogSum
            | ReduceLogSumExp
            | ReduceMax
            | ReduceMean
            | ReduceMin
            | ReduceProd
            | ReduceSum
            | ReduceSumSquare
            | Reshape
            | Resize
            | SequenceAt
            | Slice
            | Split
            | SplitToSequence
            | Squeeze
            | Tile
            | TopK
            | Trilu
            | Unsqueeze
            | Upsample => index == 0,
            ConvInteger | MatMulInteger => index < 2,
            BatchNormalization => index < 3,
            QLinearConv => matches!(index, 0 | 3 | 8),
            QLinearAdd | QLinearMatMul | QLinearMul => matches!(index, 0 | 3),
            QLinearConcat => index % 3 == 2,
            QLinearWhere => matches!(index, 1 | 4),
            QGemm => matches!(index, 0 | 3 | 6),
            DynamicQuantizeMatMul => matches!(index, 0 | 1 | 4),
            MatMulIntegerToFloat => matches!(index, 0 | 1 | 6),
            ScatterElements | ScatterND => index != 1,
            Where => index != 0,
            _ => true,
        }
    }
}
