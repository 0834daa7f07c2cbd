//! Files that hold networks in other formats, and how to export those to ONNX.

use std::path::Path;

use phiscale::{Diagnostic, Error};

/// A format by the suffixes of its files.
struct Foreign {
    suffixes: &'static [&'static str],
    what: &'static str,
    /// What to write to export it; FILE is the file, and NAME its name without suffix.
    export: &'static [&'static str],
}

const PYTORCH: &str = "export the model in Python: torch.onnx.export(model, (torch.randn(1, 3, 224, 224),), \
                       \"NAME.onnx\", dynamo=True, optimize=False)";

const FOREIGN: [Foreign; 5] = [
    Foreign { suffixes: &["pt", "pth", "ckpt"], what: "a PyTorch file", export: &[PYTORCH] },
    Foreign {
        suffixes: &["safetensors"],
        what: "a file of weights without their network",
        export: &["load the weights into the network that they belong to", PYTORCH],
    },
    Foreign {
        suffixes: &["h5", "keras"],
        what: "a Keras file",
        export: &[
            "export it in Python: keras.models.load_model(\"FILE\").export(\"NAME.onnx\", format=\"onnx\")",
        ],
    },
    Foreign {
        suffixes: &["pb"],
        what: "a TensorFlow graph",
        export: &[
            "export a frozen graph: python -m tf2onnx.convert --graphdef FILE --inputs INPUT:0 --outputs OUTPUT:0 \
             --output NAME.onnx",
            "export a SavedModel: python -m tf2onnx.convert --saved-model FOLDER --output NAME.onnx",
        ],
    },
    Foreign {
        suffixes: &["tflite"],
        what: "a TensorFlow Lite model",
        export: &["export it: python -m tf2onnx.convert --tflite FILE --output NAME.onnx"],
    },
];

/// Whether a file's suffix is that of another format.
pub(super) fn is_foreign(path: &str) -> bool {
    of(path).is_some()
}

/// Refuses a file in another format, and says how to export it.
pub(super) fn refuse(path: &str) -> Result<(), Error> {
    let Some(foreign) = of(path) else { return Ok(()) };
    let message = format!("{path} is {}, neither a spec nor an ONNX file", foreign.what);
    let name = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    let export =
        foreign.export.iter().map(|line| line.replace("FILE", path).replace("NAME", &name));
    Err(export.fold(Diagnostic::new(message), Diagnostic::help).into())
}

fn of(path: &str) -> Option<&'static Foreign> {
    let suffix = Path::new(path).extension()?;
    let has =
        |foreign: &&Foreign| foreign.suffixes.iter().any(|own| suffix.eq_ignore_ascii_case(own));
    FOREIGN.iter().find(has)
}
