//! Sums of products by an equation: `bhid,bhjd->bhij`, `...ij,...jk`.

use crate::counting::ledger::Event;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::operators::matmul::Product;
use crate::onnx::value::{Value, checked, elements, shape_text};

/// The axes that `...` stands for.
const ELLIPSIS: &str = "...";

/// A sum over the letters that the output lacks: a product of two values, or one value rearranged or summed.
pub(crate) fn einsum(call: &Call) -> Result<Inference, String> {
    let equation = call.text("equation").ok_or("`equation` is missing")?.replace(' ', "");
    let (terms, output) = match equation.split_once("->") {
        Some((terms, output)) => (terms, output.to_string()),
        None => (&equation[..], implicit_output(&equation)),
    };
    let (terms, values): (Vec<&str>, _) = (terms.split(',').collect(), call.given());
    if terms.len() != values.len() {
        let count = values.len();
        return Err(format!("equation `{equation}` does not fit {count} inputs"));
    }
    let mut sizes = Sizes::default();
    for (term, value) in terms.iter().zip(&values) {
        sizes.add(term, value)?;
    }
    if sizes.ellipsis > 0 && !output.contains(ELLIPSIS) {
        return Err(format!("the output of `{equation}` lacks the axes of its `...`"));
    }
    let output = with_axes(&output, sizes.ellipsis);
    let dims = output.chars().map(|letter| {
        sizes.of(letter).ok_or_else(|| format!("axis {letter} of `{equation}` is in no input"))
    });
    let dims = checked(dims.collect::<Result<_, _>>()?)?;
    let summed = sizes.axes.iter().filter(|(letter, _)| !output.contains(*letter));
    let inner = elements(&checked(summed.map(|(_, size)| *size).collect())?);
    let cost = match values[..] {
        [one, other] => {
            let width = dims.last().copied().unwrap_or(1);
            Product { one, other, inner, dims: &dims, width, bias: None }.cost()
        }
        [one] => {
            let amount = if inner > 1 { one.elements() } else { 0 };
            let events = vec![(Event::OtherElements, amount)];
            LayerCost::events(call.operator.name(), &one.dims, &dims, events)
        }
        _ => return Err(format!("equation `{equation}` has more than two inputs")),
    };
    Ok(Inference::layer(Value::map(dims), cost))
}

/// The output of an equation without `->`: the axes of `...`, then the letters that occur once, in alphabetical order.
fn implicit_output(terms: &str) -> String {
    let mut letters: Vec<char> = terms.chars().filter(|letter| letter.is_alphabetic()).collect();
    letters.sort_unstable();
    let single = letters.chunk_by(char::eq).filter(|same| same.len() == 1).flatten();
    let ellipsis = if terms.contains(ELLIPSIS) { ELLIPSIS } else { "" };
    ellipsis.chars().chain(single.copied()).collect()
}

/// A term with a letter from Unicode's private use area for each of the axes that `...` stands for.
fn with_axes(term: &str, count: usize) -> String {
    let axes: String = ('\u{E000}'..).take(count).collect::<Vec<_>>().into_iter().rev().collect();
    term.replacen(ELLIPSIS, &axes, 1)
}

/// The length of the axis that each letter names.
#[derive(Default)]
struct Sizes {
    axes: Vec<(char, u64)>,
    /// The most axes that `...` stands for.
    ellipsis: usize,
}

impl Sizes {
    fn add(&mut self, term: &str, value: &Value) -> Result<(), String> {
        let misfit = || format!("`{term}` does not name the axes of {}", shape_text(&value.dims));
        let letters = term.replacen(ELLIPSIS, "", 1);
        let rest = value.dims.len().checked_sub(letters.chars().count()).ok_or_else(misfit)?;
        if !letters.chars().all(char::is_alphabetic) || (rest > 0 && letters == term) {
            return Err(misfit());
        }
        self.ellipsis = self.ellipsis.max(rest);
        for (letter, size) in with_axes(term, rest).chars().zip(&value.dims) {
            // The axes of `...` are broadcast.
            let is_broadcast = !letter.is_alphabetic();
            match self.axes.iter_mut().find(|(known, _)| *known == letter) {
                Some((_, known)) if is_broadcast && (*known == 1 || *size == 1) => {
                    *known = if *known == 1 { *size } else { *known };
                }
                Some((_, known)) if known != size => {
                    let letter = if is_broadcast { ELLIPSIS.into() } else { letter.to_string() };
                    return Err(format!("axis {letter} has two lengths, {known} and {size}"));
                }
                Some(_) => {}
                None => self.axes.push((letter, *size)),
            }
        }
        Ok(())
    }

    fn of(&self, letter: char) -> Option<u64> {
        self.axes.iter().find(|(known, _)| *known == letter).map(|(_, size)| *size)
    }
}
