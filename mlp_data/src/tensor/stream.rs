//! Numbers that follow a header, all of them or sample by sample.

use std::io::Read;

use super::Layout;
use super::problem::TensorErrorKind;
use crate::data::file_error::FileError;

impl Layout {
    /// All numbers, read from where the header ended. No more memory is taken than there are bytes.
    pub(super) fn read(&self, reader: impl Read) -> Result<Vec<u8>, FileError> {
        let needed = self.bytes()?;
        let mut bytes = Vec::new();
        reader.take(needed + 1).read_to_end(&mut bytes)?;
        match bytes.len() as u64 {
            has if has < needed => Err(TensorErrorKind::Truncated { has, needed }.into()),
            has if has > needed => Err(TensorErrorKind::TooLong { needed }.into()),
            _ => Ok(bytes),
        }
    }

    /// Samples can be read one after the other.
    pub(in crate::data) fn check_row_by_row(&self) -> Result<(), TensorErrorKind> {
        // A single column is the same in both orders.
        let scattered = self.fortran_order && self.dimensions.iter().skip(1).any(|&dimension| dimension != 1);
        if scattered { Err(TensorErrorKind::ColumnByColumn) } else { Ok(()) }
    }

    /// The numbers of one sample that lies in one piece.
    pub(in crate::data) fn values(&self, sample: &[u8]) -> impl Iterator<Item = f64> {
        sample.chunks_exact(self.element.size()).map(|bytes| self.element.value(bytes))
    }
}
