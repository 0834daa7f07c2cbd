//! Quantities with their units, as data sheets write them: `165.2 TFLOP/s`, `1008 GB/s`, `24 GiB`, `5 us`.

/// A kind of quantity and its units; the first is the one to show in errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantity {
    /// An example.
    pub(super) example: &'static str,
    units: &'static [(&'static str, f64)],
}

/// Floating-point operations, or those of integers, in a second: a multiply-add is two.
pub(super) const OPERATIONS_PER_SECOND: Quantity = Quantity {
    example: "165.2 TFLOP/s",
    units: &[
        ("PFLOP/s", 1e15),
        ("TFLOP/s", 1e12),
        ("GFLOP/s", 1e9),
        ("PFLOPS", 1e15),
        ("TFLOPS", 1e12),
        ("GFLOPS", 1e9),
        ("TOP/s", 1e12),
        ("GOP/s", 1e9),
        ("TOPS", 1e12),
        ("GOPS", 1e9),
    ],
};

/// Bytes in a second.
pub(super) const BYTES_PER_SECOND: Quantity =
    Quantity { example: "1008 GB/s", units: &[("TB/s", 1e12), ("GB/s", 1e9), ("MB/s", 1e6)] };

/// Bytes of memory.
pub(super) const BYTES: Quantity = Quantity {
    example: "24 GiB",
    units: &[("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("GB", 1e9), ("MB", 1e6)],
};

/// Seconds.
pub(super) const SECONDS: Quantity =
    Quantity { example: "5 us", units: &[("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9)] };

/// The largest value in a base unit; beyond it, times would lose their meaning.
const LARGEST: f64 = 1e24;

impl Quantity {
    /// The value in the base unit; an error says in a few words what is wrong with the text.
    pub(super) fn parse(self, text: &str) -> Result<f64, String> {
        let text = text.trim();
        let with_unit = self
            .units
            .iter()
            .find_map(|(unit, scale)| Some((text.strip_suffix(unit)?.trim_end(), *scale)));
        let Some((number, scale)) = with_unit else {
            let units: Vec<&str> = self.units.iter().map(|(unit, _)| *unit).collect();
            return Err(format!("no known unit; these are: {}", units.join(", ")));
        };
        let is_plain = number.chars().all(|c| c.is_ascii_digit() || c == '.');
        let value = number.parse::<f64>().ok().filter(|_| is_plain);
        let value = value.ok_or_else(|| format!("`{number}` is not a plain number"))? * scale;
        if value <= LARGEST { Ok(value) } else { Err("too large".into()) }
    }

    /// A value of at least 1 in the base unit.
    pub(super) fn parse_positive(self, text: &str) -> Result<f64, String> {
        let value = self.parse(text)?;
        if value >= 1.0 { Ok(value) } else { Err("this must be above 0".into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_have_units() {
        assert_eq!(OPERATIONS_PER_SECOND.parse("165.2 TFLOP/s"), Ok(165.2e12));
        assert_eq!(OPERATIONS_PER_SECOND.parse("624 TOPS"), Ok(624e12));
        assert_eq!(BYTES_PER_SECOND.parse("1008GB/s"), Ok(1008e9));
        assert_eq!(BYTES.parse("8 GB"), Ok(8e9));
        assert_eq!(SECONDS.parse("15 us"), Ok(15.0 * 1e-6));
        for bad in ["165", "TFLOP/s", "-1 TFLOP/s", "1e3 TFLOP/s", "inf TFLOP/s", "1 GB/s"] {
            assert!(OPERATIONS_PER_SECOND.parse(bad).is_err(), "{bad}");
        }
    }
}
