use std::io::Write;
use std::path::Path;

use ::csv::WriterBuilder;
use nalgebra::{Dim, Matrix, RawStorage};

use super::CsvErrorKind;
use super::records::check_names;
use crate::data::file_error::{FileError, FileErrorKind};
use crate::data::write::replace;
use crate::scalar::Scalar;

/// Writes a matrix with a name for each column, beside the old file, which the new one then replaces. Reading it gives
/// the same numbers. pandas: `to_csv`.
///
/// # Errors
/// If the file cannot be written, a name stands twice, or there are not as many names as columns.
pub fn write_csv<T: Scalar, R: Dim, C: Dim>(
    path: impl AsRef<Path>,
    names: &[impl AsRef<str>],
    matrix: &Matrix<T, R, C, impl RawStorage<T, R, C>>,
) -> Result<(), FileError> {
    replace(path.as_ref(), |writer| to_csv(writer, names, matrix))
}

/// The same to anything that takes bytes.
///
/// # Errors
/// If it does not take them, a name stands twice, or there are not as many names as columns.
pub fn to_csv<T: Scalar, R: Dim, C: Dim>(
    writer: impl Write,
    names: &[impl AsRef<str>],
    matrix: &Matrix<T, R, C, impl RawStorage<T, R, C>>,
) -> Result<(), FileError> {
    if names.len() != matrix.ncols() {
        return Err(CsvErrorKind::Names { names: names.len(), columns: matrix.ncols() }.into());
    }
    check_names(names)?;
    let problem = |error: ::csv::Error| FileErrorKind::Io(error.into());
    let mut writer = WriterBuilder::new().from_writer(writer);
    writer.write_record(names.iter().map(AsRef::as_ref)).map_err(problem)?;
    for row in 0..matrix.nrows() {
        // With an exponent where the digits would be many.
        let fields = (0..matrix.ncols()).map(|column| format!("{:?}", matrix[(row, column)]));
        writer.write_record(fields).map_err(problem)?;
    }
    writer.flush()?;
    Ok(())
}
