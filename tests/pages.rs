//! The command line from outside: every command in the README, in docs/ and in tests/pages/ is run, and what it
//! prints and how it exits is compared. `TRYCMD=overwrite cargo test --test pages` writes them anew.

#[test]
fn every_page_shows_what_the_command_prints() {
    let pages = ["README.md", "docs/*.md", "docs/*/*.md", "tests/pages/*.md"];
    let cases = trycmd::TestCases::new();
    for page in pages {
        cases.case(page);
    }
}
