//! Sums of products by a formula: `bhid,bhjd->bhij`.

use crate::counting::ledger::Event;
use crate::onnx::call::Call;
use crate::onnx::effect::{Counted, Effect, shape};
use crate::onnx::product::{Product, multiplied};
use crate::onnx::value::{Value, checked, written};

/// A sum over the letters that the output does not have: a product of two values, or a rearrangement or sum of one.
pub(super) fn einsum(call: &Call) -> Result<Effect, String> {
    let equation = call.text("equation").ok_or("it has no equation")?.replace(' ', "");
    let (terms, output) = equation.split_once("->").ok_or("its equation has no `->`")?;
    let terms: Vec<&str> = terms.split(',').collect();
    let values: Vec<&Value> = call.given().collect();
    if terms.len() != values.len() {
        return Err(format!("{} inputs for its equation `{equation}`", values.len()));
    }
    let mut sizes = Sizes(Vec::new());
    for (term, value) in terms.iter().zip(&values) {
        sizes.add(term, value)?;
    }
    let dims = output.chars().map(|letter| sizes.of(letter)).collect::<Result<_, _>>();
    let dims = checked(dims?)?;
    let summed = sizes.0.iter().filter(|(letter, _)| !output.contains(*letter));
    let inner = checked(summed.map(|(_, size)| *size).collect())?.iter().product();
    let counted = match values[..] {
        [one, other] => {
            let width = dims.last().copied().unwrap_or(1);
            multiplied(&Product { one, other, inner, dims: &dims, width, bias: None })
        }
        [one] => {
            let amount = if inner > 1 { one.elements() } else { 0 };
            Counted::events(shape(&one.dims), shape(&dims), vec![(Event::OtherElements, amount)])
        }
        _ => return Err(format!("`{equation}` has more than two factors")),
    };
    Ok(Effect::of(Value::map(dims), counted))
}

/// How long the axis of each letter is.
struct Sizes(Vec<(char, u64)>);

impl Sizes {
    fn add(&mut self, term: &str, value: &Value) -> Result<(), String> {
        if term.chars().count() != value.dims.len() || !term.chars().all(char::is_alphabetic) {
            return Err(format!("`{term}` does not name the axes of {}", written(&value.dims)));
        }
        for (letter, size) in term.chars().zip(&value.dims) {
            match self.of(letter) {
                Ok(known) if known != *size => {
                    return Err(format!("axis {letter} is {known} here and {size} there"));
                }
                Ok(_) => {}
                Err(_) => self.0.push((letter, *size)),
            }
        }
        Ok(())
    }

    fn of(&self, letter: char) -> Result<u64, String> {
        let found = self.0.iter().find(|(known, _)| *known == letter);
        found.map(|(_, size)| *size).ok_or_else(|| format!("axis {letter} comes from nowhere"))
    }
}
