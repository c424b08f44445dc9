//! Input and output shapes.

use nalgebra::SVector;

use super::sample::IntoSample;
use crate::parameters::Parameters;
use crate::scalar::Scalar;
use crate::tile::{CacheLine, StaticSize};

/// Shape of a value with `N` features.
#[derive(Clone, Copy, Debug)]
pub enum Features<const N: usize> {}

// SAFETY: an array of lines, each a register of scalars.
unsafe impl<const N: usize> StaticSize for Features<N> {
    type Lines<T: Copy + 'static> = [CacheLine<T>; N];
}

// SAFETY: the memory of another shape.
unsafe impl<I: Shape> StaticSize for Concatenated<I> {
    type Lines<T: Copy + 'static> = <I as StaticSize>::Lines<T>;
}

/// Shape of a layer's input or output: [`Features`], or a tuple of shapes for several values.
///
/// The values of a tuple lie in one tile: first all features of the first value, then those of the second.
pub trait Shape: StaticSize {
    /// Number of features of all parts.
    const FEATURES: usize;
    /// Single sample.
    type Sample<T: Scalar>: IntoSample<T, Self, Self::Array<T>>;
    /// Single sample as an array, or a tuple of arrays.
    type Array<T: Scalar>;

    /// Returns a sample of zeros.
    fn sample<T: Scalar>() -> Self::Sample<T>;
    /// Calls `each` with the elements of every part of a sample.
    fn parts<T: Scalar>(sample: &Self::Sample<T>, each: &mut impl FnMut(&[T]));
    /// Calls `each` with the elements of every part of a sample.
    fn parts_mut<T: Scalar>(sample: &mut Self::Sample<T>, each: &mut impl FnMut(&mut [T]));
    /// Returns the elements of the first part of a sample. Unlike a closure, it is not a call in a debug build.
    #[doc(hidden)]
    fn first_part<T: Scalar>(sample: &Self::Sample<T>) -> &[T];
    /// Returns the elements of the first part of a sample.
    #[doc(hidden)]
    fn first_part_mut<T: Scalar>(sample: &mut Self::Sample<T>) -> &mut [T];
    /// Calls `each` with the number of features of each part.
    fn sizes(each: &mut dyn FnMut(usize)) {
        each(Self::FEATURES);
    }
    /// Returns the part that a feature belongs to, if there are several, and its index within that part.
    fn locate(feature: usize) -> (Option<usize>, usize) {
        (None, feature)
    }
}

impl<const N: usize> Shape for Features<N> {
    const FEATURES: usize = N;
    type Sample<T: Scalar> = SVector<T, N>;
    type Array<T: Scalar> = [T; N];

    #[inline(always)]
    fn sample<T: Scalar>() -> SVector<T, N> {
        // Not `zeros`, which is a loop of many calls in a debug build.
        SVector::ZEROS
    }
    #[inline(always)]
    fn parts<T: Scalar>(sample: &SVector<T, N>, each: &mut impl FnMut(&[T])) {
        each(&sample.data.0[0]);
    }
    #[inline(always)]
    fn parts_mut<T: Scalar>(sample: &mut SVector<T, N>, each: &mut impl FnMut(&mut [T])) {
        each(&mut sample.data.0[0]);
    }
    #[inline(always)]
    fn first_part<T: Scalar>(sample: &SVector<T, N>) -> &[T] {
        &sample.data.0[0]
    }
    #[inline(always)]
    fn first_part_mut<T: Scalar>(sample: &mut SVector<T, N>) -> &mut [T] {
        &mut sample.data.0[0]
    }
}

/// Value `INDEX` of a shape, 0-based. A single value is its own part 0.
#[diagnostic::on_unimplemented(
    message = "there is no value with index {INDEX} in `{Self}`",
    label = "produces `{Self}`"
)]
pub trait Part<const INDEX: usize>: Shape {
    /// Shape of the part.
    type Shape: Shape;
    /// Number of features before the part.
    const OFFSET: usize;
    /// Returns that part of a sample.
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

/// Shape of `COUNT` values.
#[diagnostic::on_unimplemented(
    message = "expected an input of shape `{Self}`, found {COUNT} values",
    label = "called on {COUNT} values"
)]
pub trait TupleOf<const COUNT: usize>: Shape {
    /// The shape itself.
    type Whole: Shape;
    /// One sample of each value.
    type Samples<T: Scalar>;
    /// Combines the samples into one.
    fn from_parts<T: Scalar>(samples: Self::Samples<T>) -> Self::Sample<T>;
}

/// Shape of several values.
pub trait ShapeTuple: Shape {
    /// Shape of the first value.
    type First: Shape;
    /// Tuple of as many values, all of the shape of the first.
    type Alike: Shape;
    /// Number of values.
    const COUNT: usize;
}

/// Shape of two values.
pub trait Pair: ShapeTuple {}

impl<A: Shape, B: Shape> Pair for (A, B) {}

/// Shape of several values concatenated into one.
#[derive(Clone, Copy, Debug)]
pub struct Concatenated<I>(I);

impl<I: Shape> Shape for Concatenated<I> {
    const FEATURES: usize = I::FEATURES;
    type Sample<T: Scalar> = I::Sample<T>;
    type Array<T: Scalar> = I::Array<T>;

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
    #[inline(always)]
    fn first_part<T: Scalar>(sample: &Self::Sample<T>) -> &[T] {
        I::first_part(sample)
    }
    #[inline(always)]
    fn first_part_mut<T: Scalar>(sample: &mut Self::Sample<T>) -> &mut [T] {
        I::first_part_mut(sample)
    }
}

#[diagnostic::do_not_recommend]
impl<I: Shape> Part<0> for Concatenated<I> {
    type Shape = Self;
    const OFFSET: usize = 0;
    #[inline(always)]
    fn part<T: Scalar>(sample: &I::Sample<T>) -> &I::Sample<T> {
        sample
    }
}

/// Returns the sum of the first `count` sizes.
const fn offset(sizes: &[usize], count: usize) -> usize {
    let (mut sum, mut index) = (0, 0);
    while index < count {
        sum += sizes[index];
        index += 1;
    }
    sum
}

/// Repeats the second type once for each first one.
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
            type Array<T: Scalar> = ($($part::Array<T>,)*);

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
            #[inline(always)]
            fn first_part<T: Scalar>(sample: &Self::Sample<T>) -> &[T] {
                $first::first_part(&sample.0)
            }
            #[inline(always)]
            fn first_part_mut<T: Scalar>(sample: &mut Self::Sample<T>) -> &mut [T] {
                $first::first_part_mut(&mut sample.0)
            }
            fn sizes(each: &mut dyn FnMut(usize)) {
                $($part::sizes(each);)*
            }
            fn locate(feature: usize) -> (Option<usize>, usize) {
                let sizes = [$($part::FEATURES),*];
                let index = (1..$count).take_while(|&index| offset(&sizes, index) <= feature).count();
                (Some(index), feature - offset(&sizes, index))
            }
        }

        $(part!($all, $index, $part);)*

        #[diagnostic::do_not_recommend]
        impl<$($part: Shape),*> TupleOf<$count> for ($($part,)*) {
            type Whole = Self;
            type Samples<T: Scalar> = ($($part::Sample<T>,)*);
            #[inline(always)]
            fn from_parts<T: Scalar>(samples: Self::Samples<T>) -> Self::Sample<T> {
                samples
            }
        }

        impl<$($part: Shape),*> ShapeTuple for ($($part,)*) {
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
