use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use super::Batches;
use super::paired_files::PairedFiles;
use crate::error::FileError;
use crate::tensor::layout::Layout;
use mlp_core::Scalar;

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Batches<T, INPUTS, TARGETS> {
    /// Creates batches from two files of NumPy's `save`, stored row by row (C order).
    pub fn npy(inputs: impl Into<PathBuf>, targets: impl Into<PathBuf>) -> Self {
        let files = [inputs.into(), targets.into()];
        Self::new(move || PairedFiles::open(&files, [INPUTS, TARGETS], read_header))
    }
}

fn read_header(file: File) -> Result<(Layout, Box<dyn Read>), FileError> {
    let mut reader = BufReader::new(file);
    Ok((Layout::read_npy(&mut reader)?, Box::new(reader)))
}
