//! Temporary files of killed processes.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::target::Target;
use super::temporary::{DIGITS, LOCKED, UNLOCKED, prefix};

/// No writer pauses that long.
const MIN_AGE: Duration = Duration::from_secs(60 * 60);

/// Removes temporary files for this target whose writers have ended.
pub(super) fn remove(target: &Target) {
    let Ok(prefix) = prefix(target.name()).into_string() else { return };
    for entry in fs::read_dir(target.folder()).into_iter().flatten().flatten() {
        let path = entry.path();
        // A link or a pipe of such a name is not opened.
        if entry.file_type().is_ok_and(|kind| kind.is_file())
            && let Some(suffix) = suffix(&path, &prefix)
        {
            // Another process may have removed it first.
            let _ = remove_stale(&path, suffix);
        }
    }
}

/// Returns the suffix of a temporary file whose name begins with this prefix, or `None` for other files.
fn suffix<'a>(path: &'a Path, prefix: &str) -> Option<&'a str> {
    let (number, suffix) = path.file_name()?.to_str()?.strip_prefix(prefix)?.split_at_checked(DIGITS)?;
    let is_number = number.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_number && [LOCKED, UNLOCKED].contains(&suffix)).then_some(suffix)
}

fn remove_stale(path: &Path, suffix: &str) -> io::Result<()> {
    let file = File::open(path)?;
    let is_stale = match file.try_lock() {
        Ok(()) => suffix == LOCKED || is_old(&file),
        Err(TryLockError::WouldBlock) => false,
        // The file system has no locks.
        Err(TryLockError::Error(_)) => is_old(&file),
    };
    // The lock is held until the file is removed, so that a writer that waits for it sees that its file is gone.
    if is_stale { fs::remove_file(path) } else { Ok(()) }
}

fn is_old(file: &File) -> bool {
    let modified = file.metadata().and_then(|file| file.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > MIN_AGE))
}
