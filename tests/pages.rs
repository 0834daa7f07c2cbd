//! The command line from outside: every command on the pages and in the README is run, and what it
//! prints and how it exits is compared. `TRYCMD=overwrite cargo test --test pages` writes them anew.

#[test]
fn every_page_shows_what_the_command_prints() {
    trycmd::TestCases::new().case("tests/pages/*.md").case("README.md").case("docs/search/*.md");
}
