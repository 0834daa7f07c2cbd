//! What eager PyTorch keeps of a layer until its backward pass, besides params and buffers (PyTorch 2.15,
//! tools/autograd/derivatives.yaml, on a processor).

use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// What a layer keeps for its backward pass. A map that several layers keep is in memory once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved<S> {
    /// Whether it keeps its input.
    pub input: bool,
    /// Whether it keeps its output.
    pub output: bool,
    /// Whether its output is a view of its input: the same memory.
    pub is_view: bool,
    /// Further elements for each image: copies and noise.
    pub copies: S,
    /// Statistics for each image, which stay in full precision.
    pub statistics: S,
    /// Indices for each image, of 8 bytes.
    pub indices: S,
    /// Statistics that the images of a batch share.
    pub batch_statistics: S,
}

/// What a layer keeps, by the layer and the shapes of its input and output.
pub(super) type SavedOf<L, S> = fn(&L, &Shape<S>, &Shape<S>) -> Saved<S>;

impl<S: Scalar> Saved<S> {
    pub(super) fn nothing() -> Self {
        let zero = || S::whole(0);
        let [copies, statistics, indices, batch_statistics] = [zero(), zero(), zero(), zero()];
        let [input, output, is_view] = [false; 3];
        Saved { input, output, is_view, copies, statistics, indices, batch_statistics }
    }

    pub(super) fn input() -> Self {
        Saved { input: true, ..Saved::nothing() }
    }

    pub(super) fn output() -> Self {
        Saved { output: true, ..Saved::nothing() }
    }
}

pub(super) fn keeps_nothing<L, S: Scalar>(_: &L, _: &Shape<S>, _: &Shape<S>) -> Saved<S> {
    Saved::nothing()
}

pub(super) fn keeps_input<L, S: Scalar>(_: &L, _: &Shape<S>, _: &Shape<S>) -> Saved<S> {
    Saved::input()
}

pub(super) fn is_view<L, S: Scalar>(_: &L, _: &Shape<S>, _: &Shape<S>) -> Saved<S> {
    Saved { is_view: true, ..Saved::nothing() }
}
