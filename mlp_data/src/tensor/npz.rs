//! npz, NumPy's format of several arrays: a zip archive of npy files.

use std::io::{BufReader, Read, Seek, Write};
use std::path::Path;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{Tensor, TensorErrorKind};
use crate::data::file;
use crate::data::file_error::{FileError, FileErrorKind, Origin};
use crate::data::suggestion::suggest;
use crate::data::write::replace;

impl Tensor {
    /// Reads an array by its name from a file of NumPy's `savez` or `savez_compressed`.
    ///
    /// # Errors
    /// If the file cannot be read, has no array of this name, or that one is not whole or holds no numbers.
    pub fn read_npz(path: impl AsRef<Path>, name: &str) -> Result<Self, FileError> {
        let path = path.as_ref();
        Ok(file::read(path, |file| Self::from_npz(BufReader::new(file), name))?.of_file(path))
    }

    /// The same from anything that gives bytes.
    ///
    /// # Errors
    /// If the bytes are not a zip archive, or the array is not in it, not whole, or not of numbers.
    pub fn from_npz(reader: impl Read + Seek, name: &str) -> Result<Self, FileError> {
        let mut archive = ZipArchive::new(reader).map_err(problem)?;
        let mut names = Vec::new();
        for index in 0..archive.len() {
            // Names need not be unique in a damaged archive; the first counts.
            let Some(Ok(file)) = archive.name_for_index(index) else { continue };
            let known = file.strip_suffix(".npy").unwrap_or(&file);
            if known == name {
                let origin = Origin { tensor: Some(name.into()), file: None };
                let entry = archive.by_index(index).map_err(|error| FileError::at(problem(error), &origin))?;
                return match Self::from_npy(entry) {
                    Ok(tensor) => Ok(Self { origin, ..tensor }),
                    Err(error) => Err(FileError { origin: Box::new(origin), ..error }),
                };
            }
            names.push(known.to_owned());
        }
        Err(TensorErrorKind::Missing { name: name.into(), suggestion: suggest(name, &names) }.into())
    }

    /// Writes several arrays under their names: `Tensor::write_npz("iris.npz", &[("x", Tensor::from(&x)), …])`.
    ///
    /// # Errors
    /// If the file cannot be written or two arrays have the same name.
    pub fn write_npz(path: impl AsRef<Path>, tensors: &[(&str, Self)]) -> Result<(), FileError> {
        replace(path.as_ref(), |writer| {
            let mut archive = ZipWriter::new(writer);
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
            for (name, tensor) in tensors {
                archive.start_file(format!("{name}.npy"), options).map_err(problem)?;
                tensor.to_npy(&mut archive)?;
            }
            archive.finish().map_err(problem)?.flush()?;
            Ok(())
        })
    }
}

fn problem(error: ZipError) -> FileErrorKind {
    match error {
        ZipError::Io(error) => error.into(),
        error => TensorErrorKind::Header(error.to_string()).into(),
    }
}
