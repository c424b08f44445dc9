//! Numbers with dimensions, from the files that hold such.

#[cfg(feature = "safetensors")]
mod columns;
mod element;
#[cfg(feature = "keras")]
pub(crate) mod hdf5;
#[cfg(feature = "idx")]
mod idx;
mod layout;
#[cfg(feature = "npy")]
mod npy;
#[cfg(feature = "npy")]
mod npy_header;
#[cfg(feature = "npy")]
mod npz;
mod problem;
#[cfg(feature = "safetensors")]
mod safetensors;
#[cfg(any(feature = "idx", feature = "npy"))]
mod stream;

pub use element::ElementType;
pub use problem::TensorErrorKind;

#[cfg(any(feature = "npy", feature = "safetensors"))]
use std::borrow::Cow;

use nalgebra::{Const, Dim, Dyn, Matrix, RawStorage};

use super::Batch;
use super::file_error::{FileError, Origin};
use crate::scalar::Scalar;
use element::Element;
#[cfg(feature = "idx")]
pub(super) use idx::decompressed;
pub(super) use layout::Layout;

/// Numbers with dimensions, of which the first counts the samples: what a file of IDX, npy, npz or safetensors holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    layout: Layout,
    bytes: Vec<u8>,
    origin: Origin,
}

impl Tensor {
    /// How many numbers there are in each direction.
    pub fn dimensions(&self) -> &[usize] {
        &self.layout.dimensions
    }
    /// What each number is.
    pub fn element_type(&self) -> ElementType {
        self.layout.element.kind
    }

    /// A row a sample; where there are more than two dimensions, as in images, a sample's numbers in one row.
    ///
    /// # Errors
    /// If a sample has more or fewer numbers than there are columns.
    pub fn matrix<T: Scalar, const COLUMNS: usize>(&self) -> Result<Batch<T, COLUMNS>, FileError> {
        let samples = self.layout.check_columns(COLUMNS).map_err(|problem| FileError::at(problem, &self.origin))?;
        let offsets = self.layout.offsets();
        let value = |row, column: usize| T::from_f64(self.value(row, offsets[column]));
        Ok(Batch::from_fn_generic(Dyn(samples), Const, value))
    }

    /// One class index a sample.
    ///
    /// # Errors
    /// If there is not one number a sample, or one is negative, has a fraction, or is beyond 2⁵³.
    pub fn labels(&self) -> Result<Vec<usize>, FileError> {
        let at = |problem| FileError::at(problem, &self.origin);
        let (samples, has) = self.layout.samples().map_err(at)?;
        if has != 1 {
            let dimensions = self.layout.dimensions.clone();
            return Err(at(TensorErrorKind::NotLabels { dimensions, has }));
        }
        (0..samples).map(|row| label(row, self.value(row, 0)).map_err(at)).collect()
    }

    fn value(&self, row: usize, offset: usize) -> f64 {
        self.layout.element.value(&self.bytes[row * self.layout.row_stride() + offset..])
    }

    /// The bytes row by row, the last dimension changing fastest, each number's lowest byte first.
    #[cfg(any(feature = "npy", feature = "safetensors"))]
    fn canonical(&self) -> Cow<'_, [u8]> {
        if !self.layout.fortran_order && !self.layout.element.big_endian {
            return Cow::Borrowed(&self.bytes);
        }
        let (samples, _) = self.layout.samples().unwrap_or((1, 1));
        let (offsets, size) = (self.layout.offsets(), self.layout.element.size());
        let mut bytes = Vec::with_capacity(self.bytes.len());
        for row in 0..samples {
            for &offset in &offsets {
                let start = row * self.layout.row_stride() + offset;
                let element = &self.bytes[start..start + size];
                let reversed = self.layout.element.big_endian;
                bytes.extend((0..size).map(|byte| element[if reversed { size - 1 - byte } else { byte }]));
            }
        }
        bytes.into()
    }
}

/// To be written: the matrix, a row a sample.
impl<T: Scalar, R: Dim, C: Dim, S: RawStorage<T, R, C>> From<&Matrix<T, R, C, S>> for Tensor {
    fn from(matrix: &Matrix<T, R, C, S>) -> Self {
        let kind = if size_of::<T>() == 4 { ElementType::F32 } else { ElementType::F64 };
        let mut bytes = Vec::with_capacity(matrix.len() * size_of::<T>());
        for place in (0..matrix.nrows()).flat_map(|row| (0..matrix.ncols()).map(move |column| (row, column))) {
            let value = Scalar::to_f64(matrix[place]);
            match kind {
                ElementType::F32 => bytes.extend((value as f32).to_le_bytes()),
                _ => bytes.extend(value.to_le_bytes()),
            }
        }
        Self::little_endian(kind, vec![matrix.nrows(), matrix.ncols()], bytes)
    }
}

/// To be written: a class index a sample.
impl From<&[usize]> for Tensor {
    fn from(labels: &[usize]) -> Self {
        let bytes = labels.iter().flat_map(|&label| (label as u64).to_le_bytes()).collect();
        Self::little_endian(ElementType::I64, vec![labels.len()], bytes)
    }
}

#[cfg(feature = "safetensors")]
impl Tensor {
    /// A number, counted row by row, of numbers that lie so.
    pub(crate) fn nth(&self, index: usize) -> f64 {
        self.layout.element.value(&self.bytes[index * self.layout.element.size()..])
    }

    /// The number at a place inside, of numbers that lie row by row.
    pub(crate) fn at(&self, place: &[usize]) -> f64 {
        let index = place.iter().zip(&self.layout.dimensions).fold(0, |index, (at, length)| index * length + at);
        self.nth(index)
    }
}

impl Tensor {
    fn little_endian(kind: ElementType, dimensions: Vec<usize>, bytes: Vec<u8>) -> Self {
        let element = Element { kind, big_endian: false };
        Self { layout: Layout { element, dimensions, fortran_order: false }, bytes, origin: Origin::default() }
    }
    fn of_file(self, path: &std::path::Path) -> Self {
        Self { origin: Origin { file: Some(path.into()), ..self.origin }, ..self }
    }
}

fn label(row: usize, value: f64) -> Result<usize, TensorErrorKind> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = (0.0..EXACT).contains(&value) && value.fract() == 0.0;
    if exact { Ok(value as usize) } else { Err(TensorErrorKind::NotALabel { row, value }) }
}
