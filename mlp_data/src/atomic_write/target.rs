//! The file that a path leads to.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Maximum number of links from a path to its file. Linux has the same limit.
const MAX_LINKS: usize = 40;

/// A file to replace, or to create.
pub(super) struct Target {
    path: PathBuf,
    /// Properties of the existing file.
    existing: Option<Metadata>,
}

impl Target {
    /// Follows symbolic links, also to a file that does not exist yet.
    ///
    /// # Errors
    /// If the links form a circle, or if the file exists and may not be written.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = follow(path)?;
        let existing = match fs::metadata(&path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if existing.as_ref().is_some_and(|file| file.is_file() || file.is_dir()) {
            // A rename needs no permission to write the file itself. A folder is an error here.
            OpenOptions::new().write(true).open(&path)?;
        }
        Ok(Self { path, existing })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether this is a device, a pipe or a socket.
    pub(super) fn is_special(&self) -> bool {
        self.existing.as_ref().is_some_and(|file| !file.is_file())
    }

    /// Returns the folder of the file.
    pub(super) fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// Returns the name of the file.
    pub(super) fn name(&self) -> &OsStr {
        self.path.file_name().unwrap_or_default()
    }

    /// Sets the permissions of a new file to those of the existing one, and its owner if the system allows it.
    pub(super) fn copy_permissions(&self, file: &File) -> io::Result<()> {
        let Some(existing) = &self.existing else { return Ok(()) };
        // A change of the owner may clear bits of the permissions, so that it comes first.
        set_owner(file, existing);
        file.set_permissions(existing.permissions())
    }
}

fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        // Not a link, or nothing: this is the file.
        let Ok(link) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(link);
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

#[cfg(unix)]
fn set_owner(file: &File, existing: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    // Only root may change the owner. Others keep their file.
    let _ = fchown(file, Some(existing.uid()), Some(existing.gid()));
}

#[cfg(not(unix))]
fn set_owner(_: &File, _: &Metadata) {}
