//! Charts of networks: from resolved values, or from what a chart file asks for, to a
//! [`Chart`](crate::charts::drawing::Chart).

mod accuracy;
pub mod drawing;
pub mod file;
mod growth;
#[cfg(feature = "search")]
mod reuse;
#[cfg(feature = "search")]
mod search;
mod stages;
#[cfg(feature = "search")]
mod ways;
mod words;

pub use accuracy::{
    AccuracyOptions, AccuracyPanel, AccuracyRequest, AccuracySeries, Entry, MeasuredRows, Naming,
    PanelRequest, SeriesRequest, Style, accuracy,
};
pub use growth::{GrowthRequest, growth};
pub use reuse::reuse;
#[cfg(feature = "search")]
pub use search::search;
pub use stages::{StagesRequest, stages};
pub use ways::ways;
