//! How near numbers are.

use super::accuracy::weight;
use super::{Mean, Metric};
use crate::layers::Features;
use crate::losses::{Compared, Comparison, CosineSimilarity, Loss, MeanSquaredError};
use crate::scalar::Scalar;

/// `√ mean (ŷ − y)²`. Keras: `RootMeanSquaredError`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RootMeanSquaredError;

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for RootMeanSquaredError
where
    MeanSquaredError: Loss<T, Features<N>, Targets = Features<N>>,
{
    type State = Mean;

    fn name(&self) -> &'static str {
        "root_mean_squared_error"
    }
    fn begin(&self) -> Mean {
        Mean::default()
    }
    fn add(&self, state: &mut Mean, compared: Compared<'_, T>) {
        let Compared { predictions, targets, weights } = compared;
        let comparison = Comparison { predictions, targets, weights, gradient: None, scale: T::one() };
        state.add(MeanSquaredError.evaluate(comparison), compared);
    }
    fn value(&self, state: &Mean) -> f64 {
        state.value().sqrt()
    }
}

/// The cosine itself, which the loss gives a minus.
impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for CosineSimilarity {
    type State = Mean;

    fn name(&self) -> &'static str {
        "cosine_similarity"
    }
    fn begin(&self) -> Mean {
        Mean::default()
    }
    fn add(&self, state: &mut Mean, compared: Compared<'_, T>) {
        let Compared { predictions, targets, weights } = compared;
        let comparison = Comparison { predictions, targets, weights, gradient: None, scale: T::one() };
        state.add(-Loss::<T, Features<N>>::evaluate(self, comparison), compared);
    }
    fn value(&self, state: &Mean) -> f64 {
        state.value()
    }
}

/// `1 − Σ (y − ŷ)² / Σ (y − mean(y))²`, the mean over the outputs: the share of the targets' variance that is explained. 0
/// for targets that are all the same, as in Keras. Keras: `R2Score`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct R2Score;

/// The sums that an [`R2Score`] is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    weight: f64,
    mean: f64,
    /// The weighted sum of squared distances from the mean, by Welford's way, which is exact for large means too.
    spread: f64,
    residual: f64,
}

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for R2Score {
    type State = [Sums; N];

    fn name(&self) -> &'static str {
        "r2_score"
    }
    fn begin(&self) -> [Sums; N] {
        [Sums::default(); N]
    }
    fn add(&self, state: &mut [Sums; N], compared: Compared<'_, T>) {
        for (feature, sums) in state.iter_mut().enumerate() {
            let pairs = compared.predictions.feature(feature).iter().zip(compared.targets.feature(feature));
            for (sample, (&prediction, &target)) in pairs.enumerate() {
                let (prediction, target) = (Scalar::to_f64(prediction), Scalar::to_f64(target));
                let weight = weight(compared, sample);
                if weight == 0.0 {
                    continue;
                }
                sums.weight += weight;
                let distance = target - sums.mean;
                sums.mean += distance * weight / sums.weight;
                sums.spread += weight * distance * (target - sums.mean);
                sums.residual += weight * (target - prediction).powi(2);
            }
        }
    }
    fn value(&self, state: &[Sums; N]) -> f64 {
        let score = |sums: &Sums| if sums.spread == 0.0 { 0.0 } else { 1.0 - sums.residual / sums.spread };
        state.iter().map(score).sum::<f64>() / N as f64
    }
}
