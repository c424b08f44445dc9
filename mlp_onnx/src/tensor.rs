//! Elements of a tensor, in all encodings.

use core::fmt;

use crate::{DataType, TensorProto};

/// Error for a tensor that cannot be read. `Debug` prints the same as `Display`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TensorError {
    /// The elements are in another file.
    External,
    /// The element type is not supported.
    Type(i32),
    /// A dimension is negative, or the size exceeds the address space.
    Dimensions(Vec<i64>),
    /// The number of elements differs from the shape.
    Count {
        /// Number of elements that the shape requires.
        expected: usize,
        /// Number of elements in the file.
        found: usize,
    },
}

impl fmt::Display for TensorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::External => f.write_str("the elements are in another file: save the model with its weights inside"),
            Self::Type(kind) => write!(f, "expected float, double or int64 elements, found ONNX type {kind}"),
            Self::Dimensions(dimensions) => write!(f, "invalid dimensions {dimensions:?}"),
            Self::Count { expected, found } => write!(f, "expected {expected} elements for the shape, found {found}"),
        }
    }
}

impl fmt::Debug for TensorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for TensorError {}

impl TensorProto {
    /// Creates a tensor from its elements in row-major order, as little-endian bytes.
    pub fn new(name: &str, data_type: DataType, dimensions: &[usize], raw_data: Vec<u8>) -> Self {
        let dims = dimensions.iter().map(|&length| length as i64).collect();
        Self { name: name.into(), data_type: data_type.into(), dims, raw_data, ..Self::default() }
    }

    /// Returns the shape.
    ///
    /// # Errors
    /// Returns an error if a dimension is negative, or the size exceeds the address space.
    pub fn dimensions(&self) -> Result<Vec<usize>, TensorError> {
        let invalid = || TensorError::Dimensions(self.dims.clone());
        let dimensions: Option<Vec<usize>> = self.dims.iter().map(|&length| usize::try_from(length).ok()).collect();
        let dimensions = dimensions.ok_or_else(invalid)?;
        let count = dimensions.iter().try_fold(1_usize, |count, &length| count.checked_mul(length.max(1)));
        count.filter(|&count| count <= isize::MAX as usize / 8).ok_or_else(invalid)?;
        Ok(dimensions)
    }

    /// Returns the elements in row-major order, in double precision. The conversion from single precision is exact.
    ///
    /// # Errors
    /// Returns an error if the element type is not supported, the elements are in another file, or their number differs
    /// from the shape.
    pub fn values(&self) -> Result<Vec<f64>, TensorError> {
        if !self.external_data.is_empty() {
            return Err(TensorError::External);
        }
        let expected = self.dimensions()?.iter().product();
        let values: Vec<f64> = match DataType::try_from(self.data_type) {
            Ok(DataType::Float) if self.raw_data.is_empty() => self.float_data.iter().map(|&x| f64::from(x)).collect(),
            Ok(DataType::Float) => self.raw(|bytes| f64::from(f32::from_le_bytes(bytes))),
            Ok(DataType::Double) if self.raw_data.is_empty() => self.double_data.clone(),
            Ok(DataType::Double) => self.raw(f64::from_le_bytes),
            Ok(DataType::Int64) if self.raw_data.is_empty() => self.int64_data.iter().map(|&x| x as f64).collect(),
            Ok(DataType::Int64) => self.raw(|bytes| i64::from_le_bytes(bytes) as f64),
            _ => return Err(TensorError::Type(self.data_type)),
        };
        let size = if self.data_type == DataType::Float as i32 { 4 } else { 8 };
        let is_complete = self.raw_data.len().is_multiple_of(size);
        match values.len() {
            found if found == expected && is_complete => Ok(values),
            found => Err(TensorError::Count { expected, found: found + usize::from(!is_complete) }),
        }
    }

    fn raw<const SIZE: usize>(&self, value: impl Fn([u8; SIZE]) -> f64) -> Vec<f64> {
        let (elements, _) = self.raw_data.as_chunks::<SIZE>();
        elements.iter().map(|&bytes| value(bytes)).collect()
    }
}
