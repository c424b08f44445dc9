use crate::scalar::Scalar;
use num_traits::Float as _;

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
        let Self { l1, l2 } = self;
        if self.is_zero() {
            return 0.0;
        }
        let sizes = parameters.iter().map(|&parameter| Scalar::to_f64(parameter).abs());
        sizes.map(|size| l1 * size + l2 * size * size).sum()
    }

    /// Adds the gradient of the penalty.
    // dw += l1 · sign(w) + 2 · l2 · w
    pub(super) fn add_gradient<T: Scalar>(self, parameters: &[T], gradient: &mut [T]) {
        let Self { l1, l2 } = self;
        if self.is_zero() {
            return;
        }
        for (derivative, &parameter) in gradient.iter_mut().zip(parameters) {
            let sign = if parameter == T::zero() { parameter } else { parameter.signum() };
            *derivative += T::from_f64(l1) * sign + T::from_f64(2.0 * l2) * parameter;
        }
    }

    fn is_zero(self) -> bool {
        self.l1 == 0.0 && self.l2 == 0.0
    }
}

/// Maximum norm of the weights of one output. Keras: `MaxNorm`.
#[derive(Clone, Copy, Debug)]
pub(super) struct MaxNorm(pub(super) f64);

impl MaxNorm {
    /// Rescales the weights of each output whose norm is larger. Weights are stored input by input.
    pub(super) fn constrain<T: Scalar>(self, weights: &mut [T], outputs: usize) {
        for output in 0..outputs {
            let squares = weights.iter().skip(output).step_by(outputs).map(|&weight| Scalar::to_f64(weight).powi(2));
            let norm = squares.sum::<f64>().sqrt();
            // As in Keras, the small constant is always added.
            let factor = T::from_f64(norm.min(self.0) / (1e-7 + norm));
            weights.iter_mut().skip(output).step_by(outputs).for_each(|weight| *weight *= factor);
        }
    }
}
