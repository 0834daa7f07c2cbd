//! The command that is run for each candidate, in the candidate's folder.

use std::process::Command;

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

    /// The command that measures this member of network.toml.
    pub(super) fn command(&self, member: &str) -> Command {
        #[cfg(not(feature = "train"))]
        let _ = member;
        match self {
            Evaluator::Shell(line) => {
                let mut shell = Command::new("sh");
                shell.arg("-c").arg(line);
                shell
            }
            #[cfg(feature = "train")]
            Evaluator::BuiltIn(program, training) => {
                let mut train = Command::new(program);
                train.arg("train").arg(format!("network.toml:{member}")).args(training.arguments());
                train.args(["--result", "result.json"]);
                train
            }
        }
    }
}
