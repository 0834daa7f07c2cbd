//! The texts around a chart: the user's instead of the computed ones, or none.

use crate::charts::drawing::Chart;

/// The word for no text at all.
const NONE: &str = "none";

/// The texts around a chart. `None` leaves the computed text; an empty text, or `none`, leaves nothing and no gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Captions {
    /// The title, instead of the computed finding.
    pub title: Option<String>,
    /// A muted line under the title.
    pub subtitle: Option<String>,
    /// Lines above the sources at the bottom; `none` leaves out the sources as well.
    pub note: Option<String>,
    /// Whether the sources of the numbers are left out.
    pub without_sources: bool,
}

impl Captions {
    /// These captions, and those of `others` where these have none.
    #[must_use]
    pub fn or(self, others: Captions) -> Captions {
        Captions {
            title: self.title.or(others.title),
            subtitle: self.subtitle.or(others.subtitle),
            note: self.note.or(others.note),
            without_sources: self.without_sources || others.without_sources,
        }
    }

    /// The user's title, unless it is `none`.
    #[must_use]
    pub fn own_title(&self) -> Option<&str> {
        self.title.as_deref().filter(|title| !is_none(title))
    }

    /// Puts the captions around a chart. `has_title` says that the chart already has the user's title, with its numbers
    /// filled in.
    pub fn put_on(&self, chart: &mut Chart, has_title: bool) {
        match &self.title {
            Some(title) if is_none(title) => {
                // What is computed below a title goes with it.
                chart.hides_title = true;
                chart.subtitle = None;
            }
            Some(title) if !has_title => {
                chart.description = format!("{title}. {}", chart.description);
                chart.title.clone_from(title);
            }
            _ => {}
        }
        if let Some(subtitle) = &self.subtitle {
            chart.subtitle = Some(subtitle.clone()).filter(|subtitle| !is_none(subtitle));
        }
        if self.without_sources || self.note.as_deref().is_some_and(is_none) {
            chart.source.clear();
        }
        if let Some(note) = self.note.as_deref().filter(|note| !is_none(note)) {
            chart.note = note.trim_end().into();
        }
    }
}

fn is_none(text: &str) -> bool {
    matches!(text.trim(), "" | NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let [title, description, source] = ["Finding", "Numbers", "Sources"].map(String::from);
        Chart { title, description, source, subtitle: Some("Axis".into()), ..Chart::default() }
    }

    fn with(captions: &Captions) -> Chart {
        let mut chart = chart();
        captions.put_on(&mut chart, false);
        chart
    }

    #[test]
    fn captions_come_before_those_of_others() {
        let file = || Captions {
            title: Some("file".into()),
            note: Some("file".into()),
            ..Captions::default()
        };
        let arguments = Captions {
            title: Some("none".into()),
            subtitle: Some("argument".into()),
            without_sources: true,
            ..Captions::default()
        };
        let both = arguments.clone().or(file());
        assert_eq!(both, Captions { note: Some("file".into()), ..arguments });
        assert_eq!(both.own_title(), None);
        assert_eq!(file().or(Captions { title: Some("other".into()), ..file() }), file());
        assert_eq!(Captions::default().or(file()).own_title(), Some("file"));
    }

    #[test]
    fn without_captions_a_chart_stays_as_it_is() {
        assert_eq!(with(&Captions::default()), chart());
    }

    #[test]
    fn texts_replace_the_computed_ones() {
        let captions = Captions {
            title: Some("Own".into()),
            subtitle: Some("Below".into()),
            note: Some("Note\n".into()),
            without_sources: false,
        };
        let expected = Chart {
            title: "Own".into(),
            subtitle: Some("Below".into()),
            note: "Note".into(),
            description: "Own. Numbers".into(),
            ..chart()
        };
        assert_eq!(with(&captions), expected);
        let mut named = chart();
        captions.put_on(&mut named, true);
        assert_eq!((&*named.title, &*named.description), ("Finding", "Numbers"));
    }

    #[test]
    fn none_and_an_empty_text_leave_nothing() {
        for nothing in ["none", "", " "] {
            let nothing = || Some(nothing.to_string());
            let (title, subtitle, note) = (nothing(), nothing(), nothing());
            let captions = Captions { title, subtitle, note, without_sources: false };
            let expected =
                Chart { hides_title: true, subtitle: None, source: String::new(), ..chart() };
            assert_eq!(with(&captions), expected);
        }
    }

    #[test]
    fn a_note_stands_without_the_sources() {
        let captions =
            Captions { note: Some("Note".into()), without_sources: true, ..Captions::default() };
        let expected = Chart { note: "Note".into(), source: String::new(), ..chart() };
        assert_eq!(with(&captions), expected);
    }
}
