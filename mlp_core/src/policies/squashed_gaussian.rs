//! Gaussian squashed by `tanh`.

use nalgebra::SVector;

use super::gaussian::{Component, Outputs};
use super::{Gaussian, Policy, PolicyOutputs, ReparameterizedPolicy, first_outside};
use crate::layers::Features;
use crate::random::Rng;
use crate::scalar::Scalar;

/// `a = tanh(μ + σ ε)` with `σ = exp(log_std)` and independent standard normal `ε`: bounded actions.
///
/// Expects a network with two outputs of `N` features, `Model(state => (mean, log_std))`. The environment scales actions
/// to its own range.
///
/// The log-probability of a sample is exact however far `tanh` saturates. That of an action from elsewhere needs
/// `atanh(a)`: an action that was rounded to ±1 counts as the next scalar inside. Source: Haarnoja et al., "Soft
/// Actor-Critic", 2018, appendix C. PyTorch: `TransformedDistribution(Normal(…), TanhTransform())`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SquashedGaussian<const N: usize> {
    gaussian: Gaussian<N>,
}

impl<const N: usize> Default for SquashedGaussian<N> {
    fn default() -> Self {
        Self { gaussian: Gaussian::new().log_std_range(-20.0, 2.0) }
    }
}

impl<const N: usize> SquashedGaussian<N> {
    /// Creates a policy that clamps `log_std` to the range from −20 to 2.
    pub fn new() -> Self {
        Self::default()
    }

    /// Clamps `log_std` to a range. Outside of it, the derivative with respect to `log_std` is zero.
    #[must_use]
    pub fn log_std_range(self, min: f64, max: f64) -> Self {
        Self { gaussian: Gaussian::new().log_std_range(min, max) }
    }
}

/// Returns `ln(1 − tanh² u) = 2 (ln 2 − |u| − ln(1 + e⁻²ˡᵘˡ))`, the logarithm of the derivative of `tanh`.
fn log_derivative<T: Scalar>(u: T) -> T {
    let two = T::from_f64(2.0);
    two * (T::from_f64(core::f64::consts::LN_2) - u.abs() - (-two * u.abs()).exp().ln_1p())
}

/// Returns `atanh a`, of the largest scalar below 1 for an `a` of 1.
fn unsquash<T: Scalar>(a: T) -> T {
    let max = T::one() - T::epsilon() / T::from_f64(2.0);
    let inside = if a > max {
        max
    } else if a < -max {
        -max
    } else {
        a
    };
    inside.atanh()
}

/// Returns the mean of `f(u, ε)` over the squashed Gaussian's `u = μ + σ ε`.
///
/// The trapezoidal rule converges exponentially for an analytic function. The poles of `tanh` are π/2 from the real axis,
/// so that steps of 0.4 in `u` and in `ε` leave an error of about exp(−π²/0.4), which is 2e-11. Above a `σ` of 57 the steps
/// in `u` are longer.
fn mean_over_noise<T: Scalar>(component: &Component<T>, f: impl Fn(T, T) -> T) -> T {
    const RANGE: f64 = 7.0;
    const STEP: f64 = 0.4;
    const MAX_STEPS: f64 = 1000.0;
    let half = T::from_f64(0.5);
    let steps = (RANGE / STEP * Scalar::to_f64(component.std).max(1.0)).min(MAX_STEPS) as usize;
    let step = T::from_f64(RANGE / steps as f64);
    let (mut sum, mut weights) = (T::zero(), T::zero());
    for index in 0..=2 * steps {
        let noise = step * T::from_f64(index as f64 - steps as f64);
        let weight = (-half * noise * noise).exp();
        sum += weight * f(component.mean + component.std * noise, noise);
        weights += weight;
    }
    sum / weights
}

impl<const N: usize> Policy for SquashedGaussian<N> {
    type Outputs = (Features<N>, Features<N>);
    type Action<T: Scalar> = [T; N];
    type Noise<T: Scalar> = [T; N];

    const NAME: &'static str = "SquashedGaussian";

    fn noise<T: Scalar>(&self, rng: &mut Rng) -> [T; N] {
        self.gaussian.noise(rng)
    }

    // u = μ + σ ε,  a = tanh u,  ln π = Σ ln p(u) − ln(1 − tanh² u)
    fn act<T: Scalar>(&self, outputs: &Outputs<N, T>, noise: &[T; N]) -> ([T; N], T) {
        let (unsquashed, log_density) = self.gaussian.act(outputs, noise);
        (unsquashed.map(T::tanh), log_density - unsquashed.into_iter().map(log_derivative).sum::<T>())
    }

    /// Returns `tanh μ`, the median of each component.
    fn mode<T: Scalar>(&self, outputs: &Outputs<N, T>) -> [T; N] {
        self.gaussian.mode(outputs).map(T::tanh)
    }

    fn log_prob<T: Scalar>(&self, outputs: &Outputs<N, T>, action: &[T; N]) -> T {
        let unsquashed = action.map(unsquash);
        self.gaussian.log_prob(outputs, &unsquashed) - unsquashed.into_iter().map(log_derivative).sum::<T>()
    }

    /// Returns the entropy, by numerical integration: it has no closed form. The error is below 1e-8 a component.
    // H = Σ H(u) + E ln(1 − tanh² u)
    fn entropy<T: Scalar>(&self, outputs: &Outputs<N, T>) -> T {
        let entropy = |index| {
            let component = self.gaussian.component(outputs, index);
            component.entropy() + mean_over_noise(&component, |u, _| log_derivative(u))
        };
        (0..N).map(entropy).sum()
    }

    // d ln(1 − tanh² u)/du = −2 tanh u,  ∂u/∂μ = 1,  ∂u/∂ ln σ = σ ε
    fn gradient<T: Scalar>(
        &self,
        outputs: &Outputs<N, T>,
        action: &[T; N],
        log_prob_gradient: T,
        entropy_gradient: T,
    ) -> Outputs<N, T> {
        let mut gradient = self.gaussian.gradient(outputs, &action.map(unsquash), log_prob_gradient, entropy_gradient);
        if entropy_gradient != T::zero() {
            let factor = T::from_f64(-2.0) * entropy_gradient;
            let squashing = self.gaussian.sum_gradient(outputs, |_, component| {
                let by_mean = mean_over_noise(&component, |u, _| u.tanh());
                let by_noise = mean_over_noise(&component, |u, noise| u.tanh() * noise);
                (factor * by_mean, factor * component.std * by_noise)
            });
            gradient.0 += squashing.0;
            gradient.1 += squashing.1;
        }
        gradient
    }

    fn invalid<T: Scalar>(&self, action: &[T; N]) -> Option<(usize, f64)> {
        first_outside(action, -1.0, 1.0)
    }
}

impl<const N: usize> ReparameterizedPolicy for SquashedGaussian<N> {
    type ActionShape = Features<N>;

    // ∂a/∂u = 1 − a²,  ∂ ln π/∂u = 2 a,  ∂u/∂μ = 1,  ∂u/∂ ln σ = σ ε,  and ∂ ln π/∂ ln σ = −1 for a constant u
    fn sample_gradient<T: Scalar>(
        &self,
        outputs: &PolicyOutputs<Self, T>,
        noise: &[T; N],
        action_gradient: &SVector<T, N>,
        log_prob_gradient: T,
    ) -> Outputs<N, T> {
        self.gaussian.sum_gradient(outputs, |index, component| {
            let distance = component.std * noise[index];
            let u = component.mean + distance;
            let by_u =
                action_gradient[index] * log_derivative(u).exp() + log_prob_gradient * T::from_f64(2.0) * u.tanh();
            (by_u, by_u * distance - log_prob_gradient)
        })
    }
}
