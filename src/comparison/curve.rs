//! From families, members and published figures to points of cost and accuracy.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::family::{self, Family, Published, Request};
use crate::measure::Measure;
use crate::publication::Printed;
use crate::scaling::Scale;
use crate::sketch::{Style, Weight};

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
    Network(Known<'a>),
}

/// A network and what is known about it.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Its name in the chart; without one, its spec's.
    pub label: Option<String>,
    /// Its spec, and the multipliers on top of its member or baseline.
    pub network: Option<(&'a Family, Option<&'a family::Member>, Scale)>,
    /// Its costs as printed.
    pub printed: Printed,
    /// Its top-1 accuracy in percent, and where that is from; without, its spec's.
    pub accuracy: Option<(f64, String)>,
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

/// Places every network that is asked for.
pub fn compare(asked: &[Asked], measure: Measure) -> Result<Comparison, Diagnostics> {
    let mut comparison = Comparison { curves: Vec::new(), left_out: Vec::new() };
    for asked in asked {
        let curve = curve(asked, measure, &mut comparison.left_out)?;
        comparison.curves.push(curve);
    }
    Ok(comparison)
}

fn curve(
    asked: &Asked,
    measure: Measure,
    left_out: &mut Vec<String>,
) -> Result<Curve, Diagnostics> {
    let mut points = Vec::new();
    let mut name = asked.name.clone();
    for member in &asked.members {
        match member {
            Member::Family(family) => {
                name.get_or_insert_with(|| family.title.clone());
                points.extend(whole_family(asked, family, measure, left_out)?);
            }
            Member::Network(known) => {
                if let Some((family, ..)) = known.network {
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

/// A curve shows one way of training: members whose accuracy has another source than the one asked for,
/// or the family's first, are left out.
fn whole_family(
    asked: &Asked,
    family: &Family,
    measure: Measure,
    left_out: &mut Vec<String>,
) -> Result<Vec<Placed>, Diagnostics> {
    let (members, source) = match &asked.accuracy {
        Some(words) => (with_accuracy(family, words)?, words.as_str()),
        None => (family.members.iter().collect(), first_source(family)?),
    };
    let mut points = Vec::new();
    let prefix = shared_prefix(&members);
    for member in members {
        let address = family.address(member);
        let Some(published) = find(member, source) else {
            left_out.push(match member.accuracy() {
                Some((_, from)) => format!("{address}: its accuracy has another source ({from})"),
                None => format!("{address}: no published accuracy"),
            });
            continue;
        };
        let known = Known {
            label: Some(member.name[prefix..].to_string()),
            network: Some((family, Some(member), Scale::BASELINE)),
            printed: printed(published),
            accuracy: published.top1.map(|top1| (top1, published.source.clone())),
        };
        points.extend(
            placed(asked, &known, measure, left_out)?
                .map(|placed| Placed { title: family.print_name(member), ..placed }),
        );
    }
    Ok(points)
}

fn first_source(family: &Family) -> Result<&str, Diagnostics> {
    let source = family.members.iter().find_map(family::Member::accuracy);
    source.map(|(_, source)| source).ok_or_else(|| {
        let message = format!("no member of {} has a published top-1 accuracy", family.name);
        let help = "a chart of accuracy needs `published = { top1 = …, source = … }` in the spec";
        vec![Diagnostic::new(message).help(help)]
    })
}

/// The family's own members whose accuracy has these words in its source, or else the libraries'.
fn with_accuracy<'a>(
    family: &'a Family,
    words: &str,
) -> Result<Vec<&'a family::Member>, Diagnostics> {
    for members in [&family.members, &family.library_members] {
        let found: Vec<_> = members.iter().filter(|member| find(member, words).is_some()).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let published = family.all_members().flat_map(|member| &member.published);
    let mut sources: Vec<&str> = published
        .filter(|published| published.top1.is_some())
        .map(|published| published.source.as_str())
        .collect();
    sources.sort_unstable();
    sources.dedup();
    let message = format!("no accuracy of {} has a source with the words {words:?}", family.name);
    let mut problem = Diagnostic::new(message);
    for source in sources.iter().take(8) {
        problem = problem.help(format!("there is: {source}"));
    }
    Err(vec![problem])
}

/// The first published accuracy with these words in its source.
fn find<'a>(member: &'a family::Member, words: &str) -> Option<&'a Published> {
    let words = words.to_lowercase();
    let mut published = member.published.iter().filter(|published| published.top1.is_some());
    published.find(|published| published.source.to_lowercase().contains(&words))
}

/// The costs that the member's first publication with any prints.
#[must_use]
pub fn first_printed(member: &family::Member) -> Printed {
    let all = member.published.iter().map(printed);
    let mut printed = all.filter(|printed| !printed.is_empty());
    printed.next().unwrap_or_default()
}

fn printed(published: &Published) -> Printed {
    Printed {
        params: published.params.clone(),
        macs: published.macs.clone(),
        activations: published.activations.clone(),
    }
}

/// The network's point, or the reason why it has none.
fn placed(
    asked: &Asked,
    known: &Known,
    measure: Measure,
    left_out: &mut Vec<String>,
) -> Result<Option<Placed>, Diagnostics> {
    let title = title(known);
    let Some((top1, source)) = accuracy(asked, known) else {
        left_out.push(format!("{title}: no published accuracy"));
        return Ok(None);
    };
    let Some((cost, origin)) = cost(asked, known, measure)? else {
        left_out.push(format!("{title}: nothing says its {}", measure.name()));
        return Ok(None);
    };
    let label = known.label.clone().unwrap_or_else(|| title.clone());
    Ok(Some(Placed { label, title, cost, origin, top1, source }))
}

fn accuracy(asked: &Asked, known: &Known) -> Option<(f64, String)> {
    if known.accuracy.is_some() {
        return known.accuracy.clone();
    }
    let (_, member, scale) = known.network?;
    let member = member.filter(|_| scale == Scale::BASELINE)?;
    let found = find(member, asked.accuracy.as_deref().unwrap_or_default())?;
    Some((found.top1?, found.source.clone()))
}

fn cost(
    asked: &Asked,
    known: &Known,
    measure: Measure,
) -> Result<Option<(f64, Origin)>, Diagnostics> {
    let printed = as_printed(asked, known, measure).filter(|cost| *cost > 0.0);
    match (known.network, printed) {
        (Some((family, member, scale)), None) if !asked.as_printed => {
            let request = Request { member, scale, ..Request::BASELINE };
            let network = family.network(&request)?.network;
            Ok(Some((measure.of(&network) as f64, Origin::Counted)))
        }
        (_, printed) => Ok(printed.map(|cost| (cost, Origin::Published))),
    }
}

/// The cost as printed, where it is wanted: without a spec, or in place of the count.
fn as_printed(asked: &Asked, known: &Known, measure: Measure) -> Option<f64> {
    if known.network.is_some() && !asked.as_printed {
        return None;
    }
    let printed = &known.printed;
    let value = |figure: &Option<crate::units::Figure>| figure.as_ref().map(|figure| figure.value);
    match measure {
        Measure::Macs => value(&printed.macs),
        Measure::Flops => value(&printed.macs).map(|macs| 2.0 * macs),
        Measure::Params => value(&printed.params),
        Measure::Activations => value(&printed.activations),
        Measure::Memory => None,
    }
}

fn title(known: &Known) -> String {
    match (&known.label, known.network) {
        (Some(label), _) => label.clone(),
        (None, Some((family, Some(member), _))) => family.print_name(member),
        (None, Some((family, None, _))) => family.title.clone(),
        (None, None) => String::new(),
    }
}

/// How many bytes the names share that say nothing: `torchvision/efficientnet_` of `…_b0` and `…_b1`.
fn shared_prefix(members: &[&family::Member]) -> usize {
    let Some((first, others)) = members.split_first() else { return 0 };
    let Some(library) = first.name.find('/').map(|slash| slash + 1) else { return 0 };
    let shared = first.name.bytes().enumerate().take_while(|(index, byte)| {
        others.iter().all(|other| other.name.as_bytes().get(*index) == Some(byte))
    });
    let shared = shared.count();
    let word = first.name.get(..shared).and_then(|shared| shared.rfind(['_', '-', '/']));
    word.map_or(0, |end| end + 1).max(if others.is_empty() { library } else { 0 })
}

impl Curve {
    /// Whether the chart is about it.
    #[must_use]
    pub fn is_hero(&self) -> bool {
        self.style.weight == Weight::Hero
    }
}
