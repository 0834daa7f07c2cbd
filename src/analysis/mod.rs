//! Analysis: what counted networks and families tell about cost, growth, budgets and published figures.

pub mod advice;
pub mod audit;
pub mod baseline;
pub mod budget;
pub mod comparison;
pub mod effective;
pub mod explain;
pub mod fit;
pub mod gap;
pub mod gate;
pub mod growth;
