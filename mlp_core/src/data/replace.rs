//! Writing files so that nobody sees half of one.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::file_error::FileError;

/// Writes beside the file and renames, so that the file is the old one or the new one.
pub(super) fn replace(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> Result<(), FileError>,
) -> Result<(), FileError> {
    static UNFINISHED: AtomicUsize = AtomicUsize::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = UNFINISHED.fetch_add(1, Ordering::Relaxed);
    let beside = path.with_file_name(format!(".{name}.{}.{number}.unfinished", process::id()));
    let written = fill(&beside, content).and_then(|()| Ok(fs::rename(&beside, path)?));
    if written.is_err() {
        // The first error is the one to tell; that nothing could be removed either follows from it.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(|error| error.in_file(path))
}

fn fill(path: &Path, content: impl FnOnce(&mut BufWriter<File>) -> Result<(), FileError>) -> Result<(), FileError> {
    let mut writer = BufWriter::new(File::create(path)?);
    content(&mut writer)?;
    writer.flush()?;
    writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}
