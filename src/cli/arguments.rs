//! Arguments that several subcommands take, and how they are parsed.

use std::str::FromStr;

use clap::Args;
use phiscale::onnx::{Options, Sizes};
use phiscale::{Coefficients, Diagnostic, Error, Family, Member, Request, Scale, Strategy};

pub(super) use super::format::{FORMATS, Output, choice};
pub(super) use super::values::{PositiveValues, Values};

/// Coefficients instead of the spec's.
#[derive(Args, Clone, Debug)]
pub(super) struct CoefficientArguments {
    /// Share a doubling of cost between depth, width and resolution: d, w, r, dw, dr, wr, dwr, or dWr, where the
    /// capital takes 80 %. The spec's own α, β and γ are compound.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        conflicts_with_all = ["alpha", "beta", "gamma"],
        help_heading = "Scaling"
    )]
    strategy: Vec<String>,
    /// Depth multiplier at φ = 1, instead of the spec's.
    #[arg(long, value_name = "X", help_heading = "Scaling")]
    alpha: Option<f64>,
    /// Width multiplier at φ = 1, instead of the spec's.
    #[arg(long, value_name = "X", help_heading = "Scaling")]
    beta: Option<f64>,
    /// Resolution multiplier at φ = 1, instead of the spec's.
    #[arg(long, value_name = "X", help_heading = "Scaling")]
    gamma: Option<f64>,
}

/// α, β and γ, and where they come from.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// The strategy, if they come from one.
    pub(super) strategy: Option<String>,
    pub(super) coefficients: Coefficients,
    /// A note for the report if nobody chose them.
    pub(super) note: Option<String>,
}

impl Chosen {
    /// The strategy for families that were published without α, β and γ.
    const DEFAULT: &str = "dwr";

    /// The name of a family's own α, β and γ among the strategies.
    pub(super) const COMPOUND: &str = "compound";

    /// The family's own, or else those of the default strategy.
    pub(super) fn of(family: &Family) -> Result<Self, Error> {
        if let Some(coefficients) = family.rule.coefficients {
            return Ok(Self { strategy: None, coefficients, note: None });
        }
        let default = Self::named(Self::DEFAULT)?;
        let Coefficients { alpha, beta, gamma } = default.coefficients;
        let note = format!(
            "{} was published without α, β and γ. Those of the strategy {} are used: α = {alpha:.4}, β = {beta:.4} \
             and γ = {gamma:.4} share each doubling of the cost evenly between depth, width and resolution.",
            family.title,
            Self::DEFAULT
        );
        Ok(Self { note: Some(note), ..default })
    }

    /// Those of a strategy, or the family's own by the name of one.
    fn by_name(name: &str, family: &Family) -> Result<Self, Error> {
        if name != Self::COMPOUND {
            return Self::named(name).map_err(|error| {
                error.help(&format!("{} stands for the family's own α, β and γ", Self::COMPOUND))
            });
        }
        let own = family.rule.coefficients.ok_or_else(|| {
            let title = &family.title;
            let message =
                format!("{title} was published without α, β and γ, which {name} stands for");
            let names = Strategy::NAMES.join(", ");
            Diagnostic::new(message)
                .help(format!("give --alpha, --beta and --gamma, or one of {names}"))
        })?;
        Ok(Self { strategy: Some(name.into()), coefficients: own, note: None })
    }

    /// Those of a strategy.
    fn named(strategy: &str) -> Result<Self, Error> {
        let strategy = Strategy::parse(strategy)?;
        let coefficients = strategy.coefficients();
        Ok(Self { strategy: Some(strategy.name), coefficients, note: None })
    }

    /// The multipliers at φ.
    pub(super) fn at(&self, phi: f64) -> Result<Scale, Error> {
        let scale = self.coefficients.at(phi);
        scale.checked().map_err(|error| error.in_context(&format!("at φ = {phi}")))
    }
}

impl CoefficientArguments {
    /// The arguments of a command that takes a list for each coefficient: the first of each stands for it.
    pub(super) fn of_lists(strategy: Option<&String>, lists: [Option<&PositiveValues>; 3]) -> Self {
        let first = |list: Option<&PositiveValues>| list?.0.values.first().copied();
        let [alpha, beta, gamma] = lists.map(first);
        CoefficientArguments {
            strategy: strategy.cloned().into_iter().collect(),
            alpha,
            beta,
            gamma,
        }
    }

    /// Whether any coefficient or strategy is given.
    pub(super) fn are_given(&self) -> bool {
        self.given().is_some()
    }

    /// The first option given.
    pub(super) fn given(&self) -> Option<&'static str> {
        let strategy = (!self.strategy.is_empty()).then_some("--strategy");
        let alpha = self.alpha.map(|_| "--alpha");
        let beta = self.beta.map(|_| "--beta");
        strategy.or(alpha).or(beta).or(self.gamma.map(|_| "--gamma"))
    }

    /// The multipliers at φ, or without φ those given, and a note on coefficients that nobody chose.
    pub(super) fn scale<'f>(
        &self,
        phi: Option<f64>,
        multipliers: &ScaleArguments,
        family: impl FnOnce() -> Result<&'f Family, Error>,
    ) -> Result<(Scale, Option<String>), Error> {
        match phi {
            Some(phi) if phi.is_finite() => {
                let chosen = self.one(family()?)?;
                Ok((chosen.at(phi)?, chosen.note))
            }
            Some(phi) => Err(Error::new(format!("φ is {phi}; it must be a finite number"))),
            None if self.are_given() => {
                let problem = Diagnostic::new("α, β and γ have no effect without φ");
                Err(problem.help("add --phi, or give --depth, --width and --resolution").into())
            }
            None => Ok((multipliers.resolve(true)?, None)),
        }
    }

    /// Whether α, β or γ is given.
    pub(super) fn has_numbers(&self) -> bool {
        self.alpha.or(self.beta).or(self.gamma).is_some()
    }

    /// Those of every strategy given; without any, what [`Self::one`] chooses.
    pub(super) fn all(&self, family: &Family) -> Result<Vec<Chosen>, Error> {
        if self.strategy.is_empty() {
            return Ok(vec![self.one(family)?]);
        }
        self.strategy.iter().map(|name| Chosen::by_name(name, family)).collect()
    }

    /// Those of every strategy given, or the coefficients given; without any, those of all strategies and the family's
    /// own.
    pub(super) fn compared(&self, family: &Family) -> Result<Vec<Chosen>, Error> {
        if self.are_given() {
            return self.all(family);
        }
        let own = family.rule.coefficients.map(|_| Chosen::COMPOUND);
        let names = Strategy::NAMES.into_iter().chain(own);
        names.map(|name| Chosen::by_name(name, family)).collect()
    }

    /// Those of the strategy given, or the coefficients given and the family's for the rest.
    pub(super) fn one(&self, family: &Family) -> Result<Chosen, Error> {
        match &self.strategy[..] {
            [] if self.has_numbers() => self.numbers(family),
            [] => Chosen::of(family),
            [name] => Chosen::by_name(name, family),
            names => {
                let message = format!(
                    "only one strategy can be used here, not {}: {}",
                    names.len(),
                    names.join(", ")
                );
                let help = "`phiscale scale` compares several strategies";
                Err(Diagnostic::new(message).help(help).into())
            }
        }
    }

    fn numbers(&self, family: &Family) -> Result<Chosen, Error> {
        let published = family.rule.coefficients;
        let chosen = |given: Option<f64>, published: Option<f64>, flag| {
            given.or(published).ok_or_else(|| {
                let message = format!("{} was published without α, β and γ", family.title);
                let help = format!("give {flag} as well, or a --strategy");
                Diagnostic::new(message).help(help)
            })
        };
        let coefficients = Coefficients {
            alpha: chosen(self.alpha, published.map(|published| published.alpha), "--alpha")?,
            beta: chosen(self.beta, published.map(|published| published.beta), "--beta")?,
            gamma: chosen(self.gamma, published.map(|published| published.gamma), "--gamma")?,
        };
        Ok(Chosen { strategy: None, coefficients: coefficients.checked()?, note: None })
    }
}

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
