//! The inputs of a graph, with the sizes that its file leaves open.

use std::collections::HashSet;

use crate::counting::shape::Shape;
use crate::error::Diagnostic;
use crate::onnx::file::model::{Dimension, Graph, ValueInfo};
use crate::onnx::graph::sizes::{ImageAxes, Sizes, check_names, dims, image_axes, sized};
use crate::onnx::value::shape;

/// The inputs of a graph with every size known.
#[derive(Clone, Debug)]
pub(crate) struct Inputs {
    /// Every input that is not an initializer.
    pub(crate) all: Vec<Input>,
    /// The shape of one image.
    pub(crate) image: Shape<u64>,
    /// Images in one forward pass; 1 where no input is an image.
    pub(crate) batch: u64,
    /// The first axis of an input that may be a batch or a length: of the first one where no input is an image, of
    /// another one beside a single image.
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
        let found = sized(&infos, image, sizes)?;
        for (index, (info, found)) in infos.into_iter().zip(found).enumerate() {
            let axes = (Some(index) == image).then(|| image_axes(dims(info)));
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
        if inputs.batch == 1 {
            let maps = inputs.all.iter().filter(|input| input.dims.len() >= 4);
            inputs.rows = maps.map(|input| input.dims[0]).fold(inputs.rows, u64::max);
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
