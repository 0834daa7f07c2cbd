//! Arguments as Python people write them. What is wrong is a `TypeError`, or an `Error` that says what is allowed.

use phiscale::budget::{parse_bytes, parse_count};
use phiscale::{Diagnostic, Measure};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyString};

use crate::error::{invalid, raised};

/// Maximum characters of a name; messages repeat names.
const MAX_NAME: usize = 4096;

/// Maximum items of a list; a list may have no end.
const MAX_ITEMS: usize = 65_536;

/// A short text on one line.
pub(crate) struct Text(pub(crate) String);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text(text.into())
    }
}

impl<'py> FromPyObject<'_, 'py> for Text {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let Ok(text) = object.cast::<PyString>() else { return Err(wrong(&object, "a str")) };
        let length = text.len()?;
        if length > MAX_NAME {
            let message =
                format!("a name of {length} characters is too long; the limit is {MAX_NAME}");
            return Err(invalid(py, message));
        }
        let Ok(text) = text.extract::<String>() else {
            return Err(invalid(py, format!("{} is not Unicode", text.repr()?)));
        };
        if text.contains(char::is_control) {
            return Err(invalid(py, format!("{text:?} has control characters")));
        }
        Ok(Text(text))
    }
}

/// The name or path of a network or a family.
pub(crate) struct Address(pub(crate) String);

impl<'py> FromPyObject<'_, 'py> for Address {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let is_path = !object.is_instance_of::<PyString>() && object.hasattr("__fspath__")?;
        if is_path {
            let path = object.py().import("os")?.call_method1("fspath", (object,))?;
            return Ok(Address(path.extract::<Text>()?.0));
        }
        if !object.is_instance_of::<PyString>() {
            return Err(wrong(&object, "a str or a path"));
        }
        Ok(Address(object.extract::<Text>()?.0))
    }
}

/// A whole number of at least 1.
#[derive(Clone, Copy)]
pub(crate) struct Natural(pub(crate) u64);

impl<'py> FromPyObject<'_, 'py> for Natural {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let is_whole = !object.is_instance_of::<PyBool>() && object.hasattr("__index__")?;
        if !is_whole {
            return Err(wrong(&object, "an int"));
        }
        let value = object.extract::<u64>().ok().filter(|value| *value >= 1);
        value.map(Natural).ok_or_else(|| {
            invalid(object.py(), format!("{} is not from 1 to 2^64 - 1", short(&object)))
        })
    }
}

impl Natural {
    /// The number as images of a batch.
    pub(crate) fn images(self, py: Python) -> PyResult<u32> {
        u32::try_from(self.0)
            .map_err(|_| invalid(py, format!("a batch of {} images is too large", self.0)))
    }
}

/// A real number.
#[derive(Clone, Copy)]
pub(crate) struct Real(pub(crate) f64);

impl<'py> FromPyObject<'_, 'py> for Real {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyBool>() {
            return Err(wrong(&object, "a number"));
        }
        match object.extract::<f64>() {
            Ok(value) => Ok(Real(value)),
            Err(_) if object.hasattr("__index__")? || object.hasattr("__float__")? => {
                Err(invalid(object.py(), format!("{} is too large", short(&object))))
            }
            Err(_) => Err(wrong(&object, "a number")),
        }
    }
}

/// Height and width in pixels: one number for both, or two.
pub(crate) struct Image(pub(crate) [u64; 2]);

impl<'py> FromPyObject<'_, 'py> for Image {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.hasattr("__index__")? {
            let Natural(side) = object.extract()?;
            return Ok(Image([side; 2]));
        }
        let is_list = !object.is_instance_of::<PyString>() && !object.is_instance_of::<PyBytes>();
        let sides = is_list.then(|| object.try_iter()).and_then(Result::ok);
        let sides = sides.ok_or_else(|| wrong(&object, "an int or a height and a width"))?;
        let sides = sides.take(3).map(|side| Ok(side?.extract::<Natural>()?.0));
        match sides.collect::<PyResult<Vec<u64>>>()?[..] {
            [height, width] => Ok(Image([height, width])),
            _ => Err(invalid(object.py(), "an image has a height and a width")),
        }
    }
}

/// A budget: a number, or a text such as 600M or 10MiB.
pub(crate) enum Amount {
    Number(String),
    Text(String),
}

impl<'py> FromPyObject<'_, 'py> for Amount {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Ok(Amount::Text(object.extract::<Text>()?.0));
        }
        if object.is_instance_of::<PyFloat>() {
            return Ok(Amount::Number(object.extract::<f64>()?.to_string()));
        }
        if object.is_instance_of::<PyBool>() || !object.hasattr("__index__")? {
            return Err(wrong(&object, "a number or a text such as 600M"));
        }
        let number = object.extract::<u128>();
        let number = number
            .map_err(|_| invalid(object.py(), format!("{} is not a budget", short(&object))))?;
        Ok(Amount::Number(number.to_string()))
    }
}

impl Amount {
    /// The amount in the units of a measure.
    pub(crate) fn of(&self, measure: Measure, py: Python) -> PyResult<u128> {
        let (text, parsed) = match self {
            Amount::Text(text) if measure == Measure::Memory => (text, parse_bytes(text)),
            Amount::Text(text) | Amount::Number(text) => (text, parse_count(text)),
        };
        parsed.map_err(|message| {
            invalid(py, format!("invalid value '{text}' for 'max_{}': {message}", measure.key()))
        })
    }
}

/// One of several values by its name, as the command line lists them.
pub(crate) fn one_of<T: Copy>(py: Python, known: &[(&str, &str, T)], name: &Text) -> PyResult<T> {
    let found = known.iter().find(|(known, ..)| *known == name.0).map(|(.., value)| *value);
    found.ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, ..)| *name).collect();
        let problem = Diagnostic::new(format!("`{}` is not known here", name.0));
        raised(py, problem.known("known", &name.0, &names).into())
    })
}

/// Several texts: a list of them, or one.
#[derive(Default)]
pub(crate) struct Texts(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Texts {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Ok(Texts(vec![object.extract::<Text>()?.0]));
        }
        let is_list = !object.is_instance_of::<PyBytes>();
        let items = is_list.then(|| object.try_iter()).and_then(Result::ok);
        let items = items.ok_or_else(|| wrong(&object, "a list of str"))?;
        let mut texts = Vec::new();
        for item in items {
            if texts.len() == MAX_ITEMS {
                return Err(invalid(
                    object.py(),
                    format!("a list has more than {MAX_ITEMS} items"),
                ));
            }
            texts.push(item?.extract::<Text>()?.0);
        }
        Ok(Texts(texts))
    }
}

/// Sizes by the names of dimensions.
#[derive(Default)]
pub(crate) struct Dimensions(pub(crate) Vec<(String, u64)>);

impl<'py> FromPyObject<'_, 'py> for Dimensions {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !object.hasattr("items")? {
            return Err(wrong(&object, "a dict of sizes"));
        }
        let mut sizes = Vec::new();
        for item in object.call_method0("items")?.try_iter()? {
            let (Text(name), Natural(size)) = item?.extract()?;
            if sizes.len() == MAX_ITEMS {
                return Err(invalid(
                    object.py(),
                    format!("a dict has more than {MAX_ITEMS} items"),
                ));
            }
            sizes.push((name, size));
        }
        Ok(Dimensions(sizes))
    }
}

/// The exception for a value of another type.
fn wrong(found: &Bound<PyAny>, allowed: &str) -> PyErr {
    match found.get_type().name() {
        Ok(name) => PyTypeError::new_err(format!("must be {allowed}, not {name}")),
        Err(error) => error,
    }
}

/// A number as Python writes it, or where it is very long.
fn short(number: &Bound<PyAny>) -> String {
    let text = number.str().ok().and_then(|text| text.extract::<String>().ok());
    text.filter(|text| text.len() < 40).unwrap_or_else(|| "the number".into())
}
