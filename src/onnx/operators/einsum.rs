//! Sums of products by an equation: `bhid,bhjd->bhij`.

use crate::counting::ledger::Event;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::operators::matmul::Product;
use crate::onnx::value::{Value, checked, elements, shape_text};

/// A sum over the letters that the output lacks: a product of two values, or one value rearranged or summed.
pub(crate) fn einsum(call: &Call) -> Result<Inference, String> {
    let equation = call.text("equation").ok_or("`equation` is missing")?.replace(' ', "");
    let (terms, output) =
        equation.split_once("->").ok_or_else(|| format!("equation `{equation}` has no `->`"))?;
    let (terms, values): (Vec<&str>, _) = (terms.split(',').collect(), call.given());
    if terms.len() != values.len() {
        let count = values.len();
        return Err(format!("equation `{equation}` does not fit {count} inputs"));
    }
    let mut sizes = Sizes(Vec::new());
    for (term, value) in terms.iter().zip(&values) {
        sizes.add(term, value)?;
    }
    let dims = output.chars().map(|letter| {
        sizes.of(letter).ok_or_else(|| format!("axis {letter} of `{equation}` is in no input"))
    });
    let dims = checked(dims.collect::<Result<_, _>>()?)?;
    let summed = sizes.0.iter().filter(|(letter, _)| !output.contains(*letter));
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

/// The length of the axis that each letter names.
struct Sizes(Vec<(char, u64)>);

impl Sizes {
    fn add(&mut self, term: &str, value: &Value) -> Result<(), String> {
        if term.chars().count() != value.dims.len() || !term.chars().all(char::is_alphabetic) {
            return Err(format!("`{term}` does not name the axes of {}", shape_text(&value.dims)));
        }
        for (letter, size) in term.chars().zip(&value.dims) {
            match self.of(letter) {
                Some(known) if known != *size => {
                    return Err(format!("axis {letter} has two lengths, {known} and {size}"));
                }
                Some(_) => {}
                None => self.0.push((letter, *size)),
            }
        }
        Ok(())
    }

    fn of(&self, letter: char) -> Option<u64> {
        self.0.iter().find(|(known, _)| *known == letter).map(|(_, size)| *size)
    }
}
