//! Reports as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::reports::{Cell, Column, Layout, Report, Section};

pub(super) fn write(report: &impl Serialize) -> String {
    // Writing plain values to memory cannot fail.
    serde_json::to_string_pretty(report).unwrap_or_else(|_| "{}".into()) + "\n"
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", self.schema)?;
        for section in &self.sections {
            match (section.key, section.layout) {
                (None, _) => {
                    for fields in records(section) {
                        for (column, cell) in fields.columns.iter().zip(fields.cells) {
                            map.serialize_entry(column.key.as_ref(), cell)?;
                        }
                    }
                }
                (Some(key), Layout::Record) => {
                    map.serialize_entry(key, &records(section).next())?;
                }
                (Some(key), Layout::Rows) => {
                    map.serialize_entry(key, &records(section).collect::<Vec<_>>())?;
                }
            }
        }
        if !self.notes.is_empty() {
            map.serialize_entry("notes", &self.notes)?;
        }
        map.end()
    }
}

struct Record<'a> {
    columns: &'a [Column],
    cells: &'a [Cell],
}

fn records(section: &Section) -> impl Iterator<Item = Record<'_>> {
    section.rows.iter().map(|cells| Record { columns: &section.columns, cells })
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = self.columns.iter().zip(self.cells);
        serializer.collect_map(fields.map(|(column, cell)| (column.key.as_ref(), cell)))
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Text(text) | Cell::Source(text) => serializer.serialize_str(text),
            Cell::Names(names) => serializer.collect_seq(names),
            Cell::Integer(value) | Cell::InUnit { value, .. } => match u64::try_from(*value) {
                Ok(value) => serializer.serialize_u64(value),
                Err(_) => serializer.serialize_u128(*value),
            },
            Cell::Signed(value) | Cell::Nanoseconds(value) => match i64::try_from(*value) {
                Ok(value) => serializer.serialize_i64(value),
                Err(_) => serializer.serialize_i128(*value),
            },
            Cell::Real { value, .. } | Cell::Amount { value, .. } | Cell::Share(value) => {
                serializer.serialize_f64(*value)
            }
            Cell::Shape(shape) => {
                let sides = [
                    ("channels", shape.channels),
                    ("height", shape.height),
                    ("width", shape.width),
                ];
                serializer.collect_map(sides)
            }
            Cell::Sides(sides) => serializer.collect_seq(sides),
            Cell::Bool(value) => serializer.serialize_bool(*value),
            Cell::Missing => serializer.serialize_none(),
        }
    }
}
