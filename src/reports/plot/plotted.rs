//! What a report of charts is made of.

use crate::analysis::accuracy::NetworkPoint;
use crate::analysis::cost::Cost;
use crate::analysis::growth::Growth;
use crate::analysis::stages::Breakdown;
use crate::analysis::sweep::Density;
use crate::analysis::time::calibrate::MeasuredTimes;
use crate::analysis::time::{CostGrowth, Roofline};
use crate::counting::convention::Convention;
use crate::counting::measure::Measure;
use crate::families::accuracy::Accuracy;

/// The numbers of one or several charts.
#[derive(Debug, Default)]
pub struct Plotted<'a> {
    /// The points of charts of accuracy.
    pub points: Vec<PlottedPoint<'a>>,
    /// The growth of charts of cost growth, each with the names of its chart and its family.
    pub growths: Vec<(Option<&'a str>, &'a str, &'a Growth, &'a Convention)>,
    /// The growth of costs, each with the names of its chart and its family.
    pub cost_growths: Vec<(Option<&'a str>, &'a str, &'a CostGrowth)>,
    /// The bars of charts of stages, each with the name of its chart.
    pub breakdowns: Vec<(Option<&'a str>, Measure, &'a Breakdown)>,
    /// The layers of rooflines, each with the name of its chart.
    pub rooflines: Vec<(Option<&'a str>, &'a Roofline)>,
    /// Predicted and measured times, each with the name of its chart.
    pub measured_times: Vec<(Option<&'a str>, &'a MeasuredTimes)>,
    /// Sweeps, each with the name of its chart.
    pub densities: Vec<(Option<&'a str>, &'a Density)>,
}

/// A point of a chart of accuracy.
#[derive(Debug)]
pub struct PlottedPoint<'a> {
    /// The name of its chart, among several.
    pub chart: Option<&'a str>,
    /// The title of its panel.
    pub panel: Option<&'a str>,
    /// The name of its series.
    pub series: &'a str,
    /// The cost on the x axis.
    pub cost: &'a Cost,
    /// The accuracy on the y axis.
    pub y: Accuracy,
    /// Its network, cost and accuracy.
    pub point: &'a NetworkPoint,
}
