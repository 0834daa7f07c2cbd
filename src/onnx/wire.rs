//! Protocol Buffers' wire format, as a stream: what is not asked for is skipped and never in memory.
//!
//! <https://protobuf.dev/programming-guides/encoding/>: a message is a row of fields, each a key (number and wire
//! type) and a value.

use std::io::{BufReader, Read, Seek, SeekFrom};

/// What is read ahead: weights are skipped in between, so that more would be read for nothing.
const BUFFER: usize = 1 << 13;

/// A longer name is none.
pub(super) const MAX_TEXT: u64 = 1 << 16;

/// All names and shape values of a file together; those of the largest networks take some megabytes.
const MAX_KEPT: u64 = 1 << 27;

/// What is wrong with a file, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// The byte at which reading stopped.
    pub(super) at: u64,
    /// What was found there.
    pub(super) what: String,
}

impl Broken {
    fn new(at: u64, what: impl Into<String>) -> Self {
        Broken { at, what: what.into() }
    }
}

/// Weights are one field each, however large: a file of more fields than this is none of a network.
const MAX_FIELDS: u64 = 1 << 25;

/// A file being read.
pub(super) struct Wire<R> {
    from: BufReader<R>,
    at: u64,
    length: u64,
    /// Bytes that were kept, and some for each piece of them.
    kept: u64,
    fields: u64,
}

/// The key of a field, and what of its value is known before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The number under which the message knows it.
    pub(super) number: u64,
    value: Value,
}

#[derive(Clone, Copy, Debug)]
enum Value {
    /// A whole number.
    Varint(u64),
    /// Four or eight bytes, the lowest first.
    Fixed(u64),
    /// So many bytes, which follow.
    Bytes(u64),
}

impl<R: Read + Seek> Wire<R> {
    pub(super) fn new(mut from: R) -> Result<Self, Broken> {
        let length =
            from.seek(SeekFrom::End(0)).map_err(|error| Broken::new(0, error.to_string()))?;
        from.rewind().map_err(|error| Broken::new(0, error.to_string()))?;
        Ok(Wire { from: BufReader::with_capacity(BUFFER, from), at: 0, length, kept: 0, fields: 0 })
    }

    /// Where the whole file ends.
    pub(super) fn end(&self) -> u64 {
        self.length
    }

    /// The next field of a message that ends at `end`; none at its end.
    pub(super) fn field(&mut self, end: u64) -> Result<Option<Field>, Broken> {
        if self.at >= end {
            return if self.at == end {
                Ok(None)
            } else {
                Err(self.broken("a field ends outside"))
            };
        }
        self.fields += 1;
        if self.fields > MAX_FIELDS {
            return Err(self.broken("the file has more fields than any network"));
        }
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed(self.fixed(8)?),
            2 => {
                let length = self.varint()?;
                if length > end.saturating_sub(self.at) {
                    return Err(
                        self.broken(&format!("a field of {length} bytes does not fit here"))
                    );
                }
                Value::Bytes(length)
            }
            5 => Value::Fixed(self.fixed(4)?),
            kind => return Err(self.broken(&format!("there is no wire type {kind}"))),
        };
        Ok(Some(Field { number: key >> 3, value }))
    }

    /// Passes over a field's value.
    pub(super) fn skip(&mut self, field: Field) -> Result<(), Broken> {
        let Value::Bytes(length) = field.value else { return Ok(()) };
        let forward = i64::try_from(length).map_err(|_| self.broken("a field is too long"))?;
        self.from.seek_relative(forward).map_err(|error| self.unread(&error))?;
        self.at += length;
        Ok(())
    }

    /// Where the message in a field ends.
    pub(super) fn message(&self, field: Field) -> Result<u64, Broken> {
        match field.value {
            Value::Bytes(length) => Ok(self.at + length),
            _ => Err(self.broken("a number stands where a message belongs")),
        }
    }

    /// The length of a field's bytes, unread.
    pub(super) fn length(&self, field: Field) -> Result<u64, Broken> {
        Ok(self.message(field)? - self.at)
    }

    /// A field's bytes, which are few enough to be kept.
    pub(super) fn bytes(&mut self, field: Field, most: u64) -> Result<Vec<u8>, Broken> {
        let length = self.length(field)?;
        let size = usize::try_from(length).ok().filter(|_| length <= most);
        let size = size.ok_or_else(|| self.broken(&format!("{length} bytes are too many here")))?;
        self.kept += length + 64;
        if self.kept > MAX_KEPT {
            return Err(self.broken("the file has more names than any network"));
        }
        let mut bytes = vec![0; size];
        self.from.read_exact(&mut bytes).map_err(|error| self.unread(&error))?;
        self.at += length;
        Ok(bytes)
    }

    /// A field's text.
    pub(super) fn text(&mut self, field: Field) -> Result<String, Broken> {
        let bytes = self.bytes(field, MAX_TEXT)?;
        String::from_utf8(bytes).map_err(|_| self.broken("a name is not UTF-8 text"))
    }

    /// A whole number.
    pub(super) fn number(&self, field: Field) -> Result<i64, Broken> {
        match field.value {
            // Negative numbers are written as the 64 bits that they have.
            Value::Varint(value) => Ok(value.cast_signed()),
            _ => Err(self.broken("a whole number belongs here")),
        }
    }

    /// A floating-point number of four bytes.
    pub(super) fn float(&self, field: Field) -> Result<f64, Broken> {
        match field.value {
            Value::Fixed(bits) => match u32::try_from(bits) {
                Ok(bits) => Ok(f64::from(f32::from_bits(bits))),
                Err(_) => Err(self.broken("a number of four bytes belongs here")),
            },
            _ => Err(self.broken("a floating-point number belongs here")),
        }
    }

    /// The floating-point numbers of a repeated field, packed or one; none where there are too many to keep.
    pub(super) fn floats(&mut self, field: Field, most: u64) -> Result<Vec<f64>, Broken> {
        match field.value {
            Value::Bytes(length) if length > most => self.skip(field).map(|()| Vec::new()),
            Value::Bytes(_) => {
                let bytes = self.bytes(field, most)?;
                let (floats, _) = bytes.as_chunks::<4>();
                Ok(floats.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect())
            }
            Value::Varint(_) | Value::Fixed(_) => self.float(field).map(|float| vec![float]),
        }
    }

    /// Adds the whole numbers of a repeated field, packed or one by one, to those that stand before it.
    pub(super) fn numbers(
        &mut self,
        field: Field,
        most: usize,
        into: &mut Vec<i64>,
    ) -> Result<(), Broken> {
        match field.value {
            Value::Bytes(_) => {
                let end = self.message(field)?;
                while self.at < end && into.len() <= most {
                    into.push(self.varint()?.cast_signed());
                }
                if self.at > end {
                    return Err(self.broken("a packed number ends outside"));
                }
            }
            Value::Varint(_) | Value::Fixed(_) => into.push(self.number(field)?),
        }
        if into.len() > most { Err(self.broken("there are too many numbers")) } else { Ok(()) }
    }

    /// A mistake at this place of the file.
    pub(super) fn broken(&self, what: &str) -> Broken {
        Broken::new(self.at, what)
    }

    fn varint(&mut self) -> Result<u64, Broken> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.broken("a number has more than ten bytes"))
    }

    fn fixed(&mut self, size: usize) -> Result<u64, Broken> {
        let mut value = 0;
        for place in 0..size {
            value |= u64::from(self.byte()?) << (8 * place);
        }
        Ok(value)
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        let mut byte = [0];
        self.from.read_exact(&mut byte).map_err(|error| self.unread(&error))?;
        self.at += 1;
        Ok(byte[0])
    }

    fn unread(&self, error: &std::io::Error) -> Broken {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                self.broken("the file ends in the middle of a field")
            }
            _ => self.broken(&format!("the file cannot be read: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn wire(bytes: &[u8]) -> Wire<Cursor<&[u8]>> {
        Wire::new(Cursor::new(bytes)).expect("a reader of memory")
    }

    fn first(bytes: &[u8]) -> Result<Option<Field>, Broken> {
        let mut wire = wire(bytes);
        let end = wire.end();
        wire.field(end)
    }

    #[test]
    fn fields_of_every_wire_type_are_read() {
        let mut wire =
            wire(&[0x08, 0x96, 0x01, 0x12, 2, b'a', b'b', 0x1d, 0, 0, 0x80, 0x3f, 0x22, 2, 1, 2]);
        let end = wire.end();
        let mut next = || wire.field(end).expect("a field").expect("another one");
        let number = next();
        assert_eq!((number.number, wire.number(number)), (1, Ok(150)));
        let text = wire.field(end).expect("a field").expect("a text");
        assert_eq!((text.number, wire.text(text)), (2, Ok("ab".into())));
        let float = wire.field(end).expect("a field").expect("a float");
        assert_eq!(wire.float(float), Ok(1.0));
        let packed = wire.field(end).expect("a field").expect("numbers");
        let mut numbers = Vec::new();
        assert_eq!(wire.numbers(packed, 2, &mut numbers), Ok(()));
        assert_eq!(numbers, [1, 2]);
        assert!(wire.field(end).expect("the end").is_none());
    }

    #[test]
    fn what_does_not_fit_is_an_error_with_its_place() {
        for bytes in
            [&[0x12, 0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0x08, 0x80], &[0x0b, 0], &[0x09, 1]]
        {
            assert!(first(bytes).is_err(), "{bytes:?}");
        }
        assert!(first(&[0xff; 11]).is_err());
        assert!(matches!(first(&[]), Ok(None)));
    }
}
