//! Reading files and standard input: what they hold is told by their first bytes.

use std::fs::File;
use std::io::{self, BufRead, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};

use phiscale::{Diagnostic, Error, spec};

use super::foreign;

/// The name of standard input in messages and reports.
pub(super) const STDIN: &str = "<stdin>";

/// Bytes that tell what an input holds.
const HEAD: u64 = 4096;

/// What an input seems to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Nothing,
    Text,
    /// Bytes, which may be an ONNX file: that starts like no other.
    Bytes,
    /// What Git keeps instead of a large file.
    Pointer,
    /// Something that is neither a text nor an ONNX file, and how it is exported.
    Other(&'static str, &'static [&'static str]),
}

/// How a Git LFS pointer starts.
const POINTER: &[u8] = b"version https://git-lfs";

/// How another file starts.
struct Start {
    at: usize,
    bytes: &'static [u8],
    what: &'static str,
    export: &'static [&'static str],
}

const STARTS: [Start; 13] = [
    start(b"PK\x03\x04", "a ZIP archive, as PyTorch and Keras write it", foreign::ARCHIVE),
    start(b"\x89HDF", "an HDF5 file, as Keras writes it", foreign::KERAS),
    start(b"\x80\x02", "a pickle, as PyTorch writes it", foreign::PYTORCH),
    start(b"GGUF", "a GGUF file of weights without their network", foreign::WEIGHTS),
    Start { at: 4, ..start(b"TFL3", "a TensorFlow Lite model", foreign::TFLITE) },
    start(b"\x89PNG", "a PNG picture", &[]),
    start(b"\xff\xd8\xff", "a JPEG picture", &[]),
    start(b"GIF8", "a GIF picture", &[]),
    start(b"%PDF", "a PDF document", &[]),
    start(b"\x1f\x8b", "compressed by gzip", &[]),
    start(b"\xff\xfe", "a text in UTF-16", &[]),
    start(b"\xfe\xff", "a text in UTF-16", &[]),
    start(b"\x7fELF", "a program", &[]),
];

const fn start(bytes: &'static [u8], what: &'static str, export: &'static [&'static str]) -> Start {
    Start { at: 0, bytes, what, export }
}

/// An opened file, or standard input.
pub(super) struct Input<'a> {
    /// Its name in messages.
    pub(super) name: &'a str,
    head: Vec<u8>,
    rest: Box<dyn Read>,
}

/// What standard input holds so far, which can be read afterwards.
pub(super) fn peeked() -> Result<Vec<u8>, Error> {
    let mut stdin = io::stdin().lock();
    stdin.fill_buf().map(<[u8]>::to_vec).map_err(|error| unreadable(STDIN, &error))
}

impl<'a> Input<'a> {
    /// Opens a file.
    pub(super) fn open(path: &'a str) -> Result<Self, Error> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        Input::new(path, Box::new(file))
    }

    /// Standard input, which can be had only once.
    pub(super) fn stdin() -> Result<Self, Error> {
        static IS_TAKEN: AtomicBool = AtomicBool::new(false);
        if IS_TAKEN.swap(true, Ordering::Relaxed) {
            return Err(Error::new("standard input can be only one of the networks"));
        }
        Input::new(STDIN, Box::new(io::stdin()))
    }

    fn new(name: &'a str, mut rest: Box<dyn Read>) -> Result<Self, Error> {
        let mut head = Vec::new();
        let read = rest.by_ref().take(HEAD).read_to_end(&mut head);
        read.map_err(|error| unreadable(name, &error))?;
        Ok(Input { name, head, rest })
    }

    /// Its first bytes.
    pub(super) fn head(self) -> Vec<u8> {
        self.head
    }

    pub(super) fn content(&self) -> Content {
        if self.head.starts_with(POINTER) {
            return Content::Pointer;
        }
        let starts = |start: &&Start| {
            self.head.get(start.at..).is_some_and(|head| head.starts_with(start.bytes))
        };
        if let Some(start) = STARTS.iter().find(starts) {
            return Content::Other(start.what, start.export);
        }
        // Control characters that no TOML has; an ONNX file starts with byte 8.
        let is_binary = |byte: &u8| matches!(byte, 0..=8 | 11..=12 | 14..=31 | 127);
        match self.head.iter().any(is_binary) {
            true => Content::Bytes,
            false if self.head.is_empty() => Content::Nothing,
            false => Content::Text,
        }
    }

    /// All of it, at most `max` bytes; `what` is its kind in the error.
    pub(super) fn bytes(self, max: u64, what: &str) -> Result<Vec<u8>, Error> {
        let name = self.name;
        let mut bytes = Vec::new();
        let read = self.stream().take(max + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(name, &error))?;
        if bytes.len() as u64 > max {
            let message = format!("{name} is larger than {max} bytes, too large for {what}");
            return Err(Error::new(message));
        }
        Ok(bytes)
    }

    /// The same as text.
    pub(super) fn text(self, max: u64, what: &str) -> Result<String, Error> {
        let name = self.name;
        String::from_utf8(self.bytes(max, what)?).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Error::new(format!("{name} is not UTF-8 text: byte {at} is invalid"))
        })
    }

    /// All of it from the start.
    pub(super) fn stream(self) -> Stream {
        Stream(Cursor::new(self.head).chain(self.rest))
    }
}

/// An input that can be read once, and skipped forward by reading.
pub(super) struct Stream(io::Chain<Cursor<Vec<u8>>, Box<dyn Read>>);

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Seek for Stream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Current(forward @ 0..) = to else {
            return Err(ErrorKind::NotSeekable.into());
        };
        let forward = forward.unsigned_abs();
        let skipped = io::copy(&mut self.0.by_ref().take(forward), &mut io::sink())?;
        if skipped < forward { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(skipped) }
    }
}

fn unreadable(path: &str, error: &io::Error) -> Error {
    let problem = Diagnostic::new(format!("cannot read {path}: {error}"));
    let Some((library, _)) = path.split_once('/') else { return problem.into() };
    problem.nearest(library, &spec::bundled_libraries()).into()
}
