//! Writing files so that nobody sees half of one.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Ends the name of a file that is being written: `.model.npy.PROCESS.NUMBER.unfinished`.
const UNFINISHED: &str = ".unfinished";

/// Lets a file be written beside its place and renamed, so that the file is the old one or the new one.
pub(crate) fn replace_by<E: From<io::Error>>(path: &Path, write: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut name = prefix(path);
    name.push(format!("{}.{number}{UNFINISHED}", process::id()));
    let beside = path.with_file_name(name);
    let written = write(&beside).and_then(|()| Ok(fs::rename(&beside, path)?));
    match &written {
        Ok(()) => sweep(path),
        // The first error is the one to tell; that nothing could be removed either follows from it.
        Err(_) => drop(fs::remove_file(&beside)),
    }
    written
}

/// Begins the names of all files that are written to take the place of this one.
fn prefix(path: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".");
    name
}

/// Removes what others have left who were killed while they wrote the same file.
fn sweep(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let prefix = prefix(path);
    let left = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        let (process, _) = name.strip_prefix(prefix.to_str()?)?.strip_suffix(UNFINISHED)?.split_once('.')?;
        let process = process.parse().ok()?;
        (process != process::id() && (!is_running(process) || is_old(path))).then_some(())
    };
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    for file in files.filter(|path| left(path).is_some()) {
        // Another process may have been quicker.
        let _ = fs::remove_file(file);
    }
}

/// Only Linux says so in its files.
fn is_running(process: u32) -> bool {
    !cfg!(target_os = "linux") || Path::new("/proc").join(process.to_string()).exists()
}

fn is_old(path: &Path) -> bool {
    const DAY: Duration = Duration::from_hours(24);
    let modified = fs::metadata(path).and_then(|file| file.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > DAY))
}
