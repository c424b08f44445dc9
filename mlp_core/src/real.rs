//! The floating-point types that kernels compute in.

use core::fmt;

/// A floating-point type of the kernels: `f32` or `f64`.
///
/// Kernels are generic over this trait, so that [`Scalar`](crate::Scalar), the trait of networks, can build on them.
pub trait Real:
    num_traits::Float
    + num_traits::NumAssign
    + nalgebra::Scalar
    + core::iter::Sum
    + Default
    + fmt::Display
    + fmt::LowerExp
    + Send
    + Sync
{
    /// Returns the value of this type that is nearest to `value`.
    fn nearest(value: f64) -> Self;
    /// Returns the same value as an `f64`.
    fn widen(self) -> f64;
}

impl Real for f32 {
    #[inline]
    fn nearest(value: f64) -> Self {
        value as f32
    }
    #[inline]
    fn widen(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    #[inline]
    fn nearest(value: f64) -> Self {
        value
    }
    #[inline]
    fn widen(self) -> f64 {
        self
    }
}
