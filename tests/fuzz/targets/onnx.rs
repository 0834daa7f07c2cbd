//! Any bytes are a network or an error. Their length decides whether unknown operators are allowed and whether an image
//! size is given, so that ordinary files can be seeds.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use phiscale::memory;
use phiscale::memory::Dtype;
use phiscale::onnx::{Imported, Options, Sizes};

fuzz_target!(|file: &[u8]| {
    let image = (file.len() & 2 != 0).then_some([32, 32]);
    let sizes = Sizes { image, dims: Vec::new() };
    let options = Options { sizes, allow_unknown: file.len() & 1 != 0, ..Options::default() };
    let Ok(imported) = Imported::read(Cursor::new(file), options) else { return };
    let Ok(built) = imported.build(None) else { return };
    let cost = built.network.ledger();
    assert!(cost.overflow().is_none());
    let _ = memory::of(&built.network, Dtype::Fp32, 1);
});
