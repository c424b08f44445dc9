//! Writing files so that nobody sees half of one.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Ends the name of a file that is being written: `.model.npy.PROCESS.NUMBER.unfinished`.
const UNFINISHED: &str = ".unfinished";

/// Lets a file be written beside its place and renamed, so that the file is the old one or the new one.
pub(crate) fn replace_by<E: From<io::Error>>(path: &Path, write: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    let number = Number::new();
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.{}{UNFINISHED}", process::id(), number.0));
    let beside = path.with_file_name(name);
    let written = write(&beside).and_then(|()| Ok(fs::rename(&beside, path)?));
    match &written {
        Ok(()) => settle(path),
        // The first error is the one to tell; that nothing could be removed either follows from it.
        Err(_) => drop(fs::remove_file(&beside)),
    }
    written
}

/// The least number that no other thread of this process writes under. A process that is started in the place of a killed one
/// may have its id, and then overwrites what it has left.
struct Number(usize);

static NUMBERS: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

impl Number {
    fn new() -> Self {
        let mut taken = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        Self((0..).find(|&number| taken.insert(number)).unwrap_or(usize::MAX))
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        NUMBERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// Lets the new name outlast a loss of power too, and removes what killed processes have left.
fn settle(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) {
        // Not every file system can; the file is whole in any case.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    if let Some(name) = path.file_name().and_then(OsStr::to_str) {
        sweep(folder, name.trim_start_matches('.'));
    }
}

/// Removes what others have left who were killed while they wrote the same file, or wrote beside it what is written beside.
fn sweep(folder: &Path, name: &str) {
    let left = |path: &PathBuf| {
        let file = path.file_name()?.to_str()?.strip_prefix('.')?.trim_start_matches('.');
        let (process, _) = file.strip_prefix(name)?.strip_prefix('.')?.strip_suffix(UNFINISHED)?.split_once('.')?;
        let process = process.parse().ok()?;
        (process != process::id() && (!is_running(process) || is_old(path))).then_some(())
    };
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    for file in files.filter(|path| left(path).is_some()) {
        // Another process may have been quicker.
        let _ = fs::remove_file(file);
    }
}

/// Only Linux says so in its files. Elsewhere the age decides.
fn is_running(process: u32) -> bool {
    !cfg!(target_os = "linux") || Path::new("/proc").join(process.to_string()).exists()
}

fn is_old(path: &Path) -> bool {
    // Whoever writes does not pause so long.
    const OLD: Duration = Duration::from_hours(1);
    let modified = fs::metadata(path).and_then(|file| file.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > OLD))
}
