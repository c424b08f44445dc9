use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::{Batches, SampleReader};
use crate::data::file;
use crate::data::file_error::{FileError, FileErrorKind};
use crate::data::tensor::{Layout, TensorErrorKind};
use crate::scalar::Scalar;

/// The samples of one file, row by row.
struct Rows {
    path: PathBuf,
    layout: Layout,
    reader: Box<dyn Read>,
    sample: Vec<u8>,
    samples: usize,
    given: usize,
}

/// How to come to the numbers of a file.
type Begin = fn(File) -> Result<(Layout, Box<dyn Read>), FileError>;

#[cfg(feature = "idx")]
fn begin_idx(file: File) -> Result<(Layout, Box<dyn Read>), FileError> {
    let mut reader = BufReader::new(crate::data::tensor::decompressed(BufReader::new(file))?);
    Ok((Layout::read_idx(&mut reader)?, Box::new(reader)))
}

#[cfg(feature = "npy")]
fn begin_npy(file: File) -> Result<(Layout, Box<dyn Read>), FileError> {
    let mut reader = BufReader::new(file);
    Ok((Layout::read_npy(&mut reader)?, Box::new(reader)))
}

impl Rows {
    fn open(path: &Path, columns: usize, begin: Begin) -> Result<Self, FileError> {
        file::read(path, |file| {
            let (layout, reader) = begin(file)?;
            let samples = layout.check_columns(columns)?;
            layout.check_row_by_row()?;
            Ok(Self { path: path.into(), layout, reader, sample: Vec::new(), samples, given: 0 })
        })
    }

    fn next<T: Scalar>(&mut self, numbers: &mut [T]) -> Result<bool, FileError> {
        if self.given == self.samples {
            return self.end().map(|()| false);
        }
        let needed = self.layout.row_stride();
        self.sample.clear();
        self.reader.by_ref().take(needed as u64).read_to_end(&mut self.sample)?;
        if self.sample.len() < needed {
            let has = (self.given * needed + self.sample.len()) as u64;
            return Err(TensorErrorKind::Truncated { has, needed: (self.samples * needed) as u64 }.into());
        }
        self.layout.values(&self.sample).zip(numbers).for_each(|(value, number)| *number = T::from_f64(value));
        self.given += 1;
        Ok(true)
    }

    /// Nothing may follow the last sample.
    fn end(&mut self) -> Result<(), FileError> {
        if self.reader.read(&mut [0])? == 0 {
            return Ok(());
        }
        Err(TensorErrorKind::TooLong { needed: (self.samples * self.layout.row_stride()) as u64 }.into())
    }

    fn read<T: Scalar>(&mut self, numbers: &mut [T]) -> Result<bool, FileError> {
        self.next(numbers).map_err(|error| error.in_file(&self.path))
    }
}

/// Inputs of one file and targets of another.
struct Pair {
    x: Rows,
    y: Rows,
}

impl Pair {
    fn open(files: &[PathBuf; 2], columns: [usize; 2], begin: Begin) -> Result<Self, FileError> {
        let [x, y] = [0, 1].map(|file| Rows::open(&files[file], columns[file], begin));
        let (x, y) = (x?, y?);
        if x.samples == y.samples {
            return Ok(Self { x, y });
        }
        let problem = FileErrorKind::DifferentRows { inputs: x.samples, targets: y.samples };
        Err(FileError::from(problem).in_file(&files[1]))
    }
}

impl<T: Scalar> SampleReader<T> for Pair {
    fn read(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        Ok(self.x.read(x)? & self.y.read(y)?)
    }
}

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Batches<T, INPUTS, TARGETS> {
    /// From two IDX files, compressed or not: `Batches::<f32, 784, 1>::idx("train-images.gz", "train-labels.gz")`. Labels
    /// are one column of class indices, the targets of `SparseCategoricalCrossentropy`.
    #[cfg(feature = "idx")]
    pub fn idx(inputs: impl Into<PathBuf>, targets: impl Into<PathBuf>) -> Self {
        let files = [inputs.into(), targets.into()];
        Self::new(move || Pair::open(&files, [INPUTS, TARGETS], begin_idx))
    }

    /// From two files of NumPy's `save`, stored row by row.
    #[cfg(feature = "npy")]
    pub fn npy(inputs: impl Into<PathBuf>, targets: impl Into<PathBuf>) -> Self {
        let files = [inputs.into(), targets.into()];
        Self::new(move || Pair::open(&files, [INPUTS, TARGETS], begin_npy))
    }
}
