//! The `phiscale` command.

fn main() -> std::process::ExitCode {
    phiscale::cli::run(std::env::args_os().collect()).into()
}
