use std::io::Write;
use std::path::Path;

use ::csv::WriterBuilder;
use nalgebra::{Dim, Matrix, RawStorage};

use super::records::check_unique;
use crate::error::{CsvErrorKind, FileError, FileErrorKind};
use crate::file::write_file;
use mlp_core::Scalar;

/// Writes a matrix with named columns, atomically (temporary file, then rename). pandas: `to_csv`.
///
/// Reading the file returns the same values.
///
/// # Errors
/// Returns an error if the file cannot be written, a name occurs twice, or the number of names differs from the number
/// of columns. An existing file is left unchanged.
pub fn write_csv<T: Scalar, R: Dim, C: Dim>(
    path: impl AsRef<Path>,
    names: &[impl AsRef<str>],
    matrix: &Matrix<T, R, C, impl RawStorage<T, R, C>>,
) -> Result<(), FileError> {
    write_file(path.as_ref(), |writer| to_csv(writer, names, matrix))
}

/// Writes a matrix with named columns to any writer.
///
/// # Errors
/// Returns an error of the writer, or an error if a name occurs twice or the number of names differs from the number of
/// columns.
pub fn to_csv<T: Scalar, R: Dim, C: Dim>(
    writer: impl Write,
    names: &[impl AsRef<str>],
    matrix: &Matrix<T, R, C, impl RawStorage<T, R, C>>,
) -> Result<(), FileError> {
    if names.len() != matrix.ncols() {
        return Err(CsvErrorKind::Names { names: names.len(), columns: matrix.ncols() }.into());
    }
    check_unique(names)?;
    let io_error = |error: ::csv::Error| FileErrorKind::Io(error.into());
    let mut writer = WriterBuilder::new().from_writer(writer);
    writer.write_record(names.iter().map(AsRef::as_ref)).map_err(io_error)?;
    for row in 0..matrix.nrows() {
        // `Debug` uses an exponent for very large and very small values.
        let fields = (0..matrix.ncols()).map(|column| format!("{:?}", matrix[(row, column)]));
        writer.write_record(fields).map_err(io_error)?;
    }
    writer.flush()?;
    Ok(())
}
