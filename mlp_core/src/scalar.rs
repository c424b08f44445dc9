//! The scalar types that a network can be made of.

use crate::kernels::math::Elementary;
use crate::kernels::{
    Dispatch, EvaluateLoss, Kernels, LayerKernels, SampleKernels, StreamKernels, Update, WaveKernels,
};
use crate::real::Real;

/// The type of a network's parameters and values: `f32` or `f64`.
///
/// It is the only bound that a generic layer, loss or optimizer needs.
pub trait Scalar:
    Real
    + Kernels
    + LayerKernels
    + SampleKernels
    + StreamKernels
    + WaveKernels
    + Dispatch
    + Update
    + EvaluateLoss
    + Elementary
{
    /// Half of the bytes of a scalar, for arrays with half as many scalars as a size.
    #[doc(hidden)]
    type Half: Copy + Send + Sync + 'static;

    /// Returns the value of this scalar.
    #[doc(hidden)]
    fn select<V: EachScalar>() -> V::Value<Self>;

    /// Returns the scalar that is nearest to `value`.
    fn from_f64(value: f64) -> Self {
        Self::nearest(value)
    }
    /// Returns the same value as an `f64`.
    fn to_f64(self) -> f64 {
        self.widen()
    }
}

impl Scalar for f32 {
    type Half = u16;

    fn select<V: EachScalar>() -> V::Value<Self> {
        V::f32()
    }
}

impl Scalar for f64 {
    type Half = u32;

    fn select<V: EachScalar>() -> V::Value<Self> {
        V::f64()
    }
}

/// A value for each scalar.
#[doc(hidden)]
pub trait EachScalar {
    /// Type of the value.
    type Value<T: Scalar>;

    /// Returns the value of `f32`.
    fn f32() -> Self::Value<f32>;

    /// Returns the value of `f64`.
    fn f64() -> Self::Value<f64>;
}

/// Defines an [`EachScalar`] whose values are a generic function for `f32` and for `f64`.
///
/// A program that calls it through [`Scalar::select`] does not compile the function for the scalar of a generic network: both are
/// compiled in the crate that uses the macro.
#[doc(hidden)]
#[macro_export]
macro_rules! each_scalar {
    ($(#[$doc:meta])* $name:ident<$scalar:ident>: $value:ty = $function:expr) => {
        $(#[$doc])*
        enum $name {}

        impl $crate::EachScalar for $name {
            type Value<$scalar: $crate::Scalar> = $value;

            #[inline(never)]
            fn f32() -> Self::Value<f32> {
                $function
            }

            #[inline(never)]
            fn f64() -> Self::Value<f64> {
                $function
            }
        }
    };
}

/// Compile-time check: elements of type `Given` are data of a network of this scalar.
///
/// Elements of the same scalar are unchanged. Integers and `bool` are converted: class indices, labels, bytes of an image.
/// A large integer is rounded to the nearest scalar.
#[diagnostic::on_unimplemented(
    message = "the network uses `{Self}`, but the data is `{Given}`",
    label = "`{Given}`, not `{Self}`",
    note = "`data.map(|value| value as {Self})` converts a matrix; a network of the other scalar is `sequential![f64; …]`",
    note = "integers and `bool` are converted"
)]
pub trait FromElement<Given>: Scalar {
    /// Returns the element as a scalar.
    fn from_element(element: Given) -> Self;

    /// Returns whether all elements are finite: always, unless they are floats.
    #[doc(hidden)]
    fn are_finite(elements: &[Given]) -> bool {
        let _ = elements;
        true
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> FromElement<T> for T {
    #[inline(always)]
    fn from_element(element: T) -> T {
        element
    }

    fn are_finite(elements: &[T]) -> bool {
        T::all_finite(elements)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar> FromElement<$integer> for T {
            #[inline(always)]
            fn from_element(element: $integer) -> T {
                T::from_f64(element as f64)
            }
        }
    )*};
}

from_integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

#[diagnostic::do_not_recommend]
impl<T: Scalar> FromElement<bool> for T {
    #[inline(always)]
    fn from_element(element: bool) -> T {
        if element { T::one() } else { T::zero() }
    }
}
