//! Conversion between column-major parameters in memory and row-major elements in files.

use core::any::Any;

use crate::element_type::ElementType;
use crate::tensor::Tensor;
use mlp_core::Scalar;

impl Tensor {
    /// Creates a tensor from column-major values: the first index changes fastest.
    #[doc(hidden)]
    pub fn from_columns<T: Scalar>(values: &[T], shape: &[usize]) -> Self {
        let values = values.to_vec();
        let any: &dyn Any = &values;
        match any.downcast_ref::<Vec<f32>>() {
            Some(values) => Self::little_endian(ElementType::F32, shape.to_vec(), f32_to_bytes(values, shape)),
            None => {
                let bytes = any.downcast_ref::<Vec<f64>>().map(|values| f64_to_bytes(values, shape));
                Self::little_endian(ElementType::F64, shape.to_vec(), bytes.unwrap_or_default())
            }
        }
    }

    /// Copies the elements to column-major values. The tensor must be row-major, with the type and the number of
    /// elements of `values`.
    #[doc(hidden)]
    pub fn copy_to_columns<T: Scalar>(&self, values: &mut [T]) {
        let shape = &self.layout.dimensions;
        let decoded: Box<dyn Any> = match self.element_type() {
            ElementType::F32 => Box::new(bytes_to_f32(&self.bytes, shape)),
            _ => Box::new(bytes_to_f64(&self.bytes, shape)),
        };
        if let Some(decoded) = decoded.downcast_ref::<Vec<T>>() {
            values.copy_from_slice(decoded);
        }
    }
}

/// Defines functions for each type instead of generic ones. They are compiled with this crate, optimized, and not again
/// with every program.
macro_rules! conversions {
    ($($scalar:ty: $encode:ident, $decode:ident;)*) => {$(
        fn $encode(values: &[$scalar], shape: &[usize]) -> Vec<u8> {
            let mut bytes = Vec::with_capacity(size_of_val(values));
            for_each_row_major(shape, 0, 1, &mut |index| bytes.extend(values[index].to_le_bytes()));
            bytes
        }

        fn $decode(bytes: &[u8], shape: &[usize]) -> Vec<$scalar> {
            let (elements, _) = bytes.as_chunks();
            let mut values = vec![0.0; elements.len()];
            let mut elements = elements.iter();
            let mut next = || elements.next().map_or(<$scalar>::NAN, |&bytes| <$scalar>::from_le_bytes(bytes));
            for_each_row_major(shape, 0, 1, &mut |index| values[index] = next());
            values
        }
    )*};
}

conversions! {
    f32: f32_to_bytes, bytes_to_f32;
    f64: f64_to_bytes, bytes_to_f64;
}

/// Visits the indices of a column-major array in row-major order. `stride` is the distance between two values of the
/// first dimension.
fn for_each_row_major(shape: &[usize], start: usize, stride: usize, visit: &mut impl FnMut(usize)) {
    match *shape {
        [] => visit(start),
        [length] => (0..length).for_each(|index| visit(start + index * stride)),
        [length, ref inner @ ..] => {
            (0..length).for_each(|index| for_each_row_major(inner, start + index * stride, stride * length, visit));
        }
    }
}
