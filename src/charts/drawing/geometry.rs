//! Points, boxes and segments on the canvas, in pixels.

/// A point on the canvas in pixels: x to the right, y down.
pub(crate) type Pixel = (f64, f64);

/// A box with upright sides.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub(crate) fn around((x, y): Pixel, half_width: f64, half_height: f64) -> Self {
        let (left, top) = (x - half_width, y - half_height);
        Self { left, top, right: x + half_width, bottom: y + half_height }
    }

    pub(crate) fn of_segment([from, to]: [Pixel; 2]) -> Self {
        let (left, top) = (from.0.min(to.0), from.1.min(to.1));
        Self { left, top, right: from.0.max(to.0), bottom: from.1.max(to.1) }
    }

    /// The smallest box around both.
    pub(crate) fn union(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The box with every side moved outwards.
    pub(crate) fn expanded(self, by: f64) -> Self {
        let (left, top) = (self.left - by, self.top - by);
        Self { left, top, right: self.right + by, bottom: self.bottom + by }
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The corners, clockwise from the upper left.
    pub(crate) fn corners(&self) -> Vec<Pixel> {
        let Self { left, top, right, bottom } = *self;
        vec![(left, top), (right, top), (right, bottom), (left, bottom)]
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether the boxes share a point, if only on their sides.
    pub(crate) fn touches(&self, other: &Self) -> bool {
        self.left <= other.right
            && other.left <= self.right
            && self.top <= other.bottom
            && other.top <= self.bottom
    }

    pub(crate) fn contains(&self, inner: &Self) -> bool {
        self.left <= inner.left
            && self.top <= inner.top
            && self.right >= inner.right
            && self.bottom >= inner.bottom
    }

    /// The point of the box that is nearest to `point`.
    pub(crate) fn nearest(&self, (x, y): Pixel) -> Pixel {
        (x.max(self.left).min(self.right), y.max(self.top).min(self.bottom))
    }

    /// Distance from `point` to the box; 0 inside.
    pub(crate) fn distance(&self, point: Pixel) -> f64 {
        let nearest = self.nearest(point);
        (nearest.0 - point.0).hypot(nearest.1 - point.1)
    }

    /// Whether a segment enters the box.
    pub(crate) fn meets(&self, segment: [Pixel; 2]) -> bool {
        self.cut(segment).is_some()
    }

    /// Where a segment enters and leaves the box, as shares of its length (Liang and Barsky).
    pub(crate) fn cut(&self, [from, to]: [Pixel; 2]) -> Option<(f64, f64)> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for (step, room) in [
            (-dx, from.0 - self.left),
            (dx, self.right - from.0),
            (-dy, from.1 - self.top),
            (dy, self.bottom - from.1),
        ] {
            if step.abs() < 1e-12 {
                if room < 0.0 {
                    return None;
                }
            } else if step < 0.0 {
                enter = enter.max(room / step);
            } else {
                leave = leave.min(room / step);
            }
        }
        (enter <= leave).then_some((enter, leave))
    }
}

/// Whether two segments cross.
pub(crate) fn segments_cross(first: [Pixel; 2], second: [Pixel; 2]) -> bool {
    let side = |line: [Pixel; 2], point: Pixel| {
        (line[1].0 - line[0].0) * (point.1 - line[0].1)
            - (line[1].1 - line[0].1) * (point.0 - line[0].0)
    };
    side(first, second[0]) * side(first, second[1]) < 0.0
        && side(second, first[0]) * side(second, first[1]) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_and_boxes_meet() {
        let rect = Rect::around((10.0, 10.0), 5.0, 5.0);
        assert!(rect.meets([(0.0, 0.0), (20.0, 20.0)]) && !rect.meets([(0.0, 0.0), (20.0, 2.0)]));
        assert!(segments_cross([(0.0, 0.0), (2.0, 2.0)], [(0.0, 2.0), (2.0, 0.0)]));
        assert!(!segments_cross([(0.0, 0.0), (2.0, 2.0)], [(3.0, 2.0), (5.0, 0.0)]));
    }
}
