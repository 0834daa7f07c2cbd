//! The reports of `phiscale check`: the cost rule, budgets and baselines, and both for CI.

mod ci;
mod networks;
mod rule;

pub use ci::{github, junit};
pub(in crate::reports) use networks::NETWORKS;
pub use networks::{budget_checks, comparison_line, layer_lines, network_checks};
pub(in crate::reports) use rule::{GROWTH_STEP, RULE, counts, growth_columns, growth_row};
pub use rule::{cost_rule, rule_checks};
