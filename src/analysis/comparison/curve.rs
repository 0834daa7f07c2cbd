//! From families, members and published figures to points of cost and accuracy.

use rayon::prelude::*;

use crate::analysis::comparison::place::placed;
use crate::analysis::comparison::whole::whole_family;
use crate::counting::measure::Measure;
use crate::error::Error;
use crate::families::family::{self, Family};
use crate::families::publication::Printed;
use crate::families::scaling::Scale;
use crate::families::sketch::{Style, Weight};

/// What a curve is to be made of.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Its name; without one, the first family's.
    pub name: Option<String>,
    /// How it stands in the picture.
    pub style: Style,
    /// Which published accuracy is taken: words of its source. Without, the family's first.
    pub accuracy: Option<String>,
    /// Whether costs are as printed, even where they can be counted.
    pub as_printed: bool,
    /// Its networks, in order.
    pub members: Vec<Member<'a>>,
}

/// A part of a curve.
#[derive(Clone, Debug)]
pub enum Member<'a> {
    /// Every member of a family whose accuracy is of one source.
    Family(&'a Family),
    /// One network.
    Network(Box<Known<'a>>),
}

/// A network and what is known about it.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Its name in the chart; without one, its spec's.
    pub label: Option<String>,
    /// Its spec, and the multipliers on top of its member or baseline.
    pub network: Option<Counted<'a>>,
    /// Its costs as printed.
    pub printed: Printed,
    /// Its top-1 accuracy in percent, and where that is from; without, its spec's.
    pub accuracy: Option<(f64, String)>,
}

/// What counts a network.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Its family.
    pub family: &'a Family,
    /// Its member there; `None` is the baseline.
    pub member: Option<&'a family::Member>,
    /// Multipliers on top of it.
    pub scale: Scale,
}

/// Curves of cost and accuracy.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The curves, in the order asked for.
    pub curves: Vec<Curve>,
    /// Networks left out, each with the reason.
    pub left_out: Vec<String>,
}

/// Networks that belong together.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// How it stands in the picture.
    pub style: Style,
    /// Its points; by cost where they are joined.
    pub points: Vec<Placed>,
}

/// A network with its accuracy and its cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Its name within the curve: `B3`.
    pub label: String,
    /// Its name in print: `EfficientNet-B3`.
    pub title: String,
    /// Its cost.
    pub cost: f64,
    /// Whether the cost is counted.
    pub origin: Origin,
    /// Top-1 in percent.
    pub top1: f64,
    /// Where the accuracy is from.
    pub source: String,
}

/// Where a cost is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Counted by a layer spec.
    Counted,
    /// As a publication prints it.
    Published,
}

/// Places every network that is asked for, one curve beside the other on all processors; what cannot be placed has the index of its curve beside it.
pub fn compare(asked: &[Asked], measure: Measure) -> Result<Comparison, (usize, Error)> {
    let placed = |asked| {
        let mut left_out = Vec::new();
        curve(asked, measure, &mut left_out).map(|curve| (curve, left_out))
    };
    let placed: Vec<_> = asked.par_iter().map(placed).collect();
    let mut comparison = Comparison { curves: Vec::new(), left_out: Vec::new() };
    for (index, placed) in placed.into_iter().enumerate() {
        let (curve, left_out) = placed.map_err(|problems| (index, problems))?;
        comparison.left_out.extend(in_short(&curve, left_out));
        comparison.curves.push(curve);
    }
    comparison.show_once();
    Ok(comparison)
}

/// What a cloud leaves out, by number alone: nobody looks for its networks by name.
fn in_short(curve: &Curve, left_out: Vec<String>) -> Vec<String> {
    if curve.style.weight != Weight::Cloud || left_out.is_empty() {
        return left_out;
    }
    let count = left_out.len();
    let all = count + curve.points.len();
    vec![format!("{count} of {all} of {}: nothing says their cost or their accuracy", curve.name)]
}

fn curve(asked: &Asked, measure: Measure, left_out: &mut Vec<String>) -> Result<Curve, Error> {
    let mut points = Vec::new();
    let mut name = asked.name.clone();
    for member in &asked.members {
        match member {
            Member::Family(family) => {
                name.get_or_insert_with(|| family.title.clone());
                points.extend(whole_family(asked, family, measure, left_out)?);
            }
            Member::Network(known) => {
                if let Some(Counted { family, .. }) = known.network {
                    name.get_or_insert_with(|| family.title.clone());
                }
                points.extend(placed(asked, known, measure, left_out)?);
            }
        }
    }
    if asked.style.line {
        points.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    }
    Ok(Curve { name: name.unwrap_or_default(), style: asked.style, points })
}

impl Curve {
    /// Whether the chart is about it.
    #[must_use]
    pub fn is_hero(&self) -> bool {
        self.style.weight == Weight::Hero
    }
}
