//! The scalar types that a network can be made of.

use crate::kernels::math::Elementary;
use crate::kernels::{Dispatch, EvaluateLoss, Kernels, LayerKernels, StreamKernels, Update, WaveKernels};
use crate::real::Real;

/// The type of a network's parameters and values: `f32` or `f64`.
///
/// It is the only bound that a generic layer, loss or optimizer needs.
pub trait Scalar:
    Real + Kernels + LayerKernels + StreamKernels + WaveKernels + Dispatch + Update + EvaluateLoss + Elementary
{
    /// Half of the bytes of a scalar, for arrays with half as many scalars as a size.
    #[doc(hidden)]
    type Half: Copy + Send + Sync + 'static;

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
}
impl Scalar for f64 {
    type Half = u32;
}
