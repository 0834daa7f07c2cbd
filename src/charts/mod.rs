//! Charts of networks: from resolved values or a chart file's request to a
//! [`Chart`](crate::charts::drawing::Chart).

mod accuracy;
mod captions;
mod cost_growth;
mod density;
#[cfg(feature = "search")]
mod design;
#[cfg(feature = "search")]
mod design_replay;
pub mod drawing;
#[cfg(feature = "search")]
mod equal_cost;
mod estimates;
pub mod file;
mod growth;
mod measured_times;
mod roofline;
mod run;
#[cfg(feature = "search")]
mod search;
mod stages;
#[cfg(feature = "search")]
mod transfer;

pub use accuracy::{
    AccuracyOptions, AccuracyPanel, AccuracyRequest, AccuracySeries, Entry, MeasuredRows, Naming,
    Omissions, PanelRequest, SeriesRequest, Style, accuracy,
};
pub use captions::Captions;
pub use cost_growth::cost_growth;
pub use density::density;
#[cfg(feature = "search")]
pub use design::design;
#[cfg(feature = "search")]
pub use design_replay::design_replay;
#[cfg(feature = "search")]
pub use equal_cost::{ComparedCost, equal_cost};
pub use growth::{GrowthRequest, growth};
pub use measured_times::{MeasuredTimesRequest, measured_times};
pub use roofline::{RooflineRequest, roofline};
pub use run::RunRequest;
#[cfg(feature = "search")]
pub use search::search;
pub use stages::{StagesRequest, stages};
#[cfg(feature = "search")]
pub use transfer::transfer;
