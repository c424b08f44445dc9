//! Batches: many samples of a shape in one matrix.

use mlp_core::layers::{Concatenated, Features, Part, Shape};
use mlp_core::{Scalar, Tile};
use nalgebra::{Const, Dyn, OMatrix, SVector};

/// Shape with a matrix type for many samples.
pub trait BatchShape: Shape {
    /// Matrix with a row for each sample, or a tuple of such matrices.
    type Batch<T: Scalar>: Send;

    /// Creates a batch of zeros.
    fn batch<T: Scalar>(samples: usize) -> Self::Batch<T>;

    /// Copies a tile into the rows of a batch from `first` on.
    fn copy_rows<T: Scalar>(tile: Tile<'_, T>, batch: &mut Self::Batch<T>, first: usize);

    /// Sets a row of a batch.
    fn set_row<T: Scalar>(sample: &Self::Sample<T>, batch: &mut Self::Batch<T>, row: usize);

    /// Calls `each` with the values of every matrix, column by column.
    fn slices<'a, T: Scalar>(batch: &'a Self::Batch<T>, each: &mut dyn FnMut(&'a [T]));

    /// Calls `each` with the values of every matrix, column by column, for writing.
    fn slices_mut<T: Scalar>(batch: &mut Self::Batch<T>, each: &mut dyn FnMut(&mut [T]));
}

impl<const N: usize> BatchShape for Features<N> {
    type Batch<T: Scalar> = OMatrix<T, Dyn, Const<N>>;

    fn batch<T: Scalar>(samples: usize) -> Self::Batch<T> {
        OMatrix::<T, Dyn, Const<N>>::from_element(samples, T::zero())
    }

    fn copy_rows<T: Scalar>(tile: Tile<'_, T>, batch: &mut Self::Batch<T>, first: usize) {
        for feature in 0..N {
            let rows = first..first + tile.samples();
            batch.column_mut(feature).as_mut_slice()[rows].copy_from_slice(tile.feature(feature));
        }
    }

    fn set_row<T: Scalar>(sample: &SVector<T, N>, batch: &mut Self::Batch<T>, row: usize) {
        sample.iter().enumerate().for_each(|(feature, &value)| batch[(row, feature)] = value);
    }

    fn slices<'a, T: Scalar>(batch: &'a Self::Batch<T>, each: &mut dyn FnMut(&'a [T])) {
        each(batch.as_slice());
    }

    fn slices_mut<T: Scalar>(batch: &mut Self::Batch<T>, each: &mut dyn FnMut(&mut [T])) {
        each(batch.as_mut_slice());
    }
}

impl<I: Shape> BatchShape for Concatenated<I> {
    type Batch<T: Scalar> = OMatrix<T, Dyn, Dyn>;

    fn batch<T: Scalar>(samples: usize) -> Self::Batch<T> {
        OMatrix::<T, Dyn, Dyn>::from_element(samples, I::FEATURES, T::zero())
    }

    fn copy_rows<T: Scalar>(tile: Tile<'_, T>, batch: &mut Self::Batch<T>, first: usize) {
        for feature in 0..I::FEATURES {
            let rows = first..first + tile.samples();
            batch.column_mut(feature).as_mut_slice()[rows].copy_from_slice(tile.feature(feature));
        }
    }

    fn set_row<T: Scalar>(sample: &Self::Sample<T>, batch: &mut Self::Batch<T>, row: usize) {
        let mut feature = 0;
        I::parts(sample, &mut |part: &[T]| {
            for &value in part {
                batch[(row, feature)] = value;
                feature += 1;
            }
        });
    }

    fn slices<'a, T: Scalar>(batch: &'a Self::Batch<T>, each: &mut dyn FnMut(&'a [T])) {
        each(batch.as_slice());
    }

    fn slices_mut<T: Scalar>(batch: &mut Self::Batch<T>, each: &mut dyn FnMut(&mut [T])) {
        each(batch.as_mut_slice());
    }
}

macro_rules! tuples {
    ($($($part:ident $index:tt),*;)*) => {$(
        impl<$($part: BatchShape),*> BatchShape for ($($part,)*) {
            type Batch<T: Scalar> = ($($part::Batch<T>,)*);

            fn batch<T: Scalar>(samples: usize) -> Self::Batch<T> {
                ($($part::batch(samples),)*)
            }

            fn copy_rows<T: Scalar>(tile: Tile<'_, T>, batch: &mut Self::Batch<T>, first: usize) {
                $($part::copy_rows(tile.part(<Self as Part<$index>>::OFFSET, $part::FEATURES), &mut batch.$index, first);)*
            }

            fn set_row<T: Scalar>(sample: &Self::Sample<T>, batch: &mut Self::Batch<T>, row: usize) {
                $($part::set_row(&sample.$index, &mut batch.$index, row);)*
            }

            fn slices<'a, T: Scalar>(batch: &'a Self::Batch<T>, each: &mut dyn FnMut(&'a [T])) {
                $($part::slices(&batch.$index, each);)*
            }

            fn slices_mut<T: Scalar>(batch: &mut Self::Batch<T>, each: &mut dyn FnMut(&mut [T])) {
                $($part::slices_mut(&mut batch.$index, each);)*
            }
        }
    )*};
}

tuples! {
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
