//! The script that every job runs, `job.sh` in the folder of the search.

use std::path::Path;

use phiscale::Error;

use super::command::quoted;
use crate::cli::output;

/// Name of the script.
pub(super) const SCRIPT: &str = "job.sh";

/// Writes the script for a search in this folder, which must be an absolute path.
pub(super) fn write(folder: &Path) -> Result<(), Error> {
    let program = std::env::current_exe()
        .map_err(|error| Error::new(format!("cannot find the phiscale program: {error}")))?;
    let (program, folder_text) = (quoted(text(&program)?), quoted(text(folder)?));
    let script = format!(
        "#!/bin/sh\n\
         # Runs one job of a search: sh job.sh TOKEN [INDEX]\n\
         exec {program} search job {folder_text} \"$1\" \"${{2:-${{SLURM_ARRAY_TASK_ID:-0}}}}\"\n"
    );
    output::file(&folder.join(SCRIPT), script.as_bytes())
}

/// The path of the script, quoted for a shell.
pub(super) fn path(folder: &Path) -> Result<String, Error> {
    text(&folder.join(SCRIPT)).map(quoted)
}

/// The command line that runs the job of a submission.
pub(super) fn call(script: &str, token: &str) -> String {
    format!("sh {script} {token} 0")
}

/// A path as text: it stands in scripts and in JSON.
pub(super) fn text(path: &Path) -> Result<&str, Error> {
    path.to_str().ok_or_else(|| {
        Error::new(format!("the path {} is not UTF-8, which jobs elsewhere need", path.display()))
    })
}
