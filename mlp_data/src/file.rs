//! Opening and writing files. Errors name the file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::atomic_write::atomic_write;
use super::error::FileError;

/// Opens a file and parses it.
///
/// # Errors
/// Returns an error if the file cannot be opened, or the error of `parse`.
pub fn read_file<R>(path: &Path, parse: impl FnOnce(File) -> Result<R, FileError>) -> Result<R, FileError> {
    File::open(path).map_err(FileError::from).and_then(parse).map_err(|error| error.in_file(path))
}

/// Writes a file atomically (temporary file, then rename).
///
/// # Errors
/// Returns an error if the file cannot be written, or the error of `content`. An existing file is left unchanged.
pub fn write_file(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> Result<(), FileError>,
) -> Result<(), FileError> {
    atomic_write(path, |temporary| write_synced(temporary, content)).map_err(|error| error.in_file(path))
}

/// Creates a file, writes it and syncs it to disk.
///
/// # Errors
/// Returns an error if the file cannot be written, or the error of `content`.
pub fn write_synced(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let mut writer = BufWriter::new(File::create(path)?);
    content(&mut writer)?;
    writer.flush()?;
    writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}
