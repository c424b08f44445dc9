use crate::scalar::Scalar;

/// Penalty `l1 · Σ |w| + l2 · Σ w²`. Keras: `L1L2`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Regularizer {
    /// Factor of the sum of absolute values.
    pub l1: f64,
    /// Factor of the sum of squares.
    pub l2: f64,
}

impl Regularizer {
    /// Returns the penalty.
    pub(super) fn penalty<T: Scalar>(self, parameters: &[T]) -> f64 {
        if self.is_zero() { 0.0 } else { T::penalty(parameters, self.l1, self.l2) }
    }

    /// Adds the gradient of the penalty.
    pub(super) fn add_gradient<T: Scalar>(self, parameters: &[T], gradient: &mut [T]) {
        if !self.is_zero() {
            T::add_penalty_gradient(parameters, self.l1, self.l2, gradient);
        }
    }

    #[inline]
    pub(super) fn is_zero(self) -> bool {
        self.l1 == 0.0 && self.l2 == 0.0
    }
}

/// Maximum norm of the weights of one output. Keras: `MaxNorm`.
#[derive(Clone, Copy, Debug)]
pub(super) struct MaxNorm(pub(super) f64);

impl MaxNorm {
    /// Rescales the weights of each output whose norm is larger. Weights are stored input by input.
    pub(super) fn constrain<T: Scalar>(self, weights: &mut [T], outputs: usize) {
        T::limit_norms(weights, outputs, self.0);
    }
}
