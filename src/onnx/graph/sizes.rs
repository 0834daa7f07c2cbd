//! Sizes that a file leaves open: those that the user gives, and the error for those that stay open.

use crate::error::Diagnostic;
use crate::onnx::file::model::{Dimension, ValueInfo, format_dims};
use crate::onnx::value::checked;

/// Input sizes that a file leaves open, or that replace the file's.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    /// Height and width of the image, in pixels.
    pub image: Option<[u64; 2]>,
    /// Sizes of named dimensions, by their names in the file.
    pub dims: Vec<(String, u64)>,
}

/// The axes of an image's channels, height and width.
#[derive(Clone, Copy)]
pub(super) struct ImageAxes(pub(super) [usize; 3]);

const CHANNELS_FIRST: ImageAxes = ImageAxes([1, 2, 3]);
const CHANNELS_LAST: ImageAxes = ImageAxes([3, 1, 2]);

const MAX_IMAGE_CHANNELS: i64 = 4;

pub(super) fn dims(info: &ValueInfo) -> &[Dimension] {
    info.dims.as_deref().unwrap_or_default()
}

pub(super) fn image_axes(dims: &[Dimension]) -> ImageAxes {
    let is_few = |index: usize| matches!(dims[index], Dimension::Known(1..=MAX_IMAGE_CHANNELS));
    if is_few(3) && !is_few(1) { CHANNELS_LAST } else { CHANNELS_FIRST }
}

/// The size of every dimension of every input. A batch that the file leaves open is one image.
pub(super) fn sized(
    infos: &[&ValueInfo],
    image: Option<usize>,
    sizes: &Sizes,
) -> Result<Vec<Vec<u64>>, Diagnostic> {
    let inputs = infos.iter().enumerate();
    // Further images of the same size are resized with the first one.
    let first = image.and_then(|index| infos.get(index));
    let inputs = inputs.map(|(index, info)| {
        let is_like_first = first.is_some_and(|first| first.dims == info.dims);
        Found::of(info, Some(index) == image || is_like_first, sizes)
    });
    let inputs = inputs.collect::<Result<Vec<Found>, _>>()?;
    let open: Vec<&Found> = inputs.iter().filter(|input| input.sizes.contains(&None)).collect();
    if !open.is_empty() {
        return Err(open_sizes(&open));
    }
    let known = |input: &Found| {
        let sizes = input.sizes.iter().copied().flatten().collect();
        let name = &input.info.name;
        checked(sizes).map_err(|what| Diagnostic::new(format!("input `{name}`: {what}")))
    };
    inputs.iter().map(known).collect()
}

/// An input with the sizes that are known.
struct Found<'a> {
    info: &'a ValueInfo,
    axes: Option<ImageAxes>,
    sizes: Vec<Option<u64>>,
}

impl<'a> Found<'a> {
    fn of(info: &'a ValueInfo, is_image: bool, sizes: &Sizes) -> Result<Self, Diagnostic> {
        let Some(dims) = &info.dims else {
            return Err(Diagnostic::new(format!("input `{}` has no shape in the file", info.name)));
        };
        let axes = is_image.then(|| image_axes(dims));
        let size = |(index, dim): (usize, &Dimension)| -> Result<Option<u64>, Diagnostic> {
            let pixels =
                axes.zip(sizes.image).and_then(|(ImageAxes([_, height, width]), image)| {
                    [height, width].iter().position(|axis| *axis == index).map(|side| image[side])
                });
            let given = || {
                let name = dimension_name(info, index, dim)?;
                sizes.dims.iter().find(|(known, _)| *known == name)
            };
            let given = given().map(|(_, size)| *size);
            if pixels.is_some() && given.is_some_and(|given| Some(given) != pixels) {
                let what = format!("axis {index} of input `{}` has two sizes", info.name);
                return Err(
                    Diagnostic::new(what).help("--input sets the height and width of an image")
                );
            }
            let stated = dim.size().filter(|size| *size > 0);
            let one_image = (index == 0 && dims.len() > 1).then_some(1);
            Ok(pixels.or(given).or(stated).or(one_image))
        };
        let sizes = dims.iter().enumerate().map(size).collect::<Result<_, _>>()?;
        Ok(Found { info, axes, sizes })
    }

    /// Its dimensions that stay open.
    fn open(&self) -> impl Iterator<Item = (usize, &'a Dimension)> {
        let dims = dims(self.info).iter().enumerate();
        dims.filter(|(index, _)| self.sizes.get(*index).is_some_and(Option::is_none))
    }
}

/// The error for sizes that stay open, with the options that set them.
fn open_sizes(inputs: &[&Found]) -> Diagnostic {
    let mut open = inputs.iter().flat_map(|input| input.open());
    let is_zero = open.all(|(_, dim)| *dim == Dimension::Known(0));
    let what = if is_zero { "a size is 0" } else { "not every size is known" };
    let shape = |input: &&Found| {
        format!("input `{}` is {}", input.info.name, format_dims(dims(input.info)))
    };
    let shapes: Vec<String> = inputs.iter().map(shape).collect();
    let mut problem = Diagnostic::new(format!("{}: {what}", shapes.join(", ")));
    let is_image_open = |input: &&Found| {
        let is_side =
            |axis: usize| input.axes.is_some_and(|ImageAxes(axes)| axes[1..].contains(&axis));
        input.open().any(|(axis, _)| is_side(axis))
    };
    if inputs.iter().any(is_image_open) {
        problem = problem.help("set its height and width: --input 224 or --input 224x320");
    }
    let names = inputs.iter().flat_map(|input| {
        input.open().filter_map(|(axis, dim)| dimension_name(input.info, axis, dim))
    });
    let mut names: Vec<String> = names.map(|name| format!("--dim {name}=N")).collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        return problem;
    }
    problem.help(format!("set sizes by name: {}", names.join(" ")))
}

/// The name by which the size of an open dimension is given: its own, or `INPUT.AXIS` if the file gives it none.
fn dimension_name(info: &ValueInfo, axis: usize, dim: &Dimension) -> Option<String> {
    match dim {
        Dimension::Named(name) => Some(name.clone()),
        Dimension::Unknown => Some(format!("{}.{axis}", info.name)),
        Dimension::Known(_) => None,
    }
}

/// Checks that every size given by name belongs to a dimension.
pub(super) fn check_names(infos: &[&ValueInfo], sizes: &Sizes) -> Result<(), Diagnostic> {
    if sizes.dims.is_empty() {
        return Ok(());
    }
    let all = infos.iter().flat_map(|info| {
        let dims = dims(info).iter().enumerate();
        dims.filter_map(|(axis, dim)| dimension_name(info, axis, dim))
    });
    let all: Vec<String> = all.collect();
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    let unknown = sizes.dims.iter().find(|(name, _)| !names.contains(&name.as_str()));
    let Some((name, _)) = unknown else { return Ok(()) };
    let problem = Diagnostic::new(format!("no input has a dimension named `{name}`"));
    Err(problem.known("named dimensions", name, &names))
}
