//! A tensor's numbers, wherever a file keeps them.

use core::fmt;

use crate::{DataType, TensorProto};

/// Why a tensor's numbers cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TensorError {
    /// They are in another file.
    External,
    /// They are of a type that is not read here.
    Type(i32),
    /// Dimensions below zero, or more than memory can hold.
    Dimensions(Vec<i64>),
    /// There are more or fewer than the dimensions say.
    Count {
        /// What the dimensions say.
        needed: usize,
        /// How many there are.
        found: usize,
    },
}

impl fmt::Display for TensorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::External => f.write_str("its numbers are in another file: save the model with its weights inside"),
            Self::Type(kind) => write!(f, "its numbers are of ONNX's type {kind}; float, double and int64 can be read"),
            Self::Dimensions(dimensions) => write!(f, "its dimensions {dimensions:?} cannot be"),
            Self::Count { needed, found } => write!(f, "it has {found} numbers, but its dimensions say {needed}"),
        }
    }
}

impl core::error::Error for TensorError {}

impl TensorProto {
    /// A tensor to be written, its numbers row by row.
    pub fn new(name: &str, data_type: DataType, dimensions: &[usize], raw_data: Vec<u8>) -> Self {
        let dims = dimensions.iter().map(|&length| length as i64).collect();
        Self { name: name.into(), data_type: data_type.into(), dims, raw_data, ..Self::default() }
    }

    /// How many numbers there are in each direction.
    ///
    /// # Errors
    /// If one is negative, or their product is more than memory can hold.
    pub fn dimensions(&self) -> Result<Vec<usize>, TensorError> {
        let wrong = || TensorError::Dimensions(self.dims.clone());
        let dimensions: Option<Vec<usize>> = self.dims.iter().map(|&length| usize::try_from(length).ok()).collect();
        let dimensions = dimensions.ok_or_else(wrong)?;
        let count = dimensions.iter().try_fold(1_usize, |count, &length| count.checked_mul(length.max(1)));
        count.filter(|&count| count <= isize::MAX as usize / 8).ok_or_else(wrong)?;
        Ok(dimensions)
    }

    /// All numbers, row by row, in double precision, which holds those of single precision exactly.
    ///
    /// # Errors
    /// If they are of another type, elsewhere, or not as many as the dimensions say.
    pub fn numbers(&self) -> Result<Vec<f64>, TensorError> {
        if !self.external_data.is_empty() {
            return Err(TensorError::External);
        }
        let needed = self.dimensions()?.iter().product();
        let numbers: Vec<f64> = match DataType::try_from(self.data_type) {
            Ok(DataType::Float) if self.raw_data.is_empty() => self.float_data.iter().map(|&x| f64::from(x)).collect(),
            Ok(DataType::Float) => self.raw(|bytes| f64::from(f32::from_le_bytes(bytes))),
            Ok(DataType::Double) if self.raw_data.is_empty() => self.double_data.clone(),
            Ok(DataType::Double) => self.raw(f64::from_le_bytes),
            Ok(DataType::Int64) if self.raw_data.is_empty() => self.int64_data.iter().map(|&x| x as f64).collect(),
            Ok(DataType::Int64) => self.raw(|bytes| i64::from_le_bytes(bytes) as f64),
            _ => return Err(TensorError::Type(self.data_type)),
        };
        let size = if self.data_type == DataType::Float as i32 { 4 } else { 8 };
        let is_whole = self.raw_data.len().is_multiple_of(size);
        match numbers.len() {
            found if found == needed && is_whole => Ok(numbers),
            found => Err(TensorError::Count { needed, found: found + usize::from(!is_whole) }),
        }
    }

    fn raw<const SIZE: usize>(&self, number: impl Fn([u8; SIZE]) -> f64) -> Vec<f64> {
        let (numbers, _) = self.raw_data.as_chunks::<SIZE>();
        numbers.iter().map(|&bytes| number(bytes)).collect()
    }
}
