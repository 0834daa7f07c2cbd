//! What is said of texts that found no room in a chart.

use phiscale::charts::drawing::Omitted;

use crate::cli::Caller;

/// What makes room for labels.
#[derive(Clone, Copy)]
pub(super) enum Advice {
    /// The command lacks an option for it.
    None,
    /// `--size`.
    Size,
    /// `--size`, or keys of the chart file.
    SizeOrNames,
}

/// Says which texts of a chart are not drawn: its labels in one line, and titles and notes for a caption.
pub(super) fn say(omitted: &[Omitted], advice: Advice, caller: &Caller) {
    let labels = omitted.iter().filter_map(|one| match one {
        Omitted::Label(label) => Some(format!("{label:?}")),
        _ => None,
    });
    let others = omitted.iter().filter_map(|one| other(one, advice));
    caller.say_all(others.chain(of_labels(&labels.collect::<Vec<_>>(), advice)));
}

fn of_labels(labels: &[String], advice: Advice) -> Option<String> {
    let what = match labels {
        [] => return None,
        [label] => format!("the label {label}"),
        several => format!("{} labels: {}", several.len(), several.join(", ")),
    };
    let advice = match advice {
        Advice::None => "",
        Advice::Size => "; a larger --size has more room",
        Advice::SizeOrNames => {
            "; a larger --size has more room, `unnamed` and `names = \"none\"` hide them"
        }
    };
    Some(format!("no room for {what}{advice}"))
}

/// What is said of a text that is not a label.
fn other(omitted: &Omitted, advice: Advice) -> Option<String> {
    let caption = |what: &str, text: &str| {
        Some(format!("no room for all of the {what}; for a caption: {}", text.replace('\n', " ")))
    };
    match omitted {
        Omitted::Label(_) => None,
        Omitted::Title(title) => caption("title", title),
        Omitted::Note(note) => caption("note", note),
        Omitted::Source(source) => caption("sources", source),
        Omitted::Characters(unknown) => Some(match advice {
            Advice::None => format!("no font has the characters {unknown}"),
            _ => format!("no font has the characters {unknown}: give one that does with --font"),
        }),
    }
}
