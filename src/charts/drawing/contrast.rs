//! Given colours that are hard to see.

use crate::charts::drawing::svg::document::hex;
use crate::charts::drawing::theme::{Palette, Theme, contrast};
use crate::charts::drawing::{Chart, Role};

/// Marks of less contrast with the background are hard to see (WCAG 2.2, success criterion 1.4.11).
const LEAST_CONTRAST: f64 = 3.0;

/// A line on each colour given for a series that has a contrast of less than 3:1 with the background of a theme.
#[must_use]
pub fn faint_colours(chart: &Chart, theme: Theme) -> Vec<String> {
    let themes = match theme {
        Theme::Auto => vec![Theme::Light, Theme::Dark],
        one => vec![one],
    };
    let mut lines: Vec<String> = Vec::new();
    for theme in themes {
        let (palette, theme) = (Palette::of(theme), theme.name());
        let series = chart.panels.iter().flat_map(|panel| &panel.series);
        for series in series.filter(|series| series.role != Role::Muted) {
            let Some(colour) = series.colour else { continue };
            let colour = colour.on(palette.is_dark);
            let found = contrast(colour, palette.background);
            let (name, colour) = (&series.name, hex(colour));
            let line = format!(
                "{name}: {colour} has a contrast of {found:.1}:1 with the {theme} background; below 3:1 marks are hard to see"
            );
            if found < LEAST_CONTRAST && !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}
