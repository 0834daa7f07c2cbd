//! The wire format of Protocol Buffers, read as a stream: fields that are not needed are skipped.
//!
//! A message is a sequence of fields, each a key (field number and wire type) and a value:
//! <https://protobuf.dev/programming-guides/encoding/>.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Seek, SeekFrom};

/// Bytes read ahead: weights are skipped in between, so most of a larger buffer would be wasted.
const BUFFER: usize = 1 << 13;

/// Maximum length of a string, in bytes.
pub(crate) const MAX_TEXT: u64 = 1 << 16;

/// Maximum bytes of all names and shapes of a file together; those of the largest networks take a few megabytes.
const MAX_KEPT: u64 = 1 << 27;

/// Weights are one field each, however large, and a node has some twenty, so no network has this many.
const MAX_FIELDS: u64 = 1 << 23;

/// The length of a stream, which only skips forward.
const UNKNOWN: u64 = u64::MAX;

/// Maximum bytes of an integer.
const MAX_VARINT: usize = 10;

/// Maximum bytes of weights that are read, for all tensors together; further ones are skipped.
const MAX_SCANNED: usize = 1 << 26;

/// A reader of messages. Its errors name the byte at which it stopped.
pub(crate) struct Protobuf<R> {
    from: BufReader<R>,
    at: u64,
    length: u64,
    /// Bytes kept in memory, with an allowance for each allocation.
    kept: u64,
    fields: u64,
    /// Bytes of weights read to see what they look like.
    scanned: usize,
    /// Nodes, initializers and values so far.
    pub(crate) parts: usize,
    /// How many graphs the current one is inside.
    pub(crate) depth: usize,
}

/// A field whose key has been read, but not the bytes of its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Its number in the message's definition.
    pub(crate) number: u64,
    value: Value,
}

#[derive(Clone, Copy, Debug)]
enum Value {
    Varint(u64),
    /// Four or eight bytes, little-endian.
    Fixed(u64),
    /// The length of bytes that follow.
    Bytes(u64),
}

impl<R: Read + Seek> Protobuf<R> {
    pub(crate) fn new(mut from: R) -> Result<Self, String> {
        let length = match from.seek(SeekFrom::End(0)) {
            Ok(length) => from.rewind().map(|()| length),
            Err(error) if error.kind() == ErrorKind::NotSeekable => Ok(UNKNOWN),
            Err(error) => Err(error),
        };
        let length = length.map_err(|error| error.to_string())?;
        let from = BufReader::with_capacity(BUFFER, from);
        Ok(Protobuf { from, at: 0, length, kept: 0, fields: 0, scanned: 0, parts: 0, depth: 0 })
    }

    fn has_ended(&mut self) -> Result<bool, String> {
        let rest = self.from.fill_buf().map(<[u8]>::is_empty);
        rest.map_err(|error| self.read_error(&error))
    }

    /// The byte at which the file ends; the largest one for a stream.
    pub(crate) fn end(&self) -> u64 {
        self.length
    }

    /// The next field of a message that ends at byte `end`; `None` at its end.
    pub(crate) fn field(&mut self, end: u64) -> Result<Option<Field>, String> {
        if self.at == end || end == UNKNOWN && self.has_ended()? {
            return Ok(None);
        }
        if self.at > end {
            return Err(self.error("a field runs past the end of its message"));
        }
        self.fields += 1;
        if self.fields > MAX_FIELDS {
            return Err(self.error(&format!("the file has more than {MAX_FIELDS} fields")));
        }
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed(self.fixed(8)?),
            2 => {
                let length = self.varint()?;
                let left = end.saturating_sub(self.at);
                if length > left {
                    return Err(self.error(&format!(
                        "a field of {length} bytes does not fit into the {left} bytes left"
                    )));
                }
                Value::Bytes(length)
            }
            5 => Value::Fixed(self.fixed(4)?),
            kind => {
                return Err(self.error(&format!("wire type {kind} is not one of 0, 1, 2 and 5")));
            }
        };
        Ok(Some(Field { number: key >> 3, value }))
    }

    /// Reads every field of the message in a field.
    pub(crate) fn message(
        &mut self,
        field: Field,
        mut read: impl FnMut(&mut Self, Field) -> Result<(), String>,
    ) -> Result<(), String> {
        let end = self.at + self.length(field)?;
        while let Some(field) = self.field(end)? {
            read(self, field)?;
        }
        Ok(())
    }

    pub(crate) fn skip(&mut self, field: Field) -> Result<(), String> {
        let Value::Bytes(length) = field.value else { return Ok(()) };
        let forward = i64::try_from(length).map_err(|_| self.error("a field is too long"))?;
        self.from.seek_relative(forward).map_err(|error| self.read_error(&error))?;
        self.at += length;
        Ok(())
    }

    /// Length of a field's value, in bytes.
    pub(crate) fn length(&self, field: Field) -> Result<u64, String> {
        match field.value {
            Value::Bytes(length) => Ok(length),
            _ => Err(self.error("found a number, expected a message or bytes")),
        }
    }

    /// A field's bytes; an error if there are more than `max`.
    pub(crate) fn bytes(&mut self, field: Field, max: u64) -> Result<Vec<u8>, String> {
        let length = self.length(field)?;
        let size = usize::try_from(length).ok().filter(|_| length <= max);
        let size = size.ok_or_else(|| {
            self.error(&format!("a field has {length} bytes; at most {max} are allowed here"))
        })?;
        self.keep(length + 64)?;
        let mut bytes = vec![0; size];
        self.from.read_exact(&mut bytes).map_err(|error| self.read_error(&error))?;
        self.at += length;
        Ok(bytes)
    }

    /// A field's bytes if `is_wanted` says so of the first `sample` of them; empty otherwise.
    pub(crate) fn bytes_if(
        &mut self,
        field: Field,
        sample: usize,
        is_wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<u8>, String> {
        let Value::Bytes(length) = field.value else { return Ok(Vec::new()) };
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        let mut bytes = vec![0; size.min(sample)];
        self.from.read_exact(&mut bytes).map_err(|error| self.read_error(&error))?;
        self.at += bytes.len() as u64;
        let rest = length - bytes.len() as u64;
        if size > MAX_SCANNED.saturating_sub(self.scanned) || !is_wanted(&bytes) {
            self.skip(Field { value: Value::Bytes(rest), ..field })?;
            return Ok(Vec::new());
        }
        self.scanned += size;
        bytes.resize(size, 0);
        let rest = &mut bytes[size.min(sample)..];
        self.from.read_exact(rest).map_err(|error| self.read_error(&error))?;
        self.at += rest.len() as u64;
        Ok(bytes)
    }

    /// Notes that so many bytes more are kept in memory; an error if they are too many.
    pub(crate) fn keep(&mut self, bytes: u64) -> Result<(), String> {
        self.kept = self.kept.saturating_add(bytes);
        if self.kept <= MAX_KEPT {
            return Ok(());
        }
        Err(self.error(&format!("names and shapes take more than {MAX_KEPT} bytes")))
    }

    pub(crate) fn text(&mut self, field: Field) -> Result<String, String> {
        let bytes = self.bytes(field, MAX_TEXT)?;
        String::from_utf8(bytes).map_err(|_| self.error("a string is not UTF-8"))
    }

    pub(crate) fn int(&self, field: Field) -> Result<i64, String> {
        match field.value {
            // Negative numbers are written as the 64 bits of their two's complement.
            Value::Varint(value) => Ok(value.cast_signed()),
            _ => Err(self.error("expected an integer")),
        }
    }

    /// A floating-point number of four bytes.
    pub(crate) fn float(&self, field: Field) -> Result<f64, String> {
        let Value::Fixed(bits) = field.value else {
            return Err(self.error("expected a floating-point number"));
        };
        let bits = u32::try_from(bits).map_err(|_| self.error("expected a number of 4 bytes"))?;
        Ok(f64::from(f32::from_bits(bits)))
    }

    /// The floating-point numbers of a repeated field, packed or single; empty if they take more than `max` bytes.
    pub(crate) fn floats(&mut self, field: Field, max: u64) -> Result<Vec<f64>, String> {
        match field.value {
            Value::Bytes(length) if length > max => self.skip(field).map(|()| Vec::new()),
            Value::Bytes(_) => {
                let bytes = self.bytes(field, max)?;
                let (floats, _) = bytes.as_chunks::<4>();
                Ok(floats.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect())
            }
            Value::Varint(_) | Value::Fixed(_) => self.float(field).map(|float| vec![float]),
        }
    }

    /// Adds the integers of a repeated field, packed or single, to those read before.
    pub(crate) fn ints(
        &mut self,
        field: Field,
        max: usize,
        into: &mut Vec<i64>,
    ) -> Result<(), String> {
        if let Value::Bytes(_) = field.value {
            let bytes = self.bytes(field, MAX_VARINT as u64 * max as u64)?;
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                into.push(self.packed(&mut rest)?.cast_signed());
            }
            self.keep(8 * into.len() as u64)?;
        } else {
            into.push(self.int(field)?);
        }
        if into.len() > max {
            return Err(self.error(&format!("a field has more than {max} numbers")));
        }
        Ok(())
    }

    /// The next integer of a packed field.
    fn packed(&self, rest: &mut &[u8]) -> Result<u64, String> {
        let mut value = 0u64;
        for (index, byte) in rest.iter().take(MAX_VARINT).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if *byte < 0x80 {
                *rest = rest.get(index + 1..).unwrap_or_default();
                return Ok(value);
            }
        }
        Err(self.error("a packed number runs past the end of its field"))
    }

    /// An error message with the current byte of the file.
    pub(crate) fn error(&self, what: &str) -> String {
        format!("byte {}: {what}", self.at)
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.error("a number has more than 10 bytes"))
    }

    fn fixed(&mut self, size: usize) -> Result<u64, String> {
        let mut value = 0;
        for place in 0..size {
            value |= u64::from(self.byte()?) << (8 * place);
        }
        Ok(value)
    }

    fn byte(&mut self) -> Result<u8, String> {
        let mut byte = [0];
        // One byte of a full buffer is taken without the loop that `read_exact` needs.
        if let [first, ..] = self.from.buffer() {
            byte = [*first];
            self.from.consume(1);
        } else {
            self.from.read_exact(&mut byte).map_err(|error| self.read_error(&error))?;
        }
        self.at += 1;
        Ok(byte[0])
    }

    fn read_error(&self, error: &Error) -> String {
        match error.kind() {
            ErrorKind::UnexpectedEof => self.error("the file ends in the middle of a field"),
            _ => self.error(&format!("the file cannot be read: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn reader(bytes: &[u8]) -> Protobuf<Cursor<&[u8]>> {
        Protobuf::new(Cursor::new(bytes)).expect("a reader of memory")
    }

    fn first(bytes: &[u8]) -> Result<Option<Field>, String> {
        let mut file = reader(bytes);
        let end = file.end();
        file.field(end)
    }

    #[test]
    fn fields_of_every_wire_type_are_read() {
        let mut file =
            reader(&[0x08, 0x96, 0x01, 0x12, 2, b'a', b'b', 0x1d, 0, 0, 0x80, 0x3f, 0x22, 2, 1, 2]);
        let end = file.end();
        let mut next = || file.field(end).expect("a field").expect("another one");
        let number = next();
        assert_eq!((number.number, file.int(number)), (1, Ok(150)));
        let text = file.field(end).expect("a field").expect("a text");
        assert_eq!((text.number, file.text(text)), (2, Ok("ab".into())));
        let float = file.field(end).expect("a field").expect("a float");
        assert_eq!(file.float(float), Ok(1.0));
        let packed = file.field(end).expect("a field").expect("numbers");
        let mut numbers = Vec::new();
        assert_eq!(file.ints(packed, 2, &mut numbers), Ok(()));
        assert_eq!(numbers, [1, 2]);
        assert!(file.field(end).expect("the end").is_none());
    }

    #[test]
    fn malformed_bytes_are_an_error() {
        for bytes in
            [&[0x12, 0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0x08, 0x80], &[0x0b, 0], &[0x09, 1]]
        {
            assert!(first(bytes).is_err(), "{bytes:?}");
        }
        assert!(first(&[0xff; 11]).is_err());
        assert!(matches!(first(&[]), Ok(None)));
    }
}
