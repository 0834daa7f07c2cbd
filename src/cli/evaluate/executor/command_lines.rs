//! Command lines of the user's that submit, watch and end jobs: any engine with a program for the shell.

use std::path::{Path, PathBuf};
use std::process::Command;

use phiscale::search::Templates;
use phiscale::{Diagnostic, Error};

use super::engine::{EngineError, answer};
use super::{JobKey, JobState};
use crate::cli::evaluate::job_script;

/// The placeholders of --submit, and those of --status and --cancel.
const OF_SUBMIT: [&str; 3] = ["{command}", "{name}", "{folder}"];
const OF_OTHERS: [&str; 3] = ["{name}", "{id}", "{folder}"];

/// What --status prints.
const WORDS: [&str; 3] = ["running", "success", "failed"];

pub(in crate::cli::evaluate) struct CommandLines {
    templates: Templates,
    /// The folder of the search.
    folder: PathBuf,
    script: String,
}

impl CommandLines {
    /// Command lines for a search in this folder. Fails if they lack a placeholder.
    pub(super) fn new(templates: &Templates, folder: &Path) -> Result<CommandLines, Error> {
        check(templates)?;
        let (templates, folder, script) =
            (templates.clone(), folder.to_path_buf(), job_script::path(folder)?);
        Ok(CommandLines { templates, folder, script })
    }

    /// Submits a job under the name `token`. Gives what the engine prints: its name for the job.
    pub(super) fn submit(&self, token: &str) -> Result<String, EngineError> {
        let command = job_script::call(&self.script, token);
        let printed =
            self.run(&self.templates.submit, "--submit", token, &[("{command}", &command)]);
        let printed = printed?;
        Ok(printed.trim().lines().last().unwrap_or_default().trim().to_string())
    }

    /// The states of jobs; none of one for which --status prints something else than it may, which `complain` says.
    pub(super) fn poll(
        &self,
        keys: &[&JobKey],
        complain: &mut dyn FnMut(String),
    ) -> Vec<Option<JobState>> {
        let mut state = |key: &&JobKey| {
            if self.templates.status.contains("{id}") && key.id.is_none() {
                // Only its outcome can tell.
                return Some(JobState::Gone);
            }
            let id = key.id.as_deref().unwrap_or_default();
            match self.run(&self.templates.status, "--status", &key.token, &[("{id}", id)]) {
                Ok(printed) => state(&printed, complain),
                Err(error) => {
                    complain(error.to_string());
                    None
                }
            }
        };
        keys.iter().map(&mut state).collect()
    }

    /// Ends jobs, alive or not.
    pub(super) fn cancel(&self, keys: &[&JobKey]) -> Result<(), EngineError> {
        for key in keys {
            let id = key.id.as_deref().unwrap_or_default();
            match self.run(&self.templates.cancel, "--cancel", &key.token, &[("{id}", id)]) {
                // It may have ended already.
                Ok(_) | Err(EngineError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn run(
        &self,
        template: &str,
        option: &str,
        token: &str,
        more: &[(&str, &str)],
    ) -> Result<String, EngineError> {
        let folder = self.folder.to_string_lossy();
        let values = [&[("{name}", token), ("{folder}", &folder)], more].concat();
        let line = filled(template, &values);
        answer(Command::new("sh").arg("-c").arg(&line), &format!("{option} (`{line}`)"), "")
    }
}

/// What the last line of --status says.
fn state(printed: &str, complain: &mut dyn FnMut(String)) -> Option<JobState> {
    let word = printed.trim().lines().last().unwrap_or_default().trim().to_lowercase();
    match WORDS.iter().position(|known| *known == word) {
        Some(0) => Some(JobState::Running),
        Some(_) => Some(JobState::Gone),
        None => {
            complain(format!(
                "--status printed `{word}`; its last line must be {}, {} or {}",
                WORDS[0], WORDS[1], WORDS[2]
            ));
            None
        }
    }
}

/// A template with values in place of its placeholders. What a value says is not read again.
fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let (name, value) =
            values.iter().find(|(name, _)| from.starts_with(name)).copied().unwrap_or(("{", "{"));
        text.push_str(value);
        rest = &from[name.len()..];
    }
    text + rest
}

/// Fails if a template lacks the placeholders without which it means no job.
fn check(templates: &Templates) -> Result<(), Error> {
    let named = ["{name}", "{id}"];
    for (option, template, needed, allowed) in [
        ("--submit", &templates.submit, &["{command}"][..], OF_SUBMIT),
        ("--status", &templates.status, &named, OF_OTHERS),
        ("--cancel", &templates.cancel, &named, OF_OTHERS),
    ] {
        if needed.iter().any(|placeholder| template.contains(placeholder)) {
            continue;
        }
        let needed = needed.join(" or ");
        let message = format!("{option} `{template}` must contain {needed}");
        let found = placeholder(template);
        return Err(Diagnostic::new(message).known("placeholders", found, &allowed).into());
    }
    Ok(())
}

/// The first part of a template in braces.
fn placeholder(template: &str) -> &str {
    let start = template.find('{').unwrap_or(template.len());
    let end = template[start..].find('}').map_or(template.len(), |end| start + end + 1);
    &template[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_replaced_once() {
        let values = [("{name}", "n"), ("{command}", "say '{name}'")];
        assert_eq!(
            filled("{name}: {command}; awk '{print}' {", &values),
            "n: say '{name}'; awk '{print}' {"
        );
    }

    #[test]
    fn a_word_of_status_is_read_or_named() {
        let mut said = Vec::new();
        let mut read = |text| state(text, &mut |complaint| said.push(complaint));
        assert_eq!(read("noise\nRunning\n"), Some(JobState::Running));
        assert_eq!(read("success"), Some(JobState::Gone));
        assert_eq!(read("failed\n\n"), Some(JobState::Gone));
        assert_eq!(read("runing"), None);
        assert_eq!(
            said,
            ["--status printed `runing`; its last line must be running, success or failed"]
        );
    }
}
