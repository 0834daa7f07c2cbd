//! Lines of files that keep what is done.

use serde::Serialize;

/// A value as one line of JSON.
pub(super) fn json_line(value: &impl Serialize) -> String {
    // Writing plain values to memory cannot fail.
    serde_json::to_string(value).unwrap_or_else(|_| "{}".into()) + "\n"
}
