//! Opening files.

use std::fs::File;
use std::path::Path;

use super::file_error::FileError;

/// What a function makes of an open file; its errors name the file.
pub(super) fn read<R>(path: &Path, make: impl FnOnce(File) -> Result<R, FileError>) -> Result<R, FileError> {
    File::open(path).map_err(FileError::from).and_then(make).map_err(|error| error.in_file(path))
}
