//! Writing files of data.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::file_error::FileError;
use super::replace::replace_by;

/// Writes beside the file and renames, so that the file is the old one or the new one.
pub(crate) fn replace(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> Result<(), FileError>,
) -> Result<(), FileError> {
    replace_by(path, |beside| write_new(beside, content)).map_err(|error| error.in_file(path))
}

/// Writes, and waits until it is on the disk.
pub(crate) fn write_new(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let mut writer = BufWriter::new(File::create(path)?);
    content(&mut writer)?;
    writer.flush()?;
    writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}
