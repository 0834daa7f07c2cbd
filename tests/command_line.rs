//! The command line uses what the library offers everybody: here it is compiled outside the library.

// What other crates call is unused here.
#![allow(dead_code, unused_imports)]

#[path = "../src/cli/mod.rs"]
mod cli;

#[test]
fn the_arguments_do_not_contradict_each_other() {
    cli::command().debug_assert();
}
