//! The command line uses what the library offers everybody: here it is compiled outside the library.

// What only the binary calls is unused here.
#![allow(dead_code, unreachable_pub)]

#[path = "../src/cli/mod.rs"]
mod cli;

#[test]
fn the_arguments_do_not_contradict_each_other() {
    cli::command().debug_assert();
}
