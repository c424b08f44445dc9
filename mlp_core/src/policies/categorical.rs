//! One of several classes.

use nalgebra::SVector;

use super::Policy;
use crate::layers::Features;
use crate::random::Rng;
use crate::scalar::Scalar;

/// `π(a) = exp(zₐ) / Σ exp(zᵢ)`: one of `N` classes, from logits `z`.
///
/// Expects a network with one output of `N` features, without an activation. Probabilities are computed relative to the
/// largest logit, so that no logit is too large. A class whose logit is −∞ is never drawn: for single samples, that masks
/// forbidden actions. PyTorch: `Categorical(logits=…)`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Categorical<const N: usize>;

impl<const N: usize> Categorical<N> {
    /// Creates a policy.
    pub fn new() -> Self {
        const { assert!(N > 0, "a policy has at least one action") };
        Self
    }

    /// Returns the logarithms of the probabilities.
    // ln πᵢ = (zᵢ − m) − ln Σ exp(zⱼ − m),  m = max z
    fn log_probs<T: Scalar>(logits: &SVector<T, N>) -> SVector<T, N> {
        let relative = relative(logits);
        let log_sum = relative.iter().map(|z| z.exp()).sum::<T>().ln();
        relative.map(|z| z - log_sum)
    }
}

/// Returns the logits minus their maximum.
fn relative<T: Scalar, const N: usize>(logits: &SVector<T, N>) -> SVector<T, N> {
    let max = logits.iter().fold(T::neg_infinity(), |max, &logit| max.max(logit));
    logits.map(|logit| logit - max)
}

/// Returns `p ln p`, which is zero for a probability of zero.
fn probability_times_log<T: Scalar>(log_prob: T) -> T {
    let probability = log_prob.exp();
    if probability == T::zero() { T::zero() } else { probability * log_prob }
}

impl<const N: usize> Policy for Categorical<N> {
    type Outputs = Features<N>;
    type Action<T: Scalar> = usize;
    type Noise<T: Scalar> = f64;

    const NAME: &'static str = "Categorical";

    fn noise<T: Scalar>(&self, rng: &mut Rng) -> f64 {
        rng.uniform()
    }

    // The first class at which the sum of the probabilities exceeds a uniform random number.
    fn act<T: Scalar>(&self, logits: &SVector<T, N>, noise: &f64) -> (usize, T) {
        let weights = relative(logits).map(|z| Scalar::to_f64(z.exp()));
        let limit = noise * weights.iter().sum::<f64>();
        let mut sum = 0.0;
        let exceeds = |weight: &f64| {
            sum += weight;
            sum > limit
        };
        let action = weights.iter().position(exceeds).unwrap_or(N.saturating_sub(1));
        (action, self.log_prob(logits, &action))
    }

    /// Returns the class with the largest logit, the first of several.
    fn mode<T: Scalar>(&self, logits: &SVector<T, N>) -> usize {
        let larger = |mode: (usize, T), (class, &logit)| if logit > mode.1 { (class, logit) } else { mode };
        logits.iter().enumerate().fold((0, T::neg_infinity()), larger).0
    }

    /// Returns `ln π(a)`, and −∞ for an action that is not a class.
    fn log_prob<T: Scalar>(&self, logits: &SVector<T, N>, action: &usize) -> T {
        Self::log_probs(logits).get(*action).copied().unwrap_or(T::neg_infinity())
    }

    // H = −Σ πᵢ ln πᵢ
    fn entropy<T: Scalar>(&self, logits: &SVector<T, N>) -> T {
        -Self::log_probs(logits).iter().map(|&log_prob| probability_times_log(log_prob)).sum::<T>()
    }

    // ∂ ln πₐ/∂zᵢ = [i = a] − πᵢ,  ∂H/∂zᵢ = −πᵢ (ln πᵢ + H)
    fn gradient<T: Scalar>(
        &self,
        logits: &SVector<T, N>,
        action: &usize,
        log_prob_gradient: T,
        entropy_gradient: T,
    ) -> SVector<T, N> {
        let entropy = self.entropy(logits);
        let mut gradient = Self::log_probs(logits).map(|log_prob| {
            let probability = log_prob.exp();
            let by_entropy = -probability_times_log(log_prob) - probability * entropy;
            entropy_gradient * by_entropy - log_prob_gradient * probability
        });
        if let Some(derivative) = gradient.get_mut(*action) {
            *derivative += log_prob_gradient;
        }
        gradient
    }

    fn invalid<T: Scalar>(&self, action: &usize) -> Option<(usize, f64)> {
        (*action >= N).then_some((0, *action as f64))
    }
}
