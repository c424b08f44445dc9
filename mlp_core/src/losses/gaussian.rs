//! A loss of a mean and a variance.

use num_traits::clamp_min;

use super::pointwise::number;
use super::{Loss, LossInput};
use crate::layers::Features;
use crate::options;
use crate::scalar::Scalar;

options! {
    /// `(ln v + (m − y)² / v) / 2`, the mean over the targets: the negative log-likelihood of a target `y` under a normal
    /// distribution with mean `m` and variance `v`, without the constant.
    ///
    /// Expects a network with two outputs of one size, `Model(x => (mean, variance))`. The variance must be positive, for
    /// example by `softplus` or `exponential`; values below 1e-6 count as 1e-6. PyTorch: `GaussianNLLLoss`.
    GaussianNegativeLogLikelihood;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, const N: usize> Loss<T, (Features<N>, Features<N>)> for GaussianNegativeLogLikelihood {
    type Targets = Features<N>;

    fn name(&self) -> &'static str {
        "gaussian_negative_log_likelihood"
    }
    // e = m − y
    // L = (ln v + e² / v) / 2
    // ∂L/∂m = e / v
    // ∂L/∂v = (1 − e² / v) / v / 2
    fn evaluate(&self, input: LossInput<'_, T>) -> f64 {
        let LossInput { pairs, mut gradient, scale } = input;
        let half = number::<T>(0.5);
        let min_variance = number::<T>(1e-6);
        let share = number::<T>(1.0 / N as f64);
        let mut sum = 0.0;
        for feature in 0..N {
            for (sample, &target) in pairs.targets.feature(feature).iter().enumerate() {
                let weight = pairs.weight(sample) * share;
                let error = pairs.predictions.feature(feature)[sample] - target;
                let variance = clamp_min(pairs.predictions.feature(N + feature)[sample], min_variance);
                sum += Scalar::to_f64((variance.ln() + error * error / variance) * half * weight);
                let Some(gradient) = &mut gradient else { continue };
                gradient.feature(feature)[sample] = error / variance * weight * scale;
                // As in PyTorch, clamping does not stop the gradient, so that a variance too small can grow again.
                let derivative = (T::one() - error * error / variance) / variance * half;
                gradient.feature(N + feature)[sample] = derivative * weight * scale;
            }
        }
        if let Some(gradient) = &mut gradient {
            (0..2 * N).for_each(|feature| gradient.clear_padding(feature));
        }
        sum
    }
}
