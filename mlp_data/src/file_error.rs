//! What can be wrong with a file of data.

use core::fmt;
use std::io;
use std::path::PathBuf;

#[cfg(feature = "csv")]
use super::csv::CsvErrorKind;
#[cfg(any(feature = "idx", feature = "npy", feature = "safetensors"))]
use super::tensor::TensorErrorKind;

/// A file of data that cannot be read or written. Its message begins with the file.
#[derive(Debug, thiserror::Error)]
#[error("{origin}{problem}")]
pub struct FileError {
    /// Where the data came from or should go to.
    pub origin: Box<Origin>,
    /// What is wrong.
    pub problem: FileErrorKind,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// The system cannot open, read or write it, or what is compressed in it is damaged.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is not the table asked for.
    #[cfg(feature = "csv")]
    #[error(transparent)]
    Csv(#[from] CsvErrorKind),
    /// It does not hold the numbers asked for.
    #[cfg(any(feature = "idx", feature = "npy", feature = "safetensors"))]
    #[error(transparent)]
    Tensor(#[from] TensorErrorKind),
    /// Inputs and targets that belong together are not equally many.
    #[error("there are {inputs} inputs, but {targets} targets")]
    DifferentRows {
        /// How many inputs there are, or were before the targets ended.
        inputs: usize,
        /// How many targets there are, or were before the inputs ended.
        targets: usize,
    },
    /// What a reader of one's own has to say.
    #[error("{0}")]
    Other(String),
}

/// Where data came from: nothing of it for bytes in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: Option<PathBuf>,
    /// The tensor, for files that hold several.
    pub tensor: Option<String>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, &self.tensor) {
            (Some(file), Some(tensor)) => write!(f, "{}, tensor {tensor:?}: ", file.display()),
            (Some(file), None) => write!(f, "{}: ", file.display()),
            (None, Some(tensor)) => write!(f, "tensor {tensor:?}: "),
            (None, None) => Ok(()),
        }
    }
}

impl<P: Into<FileErrorKind>> From<P> for FileError {
    fn from(problem: P) -> Self {
        Self { origin: Box::default(), problem: problem.into() }
    }
}

impl FileError {
    /// The same error, about a file.
    pub fn in_file(self, file: impl Into<PathBuf>) -> Self {
        let tensor = self.origin.tensor.clone();
        Self { origin: Box::new(Origin { file: Some(file.into()), tensor }), ..self }
    }
    #[cfg(any(feature = "idx", feature = "npy", feature = "safetensors"))]
    pub(crate) fn at(problem: impl Into<FileErrorKind>, origin: &Origin) -> Self {
        Self { origin: Box::new(origin.clone()), problem: problem.into() }
    }
}
