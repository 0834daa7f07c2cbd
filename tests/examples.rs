//! Every program in `examples/` runs to its end.

// They are programs, and print.
#![allow(clippy::print_stdout, unreachable_pub)]

#[path = "../examples/chart.rs"]
mod chart;
#[path = "../examples/count.rs"]
mod count;
#[path = "../examples/fit.rs"]
mod fit;
#[path = "../examples/onnx.rs"]
mod onnx;
#[path = "../examples/own_block.rs"]
mod own_block;
#[path = "../examples/scale_and_check.rs"]
mod scale_and_check;
#[path = "../examples/sweep.rs"]
mod sweep;

type Ran = Result<(), Box<dyn std::error::Error>>;

#[test]
fn every_example_runs() -> Ran {
    count::main()?;
    scale_and_check::main()?;
    own_block::main()?;
    fit::main()?;
    sweep::main()?;
    chart::main()?;
    onnx::main()
}
