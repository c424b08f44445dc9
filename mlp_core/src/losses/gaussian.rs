//! A loss of a mean and a variance.

use num_traits::clamp_min;

use super::pointwise::number;
use super::{Comparison, Loss};
use crate::layers::Features;
use crate::scalar::Scalar;

/// `(ln v + (m − y)² / v) / 2`, the mean over the targets: the negative logarithm of how likely a target `y` is for a normal
/// distribution of mean `m` and variance `v`, without a constant.
///
/// For a network with two outputs of one size, `Model(x => (mean, variance))`; its variance is positive, as `softplus` and
/// `exponential` make it, and taken for at least 1e-6. PyTorch: `GaussianNLLLoss`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GaussianNegativeLogLikelihood;

#[diagnostic::do_not_recommend]
impl<T: Scalar, const N: usize> Loss<T, (Features<N>, Features<N>)> for GaussianNegativeLogLikelihood {
    type Targets = Features<N>;

    fn name(&self) -> &'static str {
        "gaussian_negative_log_likelihood"
    }
    fn evaluate(&self, comparison: Comparison<'_, T>) -> f64 {
        let Comparison { predictions, targets, weights, mut gradient, scale } = comparison;
        let (half, least) = (number::<T>(0.5), number::<T>(1e-6));
        let share = number::<T>(1.0 / N as f64);
        let mut sum = 0.0;
        for feature in 0..N {
            for (sample, &target) in targets.feature(feature).iter().enumerate() {
                let weight = weights.map_or(T::one(), |weights| weights[sample]) * share;
                let (mean, given) = (predictions.feature(feature)[sample], predictions.feature(N + feature)[sample]);
                let (error, variance) = (mean - target, clamp_min(given, least));
                sum += Scalar::to_f64((variance.ln() + error * error / variance) * half * weight);
                let Some(gradient) = &mut gradient else { continue };
                gradient.feature(feature)[sample] = error / variance * weight * scale;
                // As PyTorch has it, also where the variance is too small, so that it can grow again.
                let slope = (T::one() - error * error / variance) / variance * half;
                gradient.feature(N + feature)[sample] = slope * weight * scale;
            }
        }
        if let Some(gradient) = &mut gradient {
            (0..2 * N).for_each(|feature| gradient.clear_padding(feature));
        }
        sum
    }
}
