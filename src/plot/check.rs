//! Refuses what cannot be drawn, and says which value of which series it is.

use crate::plot::{Axis, Chart, PlotError, Scale, Size};

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
        if panel.series.iter().all(|series| series.points.is_empty()) {
            return Err(PlotError::NoPoints { place: format!("the panel {:?}", panel.y.label) });
        }
        for series in &panel.series {
            for (index, point) in series.points.iter().enumerate() {
                let number = || format!("point {}", index + 1);
                let name =
                    || point.label.as_ref().map_or_else(number, |label| format!("{label:?}"));
                check_value("x", point.x, chart.x.scale, &series.name, name)?;
                check_value("y", point.y, panel.y.scale, &series.name, name)?;
            }
        }
        for arrow in &panel.arrows {
            let name = || format!("{:?}", arrow.label);
            check_value("x", arrow.from_x, chart.x.scale, "arrows", name)?;
            check_value("x", arrow.to_x, chart.x.scale, "arrows", name)?;
            check_value("y", arrow.y, panel.y.scale, "arrows", name)?;
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
