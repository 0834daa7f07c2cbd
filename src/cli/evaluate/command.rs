//! The command that is run for each candidate, in the candidate's folder.

use std::ffi::OsString;
use std::path::Path;

use phiscale::search::Variant;

/// The environment variable with the folder in which phiscale was started: the command runs in the candidate's.
pub(super) const FOLDER_VARIABLE: &str = "PHISCALE_FOLDER";

/// The environment variable with the folder that all attempts at a candidate share.
pub(super) const STATE_VARIABLE: &str = "PHISCALE_STATE";

/// How candidates are measured.
pub(super) enum Evaluator {
    /// A command line for the shell.
    Shell(String),
    /// `phiscale train`, by the program at this path.
    #[cfg(feature = "train")]
    BuiltIn(std::path::PathBuf, crate::cli::train::TrainingArguments),
}

impl Evaluator {
    /// Name in the journal. All commands share one, so that a search can resume with a corrected command.
    pub(super) fn label(&self) -> String {
        match self {
            Evaluator::Shell(_) => "command".into(),
            #[cfg(feature = "train")]
            Evaluator::BuiltIn(_, training) => training.label(),
        }
    }

    /// The command line; the built-in trainer has none.
    #[cfg_attr(not(feature = "train"), allow(clippy::unnecessary_wraps))]
    pub(super) fn line(&self) -> Option<&str> {
        match self {
            Evaluator::Shell(line) => Some(line),
            #[cfg(feature = "train")]
            Evaluator::BuiltIn(..) => None,
        }
    }

    /// The words of the command that measures this member of network.toml.
    pub(super) fn words(&self, member: &str, variant: &Variant) -> Vec<OsString> {
        #[cfg(not(feature = "train"))]
        let _ = (member, variant);
        match self {
            Evaluator::Shell(line) => {
                let folder = std::env::current_dir().unwrap_or_default();
                vec!["sh".into(), "-c".into(), with_absolute_program(line, &folder).into()]
            }
            #[cfg(feature = "train")]
            Evaluator::BuiltIn(program, training) => {
                let mut words: Vec<OsString> =
                    vec![program.into(), "train".into(), format!("network.toml:{member}").into()];
                words.extend(training.of(variant).arguments());
                words.extend(["--result".into(), "result.json".into()]);
                words
            }
        }
    }
}

/// A command line whose program, where it is a path in the user's folder, is found from any folder.
fn with_absolute_program(line: &str, folder: &Path) -> String {
    let line = line.trim_start();
    let (program, rest) = line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()));
    let path = folder.join(program);
    let is_path = program.contains('/') && Path::new(program).is_relative() && path.is_file();
    match path.to_str().filter(|_| is_path) {
        Some(path) => quoted(path) + rest,
        None => line.to_string(),
    }
}

/// A text as one word for the shell.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_the_users_folder_is_found_from_another() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let at = |line| with_absolute_program(line, folder);
        let path = folder.join("./src/main.rs");
        assert_eq!(at(" ./src/main.rs --x 1"), format!("'{}' --x 1", path.display()));
        for line in ["src/none.sh", "/bin/sh -c true", "true", "sh ./src/main.rs", "src", ""] {
            assert_eq!(at(line), line);
        }
    }
}
