//! The few numbers of a graph that are known before it runs: those that shapes are made of.

use crate::onnx::operator::Arithmetic;

/// Longer rows of numbers are data.
pub(super) const MOST_KNOWN: usize = 4096;

/// Numbers in the order of a tensor's elements.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Numbers {
    /// Whole ones; truth is 1 and falsehood 0.
    Whole(Vec<i64>),
    /// Floating-point ones.
    Real(Vec<f64>),
}

impl Numbers {
    pub(super) fn len(&self) -> usize {
        match self {
            Numbers::Whole(values) => values.len(),
            Numbers::Real(values) => values.len(),
        }
    }

    /// The numbers, where they are whole.
    pub(super) fn whole(&self) -> Option<&[i64]> {
        match self {
            Numbers::Whole(values) => Some(values),
            Numbers::Real(_) => None,
        }
    }

    /// The numbers as floating-point ones.
    #[allow(clippy::cast_precision_loss)] // what is multiplied by a fraction is a few thousand pixels
    pub(super) fn real(&self) -> Vec<f64> {
        match self {
            Numbers::Whole(values) => values.iter().map(|value| *value as f64).collect(),
            Numbers::Real(values) => values.clone(),
        }
    }

    /// The one number there is.
    pub(super) fn single(&self) -> Option<f64> {
        match &self.real()[..] {
            [value] => Some(*value),
            _ => None,
        }
    }

    /// The numbers as floating-point or as whole ones, which drop what is behind the point.
    #[allow(clippy::cast_possible_truncation)] // a cast saturates
    pub(super) fn cast(&self, to_real: bool) -> Numbers {
        match self {
            Numbers::Real(values) if !to_real => {
                Numbers::Whole(values.iter().map(|value| *value as i64).collect())
            }
            Numbers::Whole(_) if to_real => Numbers::Real(self.real()),
            same => same.clone(),
        }
    }

    /// Those at some places; none where one of them is not there.
    pub(super) fn pick(&self, places: &[usize]) -> Option<Numbers> {
        Some(match self {
            Numbers::Whole(values) => Numbers::Whole(picked(values, places)?),
            Numbers::Real(values) => Numbers::Real(picked(values, places)?),
        })
    }

    /// These and then others of the same kind, where all together are few.
    pub(super) fn joined(self, other: &Numbers) -> Option<Numbers> {
        match (self, other) {
            (one, other) if one.len() + other.len() > MOST_KNOWN => None,
            (Numbers::Whole(one), Numbers::Whole(other)) => {
                Some(Numbers::Whole([&one[..], other].concat()))
            }
            (Numbers::Real(one), Numbers::Real(other)) => {
                Some(Numbers::Real([&one[..], other].concat()))
            }
            _ => None,
        }
    }

    /// One function of each of them, as ONNX calls it.
    pub(super) fn mapped(&self, operator: &str) -> Option<Numbers> {
        let real = |function: fn(f64) -> f64| {
            Numbers::Real(self.real().into_iter().map(function).collect())
        };
        Some(match (operator, self) {
            ("Floor" | "Ceil" | "Round", Numbers::Whole(_)) => self.clone(),
            ("Floor", _) => real(f64::floor),
            ("Ceil", _) => real(f64::ceil),
            ("Round", _) => real(f64::round_ties_even),
            ("Sqrt", _) => real(f64::sqrt),
            ("Neg", Numbers::Real(_)) => real(|value| -value),
            ("Neg", Numbers::Whole(values)) => {
                Numbers::Whole(values.iter().map(|value| value.wrapping_neg()).collect())
            }
            ("Not", Numbers::Whole(values)) => {
                Numbers::Whole(values.iter().map(|value| i64::from(*value == 0)).collect())
            }
            _ => return None,
        })
    }

    /// A function of each pair, where there are as many or one of one kind.
    pub(super) fn paired(&self, other: &Numbers, by: Arithmetic) -> Option<Numbers> {
        match (self, other) {
            (Numbers::Whole(one), Numbers::Whole(other)) => {
                pairs(one, other, |a, b| of_whole(by, a, b)).map(Numbers::Whole)
            }
            _ => {
                let (one, other) = (self.real(), other.real());
                match by {
                    Arithmetic::Equal | Arithmetic::Greater | Arithmetic::Less => {
                        pairs(&one, &other, |a, b| Some(i64::from(holds(by, a, b))))
                            .map(Numbers::Whole)
                    }
                    _ => pairs(&one, &other, |a, b| of_real(by, a, b)).map(Numbers::Real),
                }
            }
        }
    }

    /// What is left of all of them together.
    pub(super) fn reduced(&self, by: Arithmetic) -> Option<Numbers> {
        match self {
            Numbers::Whole(values) => {
                let (first, rest) = values.split_first()?;
                let left =
                    rest.iter().try_fold(*first, |left, value| of_whole(by, left, *value))?;
                Some(Numbers::Whole(vec![left]))
            }
            Numbers::Real(values) => {
                let (first, rest) = values.split_first()?;
                let left = rest.iter().try_fold(*first, |left, value| of_real(by, left, *value))?;
                Some(Numbers::Real(vec![left]))
            }
        }
    }

    /// For each of these the number of `yes` where it is not 0, and else that of `no`.
    pub(super) fn chosen(&self, yes: &Numbers, no: &Numbers) -> Option<Numbers> {
        let which = self.whole()?;
        Some(match (yes, no) {
            (Numbers::Whole(yes), Numbers::Whole(no)) => Numbers::Whole(choose(which, yes, no)?),
            (Numbers::Real(yes), Numbers::Real(no)) => Numbers::Real(choose(which, yes, no)?),
            _ => return None,
        })
    }
}

/// A choice for each, where there are as many or one of one kind.
fn choose<T: Copy>(which: &[i64], yes: &[T], no: &[T]) -> Option<Vec<T>> {
    let length = which.len().max(yes.len()).max(no.len());
    let place = |index: usize, length: usize| if length == 1 { 0 } else { index };
    let one = |index: usize| {
        let is_yes = *which.get(place(index, which.len()))? != 0;
        let from = if is_yes { yes } else { no };
        from.get(place(index, from.len())).copied()
    };
    (0..length).map(one).collect()
}

fn picked<T: Copy>(values: &[T], places: &[usize]) -> Option<Vec<T>> {
    places.iter().map(|place| values.get(*place).copied()).collect()
}

fn pairs<T: Copy, U>(
    one: &[T],
    other: &[T],
    function: impl Fn(T, T) -> Option<U>,
) -> Option<Vec<U>> {
    match (one, other) {
        (one, other) if one.len() == other.len() => {
            one.iter().zip(other).map(|(a, b)| function(*a, *b)).collect()
        }
        ([a], other) => other.iter().map(|b| function(*a, *b)).collect(),
        (one, [b]) => one.iter().map(|a| function(*a, *b)).collect(),
        _ => None,
    }
}

fn of_whole(by: Arithmetic, a: i64, b: i64) -> Option<i64> {
    match by {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Minimum => Some(a.min(b)),
        Arithmetic::Maximum => Some(a.max(b)),
        Arithmetic::Modulo => a.checked_rem_euclid(b),
        Arithmetic::Equal => Some(i64::from(a == b)),
        Arithmetic::Greater => Some(i64::from(a > b)),
        Arithmetic::Less => Some(i64::from(a < b)),
        Arithmetic::Power => a.checked_pow(u32::try_from(b).ok()?),
        Arithmetic::Other => None,
    }
}

fn of_real(by: Arithmetic, a: f64, b: f64) -> Option<f64> {
    match by {
        Arithmetic::Add => Some(a + b),
        Arithmetic::Subtract => Some(a - b),
        Arithmetic::Multiply => Some(a * b),
        Arithmetic::Divide => Some(a / b),
        Arithmetic::Minimum => Some(a.min(b)),
        Arithmetic::Maximum => Some(a.max(b)),
        Arithmetic::Power => Some(a.powf(b)),
        Arithmetic::Modulo
        | Arithmetic::Equal
        | Arithmetic::Greater
        | Arithmetic::Less
        | Arithmetic::Other => None,
    }
}

fn holds(by: Arithmetic, a: f64, b: f64) -> bool {
    match by {
        Arithmetic::Greater => a > b,
        Arithmetic::Less => a < b,
        _ => a.total_cmp(&b).is_eq(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_number_goes_with_every_other() {
        let row = Numbers::Whole(vec![7, 8]);
        let two = Numbers::Whole(vec![2]);
        assert_eq!(row.paired(&two, Arithmetic::Divide), Some(Numbers::Whole(vec![3, 4])));
        let half = Numbers::Real(vec![0.5]);
        assert_eq!(row.paired(&half, Arithmetic::Multiply), Some(Numbers::Real(vec![3.5, 4.0])));
        assert_eq!(row.paired(&Numbers::Whole(vec![1, 2, 3]), Arithmetic::Add), None);
        assert_eq!(two.paired(&Numbers::Whole(vec![0]), Arithmetic::Divide), None);
    }

    #[test]
    fn a_choice_takes_from_either() {
        let (yes, no) = (Numbers::Whole(vec![1, 2]), Numbers::Whole(vec![9]));
        let chosen = Numbers::Whole(vec![0, 1]).chosen(&yes, &no);
        assert_eq!(chosen, Some(Numbers::Whole(vec![9, 2])));
    }

    #[test]
    fn a_product_of_all_is_a_reduction() {
        let row = Numbers::Whole(vec![3, 224, 224]);
        assert_eq!(row.reduced(Arithmetic::Multiply), Some(Numbers::Whole(vec![150_528])));
        assert_eq!(Numbers::Whole(vec![i64::MAX, 2]).reduced(Arithmetic::Multiply), None);
    }
}
