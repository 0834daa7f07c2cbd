//! ONNX files: the parts of a model that counting needs, read without its weights.

pub(crate) mod external;
mod functions;
mod identity;
pub(crate) mod model;
pub(crate) mod pattern;
mod protobuf;
mod reader;
mod tensor;
