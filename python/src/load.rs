//! Networks by name, by path and from bytes.

use std::io::Cursor;

use phiscale::cli::files;
use phiscale::onnx::{Imported, Options, Sizes};
use phiscale::{Graph, Model, Request};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::call::call;
use crate::network::Network;
use crate::values::{Address, Dimensions, Image, Natural, Text, Texts};

/// How to read an ONNX file.
fn options(
    image: Option<[u64; 2]>,
    dim: Dimensions,
    trained: Texts,
    not_trained: Texts,
    allow_unknown: bool,
) -> Options {
    let sizes = Sizes { image, dims: dim.0 };
    Options { allow_unknown, sizes, trained: trained.0, not_trained: not_trained.0 }
}

/// Counts a network: `efficientnet:b3`, `torchvision/resnet50`, `mine.toml:b1` or `model.onnx`.
///
/// Args:
///     name: A bundled spec or the path of a spec, with or without a member; a library's name; or the path of an ONNX
///         file.
///     input: Height and width of the input in pixels, or one number for both, instead of the network's own.
///     classes: Number of classes, instead of the network's own.
///     dim: Sizes of the dimensions that an ONNX file leaves open, by their names.
///     trained: Tensors of an ONNX file that are params, by name; `*` stands for any text.
///     not_trained: Tensors of an ONNX file that are not.
///     allow_unknown: Skip unknown operators of an ONNX file; every total is then a lower bound.
#[pyfunction]
#[pyo3(signature = (name, *, input = None, classes = None, dim = None, trained = Texts::default(),
                    not_trained = Texts::default(), allow_unknown = false), text_signature = "(name, *, input=None, classes=None, dim=None, trained=(), not_trained=(), allow_unknown=False)")]
#[allow(clippy::too_many_arguments)] // keywords in Python
pub(crate) fn network(
    py: Python,
    name: Address,
    input: Option<Image>,
    classes: Option<Natural>,
    dim: Option<Dimensions>,
    trained: Texts,
    not_trained: Texts,
    allow_unknown: bool,
) -> PyResult<Network> {
    let Address(name) = name;
    let image = input.map(|input| input.0);
    let options = options(image, dim.unwrap_or_default(), trained, not_trained, allow_unknown);
    let called = call(py, move |caller| {
        let (model, member) = files::load(&name, &options, caller)?;
        let member = model.named(member)?;
        Network::of(
            &model,
            &Request {
                member,
                image,
                classes: classes.map(|classes| classes.0),
                ..Request::BASELINE
            },
        )
    })?;
    Ok(Network::with_remarks(called))
}

/// Counts the network of an ONNX file in memory.
///
/// Args:
///     data: The bytes of the file.
///     name: What the network is called in reports.
///     input: Height and width of the input in pixels, or one number for both, instead of the file's own.
///     dim: Sizes of the dimensions that the file leaves open, by their names.
///     trained: Tensors that are params, by name; `*` stands for any text.
///     not_trained: Tensors that are not.
///     allow_unknown: Skip unknown operators; every total is then a lower bound.
#[pyfunction]
#[pyo3(signature = (data, name = "model.onnx".into(), *, input = None, dim = None, trained = Texts::default(),
                    not_trained = Texts::default(), allow_unknown = false), text_signature = "(data, name='model.onnx', *, input=None, dim=None, trained=(), not_trained=(), allow_unknown=False)")]
#[allow(clippy::too_many_arguments)] // keywords in Python
pub(crate) fn onnx(
    py: Python,
    data: &Bound<PyAny>,
    name: Text,
    input: Option<Image>,
    dim: Option<Dimensions>,
    trained: Texts,
    not_trained: Texts,
    allow_unknown: bool,
) -> PyResult<Network> {
    let image = input.map(|input| input.0);
    let options = options(image, dim.unwrap_or_default(), trained, not_trained, allow_unknown);
    let data = data.cast::<PyBytes>().map_err(|_| {
        let hint = "data is the bytes of a file; `phiscale.network` takes its path";
        PyTypeError::new_err(hint)
    })?;
    let (data, name) = (PyBackedBytes::from(data.clone()), name.0);
    let called = call(py, move |_| {
        let imported = Imported::read(Cursor::new(&*data), options);
        let graph = imported.and_then(|imported| Graph::new(&name, imported));
        let model = graph.map(Model::Graph).map_err(|error| error.in_context(&name))?;
        Network::of(&model, &Request { image, ..Request::BASELINE })
    })?;
    Ok(Network::with_remarks(called))
}
