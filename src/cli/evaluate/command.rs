//! What is run for each candidate, in its folder.

use std::process::Command;

/// How candidates are measured.
pub(super) enum Evaluator {
    /// A command of the user's, for a shell.
    Shell(String),
    /// `phiscale train`, of the program at this path.
    #[cfg(feature = "train")]
    Own(std::path::PathBuf, crate::cli::train::Lessons),
}

impl Evaluator {
    /// What the journal calls it. Commands are not told apart: a corrected one goes on where it stopped.
    pub(super) fn label(&self) -> String {
        match self {
            Evaluator::Shell(_) => "command".into(),
            #[cfg(feature = "train")]
            Evaluator::Own(_, lessons) => lessons.label(),
        }
    }

    /// The command that measures the network which `member` is in the spec beside it.
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
            Evaluator::Own(program, lessons) => {
                let mut own = Command::new(program);
                own.arg("train").arg(format!("network.toml:{member}")).args(lessons.arguments());
                own.args(["--result", "result.json"]);
                own
            }
        }
    }
}
