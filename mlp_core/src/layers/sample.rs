//! Values that single-sample inference accepts.

use nalgebra::SVector;

use super::{Concatenated, Features, Shape};
use crate::scalar::Scalar;

/// Value that is a sample of a shape: an array, an `SVector`, or a tuple of these for several inputs. References too.
///
/// `Array` is the sample as arrays, for the compiler's message.
#[diagnostic::on_unimplemented(
    message = "expected a sample `{Array}`, found `{Self}`",
    label = "a sample is `{Array}`",
    note = "a sample has one value for each feature; several inputs are a tuple of samples"
)]
pub trait IntoSample<T: Scalar, S: Shape + ?Sized, Array> {
    /// Converts the value into a sample.
    fn into_sample(self) -> S::Sample<T>;
}

impl<T: Scalar, const N: usize> IntoSample<T, Features<N>, [T; N]> for [T; N] {
    #[inline(always)]
    fn into_sample(self) -> SVector<T, N> {
        self.into()
    }
}

impl<T: Scalar, const N: usize> IntoSample<T, Features<N>, [T; N]> for &[T; N] {
    #[inline(always)]
    fn into_sample(self) -> SVector<T, N> {
        (*self).into()
    }
}

impl<T: Scalar, const N: usize> IntoSample<T, Features<N>, [T; N]> for SVector<T, N> {
    #[inline(always)]
    fn into_sample(self) -> Self {
        self
    }
}

impl<T: Scalar, const N: usize> IntoSample<T, Features<N>, [T; N]> for &SVector<T, N> {
    #[inline(always)]
    fn into_sample(self) -> SVector<T, N> {
        *self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, I: Shape, X: IntoSample<T, I, I::Array<T>>> IntoSample<T, Concatenated<I>, I::Array<T>> for X {
    #[inline(always)]
    fn into_sample(self) -> I::Sample<T> {
        self.into_sample()
    }
}

macro_rules! tuples {
    ($($($sample:ident $shape:ident $index:tt),*;)*) => {$(
        impl<T: Scalar, $($sample, $shape: Shape),*>
            IntoSample<T, ($($shape,)*), ($($shape::Array<T>,)*)> for ($($sample,)*)
        where
            $($sample: IntoSample<T, $shape, $shape::Array<T>>),*
        {
            #[inline(always)]
            fn into_sample(self) -> ($($shape::Sample<T>,)*) {
                ($(self.$index.into_sample(),)*)
            }
        }
    )*};
}

tuples! {
    A SA 0, B SB 1;
    A SA 0, B SB 1, C SC 2;
    A SA 0, B SB 1, C SC 2, D SD 3;
    A SA 0, B SB 1, C SC 2, D SD 3, E SE 4;
    A SA 0, B SB 1, C SC 2, D SD 3, E SE 4, F SF 5;
    A SA 0, B SB 1, C SC 2, D SD 3, E SE 4, F SF 5, G SG 6;
    A SA 0, B SB 1, C SC 2, D SD 3, E SE 4, F SF 5, G SG 6, H SH 7;
}
