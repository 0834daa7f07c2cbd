//! Arguments that several subcommands take, and how they are parsed.

use std::str::FromStr;

use clap::Args;
use phiscale::onnx::{Options, Sizes};
use phiscale::{Member, Request, Scale};

pub(super) use super::coefficients::{Chosen, CoefficientArguments};
pub(super) use super::format::{FORMATS, Output, choice};
pub(super) use super::multipliers::{ScaleArguments, check_resolution};
pub(super) use super::values::{PositiveValues, Values};

/// The network's input and classes, and the images in a batch.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct InputArguments {
    #[command(flatten)]
    pub(super) image: ImageArguments,
    /// Images in a forward pass.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Input")]
    pub(super) batch: u32,
}

impl InputArguments {
    /// The request for a member, or the baseline, at a scale.
    pub(super) fn request<'a>(&self, member: Option<&'a Member>, scale: Scale) -> Request<'a> {
        self.image.request(member, scale)
    }
}

/// The network's input and classes.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ImageArguments {
    /// Height and width of the input in pixels, instead of the network's own.
    #[arg(long, value_name = "H[xW]", help_heading = "Input")]
    pub(super) input: Option<Image>,
    /// Number of classes, instead of the network's own.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Input")]
    classes: Option<u64>,
}

impl ImageArguments {
    /// The request for a member, or the baseline, at a scale.
    pub(super) fn request<'a>(&self, member: Option<&'a Member>, scale: Scale) -> Request<'a> {
        Request { member, scale, image: self.input.map(|image| image.0), classes: self.classes }
    }
}

/// What an ONNX file leaves open.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct OpenArguments {
    /// Set a dimension that an ONNX file leaves open, by its name in the file; can be repeated.
    #[arg(long = "dim", value_name = "NAME=N", help_heading = "ONNX files")]
    dims: Vec<Dimension>,
    /// Count a tensor of an ONNX file as params, by its name in the file; `*` stands for any text; can be repeated.
    #[arg(long, value_name = "NAME", help_heading = "ONNX files")]
    trained: Vec<String>,
    /// Do not count a tensor of an ONNX file as params.
    #[arg(long, value_name = "NAME", help_heading = "ONNX files")]
    not_trained: Vec<String>,
}

impl OpenArguments {
    /// Whether any is given.
    pub(super) fn are_given(&self) -> bool {
        !(self.dims.is_empty() && self.trained.is_empty() && self.not_trained.is_empty())
    }

    /// How to read an ONNX file with an image of this size.
    pub(super) fn import(&self, image: Option<Image>) -> Options {
        let dims = self.dims.iter().map(|dim| (dim.0.clone(), dim.1)).collect();
        let sizes = Sizes { image: image.map(|image| image.0), dims };
        let (trained, not_trained) = (self.trained.clone(), self.not_trained.clone());
        Options { sizes, allow_unknown: false, trained, not_trained }
    }
}

/// How to read an ONNX file whose count may be a lower bound.
#[derive(Args, Clone, Debug)]
pub(super) struct ImportArguments {
    #[command(flatten)]
    open: OpenArguments,
    /// Skip unknown operators of an ONNX file; every total is then a lower bound.
    #[arg(long, help_heading = "ONNX files")]
    allow_unknown: bool,
}

impl ImportArguments {
    /// How to read an ONNX file with an image of this size.
    pub(super) fn import(&self, image: Option<Image>) -> Options {
        Options { allow_unknown: self.allow_unknown, ..self.open.import(image) }
    }
}

/// A named dimension and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Dimension(String, u64);

impl FromStr for Dimension {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('=').filter(|(name, _)| !name.is_empty());
        let size = parts.and_then(|(name, size)| Some((name, size.parse::<u64>().ok()?)));
        let (name, size) = size
            .filter(|(_, size)| *size >= 1)
            .ok_or("a dimension is NAME=N with N of at least 1")?;
        Ok(Dimension(name.into(), size))
    }
}

/// Height and width of an image in pixels: `224` or `224x320`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Image(pub(super) [u64; 2]);

impl FromStr for Image {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let side = |text: &str| text.parse::<u64>().ok().filter(|side| *side >= 1);
        let image = match text.split_once(['x', 'X', '×']) {
            Some((height, width)) => side(height).zip(side(width)),
            None => side(text).map(|side| (side, side)),
        };
        let (height, width) =
            image.ok_or("an input is H or HxW in pixels, such as 224 or 224x320")?;
        Ok(Image([height, width]))
    }
}

/// A share: `15%`, `0.15`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share(pub(super) f64);

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, is_percent) = match text.trim().strip_suffix('%') {
            Some(number) => (number.trim_end(), true),
            None => (text.trim(), false),
        };
        let share = number.parse::<f64>().ok();
        let share = share.map(|share| if is_percent { share / 100.0 } else { share });
        let share = share.filter(|share| share.is_finite() && *share >= 0.0);
        let share = share.ok_or("a share is 0.15 or 15% and cannot be negative")?;
        if !is_percent && share >= 1.0 {
            return Err(format!(
                "{share} would be {}%: for {share} %, write {share}% or {}",
                share * 100.0,
                share / 100.0
            ));
        }
        Ok(Share(share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_and_shares() {
        assert_eq!("224".parse(), Ok(Image([224, 224])));
        assert_eq!("224x320".parse(), Ok(Image([224, 320])));
        for bad in ["0", "-1", "224x", "x", "224.5", "1e3", "224x0"] {
            assert!(bad.parse::<Image>().is_err(), "{bad}");
        }
        assert_eq!("15%".parse(), Ok(Share(0.15)));
        assert_eq!("0.15".parse(), Ok(Share(0.15)));
        assert_eq!("200%".parse(), Ok(Share(2.0)));
        for bad in ["-1", "nan", "15%%", "%", "inf", "1", "5", "1e3"] {
            assert!(bad.parse::<Share>().is_err(), "{bad}");
        }
    }
}
