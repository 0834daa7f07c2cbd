//! Saved counts as the text of a file, and back.

use serde::{Deserialize, Serialize};

use crate::analysis::baseline::Saved;
use crate::error::Diagnostic;

/// Saved counts as the text of a file.
#[must_use]
pub fn write(networks: Vec<Saved>) -> String {
    let file = File { schema: SCHEMA.into(), networks };
    // Writing plain values to memory cannot fail; an empty object would be the honest remainder.
    serde_json::to_string_pretty(&file).unwrap_or_else(|_| "{}".into()) + "\n"
}

/// Reads saved counts from the text of a file.
pub fn read(text: &str) -> Result<Vec<Saved>, Diagnostic> {
    let again = "save it anew with `phiscale check … --save FILE`";
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        Diagnostic::new(format!("the baseline is no whole JSON: {error}")).help(again)
    })?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            let message = format!("the baseline has the schema `{other}`, and not `{SCHEMA}`");
            return Err(Diagnostic::new(message).help(again));
        }
        None => return Err(Diagnostic::new("the baseline names no schema").help(again)),
    }
    let file: File = serde_json::from_value(value).map_err(|error| {
        Diagnostic::new(format!("the baseline cannot be read: {error}")).help(again)
    })?;
    Ok(file.networks)
}

/// The form of the file; another one is not read.
const SCHEMA: &str = "phiscale.baseline/1";

/// Saved counts as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    networks: Vec<Saved>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::baseline::{Map, SavedLayer, Totals};

    fn saved() -> Saved {
        let map = Map { channels: 1, height: 1, width: 1 };
        let totals = Totals { macs: 1, ..Totals::default() };
        let layer = SavedLayer {
            name: "a".into(),
            kind: "conv".into(),
            repeats: 1,
            input: map,
            output: map,
            totals,
        };
        Saved { network: "net".into(), input: map, totals, layers: vec![layer] }
    }

    #[test]
    fn what_is_written_is_read_and_what_is_cut_or_of_another_version_is_not() {
        let text = write(vec![saved()]);
        assert_eq!(read(&text), Ok(vec![saved()]));
        assert!(read(&text[..text.len() / 2]).is_err());
        assert!(read(&text.replace("baseline/1", "baseline/2")).is_err());
        assert!(read(&text.replace("\"macs\"", "\"macks\"")).is_err());
        assert!(read("[]").is_err());
    }
}
