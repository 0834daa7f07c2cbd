//! Numbers as text: digit groups, SI letters, and figures with their printed precision.

/// The letters that scale a figure, largest first. Papers write B, engineers G: both are 10^9.
const LETTERS: [(char, f64); 6] =
    [('T', 1e12), ('B', 1e9), ('G', 1e9), ('M', 1e6), ('K', 1e3), ('k', 1e3)];

/// Units of memory: powers of 1000 or, with an `i`, of 1024.
const BYTES: [(&str, f64); 10] = [
    ("TiB", 1_099_511_627_776.0),
    ("GiB", 1_073_741_824.0),
    ("MiB", 1_048_576.0),
    ("KiB", 1024.0),
    ("TB", 1e12),
    ("GB", 1e9),
    ("MB", 1e6),
    ("kB", 1e3),
    ("KB", 1e3),
    ("B", 1.0),
];

/// The units of time and what they are in seconds; `s` last, with which the others end.
const SECONDS: [(&str, f64); 5] =
    [("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9), ("s", 1.0)];

/// A number as printed: 0.39B is 390,000,000, known to the nearest 10,000,000.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The printed text.
    pub text: String,
    /// The value: 390,000,000 of `0.39B`.
    pub value: f64,
    /// One unit in the last printed place: 10,000,000 of `0.39B`.
    pub step: f64,
}

impl Figure {
    /// Whether a value rounds to the printed figure; exactly half a step off counts too.
    #[must_use]
    pub fn fits(&self, value: f64) -> bool {
        self.distance(value) <= 0.5 * self.step * (1.0 + 1e-9)
    }

    /// Whether a value gives the figure when further digits are cut off instead of rounded.
    #[must_use]
    pub fn fits_cut_off(&self, value: f64) -> bool {
        let beyond = value - self.value;
        (-1e-9 * self.step..self.step).contains(&beyond)
    }

    /// The absolute difference between a value and the figure.
    #[must_use]
    pub fn distance(&self, value: f64) -> f64 {
        (value - self.value).abs()
    }

    /// Reads `5.3M`, `0.39B`, `4.1 G`, `5_288_548` or `5,288,548`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Figure> {
        let text = text.trim();
        let printed = text.to_string();
        let lettered = LETTERS
            .iter()
            .find_map(|(letter, scale)| Some((text.strip_suffix(*letter)?.trim_end(), *scale)));
        let (digits, scale) = lettered.unwrap_or((text, 1.0));
        let digits = ungrouped(digits)?;
        if !digits.chars().all(|c| c.is_ascii_digit() || c == '.') {
            return None;
        }
        let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let value: f64 = digits.parse().ok()?;
        let places = i32::try_from(decimals).ok()?;
        Some(Figure { text: printed, value: value * scale, step: scale * 10f64.powi(-places) })
    }
}

/// The units of memory that [`parse_bytes`] knows, the largest first.
#[must_use]
pub fn byte_units() -> Vec<&'static str> {
    BYTES.iter().map(|(unit, _)| *unit).collect()
}

/// Reads an amount of memory in bytes: `10MB`, `10 MiB`, `1.5kB`, `512B`, `10_000_000`; `None` for
/// anything else.
#[must_use]
pub fn parse_bytes(text: &str) -> Option<f64> {
    let text = text.trim();
    let with_unit = BYTES.iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, *scale)));
    let (digits, scale) = with_unit.unwrap_or((text, 1.0));
    // The rest must be a plain number: a letter would be a second unit.
    let figure = Figure::parse(digits).filter(|_| !digits.contains(char::is_alphabetic))?;
    Some(figure.value * scale)
}

/// The units of time that [`parse_seconds`] knows.
#[must_use]
pub fn time_units() -> Vec<&'static str> {
    SECONDS.iter().map(|(unit, _)| *unit).collect()
}

/// Reads a time in seconds: `10ms`, `0.5 s`, `80us`; `None` for anything else.
#[must_use]
pub fn parse_seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let mut units = SECONDS.iter();
    let (digits, scale) =
        units.find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, *scale)))?;
    let figure = Figure::parse(digits).filter(|_| !digits.contains(char::is_alphabetic))?;
    Some(figure.value * scale)
}

/// Removes underscores, and commas between groups of three (`5,288,548`). A comma anywhere else is refused,
/// because `5,3` means 5.3 in some languages.
fn ungrouped(digits: &str) -> Option<String> {
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_group = |group: &&str| group.len() == 3 && group.chars().all(|c| c.is_ascii_digit());
    let is_grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(is_group));
    is_grouped.then(|| digits.chars().filter(|c| !matches!(c, ',' | '_')).collect())
}

/// Writes a number of things: `1 epoch`, `3 epochs`.
#[must_use]
pub fn plural(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Writes an integer with its digits in groups of three: `385,814,752`.
#[must_use]
pub fn grouped(value: u128) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a value with three significant digits and an SI letter: `386M`, `4.39B`, `1.71B`.
#[must_use]
pub fn short(value: f64) -> String {
    let (letter, scale) = match value.abs() {
        size if size >= 0.9995e12 => ("T", 1e12),
        size if size >= 0.9995e9 => ("B", 1e9),
        size if size >= 0.9995e6 => ("M", 1e6),
        size if size >= 0.9995e3 => ("K", 1e3),
        _ => ("", 1.0),
    };
    three_digits(value / scale) + letter
}

/// Writes a value with three significant digits, and at most two decimals, without trailing zeros.
#[must_use]
pub fn three_digits(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

/// Writes a value above 0 with four significant digits or its whole part: `0.3858`, `5.289`, `12,346`.
#[must_use]
pub fn four_digits(value: f64) -> String {
    let scientific = format!("{value:.3e}");
    let exponent = scientific.split_once('e').and_then(|(_, digits)| digits.parse::<i32>().ok());
    match exponent {
        _ if value == 0.0 => "0".into(),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts are below 2^128
        Some(3..) => grouped(value.round() as u128),
        exponent => {
            let decimals = usize::try_from(3 - exponent.unwrap_or(0)).unwrap_or(0);
            format!("{value:.decimals$}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_know_their_printed_precision() {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-6 * b.abs();
        for (text, value, step) in [
            ("5.3M", 5.3e6, 1e5),
            ("0.39B", 0.39e9, 1e7),
            ("4.1 G", 4.1e9, 1e8),
            ("19B", 19e9, 1e9),
            ("5_288_548", 5_288_548.0, 1.0),
            ("5,288,548", 5_288_548.0, 1.0),
        ] {
            let figure = Figure::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert!(close(figure.value, value) && close(figure.step, step), "{text}: {figure:?}");
        }
        for bad in
            ["", "M", "12Q", "-1", "1e9", "nan", "inf", "1.2.3", "5MM", "5,3M", "4,1", "1,234.5"]
        {
            assert_eq!(Figure::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_figure_fits_what_rounds_to_it() {
        let figure = Figure::parse("37B").expect("a figure");
        assert!(figure.fits(36.5e9) && figure.fits(37.49e9) && !figure.fits(37.7e9));
        assert!(figure.fits_cut_off(37.7e9) && !figure.fits_cut_off(36.9e9));
        assert!(!figure.fits_cut_off(38.0e9));
    }

    #[test]
    fn memory_is_counted_in_thousands_or_in_1024s() {
        let close = |a: Option<f64>, b: f64| a.is_some_and(|a| (a - b).abs() < 1e-6);
        for (text, bytes) in
            [("10MB", 1e7), ("1 MiB", 1_048_576.0), ("1.5kB", 1500.0), ("512B", 512.0), ("7", 7.0)]
        {
            assert!(close(parse_bytes(text), bytes), "{text}");
        }
        for bad in ["10M", "MB", "10MMB", "-1MB", "1e3", "10mb", ""] {
            assert_eq!(parse_bytes(bad), None, "{bad}");
        }
    }

    #[test]
    fn digits_are_written_in_groups_of_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(385_814_752), "385,814,752");
    }

    #[test]
    fn counts_in_a_unit_have_four_digits() {
        for (value, text) in [
            (0.385_814_752, "0.3858"),
            (5.288_548, "5.289"),
            (385.814_752, "385.8"),
            (9.99996, "10.00"),
            (999.96, "1,000"),
            (12_345.6, "12,346"),
            (0.000_064, "0.00006400"),
            (0.000_000_123_4, "0.0000001234"),
            (0.0, "0"),
        ] {
            assert_eq!(four_digits(value), text);
        }
    }

    #[test]
    fn short_numbers_have_three_digits() {
        for (value, text) in [
            (385_814_752.0, "386M"),
            (4_393_771_024.0, "4.39B"),
            (999_700.0, "1M"),
            (0.0, "0"),
            (100.0, "100"),
            (5_288_548.0, "5.29M"),
        ] {
            assert_eq!(short(value), text);
        }
    }
}
