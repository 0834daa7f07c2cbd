//! Lists of numbers: values and ranges with commas between them. docs/scaling.md describes the grammar.

use std::str::FromStr;

/// Maximum values of a list; more are taken for a typo.
const MAX_VALUES: usize = 10_000;

/// Maximum digits of a number in a range, before and after its point together: a float has no more.
const MAX_DIGITS: usize = 15;

/// How lists are written, for error messages.
const EXAMPLES: &str = "write 3, 0,0.5,1, 0..=7, 0..8 or 1..=2:0.05";

/// Numbers: `3`, `-1.5`, `0..=7`, `0..8`, `1..=2:0.05`, or several of these with commas.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Values {
    pub(super) values: Vec<f64>,
    /// Which value a range stops before.
    pub(super) notes: Vec<String>,
}

impl FromStr for Values {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text)
    }
}

/// Numbers above 0, such as multipliers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PositiveValues(pub(super) Values);

impl FromStr for PositiveValues {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let values = parse(text)?;
        match values.values.iter().find(|value| **value <= 0.0) {
            Some(value) => Err(format!("{value} is not above 0")),
            None => Ok(PositiveValues(values)),
        }
    }
}

fn parse(text: &str) -> Result<Values, String> {
    let mut parsed = Values { values: Vec::new(), notes: Vec::new() };
    for part in text.split(',') {
        let part = part.trim();
        check_dots(part)?;
        match part.split_once("..") {
            Some((from, rest)) => range(part, from, rest, &mut parsed)?,
            None => parsed.values.push(finite(part)?),
        }
        if parsed.values.len() > MAX_VALUES {
            return Err(format!("a list can have at most {MAX_VALUES} values"));
        }
    }
    Ok(parsed)
}

/// One value of φ.
pub(super) fn one_phi(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| match parse(text) {
        Ok(_) => "one φ is needed here; `phiscale scale --phi` takes several".to_string(),
        Err(_) => format!("`{text}` is not a number"),
    })
}

/// Three dots in a row could be two, or two and a point.
fn check_dots(part: &str) -> Result<(), String> {
    let Some(start) = part.find("...") else { return Ok(()) };
    let (from, rest) = (&part[..start], part[start..].trim_start_matches('.'));
    let to = rest.trim_start_matches('=');
    Err(format!("`{part}` has too many dots; did you mean {from}..{to} or {from}..={to}?"))
}

/// Adds the values of `FROM..=TO:STEP`; without `=`, TO is left out, and without STEP, it is 1.
fn range(part: &str, from: &str, rest: &str, parsed: &mut Values) -> Result<(), String> {
    let (end, step) = rest.split_once(':').map_or((rest, "1"), |(end, step)| (end, step));
    let (end, is_inclusive) = end.strip_prefix('=').map_or((end, false), |end| (end, true));
    let [from, to, step] = [decimal(from)?, decimal(end)?, decimal(step)?];
    let places = from.places.max(to.places).max(step.places);
    let [first, last, by] = [from, to, step].map(|number| number.units(places));
    if by <= 0 {
        return Err(format!("the step of `{part}` is not above 0"));
    }
    if last < first || last == first && !is_inclusive {
        return Err(format!("`{part}` contains no value: it must end above its start"));
    }
    let (steps, rest) = ((last - first) / by, (last - first) % by);
    let is_met = rest == 0;
    let value = |index: i128| Decimal { digits: first + index * by, places };
    if is_inclusive && !is_met {
        let before = value(steps).text();
        let message = format!("`{part}` does not reach its end: its last value would be {before}");
        return Err(message);
    }
    let count = if is_inclusive || !is_met { steps + 1 } else { steps };
    if count > (MAX_VALUES - parsed.values.len().min(MAX_VALUES)) as i128 {
        return Err(format!("`{part}` has {count} values; a list can have at most {MAX_VALUES}"));
    }
    for index in 0..count {
        parsed.values.push(finite(&value(index).text())?);
    }
    if is_met && !is_inclusive {
        let end = end.trim();
        let inclusive = part.replacen("..", "..=", 1);
        parsed.notes.push(format!("{part} leaves out {end}; {inclusive} includes it"));
    }
    Ok(())
}

/// A number as it is written: steps of 0.1 from 0 are 0.1, 0.2, 0.3, not 0.30000000000000004.
#[derive(Clone, Copy)]
struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    /// The number in units of its last place, if it had this many.
    fn units(self, places: u32) -> i128 {
        self.digits * 10i128.pow(places.saturating_sub(self.places))
    }

    fn text(self) -> String {
        if self.places == 0 {
            return self.digits.to_string();
        }
        let places = self.places as usize;
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let text = format!("{sign}{whole}.{fraction}");
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    }
}

/// A number of a range: digits with or without a point.
fn decimal(text: &str) -> Result<Decimal, String> {
    let text = text.trim();
    finite(text)?;
    let unsigned = text.trim_start_matches(['-', '+']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(format!("`{text}` is in a range, where numbers have no exponent; {EXAMPLES}"));
    }
    if digits.trim_start_matches('0').len() > MAX_DIGITS || fraction.len() > MAX_DIGITS {
        return Err(format!("`{text}` has more than {MAX_DIGITS} digits"));
    }
    let size = digits.parse::<i128>().unwrap_or(0); // no digits but zeros: `0.`
    let digits = if text.starts_with('-') { -size } else { size };
    #[allow(clippy::cast_possible_truncation)] // at most MAX_DIGITS
    Ok(Decimal { digits, places: fraction.len() as u32 })
}

fn finite(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| match text {
        "" => format!("a number is missing; {EXAMPLES}"),
        _ => format!("`{text}` is not a finite number; {EXAMPLES}"),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(text: &str) -> Vec<f64> {
        parse(text).expect("a list").values
    }

    #[test]
    fn lists_are_values_and_ranges() {
        assert_eq!(values("3"), [3.0]);
        assert_eq!(values("1e-3"), [0.001]);
        assert_eq!(values("0..=2"), [0.0, 1.0, 2.0]);
        assert_eq!(values("0..2"), [0.0, 1.0]);
        assert_eq!(values("0..2.5"), [0.0, 1.0, 2.0]);
        assert_eq!(values("-1..=0, 0.5"), [-1.0, 0.0, 0.5]);
        assert_eq!(values("2..=2"), [2.0]);
        assert_eq!(values("1 ..= 1.2 : 0.05"), [1.0, 1.05, 1.1, 1.15, 1.2]);
        assert_eq!(values("-0.5..=.5:0.25"), [-0.5, -0.25, 0.0, 0.25, 0.5]);
        assert_eq!(values("0..=9999").len(), MAX_VALUES);
    }

    #[test]
    fn steps_are_exact_decimals() {
        assert_eq!(values("0..=0.4:0.1"), [0.0, 0.1, 0.2, 0.3, 0.4]);
        assert_eq!(values("1..=2:0.05")[13].to_string(), "1.65");
        assert_eq!(values("-0.3..=0:0.1"), [-0.3, -0.2, -0.1, 0.0]);
    }

    #[test]
    fn a_range_without_its_end_says_so() {
        let notes = |text: &str| parse(text).expect("a list").notes;
        assert_eq!(notes("0..7"), ["0..7 leaves out 7; 0..=7 includes it"]);
        assert_eq!(notes("0..1:0.5"), ["0..1:0.5 leaves out 1; 0..=1:0.5 includes it"]);
        assert!(notes("0..=7").is_empty() && notes("0..6.5").is_empty() && notes("1,2").is_empty());
    }

    #[test]
    fn everything_else_is_an_error() {
        for (text, part) in [
            ("", "missing"),
            ("a", "not a finite number"),
            ("1,,2", "missing"),
            ("0..", "missing"),
            ("..3", "missing"),
            ("..=", "missing"),
            ("..", "missing"),
            ("0..=", "missing"),
            ("0..=1:", "missing"),
            ("nan", "not a finite number"),
            ("0..=inf", "not a finite number"),
            ("nan..=1", "not a finite number"),
            ("0..1e9", "no exponent"),
            ("0..=1000000000", "has 1000000001 values"),
            ("0..=1:0.000000001", "has 1000000001 values"),
            ("0..=9999,1", "at most 10000 values"),
            ("0..=5000,0..=5000", "at most 10000"),
            ("3..=1", "contains no value"),
            ("2..2", "contains no value"),
            ("0..=1:0", "not above 0"),
            ("0..=1:-0.1", "not above 0"),
            ("0..=1:nan", "not a finite number"),
            ("0..=1:0.3", "its last value would be 0.9"),
            ("0..=2.5", "its last value would be 2"),
            ("0...7", "did you mean 0..7 or 0..=7?"),
            ("0...5:0.1", "did you mean 0..5:0.1 or 0..=5:0.1?"),
            ("1,0....=5", "`0....=5` has too many dots; did you mean 0..5 or 0..=5?"),
            ("0..=1..=2", "not a finite number"),
            ("0..=1:0.1:0.1", "not a finite number"),
            ("0..=1:0.12345678901234567890", "digits"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
        for (text, part) in
            [("0..3", "takes several"), ("0,1", "takes several"), ("a", "not a number")]
        {
            assert!(one_phi(text).expect_err(text).contains(part), "{text}");
        }
        assert_eq!(one_phi(" -1.5"), Ok(-1.5));
        assert!("0..=1".parse::<PositiveValues>().is_err());
        assert!("-1".parse::<PositiveValues>().is_err());
    }

    proptest! {
        /// Any text is a short list of finite numbers or an error.
        #[test]
        fn any_text_is_a_list_or_an_error(text in "[-+0-9.,:= enaif]{0,24}|\\PC{0,24}") {
            if let Ok(parsed) = parse(&text) {
                prop_assert!(!parsed.values.is_empty() && parsed.values.len() <= MAX_VALUES);
                prop_assert!(parsed.values.iter().all(|value| value.is_finite()));
            }
        }

        /// A range holds what its decimals say, however it is written.
        #[test]
        fn a_range_is_its_values_written_out(from in -999i32..999, step in 1u32..50, count in 0u32..100) {
            let text = |number: i64| format!("{}{}.{:02}", if number < 0 { "-" } else { "" }, number.abs() / 100, number.abs() % 100);
            let value = |index: u32| text(i64::from(from) + i64::from(index * step));
            let range = format!("{}..={}:{}", value(0), value(count), text(i64::from(step)));
            let list: Vec<String> = (0..=count).map(value).collect();
            prop_assert_eq!(values(&range), values(&list.join(",")), "{}", range);
        }
    }
}
