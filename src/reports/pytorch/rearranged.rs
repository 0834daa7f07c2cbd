//! Layers that only lay values out in another way.

use crate::counting::layer::Layer;
use crate::reports::pytorch::additions::Addition;
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::place::{Layered, Place, Written, layer_of};
use crate::reports::pytorch::program::Layout;
use crate::reports::pytorch::reached::Reached;
use crate::reports::pytorch::term::bracketed;

impl<'t, 'f> Body<'_, 't, 'f> {
    pub(super) fn take(&mut self, place: &Place<'_, 't, 'f>, state: &mut State) -> Layered {
        let (channels, from) = (place.count("take")?, place.count("from")?);
        let end = match (from.as_str(), from.parse::<u64>(), channels.parse::<u64>()) {
            ("0", ..) => channels.clone(),
            (_, Ok(from), Ok(channels)) => (from + channels).to_string(),
            _ => format!("{from} + {channels}"),
        };
        let takes_rest = place.reached.iter().all(|(_, visit)| {
            let Some(Layer::Take(take)) = visit.node.as_ref().and_then(layer_of) else {
                return false;
            };
            take.from + take.channels == visit.input.channels
        });
        let start = if from == "0" { String::new() } else { self.stored(&from, "start") };
        let end = if takes_rest { String::new() } else { self.stored(&end, "end") };
        state.channels = channels;
        let is_simple = |text: &String| !text.contains('.');
        let slice = match (start.is_empty(), end.is_empty()) {
            _ if is_simple(&start) && is_simple(&end) => format!("{start}:{end}"),
            (true, _) => format!(": {end}"),
            (_, true) => format!("{start} :"),
            _ => format!("{start} : {end}"),
        };
        Ok(Written::function("", format!("[:, {slice}]")))
    }

    pub(super) fn space_to_depth(
        &mut self,
        place: &Place<'_, 't, 'f>,
        state: &mut State,
    ) -> Layered {
        self.program.additions.insert(Addition::SpaceToDepth);
        let side = place.count("space_to_depth")?;
        let cells = match side.parse::<u64>() {
            Ok(side) => (side * side).to_string(),
            Err(_) => format!("{side}**2"),
        };
        state.channels = format!("{cells} * {}", bracketed(&state.channels));
        let side = self.stored(&side, "side");
        Ok(Written::function("space_to_depth(", format!(", {side})")))
    }

    pub(super) fn pad(&mut self, place: &Place<'_, 't, 'f>) -> Layered {
        self.program.additions.insert(Addition::PadTo);
        let [rows, columns] = place.pair("pad")?;
        let (rows, columns) = (self.stored(&rows, "rows"), self.stored(&columns, "columns"));
        Ok(Written::function("pad_to(", format!(", {rows}, {columns})")))
    }
}

pub(super) fn flatten(place: &Place, state: &mut State) -> Layered {
    let sides = |(_, visit): &Reached| visit.input.height * visit.input.width;
    let area = place.reached.first().map_or(1, sides);
    if place.reached.iter().any(|one| sides(one) != area) {
        return Err(place.refused("it flattens maps of different sizes"));
    }
    state.layout = Layout::Vector;
    if area > 1 {
        state.channels = match state.channels.parse::<u64>() {
            Ok(channels) => (channels * area).to_string(),
            Err(_) => format!("{} * {area}", bracketed(&state.channels)),
        };
    }
    Ok(Written::module("flatten", "nn.Flatten", Vec::new()))
}
