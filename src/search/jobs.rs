//! What a search and its jobs on other machines write for each other: `jobs.jsonl` in the search's folder, which says
//! what was submitted, and `outcome.json` in the folder of an attempt, which says how it ended.

use serde::{Deserialize, Serialize};

use crate::error::{Diagnostic, Error};
use crate::families::scaling::Coefficients;
use crate::search::EvaluatorResult;
use crate::search::line::json_line;
use crate::search::variant::{Identity, Variant};

/// Jobs that were submitted together, written down before they are: a search that was killed knows them by their token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The name of the jobs where they run. It starts with `phiscale-`, and no other submission has it.
    pub token: String,
    /// The name of the executor.
    pub executor: String,
    /// The command lines that ask about the jobs, if the executor is made of those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<Templates>,
    /// The folder where the search was started.
    pub started_in: String,
    /// The time limit of each job, in seconds.
    pub timeout: Option<f64>,
    /// The jobs; the index of a job is its place here.
    pub jobs: Vec<SubmittedJob>,
}

/// Command lines with placeholders, for an engine that phiscale does not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Templates {
    /// Submits a job.
    pub submit: String,
    /// Prints running, success or failed.
    pub status: String,
    /// Ends a job.
    pub cancel: String,
}

/// An attempt at a candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmittedJob {
    /// The name of its folder in that of the search.
    pub folder: String,
    /// φ.
    pub phi: f64,
    /// α.
    pub alpha: f64,
    /// β.
    pub beta: f64,
    /// γ.
    pub gamma: f64,
    /// How it is measured, and what was chosen in it.
    #[serde(default, skip_serializing_if = "Variant::is_empty")]
    pub variant: Variant,
    /// Which attempt at the candidate this is, from 1.
    pub attempt: u32,
    /// The words of the command that measures it.
    pub command: Vec<String>,
}

impl SubmittedJob {
    /// α, β and γ.
    #[must_use]
    pub fn coefficients(&self) -> Coefficients {
        Coefficients { alpha: self.alpha, beta: self.beta, gamma: self.gamma }
    }

    /// Which candidate it is an attempt at.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        Identity { phi: self.phi, coefficients: self.coefficients(), variant: &self.variant }
    }
}

/// A line of `jobs.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobsLine {
    /// Jobs that are about to be submitted.
    Submitted(Submission),
    /// The engine has taken a submission, and calls it `id`.
    Accepted {
        /// The token of the submission.
        token: String,
        /// The engine's name for it.
        id: String,
    },
    /// A submission was cancelled: what has left no outcome counts no more.
    Cancelled {
        /// The token of the submission.
        token: String,
    },
}

impl JobsLine {
    /// The line, newline included.
    #[must_use]
    pub fn line(&self) -> String {
        json_line(self)
    }
}

/// A submission, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownSubmission {
    /// What was submitted.
    pub submission: Submission,
    /// The engine's name for it, if it is known to have taken it.
    pub id: Option<String>,
    /// Whether it was cancelled.
    pub is_cancelled: bool,
}

/// The submissions in the text of `jobs.jsonl`, the oldest first, and the text without an incomplete last line.
pub fn parse_jobs(text: &str) -> Result<(Vec<KnownSubmission>, &str), Error> {
    let complete = text.rfind('\n').map_or("", |end| &text[..=end]);
    let mut known: Vec<KnownSubmission> = Vec::new();
    for (number, line) in (1..).zip(complete.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let line: JobsLine = serde_json::from_str(line).map_err(|error| {
            Diagnostic::new(format!("cannot read line {number} of jobs.jsonl: {error}"))
        })?;
        match line {
            JobsLine::Submitted(submission) => {
                known.push(KnownSubmission { submission, id: None, is_cancelled: false });
            }
            JobsLine::Accepted { token, id } => {
                with_token(&mut known, &token, number)?.id = Some(id);
            }
            JobsLine::Cancelled { token } => {
                with_token(&mut known, &token, number)?.is_cancelled = true;
            }
        }
    }
    Ok((known, complete))
}

/// The submission that a line names, which must come before it.
fn with_token<'k>(
    known: &'k mut [KnownSubmission],
    token: &str,
    number: u32,
) -> Result<&'k mut KnownSubmission, Error> {
    known.iter_mut().rev().find(|one| one.submission.token == token).ok_or_else(|| {
        let message = format!("line {number} of jobs.jsonl names `{token}`");
        Error::new(message + ", which no line before it submits")
    })
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptEnding {
    /// The evaluator left a result.
    Measured(EvaluatorResult),
    /// It failed, for this reason.
    Failed(String),
    /// It took longer than it may.
    TimedOut(String),
    /// Its job is gone and left no outcome, as when its machine fails.
    Lost(String),
}

/// What is known of an attempt once it has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptOutcome {
    /// How it ended.
    pub ending: AttemptEnding,
    /// Its duration, in seconds.
    pub seconds: f64,
    /// Remarks on keys of the result that are not read.
    pub remarks: Vec<String>,
}

impl AttemptOutcome {
    /// The text of `outcome.json`.
    #[must_use]
    pub fn json(&self) -> String {
        json_line(self)
    }

    /// Reads `outcome.json`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text)
            .map_err(|error| Error::new(format!("cannot read outcome.json: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submission() -> Submission {
        Submission {
            token: "phiscale-1".into(),
            executor: "slurm".into(),
            templates: None,
            started_in: "/home".into(),
            timeout: Some(60.0),
            jobs: Vec::new(),
        }
    }

    #[test]
    fn a_line_that_was_cut_is_dropped_and_its_submission_unconfirmed() {
        let submitted = JobsLine::Submitted(submission()).line();
        let accepted = JobsLine::Accepted { token: "phiscale-1".into(), id: "7".into() }.line();
        let known = |id: Option<&str>, is_cancelled| {
            let id = id.map(String::from);
            vec![KnownSubmission { submission: submission(), id, is_cancelled }]
        };
        let text = format!("{submitted}{accepted}");
        assert_eq!(parse_jobs(&text), Ok((known(Some("7"), false), &*text)));
        let cut = &text[..text.len() - 3];
        assert_eq!(parse_jobs(cut), Ok((known(None, false), &*submitted)));
        let cancelled = JobsLine::Cancelled { token: "phiscale-1".into() }.line();
        let text = format!("{submitted}{cancelled}");
        assert_eq!(parse_jobs(&text), Ok((known(None, true), &*text)));
        let error = parse_jobs(&accepted).expect_err("an unknown token").to_string();
        assert!(error.contains("line 1") && error.contains("`phiscale-1`"), "{error}");
        assert!(parse_jobs("{}\n").is_err());
    }

    #[test]
    fn an_outcome_is_read_as_it_was_written() {
        for ending in [
            AttemptEnding::Measured(EvaluatorResult::from_runs(&[77.0, 78.0])),
            AttemptEnding::TimedOut("took longer than 1 s".into()),
        ] {
            let outcome = AttemptOutcome { ending, seconds: 1.5, remarks: vec!["a".into()] };
            assert_eq!(AttemptOutcome::parse(&outcome.json()), Ok(outcome.clone()));
            let json = outcome.json();
            assert!(AttemptOutcome::parse(&json[..json.len() / 2]).is_err());
        }
    }
}
