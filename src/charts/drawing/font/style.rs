//! The kinds of text in a chart, and their sizes.

/// Size of most text, in pixels per em.
pub(crate) const TEXT_SIZE: f64 = 14.0;

/// Height of a line above its baseline, in em.
pub(crate) const ASCENT: f64 = 0.76;
/// Depth of a line below its baseline, in em.
pub(crate) const DESCENT: f64 = 0.21;

/// The kinds of text in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextStyle {
    Title,
    /// The title of a narrow chart.
    SmallTitle,
    /// Subtitle and axis labels.
    Muted,
    /// Tick labels, notes and the source: muted and smaller.
    Small,
    Label,
    /// The hero's labels, arrows' labels and panel titles.
    BoldLabel,
    /// Text inside a segment of a bar.
    Segment,
}

impl TextStyle {
    pub(crate) fn label(is_bold: bool) -> Self {
        if is_bold { Self::BoldLabel } else { Self::Label }
    }

    /// Pixels per em.
    pub(crate) fn size(self) -> f64 {
        match self {
            Self::Title => 22.0,
            Self::SmallTitle => 18.0,
            Self::Muted | Self::Label | Self::BoldLabel => TEXT_SIZE,
            Self::Small | Self::Segment => 13.0,
        }
    }

    pub(crate) fn is_bold(self) -> bool {
        matches!(self, Self::Title | Self::SmallTitle | Self::BoldLabel)
    }

    pub(crate) fn is_muted(self) -> bool {
        matches!(self, Self::Muted | Self::Small)
    }
}
