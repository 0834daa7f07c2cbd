//! The best network of a design as a spec that stands alone.

use std::fmt::Write;

use crate::counting::units::plural;
use crate::search::design::{Design, MeasuredNetwork};

/// The text of the spec: that of the space with what was chosen, under a comment that says how it was found.
#[must_use]
pub fn designed_spec(design: &Design, best: &MeasuredNetwork) -> String {
    let (networks, objective) = (design.networks, &design.objective);
    let cost = objective.shown(objective.cost(&best.network));
    let target = objective.shown(objective.target.amount());
    let mut text = format!(
        "# Found by `phiscale design` in the search space {}, for a target of {target}: {:.2} % at {cost}, after {},\n\
         # on the images by which it was chosen.\n",
        networks.space.name,
        best.accuracy,
        plural(design.longest(), "epoch")
    );
    let picks = networks.first_picks(&best.network);
    for (choice, pick) in networks.space.choices.iter().zip(&picks) {
        let value = choice.alternatives.get(*pick).map_or("", |one| one.value.as_str());
        let _ = writeln!(text, "# {} = {value}", choice.name);
    }
    text + &networks.space.spec(&picks)
}
