//! Operations fused into the stores of gemm and gemv.

use super::math::{gradient_product, one_minus_square};
use super::vector::Vector;
use crate::real::Real;

/// An operation on each output of a matrix product, applied in registers before the output is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// `y = z`
    Identity,
    /// `y = max(z, 0)`
    Relu,
}

/// Derivative of an activation as a function of its output `y`. The product that computes the gradient with respect to `y`
/// multiplies by it before it stores the gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputDerivative {
    /// `1`, also for activations whose derivative is not fused.
    One,
    /// `1` for `y > 0` and `0` elsewhere: `relu`.
    Relu,
    /// `1 − y²`: `tanh`.
    Tanh,
}

impl OutputDerivative {
    /// Returns the product of a gradient with respect to `y` and the derivative.
    #[inline(always)]
    pub(super) fn times<V: Vector<Scalar: Real>>(self, gradient: V, y: V) -> V {
        match self {
            Self::One => gradient,
            Self::Relu => gradient.where_positive(y),
            Self::Tanh => gradient_product(gradient, one_minus_square(y)),
        }
    }
}
