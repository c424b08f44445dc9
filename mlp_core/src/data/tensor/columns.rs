//! Between the order of a network's memory, column by column, and that of files, row by row.

use super::{ElementType, Tensor};
use crate::scalar::Scalar;

impl Tensor {
    /// Numbers that lie column by column, the first index changing fastest.
    pub(crate) fn from_columns<T: Scalar>(numbers: &[T], shape: &[usize]) -> Self {
        let mut bytes = Vec::with_capacity(size_of_val(numbers));
        if size_of::<T>() == 4 {
            visit(shape, 0, 1, &mut |place| bytes.extend((numbers[place].to_f64() as f32).to_le_bytes()));
            return Self::little_endian(ElementType::F32, shape.to_vec(), bytes);
        }
        visit(shape, 0, 1, &mut |place| bytes.extend(numbers[place].to_f64().to_le_bytes()));
        Self::little_endian(ElementType::F64, shape.to_vec(), bytes)
    }

    /// Sets numbers that lie column by column. The tensor is of their type, row by row, and has as many.
    pub(crate) fn copy_to_columns<T: Scalar>(&self, numbers: &mut [T]) {
        let shape = &self.layout.dimensions;
        if size_of::<T>() == 4 {
            let mut singles = self.bytes.as_chunks().0.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes)));
            return visit(shape, 0, 1, &mut |place| numbers[place] = T::from_f64(singles.next().unwrap_or(f64::NAN)));
        }
        let mut doubles = self.bytes.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes));
        visit(shape, 0, 1, &mut |place| numbers[place] = T::from_f64(doubles.next().unwrap_or(f64::NAN)));
    }
}

/// The places of an array that lies column by column, row by row: those of the first index are `stride` apart.
fn visit(shape: &[usize], first: usize, stride: usize, each: &mut impl FnMut(usize)) {
    match *shape {
        [] => each(first),
        [length] => (0..length).for_each(|index| each(first + index * stride)),
        [length, ref inner @ ..] => {
            (0..length).for_each(|index| visit(inner, first + index * stride, stride * length, each));
        }
    }
}
