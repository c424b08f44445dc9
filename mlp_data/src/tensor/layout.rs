//! Where in a file's bytes each number lies.

use super::element::Element;
use super::problem::TensorErrorKind;

/// What the header of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Layout {
    pub(super) element: Element,
    pub(super) dimensions: Vec<usize>,
    /// Whether the first dimension changes fastest, not the last.
    pub(super) fortran_order: bool,
}

impl Layout {
    /// How many samples there are and how many numbers each has.
    pub(in crate::data) fn samples(&self) -> Result<(usize, usize), TensorErrorKind> {
        let (&samples, others) = self.dimensions.split_first().ok_or(TensorErrorKind::NoDimensions)?;
        Ok((samples, others.iter().product()))
    }

    /// How many samples there are, if each has as many numbers as needed.
    pub(in crate::data) fn check_columns(&self, needed: usize) -> Result<usize, TensorErrorKind> {
        let (samples, has) = self.samples()?;
        if has == needed {
            return Ok(samples);
        }
        Err(TensorErrorKind::Columns { dimensions: self.dimensions.clone(), has, needed })
    }

    /// How many bytes all numbers are. Whoever asks first is told of dimensions that overflow, also in part.
    pub(super) fn bytes(&self) -> Result<u64, TensorErrorKind> {
        let nonzero = self.dimensions.iter().map(|&dimension| dimension.max(1));
        let product = nonzero.into_iter().try_fold(self.element.size(), usize::checked_mul);
        let largest = product.filter(|&bytes| bytes <= isize::MAX as usize);
        largest.ok_or_else(|| TensorErrorKind::TooLarge { dimensions: self.dimensions.clone() })?;
        Ok(self.dimensions.iter().product::<usize>() as u64 * self.element.size() as u64)
    }

    /// How many bytes lie between a number and the same of the next sample.
    pub(in crate::data) fn row_stride(&self) -> usize {
        let within = if self.fortran_order { 1 } else { self.dimensions.iter().skip(1).product() };
        within * self.element.size()
    }

    /// The places of a sample's numbers within the first sample, the last dimension changing fastest.
    pub(super) fn offsets(&self) -> Vec<usize> {
        let size = self.element.size();
        let features = self.dimensions.iter().skip(1).product();
        if !self.fortran_order {
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
}
