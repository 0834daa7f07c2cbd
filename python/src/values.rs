//! Arguments as Python people write them.

use std::path::PathBuf;

use phiscale::Measure;
use phiscale::budget::{parse_bytes, parse_count};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// Maximum characters of a name; messages repeat names.
const MAX_NAME: usize = 4096;

/// The name or path of a network or a family.
pub(crate) fn address(name: &Bound<PyAny>) -> PyResult<String> {
    let text = match name.extract::<String>() {
        Ok(text) => text,
        Err(_) if name.hasattr("__fspath__")? => {
            let path: PathBuf = name.extract()?;
            let path = path.into_os_string().into_string();
            path.map_err(|path| PyValueError::new_err(format!("{path:?} is not Unicode")))?
        }
        Err(error) if name.is_instance_of::<pyo3::types::PyString>() => return Err(error),
        Err(_) => {
            let found = name.get_type().name()?;
            let message = format!("a network is named by a str or a path, not by {found}");
            return Err(PyTypeError::new_err(message));
        }
    };
    let length = text.chars().count();
    if length > MAX_NAME {
        let message = format!("a name of {length} characters is too long; the limit is {MAX_NAME}");
        return Err(PyValueError::new_err(message));
    }
    if text == "-" || text.starts_with("-:") || text.starts_with("<stdin>") {
        return Err(PyValueError::new_err("standard input is read by the command line alone"));
    }
    Ok(text)
}

/// Height and width in pixels: one number for both, or two.
#[derive(FromPyObject)]
pub(crate) enum Image {
    Square(u64),
    Sides([u64; 2]),
}

impl Image {
    pub(crate) fn sides(&self) -> PyResult<[u64; 2]> {
        let sides = match self {
            Image::Square(side) => [*side; 2],
            Image::Sides(sides) => *sides,
        };
        if sides.contains(&0) {
            return Err(PyValueError::new_err("an image has at least one pixel each way"));
        }
        Ok(sides)
    }
}

/// A budget: a number, or a text such as 600M or 10MiB.
#[derive(FromPyObject)]
pub(crate) enum Amount {
    Count(u128),
    Real(f64),
    Text(String),
}

impl Amount {
    /// The amount in the units of a measure.
    pub(crate) fn of(&self, measure: Measure) -> PyResult<u128> {
        let text = match self {
            Amount::Count(count) => count.to_string(),
            Amount::Real(real) => real.to_string(),
            Amount::Text(text) => text.clone(),
        };
        let parse = if measure == Measure::Memory && matches!(self, Amount::Text(_)) {
            parse_bytes
        } else {
            parse_count
        };
        parse(&text).map_err(|message| {
            PyValueError::new_err(format!("max_{} = {text}: {message}", measure.key()))
        })
    }
}
