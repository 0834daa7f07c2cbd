//! A network family: a baseline, the rule that scales it, its named members, and what was published
//! about them.

use std::sync::Arc;

use crate::counting::network::Network;
use crate::counting::shape::Shape;
use crate::error::{Diagnostic, Error, Source, Span};
use crate::families::accuracy::Accuracy;
use crate::families::block::{Block, Formula};
use crate::families::published::Published;
use crate::families::scaling::{Rule, Scale};

/// A family of networks.
#[derive(Clone, Debug)]
pub struct Family {
    /// The name in addresses: `efficientnet`.
    pub name: String,
    /// The name in print: `EfficientNet`.
    pub title: String,
    /// Where the architecture was published.
    pub source: String,
    /// The baseline's input; its height and width are what resolution multiplies.
    pub input: Shape<u64>,
    /// Classes of the baseline.
    pub classes: u64,
    /// How it scales.
    pub rule: Rule,
    /// Where its coefficients were published.
    pub rule_source: Option<String>,
    /// The blocks its stages are made of.
    pub(crate) blocks: Vec<Block>,
    /// The baseline's stages.
    pub(crate) stages: Arc<[StageSpec]>,
    /// Constants for expressions in the baseline's stages.
    pub(crate) constants: Vec<(String, Formula)>,
    /// The named members, in the order of the spec.
    pub members: Vec<Member>,
    /// The networks as libraries name and build them: `torchvision/resnet50`.
    pub library_members: Vec<Member>,
    /// The spec that it was read from.
    pub spec: Source,
}

/// A stage: a block, its width and its repeats.
#[derive(Clone, Debug)]
pub struct StageSpec {
    /// Its name.
    pub name: String,
    /// The index of its block.
    pub(crate) block: usize,
    /// Output channels at the baseline.
    pub(crate) width: Option<Formula>,
    /// Repeats at the baseline: 0 leaves the stage out, `None` is a single block that never repeats.
    pub(crate) depth: Option<Formula>,
    /// Whether the output channels are the same at every width multiplier.
    pub fixed_width: bool,
    /// Whether the repeats are the same at every depth multiplier.
    pub fixed_depth: bool,
    /// Parameters of the block whose channels are meant to be the same at every width, by index.
    pub(crate) fixed_parameters: Vec<usize>,
    /// Values of the block's parameters, by the parameter's index.
    pub(crate) settings: Vec<(usize, Formula)>,
    /// Where it is written.
    pub span: Span,
}

/// A published network of the family.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name in the family: `B0`.
    pub name: String,
    /// Its width multiplier, if it was made by scaling.
    pub width: Option<f64>,
    /// Its depth multiplier, if it was made by scaling.
    pub depth: Option<f64>,
    /// Height and width of its input, in pixels, if they differ from the baseline's.
    pub image: Option<[u64; 2]>,
    /// Its classes, if they differ from the baseline's.
    pub classes: Option<u64>,
    /// The name of its series in charts, if it is not the family's.
    pub series: Option<String>,
    /// Whether a line joins it to others of its series.
    pub line: bool,
    /// Constants for expressions in its stages.
    pub(crate) constants: Vec<(String, Formula)>,
    /// Its stages: the baseline's, or its own versions of them. Members that change the same share them.
    pub(crate) stages: Arc<[StageSpec]>,
    /// Exact counts, published or measured.
    pub exact: Vec<ExactCounts>,
    /// Figures as printed.
    pub published: Vec<Published>,
    /// Where it is written.
    pub span: Span,
}

/// Integers that a member's counts must equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExactCounts {
    /// Where they come from.
    pub source: String,
    /// Trained parameters.
    pub params: Option<u64>,
    /// Stored statistics of norms.
    pub norm_stats: Option<u64>,
    /// Multiply-adds of convolutions, linear layers and products of maps.
    pub macs: Option<u64>,
    /// Output elements of convolutions, linear layers and products of maps.
    pub activations: Option<u64>,
    /// Counts under conventions, by the convention's name.
    pub counts: Vec<(String, u64)>,
}

/// Which network of a family is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// A member; `None` is the baseline.
    pub member: Option<&'a Member>,
    /// Multipliers on top of it.
    pub scale: Scale,
    /// Height and width of the input in pixels, instead of what the scale gives.
    pub image: Option<[u64; 2]>,
    /// Classes, instead of the family's.
    pub classes: Option<u64>,
}

/// A network and the multipliers that made it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scaled {
    /// The network.
    pub network: Network<u64>,
    /// Depth and width multipliers, and the input's height over the baseline's.
    pub scale: Scale,
    /// Remarks on an imported network.
    pub notes: Vec<String>,
}

impl Request<'_> {
    /// The unscaled baseline.
    pub const BASELINE: Request<'static> =
        Request { member: None, scale: Scale::BASELINE, image: None, classes: None };
}

impl Member {
    /// The multipliers of depth and width that made it, each 1 if it has none.
    #[must_use]
    pub fn scale(&self) -> Scale {
        Scale {
            depth: self.depth.unwrap_or(1.0),
            width: self.width.unwrap_or(1.0),
            ..Scale::BASELINE
        }
    }

    /// The library, if this is a library's network: `torchvision` of `torchvision/resnet50`.
    #[must_use]
    pub fn library(&self) -> Option<&str> {
        self.name.split_once('/').map(|(library, _)| library)
    }

    /// The first published accuracy, in percent, and its source.
    #[must_use]
    pub fn accuracy(&self, of: Accuracy) -> Option<(f64, &str)> {
        self.published.iter().find_map(|one| Some((one.accuracy(of)?, one.source.as_str())))
    }
}

impl Family {
    /// The baseline's stages.
    #[must_use]
    pub fn stages(&self) -> &[StageSpec] {
        &self.stages
    }

    /// The member with this name, ignoring case.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.all_members().find(|member| member.name.eq_ignore_ascii_case(name))
    }

    /// The member with this name, `None` without a name. Fails if no member has the name.
    pub fn named(&self, name: Option<&str>) -> Result<Option<&Member>, Error> {
        let Some(name) = name else { return Ok(None) };
        let member = self.member(name);
        member.map(Some).ok_or_else(|| {
            let names: Vec<String> =
                self.members.iter().map(|member| member.name.to_lowercase()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let message = format!("{} has no member `{name}`", self.name);
            Diagnostic::new(message)
                .known(&format!("members of {}", self.name), name, &names)
                .into()
        })
    }

    /// The family's own members, then the libraries'.
    pub fn all_members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().chain(&self.library_members)
    }

    /// A member's address: `efficientnet:b0`, `torchvision/efficientnet_b0`.
    #[must_use]
    pub fn address(&self, member: &Member) -> String {
        let is_file = self.name.contains(['.', '/', '\\']);
        match member.library() {
            Some(_) if !is_file => member.name.clone(),
            Some(_) => format!("{}:{}", self.name, member.name),
            None => format!("{}:{}", self.name, member.name.to_lowercase()),
        }
    }

    /// The name of a member in print: `EfficientNet-B3`, `EfficientNet-Lite3`; a library's name as it is.
    #[must_use]
    pub fn print_name(&self, member: &Member) -> String {
        match member.name.split_once('/') {
            Some((_, name)) => name.to_string(),
            None => print_name(&self.title, &member.name),
        }
    }
}

/// A member's name after its family's: `EfficientNet-B3`. What both names have is written once: `EfficientNet-Lite3`.
pub(crate) fn print_name(family: &str, member: &str) -> String {
    print_parts(family, member).concat()
}

/// What [`print_name`] joins.
pub(crate) fn print_parts<'n>(family: &'n str, member: &'n str) -> [&'n str; 3] {
    let last_word = family.rfind(['-', '_', ' ']).map(|at| family.split_at(at + 1));
    let is_start =
        |word: &str| member.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    match last_word.filter(|(_, word)| is_start(word)) {
        Some((front, _)) => [front, "", member],
        None => [family, "-", member],
    }
}
