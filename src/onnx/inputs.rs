//! What goes into a graph: the sizes that its file fixes, and those that are given beside it.

use std::collections::HashSet;

use crate::counting::shape::Shape;
use crate::error::Diagnostic;
use crate::onnx::model::{Described, Dimension, Graph};
use crate::onnx::value::checked;

/// Sizes that a file leaves open, or that are wanted in place of its own.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    /// Height and width of the image, in pixels.
    pub image: Option<[u64; 2]>,
    /// Sizes of dimensions that the file has names for.
    pub dims: Vec<(String, u64)>,
}

/// What goes in, with every size known.
#[derive(Debug)]
pub(super) struct Start {
    /// The inputs that are not stored.
    pub(super) inputs: Vec<Input>,
    /// The image of one forward pass.
    pub(super) image: Shape<u64>,
    /// Images in the forward pass that the file describes.
    pub(super) batch: u64,
    /// Whether any size is another than the file says.
    pub(super) is_resized: bool,
}

/// One input.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) dims: Vec<u64>,
    pub(super) is_float: bool,
}

/// Where an image has its channels, height and width.
#[derive(Clone, Copy)]
struct Axes([usize; 3]);

const CHANNELS_FIRST: Axes = Axes([1, 2, 3]);
const CHANNELS_LAST: Axes = Axes([3, 1, 2]);

/// A map of more channels than this, in the last axis, is none of an image.
const MOST_IMAGE_CHANNELS: i64 = 4;

/// Every input's sizes.
pub(super) fn start(graph: &Graph, sizes: &Sizes) -> Result<Start, Diagnostic> {
    let stored: HashSet<&str> = graph.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    let inputs = graph.inputs.iter().filter(|input| !stored.contains(input.name.as_str()));
    let inputs: Vec<&Described> = inputs.collect();
    check_names(&inputs, sizes)?;
    let image = inputs.iter().position(|input| dims(input).len() == 4);
    if let (Some(_), None) = (sizes.image, image) {
        return Err(Diagnostic::new(
            "the file has no input that is an image, so that --input says nothing",
        ));
    }
    let mut start =
        Start { inputs: Vec::new(), image: Shape::single(1), batch: 1, is_resized: false };
    for (index, input) in inputs.iter().enumerate() {
        let axes = (Some(index) == image).then(|| layout(dims(input)));
        let found = sized(input, axes, sizes)?;
        let is_other = |(dim, size): (&Dimension, &u64)| matches!(dim, Dimension::Known(known) if *known != size.cast_signed());
        start.is_resized |= dims(input).iter().zip(&found).any(is_other);
        if let Some(Axes([channels, height, width])) = axes {
            start.image =
                Shape { channels: found[channels], height: found[height], width: found[width] };
        }
        if index == image.unwrap_or(0) {
            start.batch = if found.len() > 1 { found[0] } else { 1 };
        }
        start.inputs.push(Input {
            name: input.name.clone(),
            dims: found,
            is_float: input.is_float,
        });
    }
    if let (None, Some(first)) = (image, start.inputs.first()) {
        start.image = super::effect::shape(&first.dims);
    }
    Ok(start)
}

fn dims(input: &Described) -> &[Dimension] {
    input.dims.as_deref().unwrap_or_default()
}

fn layout(dims: &[Dimension]) -> Axes {
    let is_few = |index: usize| matches!(dims[index], Dimension::Known(1..=MOST_IMAGE_CHANNELS));
    if is_few(3) && !is_few(1) { CHANNELS_LAST } else { CHANNELS_FIRST }
}

/// A size for every dimension. Where the batch is left open it is one image.
fn sized(input: &Described, axes: Option<Axes>, sizes: &Sizes) -> Result<Vec<u64>, Diagnostic> {
    let Some(dims) = &input.dims else {
        return Err(Diagnostic::new(format!("the file gives the input `{}` no shape", input.name)));
    };
    let size = |(index, dim): (usize, &Dimension)| {
        let pixels = axes.zip(sizes.image).and_then(|(Axes([_, height, width]), image)| {
            [height, width].iter().position(|axis| *axis == index).map(|side| image[side])
        });
        let named = |name: &String| {
            sizes.dims.iter().find(|(known, _)| known == name).map(|(_, size)| *size)
        };
        match (dim, pixels) {
            (_, Some(pixels)) => Some(pixels),
            (Dimension::Named(name), _) if named(name).is_some() => named(name),
            (Dimension::Known(size), _) if *size > 0 => u64::try_from(*size).ok(),
            _ if index == 0 && dims.len() > 1 => Some(1),
            _ => None,
        }
    };
    let found: Vec<Option<u64>> = dims.iter().enumerate().map(size).collect();
    match found.iter().copied().collect::<Option<Vec<u64>>>() {
        Some(found) => checked(found)
            .map_err(|what| Diagnostic::new(format!("input `{}`: {what}", input.name))),
        None => Err(open(input, dims, &found, axes)),
    }
}

/// The error about sizes that stay open, with the flags that set them.
fn open(
    input: &Described,
    dims: &[Dimension],
    found: &[Option<u64>],
    axes: Option<Axes>,
) -> Diagnostic {
    let written: Vec<String> = dims.iter().map(ToString::to_string).collect();
    let message =
        format!("the input `{}` is {}: not every size is fixed", input.name, written.join("×"));
    let mut problem = Diagnostic::new(message);
    let is_open = |index: usize| found.get(index).is_some_and(Option::is_none);
    let names = dims.iter().enumerate().filter_map(|(index, dim)| match dim {
        Dimension::Named(name) if is_open(index) => Some(format!("--dim {name}=N")),
        _ => None,
    });
    let names: Vec<String> = names.collect();
    if axes.is_some_and(|Axes([_, height, width])| is_open(height) || is_open(width)) {
        problem = problem.help("set its height and width: --input 224, or --input 224x320");
    }
    if names.is_empty() {
        return problem;
    }
    problem.help(format!("set them by name: {}", names.join(" ")))
}

/// A size for a name that no input has is a mistake.
fn check_names(inputs: &[&Described], sizes: &Sizes) -> Result<(), Diagnostic> {
    let names = inputs.iter().flat_map(|input| dims(input)).filter_map(|dim| match dim {
        Dimension::Named(name) => Some(name.as_str()),
        Dimension::Known(_) | Dimension::Unknown => None,
    });
    let names: Vec<&str> = names.collect();
    match sizes.dims.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some((name, _)) => {
            let problem = Diagnostic::new(format!("no input has a dimension of the name `{name}`"));
            Err(problem.known("named dimensions", name, &names))
        }
    }
}
