//! The JSON Schemas of files and reports.

use crate::families::declared::schema::JsonSchema;
use crate::reports::declared::SCHEMAS;
use crate::reports::{Cell, Report, Section, column};

/// The report of `phiscale list --schemas`.
#[must_use]
pub fn schemas(schemas: &[JsonSchema]) -> Report {
    let columns = vec![column("name", "schema"), column("about", "describes")];
    let row = |schema: &JsonSchema| vec![Cell::text(&schema.name), Cell::text(&schema.about)];
    let section = Section::rows("schemas", columns, schemas.iter().map(row).collect());
    Report::new(&SCHEMAS, vec![section], Vec::new())
}
