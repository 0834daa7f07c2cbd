//! The reports of `phiscale design`.

mod cells;
mod replay;
mod result;
mod space;
mod spec;
mod table;

pub use replay::design_replay;
pub use result::design;
pub(super) use result::{answer, answer_columns, best_note};
pub use space::design_space;
pub use spec::designed_spec;
pub use table::design_table;
