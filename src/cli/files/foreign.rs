//! Files that hold networks in other formats, and how to export those to ONNX.

use std::path::Path;

use phiscale::{Diagnostic, Error};

/// A format by the suffixes of its files.
struct Foreign {
    suffixes: &'static [&'static str],
    what: &'static str,
    /// What to write to export it, one line each; FILE is the file, and NAME its name without suffix.
    export: &'static [&'static str],
}

const IN_PYTHON: &str = "export it in Python:";

const TORCH_LOAD: &str =
    "import torch; model = torch.load(\"FILE\", weights_only=False); model.eval()";

const TORCH_EXPORT: &str = "torch.onnx.export(model, (torch.randn(1, 3, 224, 224),), \"NAME.onnx\", dynamo=True, \
                            optimize=False)";

const ONLY_WEIGHTS: &str = "a file of weights alone needs the model's code first: model = MyModel(); \
                            model.load_state_dict(torch.load(\"FILE\")); model.eval()";

const KERAS_EXPORT: &str =
    "import keras; keras.models.load_model(\"FILE\").export(\"NAME.onnx\", format=\"onnx\")";

pub(super) const PYTORCH: &[&str] = &[IN_PYTHON, TORCH_LOAD, TORCH_EXPORT, ONLY_WEIGHTS];

pub(super) const KERAS: &[&str] = &[IN_PYTHON, KERAS_EXPORT];

/// Either of the two.
pub(super) const ARCHIVE: &[&str] = &[
    "export a PyTorch model in Python:",
    TORCH_LOAD,
    TORCH_EXPORT,
    ONLY_WEIGHTS,
    "export a Keras model in Python:",
    KERAS_EXPORT,
];

pub(super) const WEIGHTS: &[&str] = &[
    "load the weights into the network that they belong to, and export it in Python:",
    "import torch; model.eval()",
    TORCH_EXPORT,
];

pub(super) const TFLITE: &[&str] =
    &["export it: python -m tf2onnx.convert --tflite FILE --output NAME.onnx"];

const FOREIGN: [Foreign; 6] = [
    Foreign { suffixes: &["pt", "pth"], what: "a PyTorch file", export: PYTORCH },
    Foreign {
        suffixes: &["pt2"],
        what: "a program exported by PyTorch",
        export: &[
            IN_PYTHON,
            "import torch; program = torch.export.load(\"FILE\")",
            "torch.onnx.export(program, (), \"NAME.onnx\", dynamo=True, optimize=False)",
        ],
    },
    Foreign {
        suffixes: &["safetensors", "ckpt", "bin", "npz", "gguf"],
        what: "a file of weights without their network",
        export: WEIGHTS,
    },
    Foreign { suffixes: &["h5", "hdf5", "keras"], what: "a Keras file", export: KERAS },
    Foreign {
        suffixes: &["pb"],
        what: "a TensorFlow graph",
        export: &[
            "export a frozen graph: python -m tf2onnx.convert --graphdef FILE --inputs INPUT:0 --outputs OUTPUT:0 \
             --output NAME.onnx",
            "export a SavedModel: python -m tf2onnx.convert --saved-model FOLDER --output NAME.onnx",
        ],
    },
    Foreign { suffixes: &["tflite"], what: "a TensorFlow Lite model", export: TFLITE },
];

/// Whether a file's suffix is that of another format.
pub(super) fn is_foreign(path: &str) -> bool {
    of(path).is_some()
}

/// Refuses a file whose suffix is that of another format, and says how to export it.
pub(super) fn refuse(path: &str) -> Result<(), Error> {
    of(path).map_or(Ok(()), |foreign| Err(refused(path, foreign.what, foreign.export)))
}

/// The error for a file in another format.
pub(super) fn refused(path: &str, what: &str, export: &[&str]) -> Error {
    let problem = Diagnostic::new(format!("{path} is {what}, neither a spec nor an ONNX file"));
    let name = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    // Standard input has no name to load it by.
    let is_named = Path::new(path).is_file();
    let line = |line: &&str| {
        if is_named {
            line.replace("FILE", path).replace("NAME", &name)
        } else {
            (*line).to_string()
        }
    };
    export.iter().map(line).fold(problem, Diagnostic::help).into()
}

fn of(path: &str) -> Option<&'static Foreign> {
    let suffix = Path::new(path).extension()?;
    let has =
        |foreign: &&Foreign| foreign.suffixes.iter().any(|own| suffix.eq_ignore_ascii_case(own));
    FOREIGN.iter().find(has)
}
