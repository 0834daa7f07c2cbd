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
    /// Lines before the sources at the bottom; `none` leaves out the sources as well.
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

    /// The title, if it is a text.
    #[must_use]
    pub fn own_title(&self) -> Option<&str> {
        self.title.as_deref().filter(|title| !is_none(title))
    }

    /// Puts the captions around a chart; `has_title`: its title is the own one already, with its numbers filled in.
    pub fn put_on(&self, chart: &mut Chart, has_title: bool) {
        match &self.title {
            Some(title) if is_none(title) => chart.hides_title = true,
            Some(title) if !has_title => {
                chart.description = format!("{title}. {}", chart.description);
                chart.title.clone_from(title);
            }
            _ => {}
        }
        if let Some(subtitle) = &self.subtitle {
            chart.subtitle = Some(subtitle.clone()).filter(|subtitle| !is_none(subtitle));
        }
        if self.without_sources {
            chart.source.clear();
        }
        match &self.note {
            Some(note) if is_none(note) => chart.source.clear(),
            Some(note) => chart.source = format!("{note}\n{}", chart.source).trim_end().into(),
            None => {}
        }
    }
}

fn is_none(text: &str) -> bool {
    matches!(text.trim(), "" | NONE)
}
