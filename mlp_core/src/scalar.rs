//! The number types that a network can be made of.

use core::fmt;

use crate::kernels::math::Elementary;
use crate::kernels::{Dispatch, EvaluateLoss, Kernels, Update};

/// `f32` or `f64`.
pub trait Scalar:
    num_traits::Float
    + num_traits::NumAssign
    + nalgebra::Scalar
    + core::iter::Sum
    + Default
    + fmt::Display
    + fmt::LowerExp
    + Send
    + Sync
    + Kernels
    + Dispatch
    + Update
    + EvaluateLoss
    + Elementary
{
    /// The nearest scalar to a double.
    fn from_f64(value: f64) -> Self;
    /// The same number as a double.
    fn to_f64(self) -> f64;
}

impl Scalar for f32 {
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Scalar for f64 {
    fn from_f64(value: f64) -> Self {
        value
    }
    fn to_f64(self) -> f64 {
        self
    }
}
