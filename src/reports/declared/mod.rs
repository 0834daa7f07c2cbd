//! What each report holds, as data: the JSON Schemas are written from it, and every report is checked against it where
//! it is made, in builds with debug assertions.

mod audit;
mod calibration;
mod check;
#[cfg(feature = "search")]
mod compare;
mod count;
#[cfg(feature = "search")]
mod design;
mod explain;
mod fit;
mod law;
mod list;
mod plot;
mod scale;
#[cfg(feature = "search")]
mod search;
#[cfg(feature = "search")]
mod search_status;
#[cfg(feature = "search")]
mod study;
mod sweep;
mod time;
#[cfg(feature = "search")]
mod train;

pub(super) use audit::AUDIT;
pub(super) use calibration::CALIBRATION;
pub(super) use check::{NETWORKS, RULE, TIME_RULE};
#[cfg(feature = "search")]
pub(super) use compare::{COMPARE, CONTESTANTS};
pub(super) use count::{COUNT, COUNTS};
#[cfg(feature = "search")]
pub(super) use design::{DESIGN, DESIGN_REPLAY, DESIGN_SPACE, DESIGN_TABLE};
pub(super) use explain::{BETWEEN, EXPLAIN, GIVEN};
pub(super) use fit::FIT;
pub(super) use law::LAW;
pub(super) use list::{BLOCK, BLOCKS, CONVENTIONS, DEVICES, FAMILIES, MEMBERS, SCHEMAS, SPACES};
pub(super) use plot::PLOT;
pub(super) use scale::{DOUBLING, SCALE};
#[cfg(feature = "search")]
pub(super) use search::{CANDIDATES, REUSE, SEARCH};
#[cfg(feature = "search")]
pub(super) use search_status::SEARCH_STATUS;
#[cfg(feature = "search")]
pub(super) use study::{PLANNED_STUDY, STUDY};
pub(super) use sweep::SWEEP;
pub(super) use time::TIME;
#[cfg(feature = "search")]
pub(super) use train::TRAIN;

use serde_json::{Map, Value};

use crate::families::declared::file::JsonFile;
use crate::families::declared::schema::JsonSchema;
use crate::families::declared::{Key, Table, Takes};
use crate::reports::{Report, Section};

/// Every kind of report.
const REPORTS: &[&JsonFile] = &[
    &COUNT,
    &COUNTS,
    &EXPLAIN,
    &BETWEEN,
    &GIVEN,
    &SCALE,
    &DOUBLING,
    &SWEEP,
    &TIME,
    &CALIBRATION,
    &RULE,
    &TIME_RULE,
    &NETWORKS,
    &FIT,
    &LAW,
    &PLOT,
    &AUDIT,
    &FAMILIES,
    &MEMBERS,
    &CONVENTIONS,
    &BLOCKS,
    &BLOCK,
    &SCHEMAS,
    &DEVICES,
    &SPACES,
    #[cfg(feature = "search")]
    &CANDIDATES,
    #[cfg(feature = "search")]
    &SEARCH,
    #[cfg(feature = "search")]
    &REUSE,
    #[cfg(feature = "search")]
    &SEARCH_STATUS,
    #[cfg(feature = "search")]
    &CONTESTANTS,
    #[cfg(feature = "search")]
    &COMPARE,
    #[cfg(feature = "search")]
    &STUDY,
    #[cfg(feature = "search")]
    &PLANNED_STUDY,
    #[cfg(feature = "search")]
    &DESIGN_SPACE,
    #[cfg(feature = "search")]
    &DESIGN,
    #[cfg(feature = "search")]
    &DESIGN_TABLE,
    #[cfg(feature = "search")]
    &DESIGN_REPLAY,
    #[cfg(feature = "search")]
    &TRAIN,
];

/// Every kind of JSON file besides reports.
const FILES: &[&JsonFile] = &[
    &crate::analysis::baseline::BASELINE,
    #[cfg(feature = "search")]
    &crate::search::JOURNAL_LINE,
    #[cfg(feature = "search")]
    &crate::search::CANDIDATE,
    #[cfg(feature = "search")]
    &crate::search::RESULT,
];

/// The JSON Schemas of all reports, and of all other JSON files that phiscale writes or reads.
pub(crate) fn json_schemas() -> Vec<JsonSchema> {
    REPORTS.iter().chain(FILES).map(|file| file.json_schema()).collect()
}

/// The key of a report's notes.
const NOTES: Key =
    Key::new("notes", Takes::List(&Takes::Text), "Sentences that explain the numbers.");

impl JsonFile {
    /// A kind of report.
    const fn report(
        name: &'static str,
        schema: &'static str,
        about: &'static str,
        keys: &'static [&'static [Key]],
    ) -> Self {
        JsonFile { name, schema: Some(schema), about, keys, is_open: true }
    }
}

impl Report {
    /// The report with these sections, which are as declared.
    pub(super) fn new(declared: &JsonFile, sections: Vec<Section>, notes: Vec<String>) -> Report {
        let report = Report { schema: declared.schema.unwrap_or_default(), sections, notes };
        debug_assert_eq!(mistake(declared, serde_json::to_value(&report)), None);
        report
    }
}

/// Where a value is not as declared. Of a count past 2^64, which has no [`Value`], nothing is said.
fn mistake(declared: &JsonFile, value: serde_json::Result<Value>) -> Option<String> {
    let Ok(Value::Object(mut fields)) = value else { return None };
    let schema = fields.remove("schema");
    if schema.as_ref().and_then(Value::as_str) != declared.schema {
        return Some(format!("{schema:?} is not the declared schema"));
    }
    in_table(&Table::new(declared.keys), &fields).map(|rest| format!("{}: {rest}", declared.name))
}

fn in_table(table: &Table, fields: &Map<String, Value>) -> Option<String> {
    let missing = table.keys().find(|key| key.is_required && !fields.contains_key(key.name));
    if let Some(key) = missing {
        return Some(format!("no {}", key.name));
    }
    fields.iter().find_map(|(name, value)| {
        let Some(takes) = table.takes(name) else { return Some(format!("{name} is undeclared")) };
        in_value(takes, value).map(|rest| format!("{name}: {rest}"))
    })
}

fn in_value(takes: &Takes, value: &Value) -> Option<String> {
    let fits = match (takes, value) {
        (Takes::OrNull(_), Value::Null) | (Takes::Anything, _) => true,
        (Takes::OrNull(inner), value) => return in_value(inner, value),
        (Takes::Table(table), Value::Object(fields)) => return in_table(table, fields),
        (Takes::List(item), Value::Array(values)) => {
            return values.iter().find_map(|value| in_value(item, value));
        }
        (Takes::Rows(table), Value::Array(rows)) => {
            return rows.iter().find_map(|row| in_value(&Takes::Table(table), row));
        }
        (Takes::Either(kinds), value) => kinds.iter().any(|kind| in_value(kind, value).is_none()),
        (Takes::Text, value) => value.is_string(),
        (Takes::Words(words), Value::String(text)) => words().contains(&text.as_str()),
        (Takes::Flag, value) => value.is_boolean(),
        (Takes::Number | Takes::NotNegative | Takes::Percent, value) => value.is_number(),
        (Takes::Whole(least), value) => value.as_u64().is_some_and(|whole| whole >= *least),
        (Takes::Difference, value) => value.is_i64() || value.is_u64(),
        _ => false,
    };
    (!fits).then(|| format!("{value} is not {takes:?}"))
}

#[cfg(feature = "search")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::baseline::{self, NetworkCounts};
    use crate::families::find::family;
    use crate::families::scaling::{Coefficients, Scale};
    use crate::search::{self, EvaluatorResult, JournalEntry};

    /// The mistake in a text of JSON.
    fn mistake_in(declared: &JsonFile, text: &str) -> Option<String> {
        let value: Value = serde_json::from_str(text).expect("JSON");
        mistake(declared, Ok(value))
    }

    #[test]
    fn files_are_written_as_declared() {
        let family = family("efficientnet").expect("a bundled family");
        let network = family.at_phi(0.0).expect("a network");
        let saved = baseline::write(vec![NetworkCounts::new("b0", &network)]);
        assert_eq!(mistake_in(&baseline::BASELINE, &saved), None);
        let point = Coefficients { alpha: 1.2, beta: 1.1, gamma: 1.15 };
        let candidate = search::candidate(&family, Scale::BASELINE, point, 1.0, None);
        let candidate = candidate.expect("a family").expect("a candidate");
        assert_eq!(mistake_in(&search::CANDIDATE, &candidate.json("efficientnet", "x")), None);
        let failed = JournalEntry::new("efficientnet", "command", &candidate);
        let mut measured = failed.clone();
        (measured.accuracy, measured.command) = (Some(70.0), Some("sh train.sh".into()));
        for entry in [failed, measured] {
            assert_eq!(mistake_in(&search::JOURNAL_LINE, &entry.line()), None);
        }
        let result = EvaluatorResult::from_runs(&[70.0, 71.0]);
        assert_eq!(mistake_in(&search::RESULT, &result.json()), None);
    }

    #[test]
    fn what_is_not_declared_is_found() {
        for (text, message) in [
            ("{}", "no accuracy"),
            ("{\"accuracy\": \"70\"}", "accuracy: \"70\" is not Percent"),
            ("{\"accuracy\": 70, \"loss\": 1}", "loss is undeclared"),
            ("{\"accuracy\": 70, \"repeats\": 0}", "repeats: 0 is not Whole(1)"),
        ] {
            assert_eq!(mistake_in(&search::RESULT, text), Some(format!("result: {message}")));
        }
    }
}
