//! Refuses what cannot be drawn, and says which value of which series it is.

use crate::charts::drawing::{Axis, Chart, Panel, Part, PlotError, Scale, Size};

/// Sides of the canvas, in pixels, between which a chart can be drawn.
const SMALLEST: u32 = 240;
const LARGEST: u32 = 8192;

/// Largest value on a linear axis; beyond it differences and squares overflow.
const LARGEST_LINEAR: f64 = 1e150;

/// Whether every value of `chart` has a place on its axis, and the canvas is sensible.
pub(crate) fn check(chart: &Chart, size: Size) -> Result<(), PlotError> {
    check_size(size)?;
    check_range(&chart.x)?;
    if chart.panels.is_empty() {
        return Err(PlotError::NoPoints { place: "the chart".to_owned() });
    }
    for panel in &chart.panels {
        check_range(&panel.y)?;
        let x = panel.x.as_ref().unwrap_or(&chart.x);
        check_range(x)?;
        check_bars(panel, x.scale)?;
        let empty = panel.series.iter().all(|series| series.points.is_empty());
        if empty && panel.bars.is_empty() {
            return Err(PlotError::NoPoints { place: format!("the panel {:?}", panel.y.label) });
        }
        for series in &panel.series {
            for (index, point) in series.points.iter().enumerate() {
                let number = || format!("point {}", index + 1);
                let name =
                    || point.label.as_ref().map_or_else(number, |label| format!("{label:?}"));
                for value in [point.x, point.x - point.error_x, point.x + point.error_x] {
                    check_value("x", value, x.scale, &series.name, name)?;
                }
                for y in [point.y, point.y - point.error, point.y + point.error] {
                    check_value("y", y, panel.y.scale, &series.name, name)?;
                }
            }
        }
        for arrow in &panel.arrows {
            let name = || format!("{:?}", arrow.label);
            check_value("x", arrow.from_x, x.scale, "arrows", name)?;
            check_value("x", arrow.to_x, x.scale, "arrows", name)?;
            check_value("y", arrow.y, panel.y.scale, "arrows", name)?;
        }
    }
    Ok(())
}

/// Parts have a length, and bars stand on zero.
fn check_bars(panel: &Panel, scale: Scale) -> Result<(), PlotError> {
    let mixed = !panel.bars.is_empty() && panel.series.iter().any(|one| !one.points.is_empty());
    for bar in &panel.bars {
        let total: f64 = bar.parts.iter().map(|part| part.value).sum();
        let wrong = |part: &&Part| !(part.value >= 0.0 && total <= LARGEST_LINEAR);
        let reason = match scale {
            _ if mixed => "a panel shows bars or series, not both",
            Scale::Log => "bars start at zero, which a logarithmic axis does not have",
            Scale::Linear => "a part of a bar has a finite length that is not below zero",
        };
        let refused = mixed || scale == Scale::Log;
        if let Some(part) = bar.parts.iter().find(|part| refused || wrong(part)) {
            let (series, point) = (bar.name.clone(), format!("{:?}", part.name));
            return Err(PlotError::BadValue {
                axis: "x",
                series,
                point,
                value: part.value,
                reason,
            });
        }
    }
    Ok(())
}

fn check_size(Size { width, height }: Size) -> Result<(), PlotError> {
    let reason = if width.min(height) < SMALLEST {
        "each side needs at least 240 pixels"
    } else if width.max(height) > LARGEST {
        "each side may have at most 8192 pixels"
    } else {
        return Ok(());
    };
    Err(PlotError::BadSize { width, height, reason })
}

fn check_range(axis: &Axis) -> Result<(), PlotError> {
    let Some((low, high)) = axis.range else {
        return Ok(());
    };
    let drawable = match axis.scale {
        Scale::Linear => low.abs() <= LARGEST_LINEAR && high.abs() <= LARGEST_LINEAR,
        Scale::Log => low > 0.0 && high.is_finite(),
    };
    if drawable && low < high {
        return Ok(());
    }
    Err(PlotError::BadRange { axis: axis.label.clone(), low, high })
}

fn check_value(
    axis: &'static str,
    value: f64,
    scale: Scale,
    series: &str,
    name: impl Fn() -> String,
) -> Result<(), PlotError> {
    let reason = match scale {
        _ if !value.is_finite() => "it is not a finite number",
        Scale::Log if value <= 0.0 => "a logarithmic axis needs values above zero",
        Scale::Linear if value.abs() > LARGEST_LINEAR => "it is too large for a linear axis",
        Scale::Log | Scale::Linear => return Ok(()),
    };
    let (series, point) = (series.to_owned(), name());
    Err(PlotError::BadValue { axis, series, point, value, reason })
}
