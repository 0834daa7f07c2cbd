//! One attempt at a candidate: its folder, the command that runs there, and how it ended. Where it runs, here or on
//! another machine, makes no difference.

use std::ffi::OsString;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use phiscale::search::{AttemptEnding, AttemptOutcome, Candidate, EvaluatorResult, Variant};
use phiscale::{Error, Family, Request, reports, spec};
use rustc_hash::FxHasher;

use super::command::{FOLDER_VARIABLE, STATE_VARIABLE};
use super::process::{self, Ending};

/// Maximum size of `result.json`, in bytes.
const MAX_RESULT_BYTES: u64 = 1 << 20;

/// What is needed to run an attempt.
pub(super) struct Attempt {
    /// The folder in which it runs.
    pub(super) folder: PathBuf,
    /// The words of its command.
    pub(super) command: Vec<OsString>,
    /// The folder where the search was started.
    pub(super) started_in: PathBuf,
    pub(super) timeout: Option<Duration>,
}

/// Runs an attempt to its end; none if it was stopped.
pub(super) fn run(attempt: &Attempt, stop: &AtomicBool) -> Option<AttemptOutcome> {
    let start = Instant::now();
    let mut remarks = Vec::new();
    let ending = match attempt.command.split_first() {
        None => AttemptEnding::Failed("the command of the evaluator is empty".into()),
        Some((program, words)) => {
            let folder = std::path::absolute(&attempt.folder);
            let state = state_folder(folder.as_deref().unwrap_or(&attempt.folder));
            let mut command = Command::new(program);
            command.args(words).env(FOLDER_VARIABLE, &attempt.started_in);
            command.env(STATE_VARIABLE, &state);
            match process::run(command, &attempt.folder, attempt.timeout, stop) {
                Ending::Stopped => return None,
                Ending::Failed(reason) => AttemptEnding::Failed(reason),
                Ending::TimedOut(reason) => AttemptEnding::TimedOut(reason),
                Ending::Succeeded => measured(&attempt.folder, &mut remarks),
            }
        }
    };
    Some(AttemptOutcome { ending, seconds: start.elapsed().as_secs_f64(), remarks })
}

/// What an evaluator that succeeded has left.
fn measured(folder: &Path, remarks: &mut Vec<String>) -> AttemptEnding {
    match read_result(&folder.join("result.json")) {
        Ok((result, unknown)) => {
            *remarks = unknown;
            AttemptEnding::Measured(result)
        }
        Err(reason) => AttemptEnding::Failed(process::with_log(&reason, folder)),
    }
}

/// The result, and remarks on keys that are not read.
fn read_result(path: &Path) -> Result<(EvaluatorResult, Vec<String>), String> {
    let length = fs::metadata(path).map_err(|_| "the evaluator wrote no result.json")?.len();
    if length > MAX_RESULT_BYTES {
        return Err(format!("result.json has {length} bytes, more than {MAX_RESULT_BYTES}"));
    }
    let text = fs::read_to_string(path);
    let text = text.map_err(|error| format!("cannot read result.json: {error}"))?;
    let result = EvaluatorResult::parse(&text).map_err(|error| error.message().to_string())?;
    Ok((result, EvaluatorResult::unknown_keys(&text)))
}

/// Writes candidate.json, network.toml and, where PyTorch can build the network, network.py into the candidate's folder.
/// Returns the member of network.toml that is the candidate's network.
pub(super) fn prepare(
    family: &Family,
    candidate: &Candidate,
    folder: &Path,
) -> Result<String, String> {
    let unwritable =
        |error: std::io::Error| format!("cannot write to {}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(unwritable)?;
    let request = Request { scale: candidate.scale, ..Request::BASELINE };
    let message = |error: Error| error.message().to_string();
    let scaled = family.network(&request).map_err(message)?;
    let (text, member) = spec::with_member(family, &Request::BASELINE, &scaled).map_err(message)?;
    fs::write(folder.join("network.toml"), text).map_err(unwritable)?;
    let name = format!("{} at φ = {}", family.title, candidate.phi);
    if let Ok(module) = reports::pytorch(family, &request, &name) {
        fs::write(folder.join("network.py"), module).map_err(unwritable)?;
    }
    let json = candidate.json(&family.name, &member);
    fs::write(folder.join("candidate.json"), json).map_err(unwritable)?;
    Ok(member)
}

/// The folder that all attempts at a candidate share, for an evaluator that creates it and keeps there what it goes on
/// from.
fn state_folder(attempt: &Path) -> PathBuf {
    let name = attempt.file_name().unwrap_or_default().to_string_lossy();
    // The number of the attempt comes behind γ.
    let gamma = name.rfind("-g").map_or(0, |at| at + 1);
    let end = name[gamma..].find('-').map_or(name.len(), |at| gamma + at);
    attempt.with_file_name("state").join(&name[..end])
}

/// A new folder for an attempt: processes of a killed search may still write to an older one.
pub(super) fn unused_folder(parent: &Path, candidate: &Candidate) -> PathBuf {
    let (phi, point) = (candidate.phi, candidate.coefficients);
    let name = format!("phi{phi}-a{}-b{}-g{}", point.alpha, point.beta, point.gamma);
    let name = name + &short_name(&candidate.variant);
    let numbered = (1..).map(|number| match number {
        1 => parent.join(&name),
        number => parent.join(format!("{name}-{number}")),
    });
    let mut unused = numbered.filter(|path| !path.exists());
    unused.next().unwrap_or_else(|| parent.join(&name))
}

/// A short name for a variant, which may hold dozens of choices; candidate.json has them.
fn short_name(variant: &Variant) -> String {
    if variant.is_empty() {
        return String::new();
    }
    let mut hasher = FxHasher::default();
    variant.key().hash(&mut hasher);
    format!("+{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_at_a_candidate_share_their_state() {
        for candidate in ["phi-1-a1.2-b1-g1.15", "phi0-a1-b1-g1+00ff"] {
            for attempt in ["", "-2", "-10"] {
                let folder = state_folder(&Path::new("run").join(candidate.to_string() + attempt));
                assert_eq!(folder, Path::new("run/state").join(candidate), "{attempt}");
            }
        }
    }
}
