//! npz, NumPy's format of several arrays: a zip archive of npy files.

use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::error::{FileError, FileErrorKind, Location, TensorErrorKind};
use crate::file::{read_file, write_file};
use crate::limits::Limits;
use crate::suggestion::suggest;
use crate::tensor::Tensor;
use crate::tensor::layout::Layout;

impl Tensor {
    /// Reads an array by name from a file of NumPy's `savez` or `savez_compressed`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, has no array of this name, or the array is incomplete or does not
    /// hold numbers.
    pub fn read_npz(path: impl AsRef<Path>, name: &str) -> Result<Self, FileError> {
        Self::read_npz_with(path, name, Limits::default())
    }

    /// Reads an array by name from an npz file, with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`read_npz`](Self::read_npz), and an error if a limit is exceeded.
    pub fn read_npz_with(path: impl AsRef<Path>, name: &str, limits: Limits) -> Result<Self, FileError> {
        let path = path.as_ref();
        Ok(read_file(path, |file| Self::from_npz_with(BufReader::new(file), name, limits))?.in_file(path))
    }

    /// Reads an array by name from any reader of an npz archive.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a zip archive, the archive has no array of this name, or the array is
    /// incomplete or does not hold numbers.
    pub fn from_npz(reader: impl Read + Seek, name: &str) -> Result<Self, FileError> {
        Self::from_npz_with(reader, name, Limits::default())
    }

    /// Reads an array by name from any reader of an npz archive, with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`from_npz`](Self::from_npz), and an error if a limit is exceeded.
    pub fn from_npz_with(mut reader: impl Read + Seek, name: &str, limits: Limits) -> Result<Self, FileError> {
        let length = reader.seek(SeekFrom::End(0))?;
        reader.rewind()?;
        let mut archive = ZipArchive::new(reader).map_err(zip_error)?;
        limits.check_tensors(archive.len())?;
        let mut names = Vec::new();
        for index in 0..archive.len() {
            // Names in a damaged archive may not be unique; the first one counts.
            let Some(Ok(file)) = archive.name_for_index(index) else { continue };
            let known = file.strip_suffix(".npy").unwrap_or(&file);
            if known == name {
                let location = Location::tensor(name);
                let entry =
                    archive.by_index(index).map_err(|error| FileError::new(zip_error(error), location.clone()))?;
                return match from_entry(entry, length, limits) {
                    Ok(tensor) => Ok(Self { location, ..tensor }),
                    Err(error) => Err(FileError { location: Box::new(location), ..error }),
                };
            }
            names.push(known.to_owned());
        }
        Err(TensorErrorKind::Missing { name: name.into(), suggestion: suggest(name, &names) }.into())
    }

    /// Writes several named arrays, atomically (temporary file, then rename):
    /// `Tensor::write_npz("iris.npz", &[("x", Tensor::from(&x)), …])`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written, or two arrays have the same name. An existing file is left
    /// unchanged.
    pub fn write_npz(path: impl AsRef<Path>, tensors: &[(&str, Self)]) -> Result<(), FileError> {
        write_file(path.as_ref(), |writer| {
            let mut archive = ZipWriter::new(writer);
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
            for (name, tensor) in tensors {
                archive.start_file(format!("{name}.npy"), options).map_err(zip_error)?;
                tensor.to_npy(&mut archive)?;
            }
            archive.finish().map_err(zip_error)?.flush()?;
            Ok(())
        })
    }
}

/// Reads an array of an archive with `length` bytes.
fn from_entry(mut entry: ZipFile<'_, impl Read>, length: u64, limits: Limits) -> Result<Tensor, FileError> {
    let layout = Layout::read_npy(&mut entry)?;
    // A damaged archive may state any size. The elements are not read if they would exceed the limit.
    limits.check_expansion(entry.compressed_size().min(length), layout.bytes()?)?;
    let bytes = layout.read(entry, limits)?;
    Ok(Tensor { layout, bytes, location: Location::default() })
}

fn zip_error(error: ZipError) -> FileErrorKind {
    match error {
        ZipError::Io(error) => error.into(),
        error => TensorErrorKind::Header(error.to_string()).into(),
    }
}
