//! Gaussian with independent components.

use nalgebra::SVector;

use super::{Policy, PolicyOutputs, ReparameterizedPolicy, first_outside};
use crate::layers::Features;
use crate::random::Rng;
use crate::scalar::Scalar;

/// `ln √(2π)`
const LN_SQRT_2_PI: f64 = 0.918_938_533_204_672_8;

/// `a = μ + σ ε` with `σ = exp(log_std)` and independent standard normal `ε`: a Gaussian with a diagonal covariance.
///
/// Expects a network with two outputs of `N` features, `Model(state => (mean, log_std))`. PyTorch:
/// `Independent(Normal(mean, log_std.exp()), 1)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian<const N: usize> {
    pub(super) min_log_std: f64,
    pub(super) max_log_std: f64,
}

impl<const N: usize> Default for Gaussian<N> {
    fn default() -> Self {
        Self { min_log_std: f64::NEG_INFINITY, max_log_std: f64::INFINITY }
    }
}

impl<const N: usize> Gaussian<N> {
    /// Creates a policy without limits of `log_std`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Clamps `log_std` to a range. Outside of it, the derivative with respect to `log_std` is zero.
    #[must_use]
    pub fn log_std_range(self, min: f64, max: f64) -> Self {
        Self { min_log_std: min, max_log_std: max }
    }

    /// Returns the distribution of one component.
    pub(super) fn component<T: Scalar>(&self, (mean, log_std): &Outputs<N, T>, index: usize) -> Component<T> {
        let (min, max) = (T::from_f64(self.min_log_std), T::from_f64(self.max_log_std));
        let (mean, requested) = (mean[index], log_std[index]);
        // Not `max` and `min`, which would hide a NaN.
        let log_std = if requested < min {
            min
        } else if requested > max {
            max
        } else {
            requested
        };
        let log_std_derivative = if requested < min || requested > max { T::zero() } else { T::one() };
        Component { mean, log_std, std: log_std.exp(), log_std_derivative }
    }

    /// Returns the gradient of a sum over the components, from the derivatives of each by its mean and by its clamped
    /// `log_std`.
    pub(super) fn sum_gradient<T: Scalar>(
        &self,
        outputs: &Outputs<N, T>,
        derivatives: impl Fn(usize, Component<T>) -> (T, T),
    ) -> Outputs<N, T> {
        let mut gradient = (SVector::zeros(), SVector::zeros());
        for index in 0..N {
            let component = self.component(outputs, index);
            let (by_mean, by_log_std) = derivatives(index, component);
            gradient.0[index] = by_mean;
            gradient.1[index] = by_log_std * component.log_std_derivative;
        }
        gradient
    }
}

/// Mean and `log_std`.
pub(super) type Outputs<const N: usize, T> = (SVector<T, N>, SVector<T, N>);

/// One component of a Gaussian.
#[derive(Clone, Copy)]
pub(super) struct Component<T> {
    pub(super) mean: T,
    /// Clamped.
    pub(super) log_std: T,
    pub(super) std: T,
    /// Derivative of the clamped `log_std`: 0 or 1.
    log_std_derivative: T,
}

impl<T: Scalar> Component<T> {
    /// Returns `ε`, the distance from the mean in standard deviations.
    pub(super) fn noise(&self, value: T) -> T {
        (value - self.mean) / self.std
    }

    /// Returns the logarithm of the density at a distance of `noise` standard deviations from the mean.
    // ln p = −ε²/2 − ln σ − ln √(2π)
    pub(super) fn log_density(&self, noise: T) -> T {
        -T::from_f64(0.5) * noise * noise - self.log_std - T::from_f64(LN_SQRT_2_PI)
    }

    /// Returns the derivatives of the logarithm of the density by mean and `log_std`, for a constant value.
    // ∂/∂μ = ε / σ,  ∂/∂ ln σ = ε² − 1
    pub(super) fn log_density_derivatives(&self, noise: T) -> (T, T) {
        (noise / self.std, noise * noise - T::one())
    }

    // H = ln σ + 1/2 + ln √(2π)
    pub(super) fn entropy(&self) -> T {
        self.log_std + T::from_f64(0.5 + LN_SQRT_2_PI)
    }
}

impl<const N: usize> Policy for Gaussian<N> {
    type Outputs = (Features<N>, Features<N>);
    type Action<T: Scalar> = [T; N];
    type Noise<T: Scalar> = [T; N];

    const NAME: &'static str = "Gaussian";

    fn noise<T: Scalar>(&self, rng: &mut Rng) -> [T; N] {
        core::array::from_fn(|_| T::from_f64(rng.normal()))
    }

    fn act<T: Scalar>(&self, outputs: &Outputs<N, T>, noise: &[T; N]) -> ([T; N], T) {
        let mut log_prob = T::zero();
        let action = core::array::from_fn(|index| {
            let component = self.component(outputs, index);
            log_prob += component.log_density(noise[index]);
            component.mean + component.std * noise[index]
        });
        (action, log_prob)
    }

    fn mode<T: Scalar>(&self, outputs: &Outputs<N, T>) -> [T; N] {
        outputs.0.into()
    }

    fn log_prob<T: Scalar>(&self, outputs: &Outputs<N, T>, action: &[T; N]) -> T {
        let density = |index| {
            let component = self.component(outputs, index);
            component.log_density(component.noise(action[index]))
        };
        (0..N).map(density).sum()
    }

    fn entropy<T: Scalar>(&self, outputs: &Outputs<N, T>) -> T {
        (0..N).map(|index| self.component(outputs, index).entropy()).sum()
    }

    // ∂H/∂ ln σ = 1
    fn gradient<T: Scalar>(
        &self,
        outputs: &Outputs<N, T>,
        action: &[T; N],
        log_prob_gradient: T,
        entropy_gradient: T,
    ) -> Outputs<N, T> {
        self.sum_gradient(outputs, |index, component| {
            let (by_mean, by_log_std) = component.log_density_derivatives(component.noise(action[index]));
            (log_prob_gradient * by_mean, log_prob_gradient * by_log_std + entropy_gradient)
        })
    }

    fn invalid<T: Scalar>(&self, action: &[T; N]) -> Option<(usize, f64)> {
        first_outside(action, f64::MIN, f64::MAX)
    }
}

impl<const N: usize> ReparameterizedPolicy for Gaussian<N> {
    type ActionShape = Features<N>;

    // ∂a/∂μ = 1,  ∂a/∂ ln σ = σ ε,  ∂ ln p/∂μ = 0,  ∂ ln p/∂ ln σ = −1
    fn sample_gradient<T: Scalar>(
        &self,
        outputs: &PolicyOutputs<Self, T>,
        noise: &[T; N],
        action_gradient: &SVector<T, N>,
        log_prob_gradient: T,
    ) -> Outputs<N, T> {
        self.sum_gradient(outputs, |index, component| {
            let by_action = action_gradient[index];
            (by_action, by_action * component.std * noise[index] - log_prob_gradient)
        })
    }
}
