use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use super::Batches;
use super::paired_files::PairedFiles;
use crate::error::FileError;
use crate::limits::Limits;
use crate::tensor::idx::decompressed;
use crate::tensor::layout::Layout;
use mlp_core::Scalar;

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Batches<T, INPUTS, TARGETS> {
    /// Creates batches from two IDX files, gzip-compressed or not:
    /// `Batches::<f32, 784, 1>::idx("train-images.gz", "train-labels.gz")`.
    ///
    /// Labels are one column of class indices: the targets of `SparseCategoricalCrossentropy`.
    pub fn idx(inputs: impl Into<PathBuf>, targets: impl Into<PathBuf>) -> Self {
        let files = [inputs.into(), targets.into()];
        Self::new(move || PairedFiles::open(&files, [INPUTS, TARGETS], read_header))
    }
}

/// Reads the header. One row is in memory at a time, so the expansion of the file is not limited.
fn read_header(file: File) -> Result<(Layout, Box<dyn Read>), FileError> {
    let mut reader = BufReader::new(decompressed(BufReader::new(file), Limits::unlimited())?);
    Ok((Layout::read_idx(&mut reader)?, Box::new(reader)))
}
