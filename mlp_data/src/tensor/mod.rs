//! Tensors and the file formats that store them.

mod element;
#[cfg(feature = "keras")]
pub mod hdf5;
#[cfg(feature = "idx")]
pub(super) mod idx;
pub(super) mod layout;
#[cfg(feature = "npy")]
mod npy;
#[cfg(feature = "safetensors")]
pub mod safetensors;

use std::borrow::Cow;
use std::path::Path;

use nalgebra::{Const, Dim, Dyn, Matrix, RawStorage};

use super::Batch;
use super::element_type::ElementType;
use super::error::{FileError, Location, TensorErrorKind};
use element::Element;
use layout::Layout;
use mlp_core::Scalar;

/// Array with any number of dimensions, as stored in IDX, npy, npz, safetensors and HDF5 files.
///
/// The first dimension is the number of samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    layout: Layout,
    bytes: Vec<u8>,
    location: Location,
}

impl Tensor {
    /// Returns the dimensions.
    pub fn dimensions(&self) -> &[usize] {
        &self.layout.dimensions
    }
    /// Returns the type of the elements.
    pub fn element_type(&self) -> ElementType {
        self.layout.element.kind
    }

    /// Returns a matrix with one row per sample. Further dimensions, as of images, are flattened into columns.
    ///
    /// # Errors
    /// Returns an error if the number of elements per sample differs from `COLUMNS`.
    pub fn matrix<T: Scalar, const COLUMNS: usize>(&self) -> Result<Batch<T, COLUMNS>, FileError> {
        let samples = self.layout.check_columns(COLUMNS).map_err(|kind| self.error(kind))?;
        let offsets = self.layout.offsets();
        let value = |row, column: usize| T::from_f64(self.value(row, offsets[column]));
        Ok(Batch::from_fn_generic(Dyn(samples), Const, value))
    }

    /// Returns one class index per sample.
    ///
    /// # Errors
    /// Returns an error if there are several elements per sample, or one is negative, fractional, or at least 2⁵³.
    pub fn labels(&self) -> Result<Vec<usize>, FileError> {
        let (samples, found) = self.layout.samples().map_err(|kind| self.error(kind))?;
        if found != 1 {
            let dimensions = self.layout.dimensions.clone();
            return Err(self.error(TensorErrorKind::NotLabels { dimensions, found }));
        }
        (0..samples).map(|row| label(row, self.value(row, 0)).map_err(|kind| self.error(kind))).collect()
    }

    /// Returns an element by its row-major index. The tensor must be row-major.
    #[doc(hidden)]
    pub fn nth(&self, index: usize) -> f64 {
        self.layout.element.value(&self.bytes[index * self.layout.element.size()..])
    }

    fn value(&self, row: usize, offset: usize) -> f64 {
        self.layout.element.value(&self.bytes[row * self.layout.row_stride() + offset..])
    }

    /// Returns the elements in row-major order and little-endian.
    fn canonical_bytes(&self) -> Cow<'_, [u8]> {
        if !self.layout.column_major && !self.layout.element.big_endian {
            return Cow::Borrowed(&self.bytes);
        }
        let (samples, _) = self.layout.samples().unwrap_or((1, 1));
        if self.bytes.is_empty() {
            // The other dimensions may be any numbers.
            return Cow::Borrowed(&self.bytes);
        }
        let offsets = self.layout.offsets();
        let size = self.layout.element.size();
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

    fn little_endian(kind: ElementType, dimensions: Vec<usize>, bytes: Vec<u8>) -> Self {
        let element = Element { kind, big_endian: false };
        Self { layout: Layout { element, dimensions, column_major: false }, bytes, location: Location::default() }
    }

    fn in_file(mut self, path: &Path) -> Self {
        self.location.file = Some(path.into());
        self
    }

    fn error(&self, kind: TensorErrorKind) -> FileError {
        FileError::new(kind, self.location.clone())
    }
}

/// Copies a matrix, for writing: one row per sample.
impl<T: Scalar, R: Dim, C: Dim, S: RawStorage<T, R, C>> From<&Matrix<T, R, C, S>> for Tensor {
    fn from(matrix: &Matrix<T, R, C, S>) -> Self {
        let kind = if size_of::<T>() == 4 { ElementType::F32 } else { ElementType::F64 };
        let mut bytes = Vec::with_capacity(matrix.len() * size_of::<T>());
        for position in (0..matrix.nrows()).flat_map(|row| (0..matrix.ncols()).map(move |column| (row, column))) {
            let value = Scalar::to_f64(matrix[position]);
            match kind {
                ElementType::F32 => bytes.extend((value as f32).to_le_bytes()),
                _ => bytes.extend(value.to_le_bytes()),
            }
        }
        Self::little_endian(kind, vec![matrix.nrows(), matrix.ncols()], bytes)
    }
}

/// Copies class indices, for writing: one label per sample.
impl From<&[usize]> for Tensor {
    fn from(labels: &[usize]) -> Self {
        let bytes = labels.iter().flat_map(|&label| (label as u64).to_le_bytes()).collect();
        Self::little_endian(ElementType::I64, vec![labels.len()], bytes)
    }
}

fn label(row: usize, value: f64) -> Result<usize, TensorErrorKind> {
    /// 2⁵³: smaller integers are exact in double precision.
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    let is_index = (0.0..LIMIT).contains(&value) && value.fract() == 0.0;
    if is_index { Ok(value as usize) } else { Err(TensorErrorKind::InvalidLabel { row, value }) }
}
