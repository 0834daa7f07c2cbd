//! The shape of a feature map.

use std::fmt;

use crate::counting::scalar::Scalar;

/// Channels, height and width of the feature map of one image.
///
/// A sequence of n tokens of dimension c is a map of c channels, height n and width 1.
#[derive(Clone, Debug)]
pub struct Shape<S = u64> {
    /// Channels.
    pub channels: S,
    /// Rows, in pixels.
    pub height: S,
    /// Columns, in pixels.
    pub width: S,
}

impl<S: Scalar> Shape<S> {
    /// A map of the same height and width with `channels` channels.
    #[must_use]
    pub fn with_channels(&self, channels: S) -> Self {
        Shape { channels, height: self.height.clone(), width: self.width.clone() }
    }

    /// A 1 × 1 map with these channels, as after global pooling.
    #[must_use]
    pub fn single(channels: S) -> Self {
        Shape { channels, height: S::whole(1), width: S::whole(1) }
    }

    /// The shape in whole numbers: polynomials are evaluated at the baseline.
    #[must_use]
    pub fn exact(&self) -> Shape {
        Shape {
            channels: self.channels.exact(),
            height: self.height.exact(),
            width: self.width.exact(),
        }
    }

    /// Whether both shapes are equal in whole numbers.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let is_same = |one: &S, other: &S| one.compare(other).is_eq();
        is_same(&self.channels, &other.channels)
            && is_same(&self.height, &other.height)
            && is_same(&self.width, &other.width)
    }
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        (self.channels, self.height, self.width) == (other.channels, other.height, other.width)
    }
}

impl Eq for Shape {}

/// Writes `channels × height × width`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}×{}", self.channels, self.height, self.width)
    }
}
