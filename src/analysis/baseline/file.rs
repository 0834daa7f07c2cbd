//! Baseline files: counts as JSON.

use serde::{Deserialize, Serialize};

use crate::analysis::baseline::NetworkCounts;
use crate::error::{Diagnostic, Error};

/// Writes counts as the text of a baseline file.
#[must_use]
pub fn write(networks: Vec<NetworkCounts>) -> String {
    let file = File { schema: SCHEMA.into(), networks };
    // Serialising plain values cannot fail.
    serde_json::to_string_pretty(&file).unwrap_or_else(|_| "{}".into()) + "\n"
}

/// Reads counts from the text of a baseline file.
pub fn read(text: &str) -> Result<Vec<NetworkCounts>, Error> {
    let again = "write it again with `phiscale check … --save FILE`";
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        Diagnostic::new(format!("the baseline is not valid JSON: {error}")).help(again)
    })?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            let message = format!("the baseline has the schema `{other}`; expected `{SCHEMA}`");
            return Err(Diagnostic::new(message).help(again).into());
        }
        None => return Err(Diagnostic::new("the baseline has no `schema`").help(again).into()),
    }
    let file: File = serde_json::from_value(value).map_err(|error| {
        Diagnostic::new(format!("the baseline cannot be read: {error}")).help(again)
    })?;
    Ok(file.networks)
}

/// The only schema that is read.
const SCHEMA: &str = "phiscale.baseline/1";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    networks: Vec<NetworkCounts>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::baseline::{LayerCounts, MapShape, Totals};

    fn saved() -> NetworkCounts {
        let map = MapShape { channels: 1, height: 1, width: 1 };
        let totals = Totals { macs: 1, ..Totals::default() };
        let layer = LayerCounts {
            name: "a".into(),
            kind: "conv".into(),
            repeats: 1,
            input: map,
            output: map,
            totals,
        };
        NetworkCounts { network: "net".into(), input: map, totals, layers: vec![layer] }
    }

    #[test]
    fn only_a_complete_file_of_this_version_is_read() {
        let text = write(vec![saved()]);
        assert_eq!(read(&text), Ok(vec![saved()]));
        assert!(read(&text[..text.len() / 2]).is_err());
        assert!(read(&text.replace("baseline/1", "baseline/2")).is_err());
        assert!(read(&text.replace("\"macs\"", "\"macks\"")).is_err());
        assert!(read("[]").is_err());
    }
}
