//! Between the order of a network's memory, column by column, and that of files, row by row.

use core::any::Any;

use super::{ElementType, Tensor};
use crate::scalar::Scalar;

impl Tensor {
    /// Numbers that lie column by column, the first index changing fastest.
    pub(crate) fn from_columns<T: Scalar>(numbers: &[T], shape: &[usize]) -> Self {
        let numbers = numbers.to_vec();
        let any: &dyn Any = &numbers;
        match any.downcast_ref::<Vec<f32>>() {
            Some(singles) => Self::little_endian(ElementType::F32, shape.to_vec(), bytes_of_singles(singles, shape)),
            None => {
                let bytes = any.downcast_ref::<Vec<f64>>().map(|doubles| bytes_of_doubles(doubles, shape));
                Self::little_endian(ElementType::F64, shape.to_vec(), bytes.unwrap_or_default())
            }
        }
    }

    /// Sets numbers that lie column by column. The tensor is of their type, row by row, and has as many.
    pub(crate) fn copy_to_columns<T: Scalar>(&self, numbers: &mut [T]) {
        let shape = &self.layout.dimensions;
        let read: Box<dyn Any> = match self.element_type() {
            ElementType::F32 => Box::new(singles_of_bytes(&self.bytes, shape)),
            _ => Box::new(doubles_of_bytes(&self.bytes, shape)),
        };
        if let Some(read) = read.downcast_ref::<Vec<T>>() {
            numbers.copy_from_slice(read);
        }
    }
}

/// Functions for each type, and none for both: they are compiled here, optimized, and not with every program.
macro_rules! both_ways {
    ($($number:ty: $write:ident, $read:ident;)*) => {$(
        fn $write(numbers: &[$number], shape: &[usize]) -> Vec<u8> {
            let mut bytes = Vec::with_capacity(size_of_val(numbers));
            visit(shape, 0, 1, &mut |place| bytes.extend(numbers[place].to_le_bytes()));
            bytes
        }

        fn $read(bytes: &[u8], shape: &[usize]) -> Vec<$number> {
            let (read, _) = bytes.as_chunks();
            let (mut numbers, mut read) = (vec![0.0; read.len()], read.iter());
            let mut next = || read.next().map_or(<$number>::NAN, |&bytes| <$number>::from_le_bytes(bytes));
            visit(shape, 0, 1, &mut |place| numbers[place] = next());
            numbers
        }
    )*};
}

both_ways! {
    f32: bytes_of_singles, singles_of_bytes;
    f64: bytes_of_doubles, doubles_of_bytes;
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
