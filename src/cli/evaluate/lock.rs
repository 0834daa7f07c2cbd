//! The lock on a search's folder: two searches that follow the same candidates would measure them twice.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use phiscale::{Diagnostic, Error};

/// A locked folder. The system lifts the lock when the process ends, however it ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks a folder, or fails with the process that has locked it.
    pub(super) fn of(folder: &Path) -> Result<Lock, Error> {
        let path = folder.join("search.lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let unusable =
            |error: std::io::Error| Error::new(format!("cannot lock {}: {error}", path.display()));
        let Some(mut file) = exclusive(&mut options, &path).map_err(unusable)? else {
            return Err(held(folder, &path));
        };
        let holder = format!("process {}{}\n", std::process::id(), on_machine());
        let written = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
        written.and_then(|_| file.write_all(holder.as_bytes())).map_err(unusable)?;
        Ok(Lock { _file: file })
    }
}

fn held(folder: &Path, path: &Path) -> Error {
    let mut holder = String::new();
    // Where it cannot be read, the message goes without it.
    let _ = File::open(path).map(|file| file.take(200).read_to_string(&mut holder));
    let holder = holder.trim();
    let holder = if holder.is_empty() { "another process" } else { holder };
    let folder = folder.display();
    let message = format!("a search is at work in {folder}: {holder}");
    let help = "wait for it, stop it, or choose another --folder";
    Diagnostic::new(message).help(help).into()
}

/// The file, or none if another process has locked it.
#[cfg(unix)]
fn exclusive(options: &mut OpenOptions, path: &Path) -> std::io::Result<Option<File>> {
    use crate::cli::output;
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;
    let file = options.open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(Errno::NOSYS | Errno::NOTSUP | Errno::NOLCK) => {
            let path = path.display();
            output::say(&format!(
                "note: the file system cannot lock {path}: start no second search in its folder\n"
            ));
            Ok(Some(file))
        }
        Err(error) => Err(error.into()),
    }
}

/// The file, or none if another process has it open.
#[cfg(windows)]
fn exclusive(options: &mut OpenOptions, path: &Path) -> std::io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt;
    const SHARING_VIOLATION: i32 = 32;
    match options.share_mode(0).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(not(any(unix, windows)))]
fn exclusive(options: &mut OpenOptions, path: &Path) -> std::io::Result<Option<File>> {
    options.open(path).map(Some)
}

/// Which machine this is: a folder may be shared by several.
#[cfg(unix)]
fn on_machine() -> String {
    format!(" on {}", rustix::system::uname().nodename().to_string_lossy())
}

#[cfg(not(unix))]
fn on_machine() -> String {
    String::new()
}
