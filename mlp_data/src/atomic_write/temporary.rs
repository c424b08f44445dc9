//! Files that are not complete yet.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use super::target::Target;

/// Suffix of a file that its writer locks: `.model.safetensors.RANDOM.tmp`.
pub(super) const LOCKED: &str = ".tmp";
/// Suffix of a file that a function writes by its path.
pub(super) const UNLOCKED: &str = ".part";
/// Digits of the random number in a name.
pub(super) const DIGITS: usize = 16;
/// Maximum length of the name of the target inside the name of a temporary file. Systems allow 255 bytes in all.
const MAX_NAME: usize = 200;

/// A new file next to its target. It is removed when dropped, unless it has been renamed.
pub(super) struct Temporary {
    path: PathBuf,
    file: File,
    renamed: bool,
}

impl Temporary {
    /// Creates a file that is locked as long as this process writes it.
    pub(super) fn locked(target: &Target) -> io::Result<Self> {
        loop {
            let temporary = Self::create(target, LOCKED)?;
            // Not all file systems have locks. There, the age of a file decides whether it is stale.
            let _ = temporary.file.lock();
            // Before the lock, another process may have removed the file as stale.
            if temporary.path.exists() {
                return Ok(temporary);
            }
        }
    }

    /// Creates a file that is not locked, because another function replaces it.
    pub(super) fn unlocked(target: &Target) -> io::Result<Self> {
        Self::create(target, UNLOCKED)
    }

    /// Creates a file of a random name. It never opens an existing file or a link.
    fn create(target: &Target, suffix: &str) -> io::Result<Self> {
        loop {
            let mut name = prefix(target.name());
            // Every `RandomState` has new keys.
            name.push(format!("{:0DIGITS$x}{suffix}", RandomState::new().hash_one(std::process::id())));
            let path = target.path().with_file_name(name);
            match File::create_new(&path) {
                Ok(file) => {
                    let temporary = Self { path, file, renamed: false };
                    target.copy_permissions(&temporary.file)?;
                    return Ok(temporary);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Makes this the target.
    pub(super) fn rename(mut self, target: &Target) -> io::Result<()> {
        fs::rename(&self.path, target.path())?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // The error of the write is reported; a failed removal follows from it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Returns the beginning of the names of temporary files for a target of this name.
pub(super) fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    let text = name.to_string_lossy();
    let characters = text.char_indices().map(|(start, character)| start + character.len_utf8());
    prefix.push(&text[..characters.take_while(|&end| end <= MAX_NAME).last().unwrap_or(0)]);
    prefix.push(".");
    prefix
}
