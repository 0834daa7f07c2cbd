//! The curve of a law: error against cost.

/// Error in percent against cost: `floor` + `scale` · (cost / `unit`)^−`exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// The error that no cost gets below, in percent.
    pub floor: f64,
    /// What the error is above the floor at the cost `unit`, in percentage points.
    pub scale: f64,
    /// The power with which that falls as cost grows.
    pub exponent: f64,
    /// The geometric mean of the costs that it was fitted to.
    pub unit: f64,
}

impl Curve {
    /// The accuracy at a cost, in percent.
    #[must_use]
    pub fn accuracy(&self, cost: f64) -> f64 {
        100.0 - self.error(cost)
    }

    /// The error at a cost, in percent.
    #[must_use]
    pub fn error(&self, cost: f64) -> f64 {
        self.floor + self.scale * (cost / self.unit).powf(-self.exponent)
    }
}
