//! What goes into a layer or comes out of it.

use nalgebra::SVector;
#[cfg(feature = "std")]
use nalgebra::{Const, Dyn, OMatrix};

use crate::scalar::Scalar;
use crate::tile::Room;
#[cfg(feature = "std")]
use crate::tile::Tile;

/// How many features a value has, as a type.
#[derive(Clone, Copy, Debug)]
pub enum Features<const N: usize> {}

/// What goes into a layer or comes out of it: [`Features`], or a tuple of shapes where there are several values.
///
/// The values of a tuple lie in one tile, one after the other: features first of the first, then of the second.
pub trait Shape: Room {
    /// How many numbers a sample has, in all its parts.
    const FEATURES: usize;
    /// One sample.
    type Sample<T: Scalar>;
    /// Many samples, a row each.
    #[cfg(feature = "std")]
    type Batch<T: Scalar>;

    /// A sample of zeros.
    fn sample<T: Scalar>() -> Self::Sample<T>;
    /// Calls `each` with the numbers of every part of a sample.
    fn parts<T: Scalar>(sample: &Self::Sample<T>, each: &mut impl FnMut(&[T]));
    /// Calls `each` with the numbers of every part of a sample.
    fn parts_mut<T: Scalar>(sample: &mut Self::Sample<T>, each: &mut impl FnMut(&mut [T]));
    /// A batch of zeros.
    #[cfg(feature = "std")]
    fn batch<T: Scalar>(samples: usize) -> Self::Batch<T>;
    /// Copies a tile into the rows of a batch from `first` on.
    #[cfg(feature = "std")]
    fn copy_rows<T: Scalar>(tile: Tile<'_, T>, batch: &mut Self::Batch<T>, first: usize);
    /// How many features each value has.
    #[cfg(feature = "onnx")]
    fn sizes() -> Vec<usize> {
        vec![Self::FEATURES]
    }
    /// As a summary prints it: `(None, 10)`.
    #[cfg(feature = "std")]
    fn text() -> String {
        format!("(None, {})", Self::FEATURES)
    }
    /// Which part a feature belongs to, where there are several, and which feature of that part it is.
    fn locate(feature: usize) -> (Option<usize>, usize) {
        (None, feature)
    }
}

impl<const N: usize> Shape for Features<N> {
    const FEATURES: usize = N;
    type Sample<T: Scalar> = SVector<T, N>;
    #[cfg(feature = "std")]
    type Batch<T: Scalar> = OMatrix<T, Dyn, Const<N>>;

    #[inline(always)]
    fn sample<T: Scalar>() -> SVector<T, N> {
        SVector::zeros()
    }
    #[inline(always)]
    fn parts<T: Scalar>(sample: &SVector<T, N>, each: &mut impl FnMut(&[T])) {
        each(sample.as_slice());
    }
    #[inline(always)]
    fn parts_mut<T: Scalar>(sample: &mut SVector<T, N>, each: &mut impl FnMut(&mut [T])) {
        each(sample.as_mut_slice());
    }
    #[cfg(feature = "std")]
    fn batch<T: Scalar>(samples: usize) -> Self::Batch<T> {
        OMatrix::<T, Dyn, Const<N>>::from_element(samples, T::zero())
    }
    #[cfg(feature = "std")]
    fn copy_rows<T: Scalar>(tile: Tile<'_, T>, batch: &mut Self::Batch<T>, first: usize) {
        for feature in 0..N {
            let rows = first..first + tile.samples();
            batch.column_mut(feature).as_mut_slice()[rows].copy_from_slice(tile.feature(feature));
        }
    }
}

/// One of the values of a shape, counted from 0. A single value is its own part 0.
#[diagnostic::on_unimplemented(message = "there is no value with index {INDEX} in `{Self}`", label = "gives `{Self}`")]
pub trait Part<const INDEX: usize>: Shape {
    /// Its shape.
    type Shape: Shape;
    /// How many features there are before it.
    const OFFSET: usize;
    /// That part of a sample.
    fn part<T: Scalar>(sample: &Self::Sample<T>) -> &<Self::Shape as Shape>::Sample<T>;
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Part<0> for Features<N> {
    type Shape = Self;
    const OFFSET: usize = 0;
    #[inline(always)]
    fn part<T: Scalar>(sample: &SVector<T, N>) -> &SVector<T, N> {
        sample
    }
}

/// A shape of so many values.
#[diagnostic::on_unimplemented(
    message = "this layer takes `{Self}`, not {COUNT} values",
    label = "is given {COUNT} values"
)]
pub trait Arity<const COUNT: usize>: Shape {
    /// This shape.
    type Whole: Shape;
    /// A sample of each.
    type Samples<T: Scalar>;
    /// All of them as one.
    fn together<T: Scalar>(samples: Self::Samples<T>) -> Self::Sample<T>;
}

/// A shape of several values.
pub trait Parts: Shape {
    /// The shape of the first.
    type First: Shape;
    /// As many of that shape.
    type Alike: Shape;
    /// How many there are.
    const COUNT: usize;
}

/// Several values as one, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Joined<I>(I);

impl<I: Shape> Shape for Joined<I> {
    const FEATURES: usize = I::FEATURES;
    type Sample<T: Scalar> = I::Sample<T>;
    #[cfg(feature = "std")]
    type Batch<T: Scalar> = OMatrix<T, Dyn, Dyn>;

    #[inline(always)]
    fn sample<T: Scalar>() -> Self::Sample<T> {
        I::sample()
    }
    #[inline(always)]
    fn parts<T: Scalar>(sample: &Self::Sample<T>, each: &mut impl FnMut(&[T])) {
        I::parts(sample, each);
    }
    #[inline(always)]
    fn parts_mut<T: Scalar>(sample: &mut Self::Sample<T>, each: &mut impl FnMut(&mut [T])) {
        I::parts_mut(sample, each);
    }
    #[cfg(feature = "std")]
    fn batch<T: Scalar>(samples: usize) -> Self::Batch<T> {
        OMatrix::<T, Dyn, Dyn>::from_element(samples, I::FEATURES, T::zero())
    }
    #[cfg(feature = "std")]
    fn copy_rows<T: Scalar>(tile: Tile<'_, T>, batch: &mut Self::Batch<T>, first: usize) {
        for feature in 0..I::FEATURES {
            let rows = first..first + tile.samples();
            batch.column_mut(feature).as_mut_slice()[rows].copy_from_slice(tile.feature(feature));
        }
    }
}

#[diagnostic::do_not_recommend]
impl<I: Shape> Part<0> for Joined<I> {
    type Shape = Self;
    const OFFSET: usize = 0;
    #[inline(always)]
    fn part<T: Scalar>(sample: &I::Sample<T>) -> &I::Sample<T> {
        sample
    }
}

/// The sum of the first sizes.
const fn offset(sizes: &[usize], count: usize) -> usize {
    let (mut sum, mut index) = (0, 0);
    while index < count {
        sum += sizes[index];
        index += 1;
    }
    sum
}

/// The second type, once for each first one.
macro_rules! instead {
    ($part:ident, $first:ident) => {
        $first
    };
}

macro_rules! part {
    (($($all:ident),*), $index:tt, $part:ident) => {
        #[diagnostic::do_not_recommend]
        impl<$($all: Shape),*> Part<$index> for ($($all,)*) {
            type Shape = $part;
            const OFFSET: usize = offset(&[$($all::FEATURES),*], $index);
            #[inline(always)]
            fn part<T: Scalar>(sample: &Self::Sample<T>) -> &$part::Sample<T> {
                &sample.$index
            }
        }
    };
}

macro_rules! tuples {
    ($($count:literal, $all:tt, $first:ident: $($part:ident $index:tt),*;)*) => {$(
        impl<$($part: Shape),*> Shape for ($($part,)*) {
            const FEATURES: usize = offset(&[$($part::FEATURES),*], $count);
            type Sample<T: Scalar> = ($($part::Sample<T>,)*);
            #[cfg(feature = "std")]
            type Batch<T: Scalar> = ($($part::Batch<T>,)*);

            #[inline(always)]
            fn sample<T: Scalar>() -> Self::Sample<T> {
                ($($part::sample(),)*)
            }
            #[inline(always)]
            fn parts<T: Scalar>(sample: &Self::Sample<T>, each: &mut impl FnMut(&[T])) {
                $($part::parts(&sample.$index, each);)*
            }
            #[inline(always)]
            fn parts_mut<T: Scalar>(sample: &mut Self::Sample<T>, each: &mut impl FnMut(&mut [T])) {
                $($part::parts_mut(&mut sample.$index, each);)*
            }
            #[cfg(feature = "std")]
            fn batch<T: Scalar>(samples: usize) -> Self::Batch<T> {
                ($($part::batch(samples),)*)
            }
            #[cfg(feature = "std")]
            fn copy_rows<T: Scalar>(tile: Tile<'_, T>, batch: &mut Self::Batch<T>, first: usize) {
                $($part::copy_rows(tile.part(<Self as Part<$index>>::OFFSET, $part::FEATURES), &mut batch.$index, first);)*
            }
            #[cfg(feature = "onnx")]
            fn sizes() -> Vec<usize> {
                [$($part::sizes()),*].concat()
            }
            #[cfg(feature = "std")]
            fn text() -> String {
                format!("[{}]", [$($part::text()),*].join(", "))
            }
            fn locate(feature: usize) -> (Option<usize>, usize) {
                let sizes = [$($part::FEATURES),*];
                let index = (1..$count).take_while(|&index| offset(&sizes, index) <= feature).count();
                (Some(index), feature - offset(&sizes, index))
            }
        }

        $(part!($all, $index, $part);)*

        #[diagnostic::do_not_recommend]
        impl<$($part: Shape),*> Arity<$count> for ($($part,)*) {
            type Whole = Self;
            type Samples<T: Scalar> = ($($part::Sample<T>,)*);
            #[inline(always)]
            fn together<T: Scalar>(samples: Self::Samples<T>) -> Self::Sample<T> {
                samples
            }
        }

        impl<$($part: Shape),*> Parts for ($($part,)*) {
            type First = $first;
            type Alike = ($(instead!($part, $first),)*);
            const COUNT: usize = $count;
        }
    )*};
}

tuples! {
    2, (A, B), A: A 0, B 1;
    3, (A, B, C), A: A 0, B 1, C 2;
    4, (A, B, C, D), A: A 0, B 1, C 2, D 3;
    5, (A, B, C, D, E), A: A 0, B 1, C 2, D 3, E 4;
    6, (A, B, C, D, E, F), A: A 0, B 1, C 2, D 3, E 4, F 5;
    7, (A, B, C, D, E, F, G), A: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8, (A, B, C, D, E, F, G, H), A: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
