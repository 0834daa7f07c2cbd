//! The JSON Schemas of files and reports.

use crate::families::declared::file::{JsonFile, text};
use crate::families::declared::schema::JsonSchema;
use crate::families::declared::{Table, Takes};
use crate::reports::declared::{NOTES, rows};
use crate::reports::{Cell, Report, Section, column};

pub(super) const SCHEMAS: JsonFile = JsonFile::report(
    "report-schemas",
    "phiscale.schemas/1",
    "`phiscale list --schemas`: every JSON Schema",
    &[&[
        rows(
            "schemas",
            &Takes::Table(&Table::new(&[&[
                text("name", "The name of the schema."),
                text("about", "What it describes."),
            ]])),
            "One row for each schema.",
        ),
        NOTES,
    ]],
);

/// The report of `phiscale list --schemas`.
#[must_use]
pub fn schemas(schemas: &[JsonSchema]) -> Report {
    let columns = vec![column("name", "schema"), column("about", "describes")];
    let row = |schema: &JsonSchema| vec![Cell::text(&schema.name), Cell::text(&schema.about)];
    let section = Section::rows("schemas", columns, schemas.iter().map(row).collect());
    Report::new(&SCHEMAS, vec![section], Vec::new())
}
