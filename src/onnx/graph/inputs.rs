//! The inputs of a graph, with the sizes that its file leaves open.

use std::collections::HashSet;

use crate::counting::shape::Shape;
use crate::error::Diagnostic;
use crate::onnx::file::model::{Dimension, Graph, ValueInfo, format_dims};
use crate::onnx::value::{checked, shape};

/// Input sizes that a file leaves open, or that replace the file's.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    /// Height and width of the image, in pixels.
    pub image: Option<[u64; 2]>,
    /// Sizes of named dimensions, by their names in the file.
    pub dims: Vec<(String, u64)>,
}

/// The inputs of a graph with every size known.
#[derive(Clone, Debug)]
pub(crate) struct Inputs {
    /// Every input that is not an initializer.
    pub(crate) all: Vec<Input>,
    /// The shape of one image.
    pub(crate) image: Shape<u64>,
    /// Images in one forward pass; 1 where no input is an image.
    pub(crate) batch: u64,
    /// The first axis of the first input, where no input is an image: a batch, or a length.
    pub(crate) rows: u64,
    /// Whether the file states the batch.
    pub(crate) is_batch_fixed: bool,
    /// Whether any size differs from the file's.
    pub(crate) is_resized: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) dims: Vec<u64>,
    /// Its dimensions with the sizes that the file states.
    stated: Vec<u64>,
    pub(crate) is_float: bool,
}

/// The axes of an image's channels, height and width.
#[derive(Clone, Copy)]
struct ImageAxes([usize; 3]);

const CHANNELS_FIRST: ImageAxes = ImageAxes([1, 2, 3]);
const CHANNELS_LAST: ImageAxes = ImageAxes([3, 1, 2]);

const MAX_IMAGE_CHANNELS: i64 = 4;

impl Inputs {
    pub(crate) fn new(graph: &Graph, sizes: &Sizes) -> Result<Inputs, Diagnostic> {
        let initializers = graph.initializers.iter().map(|tensor| tensor.name.as_str());
        let initializers: HashSet<&str> = initializers.collect();
        let infos = graph.inputs.iter().filter(|info| !initializers.contains(info.name.as_str()));
        let infos: Vec<&ValueInfo> = infos.collect();
        check_names(&infos, sizes)?;
        let image = infos.iter().position(|info| dims(info).len() == 4);
        if let (Some(_), None) = (sizes.image, image) {
            let message = "the file has no image input for --input to resize";
            return Err(Diagnostic::new(message));
        }
        let batched = infos.iter().position(|info| dims(info).len() >= 4);
        let mut inputs = Inputs {
            all: Vec::new(),
            image: Shape::single(1),
            batch: 1,
            rows: 1,
            is_batch_fixed: false,
            is_resized: false,
        };
        for (index, info) in infos.into_iter().enumerate() {
            let axes = (Some(index) == image).then(|| image_axes(dims(info)));
            let found = sized(info, axes, sizes)?;
            if let Some(ImageAxes(axes)) = axes {
                let [channels, height, width] = axes.map(|axis| found[axis]);
                inputs.image = Shape { channels, height, width };
            } else if image.is_none() && index == 0 {
                inputs.image = shape(&found);
            }
            if Some(index) == batched {
                inputs.batch = found[0];
                inputs.is_batch_fixed = matches!(dims(info)[0], Dimension::Known(_));
            } else if batched.is_none() && index == 0 && found.len() > 1 {
                inputs.rows = found[0];
            }
            let stated = dims(info).iter().zip(&found);
            let stated =
                stated.map(|(dim, size)| dim.size().filter(|size| *size > 0).unwrap_or(*size));
            let stated: Vec<u64> = stated.collect();
            inputs.is_resized |= stated != found;
            let (name, is_float) = (info.name.clone(), info.is_float);
            inputs.all.push(Input { name, dims: found, stated, is_float });
        }
        Ok(inputs)
    }

    /// The same inputs at the sizes that the file states.
    pub(crate) fn as_stated(&self) -> Inputs {
        let mut inputs = Inputs { is_resized: false, ..self.clone() };
        inputs.all.iter_mut().for_each(|input| input.dims.clone_from(&input.stated));
        inputs
    }

    /// The same inputs for one image of the batch.
    pub(crate) fn one_image(&self) -> Inputs {
        let mut inputs = Inputs { is_resized: true, ..self.clone() };
        for input in inputs.all.iter_mut().filter(|input| self.is_batched(input)) {
            input.dims[0] = 1;
        }
        let first =
            inputs.all.first().filter(|_| inputs.all.iter().all(|input| input.dims.len() != 4));
        inputs.image = first.map_or(inputs.image, |first| shape(&first.dims));
        inputs
    }

    /// Whether the first axis of an input is the batch.
    pub(crate) fn is_batched(&self, input: &Input) -> bool {
        input.dims.len() > 1 && input.dims[0] == self.batch
    }
}

fn dims(info: &ValueInfo) -> &[Dimension] {
    info.dims.as_deref().unwrap_or_default()
}

fn image_axes(dims: &[Dimension]) -> ImageAxes {
    let is_few = |index: usize| matches!(dims[index], Dimension::Known(1..=MAX_IMAGE_CHANNELS));
    if is_few(3) && !is_few(1) { CHANNELS_LAST } else { CHANNELS_FIRST }
}

/// The size of every dimension. A batch that the file leaves open is one image.
fn sized(info: &ValueInfo, axes: Option<ImageAxes>, sizes: &Sizes) -> Result<Vec<u64>, Diagnostic> {
    let Some(dims) = &info.dims else {
        return Err(Diagnostic::new(format!("input `{}` has no shape in the file", info.name)));
    };
    let size = |(index, dim): (usize, &Dimension)| {
        let pixels = axes.zip(sizes.image).and_then(|(ImageAxes([_, height, width]), image)| {
            [height, width].iter().position(|axis| *axis == index).map(|side| image[side])
        });
        let given = || {
            let name = dimension_name(info, index, dim)?;
            sizes.dims.iter().find(|(known, _)| *known == name)
        };
        pixels
            .or_else(|| given().map(|(_, size)| *size))
            .or_else(|| dim.size().filter(|size| *size > 0))
            .or_else(|| (index == 0 && dims.len() > 1).then_some(1))
    };
    let found: Vec<Option<u64>> = dims.iter().enumerate().map(size).collect();
    match found.iter().copied().collect::<Option<Vec<u64>>>() {
        Some(found) => {
            checked(found).map_err(|what| Diagnostic::new(format!("input `{}`: {what}", info.name)))
        }
        None => Err(open_sizes(info, dims, &found, axes)),
    }
}

/// The error for sizes that stay open, with the options that set them.
fn open_sizes(
    info: &ValueInfo,
    dims: &[Dimension],
    found: &[Option<u64>],
    axes: Option<ImageAxes>,
) -> Diagnostic {
    let is_zero = dims.iter().zip(found).any(|pair| pair == (&Dimension::Known(0), &None));
    let what = if is_zero { "a size is 0" } else { "not every size is known" };
    let message = format!("input `{}` is {}: {what}", info.name, format_dims(dims));
    let mut problem = Diagnostic::new(message);
    let is_open = |index: usize| found.get(index).is_some_and(Option::is_none);
    let open = dims.iter().enumerate().filter(|(index, _)| is_open(*index));
    let names = open.filter_map(|(index, dim)| dimension_name(info, index, dim));
    let mut names: Vec<String> = names.map(|name| format!("--dim {name}=N")).collect();
    names.dedup();
    if axes.is_some_and(|ImageAxes([_, height, width])| is_open(height) || is_open(width)) {
        problem = problem.help("set its height and width: --input 224 or --input 224x320");
    }
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
fn check_names(infos: &[&ValueInfo], sizes: &Sizes) -> Result<(), Diagnostic> {
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
