//! Losses with vectorized kernels: the formulas of the tables, for SIMD registers.
//!
//! The kernels are compiled in this crate, once for each scalar type.

use super::{MeanAbsoluteError, MeanSquaredError, SparseCategoricalCrossentropy};
use crate::kernels::math::Elementary;
use crate::kernels::{ElementwiseEvaluation, ElementwiseLoss, SparseCrossentropy, Vector, loss_kernel, splat};

impl ElementwiseLoss for MeanSquaredError {
    // e²
    #[inline(always)]
    fn value<V: Vector<Scalar: Elementary>>(prediction: V, target: V) -> V {
        let error = prediction.sub(target);
        error.mul(error)
    }
    // 2 e
    #[inline(always)]
    fn derivative<V: Vector<Scalar: Elementary>>(prediction: V, target: V) -> V {
        let error = prediction.sub(target);
        error.add(error)
    }
}

impl ElementwiseLoss for MeanAbsoluteError {
    // |e|
    #[inline(always)]
    fn value<V: Vector<Scalar: Elementary>>(prediction: V, target: V) -> V {
        let error = prediction.sub(target);
        error.max(target.sub(prediction))
    }
    // sign(e)
    #[inline(always)]
    fn derivative<V: Vector<Scalar: Elementary>>(prediction: V, target: V) -> V {
        let error = prediction.sub(target);
        let negative_or_zero = target.sub(prediction).select_positive(splat(-1.0), splat(0.0));
        error.select_positive(splat(1.0), negative_or_zero)
    }
}

loss_kernel!(MeanSquaredError, ElementwiseEvaluation::<_, MeanSquaredError>::new);
loss_kernel!(MeanAbsoluteError, ElementwiseEvaluation::<_, MeanAbsoluteError>::new);
loss_kernel!(SparseCategoricalCrossentropy, SparseCrossentropy::new);
