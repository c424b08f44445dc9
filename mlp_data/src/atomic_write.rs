//! Atomic file replacement.
//!
//! ```text
//! write to .NAME.PROCESS.NUMBER.tmp in the same folder
//! rename it to NAME
//! sync the folder, remove temporary files of killed processes
//! ```

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Suffix of temporary files: `.model.safetensors.PROCESS.NUMBER.tmp`.
const TEMPORARY_SUFFIX: &str = ".tmp";

/// Writes a file atomically: `write` creates a temporary file, which then is renamed to `path`.
///
/// Readers see the old file or the new one, never a part of it.
///
/// # Errors
/// Returns the error of `write`, or an I/O error if the file cannot be renamed. An existing file is left unchanged, and
/// the temporary file is removed.
pub fn atomic_write<E: From<io::Error>>(path: &Path, write: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    let number = WriterNumber::new();
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.{}{TEMPORARY_SUFFIX}", process::id(), number.0));
    let temporary = path.with_file_name(name);
    let written = write(&temporary).and_then(|()| Ok(fs::rename(&temporary, path)?));
    match &written {
        Ok(()) => sync_parent(path),
        // Report the first error; a failed removal follows from it.
        Err(_) => drop(fs::remove_file(&temporary)),
    }
    written
}

/// Smallest number that no other thread of this process writes under.
///
/// A restarted process may get the id of a killed one. It then reuses the same names and overwrites the stale files.
struct WriterNumber(usize);

static NUMBERS_IN_USE: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

impl WriterNumber {
    fn new() -> Self {
        let mut in_use = NUMBERS_IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        Self((0..).find(|&number| in_use.insert(number)).unwrap_or(usize::MAX))
    }
}

impl Drop for WriterNumber {
    fn drop(&mut self) {
        NUMBERS_IN_USE.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// Syncs the folder, so that the rename survives a power failure, and removes stale temporary files.
fn sync_parent(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) {
        // Some file systems cannot sync a folder. The file itself is complete in any case.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    if let Some(name) = path.file_name().and_then(OsStr::to_str) {
        remove_stale(folder, name.trim_start_matches('.'));
    }
}

/// Removes temporary files of killed processes that wrote the same file.
///
/// `write` may itself write atomically, which adds another leading dot; leading dots are therefore ignored.
fn remove_stale(folder: &Path, name: &str) {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    for path in paths.filter(|path| writer_of(path, name).is_some_and(|process| is_stale(path, process))) {
        // Another process may have removed it first.
        let _ = fs::remove_file(path);
    }
}

/// Returns the id of the process that wrote a temporary file for `name`, or `None` for other files.
fn writer_of(path: &Path, name: &str) -> Option<u32> {
    let file = path.file_name()?.to_str()?.strip_prefix('.')?.trim_start_matches('.');
    let ids = file.strip_prefix(name)?.strip_prefix('.')?.strip_suffix(TEMPORARY_SUFFIX)?;
    let (process, _) = ids.split_once('.')?;
    process.parse().ok()
}

fn is_stale(path: &Path, writer: u32) -> bool {
    writer != process::id() && (!is_running(writer) || is_old(path))
}

/// Returns whether a process may be running. Known only on Linux; elsewhere the age of the file decides.
fn is_running(process: u32) -> bool {
    !cfg!(target_os = "linux") || Path::new("/proc").join(process.to_string()).exists()
}

fn is_old(path: &Path) -> bool {
    // No writer pauses that long.
    const MIN_AGE: Duration = Duration::from_hours(1);
    let modified = fs::metadata(path).and_then(|file| file.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > MIN_AGE))
}
