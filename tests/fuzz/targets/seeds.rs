//! Writes a file for every operator to a folder, as the fuzzer's seeds: `seeds FOLDER`.

#![allow(dead_code)]

#[path = "../../onnx/cases.rs"]
mod cases;
#[path = "../../onnx/short.rs"]
mod short;
#[path = "../../onnx/write.rs"]
mod write;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "seeds".into()));
    std::fs::create_dir_all(&folder)?;
    for (index, (operator, inputs, attributes, shapes, ..)) in cases::CASES.iter().enumerate() {
        let file = short::file(operator, inputs, attributes, shapes.len());
        std::fs::write(folder.join(format!("{index}-{operator}.onnx")), file.bytes())?;
    }
    Ok(())
}
