//! Which look each series takes: what is given, and the rest so that no two look alike by accident.

use crate::charts::drawing::theme::{Palette, Theme};
use crate::charts::drawing::{Colour, MarkerShape};
use plotters::style::RGBColor;

/// Each of the first six series has a shape and a colour; the next six repeat them hollow.
const SLOTS: usize = MarkerShape::ALL.len();

/// Colours that differ by less than this, summed over red, green and blue, look alike.
const LEAST_DIFFERENCE: u16 = 48;

/// The shape and the colour of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SeriesLook {
    pub shape: MarkerShape,
    pub colour: MarkColour,
    pub is_hollow: bool,
}

/// The colour of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum MarkColour {
    /// That of the palette in this slot.
    Slot(usize),
    /// The one that is given.
    Given(Colour),
}

/// What is given of a look.
pub(crate) type Given = (Option<Colour>, Option<MarkerShape>);

/// The look of each series. Without a given colour or shape it has those of the slot of its number, or where another
/// series looks like that, those of the next free slot after all series.
pub(crate) fn looks(given: &[Given]) -> Vec<SeriesLook> {
    let mut taken: Vec<SeriesLook> = given.iter().copied().filter_map(whole).collect();
    let mut looks = Vec::new();
    for (index, &(colour, shape)) in given.iter().enumerate() {
        if let Some(look) = whole((colour, shape)) {
            looks.push(look);
            continue;
        }
        let look = |slot: usize| SeriesLook {
            shape: shape.unwrap_or(MarkerShape::ALL[slot % SLOTS]),
            colour: colour.map_or(MarkColour::Slot(slot % SLOTS), MarkColour::Given),
            is_hollow: slot / SLOTS % 2 == 1,
        };
        let later = given.len()..given.len() + 2 * SLOTS;
        let mut slots = std::iter::once(index).chain(later).map(look);
        let free = slots.find(|look| !taken.iter().any(|other| look.is_like(other)));
        taken.extend(free);
        looks.push(free.unwrap_or(look(index)));
    }
    looks
}

/// A look of which everything is given.
fn whole((colour, shape): Given) -> Option<SeriesLook> {
    Some(SeriesLook { shape: shape?, colour: MarkColour::Given(colour?), is_hollow: false })
}

impl SeriesLook {
    fn is_like(&self, other: &SeriesLook) -> bool {
        let are_alike = |theme: Theme| {
            let palette = Palette::of(theme);
            are_alike(self.colour.in_palette(&palette), other.colour.in_palette(&palette))
        };
        let is_same_form = self.shape == other.shape && self.is_hollow == other.is_hollow;
        is_same_form && [Theme::Light, Theme::Dark].into_iter().any(are_alike)
    }
}

impl MarkColour {
    pub(crate) fn in_palette(self, palette: &Palette) -> RGBColor {
        match self {
            MarkColour::Slot(slot) => palette.mark(slot),
            MarkColour::Given(colour) => colour.on(palette.is_dark),
        }
    }
}

/// Whether two colours can hardly be told apart.
fn are_alike(one: RGBColor, other: RGBColor) -> bool {
    let differences = [one.0.abs_diff(other.0), one.1.abs_diff(other.1), one.2.abs_diff(other.2)];
    differences.map(u16::from).iter().sum::<u16>() < LEAST_DIFFERENCE
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLUE: Colour = Colour { light: [0x25, 0x68, 0xBE], dark: [0x25, 0x68, 0xBE] };

    fn are_distinct(looks: &[SeriesLook]) -> bool {
        let mut pairs = looks.iter().enumerate();
        pairs.all(|(index, look)| !looks[..index].iter().any(|other| look.is_like(other)))
    }

    #[test]
    fn without_a_given_look_the_number_of_a_series_decides() {
        let looks = looks(&[(None, None); 14]);
        assert!(are_distinct(&looks[..12]));
        assert_eq!((looks[12], looks[13]), (looks[0], looks[1]));
        assert_eq!(looks[7].shape, MarkerShape::Square);
        assert!(looks[7].is_hollow && !looks[5].is_hollow);
    }

    #[test]
    fn a_series_without_a_look_leaves_that_of_another_alone() {
        let shapes = [None, Some(MarkerShape::Circle), Some(MarkerShape::Hexagon)];
        let wanted: Vec<Given> = [None, Some(BLUE)]
            .into_iter()
            .flat_map(|colour| shapes.map(|shape| (colour, shape)))
            .collect();
        // Every four of them, in every order.
        for number in 0..wanted.len().pow(4) {
            let digit = |place: u32| number / wanted.len().pow(place) % wanted.len();
            let given: Vec<Given> = (0..4).map(|place| wanted[digit(place)]).collect();
            let found = looks(&given);
            let is_whole = |given: &Given| given.0.is_some() && given.1.is_some();
            for (index, look) in
                found.iter().enumerate().filter(|(index, _)| !is_whole(&given[*index]))
            {
                let mut others = found.iter().enumerate().filter(|(other, _)| *other != index);
                assert!(!others.any(|(_, other)| look.is_like(other)), "{given:?}");
            }
        }
    }

    #[test]
    fn only_a_series_that_must_changes_its_look() {
        let usual = looks(&[(None, None); 3]);
        let given = looks(&[(None, None), (Some(BLUE), Some(MarkerShape::Circle)), (None, None)]);
        // The first would look like the second.
        assert_eq!(given[0].shape, MarkerShape::Diamond);
        assert_eq!(given[2], usual[2]);
    }
}
