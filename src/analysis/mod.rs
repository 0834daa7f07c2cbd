//! Analysis: growth, budgets, published figures and conventions of counted networks and families.

pub mod accuracy;
pub mod advice;
pub mod audit;
#[cfg(feature = "reports")]
pub mod baseline;
pub mod budget;
pub mod check;
pub mod correlation;
pub mod cost;
pub mod effective;
pub mod explain;
pub mod exponents;
pub mod fit;
pub mod gap;
pub mod growth;
pub mod law;
pub mod model;
pub(crate) mod random;
pub mod stages;
pub mod sweep;
pub mod time;
