//! Opening and writing files. Errors name the file.

use std::fs::File;
use std::io::{BufWriter, Write};
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

/// Replaces a file atomically, as [`atomic_write`] does.
///
/// # Errors
/// Returns an error if the file cannot be written, or the error of `content`. An existing file is left unchanged.
pub fn write_file(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<&mut File>) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let write = |file: &mut File| {
        let mut writer = BufWriter::new(file);
        content(&mut writer)?;
        Ok(writer.flush()?)
    };
    atomic_write(path, write).map_err(|error: FileError| error.in_file(path))
}
