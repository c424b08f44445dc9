//! Samples from two files: the inputs of one, the targets of the other.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::SampleReader;
use crate::error::{FileError, FileErrorKind, TensorErrorKind};
use crate::file::read_file;
use crate::tensor::layout::Layout;
use mlp_core::Scalar;

/// Function that parses the header of a file and returns a reader of its elements.
pub(super) type ReadHeader = fn(File) -> Result<(Layout, Box<dyn Read>), FileError>;

/// Samples of one file, row by row.
struct FileRows {
    path: PathBuf,
    layout: Layout,
    reader: Box<dyn Read>,
    row: Vec<u8>,
    rows: usize,
    rows_read: usize,
}

impl FileRows {
    fn open(path: &Path, columns: usize, read_header: ReadHeader) -> Result<Self, FileError> {
        read_file(path, |file| {
            let (layout, reader) = read_header(file)?;
            let rows = layout.check_columns(columns)?;
            layout.check_row_major()?;
            Ok(Self { path: path.into(), layout, reader, row: Vec::new(), rows, rows_read: 0 })
        })
    }

    fn next<T: Scalar>(&mut self, values: &mut [T]) -> Result<bool, FileError> {
        if self.rows_read == self.rows {
            return self.check_end().map(|()| false);
        }
        let row_bytes = self.layout.row_stride();
        self.row.clear();
        self.reader.by_ref().take(row_bytes as u64).read_to_end(&mut self.row)?;
        if self.row.len() < row_bytes {
            let expected = (self.rows * row_bytes) as u64;
            let found = (self.rows_read * row_bytes + self.row.len()) as u64;
            return Err(TensorErrorKind::Truncated { expected, found }.into());
        }
        self.layout.row_values(&self.row).zip(values).for_each(|(element, value)| *value = T::from_f64(element));
        self.rows_read += 1;
        Ok(true)
    }

    /// Checks that nothing follows the last sample.
    fn check_end(&mut self) -> Result<(), FileError> {
        if self.reader.read(&mut [0])? == 0 {
            return Ok(());
        }
        Err(TensorErrorKind::TooLong { expected: (self.rows * self.layout.row_stride()) as u64 }.into())
    }

    fn read<T: Scalar>(&mut self, values: &mut [T]) -> Result<bool, FileError> {
        self.next(values).map_err(|error| error.in_file(&self.path))
    }
}

/// Reader of a file of inputs and a file of targets.
pub(super) struct PairedFiles {
    x: FileRows,
    y: FileRows,
}

impl PairedFiles {
    pub(super) fn open(
        [x_path, y_path]: &[PathBuf; 2],
        [x_columns, y_columns]: [usize; 2],
        read_header: ReadHeader,
    ) -> Result<Self, FileError> {
        let x = FileRows::open(x_path, x_columns, read_header)?;
        let y = FileRows::open(y_path, y_columns, read_header)?;
        if x.rows == y.rows {
            return Ok(Self { x, y });
        }
        let kind = FileErrorKind::DifferentRows { inputs: x.rows, targets: y.rows };
        Err(FileError::from(kind).in_file(y_path))
    }
}

impl<T: Scalar> SampleReader<T> for PairedFiles {
    fn read(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        Ok(self.x.read(x)? & self.y.read(y)?)
    }
}
