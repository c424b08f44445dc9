//! Errors of data files and of preprocessing.

mod csv;
mod limit;
mod preprocessing;
mod tensor;

pub use csv::CsvErrorKind;
pub use limit::LimitError;
pub use preprocessing::PreprocessingError;
pub use tensor::TensorErrorKind;

use core::fmt;
use std::collections::TryReserveError;
use std::io;
use std::path::PathBuf;

/// Data file that cannot be read or written. The message starts with the file.
#[derive(thiserror::Error)]
#[error("{location}{kind}")]
pub struct FileError {
    /// File and tensor that the error is about.
    pub location: Box<Location>,
    /// Cause of the error.
    pub kind: FileErrorKind,
}

/// Cause of a [`FileError`].
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// The file cannot be opened, read, written or decompressed.
    #[error(transparent)]
    Io(io::Error),
    /// The file is not the expected table.
    #[error(transparent)]
    Csv(#[from] CsvErrorKind),
    /// The file does not hold the expected tensor.
    #[error(transparent)]
    Tensor(#[from] TensorErrorKind),
    /// The file exceeds a limit for files that are not trusted.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The inputs and targets have different numbers of rows.
    #[error("row counts differ: {inputs} inputs and {targets} targets")]
    DifferentRows {
        /// Number of input rows.
        inputs: usize,
        /// Number of target rows.
        targets: usize,
    },
    /// Custom error, such as that of a user-defined [`SampleReader`](crate::SampleReader).
    #[error("{0}")]
    Other(String),
}

mlp_core::debug_as_display!(FileError, FileErrorKind);

/// Source of data. Empty for bytes in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Path of the file.
    pub file: Option<PathBuf>,
    /// Name of the tensor, for files that hold several.
    pub tensor: Option<String>,
}

impl Location {
    /// Creates the location of a tensor in memory.
    pub fn tensor(name: impl Into<String>) -> Self {
        Self { file: None, tensor: Some(name.into()) }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, &self.tensor) {
            (Some(file), Some(tensor)) => write!(f, "{}, tensor {tensor:?}: ", file.display()),
            (Some(file), None) => write!(f, "{}: ", file.display()),
            (None, Some(tensor)) => write!(f, "tensor {tensor:?}: "),
            (None, None) => Ok(()),
        }
    }
}

/// Converts an error of a reader. A limit is recognized also where a reader of a decompressor reports it.
impl From<io::Error> for FileErrorKind {
    fn from(error: io::Error) -> Self {
        match error.downcast() {
            Ok(limit) => Self::Limit(limit),
            Err(error) => Self::Io(error),
        }
    }
}

/// Converts a failed allocation.
impl From<TryReserveError> for FileErrorKind {
    fn from(error: TryReserveError) -> Self {
        Self::Io(io::Error::new(io::ErrorKind::OutOfMemory, error))
    }
}

impl<K: Into<FileErrorKind>> From<K> for FileError {
    fn from(kind: K) -> Self {
        Self { location: Box::default(), kind: kind.into() }
    }
}

impl FileError {
    /// Creates an error at a location.
    pub fn new(kind: impl Into<FileErrorKind>, location: Location) -> Self {
        Self { location: Box::new(location), kind: kind.into() }
    }

    /// Returns the same error with the file set.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.location.file = Some(file.into());
        self
    }
}
