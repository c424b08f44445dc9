use crate::scalar::Scalar;
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// `l1 · Σ |w| + l2 · Σ w²`. Keras: `L1L2`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Regularizer {
    pub(super) l1: f64,
    pub(super) l2: f64,
}

impl Regularizer {
    // dw += l1 · sign(w) + 2 · l2 · w
    pub(super) fn penalty<T: Scalar>(self, parameters: &[T], gradient: Option<&mut [T]>) -> f64 {
        let Self { l1, l2 } = self;
        if l1 == 0.0 && l2 == 0.0 {
            return 0.0;
        }
        if let Some(gradient) = gradient {
            for (slope, &parameter) in gradient.iter_mut().zip(parameters) {
                let sign = if parameter == T::zero() { parameter } else { parameter.signum() };
                *slope += T::from_f64(l1) * sign + T::from_f64(2.0 * l2) * parameter;
            }
        }
        let sizes = parameters.iter().map(|&parameter| Scalar::to_f64(parameter).abs());
        sizes.map(|size| l1 * size + l2 * size * size).sum()
    }
}

/// The greatest norm of the weights of one output. Keras: `MaxNorm`.
#[derive(Clone, Copy, Debug)]
pub(super) struct MaxNorm(pub(super) f64);

impl MaxNorm {
    /// The weights lie input by input.
    pub(super) fn constrain<T: Scalar>(self, weights: &mut [T], outputs: usize) {
        for output in 0..outputs {
            let squares = weights.iter().skip(output).step_by(outputs).map(|&weight| Scalar::to_f64(weight).powi(2));
            let norm = squares.sum::<f64>().sqrt();
            // Keras: the small number is always there.
            let factor = T::from_f64(norm.min(self.0) / (1e-7 + norm));
            weights.iter_mut().skip(output).step_by(outputs).for_each(|weight| *weight *= factor);
        }
    }
}
