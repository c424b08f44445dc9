//! Memory layout of a tensor's elements in a file.

use std::io::Read;

use super::element::Element;
use crate::error::{FileError, TensorErrorKind};
use crate::limits::Limits;

/// Element type, dimensions and order, as stated in the header of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(super) element: Element,
    pub(super) dimensions: Vec<usize>,
    /// `true` if the first dimension changes fastest (Fortran order), not the last (C order).
    pub(super) column_major: bool,
}

impl Layout {
    /// Returns the number of samples and the number of elements per sample.
    pub(crate) fn samples(&self) -> Result<(usize, usize), TensorErrorKind> {
        let (&samples, inner) = self.dimensions.split_first().ok_or(TensorErrorKind::NoDimensions)?;
        Ok((samples, inner.iter().product()))
    }

    /// Returns the number of samples, after a check of the number of elements per sample.
    pub(crate) fn check_columns(&self, expected: usize) -> Result<usize, TensorErrorKind> {
        let (samples, found) = self.samples()?;
        if found == expected {
            return Ok(samples);
        }
        Err(TensorErrorKind::Columns { dimensions: self.dimensions.clone(), expected, found })
    }

    /// Checks that samples can be read one after the other.
    pub(crate) fn check_row_major(&self) -> Result<(), TensorErrorKind> {
        // A single column is the same in both orders.
        let scattered = self.column_major && self.dimensions.iter().skip(1).any(|&dimension| dimension != 1);
        if scattered { Err(TensorErrorKind::ColumnMajor) } else { Ok(()) }
    }

    /// Returns the size of all elements in bytes. The parser of a header calls it first, so that later products of
    /// dimensions cannot overflow.
    pub(super) fn bytes(&self) -> Result<u64, TensorErrorKind> {
        // Zero dimensions count as one: products of a part of the dimensions must not overflow either.
        let mut nonzero = self.dimensions.iter().map(|&dimension| dimension.max(1));
        let product = nonzero.try_fold(self.element.size(), usize::checked_mul);
        let in_range = product.filter(|&bytes| bytes <= isize::MAX as usize);
        in_range.ok_or_else(|| TensorErrorKind::TooLarge { dimensions: self.dimensions.clone() })?;
        Ok(self.dimensions.iter().product::<usize>() as u64 * self.element.size() as u64)
    }

    /// Returns the distance in bytes between the same element of two consecutive samples.
    pub(crate) fn row_stride(&self) -> usize {
        let elements = if self.column_major { 1 } else { self.dimensions.iter().skip(1).product() };
        elements * self.element.size()
    }

    /// Returns the offsets in bytes of the elements of the first sample, in row-major order.
    pub(super) fn offsets(&self) -> Vec<usize> {
        let size = self.element.size();
        let features = self.dimensions.iter().skip(1).product();
        if !self.column_major {
            return (0..features).map(|feature| feature * size).collect();
        }
        let offset = |mut feature: usize| {
            let mut stride: usize = self.dimensions.iter().product();
            let mut offset = 0;
            for &dimension in self.dimensions[1..].iter().rev() {
                stride /= dimension;
                offset += feature % dimension * stride;
                feature /= dimension;
            }
            offset * size
        };
        (0..features).map(offset).collect()
    }

    /// Reads all elements. Memory grows with the bytes read, not with the size that the header states.
    pub(super) fn read(&self, reader: impl Read, limits: Limits) -> Result<Vec<u8>, FileError> {
        let expected = self.bytes()?;
        limits.check_memory(expected)?;
        let mut bytes = Vec::new();
        reader.take(expected + 1).read_to_end(&mut bytes)?;
        self.check_size(bytes.len() as u64)?;
        Ok(bytes)
    }

    /// Checks the size of all elements in bytes.
    pub(super) fn check_size(&self, found: u64) -> Result<(), TensorErrorKind> {
        match self.bytes()? {
            expected if found < expected => Err(TensorErrorKind::Truncated { expected, found }),
            expected if found > expected => Err(TensorErrorKind::TooLong { expected }),
            _ => Ok(()),
        }
    }

    /// Decodes the elements of one contiguous sample.
    pub(crate) fn row_values(&self, row: &[u8]) -> impl Iterator<Item = f64> {
        row.chunks_exact(self.element.size()).map(|bytes| self.element.value(bytes))
    }
}
