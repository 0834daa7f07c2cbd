//! The arguments that multiply depth, width and resolution.

use clap::Args;
use phiscale::{Diagnostic, Error, Scale};

/// Multipliers of depth, width and resolution.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ScaleArguments {
    /// Multiply the repeats of every stage by this.
    #[arg(long, value_name = "D", allow_negative_numbers = true, help_heading = "Scaling")]
    depth: Option<f64>,
    /// Multiply the channels of every stage by this.
    #[arg(long, value_name = "W", allow_negative_numbers = true, help_heading = "Scaling")]
    width: Option<f64>,
    /// Multiply the height and width of the input by this.
    #[arg(long, value_name = "R", allow_negative_numbers = true, help_heading = "Scaling")]
    resolution: Option<f64>,
}

impl ScaleArguments {
    /// Whether any multiplier is given.
    pub(super) fn are_given(&self) -> bool {
        self.depth.or(self.width).or(self.resolution).is_some()
    }

    /// The multipliers given, and 1 for the rest; `takes_input`: whether the command has --input.
    pub(super) fn resolve(&self, takes_input: bool) -> Result<Scale, Error> {
        let scale = Scale {
            depth: self.depth.unwrap_or(1.0),
            width: self.width.unwrap_or(1.0),
            resolution: self.resolution.unwrap_or(1.0),
        };
        check_resolution(scale.resolution, takes_input)?;
        scale.checked()
    }
}

/// Fails for a resolution multiplier that was meant as pixels.
pub(super) fn check_resolution(resolution: f64, takes_input: bool) -> Result<(), Error> {
    if !(resolution >= 32.0 && resolution.is_finite()) {
        return Ok(());
    }
    let message = format!("a resolution multiplier of {resolution} looks like pixels");
    let help = if takes_input {
        format!("for pixels, use --input {resolution}")
    } else {
        "2 doubles the height and the width of the baseline's input".to_string()
    };
    Err(Diagnostic::new(message).help(help).into())
}
