//! The reports of `phiscale check`: the cost rule, budgets and baselines, and both for CI.

mod ci;
mod networks;
mod rule;
mod time;

pub use ci::{github, junit};
pub use networks::{budget_checks, comparison_line, layer_lines, network_checks};
pub use rule::{cost_rule, rule_checks};
pub(in crate::reports) use rule::{counts, growth_columns, growth_row};
pub use time::{time_rule, time_rule_checks};
