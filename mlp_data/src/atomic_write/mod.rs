//! Atomic file replacement.
//!
//! ```text
//! follow symbolic links to the target
//! create .NAME.RANDOM.tmp in its folder, which must not exist, and lock it
//! write and sync it, rename it to the target
//! sync the folder, remove temporary files that no process locks
//! ```
//!
//! Names are random and locks belong to open files, so that writers in several containers or on several hosts do not
//! disturb each other.

mod stale;
mod target;
mod temporary;

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use target::Target;
use temporary::Temporary;

/// Replaces a file atomically: `write` writes a new file, which then is synced and renamed to `path`.
///
/// Readers see the old file or the new one, never a part of it. A symbolic link is followed: its target is replaced. The new
/// file has the permissions of the old one and, where the system allows it, its owner. Other hard links keep the old
/// content. A device or a pipe is not replaced, but written to.
///
/// # Errors
/// Returns the error of `write`, or an I/O error if the file cannot be written. An existing file is left unchanged, and the
/// temporary file is removed.
pub fn atomic_write<E: From<io::Error>>(path: &Path, write: impl FnOnce(&mut File) -> Result<(), E>) -> Result<(), E> {
    let target = Target::of(path)?;
    if target.is_special() {
        return write(&mut OpenOptions::new().write(true).open(target.path())?);
    }
    let mut temporary = Temporary::locked(&target)?;
    write(temporary.file())?;
    temporary.file().sync_all()?;
    temporary.rename(&target)?;
    finish(&target);
    Ok(())
}

/// Replaces a file atomically, like [`atomic_write`], by a function that writes to a path, where an empty file is.
///
/// # Errors
/// As for [`atomic_write`].
pub fn atomic_write_path<E: From<io::Error>>(path: &Path, write: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    let target = Target::of(path)?;
    if target.is_special() {
        return write(target.path());
    }
    let temporary = Temporary::unlocked(&target)?;
    write(temporary.path())?;
    temporary.rename(&target)?;
    finish(&target);
    Ok(())
}

/// Makes a rename survive a power failure, and removes what killed processes left.
fn finish(target: &Target) {
    if cfg!(unix) {
        // Some file systems cannot sync a folder. The file itself is complete in any case.
        let _ = File::open(target.folder()).and_then(|folder| folder.sync_all());
    }
    stale::remove(target);
}
