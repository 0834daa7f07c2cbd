//! Reports as HTML: a fragment with no style but the side of texts, so that a page or a notebook gives it its own.

use crate::reports::Report;
use crate::reports::markup::{Grid, grids};

pub(super) fn html(report: &Report) -> String {
    let notes = report.notes.iter().map(|note| paragraph(note));
    // As in the table for a terminal: lists of many columns do not fit a page.
    let tables = grids(report, [true, false]);
    let parts: Vec<String> = tables.iter().map(table).chain(notes).collect();
    format!("<div class=\"phiscale\">\n{}\n</div>\n", parts.join("\n"))
}

fn table(grid: &Grid) -> String {
    let row = |tag: &str, cells: &[String]| {
        let cells = cells.iter().zip(&grid.numeric).map(|(text, is_numeric)| {
            let side = if *is_numeric && !grid.is_record { "right" } else { "left" };
            format!("<{tag} style=\"text-align: {side}\">{}</{tag}>", escaped(text))
        });
        format!("<tr>{}</tr>", cells.collect::<String>())
    };
    let title = grid.title.as_ref().map(|title| paragraph(title));
    let rows: Vec<String> = grid.rows.iter().map(|cells| row("td", cells)).collect();
    let head = if grid.is_record {
        String::new()
    } else {
        format!("<thead>{}</thead>\n", row("th", &grid.header))
    };
    let table = format!("<table>\n{head}<tbody>\n{}\n</tbody>\n</table>", rows.join("\n"));
    let sources = grid.sources.iter().map(|source| paragraph(source));
    let parts: Vec<String> = title.into_iter().chain([table]).chain(sources).collect();
    parts.join("\n")
}

fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escaped(text).replace('\n', "<br>"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::{Cell, Section, column};

    #[test]
    fn markup_in_a_report_is_text() {
        let cells = vec![vec![Cell::text("<b>&\"x\""), Cell::integer(1_000_u32)]];
        let columns = vec![column("name", "a < b"), column("value", "count")];
        let sections = vec![Section::rows("rows", columns, cells)];
        let html = html(&Report { schema: "test/1", sections, notes: vec!["1 > 0".into()] });
        assert!(
            html.contains("a &lt; b") && html.contains("&lt;b&gt;&amp;&quot;x&quot;"),
            "{html}"
        );
        assert!(html.contains(">1,000</td>") && html.contains("<p>1 &gt; 0</p>"), "{html}");
    }
}
