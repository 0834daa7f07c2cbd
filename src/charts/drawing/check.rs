//! Checks that a chart can be drawn; an error names the value and its series.

use crate::charts::drawing::{
    Axis, Chart, Look, PIXELS_PER_INCH, Panel, PlotError, Scale, Segment, Size,
};

/// Largest side of a chart, in CSS pixels.
const MAX_SIDE: f64 = 8192.0;
/// How many pixels of the layout the largest side has at most: text of 4 points needs the most.
const MAX_LAYOUT_SIDE: f64 = 2.7 * MAX_SIDE;

/// Largest value on a linear axis; differences and squares of larger ones overflow.
const MAX_LINEAR: f64 = 1e150;

/// Checks that the size is allowed and that every value has a position on its axis.
pub(crate) fn check(chart: &Chart, look: &Look) -> Result<(), PlotError> {
    check_size(look.size, look.zoom())?;
    check_range(&chart.x)?;
    if chart.panels.is_empty() {
        return Err(PlotError::NoPoints { place: "the chart".to_owned() });
    }
    chart.panels.iter().try_for_each(|panel| check_panel(panel, &chart.x))
}

fn check_panel(panel: &Panel, shared_x: &Axis) -> Result<(), PlotError> {
    let (x, y) = (panel.x.as_ref().unwrap_or(shared_x), &panel.y);
    check_range(y)?;
    check_range(x)?;
    check_bars(panel, x.scale)?;
    if panel.bars.is_empty() && panel.series.iter().all(|series| series.points.is_empty()) {
        return Err(PlotError::NoPoints { place: format!("the panel {:?}", y.label) });
    }
    for series in &panel.series {
        for (index, point) in series.points.iter().enumerate() {
            let name = || match &point.label {
                Some(label) => format!("{label:?}"),
                None => format!("point {}", index + 1),
            };
            for value in [point.x, point.x - point.error_x, point.x + point.error_x] {
                check_value("x", value, x.scale, &series.name, name)?;
            }
            for value in [point.y, point.y - point.error, point.y + point.error] {
                check_value("y", value, y.scale, &series.name, name)?;
            }
        }
    }
    for level in &panel.levels {
        for corner in level.cells.iter().flatten() {
            check_value("x", corner.0, x.scale, &level.name, || "a cell".to_owned())?;
            check_value("y", corner.1, y.scale, &level.name, || "a cell".to_owned())?;
        }
    }
    for band in &panel.bands {
        for [at, low, high] in &band.points {
            check_value("x", *at, x.scale, &band.series, || "a band".to_owned())?;
            for value in [*low, *high] {
                check_value("y", value, y.scale, &band.series, || "a band".to_owned())?;
            }
        }
    }
    for arrow in &panel.arrows {
        let name = || format!("{:?}", arrow.label);
        for end in [arrow.from, arrow.to] {
            check_value("x", end.0, x.scale, "arrows", name)?;
            check_value("y", end.1, y.scale, "arrows", name)?;
        }
    }
    Ok(())
}

/// Checks that bars start at zero, have no series beside them, and have segments of finite length.
fn check_bars(panel: &Panel, scale: Scale) -> Result<(), PlotError> {
    let is_mixed = panel.series.iter().any(|series| !series.points.is_empty());
    let reason = match scale {
        _ if is_mixed => "a panel shows bars or series, not both",
        Scale::Log => "bars start at zero, which a logarithmic axis does not have",
        Scale::Linear => "a segment's length must be finite and not negative",
    };
    for bar in &panel.bars {
        let total: f64 = bar.segments.iter().map(|segment| segment.value).sum();
        let is_bad = |segment: &&Segment| {
            is_mixed || scale == Scale::Log || !(segment.value >= 0.0 && total <= MAX_LINEAR)
        };
        if let Some(Segment { name, value, .. }) = bar.segments.iter().find(is_bad) {
            let (series, point) = (bar.name.clone(), format!("{name:?}"));
            return Err(PlotError::BadValue { axis: "x", series, point, value: *value, reason });
        }
    }
    Ok(())
}

/// Checks the size, and the size of text, of which `zoom` is relative to that of the layout.
fn check_size(size: Size, zoom: f64) -> Result<(), PlotError> {
    let sides = [size.width, size.height].map(|side| side * size.unit.pixels());
    let is_any = |is_bad: fn(f64) -> bool| sides.iter().any(|side| is_bad(*side));
    let is_text_readable = zoom.is_finite() && zoom > 0.0;
    let reason = if is_any(|side| side > MAX_SIDE) {
        let inches = MAX_SIDE / PIXELS_PER_INCH;
        format!("each side may have at most {MAX_SIDE} pixels ({inches:.0} inches)")
    } else if is_any(|side| side.is_nan() || side <= 0.0) {
        "each side must be above 0".to_owned()
    } else if !is_text_readable || sides.iter().any(|side| side / zoom > MAX_LAYOUT_SIDE) {
        "its text would be too small".to_owned()
    } else {
        return Ok(());
    };
    Err(PlotError::BadSize { size, reason })
}

fn check_range(axis: &Axis) -> Result<(), PlotError> {
    let Some((low, high)) = axis.range else {
        return Ok(());
    };
    let is_drawable = match axis.scale {
        Scale::Linear => low.abs() <= MAX_LINEAR && high.abs() <= MAX_LINEAR,
        Scale::Log => low > 0.0 && high.is_finite(),
    };
    if is_drawable && low < high {
        return Ok(());
    }
    Err(PlotError::BadRange { axis: axis.label.clone(), low, high })
}

fn check_value(
    axis: &'static str,
    value: f64,
    scale: Scale,
    series: &str,
    point: impl Fn() -> String,
) -> Result<(), PlotError> {
    let reason = match scale {
        _ if !value.is_finite() => "it must be a finite number",
        Scale::Log if value <= 0.0 => "a logarithmic axis needs values above zero",
        Scale::Linear if value.abs() > MAX_LINEAR => "it is too large for a linear axis",
        Scale::Log | Scale::Linear => return Ok(()),
    };
    Err(PlotError::BadValue { axis, series: series.to_owned(), point: point(), value, reason })
}
