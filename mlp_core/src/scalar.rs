//! The scalar types that a network can be made of.

use crate::kernels::math::Elementary;
use crate::kernels::{Dispatch, EvaluateLoss, Kernels, StreamKernels, Update};
use crate::real::Real;

/// The type of a network's parameters and values: `f32` or `f64`.
///
/// It is the only bound that a generic layer, loss or optimizer needs.
pub trait Scalar: Real + Kernels + StreamKernels + Dispatch + Update + EvaluateLoss + Elementary {
    /// Returns the scalar that is nearest to `value`.
    fn from_f64(value: f64) -> Self {
        Self::nearest(value)
    }
    /// Returns the same value as an `f64`.
    fn to_f64(self) -> f64 {
        self.widen()
    }
}

impl Scalar for f32 {}
impl Scalar for f64 {}
